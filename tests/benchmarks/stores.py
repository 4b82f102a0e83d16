"""Made-up Hermes stores of any size, the same every time, with what makes real ones costly to read."""

from __future__ import annotations

import atexit
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from random import Random

from tests.benchmarks.conversations import Conversation
from tests.benchmarks.tools import Prose
from warmtui.demo.ddl import DDL, SCHEMA_VERSION

# Of conversations: how many were compacted in place, and how many went on in a new session instead.
_COMPACTED_EVERY = 15
_ROTATED_EVERY = 30
_START = 1_760_000_000
_SESSION_COLUMNS = "id, source, model, model_config, system_prompt, parent_session_id, started_at, ended_at, end_reason"
_MESSAGE_COLUMNS = (
    "session_id, role, content, tool_call_id, tool_calls, tool_name, timestamp, finish_reason, reasoning, "
    "active, compacted"
)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a made-up store holds, and what of it a reader should find.

    Attributes:
        sessions: rows of sessions.
        conversations: lineages of sessions.
        rows: rows of messages.
        row_calls: the calls in them.
        messages: the messages of the histories, without the rewound and without what compaction wrote twice.
        calls: the calls in those.
        orphan_calls: those that were never answered.
        orphan_results: the results that answer none.
    """

    sessions: int
    conversations: int
    rows: int
    row_calls: int
    messages: int
    calls: int
    orphan_calls: int
    orphan_results: int


@dataclass(frozen=True, slots=True)
class MadeStore:
    """A store on disk, and what was meant to be in it."""

    path: Path
    planned: Planned


@cache
def hermes_store(sessions: int, messages: int, seed: int = 7) -> MadeStore:
    """Return a store of so many sessions and rows of messages, written once a run and removed at its end."""
    path = scratch() / f"hermes-{sessions}-{messages}-{seed}.db"
    return MadeStore(path, write_store(path, sessions, messages, seed))


@cache
def scratch() -> Path:
    """Return a folder for this run, removed at its end."""
    folder = tempfile.TemporaryDirectory(prefix="warmtui-benchmarks-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def write_store(path: Path, sessions: int, messages: int, seed: int) -> Planned:
    """Write a store to `path`: the same arguments, the same rows.

    Args:
        path: a file that is not there yet.
        sessions: rows of sessions.
        messages: rows of messages; at least four a session.
        seed: what everything is drawn from.
    """
    random = Random(seed)
    conversations = _conversations(random, sessions, messages)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # as Hermes has it
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(DDL)
        with connection:
            connection.execute("INSERT INTO schema_version VALUES (?)", (SCHEMA_VERSION,))
            planned = _fill(connection, conversations)
    return planned


def _conversations(random: Random, sessions: int, messages: int) -> Iterator[Conversation]:
    """Make up the conversations one by one; every so many is spread over two sessions."""
    prose = Prose(random)
    rotated = sessions // _ROTATED_EVERY
    lengths = _lengths(random, sessions - rotated, messages)
    for number, length in enumerate(lengths):
        began = _START + number * 3_600
        is_rotated = number < rotated
        is_compacted = is_rotated or number % _COMPACTED_EVERY == 0
        yield Conversation(prose, began, length, is_compacted=is_compacted, is_rotated=is_rotated)


def _lengths(random: Random, number: int, total: int) -> list[int]:
    """Share rows among conversations as they are in life: most are short, some are very long."""
    least = 4
    weights = [random.lognormvariate(0, 0.9) for _ in range(number)]
    each = (total - least * number) / sum(weights)
    lengths = [least + int(weight * each) for weight in weights]
    lengths.sort(reverse=True)
    lengths[0] += total - sum(lengths)
    return lengths


def _fill(connection: sqlite3.Connection, conversations: Iterable[Conversation]) -> Planned:
    counts: Counter[str] = Counter()
    for conversation in conversations:
        connection.executemany(_insert("sessions", _SESSION_COLUMNS), conversation.session_rows())
        connection.executemany(_insert("messages", _MESSAGE_COLUMNS), map(_values, conversation.rows))
        counts.update(_counts(conversation))
    return Planned(**counts)


def _counts(conversation: Conversation) -> dict[str, int]:
    history = [row for row in conversation.rows if row.is_history]
    return {
        "sessions": len(conversation.session_ids),
        "conversations": 1,
        "rows": len(conversation.rows),
        "row_calls": sum(row.calls for row in conversation.rows),
        "messages": len(history),
        "calls": sum(row.calls for row in history),
        "orphan_calls": sum(row.unanswered for row in history),
        "orphan_results": sum(row.is_stray for row in history),
    }


_values = attrgetter(*_MESSAGE_COLUMNS.split(", "))


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' for _ in columns.split(', '))})"
