"""A session that cannot be read or profiled is named, and stops none of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.shelves import Shelf, good, ranked
from tests.sessions.hermes_files import add_session, add_talk, create
from warmtui.catalog.index import Catalog
from warmtui.catalog.refresh import Progress, refresh, store_key
from warmtui.errors import SourceError
from warmtui.profiling.summary import SessionSummary, summarize
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store


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
    def broken(conversation: Conversation) -> SessionSummary:
        if conversation.session.session_id == "bad":
            raise ZeroDivisionError("a share of nothing")
        return summarize(conversation)

    monkeypatch.setattr("warmtui.profiling.summary.summarize", broken)
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
