"""The proficiency score: how well the process of a session went, from counts and a baseline.

A weighted mean of five components, each one minus a share of faults. Length is none of them: it would reward going
on, not going well. The score describes; it does not forecast success.

Where nothing went wrong a component is 1, however much there was. A share shrunk towards what is usual would give the
longer of two faultless sessions the higher value; as most sessions have few faults or none, that alone would rank
them, and by length. The baseline says instead how much a failure counts, by the tool that failed, and how wide the
interval is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import orjson

from warmtui.profiling.models import Component, Proficiency, ScoreCounts
from warmtui.profiling.rates import Z95
from warmtui.profiling.rules import SCORE_RULES_VERSION

THIN = 5
"""Under so many eligible calls a session is marked thin."""

WEIGHTS: Mapping[str, float] = {
    # What the calls themselves show, and most of what there is to count.
    "success": 0.40,
    # Errors happen to every agent; knowing one's way shows in what comes next.
    "recovery": 0.15,
    # The same failing call again, or the same call over and over, is the plainest sign of being lost.
    "economy": 0.15,
    # The person had to step in: seldom counted, but the most direct judgement there is.
    "guidance": 0.15,
    # One yes or no a session: it weighs little, but an end in a failure is no way to copy.
    "closure": 0.15,
}

STRENGTH = 2.0
"""Faultless observations that every component is credited with.

One failure in one call is not the worst there can be, so there must be some; few, because they spare a short session
more than a long one with the same share of faults, and length must not pay.
"""

_TOOL_STRENGTH = 10.0  # calls that the store's mean weighs against a tool's own rate


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual: what a failure of a tool is measured by, and the prior of the interval.

    Attributes:
        success: share of successes among all eligible calls, 0–1.
        recovery, economy, guidance, closure: the usual value of each component, 0–1.
        tools: each tool's own share of successes, shrunk towards `success`; a tool that is not named has `success`.
        version: names it: the same numbers have the same version.
    """

    success: float
    recovery: float
    economy: float
    guidance: float
    closure: float
    tools: Mapping[str, float] = field(default_factory=dict)
    version: str = "default"

    def faults(self, tools: Mapping[str, tuple[int, int]]) -> float:
        """Return what the failures of a session weigh together, 0 to their number.

        A failure of a tool that works as often as all calls do, or more often, weighs 1; of one that works half as
        often it weighs a half, because there it says less of the session and more of the tool.
        """
        return sum(self._weight(tool) * (total - good) for tool, (good, total) in tools.items())

    def _weight(self, tool: str) -> float:
        return min(1.0, self.tools.get(tool, self.success) / self.success) if self.success > 0 else 1.0

    def expected_success(self, tools: Mapping[str, tuple[int, int]]) -> float:
        """Return the share of successes that is usual for a mix of tools, 0–1."""
        eligible = sum(total for _, total in tools.values())
        if not eligible:
            return self.success
        expected = sum(self.tools.get(tool, self.success) * total for tool, (_, total) in tools.items())
        return expected / eligible

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "success": self.success,
            "recovery": self.recovery,
            "economy": self.economy,
            "guidance": self.guidance,
            "closure": self.closure,
            "tools": dict(self.tools),
            "version": self.version,
        }


DEFAULT_BASELINE = Baseline(success=0.9, recovery=0.5, economy=0.95, guidance=0.9, closure=0.85)
"""Serves until there are sessions to learn from: round figures for a tool-calling agent, not measured ones."""


def learn_baseline(sessions: Iterable[ScoreCounts]) -> Baseline:
    """Return the baseline of a person's own sessions: the pooled shares, drawn a little to the default.

    Args:
        sessions: the counts of all sessions of one store; without any the default is returned.
    """
    pooled: dict[str, list[float]] = {name: [0.0, 0.0] for name in WEIGHTS}
    tools: dict[str, list[int]] = {}
    for counts in sessions:
        for name, (good, total) in _observations(counts).items():
            pooled[name][0] += good
            pooled[name][1] += total
        for tool, (good, total) in counts.tools.items():
            sums = tools.setdefault(tool, [0, 0])
            sums[0] += good
            sums[1] += total
    if not pooled["success"][1]:
        return DEFAULT_BASELINE
    shares = {
        name: _shrunk(good, total, getattr(DEFAULT_BASELINE, name), STRENGTH) for name, (good, total) in pooled.items()
    }
    of_tools = {
        tool: _shrunk(good, total, shares["success"], _TOOL_STRENGTH) for tool, (good, total) in sorted(tools.items())
    }
    return Baseline(**shares, tools=of_tools, version=_name(shares, of_tools))


