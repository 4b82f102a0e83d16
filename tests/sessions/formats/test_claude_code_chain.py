"""Chains of Claude Code records: what was taken back, what was copied, and which records are one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import lines, read_all, read_one, results, shape, typed
from tests.sessions.formats.test_claude_code import SESSION, Chain, text, use
from warmtui.sessions.formats.claude_code_people import authorship
from warmtui.sessions.models import Author


def records_of(chain: Chain, **marks: Any) -> list[dict[str, Any]]:
    return [{**record, **marks} for record in chain.records]


def test_what_was_taken_back_is_found_in_whatever_order_it_stands(tmp_path: Path) -> None:
    chain = Chain()
    root = chain.answer(text("ready"), api_id="m1", uuid="a1")
    chain.user("wrong question", uuid="p2")
    chain.answer(use("c1"), api_id="m2", uuid="a2")
    chain.result("c1", "gone", uuid="r2")
    chain.user("better question", uuid="p3", parent=root)
    first, prompt, answer, result, better = chain.records
    path = lines(tmp_path / "s.jsonl", [first, result, answer, prompt, better])
    assert shape(read_one(path)) == [("assistant", "ready"), ("user", "better question")]


def test_going_back_behind_a_compaction_takes_the_compaction_back(tmp_path: Path) -> None:
    chain = Chain()
    root = chain.answer(text("ready"), api_id="m1")
    last = chain.user("wrong")
    chain.add("system", subtype="compact_boundary", parent=None, logicalParentUuid=last)
    chain.user("what was done", isCompactSummary=True)
    chain.answer(text("on the wrong way"), api_id="m2")
    chain.user("better", parent=root)
    assert shape(read_one(lines(tmp_path / "s.jsonl", chain.records))) == [("assistant", "ready"), ("user", "better")]


def test_going_back_to_the_first_prompt_is_told_by_where_the_conversation_stands(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("wrong start", parent=None)
    chain.answer(use("c1"), api_id="m1")
    chain.user("better start", parent=None)
    leaf = chain.answer(text("yes"), api_id="m2")
    note = {"type": "last-prompt", "lastPrompt": "better start", "sessionId": SESSION, "leafUuid": leaf}
    path = lines(tmp_path / "s.jsonl", [*chain.records, note])
    assert typed(read_one(path)) == ["better start"]
    lines(path, chain.records)
    assert typed(read_one(path)) == ["wrong start", "better start"]  # two beginnings alone prove nothing


def test_what_a_branch_copied_counts_in_the_session_it_was_taken_from(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("list")
    chain.answer(use("c1"), api_id="m1")
    chain.result("c1", "a")
    copied = [
        {**record, "sessionId": "fork", "forkedFrom": {"sessionId": SESSION, "messageUuid": record["uuid"]}}
        for record in chain.records
    ]
    own = Chain("fork")
    own.user("another way", parent=chain.records[-1]["uuid"])
    lines(tmp_path / f"{SESSION}.jsonl", chain.records)
    lines(tmp_path / "fork.jsonl", [*copied, *own.records])
    found = read_all(tmp_path)
    assert len(found[SESSION].calls) == 1
    assert shape(found["fork"]) == [("user", "another way")]
    session = found["fork"].session
    assert (session.kind, session.parent_session_id, session.metadata["copied"]) == ("branch", SESSION, 3)


def test_answers_that_a_proxy_gave_one_id_are_told_apart_by_the_request_and_by_the_turn(tmp_path: Path) -> None:
    chain = Chain()
    for turn in ("1", "2"):
        chain.user(f"ask {turn}")
        chain.answer(use(f"c{turn}"), api_id="msg", requestId=f"a{turn}")
        chain.result(f"c{turn}", "x")
        chain.answer(text("done"), api_id="msg", requestId=f"b{turn}")
    turn_of_one = [("user", "ask 1"), ("assistant", ""), ("call", "Bash"), ("tool", "x"), ("assistant", "done")]
    path = lines(tmp_path / "s.jsonl", chain.records)
    assert shape(read_one(path))[:5] == turn_of_one
    lines(path, [{key: value for key, value in each.items() if key != "requestId"} for each in chain.records])
    assert [role for role, _ in shape(read_one(path))].count("assistant") == 2


def test_a_part_of_an_answer_whose_words_another_part_holds_is_not_lost(tmp_path: Path) -> None:
    chain = Chain()
    chain.answer(text("Not done yet."), api_id="m1")
    chain.answer(text("done"), use("c1"), api_id="m1")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert shape(conversation) == [("assistant", "Not done yet.\ndone"), ("call", "Bash")]
    assert conversation.calls[0].timestamp == 1795165201.0  # when it was made, and not when the answer began


def test_a_summary_without_a_mark_is_told_by_its_words(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("This session is being continued from a previous conversation that ran out of context. …")
    chain.answer(use("c1", "Read"), api_id="m1")
    chain.result("c1", "This session is being continued from a previous conversation …")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert [role for role, _ in shape(conversation)] == ["summary", "assistant", "call", "tool"]
    assert conversation.orphans == 0


@pytest.mark.parametrize(
    "written", ["Continue from where you left off.", "Your response was interrupted, go on", "No response requested."]
)
def test_what_the_harness_marks_is_a_persons_where_there_is_no_mark(tmp_path: Path, written: str) -> None:
    assert authorship(written) == (Author.PERSON, written)
    for mark in ("isMeta", "isVisibleInTranscriptOnly", "isSynthetic"):
        chain = Chain()
        chain.user(written, **{mark: True})
        assert typed(read_one(lines(tmp_path / "s.jsonl", chain.records))) == []


def test_what_the_command_line_prints_keeps_sub_agents_apart(tmp_path: Path) -> None:
    main, side = Chain(), Chain()
    main.answer(use("t1", "Task"), api_id="m1")
    side.user("look for it", uuid="s1")
    side.answer(use("c1", "Grep"), api_id="m2", uuid="s2")
    main.result("t1", "found")
    strip = {"sessionId", "isSidechain", "parentUuid", "timestamp"}
    printed = [
        *records_of(main, session_id="printed", parent_tool_use_id=None)[:1],
        *records_of(side, session_id="printed", parent_tool_use_id="t1"),
        *records_of(main, session_id="printed", parent_tool_use_id=None)[1:],
    ]
    printed = [{key: value for key, value in each.items() if key not in strip} for each in printed]
    found = read_all(lines(tmp_path / "run.log", printed))
    assert list(found) == ["printed", "printed/agent-t1"]
    assert results(found["printed"]) == [("Task", "found")]
    assert typed(found["printed/agent-t1"]) == []


def test_the_id_stays_when_a_file_of_another_name_is_taken_up_by_another_session(tmp_path: Path) -> None:
    first, later = Chain("first-id"), Chain("later-id")
    first.user("one", uuid="p1")
    path = lines(tmp_path / "kept.jsonl", first.records)
    assert list(read_all(path)) == ["first-id"]
    for number in range(3):
        later.user("more", uuid=f"q{number}")
    lines(path, [*first.records, *later.records])
    assert list(read_all(path)) == ["first-id"]


def test_ids_of_messages_stay_when_lines_follow(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go")
    chain.answer(text("I look."), api_id="m1")
    chain.answer(use("c1"), use("c2"), api_id="m1")
    chain.user([{"type": "tool_result", "tool_use_id": each, "content": each} for each in ("c1", "c2")])
    chain.add("system", subtype="compact_boundary", parent=None)
    chain.user("so far", isCompactSummary=True)
    chain.answer(text("on"), api_id="m2")
    whole = [message.message_id for message in read_one(lines(tmp_path / "s.jsonl", chain.records)).messages]
    for count in range(1, len(chain.records)):
        part = read_one(lines(tmp_path / "s.jsonl", chain.records[:count]))
        ids = [message.message_id for message in part.messages]
        assert ids == whole[: len(ids)]
