"""A save that is stopped: the person is taken to what is wrong, secrets can be redacted, and nothing typed is lost."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.templates.samples import TOKEN
from tests.tui.driving import (
    curate_of,
    curating,
    go_to_item,
    lines_of,
    press,
    running,
    screen_text,
    settle,
    text_of,
    toasts,
    type_text,
)
from warmtui.templates.models import Example, ExampleCall, SessionTemplate, ToolCallPattern
from warmtui.tui.screens.ask import AskScreen
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.templates import TemplateList
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.workspace import Workspace


def _save(workspace: Workspace, *examples: Example) -> SessionTemplate:
    tools = (ToolCallPattern(tool_name="terminal"), ToolCallPattern(tool_name="patch"))
    return workspace.manager.save_template(SessionTemplate(name="Mine", tool_patterns=tools, examples=examples))


async def _type_a_secret(pilot: Pilot[None]) -> None:
    """Type it into the guidance of the second tool of the one template, and go away from there."""
    await press(pilot, "t", "enter")
    await go_to_item(pilot, "tool:patch")
    await press(pilot, "enter")
    area = pilot.app.focused
    assert isinstance(area, TextArea)
    area.insert(f"use {TOKEN}", (0, 0))
    await settle(pilot)
    await press(pilot, "escape")
    await go_to_item(pilot, "tool:terminal")


async def test_a_secret_stops_the_save_and_is_redacted_where_the_person_wants_it(demo: Workspace) -> None:
    saved = _save(demo)
    async with running(demo) as pilot:
        await _type_a_secret(pilot)
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(pilot.app.screen, AskScreen)
        assert "tool_patterns.1.guidance holds a secret (token)" in screen_text(pilot)
        await press(pilot, "escape")
        screen = curate_of(pilot)
        assert demo.manager.load_template("mine") == saved
        assert screen.query_one(PatternList).chosen == "tool:patch"
        area = pilot.app.focused
        assert isinstance(area, TextArea)
        assert area.text == f"use {TOKEN}"
        assert "guidance holds a secret" in toasts(pilot)
        assert "is not valid" in text_of(pilot, "#problems")
        assert screen.is_unsaved

        await press(pilot, "ctrl+s", "ctrl+s", "r")
        again = demo.manager.load_template("mine")
        assert again is not None
        assert again.tool_patterns[1].guidance == area.text == "use «token:1»"
        assert text_of(pilot, "#problems") == ""
        assert not screen.is_unsaved
        await press(pilot, "ctrl+z")
        assert area.text == f"use {TOKEN}"
        assert screen.is_unsaved


@pytest.mark.long
async def test_an_error_in_an_older_file_leads_to_its_item_and_what_was_typed_stays(demo: Workspace) -> None:
    silent = ExampleCall(tool_name="terminal", arguments={"command": "ls"}, result="")
    sound = ExampleCall(tool_name="terminal", arguments={"command": "pwd"}, result="/srv")
    saved = _save(demo, Example(request="where", calls=(sound,)), Example(request="go", calls=(silent,)))
    path = demo.settings.template_dir / f"{saved.template_id}.json"
    path.write_text(path.read_text().replace('"request": "go"', '"request": ""'))
    before = path.read_bytes()
    async with running(demo) as pilot:
        await press(pilot, "t", "enter")
        await go_to_item(pilot, "example:")
        await press(pilot, "enter")
        await type_text(pilot, "so ")
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(pilot.app.screen, CurateScreen)
        assert "has neither a request nor a result nor an answer" in toasts(pilot)
        patterns = pilot.app.screen.query_one(PatternList)
        assert patterns.chosen == curate_of(pilot).desk.draft.chosen().examples[1].key  # type: ignore[union-attr]
        assert path.read_bytes() == before
        assert curate_of(pilot).desk.draft.chosen().examples[0].request == "so where"  # type: ignore[union-attr]
        await type_text(pilot, "list it")
        await press(pilot, "ctrl+s", "ctrl+s")
        again = demo.manager.load_template(saved.template_id)
        assert again is not None
        assert [example.request for example in again.examples] == ["so where", "list it"]


@pytest.mark.long
async def test_a_secret_in_the_words_can_be_redacted_too(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "ctrl+s")
        pilot.app.screen.query_one("#save-name", Input).value = f"for {TOKEN}"
        await settle(pilot)
        await press(pilot, "ctrl+s", "escape")
        assert isinstance(pilot.app.screen, CurateScreen)
        assert "name holds a secret" in toasts(pilot)
        assert curate_of(pilot).desk.draft.name == f"for {TOKEN}"  # type: ignore[union-attr]
        await press(pilot, "ctrl+s", "ctrl+s", "r", "escape", "escape", "t")
        assert "for «token:1»" in "".join(lines_of(pilot.app.screen.query_one(TemplateList)))
