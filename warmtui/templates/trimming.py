"""Making recorded values short enough for an example, without breaking what they are."""

from __future__ import annotations

from typing import Any

import orjson

from warmtui.text import json_text

_LIST = 3  # entries of a long list that are kept
_LEAST = 16  # characters a string is never cut below
_DEEPEST = 40
_INTEGERS = 2**63


def trim_text(text: str, limit: int) -> str:
    """Return `text` in at most about `limit` characters: JSON stays JSON, other text loses its middle.

    Args:
        text: a tool result.
        limit: characters, at least 40.
    """
    if len(text) <= limit:
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _cut(text, limit)
    if not isinstance(value, dict | list):
        return _cut(text, limit)
    return orjson.dumps(trim_value(value, limit)).decode()


def trim_value(value: Any, limit: int) -> Any:
    """Return a JSON value with its strings and lists shortened until it is written in about `limit` characters.

    What cannot be made that short (a thousand keys) is returned as short as it gets.
    """
    longest = limit
    while True:
        trimmed = _shortened(value, longest, keep_lists=longest == limit)
        if longest <= _LEAST or len(json_text(trimmed)) <= limit:
            return trimmed
        longest //= 2


def _shortened(value: Any, longest: int, *, keep_lists: bool, depth: int = 0) -> Any:
    if isinstance(value, str):
        return _cut(value, max(longest, _LEAST))
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {key: _shortened(inner, longest, keep_lists=keep_lists, depth=depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        kept = value if keep_lists or len(value) <= _LIST else value[:_LIST]
        rest = [f"… {len(value) - len(kept)} more"] if len(kept) < len(value) else []
        return [_shortened(inner, longest, keep_lists=keep_lists, depth=depth + 1) for inner in kept] + rest
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _INTEGERS:
        return str(value)  # more than a template's file can hold as a number
    return value


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    tail = limit // 4
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"
