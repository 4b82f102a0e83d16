"""Context markers: the files, folders, addresses, programs and languages a session was about."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from warmtui.profiling.commands import program
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.goals import command_text, path_of
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.models import ContextMarker
from warmtui.sessions.models import Conversation

_MOST = 20
_EVIDENCE = 5
_TYPED_HEAD = 2000  # characters of a typed message that are looked at
_RESULT_HEAD = 400  # of a result: a pattern over whole outputs would cost more than all the rest
_LANGUAGES = {
    "py": "Python", "pyi": "Python", "js": "JavaScript", "jsx": "JavaScript", "ts": "TypeScript", "tsx": "TypeScript",
    "rs": "Rust", "go": "Go", "java": "Java", "kt": "Kotlin", "rb": "Ruby", "php": "PHP", "c": "C", "h": "C",
    "cpp": "C++", "cc": "C++", "hpp": "C++", "cs": "C#", "swift": "Swift", "sh": "Shell", "sql": "SQL", "html": "HTML",
    "css": "CSS", "scss": "CSS", "tf": "Terraform", "lua": "Lua", "r": "R", "jl": "Julia", "ex": "Elixir",
}  # fmt: skip
_URL = re.compile(r"https?://[^\s'\"<>()\[\]{}\\|^`]+")
# A path has a slash; what could be a date, a ratio, a version or an ellipsis is left out by `_is_path`.
_PATH = re.compile(r"(?<![\w/:.~<-])(?:~|\.{1,2})?/?(?:[\w@.+-]+/)+[\w@.+-]*")
_FILE_NAME = re.compile(r"(?<![\w/.-])[\w-]+\.(?:" + "|".join(_LANGUAGES) + r"|md|json|ya?ml|toml|txt|csv|cfg|ini)\b")
_FILE_TOOL = re.compile(r"(read|write|patch|edit|create|update|multi|str_replace)", re.IGNORECASE)
_NOISE = re.compile(r"[\d./:-]*|v?\d+(\.\d+)+\S*|\.+|.*\.\.\..*")


@dataclass(slots=True)
class _Seen:
    count: int = 0
    last: float = 0.0
    evidence: list[Evidence] = field(default_factory=list)


def context_markers(conversation: Conversation, calls: Sequence[JudgedCall]) -> tuple[ContextMarker, ...]:
    """Return what the session was about, at most twenty, the most and latest used first.

    Taken from the arguments of calls and from what a person typed. The heads of results add to the count of
    what is already known, and nothing new. The rank is count × (1 + last use), the last use being its place in the
    conversation from 0 to 1.
    """
    seen: dict[tuple[str, str], _Seen] = {}
    length = max(1, len(conversation.messages) - 1)
    places = {id(message): index / length for index, message in enumerate(conversation.messages)}
    by_message = {id(message): message for message in conversation.messages}
    for key, message in by_message.items():
        if message.person_text:
            place = Evidence(store=conversation.store, session_id=message.session_id, message_id=message.message_id)
            for found in _in_text(message.person_text[:_TYPED_HEAD]):
                _note(seen, found, places[key], place)
    starts = {(message.session_id, message.message_id): places[id(message)] for message in conversation.messages}
    for call in calls:
        when = starts.get((call.call.session_id, call.call.message_id), 0.0)
        for found in _in_call(call):
            # A path that could not be read may not even be there; a program that failed was used all the same.
            if call.outcome.is_error and found[0] != "command":
                continue
            _note(seen, found, when, call.evidence)
    _count_results(seen, calls)
    ranked = sorted(seen.items(), key=lambda item: (-item[1].count * (1 + item[1].last), item[0]))
    return tuple(
        ContextMarker(
            kind=kind,
            value=value,
            count=one.count,
            last_used=round(one.last, 4),
            evidence=tuple(one.evidence),
        )
        for (kind, value), one in ranked[:_MOST]
    )


def _note(seen: dict[tuple[str, str], _Seen], found: tuple[str, str], when: float, place: Evidence) -> None:
    one = seen.setdefault(found, _Seen())
    one.count += 1
    one.last = max(one.last, when)
    if len(one.evidence) < _EVIDENCE:
        one.evidence.append(place)


def _count_results(seen: dict[tuple[str, str], _Seen], calls: Sequence[JudgedCall]) -> None:
    for call in calls:
        result = call.call.result
        if result is not None and result.text:
            head = result.text[:_RESULT_HEAD]
            if "/" in head:
                for found in set(_in_text(head)):
                    if found in seen:
                        seen[found].count += 1


def _in_call(call: JudgedCall) -> Iterator[tuple[str, str]]:
    arguments = call.call.arguments
    if not arguments:
        return
    path = path_of(arguments)
    if path is not None and not path.startswith(("http://", "https://")):
        yield from _path_markers(path, is_file=bool(_FILE_TOOL.match(call.tool)))
    command = command_text(arguments)
    if command is not None:
        name = program(command)
        if name and name != "cd":
            yield "command", name
        yield from _in_text(command[:_TYPED_HEAD])
    for key in ("url", "urls", "uri"):
        value = arguments.get(key)
        for address in value if isinstance(value, list) else [value]:
            if isinstance(address, str):
                yield from _in_text(address[:_TYPED_HEAD])


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    if "/" not in text and "." not in text:
        return
    rest = text
    if "://" in text:
        for match in _URL.finditer(text):
            address = match.group().rstrip(".,;:!?…")
            host = address.split("://", 1)[1].split("/", 1)[0]
            if "." in host or host.startswith("localhost"):
                yield "url", address
        rest = _URL.sub(" ", text)
    for match in _PATH.finditer(rest):
        if _is_path(match.group()):
            yield from _path_markers(match.group().rstrip(".,:"))
    for match in _FILE_NAME.finditer(rest):
        yield from _path_markers(match.group())


def _is_path(text: str) -> bool:
    trimmed = text.rstrip(".,:/")
    if len(trimmed) < 4 or _NOISE.fullmatch(trimmed):
        return False
    if trimmed.startswith("/") and trimmed.count("/") == 1 and "." not in trimmed:
        return False  # a route or a slash command as likely as a folder
    # "and/or", "GET/POST", "1/2": without a leading mark a path ends in a file name or has three parts.
    return trimmed.startswith(("/", "~", "./", "../")) or "." in posixpath.basename(trimmed) or trimmed.count("/") > 1


def _path_markers(path: str, *, is_file: bool = False) -> Iterator[tuple[str, str]]:
    normal = posixpath.normpath(path)
    if _NOISE.fullmatch(normal) or len(normal) > 300 or normal.startswith("/dev/"):
        return
    extension = posixpath.splitext(normal)[1].lstrip(".").lower()
    if path.endswith("/") or not (extension or is_file):
        yield "directory", normal
        return
    yield "file", normal
    if extension in _LANGUAGES:
        yield "language", _LANGUAGES[extension]
    folder = posixpath.dirname(normal)
    if folder and folder not in ("/", "."):
        yield "directory", folder
