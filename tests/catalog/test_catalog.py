"""The catalog: what it keeps, how it ranks, and what a refresh reads."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from types import TracebackType
from typing import Any, Self

import pytest

from tests.conversations import FAILED, OK, Talk
from tests.sessions.hermes_files import add_session, add_talk, create
from warmtui.catalog.index import Catalog
from warmtui.catalog.models import SessionRow
from warmtui.catalog.query import QueryError
from warmtui.catalog.refresh import Progress, refresh, store_key
from warmtui.errors import NotFoundError, SourceError
from warmtui.profiling.models import SessionAnalysis
from warmtui.profiling.proficiency import DEFAULT_BASELINE
from warmtui.profiling.profiler import analyze
from warmtui.sessions.models import Conversation, Session
from warmtui.sessions.opening import open_store


class Shelf:
    """A store in memory that counts what is read from it."""

    def __init__(self, path: Path, conversations: Sequence[Conversation]) -> None:
        self.path = path
        self.name = "shelf"
        self.format = "tests"
        self.held = {one.session.lineage_id: one for one in conversations}
        self.marks = dict.fromkeys(self.held, "1")
        self.read: list[str] = []
        self.is_broken = False
        self.wrong: dict[str, Exception] = {}  # what reading a session raises
        self.on_read: Callable[[str], object] = self.read.append

    def sessions(self) -> Sequence[Session]:
        return [one.session for one in self.held.values()]

    def fingerprints(self) -> Mapping[str, str]:
        if self.is_broken:
            raise SourceError(f"{self.path} cannot be read.")
        return dict(self.marks)

    def conversation(self, session_id: str) -> Conversation:
        if session_id not in self.held:
            raise NotFoundError(f"no session {session_id}")
        self.on_read(session_id)
        if session_id in self.wrong:
            raise self.wrong[session_id]
        return self.held[session_id]

    def forget(self, session_id: str) -> None:
        del self.held[session_id], self.marks[session_id]

    def conversations(self, session_ids: Sequence[str] | None = None) -> Iterator[Conversation]:
        for session_id in self.held if session_ids is None else session_ids:
            yield self.conversation(session_id)

    def get_messages(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        return [message.to_dict() for message in self.conversation(session_id).messages]

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def good(session_id: str, calls: int = 8) -> Conversation:
    talk = Talk(session_id).ask("go")
    for number in range(calls):
        talk.call("patch", {"path": f"{number}.py"}, OK)
    return talk.say("done").end()


def bad(session_id: str) -> Conversation:
    talk = Talk(session_id).ask("go")
    for _ in range(8):
        talk.call("terminal", {"command": "make"}, '{"output": "no", "exit_code": 2}')
    return talk.ask("no, stop").end()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf", [bad("bad"), good("good"), Talk("talk").ask("hi").say("hi").end()])


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "cache" / "catalog.db")
    yield opened
    opened.close()


def ranked(catalog: Catalog, shelf: Shelf, query: str = "", **options: Any) -> list[str]:
    return [row.session_id for row in catalog.rows({store_key(shelf): "shelf"}, query, **options)]


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
        killed.put(key, analyze(shelf.held["good"]), "1")
        killed.rescore(key)
    for lineage_id, conversation in shelf.held.items():
        killed.put(key, analyze(conversation), shelf.marks[lineage_id])
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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SourceError("page 7 is damaged"), "shelf: session bad cannot be read: page 7 is damaged"),
        (TypeError("'<' not supported"), "shelf: session bad cannot be read: TypeError: '<' not supported"),
    ],
)
def test_a_session_that_cannot_be_read_is_named_and_the_others_are_profiled(
    catalog: Catalog, shelf: Shelf, error: Exception, said: str
) -> None:
    shelf.wrong["bad"] = error
    steps: list[Progress] = []
    report = refresh(catalog, [shelf], progress=steps.append)
    assert (report.profiled, report.problems) == (2, (said,))
    assert ranked(catalog, shelf) == ["good", "talk"]
    assert (steps[-1].done, steps[-1].total) == (3, 3)
    assert refresh(catalog, [shelf]).problems == (said,)
    shelf.wrong.clear()
    assert refresh(catalog, [shelf]).problems == ()
    assert ranked(catalog, shelf) == ["good", "bad", "talk"]


def test_a_session_that_cannot_be_profiled_is_named_logged_and_stops_no_other(
    catalog: Catalog, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(conversation: Conversation) -> SessionAnalysis:
        if conversation.session.session_id == "bad":
            raise ZeroDivisionError("a share of nothing")
        return analyze(conversation)

    monkeypatch.setattr("warmtui.catalog.refresh.analyze", broken)
    report = refresh(catalog, [shelf])
    assert report.problems == ("shelf: session bad cannot be profiled: ZeroDivisionError: a share of nothing",)
    assert ranked(catalog, shelf) == ["good", "talk"]
    assert "Traceback" in caplog.text


def test_many_sessions_that_cannot_be_read_are_counted_and_not_all_named(catalog: Catalog, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", [good(f"s{number:02}") for number in range(25)])
    shelf.wrong = dict.fromkeys(shelf.held, ValueError("odd"))
    problems = refresh(catalog, [shelf]).problems
    assert len(problems) == 21
    assert problems[-1] == "shelf: 5 more sessions cannot be read or profiled"


def test_a_store_that_breaks_while_it_is_read_is_one_problem_and_no_sessions_is(catalog: Catalog, shelf: Shelf) -> None:
    def breaks(session_id: str) -> None:
        if session_id == "good":
            shelf.is_broken = True
            raise SourceError("gone")

    shelf.on_read = breaks
    assert refresh(catalog, [shelf]).problems == (f"{shelf.path} cannot be read.",)
    assert ranked(catalog, shelf) == ["bad"]


def test_a_session_that_is_deleted_while_others_are_read_is_no_problem(catalog: Catalog, shelf: Shelf) -> None:
    def deletes(session_id: str) -> None:
        if session_id == "bad":
            shelf.forget("good")

    shelf.on_read = deletes
    report = refresh(catalog, [shelf])
    assert (report.profiled, report.problems) == (2, ())
    assert ranked(catalog, shelf) == ["bad", "talk"]


def test_odd_rows_of_a_real_store_hide_none_of_its_other_sessions(catalog: Catalog, tmp_path: Path) -> None:
    connection = create(tmp_path / "state.db")
    odd: list[str | bytes | None] = [None, None, b"bytes", b"\xff\xfe", "inf"]
    for session_id in (*odd, "fine"):
        add_session(connection, session_id, message_count=float("inf"))
        add_talk(connection, session_id, ["a", "b"])
    connection.close()
    with open_store(tmp_path / "state.db", name="odd") as store:
        report = refresh(catalog, [store])
        found = {row.session_id: row.messages for row in catalog.rows({store_key(store): store.name})}
    assert found == {"bytes": 2, "inf": 2, "fine": 2}
    assert [problem.partition(" cannot")[0] for problem in report.problems] == ["odd: session \ufffd\ufffd"]


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
