"""One catalog file and several programs: at once, one after the other, and one that was killed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.catalog.shelves import Shelf, bad, good
from warmtui.catalog.index import Catalog
from warmtui.catalog.models import SessionRow
from warmtui.catalog.refresh import Progress, refresh, store_key
from warmtui.profiling.profiler import analyze
from warmtui.profiling.summary import summarize


def assert_scored_by_one_baseline(catalog: Catalog, shelf: Shelf) -> None:
    """Every row has the score that an analysis by the store's baseline gives."""
    key = store_key(shelf)
    baseline = catalog.baseline(key)
    for row in catalog.rows({key: "shelf"}):
        assert row.score == analyze(shelf.held[row.lineage_id], baseline=baseline).proficiency_score


def scores_of_a_lone_refresh(path: Path, shelf: Shelf) -> list[SessionRow]:
    catalog = Catalog.open(path)
    refresh(catalog, [shelf])
    rows = catalog.rows({store_key(shelf): "shelf"})
    catalog.close()
    return rows


def test_two_programs_that_refresh_one_file_at_once_get_the_scores_of_one(tmp_path: Path) -> None:
    held = [*(good(f"good{number}", number + 1) for number in range(6)), *(bad(f"bad{number}") for number in range(6))]
    shelves = [Shelf(tmp_path / "shelf", held) for _ in range(2)]
    expected = scores_of_a_lone_refresh(tmp_path / "alone.db", shelves[0])
    step = Barrier(2)  # both read each session at the same time, so that they write at the same time, too

    def program(shelf: Shelf) -> list[SessionRow]:
        shelf.on_read = lambda _: step.wait(timeout=10)
        return scores_of_a_lone_refresh(tmp_path / "shared.db", shelf)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(program, shelves)) == [expected, expected]


def test_what_another_program_adds_after_our_refresh_never_mixes_baselines(tmp_path: Path, shelf: Shelf) -> None:
    ours, other = Catalog.open(tmp_path / "c.db"), Catalog.open(tmp_path / "c.db")
    steps: list[Progress] = []

    def between_its_sessions(progress: Progress) -> None:
        steps.append(progress)
        if progress.done == 1:
            refresh(ours, [shelf])
        assert_scored_by_one_baseline(ours, shelf)

    refresh(other, [shelf], progress=between_its_sessions)
    assert len(steps) == 3
    assert_scored_by_one_baseline(ours, shelf)
    ours.close()
    other.close()


@pytest.mark.parametrize("is_cold", [True, False])
def test_the_scores_of_a_program_that_was_killed_before_its_end_are_put_right(
    tmp_path: Path, shelf: Shelf, is_cold: bool
) -> None:
    expected = scores_of_a_lone_refresh(tmp_path / "alone.db", shelf)
    key = store_key(shelf)
    killed = Catalog.open(tmp_path / "c.db")
    if not is_cold:
        killed.put(key, summarize(shelf.held["good"]), "1")
        killed.rescore(key)
    for lineage_id, conversation in shelf.held.items():
        killed.put(key, summarize(conversation), shelf.marks[lineage_id])
    killed.close()
    catalog = Catalog.open(tmp_path / "c.db")
    assert_scored_by_one_baseline(catalog, shelf)
    report = refresh(catalog, [shelf])
    assert (report.profiled, report.unchanged) == (0, 3)
    assert catalog.rows({key: "shelf"}) == expected
    assert_scored_by_one_baseline(catalog, shelf)
    catalog.close()


def test_the_scores_of_a_program_that_was_killed_after_it_forgot_sessions_are_put_right(
    tmp_path: Path, catalog: Catalog, shelf: Shelf
) -> None:
    refresh(catalog, [shelf])
    shelf.forget("bad")
    catalog.remove(store_key(shelf), ["bad"])
    assert refresh(catalog, [shelf]).removed == 0
    assert catalog.rows({store_key(shelf): "shelf"}) == scores_of_a_lone_refresh(tmp_path / "alone.db", shelf)


def test_a_refresh_with_nothing_to_do_writes_nothing(tmp_path: Path, shelf: Shelf) -> None:
    catalog = Catalog.open(tmp_path / "c.db")
    refresh(catalog, [shelf])
    with sqlite3.connect(tmp_path / "c.db") as other:
        other.execute("BEGIN IMMEDIATE")
        assert refresh(catalog, [shelf]).unchanged == 3
    other.close()
    catalog.close()


def test_a_file_that_two_programs_make_at_once_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    class Hasty(sqlite3.Connection):
        """Refuses the first switch to WAL, as SQLite does where another program is about to switch."""

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if "journal_mode" in sql and not refused:
                refused.append(sql)
                raise sqlite3.OperationalError("database is locked")
            return super().execute(sql, *parameters)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Hasty))
    catalog = Catalog.open(tmp_path / "c.db")
    assert (catalog.notice, len(refused)) == ("", 1)
    catalog.close()
