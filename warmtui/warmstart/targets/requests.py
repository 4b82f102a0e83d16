"""The requests an agent makes of its provider: where the messages lie in each shape, and a stream in that shape.

Three shapes are known by the name that Hermes gives them: chat messages, Anthropic's messages, and the items of
OpenAI's Responses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from warmtui.warmstart.targets.names import plain_name

Messages = Sequence[Mapping[str, Any]]
Document = list[dict[str, Any]]

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class RequestShape:
    """One shape of a request.

    Attributes:
        target: the target whose stream is put into it.
        key: where in the request its messages lie.
        shaped: the messages of such a stream as this shape has them: new ones, for one request each time.
    """

    target: str
    key: str
    shaped: Callable[[Messages, Mapping[str, Any]], Document]


def shape_of(api_mode: str, *, provider: str = "", model: str = "", base_url: str = "") -> RequestShape | None:
    """Return the shape of the requests that Hermes makes in an ``api_mode``, or None where it is not known.

    Args:
        api_mode: as Hermes calls it.
        provider, model, base_url: where they go: some refuse what the assistant said without what it thought.
    """
    if _wants_reasoning(provider, model, base_url):
        return _REASONING if api_mode == "chat_completions" else None
    return _SHAPES.get(api_mode)


def speaker(item: Mapping[str, Any]) -> str:
    """Return who speaks in a message or an item of any shape: system, user, assistant, or tool for a result."""
    kind = item.get("type")
    if kind == "function_call_output" or any(block.get("type") == "tool_result" for block in blocks(item)):
        return "tool"
    if kind in ("function_call", "reasoning"):
        return "assistant"
    role = str(item.get("role"))
    return "system" if role == "developer" else role


def text_of(item: Mapping[str, Any]) -> str:
    """Return what is said in words in a message or an item of any shape."""
    content = item.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in blocks(item) if isinstance(block.get("text"), str))


def call_ids(item: Mapping[str, Any]) -> list[object]:
    """Return the ids of the calls in a message or an item of any shape."""
    calls = item.get("tool_calls")
    found = [call.get("id") for call in calls if isinstance(call, Mapping)] if isinstance(calls, list) else []
    found += [block.get("id") for block in blocks(item) if block.get("type") == "tool_use"]
    return [*found, item.get("call_id")] if item.get("type") == "function_call" else found


def blocks(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the content blocks of a message or an item; none where its content is text."""
    content = item.get("content")
    return [block for block in content if isinstance(block, Mapping)] if isinstance(content, list) else []


def tool_names(request: Mapping[str, Any]) -> set[str]:
    """Return the names of the tools that a request offers, in any shape."""
    tools = request.get("tools")
    listed = [tool for tool in tools if isinstance(tool, Mapping)] if isinstance(tools, list) else []
    functions = [tool["function"] if isinstance(tool.get("function"), Mapping) else tool for tool in listed]
    return {function["name"] for function in functions if isinstance(function.get("name"), str)}


def _chat(messages: Messages, _: Mapping[str, Any]) -> Document:
    return [_chat_message(message) for message in messages]


def _chat_message(message: Mapping[str, Any]) -> dict[str, Any]:
    # To the byte what Hermes makes of the same message in a prefill, so that either finds the other's cache.
    written = {**message, "content": message["content"].strip()}
    if "tool_calls" in message:
        written["tool_calls"] = [{**call, "function": _function(call)} for call in message["tool_calls"]]
    return written


def _function(call: Mapping[str, Any]) -> dict[str, str]:
    function = call["function"]
    arguments = json.dumps(json.loads(function["arguments"]), separators=(",", ":"), sort_keys=True)
    return {"name": plain_name(function["name"], _LONGEST_NAME), "arguments": arguments}


def _chat_with_reasoning(messages: Messages, request: Mapping[str, Any]) -> Document:
    said = _chat(messages, request)
    return [{**one, "reasoning_content": " "} if one["role"] == "assistant" else one for one in said]


def _wants_reasoning(provider: str, model: str, base_url: str) -> bool:
    # DeepSeek, Kimi and MiMo; others refuse what comes with it. Hermes tells them apart in this way.
    host = urlsplit(base_url).hostname or ""
    return (
        provider.lower() in _THINKING_PROVIDERS
        or any(name in model.lower() for name in _THINKING_MODELS)
        or any(host == one or host.endswith("." + one) for one in _THINKING_HOSTS)
    )


def _anthropic(messages: Messages, request: Mapping[str, Any]) -> Document:
    offered = tool_names(request)
    return [{**message, "content": _content(message["content"], offered)} for message in messages]


def _content(content: Any, offered: set[str]) -> Any:
    if isinstance(content, str):
        return content
    return [
        {**block, "name": _offered_name(block["name"], offered)} if block["type"] == "tool_use" else block
        for block in deepcopy(content)
    ]


def _offered_name(name: str, offered: set[str]) -> str:
    # A subscription's requests name tools otherwise: mcp__read_file for read_file, mcp__x_y for mcp_x_y.
    renamed = "mcp__" + name.removeprefix("mcp_")
    return renamed if name not in offered and renamed in offered else name


def _responses(messages: Messages, request: Mapping[str, Any]) -> Document:
    return [item for message in _chat(messages, request) for item in _items(message)]


def _items(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if message["role"] == "tool":
        yield {"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]}
        return
    if message["content"]:
        yield {"role": message["role"], "content": message["content"]}
    for call in message.get("tool_calls", ()):
        yield {"type": "function_call", "call_id": call["id"], **call["function"]}


_THINKING_PROVIDERS = frozenset({"deepseek", "kimi-coding", "kimi-coding-cn", "xiaomi"})
_THINKING_MODELS = ("deepseek", "mimo")
_THINKING_HOSTS = ("api.deepseek.com", "api.kimi.com", "moonshot.ai", "moonshot.cn", "xiaomimimo.com")
_SHAPES = {
    "chat_completions": RequestShape("hermes", "messages", _chat),
    "anthropic_messages": RequestShape("anthropic", "messages", _anthropic),
    "codex_responses": RequestShape("hermes", "input", _responses),
}
_REASONING = RequestShape("hermes", "messages", _chat_with_reasoning)
