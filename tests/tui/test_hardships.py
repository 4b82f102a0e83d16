"""What somebody in a hurry, a fault or another program can do to unsaved work: it is never lost unasked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import (
    curate_of,
    curating,
    go_to_item,
    press,
    running,
    screen_text,
    settle,
    stream_words,
    text_of,
    toasts,
    type_text,
)
from tests.tui.hostile import HOSTILE
from warmtui.logs import log_path, start_logging
from warmtui.text import visible
from warmtui.tui.screens.ask import AskScreen
from warmtui.tui.screens.save import SaveScreen
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.tui.screens.templates import TemplatesScreen
from warmtui.tui.widgets.field_editor import FieldEditor
from warmtui.tui.widgets.session_table import SessionTable
from warmtui.workspace import Workspace

pytestmark = pytest.mark.long  # each of them opens the app, works in it and waits


async def at_once(pilot: Pilot[None], *keys: str) -> None:
    """Press keys as fast as a terminal can send them, before any of them is dealt with."""
    for key in keys:
        character = key if len(key) == 1 else None
        pilot.app.post_message(events.Key(key, character))
    await settle(pilot)


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste `text` into what has the focus."""
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


async def editing(pilot: Pilot[None], prefix: str, path: str) -> TextArea:
    """Put the focus into a field of an item, at its start, and return its editor."""
    await leave_field(pilot)
    await go_to_item(pilot, prefix)
    area = editor_of(pilot, path)
    area.focus()
    await settle(pilot)
    return area


async def leave_field(pilot: Pilot[None]) -> None:
    """Go back to the patterns, if one is elsewhere."""
    if curate_of(pilot).current:
        await press(pilot, "escape")


def editor_of(pilot: Pilot[None], path: str) -> TextArea:
    """Return the editor of a field of the item that is shown."""
    return next(field for field in pilot.app.screen.query(FieldEditor) if field.path == path).query_one(TextArea)


