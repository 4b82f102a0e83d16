"""Run all benchmarks, or those that are named."""

from __future__ import annotations

import sys

from tests.benchmarks import first_paint, growth, memory, profiling, reading, startup, users_today
from tests.benchmarks.benchmark import Benchmark
from tests.benchmarks.table import HEADER, line

BENCHMARKS: tuple[Benchmark, ...] = (
    reading.BENCHMARK,
    profiling.BENCHMARK,
    profiling.ANALYSIS,
    startup.BENCHMARK,
    first_paint.BENCHMARK,
    memory.BENCHMARK,
    growth.BENCHMARK,
    users_today.BENCHMARK,
)


def main(names: list[str]) -> int:
    known = {benchmark.name: benchmark for benchmark in BENCHMARKS}
    if not set(names) <= known.keys():
        print(f"usage: python -m tests.benchmarks [{' | '.join(known)}] …", file=sys.stderr)
        return 2
    chosen = [known[name] for name in dict.fromkeys(names)] or list(BENCHMARKS)
    print(HEADER)
    for benchmark in chosen:
        for measured in benchmark.measure():
            print(line(benchmark, measured), flush=True)
    print()
    for benchmark in chosen:
        print(f"{benchmark.name}: {benchmark.statement}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
