"""The calls of a conversation with their outcomes: judged once, then read by every part of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.outcomes import Outcome, classify_outcome
from warmtui.sessions.models import Conversation, MessageId, ToolCall

Corrections = Mapping[tuple[str, MessageId], Outcome]
"""Outcomes a person corrected: by session id and the id of the message with the result."""


@dataclass(slots=True)
class JudgedCall:
    """A call and what its result says.

    Attributes:
        call: the call.
        outcome: what its result says; ``unknown`` where there is none.
        place: its place among the calls of the conversation, from 0.
        turn: how many messages a person had typed before it.
        store: the label of the store.
        corrected: True where a person corrected the outcome.
        error: the first telling line of its result once it was asked for, see `warmtui.profiling.recovery`.
    """

    call: ToolCall
    outcome: Outcome
    place: int
    turn: int
    store: str
    corrected: bool = False
    error: str | None = field(default=None, repr=False, compare=False)

    @property
    def tool(self) -> str:
        """The tool it called."""
        return self.call.name

    @property
    def evidence(self) -> Evidence:
        """Where it lies."""
        return Evidence.of_call(self.store, self.call)


def judge(conversation: Conversation, corrections: Corrections | None = None) -> list[JudgedCall]:
    """Return the calls of `conversation` in order, each with its outcome.

    Args:
        conversation: the conversation.
        corrections: outcomes a person corrected; they win over the rules.
    """
    judged: list[JudgedCall] = []
    turn = 0
    for message in conversation.messages:
        turn += bool(message.person_text)
        for call in message.calls:
            outcome, corrected = _outcome(call, corrections or {})
            judged.append(JudgedCall(call, outcome, len(judged), turn, conversation.store, corrected))
    return judged


def _outcome(call: ToolCall, corrections: Corrections) -> tuple[Outcome, bool]:
    result = call.result
    if result is None:
        return Outcome.UNKNOWN, False
    corrected = corrections.get((result.session_id, result.message_id))
    if corrected is not None:
        return corrected, True
    return classify_outcome(call.name, call.raw_arguments, result.content, result.is_error), False
