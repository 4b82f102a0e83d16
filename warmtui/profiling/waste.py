"""Calls that went in circles: the same failing call again, or one call over and over."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.profiling.judged import JudgedCall
from warmtui.text import json_text

_LOOP = 3  # the same call so often in a row is a loop: looking twice can be reason
_PAST = 20  # calls that a failing call is remembered for


def wasted_calls(calls: Sequence[JudgedCall]) -> int:
    """Return how many eligible calls `wasted_places` finds."""
    return len(wasted_places(calls))


def wasted_places(calls: Sequence[JudgedCall]) -> list[int]:
    """Return the places of eligible calls that repeat one that failed, failing again, or are a third in a row.

    A call is the same if tool and arguments are. A repeat that works is no waste: the world may have changed.
    """
    wasted: list[int] = []
    failed_at: dict[tuple[str, str], int] = {}
    row = 0
    before = ("", "")
    for call in calls:
        outcome = call.outcome
        if not outcome.is_eligible:
            continue
        name = _name(call)
        row = row + 1 if name == before else 1
        before = name
        repeats_failure = outcome.is_error and call.place - failed_at.get(name, -_PAST - 1) <= _PAST
        if repeats_failure or row >= _LOOP:
            wasted.append(call.place)
        if outcome.is_error:
            failed_at[name] = call.place
        elif failed_at:
            failed_at.pop(name, None)
    return wasted


def _name(call: JudgedCall) -> tuple[str, str]:
    raw = call.call.raw_arguments
    return call.tool, raw if isinstance(raw, str) else json_text(raw)
