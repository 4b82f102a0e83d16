"""Labelled sessions: read through the public readers, profiled, and cut in halves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warmtui.profiling.basis import score_counts
from warmtui.profiling.judged import JudgedCall, judge
from warmtui.profiling.models import Episode, Proficiency, ScoreCounts, SessionAnalysis, UserProfile
from warmtui.profiling.proficiency import Baseline, learn_baseline, score
from warmtui.profiling.profiler import analyze
from warmtui.profiling.recovery import find_episodes
from warmtui.profiling.waste import wasted_places
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

ENOUGH = 6
"""Eligible calls that a session needs to be cut in two."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A session with its label.

    Attributes:
        session_id: names it.
        task: what it was to do; its own id where the data name none.
        group: whose session it is.
        is_rewarded: whether its reward is above 0.5.
        analysis: its profile.
        calls: its calls with their outcomes.
        cwd: the folder it worked in, or None.
    """

    session_id: str
    task: str
    group: str
    is_rewarded: bool
    analysis: SessionAnalysis
    calls: Sequence[JudgedCall]
    cwd: str | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The sessions of a file, by id, and what is usual in them.

    Attributes:
        name: the file's.
        sessions: those with a reward.
        unlabelled: how many have none.
        baseline: learned from all of them, as the catalog learns a store's.
    """

    name: str
    sessions: Sequence[Labelled]
    unlabelled: int
    baseline: Baseline

    def score(self, counts: ScoreCounts) -> Proficiency:
        return score(counts, self.baseline)


def load(path: Path) -> Dataset:
    """Read and profile a file of labelled sessions.

    Raises:
        SourceError: it cannot be read.
    """
    with open_store(path) as store:
        found = [(conversation, analyze(conversation)) for conversation in store.conversations()]
    found.sort(key=lambda pair: pair[0].session.session_id)
    sessions = [_labelled(conversation, analysis) for conversation, analysis in found if _has_reward(conversation)]
    baseline = learn_baseline(analysis.score_counts for _, analysis in found)
    return Dataset(path.name, sessions, len(found) - len(sessions), baseline)


def _has_reward(conversation: Conversation) -> bool:
    return isinstance(conversation.session.metadata.get("reward"), int | float)


def _labelled(conversation: Conversation, analysis: SessionAnalysis) -> Labelled:
    session = conversation.session
    return Labelled(
        session_id=session.session_id,
        task=str(session.metadata.get("task", session.session_id)),
        group=str(session.metadata.get("group", "")),
        is_rewarded=session.metadata["reward"] > 0.5,
        analysis=analysis,
        calls=judge(conversation),
        cwd=session.cwd,
    )


def odd_and_even(session: Labelled) -> tuple[ScoreCounts, ScoreCounts] | None:
    """Return the counts of every other eligible call and of the rest; None where there are too few.

    Success is counted over a half's calls. A repeat is judged in the whole session and counts in the half of its
    call; an episode counts in the half of the failed call it names. Guidance and closure belong to no call and are
    left out: in both halves they would make the halves alike.
    """
    eligible = [call.place for call in session.calls if call.outcome.is_eligible]
    if len(eligible) < ENOUGH:
        return None
    wasted = set(wasted_places(session.calls))
    episodes = session.analysis.episodes
    one, two = (_part(session.calls, episodes, wasted, set(eligible[start::2])) for start in (0, 1))
    return one, two


def _part(
    calls: Sequence[JudgedCall], episodes: Sequence[Episode], wasted: Collection[int], places: Collection[int]
) -> ScoreCounts:
    part = [call for call in calls if call.place in places]
    seen = {call.evidence for call in part}
    counts = score_counts(part, [episode for episode in episodes if episode.failed in seen], UserProfile())
    return replace(counts, wasted=sum(place in wasted for place in places), closed=None)


@dataclass(frozen=True, slots=True)
class Halves:
    """A session cut in the middle of its eligible calls.

    Attributes:
        first: the counts of the calls up to there, as if nothing had followed; without guidance and closure.
        first_errors: the error rate of the first half, 0–1.
        second_errors: that of the second.
    """

    first: ScoreCounts
    first_errors: float
    second_errors: float


def first_and_second(session: Labelled) -> Halves | None:
    """Return a session in two halves; None where there are too few calls."""
    eligible = [call for call in session.calls if call.outcome.is_eligible]
    if len(eligible) < ENOUGH:
        return None
    middle = len(eligible) // 2
    before = session.calls[: eligible[middle].place]
    episodes = find_episodes(before, cwd=session.cwd, is_live=True)
    counts = replace(score_counts(before, episodes, UserProfile()), closed=None)
    return Halves(counts, _error_rate(eligible[:middle]), _error_rate(eligible[middle:]))


def _error_rate(calls: Sequence[JudgedCall]) -> float:
    return sum(call.outcome.is_error for call in calls) / len(calls)


def is_faultless(counts: ScoreCounts) -> bool:
    """Whether nothing that the score counts went wrong."""
    return (
        all(good == total for good, total in counts.tools.values())
        and counts.recovered == counts.episodes
        and not counts.wasted
        and not counts.corrections
        and counts.closed is not False
    )
