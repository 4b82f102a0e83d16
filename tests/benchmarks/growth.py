"""What a message costs in a large store, against what it costs in a small one, when the catalog is filled.

How large is said by WARMTUI_TEST_GROWTH, as ``54000,1600000``: sessions and messages, which takes minutes to make
and gigabytes of disk. Without it the store is four times the small one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from tests.benchmarks.benchmark import Benchmark, Measured
from tests.benchmarks.filling import fill
from tests.benchmarks.stores import MadeStore, hermes_store

SMALL = 1_000, 40_000
LARGE = 4_000, 160_000
_ROUNDS = 3


def sizes() -> tuple[tuple[int, int], tuple[int, int]]:
    """Return sessions and messages of the small store and of the large one."""
    named = os.environ.get("WARMTUI_TEST_GROWTH")
    if not named:
        return SMALL, LARGE
    sessions, messages = map(int, named.split(","))
    return SMALL, (sessions, messages)


def measure() -> Iterator[Measured]:
    """Measure the large store in turns with the small one; a store that takes minutes, once."""
    small, large = sizes()
    yield measured(hermes_store(*small), hermes_store(*large), rounds=_ROUNDS if large[1] <= LARGE[1] else 1)


def measured(small: MadeStore, large: MadeStore, *, rounds: int) -> Measured:
    """Measure two stores: the small one before and after the large one, so that a machine that slows down shows."""
    per_message = [seconds_a_message(small)]
    per_message_of_large: list[float] = []
    for _ in range(rounds):
        per_message_of_large.append(seconds_a_message(large))
        per_message.append(seconds_a_message(small))
    what = f"{large.planned.sessions:,} to {small.planned.sessions:,} sessions"
    return Measured(what, tuple(per_message_of_large), tuple(per_message))


def seconds_a_message(made: MadeStore) -> float:
    """Fill a catalog from a store; return the seconds a message took."""
    return fill(made).seconds / made.planned.messages


BENCHMARK = Benchmark(
    name="growth",
    statement="filling a catalog from a large store, against a small one, a message.",
    goal=1.15,
    measure=measure,
)
