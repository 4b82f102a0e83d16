"""A conversation as entries to look at: what was said, and each call with what came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.outcomes import Outcome
from warmtui.sessions.models import Author, Conversation, Message, MessageId, ToolCall, ToolResult
from warmtui.text import json_text


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened in a session.

    Attributes:
        who: ``user``, ``harness`` (a user message that nobody typed), ``agent``, ``tool``, ``summary`` or ``system``.
        session_id: the stored session it lies in.
        message_id: its message; of a call the one that made it.
        result_message_id: of a call the message with its result; None where there is none, and for all else.
        tool: of a call or a stray result the tool.
        outcome: of a call what its result says.
        said: what was said; of a call its arguments as they were written.
        result: of a call what came back.
        timestamp: seconds since the epoch, or None.
    """

    who: str
    session_id: str
    message_id: MessageId
    said: str
    result_message_id: MessageId | None = None
    tool: str = ""
    outcome: Outcome | None = None
    result: str = ""
    timestamp: float | None = None

    @property
    def is_call(self) -> bool:
        """Whether it is a call of a tool."""
        return self.outcome is not None

    @property
    def is_failure(self) -> bool:
        """Whether it is a call that went wrong."""
        return self.outcome is not None and self.outcome.is_error

    def is_at(self, place: Evidence) -> bool:
        """Whether `place` points at it: by its message, and where that is told by the one with its result."""
        if (self.session_id, self.message_id) != (place.session_id, place.message_id):
            return False
        return place.result_message_id is None or place.result_message_id == self.result_message_id

    def paragraphs(self) -> Iterator[tuple[str, str]]:
        """Yield all of it, each part with a word for what it is: ``text``, ``arguments``, ``result``."""
        if self.is_call:
            yield "arguments", _readable(self.said)
            yield "result", _readable(self.result)
        else:
            yield "text", self.said


def entries_of(conversation: Conversation, calls: Sequence[JudgedCall]) -> list[Entry]:
    """Return what happened in `conversation`, in order.

    Args:
        conversation: the conversation.
        calls: its calls with their outcomes, as `warmtui.profiling.judged.judge` returns them.
    """
    outcomes = {id(judged.call): judged.outcome for judged in calls}
    strays = {id(result) for result in conversation.orphan_results}
    return [entry for message in conversation.messages for entry in _of_message(message, outcomes, strays)]


def _of_message(message: Message, outcomes: dict[int, Outcome], strays: set[int]) -> Iterator[Entry]:
    if message.result is not None:
        yield from _of_result(message, message.result, is_stray=id(message.result) in strays)
        return
    if message.text.strip() or not message.calls:
        yield Entry(_who(message), message.session_id, message.message_id, message.text, timestamp=message.timestamp)
    for call in message.calls:
        yield _of_call(call, outcomes[id(call)])


def _of_result(message: Message, result: ToolResult, *, is_stray: bool) -> Iterator[Entry]:
    """Yield a result that answers no call, and what a person put into a result while the agent worked."""
    if is_stray:
        yield Entry(
            "tool", message.session_id, message.message_id, result.text,
            tool=result.tool_name or "", timestamp=message.timestamp,
        )  # fmt: skip
    if message.person_text:
        yield Entry("user", message.session_id, message.message_id, message.person_text, timestamp=message.timestamp)


def _of_call(call: ToolCall, outcome: Outcome) -> Entry:
    raw = call.raw_arguments
    result = call.result
    return Entry(
        "tool",
        call.session_id,
        call.message_id,
        raw if isinstance(raw, str) else json_text(raw),
        result_message_id=result.message_id if result else None,
        tool=call.name,
        outcome=outcome,
        result=result.text if result else "No result was recorded.",
        timestamp=call.timestamp,
    )


def _who(message: Message) -> str:
    if message.is_compaction:
        return "summary"
    if message.role == "user":
        return "harness" if message.author is Author.HARNESS else "user"
    return {"assistant": "agent"}.get(message.role, message.role)


def brief(raw: str) -> str:
    """Return a JSON object as ``key: value`` pairs, of one alone the value; as it was written where it is none."""
    fields = _fields(raw)
    if len(fields) == 1:
        return next(iter(fields.values()))
    return " · ".join(f"{key}: {value}" for key, value in fields.items()) or raw


def _readable(raw: str) -> str:
    """Return a JSON object with a line a key; as it was written where it is none."""
    return "\n".join(f"{key}: {value}" for key, value in _fields(raw).items()) or raw


def _fields(raw: str) -> dict[str, str]:
    if not raw.startswith("{"):
        return {}
    try:
        parsed: Any = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return {key: value if isinstance(value, str) else json_text(value) for key, value in parsed.items()}
