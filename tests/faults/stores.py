"""Sound stores to do damage to: small ones made here, and heads of the real ones where there are any."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from tests.sessions.formats.samples import FILES
from tests.sessions.hermes_files import add_message, add_session, add_talk, create

_SUMMARY = "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into the summary below.\n\nDone: a, b."
_REAL_TRANSCRIPTS = {
    "real claude-code": "formats/claude-code-1.jsonl",
    "real claude-code web": "formats/claude-code-web.json",
    "real codex": "formats/codex-rollout.jsonl",
    "real atif": "formats/atif-1.7.json",
    "real swe-agent": "formats/swe-agent.traj",
    "real chats": "sessions/tau_bench_airline.jsonl.gz",
    "real mcp chats": "sessions/livemcpbench.jsonl.gz",
}
_REAL_STORES = {f"real hermes {version}": f"hermes/kinds-{version}.db" for version in ("0.13", "0.16", "0.19")}
_LARGEST_RECORD = 20_000  # bytes: damage to one that is larger shows nothing more, and takes longer

MADE_TRANSCRIPTS = tuple(FILES)
REAL_TRANSCRIPTS = tuple(_REAL_TRANSCRIPTS)
MADE_STORE = "made hermes"
STORES = (MADE_STORE, *_REAL_STORES)


@cache
def records_of(name: str) -> list[Any] | None:
    """Return the first records of a transcript; None where it is a real one, and those are not here."""
    if name in FILES:
        return FILES[name]
    path = _real(_REAL_TRANSCRIPTS[name])
    if path is None:
        return None
    if not path.name.removesuffix(".gz").endswith(".jsonl"):
        return [json.loads(path.read_bytes())]
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        short = (line for line in lines if len(line) < _LARGEST_RECORD)
        return [json.loads(line) for line in islice(short, 3 if "chats" in name else 30)]


@cache
def store_bytes(name: str) -> bytes | None:
    """Return a Hermes store as a closed file; None where it is a real one, and those are not here."""
    if name == MADE_STORE:
        return _made()[0]
    path = _real(_REAL_STORES[name])
    return None if path is None else path.read_bytes()


def crashed_store() -> tuple[bytes, bytes]:
    """Return a Hermes store as a crash leaves it: its file, and the WAL without which it lacks its end."""
    return _made()[1]


def fill(store: sqlite3.Connection) -> None:
    """Write a little of everything into a Hermes store: failures, compaction in both ways, a delegate, odd content."""
    call = [{"id": "c1", "type": "function", "function": {"name": "terminal", "arguments": '{"command": "ls /tmp"}'}}]
    for session_id, parent, end in (("one", None, "compression"), ("two", "one", None), ("three", "two", "delegate")):
        add_session(store, session_id, parent_session_id=parent, end_reason=end, title=f"Fix {session_id}", model="m")
        add_talk(store, session_id, ["Please fix the build in /srv/app", "I look."])
        for number, output in enumerate(
            ('{"exit_code": 1, "output": "no such file"}', '{"exit_code": 0, "output": "a"}')
        ):
            add_message(store, session_id, "assistant", "", tool_calls=json.dumps(call))
            add_message(
                store, session_id, "tool", output, tool_call_id="c1", tool_name="terminal", timestamp=2.0 + number
            )
        add_message(store, session_id, "user", '\x00json:[{"type": "text", "text": "No, not that."}]')
    add_message(store, "one", "assistant", "kept", active=0, compacted=1)
    add_message(store, "two", "user", _SUMMARY, timestamp=3.0)
    add_message(store, "two", "user", "taken back", active=0)


@cache
def _made() -> tuple[bytes, tuple[bytes, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        with closing(create(path)) as store:
            fill(store)
        closed = path.read_bytes()
        with closing(sqlite3.connect(path, isolation_level=None)) as store:
            add_talk(store, "two", ["And now?", "Done."])
            crashed = path.read_bytes(), path.with_name("state.db-wal").read_bytes()
    return closed, crashed


def _real(path: str) -> Path | None:
    folder = os.environ.get("WARMTUI_TEST_DATA")
    return Path(folder) / path if folder and (Path(folder) / path).is_file() else None
