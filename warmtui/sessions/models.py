"""What a stored conversation is made of: sessions, messages, calls and their results, without an opinion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from warmtui.sessions.content import parse_json
from warmtui.text import json_text

MessageId = int | str
"""A message's id in its store; formats without message ids count from 0."""


class Author(StrEnum):
    """Who wrote a user message."""

    PERSON = "person"
    HARNESS = "harness"
    BOTH = "both"


@dataclass(slots=True)
class ToolResult:
    """What came back from one call.

    Attributes:
        message_id: the message it was stored in.
        session_id: the session that message belongs to.
        call_id: the id it answers, or None where the format has none.
        tool_name: the tool as the result names it; None where the store has none.
        content: as stored and decoded: a string, a list of content parts, a dict or None.
        text: the content as plain text.
        is_error: the format's own explicit flag, None where it has none.
        timestamp: seconds since the epoch, or None.
    """

    message_id: MessageId
    session_id: str
    call_id: str | None
    tool_name: str | None
    content: Any
    text: str
    is_error: bool | None = None
    timestamp: float | None = None


@dataclass(slots=True)
class ToolCall:
    """One tool call of the assistant, and its result once it is paired.

    Attributes:
        message_id: the assistant message that made it.
        session_id: the session that message belongs to.
        index: its place among the calls of that message, from 0.
        call_id: its id, or None.
        other_id: a second id under which results may answer it (Hermes' ``call_id``), or None.
        name: the tool.
        raw_arguments: the arguments as they were written, normally a JSON object.
        result: the matched result, or None while there is none.
        timestamp: seconds since the epoch, or None.
    """

    message_id: MessageId
    session_id: str
    index: int
    call_id: str | None
    name: str
    raw_arguments: str | dict[str, Any]
    other_id: str | None = None
    result: ToolResult | None = None
    timestamp: float | None = None
    _parsed: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    _is_parsed: bool = field(default=False, repr=False, compare=False)

    @property
    def arguments(self) -> dict[str, Any] | None:
        """The arguments as a dict; None where they do not parse as a JSON object. Parsed once, when asked."""
        if not self._is_parsed:
            self._parsed = parse_arguments(self.raw_arguments)
            self._is_parsed = True
        return self._parsed


def parse_arguments(raw: object) -> dict[str, Any] | None:
    """Return tool arguments as a dict, or None where they are no JSON object.

    Args:
        raw: a dict, a JSON string (encoded once or twice), an empty string or None (no arguments).
    """
    for _ in range(3):
        if isinstance(raw, dict):
            return raw
        if raw is None or raw == "":
            return {}
        if not isinstance(raw, str):
            return None
        try:
            raw = parse_json(raw)
        except ValueError:
            return None
    return raw if isinstance(raw, dict) else None


@dataclass(slots=True)
class Message:
    """One message of a conversation, in its place.

    Attributes:
        message_id: its id in the store.
        session_id: the stored session it lies in (a lineage has several).
        role: ``user``, ``assistant``, ``tool`` or ``system``.
        text: its content as plain text; for a user message with the harness' additions still in it.
        timestamp: seconds since the epoch, or None.
        calls: the tool calls of an assistant message.
        result: the result a tool message holds.
        author: who wrote a user message; None for other roles.
        person_text: only what a person typed: of user messages, and of mid-turn messages in tool results.
        is_compaction: True for a summary that replaced earlier messages; no pattern is read from it.
        is_archived: True for history that compaction moved out of the agent's sight.
    """

    message_id: MessageId
    session_id: str
    role: str
    text: str
    timestamp: float | None = None
    calls: tuple[ToolCall, ...] = ()
    result: ToolResult | None = None
    author: Author | None = None
    person_text: str = ""
    is_compaction: bool = False
    is_archived: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it in the shape of an OpenAI chat message, with ``id`` and ``timestamp`` beside it."""
        out: dict[str, Any] = {"id": self.message_id, "role": self.role, "timestamp": self.timestamp}
        if self.result is not None:
            out["content"] = self.result.content
            out["tool_call_id"] = self.result.call_id
            out["tool_name"] = self.result.tool_name
        else:
            out["content"] = self.text
        if self.calls:
            out["tool_calls"] = [_call_to_dict(call) for call in self.calls]
        return out


def _call_to_dict(call: ToolCall) -> dict[str, Any]:
    raw = call.raw_arguments
    arguments = raw if isinstance(raw, str) else json_text(raw)
    return {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


@dataclass(slots=True)
class Session:
    """What a store says of one conversation before its messages are read.

    Attributes:
        session_id: the newest id of the lineage, the one that is shown.
        lineage: every id of the conversation, oldest first; one where compaction began no new session.
        title: as the user or the agent named it, or None.
        source: where it was held: ``cli``, ``telegram``, ``cron`` …
        model: the model it ran on, or None.
        started_at: seconds since the epoch, or None.
        ended_at: seconds since the epoch, or None; says nothing about success.
        end_reason: as stored, or None.
        parent_session_id: the session it was branched or delegated from, or None. Not set by compaction.
        kind: ``session``, ``branch`` or ``delegate``.
        cwd: the folder it worked in, or None.
        message_count: messages the store claims; 0 where it claims nothing.
        metadata: further fields worth keeping, as stored.
    """

    session_id: str
    lineage: tuple[str, ...]
    title: str | None = None
    source: str = ""
    model: str | None = None
    started_at: float | None = None
    ended_at: float | None = None
    end_reason: str | None = None
    parent_session_id: str | None = None
    kind: str = "session"
    cwd: str | None = None
    message_count: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lineage_id(self) -> str:
        """The first id of the lineage: the key under which the conversation is kept."""
        return self.lineage[0]


_SPOKEN = frozenset({"user", "assistant", "tool"})


@dataclass(slots=True)
class Conversation:
    """A session with its messages in order and its calls paired with their results.

    Attributes:
        store: the label of the store it was read from.
        session: what the store says of it.
        messages: the history in order: rewound messages left out, archived ones in, re-inserted ones once.
        calls: every call, in order; ``call.result`` is None for an orphan.
        orphan_results: results that answer no call; counted, never guessed.
        is_live: True while it may still go on, so that an open end proves nothing.
    """

    store: str
    session: Session
    messages: tuple[Message, ...]
    calls: tuple[ToolCall, ...]
    orphan_results: tuple[ToolResult, ...] = ()
    is_live: bool = False

    @property
    def orphan_calls(self) -> int:
        """How many calls have no result."""
        return sum(1 for call in self.calls if call.result is None)

    @property
    def orphans(self) -> int:
        """How many calls have no result, and results no call."""
        return self.orphan_calls + len(self.orphan_results)

    @property
    def message_count(self) -> int:
        """User, assistant and tool messages; compaction summaries and system messages are not counted."""
        return len([1 for message in self.messages if message.role in _SPOKEN and not message.is_compaction])

    def spoken(self) -> Iterator[Message]:
        """Yield the user, assistant and tool messages: what is left without summaries and system messages."""
        for message in self.messages:
            if message.role in _SPOKEN and not message.is_compaction:
                yield message
