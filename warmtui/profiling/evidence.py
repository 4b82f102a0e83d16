"""Where a claim was seen: nothing is shown without it."""

from __future__ import annotations

from dataclasses import dataclass

from warmtui.profiling.finding import KEPT
from warmtui.sessions.models import MessageId, ToolCall


@dataclass(frozen=True, slots=True)
class Evidence:
    """The messages a pattern was seen in.

    Attributes:
        store: the label of the store.
        session_id: the stored session the message lies in.
        message_id: the message: of a call, the assistant message that made it.
        result_message_id: of a call, the message with its result, or None.
    """

    __pydantic_config__ = KEPT

    store: str
    session_id: str
    message_id: MessageId
    result_message_id: MessageId | None = None

    @classmethod
    def of_call(cls, store: str, call: ToolCall) -> Evidence:
        """Return the place of a call and of its result."""
        result = call.result
        return cls(store, call.session_id, call.message_id, result.message_id if result is not None else None)
