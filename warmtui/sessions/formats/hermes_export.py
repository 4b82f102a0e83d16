"""What ``hermes sessions export`` writes: a session a line, its columns and its messages.

A conversation that compaction split stands in several lines, or in one with all its segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from warmtui.sessions.chat_rows import rows_of_messages
from warmtui.sessions.content import seconds
from warmtui.sessions.formats.files import Flaw, Value, head, values
from warmtui.sessions.formats.hermes_lineage import SessionRow, lineages, session_of
from warmtui.sessions.formats.transcript import Transcript
from warmtui.sessions.rows import StoredSession, read_history

NAME = "hermes-export"

# Columns that every schema of Hermes has, and no other list of messages.
_COLUMNS = frozenset({"id", "source", "started_at", "parent_session_id", "end_reason", "messages"})


def matches(path: Path) -> bool:
    """Tell whether a file was exported by Hermes."""
    return any(_is_export(record) for value in head(path).values for record in _records(value))


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield each conversation once all of its lines were seen, and what is no exported session."""
    rows, last = _survey(path)
    by_id = {str(row["id"]): row for row in rows}
    lineage_of = {
        str(row["id"]): line for line in lineages(rows, lambda ids: {each: last[each] for each in ids}) for row in line
    }
    waiting: dict[str, tuple[Mapping[str, Any], str]] = {}
    done: set[str] = set()
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
            continue
        for record in _records(found.data):
            session_id = str(record.get("id"))
            if not _is_export(record) or session_id in done:
                again = "a session that stood there before" if session_id in done else "no exported session"
                yield Flaw(f"line {found.line}" if found.line else "", again)
                continue
            line = lineage_of.get(session_id)
            if line is None:  # it was written since
                continue
            done.add(session_id)
            waiting[session_id] = record, found.mark
            if all(str(row["id"]) in waiting for row in line):
                parent = by_id.get(str(line[0].get("parent_session_id")))
                yield _transcript(line, [waiting.pop(str(row["id"])) for row in line], parent)


def _survey(path: Path) -> tuple[list[SessionRow], dict[str, float]]:
    """Return the columns of every session, and when each last spoke; messages are read later, a line at a time."""
    rows: dict[str, SessionRow] = {}
    last: dict[str, float] = {}
    for found in values(path):
        for record in _records(found.data) if isinstance(found, Value) else ():
            session_id = str(record.get("id"))
            if _is_export(record) and session_id not in rows:
                rows[session_id] = {key: value for key, value in record.items() if key not in ("messages", "segments")}
                last[session_id] = max(
                    (seconds(each.get("timestamp")) or 0.0 for each in _messages(record)), default=0.0
                )
    return list(rows.values()), last


def _records(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the sessions of a value: itself, those of a list, and of a lineage its segments in place of it."""
    for record in value if isinstance(value, list) else [value]:
        if not isinstance(record, dict):
            continue
        segments = record.get("segments")
        parts = [part for part in segments if isinstance(part, dict)] if isinstance(segments, list) else []
        yield from parts or [record]


def _is_export(record: Mapping[str, Any]) -> bool:
    return record.keys() >= _COLUMNS and isinstance(record["messages"], list) and isinstance(record["id"], str)


def _messages(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [message for message in record["messages"] if isinstance(message, dict)]


def _transcript(
    line: Sequence[SessionRow], records: Sequence[tuple[Mapping[str, Any], str]], parent: SessionRow | None
) -> Transcript:
    session = session_of(line, parent)
    lineage: list[StoredSession] = []
    for record, _ in records:
        own = str(record["id"])  # the messages' own session ids are those of one row too, and may be missing
        lineage += rows_of_messages([{**message, "session_id": own} for message in _messages(record)], own)
    may_go_on = session.ended_at is None and session.end_reason is None
    return Transcript(session, list(read_history(lineage)), may_go_on, "".join(mark for _, mark in records))
