"""Run by a Python that has Hermes: what it makes of a prefill in each shape of request, and what the plugin makes.

Prints as JSON, for each shape, the messages of both.
"""

from __future__ import annotations

import copy
import json
from importlib import import_module
from typing import Any

from warmtui.templates.models import Example, ExampleCall, SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.injection import with_stream
from warmtui.warmstart.targets.requests import shape_of

CALLS = (
    ExampleCall(tool_name="read_file", arguments={"path": "ä.py", "a": 1}, result="hello"),
    ExampleCall(tool_name="terminal", arguments={"command": "make"}, result="made"),
)
TEMPLATE = SessionTemplate(name="A", context="Mind it.", examples=(Example(request="mend", calls=CALLS, answer="ok"),))
CALL = {"id": "call_1", "type": "function", "function": {"name": "terminal", "arguments": '{"command":"ls"}'}}
SYSTEM: dict[str, Any] = {"role": "system", "content": "You are Hermes Agent."}
HISTORY: list[dict[str, Any]] = [
    {"role": "user", "content": "do it"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "a"},
]
TOOLS = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": {"type": "object"}}}
    for name in ("terminal", "read_file")
]
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat_completions", {}),
    "anthropic": ("anthropic_messages", {"max_tokens": 100}),
    "anthropic by subscription": ("anthropic_messages", {"max_tokens": 100, "is_oauth": True}),
    "responses": ("codex_responses", {"session_id": "s"}),
}


def as_hermes_does(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What its conversation loop makes of any message before it goes on."""
    for call in (call for message in messages for call in message.get("tool_calls", ())):
        arguments = json.loads(call["function"]["arguments"])
        call["function"]["arguments"] = json.dumps(arguments, separators=(",", ":"), sort_keys=True)
    return messages


def both(mode: str, options: dict[str, Any]) -> dict[str, Any]:
    transport = import_module("agent.transports").get_transport(mode)

    def checked(request: dict[str, Any]) -> dict[str, Any]:
        return transport.preflight_kwargs(request, allow_stream=False) if mode == "codex_responses" else request

    def built(messages: list[dict[str, Any]]) -> dict[str, Any]:
        made = transport.build_kwargs(
            model="m", messages=copy.deepcopy(messages), tools=copy.deepcopy(TOOLS), **options
        )
        return checked(made)

    create, shape = WarmSessionBootstrapper().create_warm_session_messages, shape_of(mode)
    cold = built([SYSTEM, *HISTORY])
    assert shape is not None
    prefill = as_hermes_does(create(TEMPLATE, target="hermes"))
    ours = with_stream(cold, shape, shape.shaped(create(TEMPLATE, target=shape.target), cold))
    assert ours is not None
    return {"prefill": built([SYSTEM, *prefill, *HISTORY])[shape.key], "plugin": checked(ours)[shape.key]}


print(json.dumps({name: both(mode, options) for name, (mode, options) in SHAPES.items()}))
