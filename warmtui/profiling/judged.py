"""The calls of a conversation with their outcomes: judged once, then read by every part of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.outcomes import Outcome, classify
from warmtui.profiling.results import ParsedResult, parse_result, telling_line
from warmtui.sessions.models import Conversation, MessageId, ToolCall

Corrections = Mapping[tuple[str, MessageId], Outcome]
"""Outcomes a person corrected: by session id and the id of the message with the result."""

_UNKNOWN = Outcome.UNKNOWN  # to look a member up costs as much as the rest of what is done for a call here


@dataclass(slots=True)
class JudgedCall:
    """A call and what its result says.

    Attributes:
        call: the call.
        tool: the tool it called.
        outcome: what its result says; ``unknown`` where there is none.
        place: its place among the calls of the conversation, from 0.
        turn: how many messages a person had typed before it.
        store: the label of the store.
        corrected: True where a person corrected the outcome.
    """

    call: ToolCall
    tool: str
    outcome: Outcome
    place: int
    turn: int
    store: str
    corrected: bool = False
    _parsed: ParsedResult | None = field(default=None, repr=False, compare=False)
    _error: str | None = field(default=None, repr=False, compare=False)
    _evidence: Evidence | None = field(default=None, repr=False, compare=False)

    @property
    def evidence(self) -> Evidence:
        """Where it lies."""
        if self._evidence is None:
            self._evidence = Evidence.of_call(self.store, self.call)
        return self._evidence

    @property
    def error(self) -> str:
        """The first telling line of its result, of a call that failed; empty where there is none. Read when asked."""
        if self._error is None:
            parsed = self._parsed
            if parsed is None and self.call.result is not None:
                parsed = parse_result(self.call.result.content)
            self._error = telling_line(self.tool, parsed) if parsed is not None else ""
            self._parsed = None
        return self._error


def judge(conversation: Conversation, corrections: Corrections | None = None) -> list[JudgedCall]:
    """Return the calls of `conversation` in order, each with its outcome.

    Args:
        conversation: the conversation.
        corrections: outcomes a person corrected; they win over the rules.
    """
    judged: list[JudgedCall] = []
    turn = 0
    store = conversation.store
    for message in conversation.messages:
        if message.person_text:
            turn += 1
        for call in message.calls:
            result = call.result
            if result is None:
                judged.append(JudgedCall(call, call.name, _UNKNOWN, len(judged), turn, store))
                continue
            corrected = corrections.get((result.session_id, result.message_id)) if corrections else None
            if corrected is not None:
                judged.append(JudgedCall(call, call.name, corrected, len(judged), turn, store, True))
                continue
            parsed = parse_result(result.content)
            outcome = classify(call.name, call.raw_arguments, parsed, result.is_error)
            # What is wrong is read from the same parse, if anybody asks; of what went well nothing is kept.
            kept = parsed if outcome.is_error else None
            judged.append(JudgedCall(call, call.name, outcome, len(judged), turn, store, False, kept))
    return judged
