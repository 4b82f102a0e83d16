"""What can be edited of each part of a template: its fields, how each is edited, and a new value put in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from pydantic import BaseModel

from warmtui.templates.draft import Part
from warmtui.templates.models import (
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    ToolCallPattern,
    UserPattern,
)
from warmtui.text import visible

_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")


class FieldKind(StrEnum):
    """How a field is edited."""

    LINE = "line"
    TEXT = "text"
    LIST = "list"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a part.

    Attributes:
        path: its place: a field's name, or ``calls.0.result`` inside an example.
        label: what a person reads above it.
        kind: how it is edited.
        value: what it holds: a string, a tuple of strings (LIST), a dict (JSON).
    """

    path: str
    label: str
    kind: FieldKind
    value: Any


_LINE, _TEXT, _LIST, _JSON = FieldKind.LINE, FieldKind.TEXT, FieldKind.LIST, FieldKind.JSON

_FIELDS: dict[type[BaseModel], tuple[tuple[str, str, FieldKind], ...]] = {
    ToolCallPattern: (
        ("guidance", "What to know before calling it", _TEXT),
        ("common_args", "Usual arguments (JSON)", _JSON),
        ("error_recovery", "What helped after its errors, one a line", _LIST),
        ("context_requirements", "What came before it, one a line", _LIST),
        ("contrasts", "What set failed calls apart, one a line", _LIST),
    ),
    UserPattern: (
        ("guidance", "What a new session should know", _TEXT),
        ("style", "How requests are written", _LINE),
        ("feedback_style", "How feedback is given", _LINE),
        ("common_domains", "What the work is about, one a line", _LIST),
        ("preferred_tools", "Preferred tools, one a line", _LIST),
    ),
    RecoveryPattern: (
        ("recovery_strategy", "What to do", _TEXT),
        ("error_example", "The error, as it looks", _TEXT),
    ),
    ContextNote: (
        ("value", "What it is", _LINE),
        ("kind", "Kind", _LINE),
    ),
    Example: (
        ("request", "The request", _TEXT),
        ("answer", "The answer that closed it", _TEXT),
    ),
}


def fields_of(part: Part) -> list[Field]:
    """Return the fields of `part` in the order they are edited."""
    fields = [_field(name, label, kind, getattr(part, name)) for name, label, kind in _FIELDS[type(part)]]
    if isinstance(part, Example):
        for place, call in enumerate(part.calls):
            which = f"call {place + 1}, {call.tool_name}" if len(part.calls) > 1 else call.tool_name
            calls = (
                Field(f"calls.{place}.arguments", f"Arguments of {which} (JSON)", _JSON, call.arguments),
                Field(f"calls.{place}.result", f"Result of {which}", _TEXT, call.result),
            )
            fields[-1:-1] = calls  # the answer comes last, as it does in the stream
    return fields


def _field(path: str, label: str, kind: FieldKind, value: Any) -> Field:
    # What should be one line is not always: nobody promised that of a file's name.
    is_long = kind is FieldKind.LINE and "\n" in value
    return Field(path, label, FieldKind.TEXT if is_long else kind, value)


def change(part: Part, path: str, value: Any) -> tuple[str, Any]:
    """Return the field of `part` to set, and its new value, for a field at `path` that became `value`."""
    name, _, inner = path.partition(".")
    if not inner or not isinstance(part, Example):
        return name, value
    place, _, call_field = inner.partition(".")
    calls: list[ExampleCall] = list(part.calls)
    calls[int(place)] = calls[int(place)].model_copy(update={call_field: value})
    return name, tuple(calls)


def as_text(kind: FieldKind, value: Any) -> str:
    """Return a field's value as the text that is edited: nothing in it acts on the terminal.

    In JSON what is unsafe is escaped, which is the same value; elsewhere it is shown visibly, and an edit of
    the field keeps it so.
    """
    if kind is FieldKind.JSON:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
        return _BEYOND_ASCII.sub(_escaped, text)
    text = "\n".join(value) if kind is FieldKind.LIST else str(value)
    return "\t".join(visible(piece) for piece in text.split("\t"))


def _escaped(match: re.Match[str]) -> str:
    """Return a character as it is, or as JSON escapes it where it would not be seen or would do harm."""
    character = match.group()
    return character if visible(character) == character else json.dumps(character)[1:-1]


def from_text(kind: FieldKind, text: str) -> Any:
    """Return the value that edited text stands for.

    Raises:
        ValueError: the text is no JSON object; the message says where it breaks.
    """
    if kind is FieldKind.LIST:
        return _lines(text)
    if kind is not FieldKind.JSON:
        return text
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
    if not isinstance(value, dict):
        raise ValueError("Arguments are a JSON object: they begin with { and end with }.")
    return value


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
