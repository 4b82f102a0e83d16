"""Who wrote a user message: a person, the agent's harness, or both, and which words are the person's."""

from __future__ import annotations

import re

from warmtui.sessions.models import Author

# Rows with the role of a user that no human typed.
_HARNESS = (
    "[CONTEXT COMPACTION — REFERENCE ONLY]",
    "[CONTEXT SUMMARY]:",
    "[Your active task list was preserved across context compression]",
    "[System: ",
    "[System note: ",
    "[IMPORTANT: Background process",
    "[IMPORTANT: You are running as a scheduled cron job.",
    "[IMPORTANT: MCP servers have been reloaded",
    "[IMPORTANT: Watch patterns disabled",
    "[IMPORTANT: Watch-pattern ",
    '[IMPORTANT: The "',
    "[IMPORTANT: The following skill(s) were listed for this job",
    "[ASYNC DELEGATION",
    "[Continuing toward your standing goal]",
    "[Continuing toward this kanban task",
    "[The work looks complete, but the task is still open]",
    "[Background process ",
    "[Cron delivery: ",
    "[Delivered from ",
    "[Session was just handed off",
    "[The user shared a location pin.]",
    # A document's whole text, with the caption under it: where one ends and the other begins is not told.
    "[Content of ",
    "You've reached the maximum number of tool-calling iterations",
    "Review the conversation above and update the skill library",
    "Review the conversation above and consider saving to memory",
    "Review the conversation above and update two things:",
    "Continue from the compressed conversation context above. This marker exists because",
    "You just executed tool calls but returned an empty response.",
    "(The user sent a message with no text content)",
)

# Notes in brackets that are put in front of what a person wrote.
_NOTES = (
    "[Voice input — ",
    "[The user attached an image",
    "[The user sent ",
    "[User attached ",
    "[User sent an image: ",
    "[User sent audio: ",
    "[User sent a video: ",
    "[User sent a file: ",
    "[The user attempted to send ",
    "[Note: model was just switched",
    "[USER INITIATED SKILLS RELOAD:",
    "[Replying to: ",
    "[Replying to your previous message: ",
    "[Triggering message id: ",
    "[voice message could not be transcribed]",
    "[If you need a closer look, use vision_analyze",
    "[You can examine it with vision_analyze",
    # The three notes about an interrupted turn; every other system note stands alone.
    "[System note: Your previous turn",
    "[System note: A new message",
    "[System note: The previous turn was interrupted",
)

# What is put behind a person's words, up to the end.
_TRAILER = re.compile(
    r"\n\n(?:\[Your active task list was preserved across context compression\]"
    r"|--- Context Warnings ---|--- Attached Context ---|\[Image attached(?: at)?: "
    r"|\[The user attempted to send |\[Observed Telegram attachment "
    r"|\[(?:image|video|audio|document) '[^\n]*' saved at: )"
)

# What others said in a channel, and what a message answers, are put in front of it, too.
_CHANNEL = (
    "[Recent channel messages]",
    "[Context around the replied-to message]",
    "[Messages prefixed with [unverified]",
)
_CHANNEL_END = "\n\n[New message]\n"
_QUOTE = "[Quoted message]:"
_QUOTE_END = "\n\n"
# What a worker is begun with, by the board that gives out its task.
_DISPATCHED = re.compile(r"work kanban task \S+")

# More than this many notes before one message are no harness' work.
_MOST_NOTES = 50

_SKILL = "[IMPORTANT: The user has invoked the "
_SKILL_WORDS = "The user has provided the following instruction alongside the skill invocation: "
_SKILL_WORDS_END = "\n\n[Runtime note:"
_BUNDLE = " skill bundle,"
_BUNDLE_WORDS = "\nUser instruction: "
_BUNDLE_WORDS_END = "\n\n[Loaded as part of the "

