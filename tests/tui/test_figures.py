"""Numbers in a few cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.outcomes import Outcome
from warmtui.tui import figures

_SHARE = st.floats(0, 1)


@given(_SHARE, st.integers(1, 40))
def test_a_bar_has_its_width(value: float, width: int) -> None:
    assert len(figures.bar(value, width)) == width


@given(st.tuples(_SHARE, _SHARE, _SHARE), st.integers(3, 40))
def test_the_value_lies_on_its_interval(values: tuple[float, float, float], width: int) -> None:
    low, value, high = sorted(values)
    drawn = figures.interval_bar(value, low, high, width)
    assert len(drawn) == width
    assert drawn.count("●") == 1


def test_what_is_unknown_is_a_dash_and_not_a_zero() -> None:
    assert figures.score(None) == figures.share(0, 0) == figures.percent(None) == figures.age(None, 5) == "–"
    assert figures.bar(None, 4) == figures.interval_bar(None, None, None, 4) == "    "


def test_a_thin_score_says_so() -> None:
    assert figures.score(0.5) == "0.50"
    assert figures.score(0.5, thin=True) == "~0.50"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(30, "0m"), (7200, "2h"), (86_400 * 3, "3d"), (86_400 * 70, "2mo"), (86_400 * 800, "2y"), (-5, "0m")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, shown: str) -> None:
    assert figures.age(1_000_000_000 - seconds, 1_000_000_000) == shown


def test_every_outcome_has_a_letter_of_its_own() -> None:
    assert len({figures.OUTCOME_LETTERS[outcome] for outcome in Outcome}) == len(Outcome)
