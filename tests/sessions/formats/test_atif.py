"""Trajectories in the Agent Trajectory Interchange Format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_all, read_one, results, shape, typed
from warmtui.sessions.models import Author

AGENT = {"name": "terminus", "version": "2.0", "model_name": "model-x"}


def trajectory(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    numbered = [{"step_id": number, **step} for number, step in enumerate(steps, start=1)]
    return {"schema_version": "ATIF-v1.6", "session_id": "t1", "agent": AGENT, "steps": numbered, **fields}


def step(source: str, message: Any = "", **fields: Any) -> dict[str, Any]:
    return {"source": source, "message": message, "timestamp": "2026-11-20T09:00:00Z", **fields}


def acts(*calls: tuple[str | None, str], results: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    made = [{"tool_call_id": call_id, "function_name": name, "arguments": {"n": name}} for call_id, name in calls]
    return step("agent", "on it", tool_calls=made, observation={"results": results}, **fields)


def test_steps_become_messages_and_observations_answer_their_calls(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "see"}, {"type": "image", "source": {"path": "a.png"}}]
    whole = trajectory(
        step("system", "be good"),
        step("user", parts),
        acts(
            ("a", "ls"),
            ("b", "cat"),
            results=[{"source_call_id": "b", "content": "two"}, {"source_call_id": "a", "content": "one"}],
            reasoning_content="hm",
        ),
        step("agent", "done"),
        final_metrics={"total_prompt_tokens": 9, "total_completion_tokens": 2, "total_cost_usd": 0.1},
        notes="a run",
    )
    conversation = read_one(document(tmp_path / "trajectory.json", whole))
    assert shape(conversation) == [
        ("system", "be good"),
        ("user", "see\n[image]"),
        ("assistant", "on it"),
        ("call", "ls"),
        ("call", "cat"),
        ("tool", "two"),
        ("tool", "one"),
        ("assistant", "done"),
    ]
    assert results(conversation) == [("ls", "one"), ("cat", "two")]
    assert [message.message_id for message in conversation.messages] == list(range(6))
    session = conversation.session
    assert (session.session_id, session.source, session.model, session.title) == ("t1", "terminus", "model-x", "see")
    assert session.metadata == {
        "input_tokens": 9,
        "output_tokens": 2,
        "actual_cost_usd": 0.1,
        "schema_version": "ATIF-v1.6",
        "notes": "a run",
        "agent_version": "2.0",
    }


def test_observations_without_ids_answer_in_order_only_where_each_call_has_one(tmp_path: Path) -> None:
    whole = trajectory(
        acts(("a", "ls"), ("b", "cat"), results=[{"content": "one"}, {"content": "two"}]),
        acts(("c", "ls"), ("d", "cat"), results=[{"content": "which?"}]),
    )
    conversation = read_one(document(tmp_path / "t.json", whole))
    assert results(conversation) == [("ls", "one"), ("cat", "two"), ("ls", None), ("cat", None)]
    assert conversation.orphans == 3


def test_what_was_copied_from_another_trajectory_counts_there(tmp_path: Path) -> None:
    whole = trajectory(step("user", "before", is_copied_context=True), step("user", "now"))
    conversation = read_one(document(tmp_path / "t.json", whole))
    assert typed(conversation) == ["now"]
    assert conversation.session.metadata["copied_steps"] == 1


@pytest.mark.parametrize("own", [{"trajectory_id": "inner"}, {"session_id": "t1", "trajectory_id": "inner"}])
def test_sub_agents_are_sessions_of_their_own(tmp_path: Path, own: dict[str, Any]) -> None:
    inner = {"schema_version": "ATIF-v1.7", "agent": AGENT, "steps": [step("user", "look"), step("agent", "seen")]}
    whole = trajectory(step("user", "go"), subagent_trajectories=[{**inner, **own}, inner])
    found = read_all(document(tmp_path / "t.json", whole))
    assert list(found) == ["t1", "inner", "t1/2"]
    assert [(one.session.kind, one.session.parent_session_id) for one in found.values()] == [
        ("session", None),
        ("delegate", "t1"),
        ("delegate", "t1"),
    ]
    assert found["inner"].messages[0].author is Author.HARNESS


def test_what_the_environment_says_of_itself_answers_no_call(tmp_path: Path) -> None:
    whole = trajectory(step("system", "started", observation={"results": [{"content": "terminal ready"}]}))
    conversation = read_one(document(tmp_path / "t.json", whole))
    assert shape(conversation) == [("system", "started\nterminal ready")]
    assert conversation.orphans == 0


def test_trajectories_can_stand_one_a_line(tmp_path: Path) -> None:
    second = {**trajectory(step("user", "b")), "session_id": "t2"}
    found = read_all(lines(tmp_path / "runs.jsonl", [trajectory(step("user", "a")), second, {"other": 1}]))
    assert found.keys() == {"t1", "t2"}


def test_the_sample_is_read_whole(data_dir: Path) -> None:
    conversation = read_one(data_dir / "formats" / "atif-1.7.json")
    assert [call.name for call in conversation.calls] == ["process", "terminal", "search_files", "search_files"]
    assert conversation.orphans == 0
    assert conversation.session.session_id == "real-nemo-relay-session-redacted"


def test_a_sub_agent_that_names_only_its_parents_session_is_not_lost(tmp_path: Path) -> None:
    inner = trajectory(step("user", "look"))  # of the session t1, too
    rows = [trajectory(step("user", "go"), subagent_trajectories=[inner, inner])]
    for path in (lines(tmp_path / "t.jsonl", rows), document(tmp_path / "t.json", rows[0])):
        assert list(read_all(path)) == ["t1", "t1/1", "t1/2"]


def test_what_was_observed_beside_a_persons_words_is_not_lost(tmp_path: Path) -> None:
    whole = trajectory(step("user", "go", observation={"results": [{"content": "a screen"}]}))
    conversation = read_one(document(tmp_path / "t.json", whole))
    assert shape(conversation) == [("user", "go"), ("system", "a screen")]
