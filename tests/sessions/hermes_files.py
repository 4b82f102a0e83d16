"""Hermes databases written by hand, with no more columns than a test needs."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_SESSION_DEFAULTS = {"source": "cli", "started_at": 1.0}
_SESSIONS = """
    id TEXT PRIMARY KEY, source TEXT, model TEXT, model_config TEXT, system_prompt TEXT, parent_session_id TEXT,
    started_at REAL, ended_at REAL, end_reason TEXT, message_count INTEGER DEFAULT 0, title TEXT
"""
_MESSAGES = """
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, role TEXT, content TEXT, tool_call_id TEXT,
    tool_calls TEXT, tool_name TEXT, timestamp REAL
"""


def create(path: Path, *, journal: str = "wal", more_columns: bool = True, schema: int = 22) -> sqlite3.Connection:
    """Make an empty Hermes database and return a connection that commits each statement."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    newer_sessions = ", rewind_count INTEGER, archived INTEGER, cwd TEXT" if more_columns else ""
    newer_messages = ", active INTEGER DEFAULT 1, compacted INTEGER DEFAULT 0" if more_columns else ""
    connection.executescript(f"""
        CREATE TABLE schema_version (version INTEGER);
        CREATE TABLE sessions ({_SESSIONS}{newer_sessions});
        CREATE TABLE messages ({_MESSAGES}{newer_messages});
        CREATE INDEX idx_messages_session ON messages(session_id, timestamp);
        CREATE INDEX idx_sessions_parent ON sessions(parent_session_id);
    """)
    connection.execute("INSERT INTO schema_version VALUES (?)", (schema,))
    return connection


SessionId = str | bytes | None
"""What SQLite takes for an id: bytes where a program hands it bytes, nothing where it hands it nothing."""


def add_session(connection: sqlite3.Connection, session_id: SessionId, **columns: Any) -> None:
    _insert(connection, "sessions", {"id": session_id, **_SESSION_DEFAULTS, **columns})


def add_message(
    connection: sqlite3.Connection, session_id: SessionId, role: str, content: Any = "", **columns: Any
) -> int:
    row = {"session_id": session_id, "role": role, "content": content, "timestamp": 1.0, **columns}
    return _insert(connection, "messages", row)


def add_talk(connection: sqlite3.Connection, session_id: SessionId, texts: Iterable[str], **columns: Any) -> None:
    """Add messages of the user and the assistant in turn."""
    for number, text in enumerate(texts):
        add_message(connection, session_id, ("user", "assistant")[number % 2], text, **columns)


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
    return cursor.lastrowid or 0


def folder_state(folder: Path) -> dict[str, str]:
    """Return every file of a folder with a digest of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
