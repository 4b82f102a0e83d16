"""Whatever lies in a store, and whatever happens to it, it is read or there is a sentence that says why not."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sessions.hermes_files import add_message, add_session, add_talk, create
from warmtui.errors import NotFoundError, SourceError
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

CALLS = json.dumps([{"id": "c1", "function": {"name": "ls", "arguments": "{}"}}])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty store, and the connection of the program that writes to it."""
    connection = create(tmp_path / "state.db")
    yield connection
    connection.close()


def read(tmp_path: Path, session_id: str = "s") -> Conversation:
    with open_store(tmp_path / "state.db") as opened:
        return opened.conversation(session_id)


def lineages(tmp_path: Path) -> set[tuple[str, ...]]:
    with open_store(tmp_path / "state.db") as opened:
        sessions = opened.sessions()
        for session in sessions:
            assert [opened.conversation(each).session for each in session.lineage] == [session] * len(session.lineage)
        assert set(opened.fingerprints()) == {session.lineage_id for session in sessions}
        assert len(list(opened.conversations())) == len(sessions)
    return {session.lineage for session in sessions}


def test_parents_in_a_loop_come_to_an_end(store: sqlite3.Connection, tmp_path: Path) -> None:
    for session_id, parent in (("a", "c"), ("b", "a"), ("c", "b"), ("self", "self")):
        add_session(store, session_id, parent_session_id=parent, end_reason="compression")
        add_talk(store, session_id, [session_id])
    assert lineages(tmp_path) == {("a", "b", "c"), ("self",)}


def test_a_parent_that_is_missing_leaves_a_session_of_its_own(store: sqlite3.Connection, tmp_path: Path) -> None:
    add_session(store, "s", parent_session_id="gone")
    assert lineages(tmp_path) == {("s",)}


def test_of_two_continuations_one_goes_on_and_the_other_is_kept(store: sqlite3.Connection, tmp_path: Path) -> None:
    add_session(store, "old", end_reason="compression")
    for session_id, at in (("early", 5.0), ("late", 9.0)):
        add_session(store, session_id, parent_session_id="old", started_at=2.0)
        add_message(store, session_id, "user", session_id, timestamp=at)
    assert lineages(tmp_path) == {("old", "late"), ("early",)}


def test_a_lineage_of_two_thousand_sessions_is_read(store: sqlite3.Connection, tmp_path: Path) -> None:
    store.execute("BEGIN")
    for number in range(2000):
        add_session(store, f"s{number:04}", parent_session_id=f"s{number - 1:04}", end_reason="compression")
        add_message(store, f"s{number:04}", "user", str(number))
    store.execute("COMMIT")
    conversation = read(tmp_path, "s1000")
    assert len(conversation.session.lineage) == 2000
    assert [message.text for message in conversation.messages] == [str(number) for number in range(2000)]


@pytest.mark.parametrize("role", ["user", "assistant", "tool"])
def test_one_message_ten_thousand_times_is_read_in_no_time(
    store: sqlite3.Connection, tmp_path: Path, role: str
) -> None:
    add_session(store, "s")
    summary = "[CONTEXT COMPACTION — REFERENCE ONLY] x"
    row = {"tool_call_id": "c1"} if role == "tool" else {"tool_calls": CALLS} if role == "assistant" else {}
    store.execute("BEGIN")
    for number in range(10_000):
        add_message(store, "s", role, "again", **row)
        if number in (5000, 7500):
            add_message(store, "s", "user", f"{summary} {number}")
    store.execute("COMMIT")
    started = time.process_time()
    conversation = read(tmp_path)
    assert time.process_time() - started < 5
    assert sum(message.is_compaction for message in conversation.messages) == 2


@pytest.mark.parametrize("step", [0.0, 1e-6, 1.0, -1e-6])
def test_ten_thousand_summaries_are_read_in_no_time(store: sqlite3.Connection, tmp_path: Path, step: float) -> None:
    add_session(store, "s")
    store.execute("BEGIN")
    for number in range(10_000):
        text = f"[CONTEXT COMPACTION — REFERENCE ONLY] {number // 2}"
        row = {"tool_calls": CALLS} if number % 3 else {}
        add_message(store, "s", "assistant", text, timestamp=1e9 + number * step, active=number % 7 != 0, **row)
    store.execute("COMMIT")
    started = time.process_time()
    assert read(tmp_path).messages
    assert time.process_time() - started < 5


