"""The queries over Hermes' tables: any schema from 11 on, a column it does not have read as NULL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warmtui.errors import UnknownFormatError
from warmtui.sessions.formats.hermes_lineage import SESSION_COLUMNS

if TYPE_CHECKING:
    from warmtui.sessions.rows import StoredSession

_NEEDED = {"sessions": ("id",), "messages": ("id", "session_id", "role", "content")}

# `StoredRow` in its order; its last field has no column.
_MESSAGE_COLUMNS = (
    "id",
    "role",
    "content",
    "tool_call_id",
    "tool_calls",
    "tool_name",
    "timestamp",
    "active",
    "compacted",
)

# What of a session's row is shown or decides how it is read.
_CHANGE_MARKS = (
    "source",
    "model",
    "model_config",
    "parent_session_id",
    "cwd",
    "started_at",
    "ended_at",
    "end_reason",
    "message_count",
    "tool_call_count",
    "title",
    "rewind_count",
    "archived",
)

_SPELLED = {
    # SQLite keeps bytes in a column of text where a program hands it bytes.
    "id": "CAST(id AS TEXT) AS id",
    "parent_session_id": "CAST(parent_session_id AS TEXT) AS parent_session_id",
    # Where the model's settings carry no mark of a branch or a delegate there is no need to parse them.
    "model_config": "CASE WHEN instr(model_config, '_from\"') THEN model_config END AS model_config",
}
# An id as it was asked for, or as bytes.
_ASKED = "IN (?1, CAST(?1 AS BLOB))"


def _either(column: str) -> str:
    return f"IN (CAST({column} AS TEXT), CAST({column} AS BLOB))"


# A session, those it continues and those that may continue it, and their parents. UNION ends at a loop. An id may
# be text in one row and bytes in another; asked for in both spellings, either is found in the index.
_FAMILY = f"""
    WITH RECURSIVE earlier(id) AS (
        SELECT id FROM sessions WHERE id {_ASKED}
        UNION
        SELECT parent.id FROM earlier
        JOIN sessions child ON child.id = earlier.id
        JOIN sessions parent ON parent.id {_either("child.parent_session_id")} AND parent.end_reason = 'compression'
    ), family(id) AS (
        SELECT id FROM earlier
        UNION
        SELECT child.id FROM family
        JOIN sessions parent ON parent.id = family.id AND parent.end_reason = 'compression'
        JOIN sessions child ON child.parent_session_id {_either("parent.id")}
    ), wanted(id) AS (
        SELECT id FROM family
        UNION
        SELECT parent.id FROM sessions child
        JOIN sessions parent ON parent.id {_either("child.parent_session_id")}
        WHERE child.id IN family
    )
"""


class HermesTables:
    """What one Hermes database has for tables, and how they are asked.

    Args:
        connection: only looked at here; each query is given its own.
        path: the database, for the message of an error.

    Raises:
        UnknownFormatError: the tables are not Hermes'.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        columns = {table: _columns(connection, table) for table in ("sessions", "messages", "schema_version")}
        for table, needed in _NEEDED.items():
            missing = [column for column in needed if column not in columns[table]]
            if missing:
                lacking = f"table {table}" if not columns[table] else f"column {missing[0]} in table {table}"
                raise UnknownFormatError(f"{path} is a SQLite database but no Hermes store: it has no {lacking}.")
        self.version = _version(connection) if columns["schema_version"] else None
        self._sessions = _select(SESSION_COLUMNS, columns["sessions"], _SPELLED)
        # As `_ASKED` has it, in two halves: SQLite builds no list of ids to look them up in.
        messages = f"{_select(_MESSAGE_COLUMNS, columns['messages'])}, NULL FROM messages WHERE session_id"
        self._of_session = f"{messages} = ?1 UNION ALL {messages} = CAST(?1 AS BLOB)"
        self._marks = [column for column in _CHANGE_MARKS if column in columns["sessions"]]
        self._has_parents = {"parent_session_id", "end_reason"} <= columns["sessions"]
        # Rewinding and compaction both move rows out of sight, so this sum shows either; the column is in an
        # index. `compacted` is not, and lies behind the content: reading it would read the whole table.
        self._in_sight = "SUM(COALESCE(active, 1))" if "active" in columns["messages"] else "0"

    def sessions(self, connection: sqlite3.Connection) -> list[dict[str, Any]]:
        """Return the row of every session; one without an id is none, because no message can belong to it."""
        return _dicts(connection.execute(f"{self._sessions} FROM sessions WHERE id IS NOT NULL"))

    def family(self, connection: sqlite3.Connection, session_id: str) -> list[dict[str, Any]]:
        """Return the rows from which a session's lineage and kind can be told; none if it is not there."""
        if not self._has_parents:
            return _dicts(connection.execute(f"{self._sessions} FROM sessions WHERE id {_ASKED}", (session_id,)))
        query = f"{_FAMILY} {self._sessions} FROM sessions WHERE id IN wanted"
        return _dicts(connection.execute(query, (session_id,)))

    def messages(self, connection: sqlite3.Connection, session_ids: Sequence[str]) -> list[StoredSession]:
        """Return the rows of a lineage's sessions, each session's in the order they were written."""
        found: list[StoredSession] = []
        for session_id in session_ids:
            rows = connection.execute(self._of_session, (session_id,)).fetchall()
            rows.sort(key=itemgetter(0))  # sorted here, SQLite has no reason to walk the whole table by id
            found.append((session_id, rows))
        return found

    def changes(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Return for each session id what changes with its messages or its row."""
        marks = "".join(f", s.{column}" for column in self._marks)
        query = f"""
            SELECT CAST(s.id AS TEXT), m.last, m.number, m.in_sight{marks}
            FROM sessions s LEFT JOIN (
                SELECT session_id, MAX(id) AS last, COUNT(*) AS number, {self._in_sight} AS in_sight
                FROM messages GROUP BY session_id
            ) m ON m.session_id = s.id
        """
        return {session_id: repr(rest) for session_id, *rest in connection.execute(query)}

    def last_activity(self, connection: sqlite3.Connection, session_ids: Sequence[str]) -> dict[str, float]:
        """Return the time of the last message of each session that has one."""
        query = f"SELECT MAX(timestamp) FROM messages WHERE session_id {_ASKED}"
        found = ((each, connection.execute(query, (each,)).fetchone()[0]) for each in session_ids)
        return {session_id: last for session_id, last in found if isinstance(last, int | float)}


def _columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def _version(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT * FROM schema_version").fetchone()
    return row[0] if row and isinstance(row[0], int) else None


def _select(wanted: Iterable[str], present: frozenset[str], spelled: Mapping[str, str] | None = None) -> str:
    spelled = spelled or {}
    terms = (spelled.get(name, name) if name in present else f"NULL AS {name}" for name in wanted)
    return f"SELECT {', '.join(terms)}"


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
