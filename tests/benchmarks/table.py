"""What benchmarks found, as lines of text."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.benchmark import Benchmark, Measured

HEADER = f"{'benchmark':<12}{'measured on':<36}{'ratio':>7}{'goal':>8}{'ours':>12}{'floor':>12}"


def line(benchmark: Benchmark, measured: Measured) -> str:
    """Return the line of one measurement: its ratio against the goal, and both medians."""
    goal = f"≤ {benchmark.goal:g}"
    medians = f"{_time(median(measured.ours)):>12}{_time(median(measured.floor)):>12}"
    missed = "" if measured.ratio <= benchmark.goal else "  missed"
    return f"{benchmark.name:<12}{measured.what:<36}{measured.ratio:>7.2f}{goal:>8}{medians}{missed}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
