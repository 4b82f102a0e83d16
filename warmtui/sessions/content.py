"""Message content and tool calls as stores keep them, decoded into plain values and plain text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import orjson

JSON_MARK = "\x00json:"
"""What Hermes writes in front of content that is a list or a dict; SQL's own functions stop at its NUL."""

IMAGE = "[image]"
"""What stands for an image in plain text."""

LAST_SECOND = 1e11
"""Later than this many seconds after the epoch (the year 5138) a number is one of milliseconds."""

_SURROGATE = re.compile("[\ud800-\udfff]")
# Parts within parts: a tool result with images is one level deep.
_DEEPEST = 8


RawCall = tuple[str | None, str | None, str, str | dict[str, Any]]
"""One entry of a stored ``tool_calls`` list: its id, a second id or None, the tool's name, the arguments."""


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text, also where it holds lone surrogates (they become ``�``) or NaN.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        value = json.loads(text)
        # A lone surrogate is legal in an escape and nowhere else: no database and no file would take it.
        return json.loads(_SURROGATE.sub("�", json.dumps(value, ensure_ascii=False)))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def decode_content(stored: object) -> Any:
    """Return stored content as it was written: a string, a list of parts, a dict or None."""
    if isinstance(stored, str):
        return _unmarked(stored) if stored[:1] == "\x00" else stored
    if isinstance(stored, bytes):
        return decode_content(stored.decode("utf-8", "replace"))
    return str(stored) if isinstance(stored, int | float) else stored


def _unmarked(stored: str) -> Any:
    if not stored.startswith(JSON_MARK):
        return stored
    try:
        return parse_json(stored[len(JSON_MARK) :])
    except ValueError:
        return stored[len(JSON_MARK) :]


def content_text(content: object, *, image: str = IMAGE) -> str:
    """Return decoded content as plain text: the parts of a list one below the other.

    Args:
        content: what `decode_content` returns.
        image: what stands for an image; empty to leave images out.
    """
    return _text(content, image, _DEEPEST)


def _text(content: object, image: str, levels: int) -> str:
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list | tuple):
        if not levels:
            return _dumps(content)
        parts = (_part_text(part, image, levels - 1) for part in content)
        return "\n".join(text for text in parts if text)
    if isinstance(content, Mapping) and (isinstance(content.get("type"), str) or content.get("_multimodal")):
        return _part_text(content, image, levels)
    return _dumps(content)


def _part_text(part: object, image: str, levels: int) -> str:
    if not isinstance(part, Mapping):
        return _text(part, image, levels)
    for key in ("text", "text_summary"):
        if isinstance(part.get(key), str):
            return str(part[key])
    kind = part.get("type")
    if isinstance(kind, str) and "image" in kind:
        return image
    if isinstance(part.get("content"), list | str):
        return _text(part["content"], image, levels)
    return f"[{kind}]" if isinstance(kind, str) else _dumps(part)


def _dumps(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # it holds itself, or is nested as nothing honest is
        return "[nested]"


def read_calls(stored: object) -> list[RawCall]:
    """Return the calls of a stored ``tool_calls`` value; none where it cannot be read.

    Args:
        stored: a list of calls or its JSON, encoded once or twice; each call is
            ``{id, call_id, function: {name, arguments}}`` or ``{name, arguments}``.
    """
    try:
        value = parse_json(stored) if isinstance(stored, (str, bytes)) else stored
        if isinstance(value, str):
            value = parse_json(value)
    except ValueError:
        return []
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return []
    return [_read_call(entry) for entry in value if isinstance(entry, dict)]


def _read_call(entry: dict[str, Any]) -> RawCall:
    function = entry.get("function")
    named = function if isinstance(function, dict) else entry
    arguments, name = named.get("arguments"), named.get("name")
    if not isinstance(arguments, str):
        arguments = written_arguments(arguments)
    if not isinstance(name, str):
        name = str(name or "")
    first, second = identifier(entry.get("id")), identifier(entry.get("call_id"))
    if second == first or not first:
        first, second = first or second, None
    return first, second, name or "unknown", arguments


def written_arguments(stored: object) -> str | dict[str, Any]:
    """Return a call's arguments as they were written: a string or an object; any other value as its JSON."""
    if isinstance(stored, str | dict):
        return stored
    return "" if stored is None else _dumps(stored)


def identifier(stored: object) -> str | None:
    """Return an id as a string, None where there is none."""
    if isinstance(stored, str):
        return stored or None
    return None if stored is None else str(stored)


def path_text(path: Path | str) -> str:
    """Return a path as text that can be stored: a byte of it that is no UTF-8 is written out as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def seconds(stored: object) -> float | None:
    """Return a time as seconds since the epoch: from a number (of seconds or milliseconds) or an ISO date."""
    if isinstance(stored, bool) or not isinstance(stored, (int, float, str)):
        return None
    if isinstance(stored, str) and stored[4:5] == "-":
        return _iso_seconds(stored)
    try:
        number = float(stored)
    except OverflowError:
        return None
    except ValueError:
        return _iso_seconds(str(stored))
    if not isfinite(number):
        return None
    return number / 1000 if abs(number) > LAST_SECOND else number


def _iso_seconds(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
