"""A store is read while others write to it, and nothing shows that it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sessions.hermes_files import add_message, add_session, add_talk, create, folder_state
from warmtui.sessions.formats.hermes_sqlite import ReadOnlyDatabase
from warmtui.sessions.opening import open_store


def closed_store(path: Path, journal: str = "wal") -> Path:
    connection = create(path, journal=journal)
    add_session(connection, "s")
    add_talk(connection, "s", ["a", "b", "c", "d"])
    connection.close()
    return path


def crashed_store(folder: Path) -> Path:
    """A store as a crash leaves it: one page in the main file, everything else in the WAL."""
    connection = create(folder / "running" / "state.db")
    add_session(connection, "s")
    add_talk(connection, "s", ["a", "b", "c", "d"])
    crashed = folder / "crashed"
    crashed.mkdir()
    for name in ("state.db", "state.db-wal"):
        shutil.copy(folder / "running" / name, crashed)
    connection.close()
    assert (crashed / "state.db").stat().st_size == 4096
    return crashed / "state.db"


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT COUNT(*) FROM messages").fetchone()[0])


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_closed_store_is_read_without_a_trace(tmp_path: Path, journal: str) -> None:
    path = closed_store(tmp_path / "state.db", journal)
    before = folder_state(tmp_path)
    with open_store(path) as store:
        assert store.conversation("s").message_count == 4
        for _ in store.conversations():
            assert folder_state(tmp_path) == before
    assert folder_state(tmp_path) == before


def test_a_store_that_lies_in_its_wal_alone_is_read_whole(tmp_path: Path) -> None:
    path = crashed_store(tmp_path)
    main, wal = path.read_bytes(), path.with_name("state.db-wal").read_bytes()
    with open_store(path) as store:
        assert store.conversation("s").message_count == 4
    assert (path.read_bytes(), path.with_name("state.db-wal").read_bytes()) == (main, wal)


def test_what_a_running_writer_has_committed_is_seen_and_what_it_has_not_is_not(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    writer = create(path)
    add_session(writer, "s")
    with open_store(path) as store:
        for number in range(1, 6):
            add_message(writer, "s", "user", "x")
            assert store.conversation("s").message_count == number
        writer.execute("BEGIN IMMEDIATE")
        add_message(writer, "s", "user", "x")
        assert store.conversation("s").message_count == 5
        writer.execute("ROLLBACK")
    writer.close()


def test_a_store_that_is_written_to_after_it_was_opened_is_read_as_it_is_now(tmp_path: Path) -> None:
    path = closed_store(tmp_path / "state.db")
    with open_store(path) as store:
        writer = sqlite3.connect(path, isolation_level=None)
        add_message(writer, "s", "user", "e")
        assert store.conversation("s").message_count == 5
        writer.close()
        assert store.conversation("s").message_count == 5


@pytest.mark.parametrize("closes", [True, False])
def test_a_file_that_changes_under_a_reading_is_read_again(tmp_path: Path, closes: bool) -> None:
    path = closed_store(tmp_path / "state.db")
    database = ReadOnlyDatabase(path)
    writers: list[sqlite3.Connection] = []
    seen: list[int] = []

    def work(connection: sqlite3.Connection) -> int:
        seen.append(count(connection))
        if len(seen) == 1:
            writers.append(sqlite3.connect(path, isolation_level=None))
            add_message(writers[0], "s", "user", "e")
            if closes:
                writers[0].close()
        return seen[-1]

    assert database.read(work) == 5
    assert seen == [4, 5]
    writers[0].close()


def test_a_file_that_changes_all_the_time_is_read_under_locks_in_the_end(tmp_path: Path) -> None:
    path = closed_store(tmp_path / "state.db")
    database = ReadOnlyDatabase(path)

    def work(connection: sqlite3.Connection) -> int:
        seen = count(connection)
        if seen < 12:
            writer = sqlite3.connect(path, isolation_level=None)
            add_message(writer, "s", "user", "more")
            writer.close()
        return seen

    assert database.read(work) >= 8


def test_a_reading_that_is_stopped_midway_holds_up_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    writer = create(path)
    for number in range(20):
        add_session(writer, f"s{number}")
        add_talk(writer, f"s{number}", ["a", "b"])
    with open_store(path) as store:
        reading = store.conversations()
        for _ in range(5):
            next(reading)
        busy, *_ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy
        assert path.with_name("state.db-wal").stat().st_size == 0
        add_session(writer, "later")
        assert len(list(reading)) == 15
    writer.close()


WRITER = """
import sqlite3, sys, time
sys.path.insert(0, sys.argv[2])
from tests.sessions.hermes_files import add_message
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.5)
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    add_message(connection, "s", "user", "x" * 300)
    if number % 100 == 99:  # as Hermes does at the end of each session
        connection.close()
        connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.5)
connection.close()
"""


def test_a_writer_in_another_process_and_we_never_hinder_each_other(tmp_path: Path) -> None:
    path = closed_store(tmp_path / "state.db")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(path), str(root), "800"]
    seen = [4]
    with (
        open_store(path) as store,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer,
    ):
        assert writer.stdout is not None
        writer.stdout.readline()
        while writer.poll() is None:
            seen.append(store.conversation("s").message_count)
            store.fingerprints()
        _, complaints = writer.communicate()
        assert (writer.returncode, complaints) == (0, "")
        seen.append(store.conversation("s").message_count)
    assert seen == sorted(seen)
    assert seen[-1] == 804
    assert len(set(seen)) > 5


# Root may write anywhere: the reading is then done by somebody else, who imports first, because the
# interpreter's own folder may be closed to him.
READER = """
import os, sqlite3, sys, tempfile
from pathlib import Path
from warmtui.sessions.opening import open_store
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
assert not os.access(path.parent, os.W_OK)
with open_store(path) as store:
    print(store.conversation("s").message_count, [c.message_count for c in store.conversations()])
"""


def read_as_somebody_who_may_not_write(path: Path) -> str:
    for file in path.parent.iterdir():
        file.chmod(0o444)
    path.parent.chmod(0o555)
    temporary = path.parent.parent / "tmp"
    temporary.mkdir()
    temporary.chmod(0o777)
    command = [sys.executable, "-c", READER, str(path)]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    finally:
        path.parent.chmod(0o755)
    assert list(temporary.iterdir()) == []
    if "PermissionError" in ran.stderr and "setgroups" in ran.stderr:
        pytest.skip("root may write anywhere, and this root may not become somebody else")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders are not made read-only in this way here")
@pytest.mark.parametrize("kind", ["closed", "rollback", "crashed"])
def test_a_store_in_a_read_only_folder_is_read_and_nothing_is_left(public_folder: Path, kind: str) -> None:
    if kind == "crashed":
        path = crashed_store(public_folder)
    else:
        path = closed_store(public_folder / "home" / "state.db", "wal" if kind == "closed" else "delete")
    before = folder_state(path.parent)
    assert read_as_somebody_who_may_not_write(path) == "4 [4]"
    assert folder_state(path.parent) == before
