"""Where a person corrected the agent, and where they approved: what the count of corrections stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.languages import ENGLISH, word_languages
from warmtui.profiling.remarks import asks, remark_rule
from warmtui.profiling.requests import is_question
from warmtui.profiling.signs import SAID_BEFORE, STEERED, signs
from warmtui.profiling.typed import TypedMessage, typed_messages
from warmtui.sessions.models import Conversation


@dataclass(slots=True)
class Remark:
    """A message that corrects or approves.

    Attributes:
        typed: the message.
        rule: the rule that found it.
        answers: what it is about, where a rule goes by that.
    """

    typed: TypedMessage
    rule: str
    answers: Evidence | None = None


@dataclass(slots=True)
class Feedback:
    """What a person typed, and what of it corrects or approves.

    Attributes:
        typed: the messages a person typed, in order.
        turns: how many of them came after the agent's first answer: those that could have corrected.
        languages: the languages whose word rules were applied; empty without messages.
        corrections: the messages that correct.
        approvals: those that approve.
    """

    typed: Sequence[TypedMessage]
    turns: int = 0
    languages: tuple[str, ...] = ()
    corrections: list[Remark] = field(default_factory=list)
    approvals: list[Remark] = field(default_factory=list)


def feedback(conversation: Conversation, calls: Sequence[JudgedCall]) -> Feedback:
    """Return the corrections and the approvals in `conversation`, of one message at most one of both.

    What a person did (`warmtui.profiling.signs`) says more than how a message begins; but of a message that is
    both, the words name the rule, unless it was said while the agent worked.

    Args:
        conversation: the conversation.
        calls: its judged calls.
    """
    typed = typed_messages(conversation)
    if not typed:
        return Feedback(typed)
    later = [each for each in typed if each.answers]
    languages = word_languages(each.text for each in typed)
    found = Feedback(typed, len(later), languages)
    if not later:
        return found
    by_words = list(map(_by_words, later)) if ENGLISH in languages else [(False, "")] * len(later)
    approving = {
        each.message.person_text
        for each, (corrects, rule) in zip(later, by_words, strict=True)
        if rule and not corrects
    }
    by_signs = signs(typed, calls, approving, is_question, store=conversation.store)
    for each, (is_correction, rule) in zip(later, by_words, strict=True):
        sign = by_signs.get((each.message.session_id, each.message.message_id)) if by_signs else None
        if sign is None:
            if rule:
                (found.corrections if is_correction else found.approvals).append(Remark(each, rule))
        elif sign.rule != SAID_BEFORE:
            by_sign = not is_correction or sign.rule == STEERED
            found.corrections.append(Remark(each, sign.rule if by_sign else rule, sign.answers))
    return found


def _by_words(typed: TypedMessage) -> tuple[bool, str]:
    found = remark_rule(typed.message.person_text)
    # What the agent had asked matters to a few rules that correct, and to no other message.
    return remark_rule(typed.message.person_text, was_asked=True) if found[0] and asks(typed.said) else found
