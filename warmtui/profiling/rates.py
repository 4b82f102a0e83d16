"""A share with its count and its interval: no number is shown without them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from pydantic import computed_field

from warmtui.profiling.finding import KEPT

Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution: a 95 % interval on both sides."""


def wilson(successes: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a share.

    Args:
        successes: how many of the trials, 0 to `trials`.
        trials: how many in all; without any the interval is (0, 1).
        z: the normal quantile; 1.96 gives 95 %.

    Returns:
        Lower and upper bound, each 0 to 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927).
    """
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    spread = z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    # The bounds at 0 and at all are exact; floating point would leave 1e-17.
    low = 0.0 if successes <= 0 else max(0.0, centre - half)
    high = 1.0 if successes >= trials else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a count.

    Attributes:
        count: how many had it.
        total: how many could have had it.
    """

    __pydantic_config__ = KEPT

    count: int
    total: int

    @computed_field
    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None where the total is 0."""
        return self.count / self.total if self.total else None

    @computed_field
    @property
    def low(self) -> float | None:
        """Lower bound of the 95 % Wilson interval; None where the total is 0."""
        return wilson(self.count, self.total)[0] if self.total else None

    @computed_field
    @property
    def high(self) -> float | None:
        """Upper bound of the 95 % Wilson interval; None where the total is 0."""
        return wilson(self.count, self.total)[1] if self.total else None

    def __str__(self) -> str:
        """Return "3 of 5 · 60 % (23–88)", or "not enough data" where the total is 0."""
        if not self.total:
            return "not enough data"
        low, high = wilson(self.count, self.total)
        share = f"{self._whole_percent}% ({100 * low:.0f}–{100 * high:.0f})"
        return f"{self.count:,} of {self.total:,} · {share}"

    @property
    def _whole_percent(self) -> int:
        """The share in whole per cent; nothing but none is 0, and nothing but all is 100."""
        rounded = round(100 * self.count / self.total)
        return min(max(rounded, 1 if self.count else 0), 100 if self.count >= self.total else 99)

    def __add__(self, other: Rate) -> Rate:
        """Return the rate of both together."""
        return Rate(count=self.count + other.count, total=self.total + other.total)
