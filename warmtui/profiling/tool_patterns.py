"""What was seen of each tool: how its calls ended and what its arguments look like."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.models import ArgumentConvention, ToolProfile
from warmtui.profiling.rates import Rate
from warmtui.text import one_line

_EVIDENCE = 5
_ENUM_VALUES = 6  # an enum has at most so many values …
_ENUM_CALLS = 3  # … each seen so often on average
_SHORT = 80  # characters of a value that is shown
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"[a-z][a-z0-9+.-]*://\S+$")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d([T ]\S*)?$")),
    ("absolute path", re.compile(r"(/|~/|[A-Za-z]:\\)[^\n]*$")),
    ("relative path", re.compile(r"\.{0,2}/?[\w.@-]+(/[\w.@ -]+)+/?$|[\w-]+\.[A-Za-z]\w{0,4}$")),
    ("identifier", re.compile(r"[A-Za-z0-9_.:-]*\d[A-Za-z0-9_.:-]*$")),
)


def tool_profiles(calls: Sequence[JudgedCall]) -> dict[str, ToolProfile]:
    """Return what was seen of each tool, the most used first.

    Args:
        calls: judged calls, of one conversation or of several.
    """
    by_tool: dict[str, list[JudgedCall]] = defaultdict(list)
    for call in calls:
        by_tool[call.tool].append(call)
    ordered = sorted(by_tool.items(), key=lambda item: (-len(item[1]), item[0]))
    return {tool: _profile(tool, found) for tool, found in ordered}


def _profile(tool: str, calls: Sequence[JudgedCall]) -> ToolProfile:
    counts = OutcomeCounts.of(call.outcome for call in calls)
    return ToolProfile(
        **counts.model_dump(include={"ok", "signal", "failed", "rejected", "cancelled", "unknown"}),
        tool=tool,
        conventions=argument_conventions(calls),
        evidence=tuple(call.evidence for call in calls if call.outcome.is_success)[:_EVIDENCE],
        error_evidence=tuple(call.evidence for call in calls if call.outcome.is_error)[:_EVIDENCE],
    )


def argument_conventions(calls: Sequence[JudgedCall]) -> tuple[ArgumentConvention, ...]:
    """Return how the arguments of one tool are used, the most frequent first.

    Taken from the calls that succeeded where there are any: what failed is no convention.
    """
    good = [call for call in calls if call.outcome.is_success] or list(calls)
    parsed = [arguments for call in good if (arguments := call.call.arguments) is not None]
    values: dict[str, list[Any]] = defaultdict(list)
    for arguments in parsed:
        for key, value in arguments.items():
            values[key].append(value)
    conventions = [_convention(key, found, len(parsed)) for key, found in values.items()]
    return tuple(sorted(conventions, key=lambda one: -one.present.count))  # stable: as they are written


def _convention(key: str, values: Sequence[Any], total: int) -> ArgumentConvention:
    kind = Counter(_type(value) for value in values).most_common(1)[0][0]
    shape, shown = _shape([value for value in values if isinstance(value, str)]) if kind == "string" else ("", ())
    if kind in ("boolean", "integer", "number"):
        shown = _frequent([str(value).lower() for value in values], 3)
    return ArgumentConvention(
        key=key, present=Rate(count=len(values), total=total), type=kind, shape=shape, values=shown
    )


def _type(value: Any) -> str:
    return next((name for type_, name in _TYPES if isinstance(value, type_)), "null")


def _shape(values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    distinct = set(values)
    few = len(distinct) <= _ENUM_VALUES and len(values) >= _ENUM_CALLS * len(distinct)
    if few and all(len(value) <= 40 and "\n" not in value for value in distinct):
        return "enum", _frequent(values, _ENUM_VALUES)
    seen = Counter(_shape_of(value) for value in values)
    name, count = seen.most_common(1)[0]
    if 2 * count < len(values):
        name = "text"
    short = [value for value in values if len(value) <= _SHORT]
    # Of free text only what recurs is a convention; of a path or an id one value shows the form.
    return name, _frequent(short, 3, least=2 if name == "text" else 1)


def _shape_of(value: str) -> str:
    head = value[:400]
    return next((name for name, pattern in _SHAPES if pattern.match(head)), "text")


def _frequent(values: Sequence[str], most: int, least: int = 1) -> tuple[str, ...]:
    common = Counter(values).most_common(most)
    return tuple(one_line(value, _SHORT) for value, count in common if count >= least)
