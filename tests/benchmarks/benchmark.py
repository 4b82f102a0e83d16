"""What a benchmark is, and how two ways of doing something are timed side by side."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measured:
    """Two series of figures from one run, taken in turns.

    Attributes:
        what: what was measured, in a few words.
        ours: what warmtui took, a figure a round.
        floor: what it is held against took, a figure a round.
        goal: the largest ratio that is good enough, where it is not the benchmark's.
        unit: what the figures are: seconds, or bytes of memory.
    """

    what: str
    ours: tuple[float, ...]
    floor: tuple[float, ...]
    goal: float | None = None
    unit: Literal["s", "B"] = "s"

    @property
    def ratio(self) -> float:
        """How many times the floor's median ours is."""
        return median(self.ours) / median(self.floor)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One thing that must not become slow.

    Attributes:
        name: what it is run by.
        statement: what its ratio is of what, in one sentence.
        goal: the largest ratio that is good enough; infinite where something is only told.
        measure: runs it; several series where it is measured on several stores.
    """

    name: str
    statement: str
    goal: float
    measure: Callable[[], Iterable[Measured]]


def side_by_side(
    what: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int = 7,
    lasting: float = 2.0,
    goal: float | None = None,
) -> Measured:
    """Time two functions in turns, so that a busy machine is slow for both; each runs once before, unmeasured.

    Args:
        what: what is measured, in a few words.
        ours: what warmtui does.
        floor: what it is held against.
        rounds: at least so many turns of both.
        lasting: and at least so many seconds in all: what is quick is timed more often.
        goal: the largest ratio that is good enough, where it is not the benchmark's.
    """
    ours()
    floor()
    end = perf_counter() + lasting
    pairs: list[tuple[float, float]] = []
    while len(pairs) < rounds or perf_counter() < end:
        pairs.append((_seconds(ours), _seconds(floor)))
    return Measured(what, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), goal)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()  # the garbage of one is not swept at the other's cost; while they run it is, as in the app
    start = perf_counter()
    work()
    return perf_counter() - start
