"""Writes the demo store, once, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import asdict, fields
from pathlib import Path

from warmtui.demo.ddl import DDL, SCHEMA_VERSION
from warmtui.demo.record import MessageRow
from warmtui.demo.sessions import hold_sessions
from warmtui.errors import WarmtuiError

DEMO_VERSION = 1
"""Raised with every change of what the demo store holds: an older one is written anew."""

_NAME = "state.db"
# In the file's header, where even a cut file has it: the store is ours, and may be replaced.
_APPLICATION_ID = 0x77_61_72_6D
_MAGIC = b"SQLite format 3\0"
_HEADER_LENGTH = 100
_MARK = "warmtui_demo"


def create_demo_store(directory: Path, *, seed: int = 7) -> Path:
    """Write a made-up Hermes store of about sixty sessions, unless it is there already.

    The same seed gives the same bytes. It is written beside its place and renamed, so that nobody ever sees
    half of it, and two processes may do so at once.

    Args:
        directory: where; made if missing.
        seed: what its names, numbers and ids are drawn from.

    Returns:
        The path of the store, ``state.db`` in `directory`.

    Raises:
        WarmtuiError: it cannot be written there, or another store lies there.
    """
    path = directory / _NAME
    try:
        if _is_whole(path, seed):
            return path
        if _is_of_others(path):
            raise WarmtuiError(f"{path} is a database that is no demo store; choose another directory.")
        directory.mkdir(parents=True, exist_ok=True)
        _replace(path, seed)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise WarmtuiError(f"The demo store cannot be written to {directory}: {reason}.") from error
    return path


def _is_whole(path: Path, seed: int) -> bool:
    """Whether the demo store of this version and `seed` lies there undamaged."""
    if not _is_ours(_header(path)):
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            mark = connection.execute("SELECT value FROM state_meta WHERE key = ?", (_MARK,)).fetchall()
            return mark == [(_mark(seed),)] and connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def _is_of_others(path: Path) -> bool:
    header = _header(path)
    return len(header) == _HEADER_LENGTH and header.startswith(_MAGIC) and not _is_ours(header)


def _is_ours(header: bytes) -> bool:
    return header.startswith(_MAGIC) and header[68:72] == _APPLICATION_ID.to_bytes(4, "big")


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER_LENGTH)
    except FileNotFoundError:
        return b""


def _mark(seed: int) -> str:
    return f"version {DEMO_VERSION}, seed {seed}"


def _replace(path: Path, seed: int) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{_NAME}-", dir=path.parent)
    os.close(handle)
    written = Path(name)
    try:
        _write(written, seed)
        # What a damaged store left behind must not be taken for a part of the new one.
        for suffix in ("-wal", "-shm", "-journal"):
            path.with_name(_NAME + suffix).unlink(missing_ok=True)
        written.replace(path)
    except BaseException:
        with suppress(OSError):
            written.unlink()
        raise


def _write(path: Path, seed: int) -> None:
    # Not in WAL mode, unlike a living store: nothing is to lie beside it, however it is opened.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.executescript(DDL)
        with connection:
            connection.execute("INSERT INTO schema_version VALUES (?)", (SCHEMA_VERSION,))
            connection.execute("INSERT INTO state_meta VALUES (?, ?)", (_MARK, _mark(seed)))
            for session in hold_sessions(seed):
                _insert(connection, session.columns, session.messages)


def _insert(connection: sqlite3.Connection, session: dict[str, object], messages: list[MessageRow]) -> None:
    connection.execute(
        f"INSERT INTO sessions ({', '.join(session)}) VALUES ({', '.join('?' * len(session))})",
        tuple(session.values()),
    )
    columns = [column.name for column in fields(MessageRow)]
    connection.executemany(
        f"INSERT INTO messages ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        (tuple(asdict(message).values()) for message in messages),
    )
