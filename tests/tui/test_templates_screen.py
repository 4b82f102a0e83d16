"""The saved templates: listed, reopened with their sessions, and what is broken said in its place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.templates.samples import TOKEN
from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import lines_of, press, running, screen_text, text_of
from warmtui.templates.models import Example, SessionTemplate, ToolCallPattern
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.tui.screens.templates import TemplateList, TemplatesScreen
from warmtui.workspace import Workspace


def _save(workspace: Workspace, name: str = "Mine", *, refreshed: bool = True) -> SessionTemplate:
    if refreshed:
        workspace.refresh()
    return workspace.manager.save_template(
        workspace.extract([workspace.rows()[0].key], name=name, max_examples=1).template
    )


async def test_the_list_says_name_version_date_and_source(demo: Workspace) -> None:
    saved = _save(demo)
    async with running(demo) as pilot:
        await press(pilot, "t")
        (line,) = lines_of(pilot.app.screen.query_one(TemplateList))
        assert "Mine" in line
        assert saved.version[:7] in line
        assert saved.created_at[:10] in line
        assert str(saved.source_session_id)[:20] in line


async def test_a_template_is_reopened_with_what_else_its_session_shows(demo: Workspace) -> None:
    demo.refresh()
    full = demo.extract([demo.rows()[0].key], name="Mine").template
    demo.manager.save_template(full.model_copy(update={"context_markers": (), "description": "kept"}))
    async with running(demo) as pilot:
        await press(pilot, "t", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, CurateScreen)
        assert screen.desk is not None
        draft = screen.desk.draft
        assert draft.description == "kept"
        assert len(draft.items) > len(draft.chosen().context_markers)
        assert any(not item.included for item in draft.items)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, TemplatesScreen)


async def test_a_template_whose_store_is_gone_opens_with_what_it_holds(
    make_workspace: MakeWorkspace, demo: Workspace
) -> None:
    _save(demo)
    async with running(make_workspace()) as pilot:
        await press(pilot, "t", "enter")
        assert "Only what is saved can be shown" in text_of(pilot, "#problems")
        assert "Tools:" in text_of(pilot, "#stream")


async def test_a_broken_file_is_listed_with_the_reason_and_does_not_open(demo: Workspace) -> None:
    _save(demo)
    (demo.settings.template_dir / "bad.json").write_text("{")
    async with running(demo) as pilot:
        await press(pilot, "t")
        assert "broken: no JSON" in screen_text(pilot)
        await press(pilot, "g", "enter")
        assert isinstance(pilot.app.screen, TemplatesScreen)


async def test_without_a_template_the_page_says_how_to_make_one(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await press(pilot, "t")
        assert "No template is saved yet" in screen_text(pilot)
        await press(pilot, "enter", "escape")
        assert isinstance(pilot.app.screen, SessionsScreen)


async def test_a_folder_that_cannot_be_listed_is_said_in_place(demo: Workspace) -> None:
    demo.settings.template_dir.write_text("a file")
    async with running(demo) as pilot:
        await press(pilot, "t")
        assert "is a file, not a folder" in text_of(pilot, "#problems")


async def test_an_older_plain_template_opens(demo: Workspace) -> None:
    demo.settings.template_dir.mkdir()
    (demo.settings.template_dir / "old.json").write_text(
        '{"template_id": "old", "name": "Old", "version": "1.0",'
        ' "tool_patterns": [{"tool_name": "terminal", "common_args": null}],'
        ' "user_patterns": {"request_style": "terse"}, "recovery_patterns": null,'
        ' "context_markers": ["src/app.py"], "source_session_id": null}'
    )
    async with running(demo) as pilot:
        await press(pilot, "t", "enter")
        assert "n unknown" in screen_text(pilot)
        assert "names no session" in text_of(pilot, "#problems")


async def test_a_template_that_went_away_meanwhile_says_so(demo: Workspace, tmp_path: Path) -> None:
    saved = demo.manager.save_template(SessionTemplate(name="Gone", tool_patterns=(ToolCallPattern(tool_name="x"),)))
    async with running(demo) as pilot:
        await press(pilot, "t")
        demo.manager.delete_template(saved.template_id)
        await press(pilot, "enter")
        assert "is there no longer" in text_of(pilot, "#curate-page")
        await press(pilot, "escape")
        assert "No template is saved yet" in screen_text(pilot)


async def test_a_check_follows_the_list_and_says_what_the_sources_say(demo: Workspace) -> None:
    saved = _save(demo)
    async with running(demo) as pilot:
        await press(pilot, "t")
        (line,) = lines_of(pilot.app.screen.query_one(TemplateList))
        assert "verified" in line
        assert "Sources: 1 of 1 example call verified. No errors, no warnings." in text_of(pilot, "#template-check")
        (example,) = saved.examples
        other = example.calls[0].model_copy(update={"digest": "0" * 64})
        changed = example.model_copy(update={"calls": (other, *example.calls[1:])})
        demo.manager.save_template(saved.model_copy(update={"examples": (changed,)}))
        await press(pilot, "r")
        assert "source changed" in screen_text(pilot)
        assert "the recorded result is another one now" in text_of(pilot, "#template-check")


@pytest.mark.long
async def test_a_source_that_is_gone_and_a_store_that_is_not_open_are_told_apart(
    make_workspace: MakeWorkspace, demo: Workspace
) -> None:
    saved = _save(demo)
    gone = saved.model_copy(update={"template_id": "", "name": "Orphaned", "examples": (_moved(saved.examples[0]),)})
    demo.manager.save_template(gone)
    async with running(demo) as pilot:
        await press(pilot, "t")
        marks = {line.split()[0]: line for line in lines_of(pilot.app.screen.query_one(TemplateList))}
        assert "source gone" in marks["Orphaned"]
        assert "verified" in marks["Mine"]
    async with running(make_workspace()) as pilot:
        await press(pilot, "t")
        assert screen_text(pilot).count("not open") >= 2
        assert "source gone" not in screen_text(pilot)


def _moved(example: Example) -> Example:
    """The same example, as if it had been seen in a session that is not there."""
    calls = [
        call.model_copy(update={"evidence": replace(call.evidence, session_id="nowhere")})
        for call in example.calls
        if call.evidence is not None
    ]
    return example.model_copy(update={"calls": tuple(calls)})


async def test_errors_of_an_older_file_are_counted_and_named(demo: Workspace) -> None:
    demo.settings.template_dir.mkdir()
    older = {"name": "Old", "version": "1.0", "tool_patterns": [{"tool_name": "x", "guidance": TOKEN}]}
    (demo.settings.template_dir / "old.json").write_text(json.dumps(older))
    async with running(demo) as pilot:
        await press(pilot, "t")
        assert "1 error" in screen_text(pilot)
        assert "error: tool_patterns.0.guidance holds a secret" in text_of(pilot, "#template-check")
        assert TOKEN not in screen_text(pilot)
