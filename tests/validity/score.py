"""What the score says of sessions whose success is known: order, reliability, and what it is worth beside length."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.validity._labelled import ENOUGH, Dataset, Labelled, first_and_second, is_faultless, load, odd_and_even
from tests.validity._ranks import RESAMPLES, Estimate, auc, correlation, difference_of_sizes, spearman_brown
from warmtui.profiling.proficiency import WEIGHTS
from warmtui.profiling.rules import SCORE_RULES_VERSION
from warmtui.text import plural

NEARLY = 1.1
"""Two sessions are about as long as each other if their calls differ by no more than this factor."""


@dataclass(frozen=True, slots=True)
class Row:
    """A number that is to order sessions, and how well it does.

    Attributes:
        name: what it is.
        sessions: how many have it.
        in_groups: among sessions of one group.
        in_tasks: among sessions of one group on one task.
        as_long: among sessions of one group that are about as long.
    """

    name: str
    sessions: int
    in_groups: Estimate
    in_tasks: Estimate
    as_long: Estimate


def report(files: Sequence[Path] | None = None) -> str:
    """Return the measurement as text, a part for each file; without any those of the data folder."""
    files = data_files() if files is None else files
    if not files:
        return "Name files of labelled sessions, or the folder that holds sessions/*.jsonl.gz in WARMTUI_TEST_DATA."
    head = (
        f"Rules {SCORE_RULES_VERSION} of the score. A session is rewarded if its reward is above 0.5. AUC: of a "
        "rewarded and an unrewarded session\nof one group, how often the rewarded one has the higher value; equal "
        f"values count a half. In brackets 95 % intervals from\n{RESAMPLES:,} resamples of tasks."
    )
    return "\n\n".join([head, *(part(load(path)) for path in files)])


def data_files() -> list[Path]:
    """Return the labelled sessions of the data folder, where there is one."""
    folder = os.environ.get("WARMTUI_TEST_DATA")
    return sorted((Path(folder) / "sessions").glob("*.jsonl*")) if folder else []


def part(dataset: Dataset) -> str:
    """Return the measurement of one dataset."""
    scored = scored_sessions(dataset)
    return "\n".join(
        [
            *_heading(dataset, scored),
            "",
            *_table(rows(dataset, scored)),
            "",
            *_length(dataset, scored),
            *_reliability(dataset),
            *_second_half(dataset),
        ]
    )


def scored_sessions(dataset: Dataset) -> list[Labelled]:
    """Return the sessions with a score: those with a call that could be judged."""
    return [one for one in dataset.sessions if one.analysis.outcomes.eligible]


def value(dataset: Dataset, session: Labelled) -> float:
    """Return the score of a session that has one."""
    found = dataset.score(session.analysis.score_counts).value
    if found is None:
        raise ValueError(f"{session.session_id} has no score")
    return found


def rows(dataset: Dataset, scored: Sequence[Labelled]) -> list[Row]:
    """Return the AUC of the score, of its rivals and of its components."""
    rivals = [
        _row("score", scored, [value(dataset, one) for one in scored]),
        _row("classic", scored, [one.analysis.classic for one in scored]),
        _row("shortness, 1 / (1 + calls)", scored, [1 / (1 + one.analysis.outcomes.calls) for one in scored]),
    ]
    components = [_component_row(dataset, scored, place, name) for place, name in enumerate(WEIGHTS)]
    return [*rivals, *components]


def _component_row(dataset: Dataset, scored: Sequence[Labelled], place: int, name: str) -> Row:
    found = [(one, dataset.score(one.analysis.score_counts).components[place].value) for one in scored]
    having = [(one, number) for one, number in found if number is not None]
    return _row(f"  {name}", [one for one, _ in having], [number for _, number in having])


def _row(name: str, sessions: Sequence[Labelled], values: Sequence[float]) -> Row:
    labels = [one.is_rewarded for one in sessions]
    tasks = [one.task for one in sessions]
    groups = _groups(sessions)
    lengths = [one.analysis.outcomes.calls for one in sessions]
    return Row(
        name,
        len(sessions),
        auc(values, labels, groups, tasks),
        auc(values, labels, list(zip(groups, tasks, strict=True)), tasks),
        auc(values, labels, groups, tasks, lengths, nearly=NEARLY),
    )


def _groups(sessions: Sequence[Labelled]) -> list[Hashable]:
    return [one.group for one in sessions]


def _heading(dataset: Dataset, scored: Sequence[Labelled]) -> list[str]:
    sessions = dataset.sessions
    tasks, groups = {one.task for one in sessions}, {one.group for one in sessions}
    left_out = [one for one in sessions if not one.analysis.outcomes.eligible]
    faultless = sum(is_faultless(one.analysis.score_counts) for one in scored)
    unlabelled = f"; {dataset.unlabelled:,} without a reward are left out" if dataset.unlabelled else ""
    return [
        f"{dataset.name}: {plural(len(sessions), 'session')}, {plural(len(tasks), 'task')}, "
        f"{plural(len(groups), 'group')}; {sum(one.is_rewarded for one in sessions):,} rewarded{unlabelled}",
        f"  {len(left_out):,} have no score, for want of a call that could be judged, and are left out "
        f"({sum(one.is_rewarded for one in left_out):,} of them rewarded)",
        f"  {faultless:,} of the other {len(scored):,} show no fault: their score is 1",
    ]


def _table(found: Sequence[Row]) -> list[str]:
    head = f"  {'AUC against reward':<28}{'sessions':>8}  {'inside groups':<30}{'on the same task':<30}about as long"
    return [head, *(_line(row) for row in found)]


def _line(row: Row) -> str:
    cells = "".join(f"{_with_pairs(one):<30}" for one in (row.in_groups, row.in_tasks, row.as_long))
    return f"  {row.name:<28}{row.sessions:>8,}  {cells}".rstrip()


def _with_pairs(found: Estimate) -> str:
    return f"{found} {found.count:,}" if found.count else "no pairs"


def _length(dataset: Dataset, scored: Sequence[Labelled]) -> list[str]:
    faulty = [one for one in scored if not is_faultless(one.analysis.score_counts)]
    lines = [
        "  rank correlation of score and number of calls, inside groups (faultless sessions are all 1, however long)"
    ]
    for name, sessions in (("all sessions", scored), ("sessions with a fault", faulty)):
        found = correlation(
            [value(dataset, one) for one in sessions],
            [one.analysis.outcomes.calls for one in sessions],
            _groups(sessions),
            [one.task for one in sessions],
            by_rank=True,
        )
        lines.append(f"    {name:<40}{_with_sessions(found)}")
    return lines


def _with_sessions(found: Estimate) -> str:
    return f"{found}, {found.count:,} sessions"


def reliability(dataset: Dataset) -> Estimate:
    """Return how far the scores of odd and even calls agree, inside groups, corrected to the whole length."""
    cut = [(one, halves) for one in dataset.sessions if (halves := odd_and_even(one)) is not None]
    odd, even = ([dataset.score(halves[side]).value or 0.0 for _, halves in cut] for side in (0, 1))
    sessions = [one for one, _ in cut]
    return spearman_brown(correlation(odd, even, _groups(sessions), [one.task for one in sessions]))


def _reliability(dataset: Dataset) -> list[str]:
    return [
        f"  split-half reliability of success, recovery and economy (odd and even calls, at least {ENOUGH}; "
        "Spearman–Brown)",
        f"    {'':<40}{_with_sessions(reliability(dataset))}",
    ]


def second_half(dataset: Dataset) -> dict[str, Estimate]:
    """Return what goes with the error rate of a session's second half: Spearman's correlations inside groups."""
    cut = [(one, halves) for one in dataset.sessions if (halves := first_and_second(one)) is not None]
    sessions = [one for one, _ in cut]
    later = [halves.second_errors for _, halves in cut]

    def goes_with(values: Sequence[float]) -> Estimate:
        tasks = [one.task for one in sessions]
        return correlation(values, later, _groups(sessions), tasks, by_rank=True)

    by_score = goes_with([dataset.score(halves.first).value or 0.0 for _, halves in cut])
    by_errors = goes_with([halves.first_errors for _, halves in cut])
    by_length = goes_with([len(one.calls) for one in sessions])
    return {
        "score of the first half": by_score,
        "error rate of the first half": by_errors,
        "number of calls": by_length,
        "|score| − |number of calls|": difference_of_sizes(by_score, by_length),
    }


def _second_half(dataset: Dataset) -> list[str]:
    lines = ["  rank correlation with the error rate of the second half, inside groups"]
    return [*lines, *(f"    {name:<40}{_with_sessions(found)}" for name, found in second_half(dataset).items())]