@pytest.mark.parametrize("when", [1e308, -1e308, 1e18, float("inf"), -1, 2**62, "yesterday", b"\x00", None])
def test_any_time_is_read_and_comes_in_some_order(store: sqlite3.Connection, tmp_path: Path, when: Any) -> None:
    add_session(store, "s", started_at=when, ended_at=when)
    add_session(store, "t", started_at=1.0)
    add_talk(store, "s", ["a", "b"], timestamp=when)
    assert lineages(tmp_path) == {("s",), ("t",)}
    assert read(tmp_path).message_count == 2


def test_rows_without_a_role_or_a_tool_name_are_shown_and_paired(store: sqlite3.Connection, tmp_path: Path) -> None:
    add_session(store, "s")
    add_message(store, "s", None, "nobody's")  # type: ignore[arg-type]
    add_message(store, "s", "assistant", None, tool_calls=CALLS)
    add_message(store, "s", "tool", None, tool_call_id="c1", tool_name=None)
    conversation = read(tmp_path)
    assert [message.role for message in conversation.messages] == ["system", "assistant", "tool"]
    (call,) = conversation.calls
    assert call.result is not None
    assert (call.result.tool_name, call.result.text) == (None, "")


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("\x00json:[broken", "[broken"),
        ("\x00json:", ""),
        ("\x00json:" + "[" * 5000, "[" * 5000),
        ('\x00json:[{"type": "text", "text": "a"}, 7, null]', "a\n7"),
        ("\x00other", "\x00other"),
        ('\x00json:"just a string"', "just a string"),
    ],
)
def test_content_that_is_marked_and_broken_is_text(
    store: sqlite3.Connection, tmp_path: Path, stored: str, text: str
) -> None:
    add_session(store, "s")
    add_message(store, "s", "user", stored)
    assert read(tmp_path).messages[0].text == text


