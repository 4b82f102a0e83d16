"""Targets: the shape a stream is written in, and the rules each shape must keep.

The only place that knows what a provider expects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from warmtui.errors import StreamError
from warmtui.warmstart.context import ACKNOWLEDGEMENT

Messages = Sequence[Mapping[str, Any]]
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


def context_messages(target: str, text: str) -> list[dict[str, Any]]:
    """Return the messages that carry the context.

    ``openai`` takes one system message. In a Hermes prefill a second system message would destroy the agent's
    own prompt, so the context is a user message and the agent's acknowledgement.

    Raises:
        StreamError: the target is unknown.
    """
    known(target)
    if not text:
        return []
    if target == "openai":
        return [{"role": "system", "content": text}]
    return [{"role": "user", "content": text}, {"role": "assistant", "content": ACKNOWLEDGEMENT}]


def takes_user_message(target: str) -> bool:
    """Whether the new user message is part of the stream: Hermes adds it by itself."""
    return target != "hermes"


def tool_name(target: str, name: str) -> str:
    """Return a tool's name as `target` takes it: OpenAI knows letters, digits, ``_`` and ``-``, at most 64."""
    return _NOT_IN_NAMES.sub("_", name)[:64] if target == "openai" else name


def known(target: str) -> None:
    """Raise StreamError where `target` is none that is known."""
    if target not in _RULES:
        raise StreamError(f"“{target}” is no target; the targets are {', '.join(_RULES)}")


def check(target: str, messages: Messages) -> tuple[str, ...]:
    """Return the rules of `target` that `messages` break, a sentence each; empty where it is valid.

    Raises:
        StreamError: the target is unknown.
    """
    known(target)
    return (*_check_calls(messages), *_RULES[target](messages))


def _check_calls(messages: Messages) -> list[str]:
    """Every tool message answers a call just before it, every call is answered once, ids are unique."""
    broken: list[str] = []
    seen: set[str] = set()
    waiting: list[str] = []
    for place, message in enumerate(messages):
        role = message.get("role")
        if role == "tool":
            answered = message.get("tool_call_id")
            if answered in waiting:
                waiting.remove(str(answered))
            else:
                broken.append(f"message {place}: the tool message answers no call just before it ({answered})")
            continue
        if waiting:
            broken.append(f"message {place}: calls before it have no result ({', '.join(waiting)})")
        waiting = []
        for call in message.get("tool_calls") or ():
            broken += [f"message {place}: {problem}" for problem in _check_call(call, seen)]
            seen.add(str(call.get("id")))
            waiting.append(str(call.get("id")))
    if waiting:
        broken.append(f"at the end: calls have no result ({', '.join(waiting)})")
    return broken


def _check_call(call: Mapping[str, Any], seen: set[str]) -> list[str]:
    broken = []
    function = call.get("function") or {}
    if not call.get("id"):
        broken.append("a call has no id")
    if str(call.get("id")) in seen:
        broken.append(f"the call id {call.get('id')} is used twice")
    if not function.get("name"):
        broken.append(f"the call {call.get('id')} names no tool")
    try:
        arguments = orjson.loads(function.get("arguments", ""))
    except orjson.JSONDecodeError:
        arguments = None
    if not isinstance(arguments, dict):
        broken.append(f"the arguments of {call.get('id')} are no JSON object")
    return broken


def _alternation(messages: Messages) -> list[str]:
    """After a user comes the assistant; after the assistant's words the user; tools belong to the assistant's turn."""
    broken = []
    before = ""
    for place, message in enumerate(messages):
        role = str(message.get("role"))
        if role == "user" and before == "user":
            broken.append(f"message {place}: two user messages follow each other")
        if role == "user" and before == "tool":
            broken.append(f"message {place}: a user message follows a tool result that was not answered")
        if role == "assistant" and before == "assistant":
            broken.append(f"message {place}: two assistant messages follow each other")
        before = role
    return broken


def _openai(messages: Messages) -> list[str]:
    broken = _alternation([message for message in messages if message.get("role") != "system"])
    systems = [place for place, message in enumerate(messages) if message.get("role") == "system"]
    if systems not in ([], [0]):
        broken.append("a system message may only stand first")
    names = [call["function"].get("name", "") for message in messages for call in message.get("tool_calls") or ()]
    broken += [f"“{name}” is no name a tool can have" for name in names if tool_name("openai", name) != name]
    return broken


def _hermes(messages: Messages) -> list[str]:
    broken = _alternation(messages)
    if any(message.get("role") == "system" for message in messages):
        broken.append("a system message would replace the agent's own prompt")
    if messages and messages[0].get("role") != "user":
        broken.append("a prefill begins with a user message")
    if messages and messages[-1].get("role") != "assistant":
        broken.append("a prefill ends on an assistant message, because the new user message follows it")
    if messages and messages[-1].get("tool_calls"):
        broken.append("a prefill does not end on a call")
    return broken


_RULES: Mapping[str, Callable[[Messages], list[str]]] = {"openai": _openai, "hermes": _hermes}
TARGETS = tuple(_RULES)
"""The targets a stream can be built for."""
