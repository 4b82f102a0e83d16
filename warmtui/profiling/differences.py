"""What changed between two calls' arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from warmtui.profiling.models import ArgumentChange

_LONGEST = 160  # characters of a changed string that are kept
_DEEPEST = 6  # nested levels that are compared value by value; deeper ones as a whole
_MOST = 12  # changes that are kept: more than that is another call, not a changed one
_ABSENT = object()


def argument_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[ArgumentChange, ...]:
    """Return the differences between two calls' arguments, by key, at most twelve.

    Nested values are compared part by part, their keys joined with dots. Strings that differ only far in are
    cut around the difference, an ellipsis at each cut.

    Args:
        before: the arguments of the failed call; None where they did not parse.
        after: the arguments of the recovering call; None where they did not parse.
    """
    if before is None or after is None:
        return ()
    changes = []
    for key, old, new in _walk(before, after, "", 0):
        changes.append(_change(key, old, new))
        if len(changes) == _MOST:
            break
    return tuple(changes)


def _walk(before: Any, after: Any, path: str, depth: int) -> Iterator[tuple[str, Any, Any]]:
    if depth < _DEEPEST and isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from _walk(before.get(key, _ABSENT), after.get(key, _ABSENT), inner, depth + 1)
    elif (
        depth < _DEEPEST
        and isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
        and len(before) <= 50
    ):
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _walk(old, new, f"{path}.{place}", depth + 1)
    else:
        before, after = _finite(before), _finite(after)
        if type(before) is not type(after) or before != after:
            yield path, before, after


def _finite(value: Any) -> Any:
    """Take NaN and infinity as text: the one is not equal to itself, and JSON has neither."""
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _change(key: str, old: Any, new: Any) -> ArgumentChange:
    if isinstance(old, str) and isinstance(new, str):
        start = max(0, _common_start(old, new) - _LONGEST // 2)
        if start:
            old, new = f"…{old[start:]}", f"…{new[start:]}"
    # What was given as null is not what was left out, and None stands for that.
    if old is None and new is _ABSENT:
        old = "null"
    elif new is None and old is _ABSENT:
        new = "null"
    return ArgumentChange(key=key, before=_kept(old), after=_kept(new))


def _common_start(old: str, new: str) -> int:
    shorter = min(len(old), len(new))
    if shorter <= _LONGEST // 2 or old[:shorter] == new[:shorter]:
        return 0
    low, high = 0, shorter
    while low < high:
        middle = (low + high + 1) // 2
        if old[:middle] == new[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _kept(value: Any) -> Any:
    if value is _ABSENT:
        return None
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - 1] + "…"
    if isinstance(value, Mapping | list) and len(str(value)) > 2 * _LONGEST:
        return f"({len(value)} entries)"
    return value
