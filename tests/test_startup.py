"""What starting costs, counted: modules that are imported, statements a database is asked, screens that are drawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from textual.app import App

from tests.benchmarks.stores import write_store
from tests.test_layers import any_of, modules_after
from warmtui.cli import main
from warmtui.config import Settings
from warmtui.sessions import build
from warmtui.tui.app import WarmtuiApp
from warmtui.workspace import Workspace

LIBRARIES = ["pydantic", "sqlite3", "textual", "rich", "orjson", "platformdirs", "filelock", "tomllib", "logging"]
# Of a small store and of a larger one the same number; a statement for each session would be far above.
MOST_STATEMENTS = 40
# The empty screen, the layout without rows, the rows, and what explains the first of them.
MOST_FRAMES = 6
MOST_PAUSES = 1_000


def modules_of(*arguments: str) -> set[str]:
    """Return what a command imports from its beginning to its end."""
    code = f"from click.testing import CliRunner\nfrom warmtui.cli import main\nCliRunner().invoke(main, {arguments!r})"
    return modules_after(code)


def test_the_version_is_told_without_a_library_but_click() -> None:
    found = modules_of("--version")
    assert any_of(found, ["click"])
    ours = [module for module in any_of(found, ["warmtui"]) if not module.startswith("warmtui.cli")]
    assert any_of(found, LIBRARIES) == []
    assert set(ours) <= {"warmtui", "warmtui.errors"}


@pytest.mark.parametrize("module", ["warmtui.config", "warmtui.plain", "warmtui.cli.working"])
def test_what_every_command_needs_brings_no_models(module: str) -> None:
    assert any_of(modules_after(f"import {module}"), ["pydantic", "warmtui.profiling", "warmtui.templates"]) == []


def test_a_log_that_nothing_is_said_to_brings_nothing_that_writes_it(tmp_path: Path) -> None:
    code = f"from pathlib import Path\nfrom warmtui.logs import start_logging\nstart_logging(Path({str(tmp_path)!r}))"
    assert any_of(modules_after(code), ["logging.handlers", "socket"]) == []


def test_templates_are_listed_without_stores_catalog_or_app() -> None:
    found = modules_of("list-templates")
    assert any_of(found, ["warmtui.templates"]), "the list was read"
    unwanted = ["textual", "rich", "sqlite3", "warmtui.catalog", "warmtui.workspace", "warmtui.sessions.formats"]
    assert any_of(found, unwanted) == []


def test_the_app_imports_a_further_screen_when_it_is_opened() -> None:
    found = modules_after("import warmtui.tui.app")
    screens = [f"warmtui.tui.screens.{name}" for name in ("curate", "templates", "transcript", "help", "save")]
    assert "warmtui.tui.screens.sessions" in found
    assert any_of(found, [*screens, "warmtui.templates.extraction", "warmtui.warmstart.bootstrapper"]) == []


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that any database is asked, as it is run."""
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    yield asked


def ranked(store: Path) -> list[str]:
    done = CliRunner().invoke(main, ["sessions", "--source", str(store), "--limit", "20"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def made(folder: Path, sessions: int) -> Path:
    path = folder / f"{sessions}.db"
    write_store(path, sessions, sessions * 10, seed=7)
    return path


def test_a_second_ranking_reads_no_message_and_builds_no_conversation(
    tmp_path: Path, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[object] = []
    conversation_of = build.conversation_of

    def counted(*arguments: Any, **options: Any) -> object:
        built.append(arguments)
        return conversation_of(*arguments, **options)

    monkeypatch.setattr(build, "conversation_of", counted)
    store = made(tmp_path, 30)
    first = ranked(store)
    assert built and any("content" in asked for asked in statements), "the first one reads them"
    built.clear()
    statements.clear()
    assert ranked(store) == first
    assert built == []
    assert [asked for asked in statements if " content" in asked and " messages " in asked] == []


def test_a_second_ranking_asks_as_much_of_a_large_store_as_of_a_small_one(
    tmp_path: Path, statements: list[str]
) -> None:
    asked = []
    for sessions in (12, 60):
        store = made(tmp_path, sessions)
        ranked(store)
        statements.clear()
        ranked(store)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= MOST_STATEMENTS


async def test_the_app_shows_the_ranking_within_a_few_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = made(tmp_path, 12)
    with Workspace.open(Settings(sources=(store,))) as workspace:
        workspace.refresh()
        best = workspace.rows(limit=1)[0].session_id
        frames: list[str] = []
        display = App._display

        def counted(app: App[None], screen: Any, renderable: Any) -> None:
            display(app, screen, renderable)
            frames.append("\n".join(strip.text for strip in app.screen._compositor.render_strips()))

        monkeypatch.setattr(App, "_display", counted)
        async with WarmtuiApp(workspace).run_test(size=(140, 45)) as pilot:
            for _ in range(MOST_PAUSES):
                if any(best in frame for frame in frames):
                    break
                await pilot.pause()
            shown = next(place for place, frame in enumerate(frames) if best in frame)
            assert len(pilot.app.screen_stack) == 1, "there is no screen below that was drawn for nothing"
    assert shown < MOST_FRAMES
