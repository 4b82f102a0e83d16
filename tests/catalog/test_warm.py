"""Which sessions began with a template: kept beside their rows, shown with them, and asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.catalog.shelves import Shelf
from warmtui.catalog.index import Catalog
from warmtui.catalog.query import QueryError
from warmtui.catalog.refresh import refresh, store_key
from warmtui.config import Settings
from warmtui.demo import create_demo_store
from warmtui.warmstart.hermes.journal import Journal
from warmtui.workspace import Workspace


def found(catalog: Catalog, shelf: Shelf, query: str) -> set[str]:
    return {row.lineage_id for row in catalog.rows({store_key(shelf): "shelf"}, query)}


def test_what_began_warm_says_so_and_is_found(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    key = store_key(shelf)
    catalog.note_warm(key, {"good": ("greeting", "abc", "started"), "bad": ("fixing", "def", "probably")}, "1")
    rows = {row.lineage_id: row.to_dict()["warm"] for row in catalog.rows({key: "shelf"})}
    assert rows == {
        "good": {"template_id": "greeting", "version": "abc", "certainty": "started"},
        "bad": {"template_id": "fixing", "version": "def", "certainty": "probably"},
        "talk": None,
    }
    assert found(catalog, shelf, "warm:greet") == {"good"}
    assert found(catalog, shelf, "-warm:greet") == {"bad", "talk"}
    assert found(catalog, shelf, "warm:yes") == found(catalog, shelf, "warm:") == {"good", "bad"}
    assert found(catalog, shelf, "warm:no") == {"talk"}
    assert found(catalog, shelf, "warm:started") == {"good"}
    assert found(catalog, shelf, "warm:probably calls>1") == {"bad"}
    with pytest.raises(QueryError, match="warm is text"):
        found(catalog, shelf, "warm>2")


def test_a_newer_note_takes_the_place_of_the_older(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    key = store_key(shelf)
    assert catalog.warm_mark(key) == ""
    catalog.note_warm(key, {"good": ("greeting", "abc", "started")}, "1")
    catalog.note_warm(key, {"bad": ("greeting", "abc", "started")}, "2")
    assert found(catalog, shelf, "warm:yes") == {"bad"}
    assert catalog.warm_mark(key) == "2"


def test_the_tools_of_the_open_stores_are_known(catalog: Catalog, shelf: Shelf) -> None:
    refresh(catalog, [shelf])
    assert "terminal" in catalog.tools([store_key(shelf)])
    assert catalog.tools(["another"]) == catalog.tools([]) == frozenset()


def test_the_journal_is_read_again_only_where_it_or_the_sessions_changed(tmp_path: Path) -> None:
    store = create_demo_store(tmp_path / "home")
    with closing(sqlite3.connect(store)) as connection:
        session_id, started = connection.execute(
            "SELECT id, started_at FROM sessions WHERE source = 'cli' ORDER BY started_at LIMIT 1"
        ).fetchone()
    settings = Settings(
        sources=(store,),
        template_dir=tmp_path / "templates",
        cache_dir=tmp_path / "cache",
        data_dir=tmp_path / "data",
        state_dir=tmp_path / "state_dir",
    )
    with Workspace.open(settings) as workspace:
        workspace.refresh()
        assert workspace.rows("warm:yes") == []
        Journal(tmp_path / "state_dir").note_session(
            session_id, home=store.parent, template_id="greeting", version="abc", how="start"
        )
        workspace.refresh()
        (row,) = workspace.rows("warm:greeting")
        assert row.started_at == started
        assert (row.warm_version, row.warm_certainty) == ("abc", "started")
        before = workspace.catalog.warm_mark(str(store.resolve()))
        workspace.catalog.note_warm(str(store.resolve()), {}, before)
        assert workspace.refresh().profiled == 0
        assert workspace.rows("warm:yes") == [], "nothing changed, so the journal was not asked again"
