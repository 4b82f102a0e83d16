"""Context markers: the files, folders, addresses, programs and languages a session was about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
_ADDRESS_KEYS = frozenset({"url", "urls", "uri"})
_PROGRAM = re.compile(r"[A-Za-z_][\w.+@-]*")
# What can be a path or an address: in a result it is only looked up.
_PIECE = re.compile(r"https?://[^\s'\"<>()\[\]{}]+|[\w@.+~/-]+")
_IN_PIECES = bytes(code if re.match(r"[\w@.+~/-]", chr(code), re.ASCII) else 0x20 for code in range(256))


@dataclass(slots=True)
class _Seen:
    count: int = 0
    last: float = 0.0
    places: list[Evidence] = field(default_factory=list)


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
        if message.person_text and (found := in_text(message.person_text[:_TYPED_HEAD])):
            place = Evidence(conversation.store, message.session_id, message.message_id)
            _note(seen, found, index / length, place)
    for call in calls:
        found = _in_call(call)
        if call.outcome.is_error:
            # A path that could not be read may not even be there; a program that failed was used all the same.
            found = [each for each in found if each[0] == "command"]
        if found:
            _note(seen, found, starts.get((call.call.session_id, call.call.message_id), 0.0), call.evidence)
    if not seen:
        return ()
    _count_results(seen, calls)
    ranked = sorted(seen.items(), key=lambda item: (-item[1].count * (1 + item[1].last), item[0]))
    return tuple(
        ContextMarker(kind, value, one.count, round(one.last, 4), tuple(one.places))
        for (kind, value), one in ranked[:_MOST]
    )


def _note(seen: dict[Mention, _Seen], found: Iterable[Mention], when: float, place: Evidence) -> None:
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
        found: set[str] = set()
        for piece in _pieces_of(head):
            path = piece.rstrip("/.:").removeprefix("./")
            folder, _, name = path.rpartition("/")
            found.add(path)
            found.add(folder)
            if "." in name:
                found.add(LANGUAGES.get(name.rpartition(".")[2], ""))
        for value in found & by_value.keys():
            for mention in by_value[value]:
                seen[mention].count += 1


def _pieces_of(head: str) -> set[str]:
    """Return the pieces of a text that can be a path or an address."""
    if head.isascii() and "://" not in head:  # then bytes that are in no piece part them, which is seen much faster
        pieces = head.encode().translate(_IN_PIECES).decode().split()
    else:
        pieces = _PIECE.findall(head)
    return {piece for piece in pieces if "/" in piece or "." in piece}


def _in_call(call: JudgedCall) -> list[Mention]:
    arguments = call.call.arguments
    if not arguments:
        return []
    found: list[Mention] = []
    path = path_of(arguments)
    if path is not None and not path.startswith(("http://", "https://")):
        found += of_path(path, is_file=_is_of_files(call.tool))
    command = command_text(arguments)
    if command is not None:
        name = program(command)
        if name and name != "cd" and _PROGRAM.fullmatch(name):
            found.append(("command", name))
        found += in_text(command[:_TYPED_HEAD])
    if _ADDRESS_KEYS.isdisjoint(arguments):
        return found
    for key in ("url", "urls", "uri"):
        value = arguments.get(key)
        for address in value if isinstance(value, list) else [value]:
            if isinstance(address, str):
                found += in_text(address[:_TYPED_HEAD])
    return found


@lru_cache(maxsize=4096)
def _is_of_files(tool: str) -> bool:
    return _FILE_TOOL.match(tool) is not None
