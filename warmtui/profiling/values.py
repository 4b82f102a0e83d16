"""Reading the value a result's text holds: JSON, JSON with something after it, JSON cut off, a Python literal."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import orjson

_DECODER = json.JSONDecoder(strict=False)
_LITERAL_LENGTH = 20_000  # ast is slow and nests; the dicts that tools print are short
_CUT_FIELDS = 12

_AFTER = re.compile(r"\s*(?:\Z|\n|\[|<)")
_KEY = re.compile(r'\s*,?\s*"((?:[^"\\]|\\.){0,80})"\s*:\s*')
_JSON_OBJECT = re.compile(r'\{\s*(?:"|\Z)')
_PARTS_LIST = re.compile(r'\[\s*\{\s*"type"\s*:')
_PYTHON_LITERAL = re.compile(r"\{\s*'|\[\s*\{\s*'")
# Python warns about escapes it does not know, on stderr: such text is left alone.
_SOUND_ESCAPES = re.compile(r"[^\\]*+(?:\\[\\'\"abfnrtvxuUN0-7\n][^\\]*+)*+\Z")
# What a string is escaped with: a surrogate pair, a surrogate that stands alone, or anything else.
_ESCAPE = re.compile(
    r"\\(?:(?P<pair>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<lone>(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NESTING = re.compile(r"[\[({]|[-+~]{3}")


def decode(text: str) -> tuple[Any, bool]:
    """Return the object or list that `text` holds, and whether it was cut off.

    Args:
        text: without white space in front.

    Returns:
        A dict, a list, or None for plain text; and True where an object begins but does not end. Of a cut
        object the leading fields are returned.
    """
    if text[:1] not in ("{", "["):
        return None, False
    try:
        return orjson.loads(text), False  # what begins with a bracket is an object or a list
    except orjson.JSONDecodeError:
        return _decode_loosely(_without_surrogates(text))


def unescape(body: str) -> str:
    """Return what the inside of a quoted Python string stands for; as it is where its escapes make no sense."""
    if not _SOUND_ESCAPES.match(body):
        return body
    return _without_surrogates(body).encode("latin-1", "backslashreplace").decode("unicode_escape", "replace")


def _without_surrogates(text: str) -> str:
    """Return `text` with each escaped surrogate pair as its character and each that stands alone as ``�``.

    JSON and Python both let a string be escaped so, and no file, database or terminal takes what it stands for.
    """
    if "\\ud" not in text and "\\uD" not in text and "\\U0000" not in text:
        return text
    return _ESCAPE.sub(_sound, text)


def _sound(match: re.Match[str]) -> str:
    if match["pair"]:
        return str(json.loads(f'"{match.group()}"'))
    return "\N{REPLACEMENT CHARACTER}" if match["lone"] else match.group()


def _decode_loosely(text: str) -> tuple[Any, bool]:
    """Take what orjson refuses: a suffix, control characters, NaN."""
    try:
        value, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return _decode_broken(text)
    return (value, False) if _AFTER.match(text, end) else (None, False)


def _decode_broken(text: str) -> tuple[Any, bool]:
    if _PYTHON_LITERAL.match(text):
        return _python_literal(text), False
    if _PARTS_LIST.match(text):
        return [], True
    if not _JSON_OBJECT.match(text):
        return None, False
    return _leading_fields(text), not text.endswith("}")


def _leading_fields(text: str) -> dict[str, Any]:
    """Return the fields of a cut object that are whole, and the beginning of a string that is not."""
    fields: dict[str, Any] = {}
    position = 1
    while len(fields) < _CUT_FIELDS:
        key = _KEY.match(text, position)
        if key is None:
            break
        position = key.end()
        try:
            fields[key.group(1)], position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            fields[key.group(1)] = text[position + 1 : position + 500] if text[position : position + 1] == '"' else None
            break
    return fields


def _python_literal(text: str) -> Any:
    """Return the dict or list that Python printed, or None."""
    if len(text) > _LITERAL_LENGTH or not _SOUND_ESCAPES.match(text) or len(_NESTING.findall(text)) > 500:
        return None
    try:
        value = ast.literal_eval(text.rstrip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return value if isinstance(value, dict | list) else None
