"""Numbers as a person reads them in a few cells: shares, scores, bars, ages, sizes."""

from __future__ import annotations

from warmtui.profiling.outcome import Outcome

NO_DATA = "–"
_MINUTE, _HOUR, _DAY, _MONTH, _YEAR = 60, 3600, 86_400, 30 * 86_400, 365 * 86_400

OUTCOME_LETTERS: dict[str, str] = {
    Outcome.OK: "·",
    Outcome.SIGNAL: "s",
    Outcome.FAILED: "F",
    Outcome.REJECTED: "R",
    Outcome.CANCELLED: "C",
    Outcome.UNKNOWN: "?",
}
"""Colour never carries an outcome alone: each has a letter too."""

OUTCOME_STYLES: dict[str, str] = {
    Outcome.OK: "line--good",
    Outcome.SIGNAL: "line--warn",
    Outcome.FAILED: "line--bad",
    Outcome.REJECTED: "line--bad",
}
"""The style of an outcome in a line-drawn view; the others have none."""


def bar(value: float | None, width: int) -> str:
    """Return a share, 0–1, as a bar of `width` cells, to half a cell; blank without data."""
    if value is None:
        return " " * width
    full, half = divmod(round(min(1.0, max(0.0, value)) * width * 2), 2)
    return ("━" * full + "╸" * half).ljust(width)


def interval_bar(value: float | None, low: float | None, high: float | None, width: int) -> str:
    """Return a value, 0–1, within its interval: ``  ╶──●──╴  `` over a scale of `width` cells."""
    if value is None or low is None or high is None:
        return " " * width
    start, centre, end = (_place(part, width) for part in (low, value, high))
    cells = ["─" if start <= place <= end else " " for place in range(width)]
    cells[start], cells[end] = "╶", "╴"
    cells[centre] = "●"
    return "".join(cells)


def _place(value: float, width: int) -> int:
    return min(width - 1, max(0, int(value * width)))


def score(value: float | None, *, thin: bool = False) -> str:
    """Return a score as "0.74", "~0.74" where it stands on few calls, or a dash without data."""
    return NO_DATA if value is None else f"{'~' if thin else ''}{value:.2f}"


def share(count: int, total: int) -> str:
    """Return "3/41   7%", or a dash where the total is 0."""
    return f"{count}/{total} {percent(count / total):>4}" if total else NO_DATA


def percent(value: float | None) -> str:
    """Return a share, 0–1, as "7%", or a dash without data."""
    return NO_DATA if value is None else f"{100 * value:.0f}%"


def ratio(count: int, total: int) -> str:
    """Return "3/4", or a dash where the total is 0."""
    return f"{count}/{total}" if total else NO_DATA


def age(then: float | None, now: float) -> str:
    """Return how long ago: "5m", "3h", "12d", "4mo", "2y"; a dash where the time is unknown."""
    if then is None:
        return NO_DATA
    seconds = max(0.0, now - then)
    for unit, letters in ((_YEAR, "y"), (_MONTH, "mo"), (_DAY, "d"), (_HOUR, "h")):
        if seconds >= unit:
            return f"{int(seconds // unit)}{letters}"
    return f"{int(seconds // _MINUTE)}m"


def tokens(count: int) -> str:
    """Return "412 tok" or "1,204 tok"."""
    return f"{count:,} tok"
