from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks.benchmark import Benchmark, Measured, side_by_side


def measure() -> Iterator[Measured]:
    yield Measured("a store", ours=(0.3, 9.0, 0.2), floor=(0.1, 0.2, 0.1))


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = (Benchmark("good", "One thing.", 3.0, measure), Benchmark("bad", "Another.", 2.9, measure))
    monkeypatch.setattr(command, "BENCHMARKS", made_up)


def test_each_line_has_the_ratio_of_the_medians_the_goal_and_both_medians(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    good, bad = capsys.readouterr().out.splitlines()[1:3]
    assert good.split() == "good a store 3.00 ≤ 3 300.0 ms 100.0 ms".split()
    assert bad.split() == "bad a store 3.00 ≤ 2.9 300.0 ms 100.0 ms missed".split()


def test_single_ones_are_run_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["bad"]) == 0
    out = capsys.readouterr().out
    assert "Another." in out and "One thing." not in out


def test_an_unknown_name_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["wrong"]) == 2
    assert "good | bad" in capsys.readouterr().err


def test_the_two_take_turns_after_one_round_that_is_not_counted() -> None:
    ran: list[str] = []
    found = side_by_side("lists", lambda: ran.append("ours"), lambda: ran.append("floor"), rounds=5, lasting=0)
    assert ran == ["ours", "floor"] * 6
    assert len(found.ours) == len(found.floor) == 5
