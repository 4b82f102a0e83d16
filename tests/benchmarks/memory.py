"""How much memory filling the catalog takes, at most, against a limit; processes that it starts are counted in."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.benchmark import Benchmark, Measured
from tests.benchmarks.filling import Filled, fill
from tests.benchmarks.growth import sizes
from tests.benchmarks.stores import hermes_store

LIMIT = 300_000_000


def measure() -> Iterator[Measured]:
    """Measure with the small store and with the large one: memory is not to grow with a store."""
    for sessions, messages in sizes():
        peak = together(fill(hermes_store(sessions, messages)))
        yield Measured(f"{sessions:,} sessions, {messages:,} messages", (peak,), (LIMIT,), unit="B")


def together(filled: Filled) -> int:
    """Return the memory of the process and of the largest it started."""
    return filled.peak + filled.peak_of_child


BENCHMARK = Benchmark(
    name="memory",
    statement="the most memory that filling a catalog takes, against 300 MB.",
    goal=1.0,
    measure=measure,
)
