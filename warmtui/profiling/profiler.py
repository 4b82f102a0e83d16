"""From a conversation to its analysis: the one place where the parts of a profile come together."""

from __future__ import annotations

from warmtui.profiling.basis import basis_of
from warmtui.profiling.context import context_markers
from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.durations import Timings, told_apart
from warmtui.profiling.judged import Corrections
from warmtui.profiling.models import SessionAnalysis
from warmtui.profiling.outcomes import OUTCOME_RULES_VERSION
from warmtui.profiling.proficiency import DEFAULT_BASELINE, Baseline, score
from warmtui.profiling.recovery import episode_of, error_patterns, recovery_patterns
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.profiling.user_patterns import user_profile
from warmtui.sessions.build import read_conversation
from warmtui.sessions.models import Conversation
from warmtui.sessions.store import MessageSource


class SessionProfiler:
    """Profiles the sessions of one store.

    Args:
        store: a store, or any object with ``get_messages(session_id)``, such as Hermes' ``SessionDB``.
        baseline: what is usual for the person's sessions; a documented default where there is none.
        corrections: outcomes a person corrected, which win over the rules.
        timings: recorded durations in seconds, 0 or more, by the id of the call (``tool_call_id``). Where there is
            one for a call it is used instead of the times of its messages; not where several calls of a session
            have that id.
    """

    def __init__(
        self,
        store: MessageSource,
        *,
        baseline: Baseline = DEFAULT_BASELINE,
        corrections: Corrections | None = None,
        timings: Timings | None = None,
    ) -> None:
        self._store = store
        self._baseline = baseline
        self._corrections = corrections
        self._timings = timings

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
        return analyze(conversation, baseline=self._baseline, corrections=self._corrections, timings=self._timings)


def analyze(
    conversation: Conversation,
    *,
    baseline: Baseline = DEFAULT_BASELINE,
    corrections: Corrections | None = None,
    timings: Timings | None = None,
) -> SessionAnalysis:
    """Return everything found in `conversation`: a pure function of its arguments.

    Args:
        conversation: the conversation.
        baseline, corrections, timings: as in `SessionProfiler`.
    """
    session = conversation.session
    basis = basis_of(conversation, corrections)
    calls = basis.calls
    episodes = [episode_of(followed, calls, session.cwd) for followed in basis.episodes]
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
        message_count=basis.message_count,
        outcomes=OutcomeCounts.of(call.outcome for call in calls),
        orphans=conversation.orphans,
        tool_calls=tool_profiles(calls, told_apart(calls, timings) if timings else None),
        error_patterns=error_patterns(calls),
        episodes=tuple(episodes),
        recovery_patterns=recovery_patterns((session.lineage_id, episode) for episode in episodes),
        user_patterns=user_profile(basis.feedback, calls, conversation.store),
        context_markers=context_markers(conversation, calls),
        proficiency=score(basis.counts, baseline),
        score_counts=basis.counts,
        classic=basis.classic,
        calls=basis.records,
        outcome_rules_version=OUTCOME_RULES_VERSION,
    )
