"""Matching calls with their results; what does not match is an orphan, counted and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warmtui.sessions.models import Message, ToolCall, ToolResult


def pair(messages: Iterable[Message]) -> tuple[tuple[ToolCall, ...], tuple[ToolResult, ...]]:
    """Match each result with its call, setting ``call.result``.

    By id within the nearest preceding assistant turn that has an open call of that id, because ids repeat
    within real sessions; calls and results without an id pair in order inside one turn.

    Args:
        messages: one conversation in order.

    Returns:
        All calls in order, and the results that answer none.
    """
    calls: list[ToolCall] = []
    orphans: list[ToolResult] = []
    open_by_id: dict[str, list[ToolCall]] = {}
    turn_without_id: list[ToolCall] = []
    for message in messages:
        if message.role == "assistant":
            turn_without_id = []
            if message.calls:
                turn_without_id = _open_turn(message.calls, open_by_id)
                calls += message.calls
        elif message.role == "user":
            turn_without_id = []  # what is unanswered when a person speaks again stays so
        elif message.result is not None:
            found = _open_call(message.result, open_by_id, turn_without_id)
            if found is None:
                orphans.append(message.result)
            else:
                found.result = message.result
    return tuple(calls), tuple(orphans)


def _open_turn(calls: Sequence[ToolCall], open_by_id: dict[str, list[ToolCall]]) -> list[ToolCall]:
    """Put the calls of one turn where they are found by their ids, and return those without one."""
    without_id: list[ToolCall] = []
    # Within one turn the first of two equal ids is answered first; across turns the nearest.
    for call in reversed(calls):
        if call.call_id:
            open_by_id.setdefault(call.call_id, []).append(call)
        if call.other_id and call.other_id != call.call_id:
            open_by_id.setdefault(call.other_id, []).append(call)
        elif not call.call_id:
            without_id.insert(0, call)
    return without_id


def _open_call(
    result: ToolResult, open_by_id: dict[str, list[ToolCall]], turn_without_id: list[ToolCall]
) -> ToolCall | None:
    if not result.call_id:
        return _next_without_id(result, turn_without_id)
    candidates = open_by_id.get(result.call_id, [])
    while candidates:
        call = candidates.pop()
        if call.result is None:  # it may have been answered under its other id
            return call
    return None


def _next_without_id(result: ToolResult, turn: list[ToolCall]) -> ToolCall | None:
    if not turn:
        return None
    if result.tool_name and result.tool_name != turn[0].name:
        return None
    return turn.pop(0)
