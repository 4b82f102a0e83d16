from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sessions.hermes_files import add_message, add_session, add_talk, create, folder_state
from warmtui.errors import NotFoundError
from warmtui.sessions.formats.hermes import HermesStore, store_name
from warmtui.sessions.formats.hermes_tables import HermesTables
from warmtui.sessions.models import Author, Conversation
from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore

VERSIONS = {"0.13": 11, "0.16": 14, "0.19": 22}


@pytest.fixture(params=sorted(VERSIONS))
def kinds(request: pytest.FixtureRequest, kinds_dir: Path, tmp_path: Path) -> Path:
    """One of the three stores with a session of each kind, in a folder of its own."""
    return Path(shutil.copy(kinds_dir / f"kinds-{request.param}.db", tmp_path))


def read(path: Path, session_id: str) -> Conversation:
    with open_store(path) as store:
        return store.conversation(session_id)


def test_a_store_of_any_version_reads_whole_and_its_folder_stays_as_it_was(kinds: Path) -> None:
    before = folder_state(kinds.parent)
    with open_store(kinds) as store:
        assert isinstance(store, SessionStore)
        assert store.format == f"hermes {VERSIONS[kinds.stem.removeprefix('kinds-')]}"
        assert store.name == kinds.stem
        conversations = list(store.conversations())
        assert [c.session for c in conversations] == store.sessions()
        assert set(store.fingerprints()) == {c.session.lineage_id for c in conversations}
    assert len(conversations) == 8
    assert sum(c.orphans for c in conversations) == 0
    assert folder_state(kinds.parent) == before


def test_failures_wrapped_results_and_missing_tool_names_are_read_as_stored(kinds: Path) -> None:
    conversation = read(kinds, "20261120_101500_0f1e2d3c")
    assert conversation.session.source == "telegram"
    assert [message.role for message in conversation.messages][:3] == ["user", "assistant", "tool"]
    asked = conversation.messages[0]
    assert (asked.text, asked.person_text) == ("what is in this picture?\n[image]", "what is in this picture?")
    assert [call.name for call in conversation.calls] == ["web_search", "wrong_tool", "web_extract", "terminal"]
    results = [call.result for call in conversation.calls]
    assert [result.tool_name for result in results if result] == ["web_search", None, "web_extract", "terminal"]
    assert [message.person_text for message in conversation.messages if message.role == "user"][1] == (
        "never mind, thanks"
    )


@pytest.mark.parametrize("session_id", ["20261120_110000_c0ffee", "20261120_123000_c0ffe2"])
def test_a_conversation_that_was_rotated_is_one_whatever_id_it_is_asked_by(kinds: Path, session_id: str) -> None:
    conversation = read(kinds, session_id)
    session = conversation.session
    assert session.lineage == ("20261120_110000_c0ffee", "20261120_123000_c0ffe2")
    assert (session.session_id, session.lineage_id) == session.lineage[::-1]
    assert session.title == "Long task #2"
    assert session.parent_session_id is None
    assert conversation.message_count == 9
    assert [message.is_compaction for message in conversation.messages].index(True) == 6
    assert [message.message_id for message in conversation.messages] == list(range(25, 35))


def test_in_place_compaction_and_rewind_leave_the_history_that_was(kinds_dir: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(kinds_dir / "kinds-0.19.db", tmp_path))
    conversation = read(path, "20261121_080000_d15ea5")
    assert [message.message_id for message in conversation.messages] == [*range(35, 45), 49, 50]
    assert [message.message_id for message in conversation.messages if message.is_compaction] == [43]
    assert [message.is_archived for message in conversation.messages] == [True] * 8 + [False] * 4
    assert conversation.messages[8].author is Author.HARNESS
    assert conversation.session.metadata["rewind_count"] == 1


def test_branches_and_delegates_are_sessions_that_point_at_their_parent(kinds: Path) -> None:
    with open_store(kinds) as store:
        kinds_of = {session.session_id: (session.kind, session.parent_session_id) for session in store.sessions()}
    parent = "20261121_090000_e00001"
    assert kinds_of["20261121_090100_e00002"] == ("delegate", parent)
    assert kinds_of["20261121_090500_e00003"] == ("branch", parent)
    assert kinds_of[parent] == ("session", None)


