"""The score as a sum that a person can check by hand."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from warmtui.profiling.finding import Finding

if TYPE_CHECKING:  # it is the models that hand themselves in
    from warmtui.profiling.models import Component, Proficiency


class ScoreRow(Finding):
    """One component of the score.

    Attributes:
        component: ``success``, ``recovery``, ``economy``, ``guidance`` or ``closure``.
        counted: one sentence that says what was counted.
        good: how often it went well.
        total: of how many; 0 where the component is missing.
        faults: what the others weigh together, 0 to total − good.
        prior: the share of faultless observations that is presumed before anything is counted, 0–1.
        strength: how many observations that weighs.
        value: (total − faults + strength × prior) / (total + strength), 0–1; None where the component is missing.
        weight: its share of the score, the missing components left out, 0–1.
        contribution: weight × value; 0 where the component is missing.
    """

    component: str
    counted: str
    good: float
    total: float
    faults: float
    prior: float
    strength: float
    value: float | None
    weight: float
    contribution: float


class ScoreTable(Finding):
    """The rows of the sum, and what they come to.

    Attributes:
        rows: one a component, the missing ones among them.
        total: the contributions together, which is the score; None without eligible calls.
        low: lower bound of the score's 95 % interval.
        high: upper bound.
        thin: True under five eligible calls.
        baseline: the version of the baseline it was made with.
    """

    rows: tuple[ScoreRow, ...]
    total: float | None
    low: float | None
    high: float | None
    thin: bool
    baseline: str


def score_table(proficiency: Proficiency) -> ScoreTable:
    """Return the sum that a score is."""
    rows = tuple(_row(component) for component in proficiency.components)
    return ScoreTable(
        rows=rows,
        total=None if proficiency.value is None else fsum(row.contribution for row in rows),
        low=proficiency.low,
        high=proficiency.high,
        thin=proficiency.thin,
        baseline=proficiency.baseline,
    )


def _row(component: Component) -> ScoreRow:
    return ScoreRow(
        component=component.name,
        counted=component.explanation,
        good=component.count,
        total=component.total,
        faults=component.faults,
        prior=component.prior,
        strength=component.strength,
        value=component.value,
        weight=component.weight,
        contribution=0.0 if component.value is None else component.weight * component.value,
    )
