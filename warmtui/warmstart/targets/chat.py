"""Rules that every list of chat messages keeps, whoever it is for: shapes, pairing of calls, alternation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

Messages = Sequence[Mapping[str, Any]]

_KEYS = {
    "system": {"role", "content"},
    "user": {"role", "content"},
    "assistant": {"role", "content", "tool_calls"},
    "tool": {"role", "content", "tool_call_id"},
}


def broken_shapes(document: object) -> list[str]:
    """Return what keeps `document` from being a list of chat messages; empty where it is one."""
    if not isinstance(document, list):
        return ["the stream is no list of messages"]
    return [f"message {place}: {problem}" for place, one in enumerate(document) for problem in _shape(one)]


def _shape(message: object) -> Iterator[str]:
    if not isinstance(message, dict):
        yield "it is no object"
        return
    role = message.get("role")
    keys = _KEYS.get(role) if isinstance(role, str) else None
    if keys is None:
        yield f"“{role}” is no role"
        return
    if not isinstance(message.get("content"), str):
        yield f"the content of a message of {role} is no text"
    yield from (f"“{key}” is no key of a message of {role}" for key in message if key not in keys)
    if "tool_calls" in message:
        yield from _calls_shape(message["tool_calls"])
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield "a tool message names no call"


def _calls_shape(calls: object) -> Iterator[str]:
    if not isinstance(calls, list) or not calls:
        yield "tool_calls is no list of calls"
        return
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or call.keys() != {"id", "type", "function"} or call["type"] != "function":
            yield "a call is no object with id, type and function"
        elif function.keys() != {"name", "arguments"} or not all(isinstance(one, str) for one in function.values()):
            yield "the function of a call has no name and arguments as text"
        elif not isinstance(call["id"], str):
            yield "the id of a call is no text"


def broken_pairing(messages: Messages) -> list[str]:
    """Every tool message answers a call just before it, every call is answered once, ids are unique."""
    broken: list[str] = []
    seen: set[str] = set()
    waiting: list[str] = []
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            answered = message["tool_call_id"]
            if answered in waiting:
                waiting.remove(answered)
            else:
                broken.append(f"message {place}: the tool message answers no call just before it ({answered})")
            continue
        if waiting:
            broken.append(f"message {place}: calls before it have no result ({', '.join(waiting)})")
        waiting = []
        for call in message.get("tool_calls", ()):
            broken += [f"message {place}: {problem}" for problem in _call(call, seen)]
            seen.add(call["id"])
            waiting.append(call["id"])
    if waiting:
        broken.append(f"at the end: calls have no result ({', '.join(waiting)})")
    return broken


def _call(call: Mapping[str, Any], seen: set[str]) -> Iterator[str]:
    if not call["id"]:
        yield "a call has no id"
    if call["id"] in seen:
        yield f"the call id {call['id']} is used twice"
    if not call["function"]["name"]:
        yield f"the call {call['id']} names no tool"
    try:
        arguments = orjson.loads(call["function"]["arguments"])
    except orjson.JSONDecodeError:
        arguments = None
    if not isinstance(arguments, dict):
        yield f"the arguments of {call['id']} are no JSON object"


def broken_alternation(messages: Messages) -> list[str]:
    """After a user comes the assistant; after the assistant's words the user; tools belong to the assistant's turn."""
    broken = []
    before = ""
    for place, message in enumerate(messages):
        role = message["role"]
        if role == "user" and before == "user":
            broken.append(f"message {place}: two user messages follow each other")
        if role == "user" and before == "tool":
            broken.append(f"message {place}: a user message follows a tool result that was not answered")
        if role == "assistant" and before == "assistant":
            broken.append(f"message {place}: two assistant messages follow each other")
        before = role
    return broken
