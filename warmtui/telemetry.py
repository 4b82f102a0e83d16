"""How long calls of tools took: Hermes says it to its plugins and stores it nowhere, so it is noted here.

A line of JSON a call, in a file for its owner alone: which session, which call, which tool, how long, how it ended
and when. Nothing of what was asked or answered. Once the file is full a new one is begun and one older is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

FILE_NAME = "tool_timings.jsonl"
OLDER_NAME = "tool_timings.1.jsonl"
LARGEST = 4_000_000
"""Bytes before a new file is begun: some twenty thousand calls."""

_LONGEST = 200
"""Characters of an id or a name: what a model made up as a tool's name can be of any length."""
_NOT_RUN = "blocked"


def timings_path(state_dir: Path) -> Path:
    """Return where the timings lie, whether or not they are there yet."""
    return state_dir / FILE_NAME


def note_call(
    path: Path, *, session_id: str, tool_call_id: str, tool_name: str, duration: float, status: str, at: float
) -> None:
    """Add a line for one call; several programs may do so at once.

    Args:
        path: the file, see `timings_path`; its folder is made where it is missing.
        session_id, tool_call_id, tool_name: which call.
        duration: seconds, 0 or more.
        status: how it ended, as Hermes has it: ``ok``, ``error``, ``blocked``, ``cancelled``.
        at: when it ended, seconds since the epoch.

    Raises:
        OSError: it cannot be written.
    """
    line = {
        "session_id": session_id[:_LONGEST],
        "tool_call_id": tool_call_id[:_LONGEST],
        "tool_name": tool_name[:_LONGEST],
        "duration": duration,
        "status": status[:_LONGEST],
        "time": round(at, 3),
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        written = os.write(handle, json.dumps(line, separators=(",", ":")).encode() + b"\n")  # at once: it is not torn
        end = os.lseek(handle, 0, os.SEEK_CUR)
        file = os.fstat(handle)
    finally:
        os.close(handle)
    if end // LARGEST > (end - written) // LARGEST:  # of several writers the one that filled it, and no other
        _move_aside(path, file)


def _move_aside(path: Path, full: os.stat_result) -> None:
    with suppress(FileNotFoundError):  # another writer has moved it, and this may be the next one
        if os.path.samestat(path.stat(), full):
            path.replace(path.with_name(OLDER_NAME))


def read_timings(path: Path) -> dict[tuple[str, str], float]:
    """Return seconds by session id and tool call id.

    A missing file is an empty one; a line that makes no sense is passed over, and so is a call that never ran. An
    id that stands for two calls of a session tells neither.

    Raises:
        OSError: the file is there and cannot be read.
    """
    return _told(path, None)


def timings_of(path: Path, session_ids: Collection[str]) -> dict[str, float]:
    """Return seconds by tool call id, for the calls of the sessions of one conversation.

    Args:
        path: the file, see `timings_path`.
        session_ids: every id of the conversation.

    Raises:
        OSError: the file is there and cannot be read.
    """
    found: dict[str, list[float]] = {}
    for (_, call_id), seconds in _told(path, frozenset(session_ids)).items():
        found.setdefault(call_id, []).append(seconds)
    return {call_id: durations[0] for call_id, durations in found.items() if len(durations) == 1}


def _told(path: Path, sessions: Collection[str] | None) -> dict[tuple[str, str], float]:
    """Return what the files say of each call that one line stands for."""
    found: dict[tuple[str, str], list[float]] = {}
    for line in _lines(path, sessions):
        key = (line["session_id"], line["tool_call_id"])
        found.setdefault(key, []).append(float(line["duration"]))
    return {key: durations[0] for key, durations in found.items() if len(durations) == 1}


def _lines(path: Path, sessions: Collection[str] | None) -> Iterator[dict[str, Any]]:
    wanted = None if sessions is None else [json.dumps(session)[1:-1].encode() for session in sessions]
    # The older file first: of one that is moved meanwhile some lines are missed, and none is counted twice.
    texts = [_bytes(path.with_name(OLDER_NAME)), _bytes(path)]
    for raw in (raw for text in texts for raw in text.splitlines()):
        if wanted is not None and not any(session in raw for session in wanted):
            continue  # most lines are of other sessions, and reading JSON is what costs
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if _makes_sense(line) and (sessions is None or line["session_id"] in sessions):
            yield line


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _makes_sense(line: object) -> bool:
    return (
        isinstance(line, dict)
        and all(isinstance(line.get(key), str) and line[key] for key in ("session_id", "tool_call_id"))
        and isinstance(line.get("duration"), int | float)
        and 0 <= line["duration"] < float("inf")
        and line.get("status") != _NOT_RUN
    )
