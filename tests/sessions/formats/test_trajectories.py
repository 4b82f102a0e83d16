"""Trajectories for training, and SWE-agent's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sessions.formats.reading import document, lines, read_all, read_one, results, shape, typed


def tag(name: str, value: object) -> str:
    return f"<{name}>\n{json.dumps(value, ensure_ascii=False)}\n</{name}>"


def turns(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"from": who, "value": value} for who, value in pairs]


def test_calls_and_results_in_tags_are_paired_in_their_order(tmp_path: Path) -> None:
    asks = "\n".join(
        [
            "<think>\nto <tool_call> or not\n</think>\nI look.",
            tag("tool_call", {"name": "terminal", "arguments": {"command": "echo '</tool_call><think>'"}}),
            tag("tool_call", {"name": "read_file", "arguments": {"path": "a"}}),
        ]
    )
    answers = "\n".join(
        [
            tag("tool_response", {"tool_call_id": "x", "name": "terminal", "content": {"output": "é", "exit_code": 0}}),
            tag("tool_response", {"tool_call_id": "y", "name": "read_file", "content": "</tool_response> text"}),
        ]
    )
    conversation = read_one(
        lines(
            tmp_path / "trajectory_samples.jsonl",
            [
                {
                    "conversations": turns(
                        ("system", "You are…"), ("human", "look"), ("gpt", asks), ("tool", answers), ("gpt", "Done.")
                    ),
                    "timestamp": "2026-11-20T09:00:00",
                    "model": "m",
                    "completed": True,
                }
            ],
        )
    )
    assert shape(conversation)[:5] == [
        ("system", "You are…"),
        ("user", "look"),
        ("assistant", "I look."),
        ("call", "terminal"),
        ("call", "read_file"),
    ]
    assert conversation.calls[0].arguments == {"command": "echo '</tool_call><think>'"}
    assert results(conversation) == [
        ("terminal", '{"output": "é", "exit_code": 0}'),
        ("read_file", "</tool_response> text"),
    ]
    session = conversation.session
    assert (session.session_id, session.model, session.started_at) == ("trajectory_samples-1", "m", 1795165200.0)
    assert session.metadata["completed"] is True


def test_a_call_that_does_not_parse_is_kept_as_it_was_written(tmp_path: Path) -> None:
    broken = "<tool_call>\n{'name': broken\n</tool_call>\n" + tag("tool_call", {"name": "ls", "arguments": {}})
    record = {"conversations": turns(("human", "go"), ("gpt", broken))}
    conversation = read_one(lines(tmp_path / "failed_trajectories.jsonl", [record]))
    assert [(call.name, call.arguments) for call in conversation.calls] == [("unknown", None), ("ls", {})]


def test_a_tag_that_is_only_spoken_of_is_no_call(tmp_path: Path) -> None:
    record = {"conversations": turns(("human", "how?"), ("gpt", "Write <tool_call> and then the call."))}
    assert shape(read_one(lines(tmp_path / "a.jsonl", [record])))[1:] == [
        ("assistant", "Write\n<tool_call> and then the call.")
    ]
    cut = {"conversations": turns(("human", "go"), ("gpt", '<tool_call>\n{"name": "ls", "argu'))}
    assert [call.name for call in read_one(lines(tmp_path / "b.jsonl", [cut])).calls] == ["unknown"]


def test_a_turn_of_calls_may_hold_a_list_of_them(tmp_path: Path) -> None:
    asked = json.dumps([{"name": "ls", "arguments": {"path": "/"}}, {"name": "pwd", "parameters": "{}"}])
    answers = [("observation", "a b"), ("tool_response", "/w")]
    record = {"conversations": turns(("human", "go"), ("function_call", asked), *answers)}
    conversation = read_one(lines(tmp_path / "a.jsonl", [record]))
    assert results(conversation) == [("ls", "a b"), ("pwd", "/w")]
    assert [call.arguments for call in conversation.calls] == [{"path": "/"}, {}]


def test_a_result_that_is_nested_past_all_sense_is_read(tmp_path: Path) -> None:
    written = '{"name": "ls", "content": ' + "[" * 1_000 + "]" * 1_000 + "}"
    answer = f"<tool_response>\n{written}\n</tool_response>"
    record = {"conversations": turns(("gpt", tag("tool_call", {"name": "ls"})), ("tool", answer))}
    assert read_one(lines(tmp_path / "a.jsonl", [record])).orphans == 0


def test_what_batch_runs_know_is_kept(tmp_path: Path) -> None:
    rows = [
        {
            "prompt_index": number,
            "conversations": turns(("human", f"task {number}")),
            "metadata": {"batch_num": 0, "timestamp": "2026-11-20T09:00:00", "model": "m"},
            "completed": True,
            "tool_error_counts": {"terminal": 1},
        }
        for number in range(3)
    ]
    found = read_all(lines(tmp_path / "batch_0.jsonl", rows))
    assert list(found) == ["batch_0-1", "batch_0-2", "batch_0-3"]
    session = found["batch_0-3"].session
    assert (session.model, session.title, session.metadata["prompt_index"]) == ("m", "task 2", 2)
    assert session.started_at == 1795165200.0


def test_turns_of_other_tools_in_this_shape_are_read_too(tmp_path: Path) -> None:
    record = {
        "conversations": turns(
            ("human", "go"), ("function_call", '{"name": "ls", "arguments": {"p": 1}}'), ("observation", "a b")
        )
    }
    conversation = read_one(lines(tmp_path / "s.jsonl", [record]))
    assert results(conversation) == [("ls", "a b")]


def swe(*history: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"trajectory": [], "history": list(history), "info": {"exit_status": "submitted"}, **fields}


def test_a_run_of_swe_agent_is_one_session(tmp_path: Path) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": '{"command": "ls"}'}}
    conversation = read_one(
        document(
            tmp_path / "run.traj",
            swe(
                {"role": "system", "content": "s", "message_type": "system_prompt"},
                {"role": "user", "content": "a demonstration", "is_demo": True},
                {"role": "user", "content": "fix the issue", "message_type": "observation"},
                {"role": "assistant", "content": "I look.", "action": "ls", "tool_calls": [call]},
                {"role": "tool", "content": "a.py", "tool_call_ids": ["c1"], "message_type": "observation"},
            ),
        )
    )
    assert results(conversation) == [("bash", "a.py")]
    assert typed(conversation) == ["fix the issue"]
    assert conversation.session.metadata == {"exit_status": "submitted"}


def test_commands_it_wrote_as_text_are_calls_that_the_next_observation_answers(tmp_path: Path) -> None:
    conversation = read_one(
        document(
            tmp_path / "run.traj",
            swe(
                {"role": "user", "content": "fix it", "message_type": "observation"},
                {"role": "assistant", "content": "I look.\n```\nls\n```", "action": "ls"},
                {"role": "user", "content": "a.py", "message_type": "observation"},
                {"role": "assistant", "content": "That is all.", "action": ""},
            ),
        )
    )
    assert results(conversation) == [("bash", "a.py")]
    assert typed(conversation) == ["fix it"]


def test_runs_may_stand_one_a_line(tmp_path: Path) -> None:
    rows = [swe({"role": "user", "content": text, "message_type": "observation"}) for text in ("a", "b")]
    found = read_all(lines(tmp_path / "runs.jsonl", [*rows, {"history": []}]))
    assert {session_id: typed(one) for session_id, one in found.items()} == {"runs-1": ["a"], "runs-2": ["b"]}


def test_the_sample_is_read_whole(data_dir: Path) -> None:
    conversation = read_one(data_dir / "formats" / "swe-agent.traj")
    assert (len(conversation.calls), conversation.orphans, len(typed(conversation))) == (11, 0, 1)