class TestInAHurry:
    """Keys that come before the ones before them are dealt with."""

    async def test_every_letter_typed_at_once_is_there(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            area = await editing(pilot, "tool:", "guidance")
            words = "abcdefghijklmnopqrstuvwxyz" * 4
            await at_once(pilot, *words)
            assert area.text == words
            assert words in stream_words(pilot).replace(" ", "")

    async def test_what_was_typed_just_before_undo_is_undone(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            area = await editing(pilot, "tool:", "guidance")
            before = area.text
            await at_once(pilot, *"abc", "ctrl+z")
            assert area.text == before
            assert not curate_of(pilot).is_unsaved
            await at_once(pilot, "ctrl+y")
            assert area.text == "abc" + before

    async def test_what_was_typed_just_before_a_save_is_saved(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await editing(pilot, "tool:", "guidance")
            await at_once(pilot, *"abc", "ctrl+s")
            await at_once(pilot, *"x", "ctrl+s", "ctrl+s")
            (info,) = demo.manager.list_templates()
            saved = demo.manager.load_template(info.template_id)
            assert saved is not None
            assert saved.tool_patterns[0].guidance.startswith("abc")
            assert "x" in saved.name
            assert not curate_of(pilot).is_unsaved

    async def test_what_was_typed_just_before_quitting_is_asked_about(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await editing(pilot, "tool:", "guidance")
            await at_once(pilot, *"abc", "ctrl+q", "ctrl+q")
            assert isinstance(pilot.app.screen, AskScreen)
            await at_once(pilot, "escape", "escape")
            assert curate_of(pilot).is_unsaved

    async def test_a_key_pressed_twice_goes_one_step(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            await at_once(pilot, "enter", "enter")
            await at_once(pilot, "escape", "escape", "escape")
            assert isinstance(pilot.app.screen, SessionsScreen)
            await at_once(pilot, "t", "t")
            assert isinstance(pilot.app.screen, TemplatesScreen)
            await at_once(pilot, "escape", "escape")
            assert isinstance(pilot.app.screen, SessionsScreen)
            await at_once(pilot, "question_mark", "question_mark", "question_mark")
            await at_once(pilot, "escape")
            assert isinstance(pilot.app.screen, SessionsScreen)

    async def test_an_answer_given_twice_counts_once(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await press(pilot, "space", "escape")
            await at_once(pilot, "d", "d")
            assert isinstance(pilot.app.screen, SessionsScreen)


class TestWhatCannotBeUsed:
    """A field in which stands what cannot be used: it stays, it is not saved, it is not lost."""

    async def test_it_stays_while_one_looks_at_another_item(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            area = await editing(pilot, "tool:", "common_args")
            await type_text(pilot, "x")
            broken = area.text
            await leave_field(pilot)
            await go_to_item(pilot, "recovery:")
            assert curate_of(pilot).is_unsaved
            await go_to_item(pilot, "tool:")
            assert editor_of(pilot, "common_args").text == broken
            assert "Line 1, column 1" in screen_text(pilot)

    async def test_a_save_goes_to_it_and_says_so(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await editing(pilot, "tool:", "common_args")
            await type_text(pilot, "x")
            await leave_field(pilot)
            await go_to_item(pilot, "recovery:")
            await press(pilot, "ctrl+s")
            assert "cannot be saved as it stands" in toasts(pilot)
            assert "Line 1, column 1" in screen_text(pilot)
            assert demo.manager.list_templates() == []

    async def test_leaving_asks(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await editing(pilot, "tool:", "common_args")
            await type_text(pilot, "x")
            await press(pilot, "escape", "escape")
            assert isinstance(pilot.app.screen, AskScreen)
            assert "1 changed item" in screen_text(pilot)

    async def test_undo_takes_it_back_and_nothing_else(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            area = await editing(pilot, "tool:", "common_args")
            before = area.text
            await press(pilot, "escape", "space")
            area = await editing(pilot, "tool:", "common_args")
            await type_text(pilot, "x")
            await press(pilot, "ctrl+z")
            assert area.text == before
            assert "Line 1" not in screen_text(pilot)
            assert curate_of(pilot).is_unsaved  # the tick
            await press(pilot, "ctrl+z")
            assert not curate_of(pilot).is_unsaved


class TestTheSaveDialog:
    """The words about a template are work too."""

    async def test_words_stay_when_one_goes_back(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await press(pilot, "ctrl+s", "tab", "tab")
            await type_text(pilot, "my notes")
            await press(pilot, "escape")
            assert curate_of(pilot).is_unsaved
            assert demo.manager.list_templates() == []
            await press(pilot, "ctrl+s")
            assert "my notes" in screen_text(pilot)

    async def test_ctrl_q_asks_about_words_alone_and_can_save_them(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await press(pilot, "ctrl+s", "tab", "tab")
            await type_text(pilot, "my notes")
            await press(pilot, "ctrl+q")
            assert isinstance(pilot.app.screen, AskScreen)
            await press(pilot, "s")
            assert isinstance(pilot.app.screen, SaveScreen)
            await press(pilot, "ctrl+s")
            assert not pilot.app.is_running
        (info,) = demo.manager.list_templates()
        saved = demo.manager.load_template(info.template_id)
        assert saved is not None
        assert saved.notes == "my notes"

    async def test_going_back_from_it_untouched_is_no_change(
        self, make_workspace: MakeWorkspace, hostile_db: Path
    ) -> None:
        async with running(make_workspace(hostile_db)) as pilot:
            await press(pilot, "enter", "ctrl+s", "escape")
            assert not curate_of(pilot).is_unsaved


class TestPasting:
    """What comes in one piece."""

    async def test_lines_pasted_into_one_line_are_joined(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            await press(pilot, "slash")
            await paste(pilot, "endpoint\nwith tests\r\n")
            assert pilot.app.screen.query_one(Input).value == "endpoint with tests"

    async def test_escapes_pasted_into_a_field_are_shown_and_do_nothing(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await editing(pilot, "tool:", "guidance")
            await paste(pilot, HOSTILE)
            drawn = screen_text(pilot)
            assert visible(drawn) == drawn
            assert "[@click=app.quit]" in stream_words(pilot)


class TestOthers:
    """Other programs change the files meanwhile."""

    async def test_a_template_deleted_meanwhile_can_be_saved_again(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await press(pilot, "ctrl+s", "ctrl+s")
            (info,) = demo.manager.list_templates()
            (demo.settings.template_dir / f"{info.template_id}.json").unlink()
            await press(pilot, "space", "ctrl+s", "ctrl+s")
            if isinstance(pilot.app.screen, AskScreen):
                await press(pilot, "c")
            assert not curate_of(pilot).is_unsaved
            assert len(demo.manager.list_templates()) == 1

    async def test_a_store_that_vanishes_while_one_curates_leaves_the_draft(
        self, make_workspace: MakeWorkspace, demo_db: Path, tmp_path: Path
    ) -> None:
        store = Path(copy(demo_db, tmp_path / "state.db"))
        workspace = make_workspace(store)
        async with running(workspace) as pilot:
            await press(pilot, "enter")
            store.unlink()
            await go_to_item(pilot, "tool:")
            await press(pilot, "j", "enter")
            await type_text(pilot, "Kept. ")
            await press(pilot, "ctrl+s", "ctrl+s")
            assert len(workspace.manager.list_templates()) == 1
            await press(pilot, "escape", "escape", "r")
            assert isinstance(pilot.app.screen, SessionsScreen)
            assert "state.db" in text_of(pilot, "#problems")

    async def test_a_refresh_while_one_filters_keeps_filter_and_cursor(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            await press(pilot, "slash")
            await type_text(pilot, "recovered>0")
            await press(pilot, "enter", "j", "j")
            table = pilot.app.screen.query_one(SessionTable)
            row, count = table.row, len(table.rows)
            await press(pilot, "r")
            assert (table.row, len(table.rows)) == (row, count)


@pytest.fixture
def logged(demo: Workspace) -> Iterator[Path]:
    """The log of this test's app."""
    start_logging(demo.settings.state_dir)
    yield log_path(demo.settings.state_dir)
    logger = logging.getLogger("warmtui")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = True


def _fault(*_: Any, **__: Any) -> Any:
    raise RuntimeError("nobody thought of this")


class TestFaultsNobodyThoughtOf:
    """A worker that raises anything at all: said in place with the path of the log, and the app goes on."""

    async def test_in_the_ranking(self, demo: Workspace, logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(demo, "rows", _fault)
        monkeypatch.setattr(demo, "refresh", _fault)
        async with running(demo) as pilot:
            assert "failed unexpectedly (RuntimeError)" in text_of(pilot, "#problems")
            assert str(logged) in text_of(pilot, "#problems")
            assert "nobody thought of this" in logged.read_text()
            assert "Traceback" in logged.read_text()

    async def test_in_the_detail_pane(self, demo: Workspace, logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(demo, "analyze", _fault)
        async with running(demo) as pilot:
            assert "failed unexpectedly" in text_of(pilot, "#detail-tools")

    async def test_on_the_way_to_curate(self, demo: Workspace, logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        async with running(demo) as pilot:
            with monkeypatch.context() as patched:
                patched.setattr(demo, "extract", _fault)
                await press(pilot, "enter")
                assert "failed unexpectedly" in text_of(pilot, "#curate-page")
            await press(pilot, "r")
            assert curate_of(pilot).desk is not None

    async def test_while_curating_no_work_is_lost(
        self, demo: Workspace, logged: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with curating(demo) as pilot:
            await press(pilot, "space")
            with monkeypatch.context() as patched:
                patched.setattr("warmtui.tui.screens.curate.WarmSessionBootstrapper.build_stream", _fault)
                patched.setattr("warmtui.tui.exhibits.ExhibitReader._exhibit", _fault)
                patched.setattr(demo.manager, "save_template", _fault)
                await go_to_item(pilot, "recovery:")
                await press(pilot, "space")
                assert "failed unexpectedly" in text_of(pilot, "#warnings")
                assert "failed unexpectedly" in text_of(pilot, "#evidence-view")
                await press(pilot, "ctrl+s", "ctrl+s")
                assert "failed unexpectedly" in text_of(pilot, "#problems")
                assert curate_of(pilot).is_unsaved
            await press(pilot, "ctrl+s", "ctrl+s")
            assert not curate_of(pilot).is_unsaved
            assert "failed" not in screen_text(pilot).split("Evidence")[0]

    async def test_in_the_list_of_templates(
        self, demo: Workspace, logged: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(demo.manager, "list_templates", _fault)
        async with running(demo) as pilot:
            await press(pilot, "t")
            assert "failed unexpectedly" in text_of(pilot, "#problems")
