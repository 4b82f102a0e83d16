"""Damage to Hermes stores: odd values in rows, and bytes that a disk, a crash or another program left wrong."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.sessions.formats.damage import swapped

_WRITE_VERSION, _READ_VERSION = 18, 19  # bytes of the header: 2 where the store is in WAL mode, which memory has not
_PAGE = 4096
_ODD: list[Any] = [
    *(None, "", "x", " ", "user", "assistant", "tool", "system", "compression", "\x00", "\x00json:", "\x00json:[{}]"),
    *(b"", b"\xff\xfe\x00", b"\xed\xa0\x80", "[" * 900, '{"a":' * 200, "\x1b[2J\x07", "\u202ex", "x" * 50_000),
    *(0, -1, 1, 2**62, -(2**63), 1.5, 1e308, -1e308, float("inf"), "NaN", "yesterday", "[CONTEXT COMPACTION — x"),
    *(
        '[{"id":"c","function":{"name":"","arguments":"{"}}]',
        '[{"function":null},7,null]',
        '{"id":"c"}',
        '"[]"',
        "null",
    ),
]
_COLUMNS = {
    "sessions": (
        *("id", "source", "model", "model_config", "parent_session_id", "started_at", "ended_at", "end_reason"),
        *("message_count", "title", "archived", "cwd"),
    ),
    "messages": (
        *("id", "session_id", "role", "content", "tool_call_id", "tool_calls", "tool_name", "timestamp", "active"),
        "compacted",
    ),
}


def with_odd_rows(sound: bytes, chance: random.Random) -> bytes:
    """Return the bytes of a store in whose rows stands what nobody would write."""
    was_wal = sound[_READ_VERSION] == 2
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as store:
        store.deserialize(_in_mode(sound, 1))
        store.execute("PRAGMA foreign_keys = OFF")
        _without_triggers(store)
        for _ in range(chance.choice([1, 2, 5, 20])):
            with suppress(sqlite3.Error, IndexError):  # a change that SQLite, or an earlier one, does not allow
                chance.choice(_OF_ROWS)(store, chance)
        return _in_mode(store.serialize(), 2 if was_wal else 1)


def with_bad_bytes(sound: bytes, chance: random.Random) -> bytes:
    """Return the bytes of a store, flipped, cut, blank or in the wrong place."""
    data = bytearray(sound)
    for _ in range(chance.choice([1, 1, 2, 8])):
        if not data:
            break
        at = chance.randrange(len(data)) if chance.random() < 0.7 else chance.randrange(min(100, len(data)))
        page, other = (chance.randrange(len(data)) // _PAGE * _PAGE for _ in range(2))
        match chance.randrange(6):
            case 0 | 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at : at + 16] = chance.randbytes(len(data[at : at + 16]))
            case 3:
                data[page : page + _PAGE] = bytes(len(data[page : page + _PAGE]))
            case 4:
                data[page : page + _PAGE] = data[other : other + _PAGE]
            case _:
                del data[chance.randrange(len(data) // 2, len(data)) :]
    return bytes(data)


def write_beside(path: Path, main: bytes, wal: bytes, chance: random.Random) -> None:
    """Write a store as a crash left it, with a damaged WAL or a journal of something else beside it."""
    path.write_bytes(main)
    beside = chance.choice(["-wal", "-wal", "-wal", "-journal", "-shm"])
    path.with_name(path.name + beside).write_bytes(with_bad_bytes(wal, chance) if chance.random() < 0.8 else wal)


def _in_mode(data: bytes, version: int) -> bytes:
    changed = bytearray(data)
    changed[_WRITE_VERSION] = changed[_READ_VERSION] = version
    return bytes(changed)


def _without_triggers(store: sqlite3.Connection) -> None:
    """Let any value in: what keeps a search index would not."""
    for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        store.execute(f'DROP TRIGGER "{name}"')


def _place(store: sqlite3.Connection, chance: random.Random) -> tuple[str, str, int]:
    """Return a table, one of its columns and a row of it."""
    table = chance.choice(["sessions", "messages", "messages"])
    there = {row[1] for row in store.execute(f"PRAGMA table_info({table})")}
    column = chance.choice([name for name in _COLUMNS[table] if name in there])
    rows = [row[0] for row in store.execute(f"SELECT rowid FROM {table}")]
    return table, column, chance.choice(rows or [0])


def _odd_value(store: sqlite3.Connection, chance: random.Random) -> None:
    table, column, row = _place(store, chance)
    store.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (chance.choice(_ODD), row))


def _bytes_for_text(store: sqlite3.Connection, chance: random.Random) -> None:
    table, column, row = _place(store, chance)
    store.execute(f"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE rowid = ?", (row,))


def _text_of_bytes(store: sqlite3.Connection, chance: random.Random) -> None:
    """Text that is no UTF-8, which SQLite takes and Python's module refuses to read."""
    table, column, row = _place(store, chance)
    store.execute(f"UPDATE {table} SET {column} = CAST(X'41FFEDA0' AS TEXT) WHERE rowid = ?", (row,))