# What a message with additions in front begins with: a bracket, white space, or the first letters of a sentence of
# the harness. Most do not, which is quick to see.
_SUSPECT_STARTS = frozenset("[( \t\r\n")
_SUSPECT_LETTERS = frozenset(sentence[:4] for sentence in (*_HARNESS, *_NOTES, "work"))

_PERSON = Author.PERSON  # to look a member up costs more than all else that is asked of most messages

_MID_TURN_OPEN = "[OUT-OF-BAND USER MESSAGE — "
_MID_TURN_CLOSE = "[/OUT-OF-BAND USER MESSAGE]"
_BRACKET = re.compile(r"[\[\]]")


def authorship(text: str) -> tuple[Author, str]:
    """Tell who wrote a user message.

    Args:
        text: the message's text, without placeholders for images.

    Returns:
        The author, and the words a person typed: all of them, none, or what is left without the harness' notes.
    """
    is_suspect = text[:1] in _SUSPECT_STARTS or text[:4] in _SUSPECT_LETTERS
    if not is_suspect and ("\n\n" not in text or not _TRAILER.search(text)):
        return _PERSON, text
    words = _persons_words(text)
    if words == text.strip():
        return _PERSON, text
    return (Author.BOTH, words) if words else (Author.HARNESS, "")


def _persons_words(text: str) -> str:
    trailer = _TRAILER.search(text)
    words = (text[: trailer.start()] if trailer else text).strip()
    # Notes can stand one behind another, and a skill's instruction can begin with one: each round takes one off.
    for _ in range(_MOST_NOTES):
        if words.startswith(_NOTES):
            words = words[_end_of_note(words) :].lstrip()
        elif words.startswith(_SKILL):
            words = _skill_instruction(words)
        elif words.startswith(_CHANNEL):
            words = words.rpartition(_CHANNEL_END)[2].lstrip() if _CHANNEL_END in words else ""
        elif words.startswith(_QUOTE):
            words = words.partition(_QUOTE_END)[2].lstrip()
        elif words.startswith(_HARNESS) or _DISPATCHED.fullmatch(words):
            return ""
        else:
            break
    return words


def _end_of_note(text: str) -> int:
    """Return where the bracket that opens `text` is closed, brackets inside it counted."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket.group() == "[" else -1
        if depth == 0:
            return bracket.end()
    # A description with a bracket too many: the first one at a line's end is the likeliest, then the first.
    for closing in ("]\n", "]"):
        at = text.find(closing)
        if at >= 0:
            return at + 1
    return len(text)


def _skill_instruction(text: str) -> str:
    """Return what the person wrote behind the name of a skill, or nothing."""
    header = text.partition("\n")[0]
    if _BUNDLE in header:
        words = text.partition(_BUNDLE_WORDS)[2].partition(_BUNDLE_WORDS_END)[0]
    else:  # the skill's own text may quote the sentence: the last one is the person's
        words = text.rpartition(_SKILL_WORDS)[2] if _SKILL_WORDS in text else ""
        words = words.partition(_SKILL_WORDS_END)[0]
    return words.strip()


def mid_turn_words(result_text: str) -> str:
    """Return what a person said while a tool ran: the harness appends it, marked, to the end of the result.

    Only marks that end the text count; the same marks further up are the tool's output, and prove nothing.
    """
    last = result_text[-1:]
    if last != "]" and not last.isspace():
        return ""
    said: list[str] = []
    end = _end_of_text(result_text, len(result_text))
    while result_text.endswith(_MID_TURN_CLOSE, 0, end):
        end -= len(_MID_TURN_CLOSE)
        start = result_text.rfind(_MID_TURN_OPEN, 0, end)
        mark_end = result_text.find("]", start, end)
        if start < 0 or mark_end < 0:
            break
        said.append(result_text[mark_end + 1 : end].strip())
        end = _end_of_text(result_text, start)
    return "\n".join(reversed(said))


def _end_of_text(text: str, end: int) -> int:
    """Return where `text` ends before `end`, white space left out; without a copy, results can be long."""
    while end and text[end - 1].isspace():
        end -= 1
    return end
