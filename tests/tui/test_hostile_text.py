"""Session text is other people's output: on every screen it is text, and nothing but text."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import NARROW, ROOMY, go_to_item, press, running, screen_text, settle, type_text
from tests.tui.hostile import HOSTILE, MARKUP
from warmtui.text import visible
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.sessions import SessionsScreen


def _check(pilot: Pilot[None]) -> None:
    """Nothing on the screen acts: no control character, no link, no action behind it; every line has its width."""
    for strip in pilot.app.screen._compositor.render_strips():
        assert visible(strip.text) == strip.text, strip.text
        assert cell_len(strip.text) == pilot.app.size.width
        for segment in strip:
            if segment.style is not None:
                assert segment.style.link is None
                assert "@click" not in (segment.style.meta or {})


@pytest.mark.long
@pytest.mark.parametrize("size", [ROOMY, NARROW], ids=["wide", "narrow"])
async def test_hostile_sessions_go_through_every_screen_as_text(
    make_workspace: MakeWorkspace, hostile_db: Path, size: tuple[int, int]
) -> None:
    workspace = make_workspace(hostile_db)
    async with running(workspace, size) as pilot:
        assert MARKUP[:8] in screen_text(pilot)
        _check(pilot)
        await press(pilot, "2")
        _check(pilot)
        await press(pilot, "1", "slash")
        await type_text(pilot, "[/]")
        _check(pilot)
        await press(pilot, "escape", "space", "space", "space", "enter")
        assert isinstance(pilot.app.screen, CurateScreen)
        for group in ("tool:", "user:", "context:", "example:", "opening"):
            await go_to_item(pilot, group)
            _check(pilot)
            for pane in ("3", "2"):
                await press(pilot, pane)
                _check(pilot)
                await press(pilot, "escape")
        await press(pilot, "ctrl+s")
        _check(pilot)
        await press(pilot, "ctrl+s")
        _check(pilot)  # with the toast
        await press(pilot, "escape", "escape")
        assert isinstance(pilot.app.screen, SessionsScreen)
        await press(pilot, "t")
        _check(pilot)
        await press(pilot, "enter")
        _check(pilot)


async def test_a_toast_shows_markup_and_escapes_as_text(make_workspace: MakeWorkspace) -> None:
    async with running(make_workspace()) as pilot:
        pilot.app.notify(HOSTILE, title=HOSTILE, severity="error")
        pilot.app.screen.notify(HOSTILE)
        await settle(pilot)
        assert "[@click=app.quit]" in screen_text(pilot)
        _check(pilot)


async def test_a_hostile_name_of_a_source_is_shown_in_place(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    store = tmp_path / "[@click=app.quit]x[bold]\x1b[31m.db"
    store.write_bytes(b"no database")
    async with running(make_workspace(store)) as pilot:
        assert "[@click=app.quit]x[bold]␛[31m.db" in screen_text(pilot).replace("\n", "")
        _check(pilot)


async def test_an_edit_beside_hostile_text_keeps_it_as_it_was(make_workspace: MakeWorkspace, hostile_db: Path) -> None:
    workspace = make_workspace(hostile_db)
    async with running(workspace) as pilot:
        await press(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, CurateScreen)
        await go_to_item(pilot, "example:")
        assert screen.desk is not None
        before = screen.desk.template().examples[0]
        await press(pilot, "enter")
        await type_text(pilot, "X")
        after = screen.desk.template().examples[0]
        assert after.request.startswith("X")
        assert after.calls == before.calls
        assert after.answer == before.answer
