"""Chat messages as rows of history: OpenAI's, Anthropic's, and what Hermes' ``SessionDB.get_messages`` returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from warmtui.sessions.blocks import has_blocks, sort_blocks
from warmtui.sessions.models import MessageId
from warmtui.sessions.rows import StoredRow, StoredSession

_LARGEST_ID = 2**63 - 1


def rows_of_messages(messages: Iterable[Mapping[str, Any]], session_id: str) -> list[StoredSession]:
    """Return chat messages as the rows of one lineage.

    Args:
        messages: in order; each may carry ``id`` (else it is counted from 0; one that another of the session has
            is made its own), ``session_id``, ``timestamp``, ``active`` and ``compacted``.
        session_id: the session the messages belong to where they do not say.
    """
    lineage: list[tuple[str, list[StoredRow]]] = []
    taken: set[tuple[str, MessageId]] = set()
    for number, message in enumerate(each for given in messages for each in _plain(given)):
        at = str(message.get("session_id") or session_id)
        if not lineage or lineage[-1][0] != at:
            lineage.append((at, []))
        message_id = _own_id(message.get("id"), number)
        if (at, message_id) in taken:  # as where every message has the same one
            message_id = f"{message_id}#{number}"
        taken.add((at, message_id))
        lineage[-1][1].append(_row(message, message_id))
    return [(at, rows) for at, rows in lineage]


def _own_id(given: object, number: int) -> MessageId:
    """Return the id a message carries, else its number; what is too large for a number of JSON or SQLite is none."""
    if isinstance(given, bool) or not isinstance(given, int | str) or given == "":
        return number
    if isinstance(given, int) and not -_LARGEST_ID <= given <= _LARGEST_ID:
        return number
    return given


def _plain(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a message, in place of one with content blocks one for its words and calls, and one a result."""
    if not has_blocks(message.get("content")):
        yield message
        return
    blocks = sort_blocks(message["content"])
    results = [
        {
            "role": "tool",
            "tool_call_id": result.call_id,
            "content": result.content,
            "is_error": result.is_error,
            "timestamp": message.get("timestamp"),
        }
        for result in blocks.results
    ]
    words = {**message, "content": blocks.words, "tool_calls": _openai_calls(blocks.calls) or message.get("tool_calls")}
    if message.get("role") == "assistant":  # the provider ran its own tools before the agent spoke on
        yield words
        yield from results
        return
    yield from results
    if blocks.words:
        yield words


def _openai_calls(calls: Sequence[tuple[str | None, str | None, str, str | dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"id": call_id, "function": {"name": name, "arguments": given}} for call_id, _, name, given in calls]


def _row(message: Mapping[str, Any], message_id: MessageId) -> StoredRow:
    legacy_call = message.get("function_call")
    is_error = message.get("is_error", message.get("isError"))
    role = message.get("role")
    return (
        message_id,
        role if isinstance(role, str) else None,
        message.get("content"),
        message.get("tool_call_id"),
        message.get("tool_calls") or ([legacy_call] if legacy_call else None),
        message.get("tool_name") or message.get("name"),
        message.get("timestamp"),
        message.get("active"),
        message.get("compacted"),
        is_error if isinstance(is_error, bool) else None,
    )