def _value_of_another(store: sqlite3.Connection, chance: random.Random) -> None:
    """Parents that are their own children, results of another session, ids that stand twice."""
    table, column, row = _place(store, chance)
    source = {"parent_session_id": "id", "id": "id"}.get(column, column)
    store.execute(
        f"UPDATE {table} SET {column} = (SELECT {source} FROM {table} ORDER BY rowid LIMIT 1 OFFSET ?) WHERE rowid = ?",
        (chance.randrange(20), row),
    )


def _in_a_loop(store: sqlite3.Connection, chance: random.Random) -> None:
    ids = [row[0] for row in store.execute("SELECT id FROM sessions")]
    ring = chance.sample(ids, min(len(ids), chance.choice([1, 2, 3])))
    for one, following in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        store.execute(
            "UPDATE sessions SET parent_session_id = ?, end_reason = 'compression' WHERE id = ?", (one, following)
        )


def _odd_json(store: sqlite3.Connection, chance: random.Random) -> None:
    """Calls whose parts are of other kinds."""
    rows = store.execute("SELECT rowid, tool_calls FROM messages WHERE tool_calls IS NOT NULL").fetchall()
    if not rows:
        return
    row, stored = chance.choice(rows)
    with suppress(ValueError, TypeError):
        changed = json.dumps(swapped([json.loads(stored)], chance)[0])
        store.execute("UPDATE messages SET tool_calls = ? WHERE rowid = ?", (changed, row))


def _gone(store: sqlite3.Connection, chance: random.Random) -> None:
    table, _, row = _place(store, chance)
    store.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


def _twice(store: sqlite3.Connection, chance: random.Random) -> None:
    _, _, row = _place(store, chance)
    columns = ", ".join(name for _, name, *_ in store.execute("PRAGMA table_info(messages)").fetchall() if name != "id")
    store.execute(f"INSERT INTO messages ({columns}) SELECT {columns} FROM messages WHERE rowid = ?", (row,))


def _other_schema(store: sqlite3.Connection, chance: random.Random) -> None:
    """A column that goes, a table that goes, a version from the future."""
    table, column, _ = _place(store, chance)
    match chance.randrange(12):
        case 0:
            store.execute(f"DROP TABLE {table}")
        case 1 | 2:
            store.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")
        case 3 | 4:
            store.execute(f"CREATE VIEW IF NOT EXISTS more AS SELECT * FROM {table}")
        case _:
            store.execute("UPDATE schema_version SET version = ?", (chance.choice([None, "x", 99, -1, 2**62]),))


_OF_ROWS = (
    _odd_value, _odd_value, _odd_value, _bytes_for_text, _text_of_bytes, _value_of_another, _value_of_another,
    _in_a_loop, _odd_json, _odd_json, _gone, _twice, _other_schema,
)  # fmt: skip
