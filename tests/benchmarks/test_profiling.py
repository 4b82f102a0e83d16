from __future__ import annotations

import pytest

from tests.benchmarks.profiling import BENCHMARK, measured, summarize_all
from tests.benchmarks.stores import hermes_store

# A machine that does other things at the same time is no reason to fail; what became half as slow again is.
LENIENCE = 1.5
TRIES = 3


@pytest.mark.long
def test_profiling_costs_no_multiple_of_the_bare_select() -> None:
    path = hermes_store(200, 8_000).path
    ratios: list[float] = []
    while len(ratios) < TRIES and min(ratios, default=BENCHMARK.goal * LENIENCE + 1) > BENCHMARK.goal * LENIENCE:
        ratios.append(measured("200 sessions, 8,000 messages", path, summarize_all).ratio)
    assert min(ratios) <= BENCHMARK.goal * LENIENCE, ratios
