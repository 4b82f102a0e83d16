"""Calls and results that another program wrote into an example beside ours: whether each answers the other.

Fields that warmtui does not know are kept as they are, so a file can bring whole exchanges along in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from warmtui.templates.models import Example

Fault = tuple[str, str, str]
"""Where in the example, the rule, and what is wrong."""

_RESULTS = ("results", "tool_results", "tool_outputs")
_IDS = ("tool_call_id", "call_id", "tool_use_id", "id")


def foreign_faults(example: Example) -> Iterator[Fault]:
    """Yield results that answer no call and calls that were never answered, in fields that are not ours.

    A call whose result names another call's id is one of the former.
    """
    calls = [(number, call.model_extra or {}) for number, call in enumerate(example.calls)]
    for number, extra in calls:
        own, answered = extra.get("id"), extra.get("tool_call_id")
        if own is not None and answered is not None and own != answered:
            yield f"calls.{number}.tool_call_id", "orphan-result", "names another call than the one it stands in"
    beside = example.model_extra or {}
    known = {_id(extra) for _, extra in calls} - {None}
    known |= {_id(call) for call in _entries(beside.get("tool_calls"))}
    for field in _RESULTS:
        for number, result in enumerate(_entries(beside.get(field))):
            if _id(result) not in known:
                yield f"{field}.{number}", "orphan-result", "answers no call of the example"
    yield from _messages(_entries(beside.get("messages")))


def _messages(messages: list[Mapping[str, Any]]) -> Iterator[Fault]:
    waiting: dict[Any, int] = {}
    for number, message in enumerate(messages):
        for call in _entries(message.get("tool_calls")):
            waiting[_id(call)] = number
        if message.get("role") == "tool" and waiting.pop(_id(message), None) is None:
            yield f"messages.{number}", "orphan-result", "answers no call before it"
    for number in waiting.values():
        yield f"messages.{number}", "unanswered-call", "makes a call that is never answered"


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list | tuple) else []


def _id(entry: Mapping[str, Any]) -> str | None:
    return next((str(entry[name]) for name in _IDS if entry.get(name) is not None), None)
