"""How many calls ended how: of one tool, of a session, of a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from pydantic import computed_field

from warmtui.profiling.finding import KEPT
from warmtui.profiling.outcome import Outcome
from warmtui.profiling.rates import Rate

_NAMED = [(outcome.value, outcome) for outcome in Outcome]


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how often each outcome is among `outcomes`, by its name."""
    found = list(outcomes)
    return {name: found.count(outcome) for name, outcome in _NAMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCounts:
    """Calls by outcome, and the rates that follow.

    The eligible calls are ok + signal + failed + rejected; cancelled and unknown ones are shown, not judged.
    """

    __pydantic_config__ = KEPT

    ok: int = 0
    signal: int = 0
    failed: int = 0
    rejected: int = 0
    cancelled: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        """Count `outcomes`."""
        return cls(**counted(outcomes))

    @computed_field
    @property
    def calls(self) -> int:
        """All calls."""
        return self.eligible + self.cancelled + self.unknown

    @computed_field
    @property
    def successes(self) -> int:
        """ok + signal."""
        return self.ok + self.signal

    @computed_field
    @property
    def errors(self) -> int:
        """Failed + rejected."""
        return self.failed + self.rejected

    @property
    def eligible(self) -> int:
        """The calls that an error rate is a share of."""
        return self.ok + self.signal + self.failed + self.rejected

    @property
    def success(self) -> Rate:
        """Successes among the eligible calls."""
        return Rate(count=self.successes, total=self.eligible)

    @property
    def error(self) -> Rate:
        """Errors among the eligible calls."""
        return Rate(count=self.errors, total=self.eligible)

    @computed_field
    @property
    def success_rate(self) -> float | None:
        """Share of successes, 0–1; None without eligible calls."""
        return self.success.value

    @computed_field
    @property
    def success_low(self) -> float | None:
        """Lower bound of its 95 % Wilson interval."""
        return self.success.low

    @computed_field
    @property
    def success_high(self) -> float | None:
        """Upper bound of its 95 % Wilson interval."""
        return self.success.high

    @computed_field
    @property
    def error_rate(self) -> float | None:
        """Share of errors, 0–1; None without eligible calls."""
        return self.error.value
