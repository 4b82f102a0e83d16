"""What the summary and the analysis of a conversation both stand on: so that the two never disagree."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Protocol

from warmtui.profiling.episodes import FollowedEpisode, follow
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.feedback import Feedback, feedback
from warmtui.profiling.judged import Corrections, JudgedCall, judge
from warmtui.profiling.models import CallRecord, ScoreCounts
from warmtui.profiling.recovery_models import EpisodeEnd
from warmtui.profiling.waste import wasted_calls
from warmtui.sessions.models import Conversation

_RECOVERED, _ABANDONED, _CENSORED = EpisodeEnd.RECOVERED, EpisodeEnd.ABANDONED, EpisodeEnd.CENSORED


class EndedEpisode(Protocol):
    """An episode as far as its end counts."""

    @property
    def end(self) -> EpisodeEnd:
        """How it ended."""

    @property
    def failed(self) -> Evidence:
        """The failed call that it is shown by."""


class CountedFeedback(Protocol):
    """Feedback as far as it counts."""

    @property
    def corrections(self) -> Sized:
        """The messages of the person that correct."""

    @property
    def turns(self) -> int:
        """The messages that could have corrected."""


@dataclass(slots=True)
class Basis:
    """What is found first in a conversation.

    Attributes:
        calls: its calls, judged.
        episodes: its episodes in order.
        feedback: what the person typed, and what of it corrects or approves.
        counts: what its score is made of.
        message_count: user, assistant and tool messages.
        classic: the older score, 0–1.
        records: one record a call, in order.
    """

    calls: Sequence[JudgedCall]
    episodes: Sequence[FollowedEpisode]
    feedback: Feedback
    counts: ScoreCounts
    message_count: int
    classic: float
    records: tuple[CallRecord, ...]


def basis_of(conversation: Conversation, corrections: Corrections | None = None) -> Basis:
    """Judge the calls of `conversation`, follow its episodes, and count.

    Args:
        conversation: the conversation.
        corrections: outcomes a person corrected; they win over the rules.
    """
    calls = judge(conversation, corrections)
    episodes = follow(calls, cwd=conversation.session.cwd, is_live=conversation.is_live)
    heard = feedback(conversation, calls)
    message_count = conversation.message_count
    return Basis(
        calls=calls,
        episodes=episodes,
        feedback=heard,
        counts=score_counts(calls, episodes, heard),
        message_count=message_count,
        classic=classic_score(conversation, message_count),
        records=tuple(map(_record, calls)),
    )


def score_counts(
    calls: Sequence[JudgedCall], episodes: Sequence[EndedEpisode], feedback: CountedFeedback
) -> ScoreCounts:
    """Return the counts that the score of a session is made of."""
    tools: dict[str, tuple[int, int]] = {}
    attempts = 0
    for call in calls:
        outcome = call.outcome
        if outcome.is_eligible:
            attempts += 1
            good, total = tools.get(call.tool, (0, 0))
            tools[call.tool] = (good + outcome.is_success, total + 1)
    ends = [episode.end for episode in episodes]
    return ScoreCounts(
        tools=tools,
        recovered=ends.count(_RECOVERED),
        episodes=len(ends) - ends.count(_CENSORED),
        wasted=wasted_calls(calls),
        attempts=attempts,
        corrections=len(feedback.corrections),
        turns=feedback.turns,
        closed=_is_closed(calls, episodes) if attempts else None,
    )


def _is_closed(calls: Sequence[JudgedCall], episodes: Sequence[EndedEpisode]) -> bool:
    """Whether the last call that could be judged is no failure that nothing mended."""
    last = next(call for call in reversed(calls) if call.outcome.is_eligible)
    if last.outcome.is_error:
        return False
    # A failure in the last calls, followed only by calls about something else, is an end in a failure too.
    tail = {call.evidence for call in calls[-3:] if call.outcome.is_error}
    return not tail or not any(episode.end is _ABANDONED and episode.failed in tail for episode in episodes)


def classic_score(conversation: Conversation, messages: int) -> float:
    """Return the older score, kept beside the other literally as it was defined, 0–1.

    0 under ten messages; 0.5 without tool calls; else 0.7 × share of tool results whose lower-cased text holds
    neither "error" nor "failed" + 0.3 × min(1, messages / 100).

    Args:
        conversation: the conversation.
        messages: its user, assistant and tool messages.
    """
    if messages < 10:
        return 0.0
    results = [message.result.text for message in conversation.messages if message.result is not None]
    if not conversation.calls or not results:
        return 0.5
    clean = len(results) - sum(map(_holds_error, results))
    return 0.7 * clean / len(results) + 0.3 * min(1.0, messages / 100)


def _holds_error(text: str) -> bool:
    """Whether a lower-cased text holds "error" or "failed".

    Of what is not ASCII the bytes are lower-cased, A to Z alone, which costs a fifth. It finds the same: no other
    character becomes one of these letters (İ becomes an i and a dot, which is not followed by an l).
    """
    if text.isascii():
        text = text.lower()
        return "error" in text or "failed" in text
    lower = text.encode("utf-8", "surrogatepass").lower()
    return b"error" in lower or b"failed" in lower


def _record(call: JudgedCall) -> CallRecord:
    made = call.call
    result = made.result
    return CallRecord(
        made.session_id,
        made.message_id,
        result.message_id if result is not None else None,
        call.tool,
        call.outcome,
        call.corrected,
    )
