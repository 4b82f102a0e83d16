"""What compaction leaves in a history: its summaries, and the copies it makes of the first and last messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from warmtui.sessions.content import IMAGE
from warmtui.sessions.models import Author, Message, ToolCall

_SUMMARIES = ("[CONTEXT COMPACTION — REFERENCE ONLY]", "[CONTEXT SUMMARY]:")
# A summary that could not stand alone is put behind the first message that was kept, in the same row.
_MERGED_OPEN = "[PRIOR CONTEXT — for reference only; not a new message]"
_MERGED_BETWEEN = "[END OF PRIOR CONTEXT — COMPACTION SUMMARY BELOW]"

_TASK_LIST = "\n\n[Your active task list was preserved across context compression]"
_IMAGES_GONE = ("[Attached image — stripped after compression]", "[screenshot removed to save context]")
# What compaction puts in place of a long result; a line that begins with the tool's name in brackets is another.
_PRUNED = ("[Duplicate tool output", "[Old tool output cleared", "[screenshot removed]")
# A string in a call's arguments may be cut behind so many characters.
_KEPT_OF_ARGUMENT = 200
# No compaction keeps more; it bounds the work on a history made of one message over and over.
_LONGEST_COPY = 500


class _Told(NamedTuple):
    """What a message is told from others by.

    Attributes:
        key: of calls their ids, names and arguments, of a result its call, of any other message its words.
        text: what a result says; empty for other messages.
        is_pruned: a result's text is only what compaction left of it.
    """

    key: Hashable
    text: str = ""
    is_pruned: bool = False

    def repeats(self, earlier: _Told) -> bool:
        return self.key == earlier.key and (self.text == earlier.text or self.is_pruned)


def split_summary(text: str) -> tuple[str, str] | None:
    """Tell a compaction summary.

    Returns:
        The summary and the message it was merged with (empty where it stands alone); None for other messages.
    """
    if not text.startswith("["):
        return None
    if text.startswith(_SUMMARIES):
        return text, ""
    if text.startswith(_MERGED_OPEN) and _MERGED_BETWEEN in text:
        prior, _, summary = text[len(_MERGED_OPEN) :].partition(_MERGED_BETWEEN)
        return summary.strip(), prior.strip()
    return None


def without_copies(messages: Sequence[Message]) -> list[Message]:
    """Return a history in which each message that compaction inserted again stands once, at its first place.

    A compaction writes, in one go: copies of the first messages, the summary, copies of the last ones. Calls
    are told by id, name and arguments, because ids repeat; results by their call and their text, which may
    have been pruned; other messages by their words.
    A copy is told from a later message that happens to say the same by its place: the copies end where the
    replaced messages ended.

    Args:
        messages: the messages of one lineage in order, rewound ones left out.
    """
    summaries = [at for at, message in enumerate(messages) if message.is_compaction]
    if not summaries:
        return list(messages)
    told = _tell(messages)
    copies: set[int] = set()
    start = 0  # where what the agent saw before this compaction begins
    for at, following in zip(summaries, [*summaries[1:], len(messages)], strict=True):
        head = _copied_head(messages, told, start, at)
        replaced = told[start : at - head]
        copies.update(range(at - head, at))
        copies.update(_copied_tail(messages, told, replaced, at + 1, following))
        start = at - head
    return [message for at, message in enumerate(messages) if at not in copies]


def _tell(messages: Sequence[Message]) -> list[_Told]:
    told: list[_Told] = []
    asked: dict[str | None, tuple[Hashable, str]] = {}  # the latest calls of each id, and the tool
    for message in messages:
        if message.is_compaction:
            told.append(_Told(("summary", message.session_id, message.message_id)))
        elif message.calls:
            key = ("calls", *(_call_key(call) for call in message.calls))
            for call in message.calls:
                asked[call.call_id] = asked[call.other_id or call.call_id] = key, call.name
            told.append(_Told(key))
        elif message.result is not None:
            call_key, tool = asked.get(message.result.call_id, (None, message.result.tool_name))
            text = _without_images(message.text)
            is_pruned = text.startswith((f"[{tool}]", *_PRUNED))
            told.append(_Told(("tool", message.result.call_id, call_key), text, is_pruned))
        else:
            text = message.text.partition(_TASK_LIST)[0]
            told.append(_Told((message.role, _without_images(text).strip())))
    return told


def _call_key(call: ToolCall) -> Hashable:
    return call.call_id, call.name, call.raw_arguments if call.arguments is None else _leaves(call.arguments)


def _leaves(arguments: dict[str, Any]) -> Hashable:
    """Return what arguments hold, level by level, long strings cut as compaction cuts them."""
    leaves: list[Hashable] = []
    level: list[Any] = [arguments]
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list | tuple):
                below += value
            else:
                leaves.append(value[:_KEPT_OF_ARGUMENT] if isinstance(value, str) else repr(value))
        level = below
    return tuple(leaves)


def _without_images(text: str) -> str:
    for placeholder in _IMAGES_GONE:
        text = text.replace(placeholder, IMAGE)
    return text


def _copied_head(messages: Sequence[Message], told: Sequence[_Told], start: int, summary: int) -> int:
    """Return how many messages directly before a summary repeat the first ones of what it replaces."""
    longest = 0
    first = messages[summary]
    for length in range(1, min((summary - start) // 2, _LONGEST_COPY) + 1):
        message = messages[summary - length]
        if message.session_id != first.session_id or message.is_archived != first.is_archived:
            break  # written before the summary was
        if all(told[summary - length + at].repeats(told[start + at]) for at in range(length)):
            longest = length
    return longest


def _copied_tail(
    messages: Sequence[Message], told: Sequence[_Told], replaced: Sequence[_Told], first: int, stop: int
) -> list[int]:
    """Return which messages from `first` on, behind a summary, are copies of `replaced` ones."""
    left: defaultdict[Hashable, list[str]] = defaultdict(list)
    for each in replaced:
        left[each.key].append(each.text)
    for at in range(first, stop):
        if messages[at].author in (Author.PERSON, Author.BOTH) and not left[told[at].key]:
            stop = at  # something new was said: what follows was too
            break
    end = _end_of_copies(told, replaced, first, stop)
    copies: list[int] = []
    for at in range(first, stop if end is None else end):
        # Before the end nothing is new, however a result's text was changed.
        if _take(left[told[at].key], told[at].text, or_another=told[at].is_pruned or end is not None):
            copies.append(at)
        elif copies and end is None:  # the last message was not copied: the copies are what stands together
            if messages[at].result is not None:
                _give_back_calls(messages, copies)
            break
    return copies


def _take(texts: list[str], text: str, *, or_another: bool) -> bool:
    """Take a text out of those left, or the oldest (they are pruned first); False where there is none."""
    if text in texts:
        texts.remove(text)
    elif or_another and texts:
        del texts[0]
    else:
        return False
    return True


def _give_back_calls(messages: Sequence[Message], copies: list[int]) -> None:
    """Take the last calls, and what answers them, out of `copies`: with a new result they are new."""
    calls = [place for place, at in enumerate(copies) if messages[at].calls]
    if calls:
        del copies[calls[-1] :]


def _end_of_copies(told: Sequence[_Told], replaced: Sequence[_Told], first: int, stop: int) -> int | None:
    """Return where the longest run ends that repeats the end of `replaced`; None where nothing does."""
    longest, end = 0, None
    for at in range(first, stop):
        length = 0
        limit = min(at - first + 1, len(replaced), _LONGEST_COPY)
        while length < limit and told[at - length].repeats(replaced[-1 - length]):
            length += 1
        if length > longest:
            longest, end = length, at + 1
    return end
