"""How long calls took: as it was recorded, else by the times of a store's messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.tool_models import Durations

LONGEST = 86_400.0
"""Seconds: a result that came a day later says when somebody came back, not how long a tool took."""

Timings = Mapping[str, float]
"""Recorded durations in seconds, 0 or more, by the id of the call (``tool_call_id``)."""


def durations(calls: Iterable[JudgedCall], timings: Timings | None = None) -> Durations | None:
    """Return how long calls took: as recorded, else from the message that made each to the one with its result.

    Left out are calls whose times are not known, a result before its call, and more than a day between the two.
    Where every time between messages is 0 the store wrote both at once, and they say nothing.

    Args:
        calls: the calls of one tool.
        timings: recorded durations, see `told_apart`.
    """
    recorded: list[float] = []
    between: list[float] = []
    for call in calls:
        seconds = recorded_seconds(call, timings) if timings else None
        if seconds is not None:
            recorded.append(seconds)
        elif (seconds := seconds_of(call)) is not None:
            between.append(seconds)
    known = sorted(recorded + between if any(between) else recorded)
    if not known:
        return None
    return Durations(
        count=len(known), median=_quantile(known, 0.5), upper_quartile=_quantile(known, 0.75), recorded=len(recorded)
    )


def told_apart(calls: Sequence[JudgedCall], timings: Timings) -> Timings:
    """Return `timings` without the ids that several of a conversation's calls have: whose time it is, nobody knows."""
    ids = Counter(call.call.call_id for call in calls)
    return {call_id: seconds for call_id, seconds in timings.items() if ids[call_id] < 2}


def recorded_seconds(call: JudgedCall, timings: Timings) -> float | None:
    """Return the recorded seconds of a call, or None where there are none that make sense."""
    for call_id in (call.call.call_id, call.call.other_id):
        seconds = timings.get(call_id) if call_id is not None else None
        if seconds is not None and isfinite(seconds) and seconds >= 0:
            return float(seconds)
    return None


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
