"""How long calls took, where a store has the times of its messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.tool_models import Durations

LONGEST = 86_400.0
"""Seconds: a result that came a day later says when somebody came back, not how long a tool took."""


def durations(calls: Iterable[JudgedCall]) -> Durations | None:
    """Return how long calls took, from the message that made each to the one with its result.

    Left out are calls whose times are not known, a result before its call, and more than a day between the two.
    Where every time is 0 the store wrote both messages at once, and nothing is known.

    Args:
        calls: the calls of one tool.
    """
    known = sorted(seconds for call in calls if (seconds := seconds_of(call)) is not None)
    if not known or known[-1] == 0:
        return None
    return Durations(count=len(known), median=_quantile(known, 0.5), upper_quartile=_quantile(known, 0.75))


def seconds_of(call: JudgedCall) -> float | None:
    """Return the seconds from a call to its result, or None where they are not known or make no sense."""
    result = call.call.result
    if result is None or result.timestamp is None or call.call.timestamp is None:
        return None
    seconds = result.timestamp - call.call.timestamp
    return seconds if 0 <= seconds <= LONGEST else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of values in order, between two of them in proportion; to the millisecond."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (place - low), 3)
