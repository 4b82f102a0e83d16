"""A small file of every transcript format, with what is hard to read in it: what damage is done to."""

from __future__ import annotations

from typing import Any

from tests.sessions.formats.test_claude_code import Chain, text, use
from tests.sessions.formats.test_codex import call, event, item, line, meta, said

_CALL = {"id": "c1", "type": "function", "function": {"name": "ls", "arguments": "{}"}}
_MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": "list", "id": 1},
    {"role": "assistant", "content": None, "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "a"},
    {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "n", "input": {}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "z", "is_error": True}]},
]
_COLUMNS = {"source": "cli", "started_at": 1.0, "parent_session_id": None, "end_reason": "compression"}


def _claude_code() -> list[Any]:
    main, side = Chain(), Chain(isSidechain=True)
    asked = main.user("start")
    root = main.answer(text("x"), use("c1"), api_id="m1")
    main.result("c1", [text("a")], is_error=True)
    main.user("wrong", parent=root)
    last = main.user("right", parent=root)
    main.add("system", subtype="compact_boundary", parent=None, logicalParentUuid=last)
    main.user("so far", isCompactSummary=True)
    main.add("attachment", attachment={"type": "queued_command", "prompt": "also", "commandMode": "prompt"})
    side.user("look", parent=None, uuid="s1")
    notes = [{"type": "summary", "summary": "t", "leafUuid": asked}, {"type": "last-prompt", "leafUuid": last}]
    return [*main.records, *side.records, *notes]


def _codex() -> list[Any]:
    born, turn = "019fc8be-3658-7ca3-9e29-000000000001", "019fc8be-3659-7ca3-9e29-000000000001"
    return [
        meta(id=born, forked_from_id="above"),
        meta(id="above"),
        said("user", "old"),
        line("turn_context", {"model": "m", "turn_id": turn}),
        said("user", "new"),
        event("user_message", message="new"),
        *call("c1", "ls", "a"),
        item("local_shell_call", call_id="a", action={"command": ["ls"]}),
        item("custom_tool_call", call_id="b", name="apply_patch", input="*** Begin"),
        item("custom_tool_call_output", call_id="b", output={"content": "y", "success": False}),
        item("web_search_call", id="f", status="completed", action={"query": "q"}),
        event("mcp_tool_call_end", call_id="c1", result={"Ok": {"isError": True}}),
        event("token_count", info={"total_token_usage": {"input_tokens": 7}}),
        line("compacted", {"message": "", "replacement_history": [{"content": [{"text": "x"}]}]}),
        event("thread_rolled_back", num_turns=1),
    ]


def _atif() -> dict[str, Any]:
    calls = [{"tool_call_id": "a", "function_name": "ls", "arguments": {}}]
    seen = {"results": [{"source_call_id": "a", "content": "x"}]}
    steps = [{"source": "user", "message": "go"}, {"source": "agent", "tool_calls": calls, "observation": seen}]
    return {"schema_version": "ATIF-v1.6", "steps": steps, "subagent_trajectories": [{"steps": steps}]}


def _sharegpt() -> list[Any]:
    asked = '<think>h</think><tool_call>{"name": "a", "arguments": {}}</tool_call><tool_call>{"name": "b"}</tool_call>'
    seen = '<tool_response>{"name": "a", "content": {}}</tool_response><tool_response>x</tool_response>'
    turns = [{"from": "human", "value": "q"}, {"from": "gpt", "value": asked}, {"from": "tool", "value": seen}]
    return [{"conversations": turns, "metadata": {"timestamp": "2026-11-20"}}]


def _export() -> list[Any]:
    first = {"id": "a", **_COLUMNS, "messages": _MESSAGES}
    return [first, {**first, "id": "b", "parent_session_id": "a"}, {"segments": [{**first, "id": "c"}]}]


_HISTORY = [{"role": "assistant", "content": "x", "action": "ls"}, {"role": "user", "message_type": "observation"}]
FILES: dict[str, list[Any]] = {
    "claude-code": _claude_code(),
    "codex": _codex(),
    "atif": [_atif()],
    "sharegpt": _sharegpt(),
    "hermes-export": _export(),
    "swe-agent": [{"trajectory": [], "history": _HISTORY}],
    "messages": _MESSAGES,
    "sessions": [{"session_id": "a", "created_at": 5, "messages": _MESSAGES}, {"messages": _MESSAGES}],
}
ALONE = ("atif", "swe-agent")  # these formats have no list of several
