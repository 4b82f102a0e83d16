"""What started warm: a file of ours with a line for each session and for each time a home's default changed.

Hermes keeps no trace of a prefill in its store, so what began with which template is known only from here. The
file is ``warm_starts.jsonl`` in the state directory, for its owner alone; once it is full a new one is begun and
one older is kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import orjson

Certainty = Literal["started", "probably"]
How = Literal["start", "plugin", "activate"]

FILE_NAME = "warm_starts.jsonl"
OLDER_NAME = "warm_starts.1.jsonl"
LARGEST = 2_000_000
"""Bytes before a new file is begun: some ten thousand sessions."""

IGNORE_PREFILLS = frozenset({"tui", "desktop", "acp", "api_server"})
_ACTIVATED, _DEACTIVATED, _SESSION = "activated", "deactivated", "session"


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What a session began with.

    Attributes:
        template_id: the template.
        version: the version of it that was used.
        how: ``start`` (`warmtui start`), ``plugin``, or ``activate`` (the home's default at that time).
        certainty: ``started`` where it is known; ``probably`` where the home's default was this template when the
            session began, or where several sessions could be the one that was started.
    """

    template_id: str
    version: str
    how: How
    certainty: Certainty


class Journal:
    """Appends to the journal and reads it; may be used by several programs at once.

    Args:
        state_dir: the folder the file lies in (`Settings.state_dir`); made when something is noted.
    """

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / FILE_NAME
        self._older = state_dir / OLDER_NAME

    def mark(self) -> str:
        """Return what changes whenever something is noted; empty where nothing ever was.

        Raises:
            OSError: the file is there and cannot be looked at.
        """
        states = [path.stat() for path in (self._file, self._older) if path.exists()]
        return " ".join(f"{state.st_ino}.{state.st_size}.{state.st_mtime_ns}" for state in states)

    def note_session(
        self,
        session_id: str,
        *,
        home: Path,
        template_id: str,
        version: str,
        how: How,
        certainty: Certainty = "started",
    ) -> None:
        """Note that a session began with a template. Noting it again changes nothing.

        Args:
            session_id: as Hermes stores it.
            home: the Hermes home (of a profile: the profile's folder) whose ``state.db`` holds the session.
            template_id, version: what it began with.
            how: what brought the messages in: ``start`` or ``plugin``.
            certainty: ``probably`` where the session could be another one.

        Raises:
            OSError: the file cannot be written.
        """
        self._append(
            {
                "event": _SESSION,
                "home": _name(home),
                "session_id": session_id,
                "template_id": template_id,
                "version": version,
                "how": how,
                "certainty": certainty,
            }
        )

    def note_activation(self, home: Path, *, template_id: str, version: str, at: float | None = None) -> None:
        """Note that a template is a home's default from now on, or from an earlier time that was missed.

        Raises:
            OSError: the file cannot be written.
        """
        event = {"event": _ACTIVATED, "home": _name(home), "template_id": template_id, "version": version}
        self._append(event if at is None else {**event, "at": at})

    def note_deactivation(self, home: Path) -> None:
        """Note that a home has no default from now on.

        Raises:
            OSError: the file cannot be written.
        """
        self._append({"event": _DEACTIVATED, "home": _name(home)})

    def warm_starts(self) -> WarmStarts:
        """Read the journal. A missing file is an empty one, and a line that makes no sense is passed over."""
        current = list(_events(self._file))  # first: a file that is moved meanwhile is read twice, not missed
        return WarmStarts([*_events(self._older), *current])

    def _append(self, event: Mapping[str, Any]) -> None:
        line = orjson.dumps({"at": time.time(), **event}) + b"\n"
        from warmtui.templates.files import locked, make_private

        make_private(self._file.parent)
        with locked(self._file.parent):
            if _size(self._file) + len(line) > LARGEST:
                self._begin_anew()
            _write_line(self._file, line)

    def _begin_anew(self) -> None:
        """Move the full file aside; what is still active is said again in the new one."""
        active = WarmStarts([*_events(self._older), *_events(self._file)]).active()
        self._file.replace(self._older)
        for event in active:
            _write_line(self._file, orjson.dumps(event) + b"\n")


class WarmStarts:
    """What the journal says, to be asked for each session."""

    def __init__(self, events: Iterable[Mapping[str, Any]]) -> None:
        self._sessions: dict[tuple[str, str], WarmStart] = {}
        # In the order they were written, which no clock that is set back can change.
        self._changes: dict[str, list[Mapping[str, Any]]] = {}
        for event in events:
            if event["event"] == _SESSION:
                self._note(event)
            else:
                self._changes.setdefault(event["home"], []).append(event)

    def of(self, session_ids: Sequence[str], home: Path, *, started_at: float | None, source: str) -> WarmStart | None:
        """Return what a session began with, or None where nothing speaks for a warm start.

        Args:
            session_ids: every id of its lineage.
            home: the folder its ``state.db`` lies in.
            started_at: when it began, seconds since the epoch, or None.
            source: where it was held, as Hermes has it: some places take no prefill.
        """
        name = _name(home)
        noted = next((self._sessions[name, one] for one in session_ids if (name, one) in self._sessions), None)
        if noted is not None or started_at is None or source in IGNORE_PREFILLS:
            return noted
        changes = reversed(self._changes.get(name, []))
        last = next((change for change in changes if change["at"] <= started_at), None)
        if last is None or last["event"] != _ACTIVATED:
            return None
        return WarmStart(last["template_id"], last["version"], "activate", "probably")

    def active(self) -> list[Mapping[str, Any]]:
        """Return the last event of every home that has a default."""
        lasts = (changes[-1] for changes in self._changes.values())
        return [event for event in lasts if event["event"] == _ACTIVATED]

    def default_of(self, home: Path) -> tuple[str, str] | None:
        """Return the template that is a home's default, as far as was noted, and its version; None where none is."""
        noted = next((event for event in self.active() if event["home"] == _name(home)), None)
        return (noted["template_id"], noted["version"]) if noted is not None else None

    def __bool__(self) -> bool:
        """Whether anything was ever noted."""
        return bool(self._sessions or self._changes)

    def _note(self, event: Mapping[str, Any]) -> None:
        key = (event["home"], event["session_id"])
        known = self._sessions.get(key)
        if known is None or (known.certainty, event["certainty"]) == ("probably", "started"):
            self._sessions[key] = WarmStart(event["template_id"], event["version"], event["how"], event["certainty"])


_KEYS = {
    _SESSION: ("home", "session_id", "template_id", "version", "how", "certainty"),
    _ACTIVATED: ("home", "template_id", "version"),
    _DEACTIVATED: ("home",),
}


def _events(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(event, dict) and _makes_sense(event):
            yield event


def _makes_sense(event: Mapping[str, Any]) -> bool:
    keys = _KEYS.get(event["event"]) if isinstance(event.get("event"), str) else None
    return (
        keys is not None
        and isinstance(event.get("at"), int | float)
        and all(isinstance(event.get(key), str) for key in keys)
        and event.get("certainty", "started") in ("started", "probably")
    )


def _write_line(path: Path, line: bytes) -> None:
    with open(path, "a+b", opener=_private) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a writer was killed in the middle of its line
                line = b"\n" + line
        file.write(line)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=64)  # asked for every session of a list
def _name(home: Path) -> str:
    """Return the one name of a home, whichever links lead to it."""
    return str(home.resolve())
