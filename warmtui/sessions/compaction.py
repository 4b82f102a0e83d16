"""What compaction leaves in a history: its summaries, and the copies it makes of the first and last messages."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from itertools import islice
from typing import Any, NamedTuple

from warmtui.sessions.batches import Batches
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
# What it leaves of a message whose calls had no result.
_CALLS_GONE = "(tool call removed)"
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

    key: tuple[Hashable, ...]
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
        prior, _, summary = text[len(_MERGED_OPEN) :].rpartition(_MERGED_BETWEEN)
        prior = prior.strip()
        # What was kept may begin with the summary before, alone or merged in its turn.
        while (older := split_summary(prior)) is not None:
            prior = older[1]
        return summary.strip(), prior
    return None


def without_copies(messages: Sequence[Message], rewound: Set[int] = frozenset()) -> list[Message]:
    """Return a history in which each message that compaction inserted again stands once, at its first place.

    A compaction writes, in one go: copies of the first messages, the summary, copies of the last ones. Calls
    are told by id, name and arguments, because ids repeat; results by their call and their text, which may
    have been pruned; other messages by their words.
    A copy is told from a later message that happens to say the same by when it was written, where the times
    tell, and by its place: the copies end where the replaced messages ended.

    Args:
        messages: the messages of one lineage in order.
        rewound: where in it those stand that the user took back. Of a copy that was taken back, what it is a copy
            of is taken back, too.
    """
    compactions = _compactions(messages, rewound)
    if not compactions:
        return [message for at, message in enumerate(messages) if at not in rewound] if rewound else list(messages)
    told = _tell(messages)
    gone = set(rewound)
    originals: dict[int, int] = {}  # where each copy stands, and where what it is a copy of
    start = 0  # where what the agent saw before this compaction begins
    for compaction, following in zip(compactions, [*compactions[1:], None], strict=True):
        at, begin, end = compaction
        if begin is None:
            begin = at - _copied_head(messages, told, start, at)
        seen = [each for each in range(start, begin) if each not in rewound]
        replaced = [told[each] for each in seen]
        known = {each.key for each in replaced}
        head = [each for each in range(begin, at) if told[each].key in known]
        stop = end or (following.summary if following else len(messages))
        tail = _copied_tail(messages, told, replaced, at + 1, stop, is_batch=end is not None)
        gone.update(head, tail)
        if rewound:
            originals |= _originals(told, head, seen) | _originals(told, tail[::-1], seen[::-1])
        start = begin
    gone |= _taken_back(messages, rewound, originals)
    return [message for at, message in enumerate(messages) if at not in gone]


def _taken_back(messages: Sequence[Message], rewound: Set[int], originals: Mapping[int, int]) -> set[int]:
    """Return what was taken back with copies: what they are copies of, and all that was said from there on."""
    gone: set[int] = set()
    for copy in rewound:
        at = copy
        while at in originals:
            at = originals[at]
            gone.add(at)
        if copy - 1 not in rewound:  # the user's message up to which was rewound
            gone.update(each for each in range(at, copy) if not messages[each].is_compaction)
    return gone


def _originals(told: Sequence[_Told], copies: Sequence[int], seen: Sequence[int]) -> dict[int, int]:
    """Return what each copy is a copy of. Both come in one order: the first copy is the first message like it."""
    left: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at in reversed(seen):
        left[told[at].key].append(at)
    return {copy: left[told[copy].key].pop() for copy in copies if left[told[copy].key]}


class _Compaction(NamedTuple):
    """One compaction: where its summary stands, and where the messages written with it begin and end, if known."""

    summary: int
    begin: int | None
    end: int | None


def _compactions(messages: Sequence[Message], rewound: Set[int]) -> list[_Compaction]:
    """Return the compactions of a history. A summary that stands for the second time was copied by a later one."""
    summaries = [at for at, message in enumerate(messages) if message.is_compaction]
    if not summaries:
        return []
    batches = Batches(messages, rewound)
    first = {messages[at].text: at for at in reversed(summaries)}
    new = sorted(first.values())
    found: list[_Compaction] = []
    for at in summaries:
        is_new = first[messages[at].text] == at
        if found and at < (found[-1].end or 0):
            continue  # written with the one before
        begin, end = batches.around(at) or (None, None)
        # Where no new summary was written with it, two compactions came to the same words.
        if is_new or (begin is not None and end is not None and bisect_left(new, begin) == bisect_left(new, end)):
            found.append(_Compaction(at, begin, end))
    return found


def _tell(messages: Sequence[Message]) -> list[_Told]:
    told: list[_Told] = []
    asked: dict[str | None, tuple[Hashable, str]] = {}  # the latest calls of each id, and the tool
    for message in messages:
        if message.is_compaction:
            told.append(_Told(("summary", message.text)))
        elif message.calls:
            keys = [_call_key(call) for call in message.calls]
            for call, call_key in zip(message.calls, keys, strict=True):
                asked[call.call_id] = asked[call.other_id or call.call_id] = call_key, call.name
            told.append(_Told(("calls", *keys)))
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
    values: list[Any] = [arguments]
    for value in values:  # grows while it is walked: one level stands behind the other
        if isinstance(value, str):
            leaves.append(value[:_KEPT_OF_ARGUMENT])
        elif isinstance(value, dict):
            values += [*value, *value.values()]
        elif isinstance(value, (list, tuple)):
            values += value
        else:
            leaves.append(repr(value))
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
    messages: Sequence[Message],
    told: Sequence[_Told],
    replaced: Sequence[_Told],
    first: int,
    stop: int,
    *,
    is_batch: bool,
) -> list[int]:
    """Return which messages from `first` on, behind a summary, are copies of `replaced` ones."""
    left: defaultdict[tuple[Hashable, ...], list[str]] = defaultdict(list)
    for each in replaced:
        left[each.key].append(each.text)
    for at in range(first, first if is_batch else stop):
        if messages[at].author in (Author.PERSON, Author.BOTH) and not left[told[at].key]:
            stop = at  # something new was said: what follows was too
            break
    end = _end_of_copies(told, replaced, first, stop)
    if end is None and is_batch:
        end = stop
    copies: list[int] = []
    for at in range(first, stop if end is None else end):
        # Before the end nothing is new, however a result's text was changed.
        is_copy = _take(left[told[at].key], told[at].text, or_another=told[at].is_pruned or end is not None)
        if is_copy or (end is not None and _is_remainder(messages[at], told[at], left)):
            copies.append(at)
        elif copies and end is None:  # the last message was not copied: the copies are what stands together
            if messages[at].result is not None:
                _give_back_calls(messages, copies)
            break
    if is_batch and end is not None and replaced and replaced[-1].key[0] in ("calls", "tool"):
        # In the middle of a turn nothing new is said: the last request is put behind the other copies.
        copies += [at for at in range(end, stop) if messages[at].author is not Author.HARNESS and left[told[at].key]]
    return copies


def _is_remainder(message: Message, told: _Told, left: dict[tuple[Hashable, ...], list[str]]) -> bool:
    """Tell a copy from which compaction took the calls that had no result."""
    if not message.calls:
        return message.role == "assistant" and message.text == _CALLS_GONE
    calls = set(told.key[1:])
    latest = islice(reversed(left.items()), _LONGEST_COPY)
    return any(key[0] == "calls" and texts and calls <= set(key[1:]) for key, texts in latest)


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
