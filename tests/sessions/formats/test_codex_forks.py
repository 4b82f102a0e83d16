"""Codex rollouts that repeat another session's history, are taken back in part, or are mistaken for others."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_one, results, shape, typed
from tests.sessions.formats.test_codex import call, event, item, line, meta, said
from warmtui.sessions.formats.codex_items import Items
from warmtui.sessions.models import Author

# Ids that begin with the time they were made: the session's, a turn before it, two turns after it.
BORN, BEFORE, AFTER, LATER = (f"019fc8be-{made}-7ca3-9e29-000000000001" for made in ("3658", "3000", "3659", "4000"))


def turn(turn_id: str | None) -> dict[str, Any]:
    return line("turn_context", {"model": "m", "cwd": "/w", "turn_id": turn_id})


def used(tokens: int) -> dict[str, Any]:
    return event("token_count", info={"total_token_usage": {"input_tokens": tokens}})


FORKED = meta(id=BORN, forked_from_id="above")
REPLAY = [meta(id="above"), turn(BEFORE), said("user", "old"), *call("c1", "ls", "x"), used(70)]
OWN = [turn(AFTER), said("user", "new"), *call("c2", "pwd", "y"), used(75)]


def test_what_a_fork_repeats_counts_in_the_session_it_was_taken_from(tmp_path: Path) -> None:
    conversation = read_one(lines(tmp_path / "r.jsonl", [FORKED, *REPLAY, *OWN]))
    assert typed(conversation) == ["new"]
    assert results(conversation) == [("exec_command", "y")]
    assert conversation.session.metadata["copied"] == 3
    assert conversation.session.metadata["input_tokens"] == 5


def test_a_sub_agent_that_begins_with_its_parents_history_has_its_own_calls_only(tmp_path: Path) -> None:
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "above", "depth": 1}}}
    conversation = read_one(lines(tmp_path / "r.jsonl", [meta(id=BORN, source=source), *REPLAY[1:], *OWN]))
    assert conversation.session.kind == "delegate"
    assert results(conversation) == [("exec_command", "y")]


def test_a_fork_that_did_nothing_yet_repeats_only_and_keeps_its_ids_when_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    assert read_one(lines(path, [FORKED, *REPLAY])).messages == ()
    first = read_one(lines(path, [FORKED, *REPLAY, *OWN])).messages
    more = read_one(lines(path, [FORKED, *REPLAY, *OWN, turn(LATER), said("user", "more")])).messages
    assert [each.message_id for each in first] == [0, 1, 2]
    assert more[:3] == first


@pytest.mark.parametrize(
    "rollout",
    [
        [FORKED, said("user", "old"), *OWN],  # nothing in front of its first turn is of another session
        [FORKED, meta(id="above"), turn(None), said("user", "old"), turn("no id"), *OWN[1:]],  # no turn tells when
        [meta(id=BORN), *REPLAY, *OWN],  # no fork
        [meta(id="x", timestamp=None, forked_from_id="above"), *REPLAY, *OWN],  # born nobody knows when
    ],
)
def test_nothing_is_left_out_that_is_not_proven_to_be_a_copy(tmp_path: Path, rollout: list[dict[str, Any]]) -> None:
    assert typed(read_one(lines(tmp_path / "r.jsonl", rollout))) == ["old", "new"]


def test_an_event_of_the_harness_words_proves_no_person(tmp_path: Path) -> None:
    words = "<environment_context>x</environment_context>"
    told = line("event_msg", {"type": "user_message", "message": words, "kind": "environment_context"})
    rollout = [meta(), told, said("user", words)]
    assert typed(read_one(lines(tmp_path / "r.jsonl", rollout))) == []


def test_the_tags_around_an_image_are_no_words_of_a_person(tmp_path: Path) -> None:
    parts = [
        {"type": "input_text", "text": "<image name=[Image #1]>"},
        {"type": "input_image", "image_url": "data:…"},
        {"type": "input_text", "text": "</image>"},
        {"type": "input_text", "text": "what is </image> here?"},
    ]
    conversation = read_one(lines(tmp_path / "r.jsonl", [meta(), item("message", role="user", content=parts)]))
    assert typed(conversation) == ["what is </image> here?"]
    assert shape(conversation) == [("user", "[image]\nwhat is </image> here?")]


def test_turns_of_a_sub_agent_and_turns_that_read_like_the_harness_can_be_taken_back(tmp_path: Path) -> None:
    told = [said("user", "first"), said("user", "second"), event("thread_rolled_back", num_turns=1)]
    delegate = read_one(lines(tmp_path / "a.jsonl", [meta(source={"subagent": "review"}), *told]))
    assert [(each.text, each.author) for each in delegate.messages] == [("first", Author.HARNESS)]
    warning = [event("user_message", message="Warning: red"), said("user", "Warning: red")]
    rollout = [meta(), said("user", "first"), *warning, event("thread_rolled_back", num_turns=1)]
    assert typed(read_one(lines(tmp_path / "b.jsonl", rollout))) == ["first"]


def test_any_number_of_turns_and_of_compactions_costs_no_more_than_the_messages() -> None:
    items = Items("s")
    begun = time.perf_counter()
    for number in range(20_000):
        items.add("response_item", said("user", f"ask {number}")["payload"], None)
        items.add("compacted", {"message": "so far"}, None)
    items.add("event_msg", {"type": "thread_rolled_back", "num_turns": 19_000}, None)
    assert time.perf_counter() - begun < 10  # and minutes, were each to look at all the messages before it
    assert items.rolled_back == 19_000
    assert len(items.messages) == 2_000
    items.add("event_msg", {"type": "thread_rolled_back", "num_turns": 10**30}, None)
    assert items.messages == []


def test_a_summary_only_the_provider_can_read_is_not_somebodys_words(tmp_path: Path) -> None:
    history = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "my own words"}]},
        {"type": "compaction", "encrypted_content": "x"},
    ]
    rollout = [meta(), said("user", "go"), line("compacted", {"message": "", "replacement_history": history})]
    assert shape(read_one(lines(tmp_path / "r.jsonl", rollout)))[-1] == ("summary", "(compacted)")


def test_chats_with_instructions_are_no_rollout(tmp_path: Path) -> None:
    row = {"id": "a", "timestamp": 5, "instructions": "be good", "messages": [{"role": "user", "content": "hi"}]}
    for path in (lines(tmp_path / "a.jsonl", [row]), document(tmp_path / "b.json", row)):
        assert (read_one(path).session.source, typed(read_one(path))) == ("chat", ["hi"])
