"""Codex CLI rollouts: items, events beside them, compaction, turns taken back, sub-agents, the first forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_all, read_one, results, shape, typed
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.profiler import analyze
from warmtui.sessions.formats.codex_people import authorship
from warmtui.sessions.models import Author

THREAD = "019fc8be-3658-7ca3-9e29-000000000001"
META = {"id": THREAD, "timestamp": "2026-11-20T09:00:00Z", "cwd": "/w", "cli_version": "0.146.0", "source": "cli"}


def line(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": "2026-11-20T09:00:01Z", "type": kind, "payload": payload}


def meta(**fields: Any) -> dict[str, Any]:
    return line("session_meta", {**META, **fields})


def item(kind: str, **fields: Any) -> dict[str, Any]:
    return line("response_item", {"type": kind, **fields})


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return line("event_msg", {"type": kind, **fields})


def said(role: str, text: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return item("message", role=role, content=[{"type": kind, "text": text}])


def call(call_id: str, command: str, output: Any, name: str = "exec_command") -> Iterable[dict[str, Any]]:
    yield item("function_call", name=name, call_id=call_id, arguments=f'{{"cmd": "{command}"}}')
    yield item("function_call_output", call_id=call_id, output=output)


def test_a_rollout_is_one_session(tmp_path: Path) -> None:
    rollout = [
        meta(git={"branch": "main"}),
        line("turn_context", {"model": "gpt-x", "cwd": "/w"}),
        said("developer", "permissions"),
        said("user", "<environment_context>…</environment_context>"),
        said("user", "list the files"),
        event("user_message", message="list the files"),
        item("reasoning", summary=[]),
        *call("c1", "ls", "a.py\nb.py"),
        event("token_count", info={"total_token_usage": {"input_tokens": 7, "output_tokens": 1}}),
        event("token_count", info={"total_token_usage": {"input_tokens": 9, "output_tokens": 2}}),
        event("agent_message", message="Two files."),
        said("assistant", "Two files."),
    ]
    conversation = read_one(lines(tmp_path / "rollout.jsonl", rollout))
    assert shape(conversation) == [
        ("system", "permissions"),
        ("user", "<environment_context>…</environment_context>"),
        ("user", "list the files"),
        ("assistant", ""),
        ("call", "exec_command"),
        ("tool", "a.py\nb.py"),
        ("assistant", "Two files."),
    ]
    assert [message.message_id for message in conversation.messages] == list(range(6))
    assert typed(conversation) == ["list the files"]
    session = conversation.session
    assert (session.session_id, session.source, session.model, session.cwd) == (THREAD, "codex", "gpt-x", "/w")
    assert (session.title, session.started_at) == ("list the files", 1795165200.0)
    assert session.metadata == {
        "codex_version": "0.146.0",
        "surface": "cli",
        "git_branch": "main",
        "input_tokens": 9,
        "output_tokens": 2,
    }


def test_every_kind_of_call_is_paired_with_its_output(tmp_path: Path) -> None:
    rollout = [
        meta(),
        said("user", "go"),
        item("local_shell_call", call_id="a", action={"type": "exec", "command": ["ls"], "env": None}),
        item("function_call_output", call_id="a", output='{"output": "x", "metadata": {"exit_code": 0}}'),
        item("custom_tool_call", call_id="b", name="apply_patch", input="*** Begin Patch"),
        item("custom_tool_call_output", call_id="b", output=[{"type": "input_text", "text": "Done"}]),
        item("custom_tool_call", call_id="c", name="shell", input='{"command": ["ls"]}'),
        item("custom_tool_call_output", call_id="c", output={"content": "y", "success": False}),
        item("tool_search_call", call_id="d", arguments={"query": "q"}),
        item("tool_search_output", call_id="d", tools=[{"name": "t"}]),
        item("function_call", call_id="e", name="read", namespace="mcp__files__", arguments="{}"),
        item("function_call_output", call_id="e", output="z"),
        item("web_search_call", id="f", status="completed", action={"type": "search", "query": "q"}),
        item("function_call_output", call_id="nothing asked", output="orphan"),
        item("ghost_snapshot", ghost_commit={}),
    ]  # fmt: skip
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert [(one.name, one.arguments) for one in conversation.calls] == [
        ("local_shell", {"command": ["ls"]}),
        ("apply_patch", {"input": "*** Begin Patch"}),
        ("shell", {"command": ["ls"]}),
        ("tool_search", {"query": "q"}),
        ("mcp__files__read", {}),
        ("web_search", {"type": "search", "query": "q"}),
    ]
    assert conversation.orphan_calls == 0
    assert [result.text for result in conversation.orphan_results] == ["orphan"]
    assert [call.result.is_error for call in conversation.calls if call.result] == [None, None, True, None, None, None]
    outcomes = [call.outcome for call in analyze(conversation).calls]
    assert outcomes == [Outcome.OK, Outcome.OK, Outcome.FAILED, Outcome.OK, Outcome.OK, Outcome.OK]


def test_events_tell_how_mcp_calls_and_patches_ended(tmp_path: Path) -> None:
    ended = [
        ("a", event("mcp_tool_call_end", call_id="a", result={"Ok": {"content": [], "isError": False}}), False),
        ("b", event("mcp_tool_call_end", call_id="b", result={"Ok": {"content": [], "isError": True}}), True),
        ("c", event("mcp_tool_call_end", call_id="c", result={"Err": "no server"}), True),
        ("d", event("patch_apply_end", call_id="d", success=False), True),
        ("e", event("exec_command_end", call_id="e", exit_code=1), None),
    ]
    rollout = [meta(), *(each for call_id, end, _ in ended for each in (end, *call(call_id, "x", "said")))]
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert [one.result.is_error for one in conversation.calls if one.result] == [flag for *_, flag in ended]


def test_a_compaction_is_a_marker_and_what_it_replaced_is_archived(tmp_path: Path) -> None:
    history = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "what was done"}]}]
    rollout = [
        meta(),
        said("user", "long task"),
        *call("c1", "ls", "x"),
        line("compacted", {"message": "", "replacement_history": history}),
        event("context_compacted"),
        said("user", "go on"),
        line("compacted", {"message": "a summary"}),
    ]
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert shape(conversation)[-3:] == [("summary", "what was done"), ("user", "go on"), ("summary", "a summary")]
    assert len(conversation.calls) == 1
    assert typed(conversation) == ["long task", "go on"]


def test_turns_that_were_taken_back_are_no_history(tmp_path: Path) -> None:
    rollout = [
        meta(),
        said("user", "<environment_context>x</environment_context>"),
        said("user", "first"),
        said("assistant", "one"),
        said("user", "wrong"),
        *call("c1", "rm", "x"),
        said("user", "worse"),
        event("thread_rolled_back", num_turns=2),
        said("user", "better"),
    ]
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert typed(conversation) == ["first", "better"]
    assert conversation.calls == ()
    ids = [message.message_id for message in conversation.messages]
    assert len(set(ids)) == len(ids)
    assert conversation.session.metadata["rolled_back"] == 2


def test_an_event_proves_that_a_person_typed_what_reads_like_the_harness(tmp_path: Path) -> None:
    rollout = [
        meta(),
        event("user_message", message="Warning: the build is red"),
        said("user", "Warning: the build is red"),
        said("user", "Warning: apply_patch was requested via exec_command"),
    ]
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert typed(conversation) == ["Warning: the build is red"]


@pytest.mark.parametrize(
    ("fields", "kind", "parent"),
    [
        ({}, "session", None),
        ({"forked_from_id": "other"}, "branch", "other"),
        ({"source": {"subagent": {"thread_spawn": {"parent_thread_id": "above", "depth": 1}}}}, "delegate", "above"),
        ({"source": {"subagent": "review"}}, "delegate", None),
    ],
)
def test_where_a_session_came_from(tmp_path: Path, fields: dict[str, Any], kind: str, parent: str | None) -> None:
    # A fork repeats the header of what it was taken from.
    rollout = [meta(**fields), meta(id="other", forked_from_id=None), said("user", "look")]
    conversation = read_one(lines(tmp_path / "r.jsonl", rollout))
    assert (conversation.session.session_id, conversation.session.kind) == (THREAD, kind)
    assert conversation.session.parent_session_id == parent
    assert typed(conversation) == ([] if kind == "delegate" else ["look"])


@pytest.mark.parametrize(
    ("written", "author", "words"),
    [
        ("fix it", Author.PERSON, "fix it"),
        ("# AGENTS.md instructions for /w\n<INSTRUCTIONS>x</INSTRUCTIONS>", Author.HARNESS, ""),
        ("<turn_aborted>x</turn_aborted>", Author.HARNESS, ""),
        ("# Context from my IDE setup:\n## Open tabs: a\n## My request for Codex:\nfix it", Author.BOTH, "fix it"),
        ("# Context from my IDE setup:\n## Open tabs: a", Author.HARNESS, ""),
    ],
)
def test_who_wrote_a_message(written: str, author: Author, words: str) -> None:
    assert authorship(written) == (author, words)


def test_the_first_forms_of_rollouts_are_read_too(tmp_path: Path) -> None:
    header = {"id": "old", "timestamp": "2025-06-01T00:00:00Z", "instructions": None}
    items = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "list"}]},
        {"type": "function_call", "name": "shell", "call_id": "c", "arguments": '{"command": ["ls"]}'},
        {"type": "function_call_output", "call_id": "c", "output": "a"},
    ]
    bare = read_one(lines(tmp_path / "bare.jsonl", [header, {"record_type": "state"}, *items]))
    whole = read_one(document(tmp_path / "whole.json", {"session": header, "items": items}))
    for conversation in (bare, whole):
        assert conversation.session.session_id == "old"
        assert results(conversation) == [("shell", "a")]


def test_the_sample_is_read_whole(data_dir: Path) -> None:
    found = read_all(data_dir / "formats" / "codex-rollout.jsonl")
    (conversation,) = found.values()
    assert conversation.session.session_id == "019fc8be-3658-7ca3-9e29-000000000000"
    assert results(conversation)[:2] == [("shell", "a.txt\nb.txt\n"), ("shell", "a.txt\n")]
    assert typed(conversation)[0] == "List the files"
    assert sum(message.is_compaction for message in conversation.messages) == 6
