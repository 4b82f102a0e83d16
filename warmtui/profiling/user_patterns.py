"""How the person writes: only what a person typed counts, never what the agent's harness put in their name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median, quantiles

from warmtui.profiling.domains import domains_of
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.feedback import Feedback, Remark
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.requests import is_command, is_question
from warmtui.profiling.user_models import UserProfile, UserRemark
from warmtui.sessions.models import Message
from warmtui.text import one_line

_EVIDENCE = 20
_REMARK = 200  # characters of a remark that are kept


def user_profile(found: Feedback, calls: Sequence[JudgedCall], store: str) -> UserProfile:
    """Return how a person wrote.

    The style is ``command_driven`` where over 30 % of the messages command, else ``conversational`` where over
    half ask, else ``terse`` under 50 characters on average, ``detailed`` over 200, else ``balanced``.

    Args:
        found: what they typed, and what of it corrects or approves.
        calls: the judged calls of the conversation, for the tools that were used most.
        store: the label of the store.
    """
    tools = tuple(tool for tool, _ in Counter(call.tool for call in calls).most_common(3))
    if not found.typed:
        return UserProfile(preferred_tools=tools)
    texts = [each.text for each in found.typed]
    lengths = [len(text) for text in texts]
    questions = sum(map(is_question, texts)) / len(texts)
    commands = sum(map(is_command, texts)) / len(texts)
    mean = sum(lengths) / len(lengths)
    corrections = tuple(_remark(each, store) for each in found.corrections)
    approvals = tuple(_remark(each, store) for each in found.approvals)
    low, _, high = quantiles(lengths, n=4, method="inclusive") if len(lengths) > 1 else [float(lengths[0])] * 3
    return UserProfile(
        message_count=len(texts),
        avg_message_length=mean,
        median_length=float(median(lengths)),
        length_quartiles=(low, high),
        question_ratio=questions,
        command_ratio=commands,
        style=style_of(commands, questions, mean),
        feedback_style=_feedback_style(corrections, approvals),
        corrections=corrections,
        approvals=approvals,
        turns=found.turns,
        domains=domains_of(texts, calls),
        preferred_tools=tools,
        languages=found.languages,
        evidence=tuple(_place(each.message, store) for each in found.typed[:_EVIDENCE]),
    )


def style_of(command_ratio: float, question_ratio: float, mean_length: float) -> str:
    """Return the request style that follows from the shares (0–1) and the mean length (characters)."""
    if command_ratio > 0.3:
        return "command_driven"
    if question_ratio > 0.5:
        return "conversational"
    if mean_length < 50:
        return "terse"
    return "detailed" if mean_length > 200 else "balanced"


def _remark(found: Remark, store: str) -> UserRemark:
    message = found.typed.message
    return UserRemark(
        text=one_line(message.person_text, _REMARK),
        rule=found.rule,
        evidence=_place(message, store),
        answers=found.answers,
    )


def _feedback_style(corrections: Sequence[UserRemark], approvals: Sequence[UserRemark]) -> str:
    remarks = [*corrections, *approvals]
    if not remarks:
        return ""
    if corrections and not approvals:
        return "corrections_only"
    mean = fmean(len(remark.text) for remark in remarks)
    if mean < 30:
        return "terse"
    return "detailed" if mean > 100 else "balanced"


def _place(message: Message, store: str) -> Evidence:
    return Evidence(store=store, session_id=message.session_id, message_id=message.message_id)
