"""A stream put into a request: once, after the agent's own prompt, before the history, in the shape of the request."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warmstart.examples import TEMPLATE
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.context import OPENING
from warmtui.warmstart.injection import is_warm, with_stream
from warmtui.warmstart.targets.requests import RequestShape, call_ids, shape_of, speaker, text_of

MODES = ["chat_completions", "anthropic_messages", "codex_responses"]
SYSTEM = {"role": "system", "content": "You are Hermes."}
SAID = {"role": "user", "content": "do it"}
TOOLS = [{"type": "function", "function": {"name": "terminal", "parameters": {}}}]
Turn = tuple[str, list[str], str]
"""What the person says, the commands the agent runs, what it answers; without an answer the turn goes on."""


def shape(mode: str) -> RequestShape:
    found = shape_of(mode)
    assert found is not None
    return found


def stream(mode: str, request: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    messages = WarmSessionBootstrapper().create_warm_session_messages(TEMPLATE, target=shape(mode).target)
    return shape(mode).shaped(messages, request or {})


def put(mode: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
    return with_stream(request, shape(mode), stream(mode, request))


def request_of(mode: str, turns: Sequence[Turn], *, system: bool = True) -> dict[str, Any]:
    """The request an agent makes in the middle of a conversation, as each provider takes it."""
    messages = list(history(turns))
    if mode == "chat_completions":
        return {"model": "m", "messages": [*([SYSTEM] if system else []), *messages], "tools": TOOLS}
    if mode == "anthropic_messages":
        tools = [{"name": "terminal", "input_schema": {}}]
        return {"model": "m", "system": "You are Hermes.", "messages": list(map(as_blocks, messages)), "tools": tools}
    items = [item for message in messages for item in as_items(message)]
    return {"model": "m", "instructions": "You are Hermes.", "input": items, "tools": [{"name": "terminal"}]}


def history(turns: Sequence[Turn]) -> Any:
    for number, (asked, commands, answer) in enumerate(turns):
        yield {"role": "user", "content": asked}
        for at, command in enumerate(commands):
            function = {"name": "terminal", "arguments": json.dumps({"command": command})}
            call = {"id": f"call_{number}_{at}", "type": "function", "function": function}
            yield {"role": "assistant", "content": "", "tool_calls": [call]}
            yield {"role": "tool", "tool_call_id": call["id"], "content": "done"}
        if number < len(turns) - 1:
            yield {"role": "assistant", "content": answer}


def as_blocks(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] == "tool":
        block = {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": message["content"]}
        return {"role": "user", "content": [block]}
    if "tool_calls" in message:
        [call] = message["tool_calls"]
        return {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": call["id"], "name": "terminal", "input": {}}],
        }
    return message


def as_items(message: dict[str, Any]) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        return [{"type": "function_call_output", "call_id": message["tool_call_id"], "output": "done"}]
    if "tool_calls" in message:
        [call] = message["tool_calls"]
        return [{"type": "reasoning", "encrypted_content": "x"}, {"type": "function_call", "call_id": call["id"]}]
    return [message]


def answered_ids(item: Mapping[str, Any]) -> list[Any]:
    content = item.get("content")
    blocks = content if isinstance(content, list) else []
    named = [item.get("tool_call_id"), item["call_id"] if item.get("type") == "function_call_output" else None]
    return [one for one in [*named, *(block.get("tool_use_id") for block in blocks)] if one is not None]


def orphans(items: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Calls without a result right after them, and results without a call right before."""
    found: list[Any] = []
    waiting: list[Any] = []
    for item in items:
        answered = answered_ids(item)
        found += [one for one in answered if one not in waiting]
        waiting = [one for one in waiting if one not in answered]
        if not answered:
            found += waiting if speaker(item) == "user" else []
            waiting = [*(waiting if speaker(item) != "user" else []), *call_ids(item)]
    return found + (waiting if items and speaker(items[-1]) == "user" else [])


turns = st.lists(
    st.tuples(st.text(min_size=1), st.lists(st.text(max_size=5), max_size=3), st.text(min_size=1)),
    min_size=1,
    max_size=4,
)


@given(turns=turns, mode=st.sampled_from(MODES), system=st.booleans())
def test_any_request_gets_it_once_after_the_prompt_and_nothing_else_changes(
    turns: list[Turn], mode: str, system: bool
) -> None:
    request = request_of(mode, turns, system=system)
    before = copy.deepcopy(request)
    warm = put(mode, request)
    assert warm is not None
    assert request == before
    key = shape(mode).key
    items, history = warm[key], [one for one in request[key] if speaker(one) != "system"]
    prompt = items[: len(request[key]) - len(history)]
    assert prompt + history == request[key]
    assert items == prompt + stream(mode, request) + history
    assert {**warm, key: None} == {**request, key: None}
    assert not orphans(items)
    spoken = [speaker(one) for one in items if speaker(one) != "system"]
    assert not [pair for pair in pairwise(spoken) if pair == ("user", "user")]
    assert "system" not in spoken
    assert put(mode, warm) is None, "a second time it is there already"


