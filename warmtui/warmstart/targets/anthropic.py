"""Messages as Anthropic's API takes them: calls and their results are content blocks.

The context is a user message and the agent's acknowledgement, and ``system`` is there and empty: it is the place
of the caller's own prompt, so that nothing has to be merged with it and nothing of the stream is lost when it is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from warmtui.warmstart.context import ACKNOWLEDGEMENT
from warmtui.warmstart.models import StreamMessage
from warmtui.warmstart.targets.names import plain_name
from warmtui.warmstart.targets.target import Target

_LONGEST_NAME = 128
_ID = re.compile(r"[a-zA-Z0-9_-]+")
_BLOCKS = {
    "text": ({"type", "text"}, set()),
    "tool_use": ({"type", "id", "name", "input"}, set()),
    "tool_result": ({"type", "tool_use_id"}, {"content", "is_error"}),
}
"""For each kind of block the keys it must have, and those it may have."""
_WHO = {"tool_use": "assistant", "tool_result": "user"}


def _tool_name(name: str) -> str:
    return plain_name(name, _LONGEST_NAME)


def _context(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}, {"role": "assistant", "content": ACKNOWLEDGEMENT}]


def _write(messages: Sequence[StreamMessage]) -> dict[str, Any]:
    return {"system": "", "messages": [_turn(message) for message in messages]}


def _turn(message: StreamMessage) -> dict[str, Any]:
    said = message.message
    if said["role"] == "tool":
        return {"role": "user", "content": [_result(said, is_error=message.is_error)]}
    if "tool_calls" not in said:
        return {"role": said["role"], "content": said["content"]}
    return {"role": "assistant", "content": [_use(call) for call in said["tool_calls"]]}


def _use(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = orjson.loads(function["arguments"])
    return {"type": "tool_use", "id": call["id"], "name": function["name"], "input": arguments}


def _result(said: Mapping[str, Any], *, is_error: bool) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": said["tool_call_id"]}
    if said["content"].strip():  # a result of nothing but white space is refused, one without content is not
        block["content"] = said["content"]
    return block | {"is_error": True} if is_error else block


def _check(document: Any) -> list[str]:
    if not isinstance(document, dict) or document.keys() != {"system", "messages"}:
        return ["the stream is no object with system and messages"]
    messages = document["messages"]
    broken = [] if isinstance(document["system"], str) else ["system is no text"]
    if not isinstance(messages, list):
        return [*broken, "messages is no list"]
    shapes = [f"message {place}: {said}" for place, one in enumerate(messages) for said in _shape(one)]
    if shapes:
        return [*broken, *shapes]
    return [*broken, *_turns(messages), *_pairing(messages)]


def _shape(message: object) -> Iterator[str]:
    if not isinstance(message, dict) or message.keys() != {"role", "content"}:
        yield "it is no object with role and content"
        return
    role, content = message["role"], message["content"]
    if role not in ("user", "assistant"):
        yield f"“{role}” is no role"
    elif isinstance(content, str):
        if not content.strip():
            yield "its text is empty"
    elif not isinstance(content, list) or not content:
        yield "its content is neither text nor a list of blocks"
    else:
        yield from (problem for block in content for problem in _block(block, role))


def _block(block: object, role: str) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(kind, str) or kind not in _BLOCKS:
        yield f"“{kind}” is no kind of block"
        return
    required, optional = _BLOCKS[kind]
    if not required <= block.keys() <= required | optional:
        yield f"a block of {kind} has other keys than it should"
        return
    if _WHO.get(kind, role) != role:
        yield f"a block of {kind} stands in a message of {role}"
    if kind == "text" and not (isinstance(block["text"], str) and block["text"].strip()):
        yield "a block of text is empty"
    if kind == "tool_use":
        yield from _use_shape(block)
    if kind == "tool_result":
        yield from _result_shape(block)


def _use_shape(block: Mapping[str, Any]) -> Iterator[str]:
    name = block["name"]
    if not isinstance(name, str) or not name or _tool_name(name) != name:
        yield f"“{name}” is no name a tool can have"
    if not isinstance(block["id"], str) or not _ID.fullmatch(block["id"]):
        yield f"“{block['id']}” is no id a call can have"
    if not isinstance(block["input"], dict):
        yield f"the input of {block['id']} is no object"


def _result_shape(block: Mapping[str, Any]) -> Iterator[str]:
    content = block.get("content", "-")
    if not isinstance(content, str) or not content.strip():
        yield f"the result of {block['tool_use_id']} is no text, or an empty one"
    if not isinstance(block.get("is_error", False), bool):
        yield f"is_error of {block['tool_use_id']} is neither true nor false"


def _turns(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if messages and messages[0]["role"] != "user":
        yield "the first message is not the user's"
    for place in range(1, len(messages)):
        if messages[place]["role"] == messages[place - 1]["role"]:
            yield f"message {place}: two {messages[place]['role']} messages follow each other"
    if messages and messages[-1]["role"] == "assistant":
        words = [one["text"] if one["type"] == "text" else "" for one in _blocks(messages[-1])]
        if words[-1] != words[-1].rstrip():
            yield "the last assistant message ends in white space"


def _pairing(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Calls are answered in the very next message, each once, before any text in it; ids are unique."""
    seen: set[str] = set()
    waiting: list[str] = []
    for place, message in enumerate(messages):
        answers = [one["tool_use_id"] for one in _blocks(message) if one["type"] == "tool_result"]
        kinds = [one["type"] for one in _blocks(message)]
        if kinds[: len(answers)] != ["tool_result"] * len(answers):
            yield f"message {place}: text stands before a result"
        for answered in answers:
            if answered in waiting:
                waiting.remove(answered)
            else:
                yield f"message {place}: a result answers no call of the message before it ({answered})"
        if waiting:
            yield f"message {place}: calls before it have no result ({', '.join(waiting)})"
        waiting = [one["id"] for one in _blocks(message) if one["type"] == "tool_use"]
        for call in waiting:
            if call in seen:
                yield f"message {place}: the call id {call} is used twice"
            seen.add(call)
    if waiting:
        yield f"at the end: calls have no result ({', '.join(waiting)})"


def _blocks(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


ANTHROPIC = Target("anthropic", check=_check, tool_name=_tool_name, context=_context, write=_write)
