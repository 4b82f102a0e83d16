"""Where a claim was seen: nothing is shown without it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from warmtui.sessions.models import MessageId, ToolCall


class Evidence(BaseModel):
    """The messages a pattern was seen in.

    Attributes:
        store: the label of the store.
        session_id: the stored session the message lies in.
        message_id: the message: of a call, the assistant message that made it.
        result_message_id: of a call, the message with its result, or None.
    """

    model_config = ConfigDict(frozen=True)

    store: str
    session_id: str
    message_id: MessageId
    result_message_id: MessageId | None = None

    @classmethod
    def of_call(cls, store: str, call: ToolCall) -> Evidence:
        """Return the place of a call and of its result."""
        result = call.result
        return cls(
            store=store,
            session_id=call.session_id,
            message_id=call.message_id,
            result_message_id=result.message_id if result else None,
        )
