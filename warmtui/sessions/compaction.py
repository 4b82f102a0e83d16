"""What compaction leaves in a history: its summaries, and the copies it makes of the first and last messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from warmtui.sessions.content import IMAGE
from warmtui.sessions.models import Author, Message

_SUMMARIES = ("[CONTEXT COMPACTION — REFERENCE ONLY]", "[CONTEXT SUMMARY]:")
# A summary that could not stand alone is put behind the first message that was kept, in the same row.
_MERGED_OPEN = "[PRIOR CONTEXT — for reference only; not a new message]"
_MERGED_BETWEEN = "[END OF PRIOR CONTEXT — COMPACTION SUMMARY BELOW]"

_TASK_LIST = "\n\n[Your active task list was preserved across context compression]"
_IMAGES_GONE = ("[Attached image — stripped after compression]", "[screenshot removed to save context]")
# No compaction keeps more; it bounds the work on a history made of one message over and over.
_LONGEST_COPY = 500

Key = Hashable


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

    A compaction writes, in one go: copies of the first messages, the summary, copies of the last ones. Results
    are told by their call id (their text may have been pruned), other messages by their calls or their words.
    A copy is told from a later message that happens to say the same by its place: the copies end where the
    replaced messages ended.

    Args:
        messages: the messages of one lineage in order, rewound ones left out.
    """
    summaries = [at for at, message in enumerate(messages) if message.is_compaction]
    if not summaries:
        return list(messages)
    keys = [_key(message) for message in messages]
    copies: set[int] = set()
    start = 0  # where what the agent saw before this compaction begins
    for at, following in zip(summaries, [*summaries[1:], len(messages)], strict=True):
        head = _copied_head(messages, keys, start, at)
        replaced = keys[start : at - head]
        copies.update(range(at - head, at))
        copies.update(_copied_tail(messages, keys, replaced, at + 1, following))
        start = at - head
    return [message for at, message in enumerate(messages) if at not in copies]


def _key(message: Message) -> Key:
    if message.is_compaction:
        return ("summary", message.session_id, message.message_id)
    if message.result is not None and message.result.call_id:
        return ("tool", message.result.call_id)
    if message.calls:
        return ("calls", *(call.call_id or (call.name, str(call.raw_arguments)) for call in message.calls))
    text = message.text.partition(_TASK_LIST)[0]
    for placeholder in _IMAGES_GONE:
        text = text.replace(placeholder, IMAGE)
    return (message.role, text.strip())


def _copied_head(messages: Sequence[Message], keys: Sequence[Key], start: int, summary: int) -> int:
    """Return how many messages directly before a summary repeat the first ones of what it replaces."""
    longest = 0
    first = messages[summary]
    for length in range(1, min((summary - start) // 2, _LONGEST_COPY) + 1):
        message = messages[summary - length]
        if message.session_id != first.session_id or message.is_archived != first.is_archived:
            break  # written before the summary was
        if keys[summary - length] == keys[start] and keys[summary - length : summary] == keys[start : start + length]:
            longest = length
    return longest


def _copied_tail(
    messages: Sequence[Message], keys: Sequence[Key], replaced: Sequence[Key], first: int, stop: int
) -> list[int]:
    """Return which messages from `first` on, behind a summary, are copies of `replaced` ones."""
    left = Counter(replaced)
    if not left:
        return []
    for at in range(first, stop):
        if messages[at].author in (Author.PERSON, Author.BOTH) and not left[keys[at]]:
            stop = at  # something new was said: what follows was too
            break
    end = _end_of_copies(keys, replaced, first, stop)
    copies = []
    for at in range(first, stop if end is None else end):
        if left[keys[at]] > 0:
            left[keys[at]] -= 1
            copies.append(at)
        elif copies and end is None:
            break  # the last message was not copied: the copies are what stands together
    return copies


def _end_of_copies(keys: Sequence[Key], replaced: Sequence[Key], first: int, stop: int) -> int | None:
    """Return where the longest run ends that repeats the end of `replaced`; None where nothing does."""
    longest, end = 0, None
    for at in range(first, stop):
        length = 0
        limit = min(at - first + 1, len(replaced), _LONGEST_COPY)
        while length < limit and keys[at - length] == replaced[-1 - length]:
            length += 1
        if length > longest:
            longest, end = length, at + 1
    return end
