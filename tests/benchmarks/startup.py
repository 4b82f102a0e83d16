"""Commands as whole processes, against a process that imports click and pydantic and does nothing with them.

All of them are at home where the catalog knows the whole store, nothing has changed since, and five templates are
saved. The floor is nothing warmtui has to do: it is what two of its libraries cost everybody who imports them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side
from tests.benchmarks.processes import MODULE, SCRIPT, Home, python, warm_home

GOALS: dict[tuple[str, ...], float] = {
    ("--version",): 1.5,
    ("list-templates",): 2.0,
    ("sessions", "--limit", "20"): 2.5,
}
"""What is typed, and the largest ratio that is good enough for it."""

_FLOOR = python("import click, pydantic")


def measure() -> Iterator[Measured]:
    """Measure each command as a module and as the installed script."""
    home = warm_home()
    for arguments in GOALS:
        yield measured(home, MODULE, arguments)
        yield measured(home, SCRIPT, arguments)


def measured(home: Home, program: Sequence[str], arguments: tuple[str, ...], *, rounds: int = 15) -> Measured:
    """Measure one command."""
    shown = "warmtui" if program is SCRIPT else "-m warmtui"
    return side_by_side(
        f"{shown} {' '.join(arguments)}",
        partial(home.run, (*program, *arguments)),
        partial(home.run, _FLOOR),
        rounds=rounds,
        goal=GOALS[arguments],
    )


BENCHMARK = Benchmark(
    name="startup",
    statement='a command as a whole process, against python -c "import click, pydantic".',
    goal=max(GOALS.values()),
    measure=measure,
)