def test_ids_that_stand_twice_in_one_message_are_answered_in_their_order(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    add_session(store, "s")
    call = {"id": "c1", "function": {"name": "ls", "arguments": "{}"}}
    add_message(store, "s", "assistant", "", tool_calls=json.dumps(json.dumps([call, call])))
    for text in ("first", "second", "third"):
        add_message(store, "s", "tool", text, tool_call_id="c1")
    conversation = read(tmp_path)
    assert [call.result.text for call in conversation.calls if call.result] == ["first", "second"]
    assert [orphan.text for orphan in conversation.orphan_results] == ["third"]


def test_two_sessions_of_one_title_are_two(store: sqlite3.Connection, tmp_path: Path) -> None:
    for session_id in ("a", "b"):
        add_session(store, session_id, title="Same")
    assert lineages(tmp_path) == {("a",), ("b",)}


class TestWhileRead:
    """The store is changed by its owner while its conversations are read one by one."""

    @pytest.fixture(autouse=True)
    def filled(self, store: sqlite3.Connection) -> None:
        for number in range(4):
            add_session(store, f"s{number}", started_at=9.0 - number)
            add_talk(store, f"s{number}", ["x" * 2000, "b"])

    def test_it_may_be_vacuumed(self, store: sqlite3.Connection, tmp_path: Path) -> None:
        with open_store(tmp_path / "state.db") as opened:
            reading = opened.conversations()
            next(reading)
            store.execute("DELETE FROM messages WHERE session_id = 's0'")
            store.execute("VACUUM")
            assert [conversation.message_count for conversation in reading] == [2, 2, 2]

    def test_a_column_may_be_added(self, store: sqlite3.Connection, tmp_path: Path) -> None:
        with open_store(tmp_path / "state.db") as opened:
            reading = opened.conversations()
            next(reading)
            store.execute("ALTER TABLE messages ADD COLUMN later TEXT")
            assert [conversation.message_count for conversation in reading] == [2, 2, 2]
            assert opened.conversation("s0").message_count == 2

    def test_a_table_that_goes_is_a_source_error(self, store: sqlite3.Connection, tmp_path: Path) -> None:
        with open_store(tmp_path / "state.db") as opened:
            reading = opened.conversations()
            next(reading)
            store.execute("DROP TABLE messages")
            with pytest.raises(SourceError, match="messages"):
                list(reading)

    def test_a_file_that_is_deleted_or_replaced_is_read_or_a_source_error(
        self, store: sqlite3.Connection, tmp_path: Path
    ) -> None:
        store.close()
        path = tmp_path / "state.db"
        with open_store(path) as opened:
            reading = opened.conversations()
            next(reading)
            path.unlink()
            with pytest.raises(SourceError, match="cannot be read"):
                list(reading)
            path.write_bytes(b"something else " * 100)
            with pytest.raises(SourceError):
                opened.sessions()
            path.unlink()
            create(path).close()
            assert opened.sessions() == []
            with pytest.raises(NotFoundError):
                opened.conversation("s0")


NAMES = st.from_regex(r"[a-z]{3,8}( [a-z]{2,4})?", fullmatch=True)
OPTIONAL_OF_SESSIONS = (
    *("source", "model", "model_config", "system_prompt", "parent_session_id", "started_at", "ended_at"),
    *("end_reason", "message_count", "title", "rewind_count", "archived", "cwd"),
)
OPTIONAL_OF_MESSAGES = ("tool_call_id", "tool_calls", "tool_name", "timestamp", "active", "compacted")


def quoted(name: str) -> str:
    return f'"x {name}"'


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    more=st.lists(st.tuples(st.sampled_from(["sessions", "messages"]), NAMES), max_size=4, unique=True),
    tables=st.sets(NAMES, max_size=3),
    less_sessions=st.sets(st.sampled_from(OPTIONAL_OF_SESSIONS)),
    less_messages=st.sets(st.sampled_from(OPTIONAL_OF_MESSAGES)),
    version=st.none() | st.integers(11, 40),
)
def test_unknown_columns_and_tables_and_missing_ones_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory,
    more: list[tuple[str, str]],
    tables: set[str],
    less_sessions: set[str],
    less_messages: set[str],
    version: int | None,
) -> None:
    path = tmp_path_factory.mktemp("schema") / "state.db"
    connection = create(path, schema=version or 0)
    connection.executescript("DROP INDEX idx_messages_session; DROP INDEX idx_sessions_parent;")
    for table, dropped in (("sessions", less_sessions), ("messages", less_messages)):
        for column in dropped:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table, name in more:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} TEXT DEFAULT 'x'")
    for name in tables:
        connection.execute(f"CREATE TABLE {quoted(name)} (hash TEXT PRIMARY KEY, prompt BLOB)")
    if version is None:
        connection.execute("DROP TABLE schema_version")
    connection.execute("INSERT INTO sessions (id) VALUES ('s')")
    for role, content in (("user", "go"), ("assistant", ""), ("tool", "done")):
        connection.execute("INSERT INTO messages (session_id, role, content) VALUES ('s', ?, ?)", (role, content))
    if "tool_calls" not in less_messages:
        connection.execute("UPDATE messages SET tool_calls = ? WHERE role = 'assistant'", (CALLS,))
    if "tool_call_id" not in less_messages:
        connection.execute("UPDATE messages SET tool_call_id = 'c1' WHERE role = 'tool'")
    connection.close()
    with open_store(path) as opened:
        assert opened.format == ("hermes" if version is None else f"hermes {version}")
        (conversation,) = opened.conversations()
        assert opened.conversation("s") == conversation
        assert set(opened.fingerprints()) == {"s"}
    assert [message.text for message in conversation.messages] == ["go", "", "done"]
    can_pair = not less_messages & {"tool_calls", "tool_call_id"}
    assert [call.result is not None for call in conversation.calls] == (
        [can_pair] if "tool_calls" not in less_messages else []
    )
