"""What benchmarks found, as lines of text."""

from __future__ import annotations

from math import isinf
from statistics import median

from tests.benchmarks.benchmark import Benchmark, Measured

HEADER = f"{'benchmark':<12}{'measured on':<36}{'ratio':>7}{'goal':>8}{'ours':>12}{'floor':>12}"


def line(benchmark: Benchmark, measured: Measured) -> str:
    """Return the line of one measurement: its ratio against the goal, and both medians."""
    goal = benchmark.goal if measured.goal is None else measured.goal
    shown = "" if isinf(goal) else f"≤ {goal:g}"
    figure = _memory if measured.unit == "B" else _time
    medians = f"{figure(median(measured.ours)):>12}{figure(median(measured.floor)):>12}"
    missed = "" if measured.ratio <= goal else "  missed"
    return f"{benchmark.name:<12}{measured.what:<36}{measured.ratio:>7.2f}{shown:>8}{medians}{missed}"


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds >= 0.001 else f"{seconds * 1_000_000:.1f} µs"


def _memory(size: float) -> str:
    return f"{size / 1_000_000:.0f} MB"
