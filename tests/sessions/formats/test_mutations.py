"""Transcripts of every format, damaged in thousands of ways: what is left is read, and nothing is raised."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.test_claude_code import Chain, text, use
from tests.sessions.formats.test_codex import call, event, item, line, meta, said
from warmtui.errors import SourceError
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

_VARIANTS = 60  # of each file; a run of a hundred times as many found nothing that these do not stand for

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
_FILES: dict[str, list[Any]] = {
    "claude-code": _claude_code(),
    "codex": _codex(),
    "atif": [_atif()],
    "sharegpt": _sharegpt(),
    "hermes-export": _export(),
    "swe-agent": [{"trajectory": [], "history": _HISTORY}],
    "messages": _MESSAGES,
    "sessions": [{"session_id": "a", "created_at": 5, "messages": _MESSAGES}, {"messages": _MESSAGES}],
}
_ALONE = ("atif", "swe-agent")  # these formats have no list of several
_VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, 1e308, 10**30, -(10**400), "", "x", "user", "assistant", "\x00", "\ud800"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", [], {}, [[]], [None], ["a"], [{}], {"": {}}),
    *({"type": "text"}, {"type": []}, [{"type": {}}], [{"type": "tool_use", "name": None, "id": []}]),
]
_BYTES = [b"\x00", b"\n", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"]", b'"', b"\\"]


def _places(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _swapped(records: list[Any], chance: random.Random) -> list[Any]:
    """Put values of other kinds in random places."""
    records = json.loads(json.dumps(records))
    places = list(_places(records))
    for container, key in chance.sample(places, min(len(places), chance.choice([1, 1, 2, 9]))):
        container[key] = chance.choice(_VALUES)
    return records


def _damaged(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    rows = data.splitlines(keepends=True)
    match chance.randrange(5):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + chance.choice(_BYTES) + data[at:]
        case 3:
            chance.shuffle(rows)
            return b"".join(rows)
        case _:
            return b"".join(row * chance.choice([0, 1, 1, 2]) for row in rows)


def _variant(name: str, number: int) -> bytes:
    chance = random.Random(f"{name}/{number}")
    records = _swapped(_FILES[name], chance) if number % 2 else _FILES[name]
    if number % 3:
        data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    else:
        data = json.dumps(records[0] if name in _ALONE else records, indent=1).encode()
    return data if number % 4 == 1 else _damaged(data, chance)


def _check_whole(conversation: Conversation) -> None:
    messages = conversation.messages
    ids = Counter((each.session_id, each.message_id) for each in messages if not each.is_compaction)
    assert all(count == 1 for count in ids.values())
    assert sum(len(message.calls) for message in messages) == len(conversation.calls)
    answered = sum(one.result is not None for one in conversation.calls)
    results = sum(message.result is not None for message in messages)
    assert results == answered + len(conversation.orphan_results)
    json.dumps([message.to_dict() for message in messages])


@pytest.mark.parametrize("name", _FILES)
def test_a_damaged_transcript_is_read_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.jsonl"
    opened = 0
    for number in range(_VARIANTS):
        path.write_bytes(_variant(name, number))
        os.utime(path, (number, number))
        try:
            store = open_store(path)
        except SourceError:
            continue
        with store:
            opened += 1
            found = {one.session.session_id: one for one in store.conversations()}
            assert {session.session_id for session in store.sessions()} == found.keys()
            assert {one.session.lineage_id for one in found.values()} == store.fingerprints().keys()
            assert all(isinstance(flaw, str) for flaw in store.flaws)
            for session_id, conversation in found.items():
                _check_whole(conversation)
                assert store.conversation(session_id) == conversation
    assert opened > _VARIANTS / 3
