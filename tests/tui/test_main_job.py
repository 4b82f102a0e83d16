"""The whole job by keys alone: find a session, edit what it shows, see the stream follow, save, find it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import NARROW, ROOMY, go_to_item, press, running, settle, stream_words, type_text
from warmtui.templates.models import SessionTemplate
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.workspace import Workspace


async def _do_the_job(pilot: Pilot[None], workspace: Workspace) -> SessionTemplate:
    await press(pilot, "slash")
    await type_text(pilot, "recovered>0")
    await press(pilot, "enter", "enter")
    assert isinstance(pilot.app.screen, CurateScreen)

    await go_to_item(pilot, "recovery:")
    await press(pilot, "enter")
    await type_text(pilot, "Look twice. ")
    assert "Look twice." in stream_words(pilot)

    await press(pilot, "escape")
    await go_to_item(pilot, "tool:")
    await press(pilot, "enter")
    await type_text(pilot, "Be gentle. ")
    assert "Be gentle." in stream_words(pilot)

    await press(pilot, "ctrl+s")
    await press(pilot, "end", "ctrl+u")
    await type_text(pilot, "My way")
    await press(pilot, "enter")
    saved = workspace.manager.load_template("my-way")
    assert saved is not None

    await press(pilot, "escape", "escape")
    assert isinstance(pilot.app.screen, SessionsScreen)
    await press(pilot, "t", "enter")
    assert isinstance(pilot.app.screen, CurateScreen)
    assert "Be gentle." in stream_words(pilot)
    await go_to_item(pilot, "recovery:")
    await settle(pilot)
    assert "Look twice." in stream_words(pilot)
    return saved


@pytest.mark.parametrize("size", [ROOMY, pytest.param(NARROW, marks=pytest.mark.long)], ids=["wide", "narrow"])
async def test_the_whole_job_on_the_demo_store_by_keys_alone(demo: Workspace, size: tuple[int, int]) -> None:
    async with running(demo, size) as pilot:
        saved = await _do_the_job(pilot, demo)
    assert saved.name == "My way"
    assert saved.recovery_patterns[0].recovery_strategy.startswith("Look twice. ")
    assert saved.tool_patterns[0].guidance.startswith("Be gentle. ")


@pytest.mark.long
async def test_the_whole_job_on_real_sessions_by_keys_alone(airline_db: Path, make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(airline_db)
    async with running(workspace) as pilot:
        saved = await _do_the_job(pilot, workspace)
    assert saved.sources[0].path == str(airline_db)
    assert saved.examples