def test_a_session_without_messages_is_there_and_empty(kinds: Path) -> None:
    conversation = read(kinds, "20261121_100000_empty0")
    assert (conversation.messages, conversation.calls, conversation.is_live) == ((), (), False)


def test_an_id_that_no_session_has_is_not_found_and_left_out_of_several(kinds: Path) -> None:
    with open_store(kinds) as store:
        with pytest.raises(NotFoundError, match="nobody"):
            store.conversation("nobody")
        several = list(store.conversations(["20261121_090000_e00001", "nobody"]))
    assert [conversation.session.session_id for conversation in several] == ["20261121_090000_e00001"]


def test_a_session_that_is_deleted_while_others_are_read_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    for number in range(3):
        add_session(connection, f"s{number}", started_at=9.0 - number)
        add_talk(connection, f"s{number}", ["a", "b"])
    add_session(connection, "empty")
    with open_store(path) as store:
        reading = store.conversations()
        next(reading)
        connection.execute("DELETE FROM messages WHERE session_id = 's1'")
        connection.execute("DELETE FROM sessions WHERE id = 's1'")
        assert [conversation.session.session_id for conversation in reading] == ["s2", "empty"]
    connection.close()


def test_messages_are_given_in_the_shape_of_chat_messages(kinds: Path) -> None:
    with open_store(kinds) as store:
        messages = store.get_messages("20261120_091500_a1b2c3")
    assert [message["role"] for message in messages][:4] == ["user", "assistant", "tool", "assistant"]
    assert messages[1]["tool_calls"][0]["function"] == {"name": "terminal", "arguments": '{"command": "pytest -q"}'}
    assert (messages[2]["tool_call_id"], messages[2]["tool_name"]) == ("call_1", "terminal")


def test_the_real_sessions_read_whole_though_their_call_ids_repeat(airline_db: Path) -> None:
    before = folder_state(airline_db.parent)
    with open_store(airline_db) as store:
        conversations = list(store.conversations())
        assert store.conversation(conversations[7].session.session_id) == conversations[7]
    assert len(conversations) == 200
    assert sum(conversation.message_count for conversation in conversations) == 5108
    assert sum(len(conversation.calls) for conversation in conversations) == 1164
    assert sum(conversation.orphans for conversation in conversations) == 0
    assert all(call.arguments is not None for conversation in conversations for call in conversation.calls)
    assert folder_state(airline_db.parent) == before


def test_the_real_sessions_read_the_same_from_the_chat_messages_they_came_from(airline_db: Path) -> None:
    with open_store(airline_db) as store:
        first = next(iter(store.conversations()))
        again = store.get_messages(first.session.session_id)
    assert [message["content"] or "" for message in again] == [message.text for message in first.messages]


def test_some_sessions_come_in_the_order_of_all(kinds: Path) -> None:
    wanted = ["20261120_091500_a1b2c3", "20261120_110000_c0ffee", "20261121_090000_e00001"]
    with open_store(kinds) as store:
        ids = [conversation.session.lineage_id for conversation in store.conversations(wanted)]
    assert ids == wanted[::-1]


def test_a_store_may_be_read_from_several_threads(airline_db: Path) -> None:
    with open_store(airline_db) as store, ThreadPoolExecutor(8) as pool:
        ids = [session.session_id for session in store.sessions()]
        counts = list(pool.map(lambda session_id: store.conversation(session_id).message_count, ids))
    assert sum(counts) == 5108


def test_what_is_strange_in_a_row_never_stops_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    add_session(connection, "s")
    connection.execute("INSERT INTO messages (session_id, role, content) VALUES ('s', 'user', CAST(x'61FF62' AS TEXT))")
    add_message(connection, "s", "user", b"blob \xfe")
    add_message(connection, "s", "assistant", None, tool_calls="{broken")
    add_message(connection, "s", "assistant", "", tool_calls=json.dumps(json.dumps([{"name": "ls", "id": 7}])))
    add_message(connection, "s", "tool", 42, tool_call_id=7)
    add_message(connection, "s", "tool", "late", tool_call_id="nothing")
    add_message(connection, "s", "user", "nul\x00inside", timestamp="soon")
    connection.close()

    conversation = read(path, "s")
    assert [message.text for message in conversation.messages] == [
        "a\N{REPLACEMENT CHARACTER}b",
        "blob \N{REPLACEMENT CHARACTER}",
        "",
        "",
        "42",
        "late",
        "nul\x00inside",
    ]
    (call,) = conversation.calls
    assert (call.name, call.call_id, call.arguments) == ("ls", "7", {})
    assert call.result is not None
    assert [orphan.text for orphan in conversation.orphan_results] == ["late"]
    assert conversation.messages[-1].timestamp is None