def _name(shares: Mapping[str, float], tools: Mapping[str, float]) -> str:
    rounded = [{key: round(value, 6) for key, value in values.items()} for values in (shares, tools)]
    content = orjson.dumps([SCORE_RULES_VERSION, *rounded], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()[:12]


def score(counts: ScoreCounts, baseline: Baseline = DEFAULT_BASELINE) -> Proficiency:
    """Return the proficiency of a session.

    Each component is 1 − faults / (total + `STRENGTH`): the mean of a Beta posterior whose prior is `STRENGTH`
    observations without a fault. The score is their weighted mean, the weights of missing components going to the
    others in proportion. Its interval is normal, from the variances of posteriors whose prior is what is usual:
    one that presumes no fault would be certain of every faultless session.

    Args:
        counts: the session's counts.
        baseline: what is usual.
    """
    observed = _observations(counts)
    # A list, not a set: the order of a float sum shows in its last digit, and a score must be the same each time.
    present = [name for name, (_, total) in observed.items() if total]
    in_all = sum(WEIGHTS[name] for name in present) or 1.0
    components = tuple(
        _component(name, observed[name], counts, baseline, weight=weight / in_all if name in present else 0.0)
        for name, weight in WEIGHTS.items()
    )
    eligible = sum(total for _, total in counts.tools.values())
    if not eligible:
        return Proficiency(value=None, low=None, high=None, thin=True, components=components, baseline=baseline.version)
    # Taken off 1, so that faultless sessions are equal to the last digit, whichever components they have.
    value = 1.0 - sum(one.weight * (1.0 - one.value) for one in components if one.value is not None)
    variance = sum(one.weight**2 * one.variance for one in components)
    half = Z95 * sqrt(variance)
    return Proficiency(
        value=value,
        low=max(0.0, value - half),
        high=max(value, min(1.0, value + half)),
        thin=eligible < THIN,
        components=components,
        baseline=baseline.version,
    )


def _observations(counts: ScoreCounts) -> dict[str, tuple[int, int]]:
    eligible = sum(total for _, total in counts.tools.values())
    return {
        "success": (sum(good for good, _ in counts.tools.values()), eligible),
        "recovery": (counts.recovered, counts.episodes),
        "economy": (counts.attempts - counts.wasted, counts.attempts),
        "guidance": (max(0, counts.turns - counts.corrections), counts.turns),
        "closure": (int(bool(counts.closed)), 0 if counts.closed is None else 1),
    }


def _component(
    name: str, observed: tuple[int, int], counts: ScoreCounts, baseline: Baseline, *, weight: float
) -> Component:
    good, total = observed
    is_success = name == "success"
    usual = baseline.expected_success(counts.tools) if is_success else getattr(baseline, name)
    faults = baseline.faults(counts.tools) if is_success else float(total - good)
    value: float | None = None
    variance = 0.0
    if total:
        value = 1.0 - faults / (total + STRENGTH)
        likely = _shrunk(good, total, usual, STRENGTH)
        variance = likely * (1 - likely) / (total + STRENGTH + 1)
    return Component(
        name=name,
        count=good,
        total=total,
        faults=faults,
        prior=1.0,
        strength=STRENGTH,
        usual=usual,
        value=value,
        variance=variance,
        weight=weight,
        explanation=_explanation(name, good, total, faults),
    )


def _shrunk(good: float, total: float, prior: float, strength: float) -> float:
    return (good + strength * prior) / (total + strength)


_NOTHING = {
    "success": "no call that could be judged",
    "recovery": "no error to recover from",
    "economy": "no call that could be judged",
    "guidance": "no message of the person after the first answer",
    "closure": "no call that could be judged",
}


def _explanation(name: str, good: int, total: int, faults: float) -> str:
    if not total:
        return _NOTHING[name]
    bad = total - good
    match name:
        case "success":
            weighed = f"; the {bad} that did not weigh {faults:.2f}, by how often their tools work" if bad else ""
            return f"{good} of {total} calls worked{weighed}"
        case "recovery":
            return f"{good} of {total} errors mended without help"
        case "economy":
            return f"{bad} of {total} calls repeated a failing or the same call"
        case "guidance":
            return f"{bad} of {total} later messages corrected the agent"
    return "does not end in an unmended failure" if good else "ends in an unmended failure"
