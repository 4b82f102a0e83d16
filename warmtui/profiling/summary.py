"""What is kept of every session: its counts, its calls and how its episodes ended, without any pattern."""

from __future__ import annotations

from dataclasses import dataclass

from warmtui.profiling.basis import basis_of
from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.judged import Corrections
from warmtui.profiling.models import CallRecord, ScoreCounts
from warmtui.profiling.recovery_models import EpisodeEnd
from warmtui.sessions.models import Conversation

_ENDS = tuple(EpisodeEnd)


@dataclass(slots=True)
class SessionSummary:
    """A session in numbers: a part of its `SessionAnalysis`, found in a fraction of the time.

    Attributes:
        store: the label of the store.
        session_id: the newest id of the lineage.
        lineage: its ids, oldest first.
        title, source, model, started_at, ended_at, cwd: as the store has them.
        message_count: user, assistant and tool messages.
        outcomes: its calls by outcome.
        orphans: calls without a result and results without a call.
        ends: its episodes by how they ended, each end named.
        score_counts: what its score is made of, the person's corrections among it.
        classic: the older score, 0–1.
        calls: one record a call, in order.
    """

    store: str
    session_id: str
    lineage: tuple[str, ...]
    title: str | None
    source: str
    model: str | None
    started_at: float | None
    ended_at: float | None
    cwd: str | None
    message_count: int
    outcomes: OutcomeCounts
    orphans: int
    ends: dict[EpisodeEnd, int]
    score_counts: ScoreCounts
    classic: float
    calls: tuple[CallRecord, ...]

    @property
    def lineage_id(self) -> str:
        """The first id of the lineage."""
        return self.lineage[0]


def summarize(conversation: Conversation, *, corrections: Corrections | None = None) -> SessionSummary:
    """Return what is kept of `conversation` when nobody looks at it: a pure function of its arguments.

    Everything in it is the same as `warmtui.profiling.profiler.analyze` says.

    Args:
        conversation: the conversation.
        corrections: outcomes a person corrected; they win over the rules.
    """
    session = conversation.session
    basis = basis_of(conversation, corrections)
    ends = [episode.end for episode in basis.episodes]
    return SessionSummary(
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
        outcomes=OutcomeCounts.of([call.outcome for call in basis.calls]),
        orphans=conversation.orphans,
        ends={end: ends.count(end) for end in _ENDS},
        score_counts=basis.counts,
        classic=basis.classic,
        calls=basis.records,
    )
