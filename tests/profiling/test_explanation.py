"""The score's sum, recomputed by hand."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import FAILED, OK, Talk
from warmtui import plain
from warmtui.profiling.explanation import ScoreTable, score_table
from warmtui.profiling.models import ScoreCounts, SessionAnalysis
from warmtui.profiling.proficiency import WEIGHTS, Baseline, score
from warmtui.profiling.profiler import analyze

BASELINE = Baseline(success=0.8, recovery=0.5, economy=0.9, guidance=0.9, closure=0.8, tools={"patch": 0.4})


def worked_on() -> SessionAnalysis:
    talk = Talk().ask("fix the test in app.py").call("patch", {"path": "app.py", "old": "b"}, FAILED)
    talk.call("patch", {"path": "app.py", "old": "b"}, FAILED).call("read_file", {"path": "app.py"}, OK)
    talk.call("patch", {"path": "app.py", "old": "a"}, OK).say("done.").ask("no, not that test").call("run", {}, FAILED)
    return analyze(talk.ask("thanks").end(), baseline=BASELINE)


def test_every_row_can_be_recomputed_by_hand() -> None:
    found = worked_on()
    table = found.explain()
    by_name = {row.component: row for row in table.rows}
    assert list(by_name) == list(WEIGHTS)
    # Five calls: two of patch failed, at half the weight (0.4 of 0.8), and one of a tool nobody knows.
    assert (by_name["success"].good, by_name["success"].total) == (2, 5)
    assert by_name["success"].faults == pytest.approx(2 * 0.5 + 1)
    assert (by_name["recovery"].good, by_name["recovery"].total, by_name["recovery"].faults) == (1, 2, 1)
    assert (by_name["economy"].good, by_name["economy"].total, by_name["economy"].faults) == (4, 5, 1)
    assert (by_name["guidance"].good, by_name["guidance"].total, by_name["guidance"].faults) == (1, 2, 1)
    assert (by_name["closure"].good, by_name["closure"].total, by_name["closure"].faults) == (0, 1, 1)
    for row in table.rows:
        by_hand = (row.total - row.faults + row.strength * row.prior) / (row.total + row.strength)
        assert row.value == pytest.approx(by_hand, abs=1e-12)
        assert row.weight == pytest.approx(WEIGHTS[row.component], abs=1e-12)
        assert row.contribution == pytest.approx(row.weight * by_hand, abs=1e-12)
    assert table.total == pytest.approx(sum(row.contribution for row in table.rows), abs=1e-12)
    assert table.total == pytest.approx(found.proficiency_score, abs=1e-9)


def test_what_is_missing_has_a_row_that_says_so_and_adds_nothing() -> None:
    table = analyze(Talk().ask("go").call("read", {}, OK).end()).explain()
    missing = [row for row in table.rows if row.value is None]
    assert [row.component for row in missing] == ["recovery", "guidance"]
    assert {(row.total, row.weight, row.contribution) for row in missing} == {(0, 0, 0)}
    assert missing[0].counted == "no error to recover from"
    assert sum(row.weight for row in table.rows) == pytest.approx(1)


def test_without_calls_there_is_a_table_and_no_total() -> None:
    table = analyze(Talk().ask("go").say("done").end()).explain()
    assert (table.total, table.thin, len(table.rows)) == (None, True, 5)
    assert "no calls" in plain.explanation(table)


def test_it_is_printed_row_by_row_and_stands_in_the_json_when_asked_for() -> None:
    found = worked_on()
    printed = plain.analysis(found, explain=True)
    for row in found.explain().rows:
        assert row.value is not None
        [line] = [line for line in printed.splitlines() if line.startswith(f"{row.component}  ")]
        assert row.counted in line
        assert line.split()[-3:] == [f"{row.value:.3f}", f"{row.weight:.3f}", f"{row.contribution:.3f}"]
    assert "prior × strength" not in plain.analysis(found)
    data = orjson.loads(orjson.dumps(found.to_dict(explain=True)))
    assert ScoreTable.model_validate(data["explanation"]) == found.explain()
    assert "explanation" not in found.to_dict()
    assert SessionAnalysis.from_dict(data) == found


small = st.integers(0, 30)


@given(small, small, small, small, small, small, st.booleans())
def test_the_rows_always_come_to_the_score(
    ok: int, bad: int, hard: int, wasted: int, corrections: int, turns: int, closed: bool
) -> None:
    attempts = ok + bad + hard
    counts = ScoreCounts(
        tools={"a": (ok, ok + bad), "patch": (0, hard)},
        recovered=bad // 2,
        episodes=bad,
        wasted=min(wasted, attempts),
        attempts=attempts,
        corrections=corrections,
        turns=turns,
        closed=closed if attempts else None,
    )
    found = score(counts, BASELINE)
    table = score_table(found)
    if found.value is None:
        assert table.total is None
    else:
        assert table.total == pytest.approx(found.value, abs=1e-9)
