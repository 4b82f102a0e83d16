"""The proficiency score: how well the process of a session went, from counts and a baseline.

A weighted mean of five components, each a share shrunk towards what the person's own sessions show. Length is
none of them: it would reward going on, not going well. The score describes; it does not forecast success.
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

SCORE_RULES_VERSION = 1
"""Raised with every change of the formula, its weights or its strengths."""

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

STRENGTHS: Mapping[str, float] = {
    # How many observations the baseline weighs: about what a thin session has of each.
    "success": 5.0,
    "recovery": 2.0,
    "economy": 5.0,
    "guidance": 3.0,
    "closure": 2.0,
}

_TOOL_STRENGTH = 10.0  # calls that the store's mean weighs against a tool's own rate


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual: the priors that components are shrunk towards.

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
        name: _shrunk(good, total, getattr(DEFAULT_BASELINE, name), STRENGTHS[name])
        for name, (good, total) in pooled.items()
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

    Each component is the mean of a Beta posterior, (good + strength × prior) / (total + strength); the success
    component is then moved by what its mix of tools lets expect: prior of all calls + (shrunk − expected). The
    score is their weighted mean, the weights of missing components going to the others in proportion; its
    interval is normal, from the posteriors' variances.

    Args:
        counts: the session's counts.
        baseline: what is usual.
    """
    observed = _observations(counts)
    # A list, not a set: the order of a float sum shows in its last digit, and a score must be the same each time.
    present = [name for name, (_, total) in observed.items() if total]
    in_all = sum(WEIGHTS[name] for name in present) or 1.0
    components = tuple(
        _component(
            name,
            observed[name],
            prior=baseline.expected_success(counts.tools) if name == "success" else getattr(baseline, name),
            usual=baseline.success,
            weight=weight / in_all if name in present else 0.0,
        )
        for name, weight in WEIGHTS.items()
    )
    eligible = sum(total for _, total in counts.tools.values())
    if not eligible:
        return Proficiency(value=None, low=None, high=None, thin=True, components=components, baseline=baseline.version)
    value = sum(component.weight * component.value for component in components if component.value is not None)
    variance = sum(component.weight**2 * component.variance for component in components)
    half = Z95 * sqrt(variance)
    return Proficiency(
        value=value,
        low=max(0.0, value - half),
        high=min(1.0, value + half),
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


def _component(name: str, observed: tuple[int, int], *, prior: float, usual: float, weight: float) -> Component:
    good, total = observed
    strength = STRENGTHS[name]
    value: float | None = None
    variance = 0.0
    if total:
        mean = _shrunk(good, total, prior, strength)
        variance = mean * (1 - mean) / (total + strength + 1)
        value = min(1.0, max(0.0, mean - prior + usual)) if name == "success" else mean
    return Component(
        name=name,
        count=good,
        total=total,
        prior=prior,
        strength=strength,
        value=value,
        variance=variance,
        weight=weight,
        explanation=_explanation(name, good, total, prior=prior, usual=usual),
    )


def _shrunk(good: float, total: float, prior: float, strength: float) -> float:
    return (good + strength * prior) / (total + strength)


def _explanation(name: str, good: int, total: int, *, prior: float, usual: float) -> str:
    if not total:
        return {
            "success": "no call that could be judged",
            "recovery": "no error to recover from",
            "economy": "no call that could be judged",
            "guidance": "no message of the person after the first answer",
            "closure": "no call that could be judged",
        }[name]
    return {
        "success": f"{good} of {total} calls worked; usual {prior:.3f} for these tools, {usual:.3f} for all",
        "recovery": f"{good} of {total} errors mended without help",
        "economy": f"{total - good} of {total} calls repeated a failing or the same call",
        "guidance": f"{total - good} of {total} later messages corrected the agent",
        "closure": "does not end in an unmended failure" if good else "ends in an unmended failure",
    }[name]
