"""What a person of Hermes has today, on the same store: its own commands about past sessions, as whole processes.

They answer other questions, so nothing is asked of the ratios. Hermes reads a copy of its own, because it writes
into what it opens. It is found where WARMTUI_TEST_HERMES names the Python of its environment.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path

from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side
from tests.benchmarks.processes import MESSAGES, MODULE, SESSIONS, Home, new_home, warm_home

_OURS = (*MODULE, "sessions", "--limit", "20")
# Insights of the last month would be of nothing: the store is made of the same days every time.
_THEIRS = {"insights": ("insights", "--days", "36500"), "sessions list": ("sessions", "list")}


def measure() -> Iterator[Measured]:
    """Measure our ranking, from a full catalog and from none, against each of Hermes' commands."""
    hermes = Path(os.environ.get("WARMTUI_TEST_HERMES", "")).with_name("hermes")
    if not hermes.is_file():
        print("users-today: needs an environment with hermes-agent: set WARMTUI_TEST_HERMES", file=sys.stderr)
        return
    warm = warm_home(SESSIONS, MESSAGES)
    cold = new_home("cold", warm.store)
    theirs = _home_of_hermes(warm.store)
    ours: dict[str, Callable[[], object]] = {"warm": partial(warm.run, _OURS), "cold": partial(_cold, cold)}
    for name, command in _THEIRS.items():
        for state, run in ours.items():
            yield side_by_side(f"{state}, hermes {name}", run, partial(theirs.run, (str(hermes), *command)), rounds=5)


def _cold(home: Home) -> None:
    """Rank with a catalog that has to be made first."""
    shutil.rmtree(home.folder)
    home.folder.mkdir()
    home.run(_OURS)


def _home_of_hermes(store: Path) -> Home:
    home = new_home("of-hermes", store)
    (home.folder / ".hermes").mkdir()
    shutil.copyfile(store, home.folder / ".hermes" / "state.db")
    return home


BENCHMARK = Benchmark(
    name="users-today",
    statement="warmtui sessions --limit 20, against what Hermes itself offers on the same store.",
    goal=inf,
    measure=measure,
)
