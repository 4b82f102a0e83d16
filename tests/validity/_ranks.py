"""Rank statistics with bootstrap intervals: how well one number orders what another says.

Everything is compared inside strata alone (sessions of one agent, say), and resampled by clusters (tasks), because
sessions on the same task are no independent observations.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 2_000
SEED = 20
_AT_ONCE = 250  # resamples that are held in memory together


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic, and what it was in every resample.

    Attributes:
        value: the statistic; NaN where there is nothing to compare.
        draws: its value in each resample, NaN where the resample has nothing to compare.
        count: the pairs or sessions it was made of.
    """

    value: float
    draws: Floats
    count: int

    @property
    def low(self) -> float:
        """Lower bound of the 95 % percentile interval."""
        return self._quantile(0.025)

    @property
    def high(self) -> float:
        """Upper bound of the 95 % percentile interval."""
        return self._quantile(0.975)

    def _quantile(self, share: float) -> float:
        known = self.draws[~np.isnan(self.draws)]
        return float(np.quantile(known, share)) if known.size else float("nan")

    def __str__(self) -> str:
        """Return "0.582 (0.531–0.640)", or "not enough data"."""
        if np.isnan(self.value):
            return "not enough data"
        return f"{_signed(self.value)} ({_signed(self.low)} to {_signed(self.high)})"


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def resamples(clusters: int, times: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return how often each cluster stands in each resample: `times` rows, each with the sum `clusters`.

    Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 8.
    """
    if not clusters:
        return np.zeros((times, 0))
    drawn = np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), size=times)
    return drawn.astype(np.float64)


def auc(
    values: Sequence[float],
    labels: Sequence[bool],
    strata: Sequence[Hashable],
    clusters: Sequence[str],
    lengths: Sequence[float] | None = None,
    *,
    nearly: float = 1.1,
    times: int = RESAMPLES,
) -> Estimate:
    """Return how often a positive has the higher value than a negative of its stratum; equal ones count a half.

    Args:
        values: what is to order them.
        labels: True for positives.
        strata: only pairs within a stratum are compared.
        clusters: what is resampled; a pair counts as often as both its clusters were drawn, multiplied.
        lengths: if given, only pairs whose lengths differ by no more than the factor `nearly` are compared.
        nearly: that factor.
        times: how many resamples.

    Source: the Mann–Whitney statistic; J. A. Hanley and B. J. McNeil, Radiology 143 (1982).
    """
    numbers, places = _numbered(clusters)
    won, met = np.zeros((numbers, numbers)), np.zeros((numbers, numbers))
    value, label = np.asarray(values, dtype=np.float64), np.asarray(labels, dtype=bool)
    length = None if lengths is None else np.asarray(lengths, dtype=np.float64)
    for members in _members(strata):
        ups, downs = members[label[members]], members[~label[members]]
        difference = value[ups][:, None] - value[downs][None, :]
        wins = (difference > 0) + 0.5 * (difference == 0)
        counted = np.ones_like(wins)
        if length is not None:
            ratio = length[ups][:, None] / length[downs][None, :]
            counted = ((ratio <= nearly) & (ratio >= 1 / nearly)).astype(np.float64)
        at = (places[ups][:, None], places[downs][None, :])
        np.add.at(won, at, wins * counted)
        np.add.at(met, at, counted)
    drawn = resamples(numbers, times)
    draws = _ratio(((drawn @ won) * drawn).sum(axis=1), ((drawn @ met) * drawn).sum(axis=1))
    return Estimate(float(_ratio(won.sum(), met.sum())), draws, int(met.sum()))


def correlation(
    one: Sequence[float],
    two: Sequence[float],
    strata: Sequence[Hashable],
    clusters: Sequence[str],
    *,
    by_rank: bool = False,
    times: int = RESAMPLES,
) -> Estimate:
    """Return how two numbers go together inside strata: covariances and variances within them, summed.

    Args:
        one: a number for each session.
        two: the other.
        strata: what the means are taken over.
        clusters: what is resampled.
        by_rank: True for ranks within the stratum (Spearman), equal ones sharing theirs; False for the numbers.
        times: how many resamples.
    """
    numbers, places = _numbered(clusters)
    x, y = np.asarray(one, dtype=np.float64), np.asarray(two, dtype=np.float64)
    members = list(_members(strata))
    drawn = resamples(numbers, times)
    blocks = [drawn[start : start + _AT_ONCE] for start in range(0, times, _AT_ONCE)]
    draws = [_correlations(x, y, members, block[:, places], by_rank) for block in blocks]
    [value] = _correlations(x, y, members, np.ones((1, x.size)), by_rank)
    return Estimate(float(value), np.concatenate(draws), int(x.size))


def spearman_brown(half: Estimate) -> Estimate:
    """Return the reliability of the whole from the correlation of its halves: 2r / (1 + r).

    Source: C. Spearman and W. Brown, both in British Journal of Psychology 3 (1910).
    """
    return Estimate(float(_ratio(2 * half.value, 1 + half.value)), _ratio(2 * half.draws, 1 + half.draws), half.count)


def difference_of_sizes(one: Estimate, two: Estimate) -> Estimate:
    """Return |one| − |two| of two correlations of the same sessions, resample by resample."""
    return Estimate(abs(one.value) - abs(two.value), np.abs(one.draws) - np.abs(two.draws), one.count)


def _numbered(clusters: Sequence[str]) -> tuple[int, npt.NDArray[np.intp]]:
    """Return how many clusters there are and the number of each session's, in an order of their names."""
    names = {name: number for number, name in enumerate(sorted(set(clusters)))}
    return len(names), np.array([names[name] for name in clusters], dtype=np.intp)


def _members(strata: Sequence[Hashable]) -> Iterator[npt.NDArray[np.intp]]:
    order = sorted(range(len(strata)), key=lambda place: repr(strata[place]))
    for _, places in groupby(order, key=lambda place: strata[place]):
        yield np.array(list(places), dtype=np.intp)


def _correlations(
    x: Floats, y: Floats, members: Sequence[npt.NDArray[np.intp]], weights: Floats, by_rank: bool
) -> Floats:
    sums = np.zeros((3, len(weights)))
    for places in members:
        weight = weights[:, places]
        a, b = (_centred(values[places], weight, by_rank) for values in (x, y))
        sums += [(weight * a * b).sum(axis=1), (weight * a * a).sum(axis=1), (weight * b * b).sum(axis=1)]
    both, ones, twos = sums
    return _ratio(both, np.sqrt(ones * twos))


def _centred(values: Floats, weight: Floats, by_rank: bool) -> Floats:
    """Return values, or their ranks as a share of the stratum, less their mean; a row for each resample."""
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
    if by_rank:
        different, which = np.unique(values, return_inverse=True)
        counts = weight @ np.eye(different.size)[which]
        shown = ((np.cumsum(counts, axis=1) - counts / 2) / total)[:, which]
    else:
        shown = np.broadcast_to(values, weight.shape)
    centred: Floats = shown - (weight * shown).sum(axis=1, keepdims=True) / total
    return centred


def _ratio(one: npt.ArrayLike, two: npt.ArrayLike) -> Floats:
    """Divide, with NaN where there is nothing to divide by; rounding alone is nothing."""
    below = np.asarray(two, dtype=np.float64)
    above = np.asarray(one, dtype=np.float64)
    shares: Floats = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=np.abs(below) > 1e-12)
    return shares
