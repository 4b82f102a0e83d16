"""From stored rows to messages: roles, authors, calls and results, and what of the rows is history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from warmtui.sessions.compaction import split_summary, without_copies
from warmtui.sessions.content import LAST_SECOND, content_text, decode_content, identifier, read_calls, seconds
from warmtui.sessions.models import Author, Message, MessageId, ToolCall, ToolResult
from warmtui.sessions.people import authorship, mid_turn_words

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
    rewound: set[int] = set()
    for number, (session_id, rows) in enumerate(lineage, start=1):
        _add_session(messages, rewound, session_id, rows, is_archived=number < len(lineage))
    # A summary that was taken back takes with it what it was merged with in one row.
    rewound |= {at + 1 for at in rewound if messages[at].is_compaction and _is_same_row(messages, at)}
    return tuple(without_copies(messages, rewound))


def _is_same_row(messages: Sequence[Message], at: int) -> bool:
    following = messages[at + 1 : at + 2]
    return bool(following) and following[0].message_id == messages[at].message_id


def _add_session(
    messages: list[Message], rewound: set[int], session_id: str, rows: Iterable[StoredRow], *, is_archived: bool
) -> None:
    """Add a session's messages, and to `rewound` the places of those the user took back."""
    # This loop is most of what reading costs: what nearly every row is comes first, and needs no call.
    for message_id, role, stored, call_id, calls, tool, timestamp, active, compacted, is_error in rows:
        if type(stored) is str and stored[:1] != "\x00":
            content = text = stored
        else:
            content, text = _decoded(stored)
        at = timestamp if type(timestamp) is float and 0 <= timestamp <= LAST_SECOND else seconds(timestamp)
        if role == "assistant":
            made = _calls(message_id, session_id, at, calls) if calls else ()
            message = Message(message_id, session_id, "assistant", text, at, made)
        elif role == "user":
            author, words = authorship(text if text is content else content_text(content, image=""))
            message = Message(message_id, session_id, "user", text, at, (), None, author, words)
        elif role in ("tool", "function"):
            its_call, its_tool = identifier(call_id), identifier(tool)
            result = ToolResult(message_id, session_id, its_call, its_tool, content, text, is_error, at)
            message = Message(message_id, session_id, "tool", text, at, (), result, None, mid_turn_words(text))
        elif role == "session_meta":
            continue
        else:  # the harness' own: shown, and never counted as something that was said
            message = Message(message_id, session_id, "system", text, at)
        is_hidden = not active and active is not None
        if is_hidden or is_archived:
            message.is_archived = True
            if is_hidden and not compacted:
                rewound.add(len(messages))
        if text[:1] == "[" and role in ("assistant", "user") and (parts := split_summary(text)):
            messages += _apart(message, *parts)
        else:
            messages.append(message)


def _decoded(stored: object) -> tuple[Any, str]:
    if stored is None:  # a message that is only calls
        return None, ""
    content = decode_content(stored)
    return content, content_text(content)


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


def _calls(message_id: MessageId, session_id: str, at: float | None, stored: object) -> tuple[ToolCall, ...]:
    made: list[ToolCall] = []
    for call_id, other_id, name, arguments in read_calls(stored):
        made.append(ToolCall(message_id, session_id, len(made), call_id, name, arguments, other_id, None, at))
    return tuple(made)
