"""What is found of the person: how they write, what they correct and what they approve."""

from __future__ import annotations

from dataclasses import dataclass

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.finding import KEPT, Finding


@dataclass(frozen=True, slots=True)
class UserRemark:
    """A message of the person that corrects or approves.

    Attributes:
        text: what was typed, cut to 200 characters.
        rule: the rule that found it.
        evidence: the message.
        answers: what it is about, where a rule goes by that: the call it stopped, the request it repeats.
    """

    __pydantic_config__ = KEPT

    text: str
    rule: str
    evidence: Evidence
    answers: Evidence | None = None


class UserProfile(Finding):
    """How the person wrote: only what a person typed counts.

    Attributes:
        message_count: messages a person typed.
        avg_message_length: mean characters a message; None without messages.
        median_length: median characters.
        length_quartiles: lower and upper quartile.
        question_ratio: share of messages that ask, 0–1.
        command_ratio: share of messages that command, 0–1.
        style: ``command_driven``, ``conversational``, ``terse``, ``detailed`` or ``balanced``;
            empty without messages.
        feedback_style: ``corrections_only``, ``terse``, ``detailed``, ``balanced``; empty without feedback.
        corrections: messages that correct the agent.
        approvals: messages that approve.
        turns: messages after the agent's first answer: those that could have corrected.
        domains: what it was about: the most frequent first.
        preferred_tools: tools named by the person, or used most.
        languages: the languages whose word rules were applied to find corrections and approvals: ``en``, or
            ``none`` where only the signs that hold in every language were.
        evidence: the typed messages, up to twenty.
    """

    message_count: int = 0
    avg_message_length: float | None = None
    median_length: float | None = None
    length_quartiles: tuple[float, float] | None = None
    question_ratio: float | None = None
    command_ratio: float | None = None
    style: str = ""
    feedback_style: str = ""
    corrections: tuple[UserRemark, ...] = ()
    approvals: tuple[UserRemark, ...] = ()
    turns: int = 0
    domains: tuple[str, ...] = ()
    preferred_tools: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
