"""Chat messages in files: a session as a list, a message a line, a session a line; OpenAI's shape and Anthropic's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_all, read_one, results, shape, typed
from warmtui.sessions.build import conversation_from_dicts
from warmtui.sessions.opening import open_store

CALL = {"id": "c1", "type": "function", "function": {"name": "ls", "arguments": '{"path": "/"}'}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "be good"},
    {"role": "user", "content": "list"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "a b"},
    {"role": "assistant", "content": "two"},
]


def test_a_list_of_messages_is_one_session_named_for_its_file(tmp_path: Path) -> None:
    for path in (document(tmp_path / "one.json", MESSAGES), document(tmp_path / "two.json", {"messages": MESSAGES})):
        conversation = read_one(path)
        assert conversation.session.session_id == path.stem
        assert conversation.session.title == "list"
        assert results(conversation) == [("ls", "a b")]
        assert [message.message_id for message in conversation.messages] == [0, 1, 2, 3, 4]


def test_a_message_a_line_is_one_session_that_may_go_on(tmp_path: Path) -> None:
    conversation = read_one(lines(tmp_path / "log.jsonl", [{"role": "session_meta"}, *MESSAGES[:4], "broken"]))
    assert conversation.session.session_id == "log"
    assert results(conversation) == [("ls", "a b")]
    assert conversation.is_live


def test_a_session_a_line_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    known = {"session_id": "s1", "title": "T", "source": "bench", "model": "m", "started_at": 5, "cwd": "/w"}
    rows = [{**known, "reward": 1.0, "group": "g", "messages": MESSAGES}, {"messages": MESSAGES}, {"no": "session"}]
    for packed in (False, True):
        path = lines(tmp_path / ("data.jsonl.gz" if packed else "data.jsonl"), rows, packed=packed)
        found = read_all(path)
        assert list(found) == ["s1", "data-2"]
        session = found["s1"].session
        assert (session.title, session.source, session.model, session.started_at, session.cwd) == (
            "T",
            "bench",
            "m",
            5.0,
            "/w",
        )
        assert session.metadata == {"started_at": 5, "reward": 1.0, "group": "g"}
        assert not found["s1"].is_live


def test_a_list_of_sessions_is_several(tmp_path: Path) -> None:
    found = read_all(document(tmp_path / "all.json", [{"id": "a", "messages": MESSAGES}, {"messages": MESSAGES}]))
    assert list(found) == ["a", "all-2"]


def test_anthropics_blocks_are_calls_and_results(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "list"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm"},
                {"type": "text", "text": "Listing."},
                {"type": "tool_use", "id": "c1", "name": "ls", "input": {"path": "/"}},
                {"type": "server_tool_use", "id": "c2", "name": "web_search", "input": {"query": "q"}},
                {"type": "web_search_tool_result", "tool_use_id": "c2", "content": [{"type": "text", "text": "hit"}]},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "a b", "is_error": True},
                {"type": "text", "text": "and now?"},
            ],
        },
    ]
    conversation = read_one(document(tmp_path / "claude.json", messages))
    assert shape(conversation) == [
        ("user", "list"),
        ("assistant", "Listing."),
        ("call", "ls"),
        ("call", "web_search"),
        ("tool", "hit"),
        ("tool", "a b"),
        ("user", "and now?"),
    ]
    assert results(conversation) == [("ls", "a b"), ("web_search", "hit")]
    assert [call.result.is_error for call in conversation.calls if call.result] == [True, None]
    assert typed(conversation) == ["list", "and now?"]


def test_the_real_sessions_are_the_same_from_their_lines_and_from_the_store(data_dir: Path, airline_db: Path) -> None:
    packed = read_all(data_dir / "sessions" / "tau_bench_airline.jsonl.gz")
    assert len(packed) == 200
    assert sum(one.message_count for one in packed.values()) == 5_108
    assert sum(len(one.calls) for one in packed.values()) == 1_164
    assert sum(one.orphans for one in packed.values()) == 0
    stored = read_all(airline_db)
    assert sorted(map(str, map(results, packed.values()))) == sorted(map(str, map(results, stored.values())))


def test_ids_that_several_messages_share_are_told_apart(tmp_path: Path) -> None:
    ids: list[Any] = ["x", "x", 3, "", True, None]
    messages = [{"role": "user", "content": "a", "id": each} for each in ids]
    conversation = read_one(document(tmp_path / "one.json", messages))
    assert [message.message_id for message in conversation.messages] == ["x", "x#1", 3, "3#3", 4, 5]


@pytest.mark.parametrize("given", [2**63, -(2**64), 10**30])
def test_an_id_too_large_for_json_and_sqlite_gives_way_to_the_message_s_number(given: int) -> None:
    messages = [{"role": "user", "content": "go", "id": given}, {"role": "assistant", "content": "Done.", "id": 7}]
    conversation = conversation_from_dicts(messages, session_id="s", store="t")
    assert [message.message_id for message in conversation.messages] == [0, 7]


def test_messages_name_the_session_they_are_found_under(tmp_path: Path) -> None:
    conversation = read_one(lines(tmp_path / "log.jsonl", [{**each, "session_id": "other"} for each in MESSAGES]))
    assert {message.session_id for message in conversation.messages} == {"log"}
    assert {call.session_id for call in conversation.calls} == {"log"}


def test_messages_may_be_called_conversations(tmp_path: Path) -> None:
    found = read_all(lines(tmp_path / "set.jsonl", [{"conversations": MESSAGES}, {"messages": [], "id": "empty"}]))
    assert results(found["set-1"]) == [("ls", "a b")]
    assert found["empty"].messages == ()


def test_what_is_no_session_in_a_list_is_named_by_its_place_there(tmp_path: Path) -> None:
    path = document(tmp_path / "all.json", [{"messages": MESSAGES}, {"no": "session"}])
    with open_store(path) as store:
        assert list(store.flaws) == [f"{path}: entry 2: no list of chat messages"]


def test_older_calls_of_functions_are_answered_by_functions(tmp_path: Path) -> None:
    messages = [
        {"role": "developer", "content": "be good"},
        {"role": "user", "content": "list"},
        {"role": "assistant", "content": None, "function_call": {"name": "ls", "arguments": "{}"}},
        {"role": "function", "name": "ls", "content": "a b"},
    ]
    assert results(read_one(document(tmp_path / "one.json", messages))) == [("ls", "a b")]
