"""From a conversation to its analysis: the one place where the parts of a profile come together."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.profiling.context import context_markers
from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.judged import Corrections, JudgedCall, judge
from warmtui.profiling.models import (
    CallRecord,
    Episode,
    EpisodeEnd,
    ScoreCounts,
    SessionAnalysis,
    UserProfile,
)
from warmtui.profiling.outcomes import OUTCOME_RULES_VERSION
from warmtui.profiling.proficiency import DEFAULT_BASELINE, Baseline, score
from warmtui.profiling.recovery import error_patterns, find_episodes, recovery_patterns
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.profiling.user_patterns import user_profile
from warmtui.profiling.waste import wasted_calls
from warmtui.sessions.build import read_conversation
from warmtui.sessions.models import Conversation
from warmtui.sessions.store import MessageSource


class SessionProfiler:
    """Profiles the sessions of one store.

    Args:
        store: a store, or any object with ``get_messages(session_id)``, such as Hermes' ``SessionDB``.
        baseline: what is usual for the person's sessions; a documented default where there is none.
        corrections: outcomes a person corrected, which win over the rules.
    """

    def __init__(
        self,
        store: MessageSource,
        *,
        baseline: Baseline = DEFAULT_BASELINE,
        corrections: Corrections | None = None,
    ) -> None:
        self._store = store
        self._baseline = baseline
        self._corrections = corrections

    def analyze_session(self, session_id: str) -> SessionAnalysis:
        """Read and analyse one session.

        Args:
            session_id: any id of the conversation's lineage.

        Raises:
            NotFoundError: no session has that id.
            SourceError: the store cannot be read.
        """
        return self.analyze(read_conversation(self._store, session_id))

    def analyze(self, conversation: Conversation) -> SessionAnalysis:
        """Analyse a conversation that was read before."""
        return analyze(conversation, baseline=self._baseline, corrections=self._corrections)


def analyze(
    conversation: Conversation,
    *,
    baseline: Baseline = DEFAULT_BASELINE,
    corrections: Corrections | None = None,
) -> SessionAnalysis:
    """Return everything found in `conversation`: a pure function of its arguments."""
    session = conversation.session
    calls = judge(conversation, corrections)
    episodes = find_episodes(calls, cwd=session.cwd, is_live=conversation.is_live)
    user = user_profile(conversation, calls)
    counts = score_counts(calls, episodes, user)
    return SessionAnalysis(
        store=conversation.store,
        session_id=session.session_id,
        lineage=session.lineage,
        title=session.title,
        source=session.source,
        model=session.model,
        started_at=session.started_at,
        ended_at=session.ended_at,
        cwd=session.cwd,
        message_count=conversation.message_count,
        outcomes=OutcomeCounts.of(call.outcome for call in calls),
        orphans=conversation.orphans,
        tool_calls=tool_profiles(calls),
        error_patterns=error_patterns(calls),
        episodes=tuple(episodes),
        recovery_patterns=recovery_patterns((session.lineage_id, episode) for episode in episodes),
        user_patterns=user,
        context_markers=context_markers(conversation, calls),
        proficiency=score(counts, baseline),
        score_counts=counts,
        classic=classic_score(conversation),
        calls=tuple(_record(call) for call in calls),
        outcome_rules_version=OUTCOME_RULES_VERSION,
    )


def score_counts(calls: Sequence[JudgedCall], episodes: Sequence[Episode], user: UserProfile) -> ScoreCounts:
    """Return the counts that the score of a session is made of."""
    tools: dict[str, tuple[int, int]] = {}
    for call in calls:
        if call.outcome.is_eligible:
            good, total = tools.get(call.tool, (0, 0))
            tools[call.tool] = (good + call.outcome.is_success, total + 1)
    told = [episode for episode in episodes if episode.end is not EpisodeEnd.CENSORED]
    attempts = sum(total for _, total in tools.values())
    return ScoreCounts(
        tools=tools,
        recovered=sum(episode.end is EpisodeEnd.RECOVERED for episode in told),
        episodes=len(told),
        wasted=wasted_calls(calls),
        attempts=attempts,
        corrections=len(user.corrections),
        turns=user.turns,
        closed=_is_closed(calls, episodes) if attempts else None,
    )


def _is_closed(calls: Sequence[JudgedCall], episodes: Sequence[Episode]) -> bool:
    """Whether the last call that could be judged is no failure that nothing mended."""
    last = next(call for call in reversed(calls) if call.outcome.is_eligible)
    if last.outcome.is_error:
        return False
    # A failure in the last calls, followed only by calls about something else, is an end in a failure too.
    tail = {call.evidence for call in calls[-3:] if call.outcome.is_error}
    return not any(episode.end is EpisodeEnd.ABANDONED and episode.failed in tail for episode in episodes)


def classic_score(conversation: Conversation) -> float:
    """Return the older score, kept beside the other literally as it was defined, 0–1.

    0 under ten messages; 0.5 without tool calls; else 0.7 × share of tool results whose lower-cased text holds
    neither "error" nor "failed" + 0.3 × min(1, messages / 100).
    """
    messages = conversation.message_count
    if messages < 10:
        return 0.0
    results = [message.result.text.lower() for message in conversation.messages if message.result is not None]
    if not conversation.calls or not results:
        return 0.5
    clean = sum("error" not in text and "failed" not in text for text in results)
    return 0.7 * clean / len(results) + 0.3 * min(1.0, messages / 100)


def _record(call: JudgedCall) -> CallRecord:
    result = call.call.result
    return CallRecord(
        session_id=call.call.session_id,
        message_id=call.call.message_id,
        result_message_id=result.message_id if result else None,
        tool=call.tool,
        outcome=call.outcome,
        corrected=call.corrected,
    )
