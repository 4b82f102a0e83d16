"""Reading and profiling every session of a store, against the same floor as reading alone.

What is measured is the whole analysis of each session, with every pattern and its evidence, in one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side
from tests.benchmarks.reading import floor, stores
from warmtui.profiling.profiler import analyze
from warmtui.sessions.formats.hermes import HermesStore


def measure() -> Iterator[Measured]:
    """Measure on each store."""
    for what, path in stores():
        with HermesStore(path) as store:
            yield side_by_side(what, partial(profile, store), partial(floor, path))


def profile(store: HermesStore) -> int:
    """Analyse every conversation of a store, one after the other; return how many calls they had."""
    return sum(len(analyze(conversation).calls) for conversation in store.conversations())


BENCHMARK = Benchmark(
    name="profiling",
    statement="reading and profiling all sessions, against a bare SELECT and the parsing of its JSON.",
    goal=5.0,
    measure=measure,
)
