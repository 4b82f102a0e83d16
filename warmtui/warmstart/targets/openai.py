"""Chat messages as OpenAI's API and those that speak like it take them: the context is one system message."""

from __future__ import annotations

from typing import Any

from warmtui.warmstart.targets.chat import broken_alternation, broken_pairing, broken_shapes
from warmtui.warmstart.targets.names import plain_name
from warmtui.warmstart.targets.target import Target

_LONGEST_NAME = 64
_LONGEST_ID = 40


def _tool_name(name: str) -> str:
    return plain_name(name, _LONGEST_NAME)


def _context(text: str) -> list[dict[str, Any]]:
    return [{"role": "system", "content": text}]


def _check(document: Any) -> list[str]:
    broken = broken_shapes(document)
    if broken:
        return broken
    broken = [*broken_pairing(document), *broken_alternation([one for one in document if one["role"] != "system"])]
    if [place for place, message in enumerate(document) if message["role"] == "system"] not in ([], [0]):
        broken.append("a system message may only stand first")
    spoken = [message["role"] for message in document if message["role"] != "system"]
    if spoken and spoken[0] == "assistant":
        broken.append("the assistant speaks before anybody asked it")
    for call in (call for message in document for call in message.get("tool_calls", ())):
        name = call["function"]["name"]
        if _tool_name(name) != name:
            broken.append(f"“{name}” is no name a tool can have")
        if len(call["id"]) > _LONGEST_ID:
            broken.append(f"the call id {call['id']} is longer than {_LONGEST_ID} characters")
    return broken


OPENAI = Target("openai", check=_check, tool_name=_tool_name, context=_context)