def test_ids_that_are_bytes_are_read_as_text_and_a_row_without_an_id_is_no_session(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    for session_id in (None, None, "text"):
        add_session(connection, session_id)
    add_session(connection, b"bytes", end_reason="compression", title=b"T", message_count=float("inf"))
    add_session(connection, "next", parent_session_id=b"bytes", started_at=float("inf"))
    add_talk(connection, b"bytes", ["a", "b"], timestamp=float("inf"))
    with open_store(path) as store:
        assert {session.lineage for session in store.sessions()} == {("text",), ("bytes", "next")}
        assert set(store.fingerprints()) == {"text", "bytes"}
        conversation = store.conversation("bytes")
        assert conversation == store.conversation("next")
    connection.close()
    assert [message.text for message in conversation.messages] == ["a", "b"]
    assert [message.timestamp for message in conversation.messages] == [None, None]
    assert (conversation.session.title, conversation.session.message_count) == ("T", 0)


def test_unknown_columns_and_tables_of_a_later_schema_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path, schema=30)
    connection.executescript("""
        ALTER TABLE sessions DROP COLUMN system_prompt;
        ALTER TABLE sessions ADD COLUMN system_prompt_hash TEXT;
        ALTER TABLE messages ADD COLUMN "order" TEXT;
        CREATE TABLE system_prompts (hash TEXT PRIMARY KEY, prompt TEXT);
        INSERT INTO system_prompts VALUES ('h', 'You are …');
    """)
    add_session(connection, "s", system_prompt_hash="h")
    add_talk(connection, "s", ["hello", "hi"])
    connection.close()
    with open_store(path) as store:
        assert store.format == "hermes 30"
        assert store.conversation("s").message_count == 2


