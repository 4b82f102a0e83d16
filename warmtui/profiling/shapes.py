"""What kind of value an argument holds: its JSON type, and the shape of a string."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

_ENUM_VALUES = 6  # an enum has at most so many values …
_ENUM_CALLS = 3  # … each seen so often on average …
_ENUM_LONGEST = 40  # … and none longer than so many characters
_HEAD = 400  # characters of a string that its shape is read from

_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    list: "array",
    dict: "object",
}
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"[a-z][a-z0-9+.-]*://\S+$")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d([T ]\S*)?$")),
    ("absolute path", re.compile(r"(/|~/|[A-Za-z]:\\)[^\n]*$")),
    ("relative path", re.compile(r"\.{0,2}/?[\w.@-]+(/[\w.@ -]+)+/?$|[\w-]+\.[A-Za-z]\w{0,4}$")),
    ("identifier", re.compile(r"[A-Za-z0-9_.:-]*\d[A-Za-z0-9_.:-]*$")),
)


def type_of(value: Any) -> str:
    """Return the JSON type of a parsed value: ``string``, ``integer``, ``number``, ``boolean``, ``array``, …"""
    return _TYPES.get(type(value), "null")


def shape_of(text: str) -> str:
    """Return the shape of a string.

    One of ``url``, ``date``, ``absolute path``, ``relative path``, ``identifier`` and ``text``.
    """
    head = text[:_HEAD]
    for name, pattern in _SHAPES:
        if pattern.match(head):
            return name
    return "text"


def is_enum(values: Collection[str], count: int) -> bool:
    """Whether values are few and recur: at most six, each seen three times on average, all short.

    Args:
        values: the different values.
        count: how often they were seen together.
    """
    if len(values) > _ENUM_VALUES or count < _ENUM_CALLS * len(values):
        return False
    return all(len(value) <= _ENUM_LONGEST and "\n" not in value for value in values)
