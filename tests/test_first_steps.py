"""What the ranking is shown without, in the terminal and in the app, once the catalog knows the store."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import time_ns
from unittest.mock import patch

import pytest

from tests.benchmarks.stores import write_store
from tests.command_line import Warmtui
from tests.test_layers import any_of, modules_after
from tests.test_startup import ranked, statements
from warmtui.errors import SourceError
from warmtui.sessions.formats.hermes import HermesStore

__all__ = ["statements"]
FILLING = ["pydantic", "textual", "rich", "warmtui.profiling.models", "warmtui.profiling.outcomes", "warmtui.templates"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    write_store(path, 12, 120, seed=7)
    return path


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if everything had been written long ago."""
    monkeypatch.setattr("warmtui.sessions.formats.hermes_sqlite._TICK", 0)


def test_a_known_ranking_is_printed_without_what_profiles(store: Path, warmtui: Warmtui) -> None:
    assert warmtui("sessions", "--source", store).code == 0
    code = f"import sys\nsys.argv = ['warmtui', 'sessions', '--source', {str(store)!r}]\n"
    code += "from warmtui.cli import main\nmain(standalone_mode=False)\nprint()"
    with patch.dict("os.environ", {"HOME": str(warmtui.home)}):
        found = modules_after(code)
    assert any_of(found, ["warmtui.catalog"])
    assert any_of(found, [*FILLING, "warmtui.sessions.build", "warmtui.sessions.formats.known"]) == []


def test_the_first_screen_is_there_without_what_profiles() -> None:
    assert any_of(modules_after("import warmtui.tui.app, warmtui.workspace"), ["pydantic", *FILLING[3:]]) == []


@pytest.mark.usefixtures("settled")
def test_a_store_that_did_not_change_is_asked_for_no_session(store: Path, statements: list[str]) -> None:
    first = ranked(store)
    statements.clear()
    assert ranked(store) == first
    assert not [asked for asked in statements if "FROM messages" in asked]


@pytest.mark.usefixtures("settled")
def test_a_mark_changes_with_every_write_and_with_nothing_else(store: Path) -> None:
    with HermesStore(store) as opened:
        before = opened.mark()
        assert opened.mark() == before != ""
        with sqlite3.connect(store) as connection:
            connection.execute("UPDATE sessions SET ended_at = 1")
            connection.commit()
            assert opened.mark() != before, "it lies in the -wal"
        connection.close()
        assert opened.mark() != before


def test_what_changed_a_moment_ago_has_no_mark(store: Path) -> None:
    assert store.stat().st_mtime_ns <= time_ns()
    with HermesStore(store) as opened:
        assert opened.mark() == ""


def test_a_store_that_is_gone_says_so_by_name(store: Path) -> None:
    with HermesStore(store) as opened:
        store.unlink()
        with pytest.raises(SourceError, match=r"state\.db"):
            opened.mark()
