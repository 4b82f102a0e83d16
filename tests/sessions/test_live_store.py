"""Hermes' own ``SessionDB`` writes in another process while its store is read: neither hinders the other."""

from __future__ import annotations

import json
import mmap
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore

# Says through a mapped file how many messages are committed, so that a reader knows what it has to see.
WRITER = """
import json, mmap, struct, sys
from pathlib import Path
from hermes_state import SessionDB
path, number, checkpoint_every = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with open(sys.argv[4], "r+b") as file:
    committed = mmap.mmap(file.fileno(), 8)
db = SessionDB(path)
for session in range(4):
    db.create_session(f"other{session}", "cli")
    db.append_message(f"other{session}", "user", "x" * 500)
db.create_session("busy", "cli")
print("ready", flush=True)
wal, checkpoints, largest = path.with_name("state.db-wal"), [], 0
for at in range(number):
    db.append_message("busy", ("user", "assistant")[at % 2], f"{at} " + "x" * 300)
    committed[:] = struct.pack("q", at + 1)
    largest = max(largest, wal.stat().st_size)
    if checkpoint_every and at % checkpoint_every == checkpoint_every - 1:
        busy, *_ = db._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        checkpoints.append([busy, wal.stat().st_size])
print(json.dumps({"stored": db.message_count("busy"), "checkpoints": checkpoints, "largest": largest}))
db.close()
"""


class Writer:
    """The other process."""

    def __init__(self, process: subprocess.Popen[str], committed: mmap.mmap) -> None:
        self._process = process
        self._committed = committed

    @property
    def committed(self) -> int:
        return int(struct.unpack("q", self._committed[:])[0])

    @property
    def is_writing(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self._process.kill()
        self._process.communicate()

    def wait_for_more(self) -> None:
        """Wait until something was written, or the writer is done."""
        before = self.committed
        while self.is_writing and self.committed == before:
            time.sleep(0)

    def result(self) -> dict[str, Any]:
        said, complaints = self._process.communicate()
        assert (self._process.returncode, complaints) == (0, "")
        told: dict[str, Any] = json.loads(said)
        return told


@contextmanager
def writing(hermes_python: str, path: Path, number: int, *, checkpoint_every: int = 0) -> Iterator[Writer]:
    counter = path.with_name("committed")
    counter.write_bytes(bytes(8))
    command = [hermes_python, "-c", WRITER, str(path), str(number), str(checkpoint_every), str(counter)]
    with (
        counter.open("r+b") as file,
        mmap.mmap(file.fileno(), 8) as committed,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=path.parent
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Writer(process, committed)


def numbers(conversation: Conversation) -> list[int]:
    return [int(message.text.split()[0]) for message in conversation.messages]


def read_until_done(store: SessionStore, writer: Writer) -> int:
    """Read all the time, each time what was committed before; return how often."""
    reads = 0
    while writer.is_writing:
        committed = writer.committed
        seen = numbers(store.conversation("busy"))
        assert seen == list(range(len(seen)))
        assert len(seen) >= committed
        reads += 1
    return reads


def read_while_written(hermes_python: str, path: Path, number: int) -> int:
    with writing(hermes_python, path, number) as writer, open_store(path) as store:
        reads = read_until_done(store, writer)
        assert writer.result()["stored"] == number
        assert numbers(store.conversation("busy")) == list(range(number))
    return reads


def test_what_is_committed_before_a_reading_is_in_it_without_a_gap(hermes_python: str, tmp_path: Path) -> None:
    assert read_while_written(hermes_python, tmp_path / "state.db", 300) > 10


@pytest.mark.long
def test_thousands_of_writes_and_readings_never_meet_a_lock(hermes_python: str, tmp_path: Path) -> None:
    assert read_while_written(hermes_python, tmp_path / "state.db", 3000) > 100


def consume_slowly(store: SessionStore, writer: Writer) -> int:
    """Read all conversations over and over, and stop at each until more was written; return how many."""
    consumed = 0
    while writer.is_writing:
        for _ in store.conversations():
            consumed += 1
            writer.wait_for_more()
    return consumed


def checkpoint_while_read(hermes_python: str, path: Path, number: int) -> int:
    with writing(hermes_python, path, number, checkpoint_every=25) as writer, open_store(path) as store:
        consumed = consume_slowly(store, writer)
        told = writer.result()
    assert told["checkpoints"] == [[0, 0]] * (number // 25)  # none was kept from it, each left an empty WAL
    assert told["largest"] < 20_000_000
    return consumed


def test_a_reading_that_is_never_finished_keeps_no_wal_from_being_truncated(hermes_python: str, tmp_path: Path) -> None:
    assert checkpoint_while_read(hermes_python, tmp_path / "state.db", 300) > 10


@pytest.mark.long
def test_a_thousand_slow_readings_keep_no_wal_from_being_truncated(hermes_python: str, tmp_path: Path) -> None:
    assert checkpoint_while_read(hermes_python, tmp_path / "state.db", 3000) > 1000


def test_the_store_of_a_hermes_that_ended_is_read_and_its_folder_stays_as_it_was(
    hermes_python: str, tmp_path: Path
) -> None:
    path = tmp_path / "state.db"
    with writing(hermes_python, path, 20) as writer:
        writer.result()
    before = sorted(file.name for file in tmp_path.iterdir())
    with open_store(path) as store:
        assert numbers(store.conversation("busy")) == list(range(20))
        assert len(list(store.conversations())) == 5
    assert sorted(file.name for file in tmp_path.iterdir()) == before == ["committed", "state.db"]


def test_what_a_hermes_that_was_killed_left_in_its_wal_is_read_whole(hermes_python: str, tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with writing(hermes_python, path, 5000) as writer:
        while writer.committed < 30:
            writer.wait_for_more()
        writer.kill()
        committed = writer.committed
    wal = path.with_name("state.db-wal")
    left = path.read_bytes(), wal.read_bytes()
    assert len(left[1]) > 100_000
    with open_store(path) as store:
        seen = numbers(store.conversation("busy"))
    assert seen == list(range(len(seen)))
    assert committed <= len(seen) <= committed + 1
    assert (path.read_bytes(), wal.read_bytes()) == left
