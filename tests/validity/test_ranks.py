"""The statistics, against examples worked by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, pearsonr, spearmanr  # type: ignore[import-untyped]

from tests.validity._ranks import auc, correlation, difference_of_sizes, resamples, spearman_brown

RANDOM = np.random.default_rng(4)
ONE_GROUP = ["g"] * 60
TASKS = [str(number % 12) for number in range(60)]
X = RANDOM.integers(0, 9, 60).astype(float)
Y = X + RANDOM.integers(0, 9, 60)


def test_pairs_are_counted_by_hand() -> None:
    # Rewarded 3 and 1 against unrewarded 2 and 1: won, won, lost, even.
    found = auc([3, 1, 2, 1], [True, True, False, False], ["g"] * 4, list("abcd"))
    assert found.value == (1 + 1 + 0 + 0.5) / 4
    assert found.count == 4


def test_only_sessions_of_one_stratum_are_compared() -> None:
    values, labels = [9, 8, 2, 1], [True, False, True, False]
    assert auc(values, labels, ["g", "g", "h", "h"], list("abcd")).value == 1.0
    assert auc(values, labels, ["g"] * 4, list("abcd")).value == 0.75
    assert np.isnan(auc(values, labels, list("ghij"), list("abcd")).value)


def test_only_sessions_that_are_about_as_long_are_compared_where_lengths_are_given() -> None:
    found = auc([1, 2, 9], [True, False, False], ["g"] * 3, list("abc"), [10, 11, 40])
    assert (found.value, found.count) == (0.0, 1)


def test_it_is_the_statistic_of_mann_and_whitney() -> None:
    labels = [number % 3 == 0 for number in range(60)]
    ups, downs = X[np.array(labels)], X[~np.array(labels)]
    expected = mannwhitneyu(ups, downs).statistic / (len(ups) * len(downs))
    assert auc(list(X), labels, ONE_GROUP, TASKS).value == pytest.approx(expected)


def test_correlations_are_those_of_scipy_in_one_stratum() -> None:
    assert correlation(list(X), list(Y), ONE_GROUP, TASKS).value == pytest.approx(pearsonr(X, Y).statistic)
    ranked = correlation(list(X), list(Y), ONE_GROUP, TASKS, by_rank=True)
    assert ranked.value == pytest.approx(spearmanr(X, Y).statistic)


def test_what_strata_differ_in_is_no_correlation() -> None:
    one, two, groups = [1.0, 2.0, 11.0, 12.0], [2.0, 1.0, 12.0, 11.0], ["g", "g", "h", "h"]
    assert correlation(one, two, ["g"] * 4, list("abcd")).value > 0.9
    assert correlation(one, two, groups, list("abcd")).value == pytest.approx(-1.0)
    assert correlation(one, two, groups, list("abcd"), by_rank=True).value == pytest.approx(-1.0)


@pytest.mark.parametrize("by_rank", [False, True])
def test_a_resample_is_what_repeating_its_sessions_gives(by_rank: bool) -> None:
    found = correlation(list(X), list(Y), ONE_GROUP, TASKS, by_rank=by_rank)
    wins = auc(list(X), [number % 3 == 0 for number in range(60)], ONE_GROUP, TASKS)
    names = sorted(set(TASKS))
    for number, drawn in enumerate(resamples(12)[:5]):
        places = [place for place, task in enumerate(TASKS) for _ in range(int(drawn[names.index(task)]))]
        expected = (spearmanr if by_rank else pearsonr)(X[places], Y[places]).statistic
        assert found.draws[number] == pytest.approx(expected)
        labels = [place % 3 == 0 for place in places]
        repeated = auc(list(X[places]), labels, ["g"] * len(places), ["t"] * len(places))
        assert wins.draws[number] == pytest.approx(repeated.value)


def test_resamples_are_the_same_each_time_and_draw_as_many_clusters_as_there_are() -> None:
    drawn = resamples(7)
    assert drawn.shape == (2_000, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn == resamples(7)).all()
    assert resamples(0).shape == (2_000, 0)


def test_an_interval_lies_around_its_value_and_says_so() -> None:
    found = correlation(list(X), list(Y), ONE_GROUP, TASKS)
    assert found.low < found.value < found.high
    assert str(found) == f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
    constant = correlation([1.0] * 60, list(Y), ONE_GROUP, TASKS)
    assert str(constant) == "not enough data"


def test_halves_are_corrected_to_the_whole_and_sizes_are_compared_without_their_sign() -> None:
    half = correlation([1, 2, 3, 4], [1, 3, 2, 4], ["g"] * 4, list("abcd"))
    assert half.value == pytest.approx(0.8)
    assert spearman_brown(half).value == pytest.approx(1.6 / 1.8)
    other = correlation([4, 3, 2, 1], [1, 3, 2, 4], ["g"] * 4, list("abcd"))
    assert difference_of_sizes(half, other).value == pytest.approx(0.0)
