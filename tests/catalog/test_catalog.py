"""The catalog: what it keeps, how it ranks, and what a refresh reads."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.catalog.shelves import Shelf, ranked
from tests.conversations import FAILED, OK, Talk
from warmtui.catalog.index import Catalog
from warmtui.catalog.query import QueryError
from warmtui.catalog.refresh import Progress, refresh, store_key
from warmtui.profiling.proficiency import DEFAULT_BASELINE
from warmtui.profiling.profiler import analyze
from warmtui.profiling.summary import summarize


def test_the_ranking_is_best_first_and_what_has_no_score_comes_last(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    assert ranked(catalog, shelf) == ["good", "bad", "talk"]
    rows = catalog.rows({store_key(shelf): "shelf"})
    assert rows[2].score is None
    assert rows[2].error_rate is None
    assert (rows[1].errors, rows[1].eligible, rows[1].error_rate) == (8, 8, 1.0)
    assert rows[0].to_dict()["store"] == "shelf"


def test_a_second_refresh_reads_nothing_and_a_changed_session_alone_is_read_again(
    catalog: Catalog, shelf: Shelf
) -> None:
    assert refresh(catalog, [shelf]).profiled == 3
    shelf.read.clear()
    again = refresh(catalog, [shelf])
    assert (again.profiled, again.unchanged, shelf.read) == (0, 3, [])
    shelf.marks["bad"] = "2"
    assert refresh(catalog, [shelf]).profiled == 1
    assert shelf.read == ["bad"]


def test_sessions_that_are_gone_vanish_with_their_calls(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    shelf.forget("bad")
    assert refresh(catalog, [shelf]).removed == 1
    assert ranked(catalog, shelf) == ["good", "talk"]
    assert ranked(catalog, shelf, "tool:terminal") == []


def test_a_store_that_cannot_be_read_is_reported_and_its_rows_stay(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    shelf.is_broken = True
    report = refresh(catalog, [shelf])
    assert report.problems == (f"{shelf.path} cannot be read.",)
    assert len(ranked(catalog, shelf)) == 3


def test_a_cancelled_refresh_keeps_what_it_did_and_goes_on_later(catalog: Catalog, shelf: Shelf) -> None:
    seen: list[Progress] = []
    report = refresh(catalog, [shelf], progress=seen.append, cancelled=lambda: len(seen) == 1)
    assert (report.cancelled, report.profiled) == (True, 1)
    assert (seen[0].done, seen[0].total) == (1, 3)
    assert refresh(catalog, [shelf]).profiled == 2


def test_scores_are_those_of_the_learned_baseline_and_the_same_for_an_analysis(catalog: Catalog, shelf: Shelf) -> None:
    key = store_key(shelf)
    assert catalog.baseline(key) is DEFAULT_BASELINE
    refresh(catalog, [shelf])
    baseline = catalog.baseline(key)
    assert baseline.version != "default"
    for row in catalog.rows({key: "shelf"}):
        assert analyze(shelf.held[row.lineage_id], baseline=baseline).proficiency_score == row.score


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["good", "bad", "talk"]),
        ("good", ["good"]),
        ("tool:patch", ["good"]),
        ("-tool:patch", ["bad", "talk"]),
        ("score>0.6", ["good"]),
        ("errors>=8", ["bad"]),
        ("calls=0", ["talk"]),
        ("calls:0", ["talk"]),
        ('"Hand-written" messages<5', ["talk"]),
        ("corrections>0", ["bad"]),
        ("source:cli title:hand", ["good", "bad", "talk"]),
        ("100%", []),
        ("-score>0", ["talk"]),
    ],
)
def test_queries(catalog: Catalog, shelf: Shelf, query: str, found: list[str]) -> None:
    refresh(catalog, [shelf])
    assert ranked(catalog, shelf, query) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [("scroe>1", "there is no scroe"), ("score>high", "high is no number"), ("title>3", "title is text")],
)
def test_a_term_that_makes_no_sense_is_named(catalog: Catalog, shelf: Shelf, query: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        ranked(catalog, shelf, query)


def test_an_unknown_sort_key_is_named(catalog: Catalog, shelf: Shelf) -> None:
    with pytest.raises(QueryError, match="cannot be sorted by"):
        ranked(catalog, shelf, sort="luck; DROP TABLE sessions")


def test_limit_and_sort(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    assert ranked(catalog, shelf, sort="messages", limit=1) == ["bad"]


def test_a_damaged_file_is_built_anew_with_a_notice(tmp_path: Path, shelf: Shelf) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 50)
    catalog = Catalog.open(path)
    assert "built anew" in catalog.notice
    assert refresh(catalog, [shelf]).profiled == 3
    catalog.close()


def test_a_file_of_another_version_is_built_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 999")
    other.close()
    catalog = Catalog.open(path)
    assert "built anew" in catalog.notice
    catalog.close()


def test_where_nothing_can_be_written_the_catalog_lives_in_memory_and_says_so(tmp_path: Path, shelf: Shelf) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    catalog = Catalog.open(blocked / "catalog.db")
    assert "not kept" in catalog.notice
    assert refresh(catalog, [shelf]).profiled == 3
    catalog.close()


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "catalog.db"
    Catalog.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if os.name == "posix":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("query", ["\udcff", "title:\udcff", "tool:\udcff", "-\udcff x", "\udcff:1"])
def test_a_query_may_hold_any_byte(catalog: Catalog, shelf: Shelf, query: str) -> None:
    refresh(catalog, [shelf])
    assert "good" not in ranked(catalog, shelf, query)


def test_a_store_may_lie_at_any_path(catalog: Catalog, shelf: Shelf) -> None:
    shelf.path = shelf.path / os.fsdecode(b"\xff")
    assert refresh(catalog, [shelf]).profiled == 3
    assert refresh(catalog, [shelf]).unchanged == 3
    assert ranked(catalog, shelf) == ["good", "bad", "talk"]
    assert store_key(shelf).endswith(r"\xff")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("x" * 60_000, "may have 2,000 characters, this one has 60,000"),
        ("-" * 2_001, "may have 2,000 characters"),
        ("w " * 101, "may have 100 terms"),
        (" ".join(["calls>1"] * 101), "may have 100 terms"),
    ],
    ids=["one word", "no word", "words", "numbers"],
)
def test_a_query_that_is_too_long_says_so(catalog: Catalog, shelf: Shelf, query: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        ranked(catalog, shelf, query)


def test_the_longest_queries_are_answered(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    assert ranked(catalog, shelf, "%" * 2_000) == []
    assert ranked(catalog, shelf, "-x " * 100) == ["good", "bad", "talk"]
    assert ranked(catalog, shelf, "-tool:zz " * 100) == ["good", "bad", "talk"]


def test_failures_in_a_call_table_are_those_of_the_session(catalog: Catalog, shelf: Shelf) -> None:
    shelf.held["x"] = Talk("x").ask("go").call("patch", {"path": "a"}, FAILED).call("patch", {"path": "a"}, OK).end()
    shelf.marks["x"] = "1"
    refresh(catalog, [shelf])
    [row] = catalog.rows({store_key(shelf): "shelf"}, "id:x")
    assert (row.calls, row.failed, row.ok, row.recovered, row.episodes) == (2, 1, 1, 1, 1)


def test_the_mark_of_a_store_is_kept_only_while_every_row_is_of_that_state(catalog: Catalog, shelf: Shelf) -> None:
    key = store_key(shelf)
    shelf.mark = lambda: "now"  # type: ignore[method-assign]
    refresh(catalog, [shelf])
    assert catalog.mark(key) == "now"
    shelf.read.clear()
    shelf.marks["bad"] = "2"
    assert refresh(catalog, [shelf]).unchanged == 3, "the files say that nothing changed"
    older = summarize(shelf.conversation("good"))
    catalog.put(key, older, "what another program had read before")
    assert catalog.mark(key) == ""
    refresh(catalog, [shelf])
    assert (catalog.fingerprints(key), catalog.mark(key)) == (dict(shelf.fingerprints()), "now")


def test_a_refresh_that_was_stopped_keeps_no_mark(catalog: Catalog, shelf: Shelf) -> None:
    shelf.mark = lambda: "now"  # type: ignore[method-assign]
    assert refresh(catalog, [shelf], cancelled=lambda: True).cancelled
    assert catalog.mark(store_key(shelf)) == ""
