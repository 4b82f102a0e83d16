"""From stored rows to messages: roles, authors, calls and results, and what of the rows is history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from warmtui.sessions.compaction import split_summary, without_copies
from warmtui.sessions.content import content_text, decode_content, identifier, read_calls, seconds
from warmtui.sessions.models import Author, Message, MessageId, ToolCall, ToolResult
from warmtui.sessions.people import authorship, mid_turn_words

# A role that is not known is the harness' own: shown, and never counted as something that was said.
_ROLES: dict[str | None, str] = {
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}

StoredRow = tuple[MessageId, str | None, Any, Any, Any, Any, Any, int | None, int | None, bool | None]
"""One message as a store keeps it: a plain tuple, because there are millions; None where there is no such field.

Its id, role, content, tool call id, tool calls, tool name and timestamp; active: 0 where it is out of the
agent's sight; compacted: 1 where a compaction put it there, and not the user who took it back; is_error: the
format's own explicit flag on a result.
"""

StoredSession = tuple[str, Sequence[StoredRow]]
"""A session's id and its rows in order."""


def read_history(lineage: Sequence[StoredSession]) -> tuple[Message, ...]:
    """Return the messages of one lineage: rewound ones left out, archived ones in, copies once.

    Args:
        lineage: its sessions, oldest first; only the newest is in the agent's sight, the others are archived.
    """
    messages: list[Message] = []
    for number, (session_id, rows) in enumerate(lineage, start=1):
        messages.extend(_session_messages(session_id, rows, is_archived=number < len(lineage)))
    return tuple(without_copies(messages))


def _session_messages(session_id: str, rows: Iterable[StoredRow], *, is_archived: bool) -> Iterator[Message]:
    for message_id, role, stored, call_id, calls, tool, timestamp, active, compacted, is_error in rows:
        is_hidden = active is not None and not active
        if role == "session_meta" or (is_hidden and not compacted):
            continue
        content = stored if type(stored) is str and stored[:1] != "\x00" else decode_content(stored)
        text = content if type(content) is str else content_text(content)
        at = seconds(timestamp)
        message = Message(message_id, session_id, _ROLES.get(role, "system"), text, at)
        if is_hidden or is_archived:
            message.is_archived = True
        if role == "assistant":
            if calls:
                message.calls = _calls(message, calls)
        elif message.role == "tool":
            message.person_text = mid_turn_words(text)
            message.result = ToolResult(
                message_id, session_id, identifier(call_id), identifier(tool), content, text, is_error, at
            )
        elif role == "user":
            typed = text if text is content else content_text(content, image="")
            message.author, message.person_text = authorship(typed)
        if text[:1] == "[" and role in ("assistant", "user") and (parts := split_summary(text)):
            yield from _apart(message, *parts)
        else:
            yield message


def _apart(message: Message, summary: str, merged: str) -> list[Message]:
    """Return a compaction summary as a message of its own, then the message it was merged with, if any."""
    marker = Message(message.message_id, message.session_id, message.role, summary, message.timestamp)
    marker.is_archived = message.is_archived
    marker.is_compaction = True
    if message.role == "user":
        marker.author = Author.HARNESS
    if not merged and not message.calls:
        return [marker]
    message.text = merged
    if message.role == "user":
        message.author, message.person_text = authorship(merged)
    return [marker, message]


def _calls(message: Message, stored: object) -> tuple[ToolCall, ...]:
    message_id, session_id, at = message.message_id, message.session_id, message.timestamp
    made: list[ToolCall] = []
    for call_id, other_id, name, arguments in read_calls(stored):
        made.append(ToolCall(message_id, session_id, len(made), call_id, name, arguments, other_id, None, at))
    return tuple(made)
