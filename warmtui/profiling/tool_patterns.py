"""What was seen of each tool: how its calls ended and what its arguments look like."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from warmtui.profiling.contrasts import argument_contrasts
from warmtui.profiling.counts import counted
from warmtui.profiling.durations import Timings, durations
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.rates import Rate
from warmtui.profiling.shapes import is_enum, shape_of, type_of
from warmtui.profiling.tool_models import ArgumentConvention, ToolProfile
from warmtui.text import one_line

_EVIDENCE = 5
_SHORT = 80  # characters of a value that is shown


def tool_profiles(calls: Sequence[JudgedCall], timings: Timings | None = None) -> dict[str, ToolProfile]:
    """Return what was seen of each tool, the most used first.

    Args:
        calls: judged calls, of one conversation or of several.
        timings: recorded durations in seconds by the id of the call; they win over the times of messages.
    """
    by_tool: dict[str, list[JudgedCall]] = defaultdict(list)
    for call in calls:
        by_tool[call.tool].append(call)
    ordered = sorted(by_tool.items(), key=lambda item: (-len(item[1]), item[0]))
    return {tool: _profile(tool, found, timings) for tool, found in ordered}


def _profile(tool: str, calls: Sequence[JudgedCall], timings: Timings | None) -> ToolProfile:
    worked = [call for call in calls if call.outcome.is_success]
    failed = [call for call in calls if call.outcome.is_error]
    return ToolProfile(
        **counted(call.outcome for call in calls),
        tool=tool,
        conventions=_conventions(worked or calls),
        contrasts=argument_contrasts(calls),
        durations=durations(calls, timings),
        evidence=tuple(call.evidence for call in worked[:_EVIDENCE]),
        error_evidence=tuple(call.evidence for call in failed[:_EVIDENCE]),
    )


def _conventions(calls: Sequence[JudgedCall]) -> tuple[ArgumentConvention, ...]:
    """Return how arguments are used, the most frequent first: in calls that succeeded, where there are any."""
    parsed = [arguments for call in calls if (arguments := call.call.arguments) is not None]
    values: dict[str, list[Any]] = {}
    for arguments in parsed:
        for key, value in arguments.items():
            values.setdefault(key, []).append(value)
    conventions = [_convention(key, found, len(parsed)) for key, found in values.items()]
    return tuple(sorted(conventions, key=lambda one: -one.present.count))  # stable: as they are written


def _convention(key: str, values: Sequence[Any], total: int) -> ArgumentConvention:
    kind = _commonest([type_of(value) for value in values])
    shape = ""
    shown: tuple[str, ...] = ()
    if kind == "string":
        shape, shown = _shape([value for value in values if isinstance(value, str)])
    elif kind in ("boolean", "integer", "number"):
        shown = _shown(_frequent([str(value).lower() for value in values], 3))
    return ArgumentConvention(key, Rate(len(values), total), kind, shape, shown)


def _shape(values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if is_enum(set(values), len(values)):
        return "enum", _shown(_frequent(values, len(values)))
    shapes = [shape_of(value) for value in values]
    name = _commonest(shapes)
    if 2 * shapes.count(name) < len(values):
        name = "text"
    short = [value for value in values if len(value) <= _SHORT]
    # Of free text only what recurs is a convention; of a path or an id one value shows the form.
    return name, _shown(_frequent(short, 3), least=2 if name == "text" else 1)


def _commonest(names: Sequence[str]) -> str:
    """Return the most frequent, of equals the first; nearly always they are all the same."""
    first = names[0]
    return first if names.count(first) == len(names) else Counter(names).most_common(1)[0][0]


def _frequent(values: Sequence[str], most: int) -> list[tuple[str, int]]:
    """Return the most frequent values with their counts, of equals the first."""
    if len(set(values)) == len(values):
        return [(value, 1) for value in values[:most]]
    return Counter(values).most_common(most)


def _shown(common: Sequence[tuple[str, int]], least: int = 1) -> tuple[str, ...]:
    return tuple(one_line(value, _SHORT) for value, count in common if count >= least)
