from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sessions.hermes_files import add_session, add_talk, create, folder_state
from warmtui.errors import SourceError
from warmtui.sessions.opening import open_store, open_stores
from warmtui.sessions.places import expand_source, find_sources


def store_at(path: Path, *, journal: str = "wal", messages: int = 2) -> Path:
    connection = create(path, journal=journal)
    add_session(connection, "s")
    add_talk(connection, "s", ["x" * 500] * messages)
    connection.close()
    return path


def missing(folder: Path) -> Path:
    return folder / "nothing.db"


def dangling(folder: Path) -> Path:
    (folder / "state.db").symlink_to("gone.db")
    return folder / "state.db"


def link_to_itself(folder: Path) -> Path:
    (folder / "state.db").symlink_to("state.db")
    return folder / "state.db"


def empty_folder(folder: Path) -> Path:
    return folder


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "state.db")
    return folder / "state.db"


def empty_file(folder: Path) -> Path:
    (folder / "state.db").touch()
    return folder / "state.db"


def text_file(folder: Path) -> Path:
    (folder / "state.db").write_text("not a database " * 20)
    return folder / "state.db"


def other_tables(folder: Path) -> Path:
    connection = sqlite3.connect(folder / "state.db")
    connection.execute("CREATE TABLE messages (id INTEGER, body TEXT)")
    connection.close()
    return folder / "state.db"


def other_columns(folder: Path) -> Path:
    connection = sqlite3.connect(folder / "state.db")
    connection.executescript("CREATE TABLE sessions (id TEXT); CREATE TABLE messages (id INTEGER, body TEXT)")
    connection.close()
    return folder / "state.db"


def cut_in_its_header(folder: Path) -> Path:
    os.truncate(store_at(folder / "state.db"), 60)
    return folder / "state.db"


