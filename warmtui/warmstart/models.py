"""A message stream: the messages a new session begins with, each with what it is for and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CONTEXT = "context"
"""The part of a stream that is told in words."""

USER = "user"
"""The part of a stream that is the new user message."""


class Level(StrEnum):
    """What of a template a stream holds: its words, its examples, or both."""

    CONTEXT = "context"
    EXAMPLES = "examples"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One message of a stream.

    Attributes:
        message: in the shape of an OpenAI chat message (role, content, tool_calls, tool_call_id), whatever the
            target.
        part: what it belongs to: ``context``, an example's key, or ``user``.
        tokens: its estimated tokens (characters / 4).
        is_error: True for the result of a call that failed or was rejected.
    """

    message: dict[str, Any]
    part: str
    tokens: int
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class StreamPart:
    """What one part adds to a stream.

    Attributes:
        key: ``context``, an example's key, or ``user``.
        title: what a person calls it, on one line.
        tokens: its estimated tokens (characters / 4).
        share: its share of the stream's tokens, 0–1.
        synthetic: True for a made-up example.
    """

    key: str
    title: str
    tokens: int
    share: float
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """The messages a new session begins with, and what is written of them for a target.

    Attributes:
        target: the target it was built for.
        messages: in order; none for ``skill``, which is a text.
        parts: what the context, each example and the user's message add, in order.
        warnings: what a person should know before using it, one sentence each.
        written: what `document` returns, where that is not the list of messages.
    """

    target: str
    messages: tuple[StreamMessage, ...]
    parts: tuple[StreamPart, ...] = ()
    warnings: tuple[str, ...] = ()
    written: dict[str, Any] | None = None

    @property
    def tokens(self) -> int:
        """Estimated tokens of the whole stream (characters / 4)."""
        return sum(part.tokens for part in self.parts)

    def document(self) -> Any:
        """Return the JSON document of the target.

        Returns:
            The list of messages for ``openai`` and ``hermes``, ``{"system", "messages"}`` for ``anthropic``,
            ``{"name", "content"}`` for ``skill``.
        """
        return [message.message for message in self.messages] if self.written is None else self.written