def test_messages_are_in_the_order_they_were_written_whatever_their_times_say(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    add_session(connection, "s")
    for number in range(20):
        add_message(connection, "s", "user", str(number), timestamp=100.0 - number)
    connection.close()
    assert [message.text for message in read(path, "s").messages] == [str(number) for number in range(20)]


def test_the_newest_come_first_by_when_their_last_session_began(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    add_session(connection, "long", started_at=1.0, end_reason="compression")
    add_session(connection, "middle", started_at=5.0)
    add_session(connection, "long2", started_at=9.0, parent_session_id="long")
    connection.close()
    with open_store(path) as store:
        assert [session.session_id for session in store.sessions()] == ["long2", "middle"]


def test_one_session_is_told_as_in_the_list_of_all(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    add_session(connection, "a", end_reason="compression", ended_at=2.0)
    add_session(connection, "b", end_reason="compression", ended_at=3.0, parent_session_id="a")
    add_session(connection, "stale", ended_at=4.0, end_reason="ws_orphan_reap", parent_session_id="a", started_at=9.0)
    add_session(connection, "c", parent_session_id="b", end_reason="branched", ended_at=5.0)
    add_session(connection, "taken", parent_session_id="c", started_at=6.0)
    add_session(connection, "loop", parent_session_id="loop", end_reason="compression")
    for number in range(3):
        add_session(connection, f"agent{number}", parent_session_id="b", model_config='{"_delegate_from": "b"}')
    connection.close()
    with open_store(path) as store:
        sessions = store.sessions()
        for session in sessions:
            for session_id in session.lineage:
                assert store.conversation(session_id).session == session
    assert {session.lineage for session in sessions} >= {("a", "b", "c"), ("stale",), ("taken",), ("loop",)}
    assert {session.session_id: session.kind for session in sessions}["taken"] == "branch"


@pytest.mark.parametrize(
    ("columns", "last", "is_live"),
    [
        ({}, "user", True),
        ({}, "tool", True),
        ({}, "assistant", False),
        ({"ended_at": 9.0, "end_reason": "cli_close"}, "tool", False),
    ],
)
def test_a_session_is_live_while_it_has_not_ended_and_its_turn_is_open(
    tmp_path: Path, columns: dict[str, object], last: str, is_live: bool
) -> None:
    path = tmp_path / "state.db"
    connection = create(path)
    add_session(connection, "s", **columns)
    add_message(connection, "s", "user", "go")
    add_message(connection, "s", last, "x")
    connection.close()
    assert read(path, "s").is_live is is_live


class TestFingerprints:
    """A fingerprint changes with its own lineage, and with nothing else."""

    CHANGES = (
        "INSERT INTO messages (session_id, role, content) VALUES ('new', 'user', 'more')",
        "DELETE FROM messages WHERE id = 1",
        "UPDATE sessions SET title = 'T' WHERE id = 'new'",
        "UPDATE sessions SET ended_at = 5 WHERE id = 'new'",
        "UPDATE sessions SET started_at = 5 WHERE id = 'old'",
        "UPDATE sessions SET source = 'cron' WHERE id = 'new'",
        "UPDATE sessions SET model_config = '{\"_branched_from\": \"x\"}' WHERE id = 'old'",
        "UPDATE sessions SET parent_session_id = 'gone' WHERE id = 'old'",
        "INSERT INTO sessions (id, parent_session_id, started_at) VALUES ('newest', 'new', 9)",
    )
    CHANGES_OF_NEWER_COLUMNS = (
        "UPDATE messages SET active = 0 WHERE id = 2",
        "UPDATE messages SET active = 0, compacted = 1 WHERE session_id = 'old'",
        "UPDATE sessions SET rewind_count = 1 WHERE id = 'old'",
        "UPDATE sessions SET cwd = '/w' WHERE id = 'new'",
    )

    @pytest.mark.parametrize(
        ("more_columns", "change"),
        [
            *((False, change) for change in CHANGES),
            *((True, change) for change in (*CHANGES, *CHANGES_OF_NEWER_COLUMNS)),
        ],
    )
    def test_it_shows_every_change(self, tmp_path: Path, change: str, more_columns: bool) -> None:
        path = tmp_path / "state.db"
        connection = create(path, more_columns=more_columns)
        add_session(connection, "old", end_reason="compression")
        add_session(connection, "new", parent_session_id="old", end_reason="compression")
        add_session(connection, "other")
        for session_id in ("old", "new", "other"):
            add_talk(connection, session_id, ["a", "b"])
        with open_store(path) as store:
            before = store.fingerprints()
            assert store.fingerprints() == before
            connection.execute(change)
            after = store.fingerprints()
        connection.close()
        assert set(before) == {"old", "other"}
        assert after["other"] == before["other"]
        assert after["old"] != before["old"]

    def test_it_is_computed_without_reading_the_messages(self, tmp_path: Path) -> None:
        path = tmp_path / "state.db"
        connection = create(path)
        connection.execute("CREATE INDEX a ON messages(session_id, active, timestamp)")
        asked: list[str] = []
        tables = HermesTables(connection, path)
        connection.set_trace_callback(asked.append)
        tables.changes(connection)
        connection.set_trace_callback(None)
        (query,) = asked
        plan = [step[-1] for step in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
        connection.close()
        assert any(step.startswith("SCAN messages USING COVERING INDEX") for step in plan)


def test_the_name_of_a_store_is_its_profiles_its_homes_or_its_files(tmp_path: Path) -> None:
    names = {}
    for place in (".hermes/state.db", ".hermes/profiles/work/state.db", "backup/kinds-0.19.db"):
        create(tmp_path / place).close()
        with HermesStore(tmp_path / place) as store:
            names[place] = store.name
    assert list(names.values()) == ["hermes", "work", "kinds-0.19"]


def test_the_name_of_a_store_can_be_written_down_whatever_its_folder_is_called() -> None:
    assert store_name(Path(os.fsdecode(b"/a\xffb/state.db"))) == r"a\xffb"
