"""Shares as they are shown."""

from __future__ import annotations

import pytest

from warmtui.profiling.rates import Rate


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [
        (3, 5, "3 of 5 · 60% (23–88)"),
        (0, 4, "0 of 4 · 0% (0–49)"),
        (1, 1_000, "1 of 1,000 · 1% (0–1)"),
        (999, 1_000, "999 of 1,000 · 99% (99–100)"),
        (4, 4, "4 of 4 · 100% (51–100)"),
        (0, 0, "not enough data"),
    ],
)
def test_nothing_but_none_is_none_and_nothing_but_all_is_all(count: int, total: int, shown: str) -> None:
    assert str(Rate(count=count, total=total)) == shown
