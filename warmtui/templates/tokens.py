"""Estimates of what text costs in tokens: characters / 4, the same for every model and always an estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

CHARACTERS_PER_TOKEN = 4
"""Characters that are taken for one token: the usual rule of thumb for English text and code."""


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens `text` costs: characters / 4, rounded up.

    Returns:
        An estimate, at least 0. Scripts without spaces and dense data cost more than it says.
    """
    return _tokens(len(text))


def estimate_message_tokens(message: Mapping[str, Any]) -> int:
    """Estimate how many tokens a chat message costs: its content, and its calls' names and arguments.

    Nothing is added for the message's frame: what a role and an id cost differs from model to model,
    and no figure would be right for all of them.

    Args:
        message: a message with ``content`` (a string, a list of content parts or None) and maybe ``tool_calls``.

    Returns:
        An estimate, at least 0.
    """
    characters = _characters(message.get("content"))
    characters += sum(_characters(part) for part in _call_parts(message.get("tool_calls")))
    return _tokens(characters)


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)


def _call_parts(calls: object) -> Iterator[object]:
    for call in calls if isinstance(calls, list | tuple) else ():
        function = call.get("function", call)
        yield function.get("name")
        yield function.get("arguments")


def _characters(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return len(value["text"])
    if isinstance(value, list | tuple):
        return sum(_characters(part) for part in value)
    return len(orjson.dumps(value).decode())
