"""Reading every session of a store into conversations, against the least that any reader has to do.

The floor is a bare ``SELECT`` of the same columns of the same rows, session by session over the index, in one
connection and without sorting, and `orjson.loads` of what is JSON in them: of every ``tool_calls``, and of every
result that begins with ``{`` or ``[``. It reads no more of a session than its id, and keeps nothing.

Ours, ``store.conversations()`` of a store that was made before, does all the rest: it reads the sessions' rows and
groups them to lineages, sees after each session whether the file has changed, and sorts, decodes, pairs and builds
objects. Only the results' JSON it leaves as it is: that is the work of whoever judges them. Both open a connection
of their own each time, and find the file in the page cache.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import orjson

from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side
from tests.benchmarks.stores import hermes_store, scratch
from warmtui.sessions.formats.hermes import HermesStore

SESSIONS, MESSAGES = 1_000, 40_000
_SELECT = """
    SELECT id, role, content, tool_call_id, tool_calls, tool_name, timestamp, active, compacted
    FROM messages WHERE session_id = ?
"""


class Seen(NamedTuple):
    """How much came by, to show that nothing was left out."""

    messages: int
    calls: int


def stores() -> Iterator[tuple[str, Path]]:
    """Yield what is measured on: a made-up store and, where WARMTUI_TEST_DATA names the folder of real ones, one."""
    yield f"{SESSIONS:,} sessions, {MESSAGES:,} messages", hermes_store(SESSIONS, MESSAGES).path
    if (real := _real_store()) is not None:
        yield "200 real sessions, 5,108 messages", real


def measure() -> Iterator[Measured]:
    """Measure on each store."""
    return (measured(what, path) for what, path in stores())


BENCHMARK = Benchmark(
    name="reading",
    statement="reading all sessions into conversations, against a bare SELECT and the parsing of its JSON.",
    goal=2.0,
    measure=measure,
)


def measured(what: str, path: Path) -> Measured:
    with HermesStore(path) as store:
        return side_by_side(what, partial(read, store), partial(floor, path))


def read(store: HermesStore) -> Seen:
    """Read every conversation of a store, one after the other."""
    messages = calls = 0
    for conversation in store.conversations():
        messages += len(conversation.messages)
        calls += len(conversation.calls)
    return Seen(messages, calls)


def floor(path: Path) -> Seen:
    """Read every row of a store's sessions, one after the other, and parse the JSON in them."""
    messages = calls = 0
    with closing(_connect(path)) as connection:
        for session in connection.execute("SELECT id FROM sessions").fetchall():
            rows = connection.execute(_SELECT, session).fetchall()
            messages += len(rows)
            for _, role, content, _, tool_calls, _, _, _, _ in rows:
                if tool_calls:
                    calls += len(orjson.loads(tool_calls))
                elif role == "tool" and content and content[0] in "{[":
                    try:  # noqa: SIM105 — `suppress` takes time, and the floor is to take none it need not
                        orjson.loads(content)
                    except orjson.JSONDecodeError:
                        pass
    return Seen(messages, calls)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a store in the fastest way that is safe for it: only one in WAL mode may be read without its locks."""
    with path.open("rb") as file:
        is_wal = file.read(20)[19] == 2
    return sqlite3.connect(f"{path.as_uri()}?{'immutable=1' if is_wal else 'mode=ro'}", uri=True)


def _real_store() -> Path | None:
    packed = Path(os.environ.get("WARMTUI_TEST_DATA", "")) / "hermes" / "airline-0.19.db.gz"
    if not packed.is_file():
        return None
    path = scratch() / "airline.db"
    if not path.exists():
        with gzip.open(packed) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
    return path
