"""Reading and profiling every session of a store, against the same floor as reading alone, in one process.

Profiling is `summarize`: what the catalog keeps of every session, every call judged, every episode followed to its
end, every correction found and all that the score is made of counted. The analysis is what opening a session shows:
the same, and every pattern with its evidence, the context markers and the score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side
from tests.benchmarks.reading import floor, stores
from warmtui.profiling.profiler import analyze
from warmtui.profiling.summary import summarize
from warmtui.sessions.formats.hermes import HermesStore

_AGAINST = "against a bare SELECT of their rows and the parsing of the JSON in them."


def measure(work: Callable[[HermesStore], int]) -> Iterator[Measured]:
    """Measure on each store."""
    return (measured(what, path, work) for what, path in stores())


def measured(what: str, path: Path, work: Callable[[HermesStore], int]) -> Measured:
    with HermesStore(path) as store:
        return side_by_side(what, partial(work, store), partial(floor, path))


def summarize_all(store: HermesStore) -> int:
    """Summarise every conversation of a store, one after the other; return how many calls they had."""
    return sum(len(summarize(conversation).calls) for conversation in store.conversations())


def analyze_all(store: HermesStore) -> int:
    """Analyse every conversation of a store, one after the other; return how many calls they had."""
    return sum(len(analyze(conversation).calls) for conversation in store.conversations())


BENCHMARK = Benchmark(
    name="profiling",
    statement=f"reading all sessions and finding what the catalog keeps of each (`summarize`), {_AGAINST}",
    goal=5.0,
    measure=partial(measure, summarize_all),
)
ANALYSIS = Benchmark(
    name="analysis",
    statement="reading all sessions and finding all that opening one shows, patterns and evidence (`analyze`), "
    f"{_AGAINST}",
    goal=8.0,
    measure=partial(measure, analyze_all),
)
