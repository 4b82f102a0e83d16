"""Context markers: the files, folders, addresses, programs and languages a session was about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from warmtui.profiling.commands import program
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.goals import command_text, path_of
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.mentions import LANGUAGES, Mention, in_text, of_path
from warmtui.profiling.models import ContextMarker
from warmtui.sessions.models import Conversation, MessageId

_MOST = 20
_EVIDENCE = 5
_TYPED_HEAD = 2000  # characters of a typed message that are looked at
_RESULT_HEAD = 400  # of a result: a pattern over whole outputs would cost more than all the rest
_FILE_TOOL = re.compile(r"(read|write|patch|edit|create|update|multi|str_replace)", re.IGNORECASE)
_PROGRAM = re.compile(r"[A-Za-z_][\w.+@-]*")
# What can be a path or an address: in a result it is only looked up.
_PIECE = re.compile(r"https?://[^\s'\"<>()\[\]{}]+|[\w@.+~/-]+")


_Place = tuple[str, MessageId, MessageId | None]
"""The session, the message and the result's message: evidence is made of those that are shown alone."""


@dataclass(slots=True)
class _Seen:
    count: int = 0
    last: float = 0.0
    places: list[_Place] = field(default_factory=list)


def context_markers(conversation: Conversation, calls: Sequence[JudgedCall]) -> tuple[ContextMarker, ...]:
    """Return what the session was about, at most twenty, the most and latest used first.

    Taken from the arguments of calls and from what a person typed. The heads of results add to the count of
    what is already known, and nothing new. The rank is count × (1 + last use), the last use being its place in the
    conversation from 0 to 1.
    """
    seen: dict[Mention, _Seen] = {}
    length = max(1, len(conversation.messages) - 1)
    starts: dict[tuple[str, MessageId], float] = {}
    for index, message in enumerate(conversation.messages):
        if message.calls:
            starts[message.session_id, message.message_id] = index / length
        if message.person_text:
            where = message.session_id, message.message_id, None
            _note(seen, in_text(message.person_text[:_TYPED_HEAD]), index / length, where)
    for call in calls:
        # A path that could not be read may not even be there; a program that failed was used all the same.
        found = [each for each in _in_call(call) if each[0] == "command" or not call.outcome.is_error]
        if found:
            when = starts.get((call.call.session_id, call.call.message_id), 0.0)
            result = call.call.result
            result_id = result.message_id if result is not None else None
            _note(seen, found, when, (call.call.session_id, call.call.message_id, result_id))
    if not seen:
        return ()
    _count_results(seen, calls)
    ranked = sorted(seen.items(), key=lambda item: (-item[1].count * (1 + item[1].last), item[0]))
    return tuple(
        ContextMarker(
            kind=kind,
            value=value,
            count=one.count,
            last_used=round(one.last, 4),
            evidence=tuple(_evidence(conversation.store, place) for place in one.places),
        )
        for (kind, value), one in ranked[:_MOST]
    )


def _evidence(store: str, place: _Place) -> Evidence:
    session_id, message_id, result_id = place
    return Evidence(store=store, session_id=session_id, message_id=message_id, result_message_id=result_id)


def _note(seen: dict[Mention, _Seen], found: Iterable[Mention], when: float, place: _Place) -> None:
    for mention in found:
        one = seen.get(mention)
        if one is None:
            one = seen[mention] = _Seen()
        one.count += 1
        one.last = max(one.last, when)
        if len(one.places) < _EVIDENCE:
            one.places.append(place)


def _count_results(seen: dict[Mention, _Seen], calls: Sequence[JudgedCall]) -> None:
    """Count once more what is known and stands in the head of a result: looked up piece by piece, nothing parsed."""
    by_value: dict[str, list[Mention]] = {}
    for mention in seen:
        if mention[0] != "command":
            by_value.setdefault(mention[1], []).append(mention)
    for call in calls:
        result = call.call.result
        head = result.text[:_RESULT_HEAD] if result is not None and result.text else ""
        if "/" not in head:
            continue
        found: set[Mention] = set()
        for piece in set(_PIECE.findall(head)):
            if "/" not in piece and "." not in piece:
                continue
            path = piece.rstrip("/.:").removeprefix("./")
            folder, _, name = path.rpartition("/")
            language = LANGUAGES.get(name.rpartition(".")[2], "") if "." in name else ""
            for value in (path, folder, language):
                if value in by_value:
                    found.update(by_value[value])
        for mention in found:
            seen[mention].count += 1


def _in_call(call: JudgedCall) -> Iterator[Mention]:
    arguments = call.call.arguments
    if not arguments:
        return
    path = path_of(arguments)
    if path is not None and not path.startswith(("http://", "https://")):
        yield from of_path(path, is_file=bool(_FILE_TOOL.match(call.tool)))
    command = command_text(arguments)
    if command is not None:
        name = program(command)
        if name and name != "cd" and _PROGRAM.fullmatch(name):
            yield "command", name
        yield from in_text(command[:_TYPED_HEAD])
    for key in ("url", "urls", "uri"):
        value = arguments.get(key)
        for address in value if isinstance(value, list) else [value]:
            if isinstance(address, str):
                yield from in_text(address[:_TYPED_HEAD])
