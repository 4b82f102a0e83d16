from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from tests.benchmarks import growth, users_today
from tests.benchmarks.benchmark import Benchmark, Measured
from tests.benchmarks.filling import fill
from tests.benchmarks.first_paint import until_painted
from tests.benchmarks.processes import Home, python
from tests.benchmarks.stores import hermes_store
from tests.benchmarks.table import line

NOTHING = Benchmark("told", "", inf, list)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, tmp_path / "none.db")


def test_what_a_process_prints_is_returned_and_its_failure_is_told(home: Home) -> None:
    assert home.run(python("import os; print(os.environ['HOME'])")) == f"{home.folder}\n"
    with pytest.raises(RuntimeError, match="ended with 3: no such thing"):
        home.run(python("import sys; sys.stderr.write('no such thing'); sys.exit(3)"))


def test_a_program_is_timed_until_it_paints_and_then_ended(home: Home) -> None:
    waits = python("import time; print('soon', flush=True); time.sleep(600)")
    assert until_painted(home, waits, "soon") < 60


def test_a_program_that_ends_before_it_paints_says_what_it_painted(home: Home) -> None:
    with pytest.raises(RuntimeError, match="ended before b'picture' was painted: b'oh no"):
        until_painted(home, python("print('oh no')"), "picture")


def test_what_is_only_told_has_no_goal_and_a_series_may_have_its_own() -> None:
    assert line(NOTHING, Measured("a store", (9.0,), (1.0,))).split() == "told a store 9.00 9.00 s 1.00 s".split()
    own = line(NOTHING, Measured("a store", (9.0,), (1.0,), goal=2.0))
    assert own.split() == "told a store 9.00 ≤ 2 9.00 s 1.00 s missed".split()


def test_memory_is_shown_in_megabytes_and_little_time_in_microseconds() -> None:
    assert line(NOTHING, Measured("memory", (150e6,), (300e6,), unit="B")).split()[2:] == "0.50 150 MB 300 MB".split()
    assert line(NOTHING, Measured("message", (2e-5,), (1e-5,))).split()[2:] == "2.00 20.0 µs 10.0 µs".split()


def test_filling_a_catalog_is_measured_whole_in_a_process_of_its_own() -> None:
    made = hermes_store(20, 200)
    filled = fill(made)
    assert filled.profiled == made.planned.conversations
    assert filled.seconds > 0
    assert filled.peak > 10_000_000, "an interpreter alone takes as much"


def test_the_large_store_can_be_made_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARMTUI_TEST_GROWTH", raising=False)
    assert growth.sizes() == (growth.SMALL, growth.LARGE)
    monkeypatch.setenv("WARMTUI_TEST_GROWTH", "54000,1600000")
    assert growth.sizes() == (growth.SMALL, (54_000, 1_600_000))


def test_without_hermes_there_is_a_sentence_and_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMTUI_TEST_HERMES", "/nowhere/bin/python")
    assert list(users_today.measure()) == []
    assert "set WARMTUI_TEST_HERMES" in capsys.readouterr().err