def half_written(folder: Path) -> Path:
    path = store_at(folder / "state.db", messages=200)
    os.truncate(path, path.stat().st_size // 2)
    return path


def half_written_without_wal(folder: Path) -> Path:
    path = store_at(folder / "state.db", journal="delete", messages=200)
    os.truncate(path, path.stat().st_size // 2)
    return path


def overlong_name(folder: Path) -> Path:
    return folder / ("x" * 5000)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (missing, "does not exist"),
        (dangling, r"is a link to gone\.db, which does not exist"),
        (link_to_itself, "is a link to"),
        (empty_folder, r"there is no state\.db in it"),
        (pipe, "is no file"),
        (empty_file, "is empty"),
        (text_file, "is no SQLite database"),
        (other_tables, "no Hermes store: it has no table sessions"),
        (other_columns, "no Hermes store: it has no column session_id in table messages"),
        (cut_in_its_header, "is cut off after 60 bytes"),
        (half_written, "damaged or only half written"),
        (half_written_without_wal, "damaged or only half written"),
        (overlong_name, "name too long"),
    ],
)
def test_what_cannot_be_opened_says_why_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    path = make(tmp_path)
    before = folder_state(tmp_path) if make is not pipe else {}
    with pytest.raises(SourceError, match=says) as raised:
        open_store(path)
    sentence = str(raised.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert (folder_state(tmp_path) if make is not pipe else {}) == before


def test_damage_that_shows_only_while_reading_is_a_source_error_too(tmp_path: Path) -> None:
    path = store_at(tmp_path / "state.db", messages=400)
    page = 4096
    content = bytearray(path.read_bytes())
    content[-20 * page : -page] = b"\xff" * (19 * page)
    path.write_bytes(content)
    with open_store(path) as store:
        assert len(store.sessions()) == 1
        with pytest.raises(SourceError, match="damaged"):
            store.conversation("s")
        with pytest.raises(SourceError, match="damaged"):
            list(store.conversations())


def test_a_file_that_vanishes_while_it_is_open_is_a_source_error(tmp_path: Path) -> None:
    path = store_at(tmp_path / "state.db")
    with open_store(path) as store:
        path.unlink()
        with pytest.raises(SourceError, match="cannot be read"):
            store.sessions()


def test_a_store_that_was_closed_says_so(tmp_path: Path) -> None:
    store = open_store(store_at(tmp_path / "state.db"))
    store.close()
    store.close()
    with pytest.raises(SourceError, match="was closed"):
        store.sessions()


def test_a_database_another_program_has_locked_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmtui.sessions.formats.hermes_sqlite._BUSY_SECONDS", 0.05)
    path = store_at(tmp_path / "state.db", journal="delete")
    writer = sqlite3.connect(path, isolation_level=None)
    with open_store(path) as store:
        writer.execute("BEGIN EXCLUSIVE")
        for attempt in (store.sessions, lambda: open_store(path)):
            with pytest.raises(SourceError, match=r"state\.db is locked by another program"):
                attempt()
        writer.execute("COMMIT")
        assert len(store.sessions()) == 1
    writer.close()


def test_a_short_lock_is_waited_for(tmp_path: Path) -> None:
    path = store_at(tmp_path / "state.db", journal="delete")
    script = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print(flush=True); time.sleep(0.3); c.execute('COMMIT')"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with open_store(path) as store:
            assert len(store.sessions()) == 1


def test_a_write_that_was_never_finished_is_explained_and_not_rolled_back(tmp_path: Path) -> None:
    path = store_at(tmp_path / "state.db", journal="delete", messages=400)
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA cache_size = 1');"
        "c.execute('UPDATE messages SET content = content || hex(randomblob(300))'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    before = folder_state(tmp_path)
    assert "state.db-journal" in before
    with pytest.raises(SourceError, match="left in the middle of a write"):
        open_store(path)
    assert folder_state(tmp_path) == before


def test_a_path_with_odd_characters_is_opened(tmp_path: Path) -> None:
    path = store_at(tmp_path / "who? #1 100%20 ü.db")
    with open_store(str(path)) as store:
        assert store.path == path
        assert len(store.sessions()) == 1


def test_a_link_to_a_store_is_read_with_the_wal_beside_its_target(tmp_path: Path) -> None:
    path = store_at(tmp_path / "real" / "state.db")
    link = tmp_path / "link.db"
    link.symlink_to(path)
    writer = sqlite3.connect(path, isolation_level=None)
    add_session(writer, "t")
    with open_store(link) as store:
        assert {session.session_id for session in store.sessions()} == {"s", "t"}
    writer.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home directory in which Hermes was used with two profiles."""
    root = tmp_path / "home" / ".hermes"
    store_at(root / "state.db")
    store_at(root / "profiles" / "work" / "state.db")
    store_at(root / "profiles" / "art_2" / "state.db")
    store_at(root / "profiles" / "No Profile" / "state.db")
    (root / "profiles" / "empty").mkdir()
    return root.parent


def test_the_home_and_its_profiles_are_found(home: Path) -> None:
    root = home / ".hermes"
    found = [root / "state.db", root / "profiles" / "art_2" / "state.db", root / "profiles" / "work" / "state.db"]
    assert find_sources({}, home) == found
    assert find_sources({"HERMES_HOME": str(root)}, Path("/nowhere")) == found
    assert find_sources({"HERMES_HOME": str(root / "profiles" / "work")}, Path("/nowhere")) == found
    assert expand_source(root) == found


def test_a_home_of_another_place_is_found_beside_the_usual_one(home: Path, tmp_path: Path) -> None:
    other = store_at(tmp_path / "elsewhere" / "state.db")
    found = find_sources({"HERMES_HOME": str(other.parent)}, home)
    assert found == [other, *find_sources({}, home)]


def test_where_hermes_was_never_used_nothing_is_found(tmp_path: Path) -> None:
    assert find_sources({}, tmp_path) == []
    assert find_sources({"HERMES_HOME": str(tmp_path / "gone")}, tmp_path) == []


def test_a_profile_a_file_and_a_wrong_path_stand_for_themselves(home: Path) -> None:
    work = home / ".hermes" / "profiles" / "work"
    assert expand_source(work) == [work / "state.db"]
    assert expand_source(str(work / "state.db")) == [work / "state.db"]
    assert expand_source(home / "nothing") == [home / "nothing"]
    assert expand_source("~nobody-of-that-name/x") == [Path("~nobody-of-that-name/x")]


def test_a_home_is_opened_by_its_folder_and_named_for_its_profile(home: Path) -> None:
    with open_store(home / ".hermes") as store:
        assert store.name == "hermes"
    with open_store(home / ".hermes" / "profiles" / "work") as store:
        assert store.name == "work"


def test_a_home_that_has_only_profiles_names_them(home: Path) -> None:
    (home / ".hermes" / "state.db").unlink()
    with pytest.raises(SourceError, match="art_2, work"):
        open_store(home / ".hermes")


def test_stores_of_one_name_get_names_of_their_own_the_same_every_time(tmp_path: Path) -> None:
    paths = [store_at(tmp_path / each / ".hermes" / "state.db") for each in ("a", "b", "c")]

    def names() -> list[str]:
        stores, problems = open_stores([*paths, paths[0], paths[0].parent])
        assert problems == []
        for store in stores:
            store.close()
        return [store.name for store in stores]

    first = names()
    assert first[0] == "hermes"
    assert len(set(first)) == 3
    assert all(name.startswith("hermes") for name in first)
    assert names() == first


def test_a_store_that_cannot_be_opened_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    good = store_at(tmp_path / "good.db")
    stores, problems = open_stores([empty_file(tmp_path), good])
    assert [store.path for store in stores] == [good]
    assert ["is empty" in str(problem) for problem in problems] == [True]
    stores[0].close()
