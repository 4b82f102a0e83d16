"""A message stream: the messages a new session begins with, each with what it is for and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One message of a stream.

    Attributes:
        message: in the shape of an OpenAI chat message (role, content, tool_calls, tool_call_id).
        part: what it belongs to: ``context``, an example's key, or ``user``.
        tokens: its estimated tokens (characters / 4).
    """

    message: dict[str, Any]
    part: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The messages a new session begins with, before they are written in the shape of a target.

    Attributes:
        target: the target it was built for: ``openai`` or ``hermes``.
        messages: in order.
        warnings: what a person should know before using it, one sentence each.
    """

    target: str
    messages: tuple[StreamMessage, ...]
    warnings: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """Estimated tokens of the whole stream."""
        return sum(message.tokens for message in self.messages)