@pytest.mark.parametrize("mode", MODES)
def test_the_same_request_gives_the_same_bytes_and_shares_nothing(mode: str) -> None:
    request = request_of(mode, [("do it", ["make"], "")])
    first, second = put(mode, request), put(mode, request)
    assert first is not None
    assert second is not None
    assert json.dumps(first) == json.dumps(second)
    for one, other in zip(stream(mode), stream(mode), strict=True):
        assert one is not other


@pytest.mark.parametrize("mode", MODES)
def test_a_prefill_of_ours_is_known_by_what_it_says_or_calls(mode: str) -> None:
    warm = put(mode, request_of(mode, [("do it", [], "")]))
    assert warm is not None
    items = warm[shape(mode).key]
    assert is_warm(items)
    theirs = [{"role": "user", "content": "Be brief."}, {"role": "assistant", "content": "Yes."}]
    assert put(mode, {**warm, shape(mode).key: [*theirs, *items]}) is None
    calls_only = [item for item in items if OPENING not in text_of(item)]
    assert put(mode, {**warm, shape(mode).key: calls_only}) is None


def test_a_prefill_whose_first_message_was_merged_with_theirs_and_marked_for_a_cache_is_known() -> None:
    warm = put("chat_completions", request_of("chat_completions", [("do it", [], "")]))
    assert warm is not None
    prompt, context, answer, *rest = warm["messages"]
    marked = {"type": "text", "text": "Be brief.\n\n" + context["content"], "cache_control": {"type": "ephemeral"}}
    said = [one for one in rest if one["role"] == "user"]
    merged = {**warm, "messages": [prompt, {"role": "user", "content": [marked]}, answer, *said]}
    assert put("chat_completions", merged) is None


def test_a_person_who_quotes_the_context_does_not_lose_the_stream() -> None:
    request = request_of("chat_completions", [(f"what does this mean: {OPENING}", [], "It means."), ("ok", [], "")])
    assert put("chat_completions", request) is not None


@pytest.mark.parametrize("mode", MODES)
def test_a_history_that_begins_with_the_assistant_is_not_made_to_speak_twice(mode: str) -> None:
    request = request_of(mode, [("do it", [], "Done."), ("more", [], "")])
    key = shape(mode).key
    request[key] = [one for one in request[key] if text_of(one) != "do it"]
    warm = put(mode, request)
    assert warm is not None
    spoken = [speaker(one) for one in warm[key] if speaker(one) != "system"]
    assert ("assistant", "assistant") not in pairwise(spoken)
    assert not orphans(warm[key])


@pytest.mark.parametrize(
    "changed",
    [
        {"messages": [SYSTEM]},
        {"messages": []},
        {"messages": "no list"},
        {"messages": [SYSTEM, "no message"]},
        {"messages": [SYSTEM, {"role": "tool", "tool_call_id": "call_1", "content": "x"}, SAID]},
        {"tools": []},
        {"tools": None},
    ],
)  # fmt: skip
def test_what_is_no_request_of_an_agent_at_work_is_left_as_it_is(changed: dict[str, Any]) -> None:
    request = request_of("chat_completions", [("do it", [], "")])
    assert put("chat_completions", request | changed) is None


def test_a_prompt_of_the_developer_stays_first() -> None:
    request = request_of("chat_completions", [("do it", [], "")])
    request["messages"][0] = {"role": "developer", "content": "You are Hermes."}
    warm = put("chat_completions", request)
    assert warm is not None
    assert [one["role"] for one in warm["messages"][:3]] == ["developer", "user", "assistant"]


def test_a_subscription_of_anthropics_calls_the_tools_by_the_names_it_offers() -> None:
    messages = [{"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": name, "input": {}}]}
                for name in ("terminal", "mcp_files_read", "patch")]  # fmt: skip
    offered = {"tools": [{"name": "mcp__terminal"}, {"name": "mcp__files_read"}, {"name": "patch"}]}
    shaped = shape("anthropic_messages").shaped(messages, offered)
    assert [one["content"][0]["name"] for one in shaped] == ["mcp__terminal", "mcp__files_read", "patch"]


@pytest.mark.parametrize(
    ("provider", "model", "url"),
    [("deepseek", "m", ""), ("x", "deepseek-v4", ""), ("x", "m", "https://api.moonshot.ai/v1"), ("xiaomi", "m", "")],
)
def test_a_provider_that_wants_the_reasoning_gets_it_with_every_word_of_the_assistant(
    provider: str, model: str, url: str
) -> None:
    wanted = shape_of("chat_completions", provider=provider, model=model, base_url=url)
    assert wanted is not None
    shaped = wanted.shaped(WarmSessionBootstrapper().create_warm_session_messages(TEMPLATE, target="hermes"), {})
    assert all(("reasoning_content" in one) == (one["role"] == "assistant") for one in shaped)
    assert shape_of("anthropic_messages", provider=provider, model=model, base_url=url) is None


def test_other_providers_get_no_reasoning() -> None:
    assert not any("reasoning_content" in one for one in stream("chat_completions"))
    assert shape_of("chat_completions", model="hermes-4", base_url="https://notmoonshot.ai") is shape(
        "chat_completions"
    )
