"""How the person writes: only what a person typed counts, never what the agent's harness put in their name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median, quantiles

from warmtui.profiling.domains import domains_of
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.languages import ENGLISH, word_languages
from warmtui.profiling.remarks import asks, remark_rule
from warmtui.profiling.signs import SAID_BEFORE, STEERED, signs
from warmtui.profiling.user_models import UserProfile, UserRemark
from warmtui.sessions.models import Conversation, Message
from warmtui.text import one_line

_EVIDENCE = 20
_REMARK = 200  # characters of a remark that are kept
_QUESTION = re.compile(
    r"(what|why|how|when|where|which|who|whose|can|could|would|should|is|are|do|does|did|will|has|have)\b",
    re.IGNORECASE,
)
_COMMANDS = frozenset(
    "add analyze apply build change check clean clone commit compare convert copy create debug delete deploy describe "
    "document download explain extract fetch find fix format generate get give implement improve install list look "
    "make merge migrate move open optimize parse plan print push read rebuild refactor remove rename replace restart "
    "review rewrite run save search send set setup show sort start stop summarize test translate try tweak undo update "
    "upgrade upload use verify write".split()
)
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_LEADING = re.compile(
    r"^(please|pls|now|then|ok(ay)?|and|also|next|first|just|go ahead and|can you|could you)\b[\s,:]*", re.IGNORECASE
)


def user_profile(conversation: Conversation, calls: Sequence[JudgedCall]) -> UserProfile:
    """Return how the person wrote in `conversation`.

    The style is ``command_driven`` where over 30 % of the messages command, else ``conversational`` where over
    half ask, else ``terse`` under 50 characters on average, ``detailed`` over 200, else ``balanced``.

    Args:
        conversation: the conversation.
        calls: its judged calls, for the tools that were used most.
    """
    typed = [message for message in conversation.messages if message.person_text and message.person_text.strip()]
    tools = tuple(tool for tool, _ in Counter(call.tool for call in calls).most_common(3))
    if not typed:
        return UserProfile(preferred_tools=tools)
    texts = [message.person_text.strip() for message in typed]
    lengths = [len(text) for text in texts]
    questions = sum(map(is_question, texts)) / len(texts)
    commands = sum(map(is_command, texts)) / len(texts)
    mean = sum(lengths) / len(lengths)
    languages = word_languages(texts)
    answers = _after_first_answer(conversation)
    corrections, approvals = _remarks(conversation, calls, answers, knows_words=ENGLISH in languages)
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
        turns=len(answers),
        domains=domains_of(texts, calls),
        preferred_tools=tools,
        languages=languages,
        evidence=tuple(_place(conversation, message) for message in typed[:_EVIDENCE]),
    )


def is_question(text: str) -> bool:
    """Whether a message asks: it ends in a question mark, or opens with a question word and has one."""
    stripped = text.rstrip()
    return stripped.endswith(("?", "？", "؟")) or ("?" in stripped and bool(_QUESTION.match(stripped.lstrip())))


def is_command(text: str) -> bool:
    """Whether a message commands: it opens with a verb of doing, after words like "please", and does not ask."""
    if is_question(text) and not _LEADING.match(text):
        return False
    rest = _LEADING.sub("", _LEADING.sub("", text.strip()))
    if rest.startswith("/"):
        return True
    word = _FIRST_WORD.match(rest)
    return word is not None and word.group().lower() in _COMMANDS


def style_of(command_ratio: float, question_ratio: float, mean_length: float) -> str:
    """Return the request style that follows from the shares (0–1) and the mean length (characters)."""
    if command_ratio > 0.3:
        return "command_driven"
    if question_ratio > 0.5:
        return "conversational"
    if mean_length < 50:
        return "terse"
    return "detailed" if mean_length > 200 else "balanced"


def _after_first_answer(conversation: Conversation) -> list[tuple[Message, bool]]:
    """Return the typed messages that could correct, each with whether the agent had just asked something."""
    said = ""
    has_answered = False
    after = []
    for message in conversation.messages:
        if message.role == "assistant" and not message.is_compaction:
            has_answered = True
            said = message.text
        elif has_answered and message.person_text.strip():
            after.append((message, asks(said)))
    return after


def _remarks(
    conversation: Conversation,
    calls: Sequence[JudgedCall],
    messages: Sequence[tuple[Message, bool]],
    *,
    knows_words: bool,
) -> tuple[tuple[UserRemark, ...], tuple[UserRemark, ...]]:
    """Return the corrections and the approvals, of one message at most one of both.

    What a person did (`warmtui.profiling.signs`) says more than how a message begins; but of a message that is
    both, the words name the rule, unless it was said while the agent worked.
    """
    if not messages:
        return (), ()
    nothing = (False, "")
    by_words = [remark_rule(one.person_text, was_asked=asked) if knows_words else nothing for one, asked in messages]
    rules = zip(messages, by_words, strict=True)
    approving = {message.person_text for (message, _), (corrects, rule) in rules if rule and not corrects}
    found = signs(conversation, calls, approving, is_question)
    corrections: list[UserRemark] = []
    approvals: list[UserRemark] = []
    for (message, _), (is_correction, rule) in zip(messages, by_words, strict=True):
        sign = found.get((message.session_id, message.message_id))
        if sign is not None and sign.rule == SAID_BEFORE:
            continue
        is_by_sign = sign is not None and (not is_correction or sign.rule == STEERED)
        name = sign.rule if sign is not None and is_by_sign else rule
        if name:
            remark = UserRemark(
                text=one_line(message.person_text, _REMARK),
                rule=name,
                evidence=_place(conversation, message),
                answers=sign.answers if sign is not None else None,
            )
            (corrections if is_correction or is_by_sign else approvals).append(remark)
    return tuple(corrections), tuple(approvals)


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


def _place(conversation: Conversation, message: Message) -> Evidence:
    return Evidence(store=conversation.store, session_id=message.session_id, message_id=message.message_id)
