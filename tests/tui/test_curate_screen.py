"""Curating: every edit shows in the stream, can be undone, is never lost unasked, and is saved as one means it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import (
    NARROW,
    curate_of,
    curating,
    go_to_item,
    lines_of,
    press,
    screen_text,
    settle,
    stream_words,
    text_of,
    toasts,
    type_text,
)
from warmtui.tui.desk import OPENING
from warmtui.tui.screens.ask import AskScreen
from warmtui.tui.screens.help import HelpScreen
from warmtui.tui.screens.save import SaveScreen
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.tui.widgets.field_editor import FieldEditor
from warmtui.tui.widgets.lines import KeyLine
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.workspace import Workspace


async def _save(pilot: Pilot[None], name: str | None = None) -> None:
    await press(pilot, "ctrl+s")
    assert isinstance(pilot.app.screen, SaveScreen)
    if name is not None:
        pilot.app.screen.query_one("#save-name", Input).value = name
    await press(pilot, "ctrl+s")


async def test_the_five_groups_stand_in_the_list_with_counts(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        lines = lines_of(pilot.app.screen.query_one(PatternList))
        headings = [line.split()[0] for line in lines if not line.startswith(" ")]
        assert headings == ["Tools", "User", "Recovery", "Context", "Examples"]
        assert any("×" in line and "%" in line for line in lines)


async def test_the_evidence_of_a_recovery_shows_the_failed_and_the_recovering_call(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, "recovery:")
        evidence = text_of(pilot, "#evidence-view")
        assert "F failed" in evidence
        assert "· ok" in evidence


async def test_a_tick_takes_an_example_out_of_the_stream_and_back(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        before = stream_words(pilot)
        await go_to_item(pilot, "example:")
        await press(pilot, "space")
        assert len(stream_words(pilot)) < len(before)
        await press(pilot, "space")
        assert stream_words(pilot) == before


async def test_examples_move_with_their_keys(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        first = await go_to_item(pilot, "example:")
        await press(pilot, "J")
        desk = curate_of(pilot).desk
        assert desk is not None
        assert desk.template().examples[1].key == first
        await press(pilot, "shift+up")
        assert desk.template().examples[0].key == first


async def test_undo_works_inside_a_field_and_shows_what_it_restored(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, "tool:")
        await press(pilot, "enter")
        area = pilot.app.focused
        assert isinstance(area, TextArea)
        before = area.text
        await type_text(pilot, "Careful. ")
        await press(pilot, "ctrl+z")
        assert area.text == before
        assert not curate_of(pilot).is_unsaved
        await press(pilot, "ctrl+y")
        assert area.text == "Careful. " + before
        assert "Careful." in stream_words(pilot)


async def test_undo_goes_back_to_the_opening_through_ticks_moves_and_fields(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        before = stream_words(pilot)
        await go_to_item(pilot, "example:")
        await press(pilot, "J", "space")
        await go_to_item(pilot, "opening")
        await press(pilot, "enter")
        await type_text(pilot, "Hello")
        assert "Hello" in stream_words(pilot)
        await press(pilot, "ctrl+z", "ctrl+z", "ctrl+z")
        assert stream_words(pilot) == before
        assert not curate_of(pilot).is_unsaved


async def test_undo_goes_to_the_item_it_changed(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        chosen = await go_to_item(pilot, "recovery:")
        await press(pilot, "space")
        await go_to_item(pilot, "tool:")
        await press(pilot, "ctrl+z")
        assert pilot.app.screen.query_one(PatternList).chosen == chosen


async def test_broken_json_is_explained_in_place_and_changes_nothing(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, "tool:")
        editor = next(editor for editor in pilot.app.screen.query(FieldEditor) if editor.path == "common_args")
        editor.query_one(TextArea).focus()
        await type_text(pilot, "x")
        assert "Line 1, column 1" in screen_text(pilot)
        desk = curate_of(pilot).desk
        assert desk is not None
        assert not desk.is_unsaved
        await press(pilot, "backspace")
        assert "Line 1, column" not in screen_text(pilot)


async def test_a_value_that_may_not_be_empty_says_so(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, "context:")
        await press(pilot, "enter", "end", "ctrl+u")
        assert "must not be empty" in screen_text(pilot)


async def test_the_target_changes_the_stream(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        assert "1 system" in text_of(pilot, "#stream")
        await press(pilot, "o")
        assert "1 user" in text_of(pilot, "#stream")
        assert "hermes" in screen_text(pilot)


@pytest.mark.long
async def test_tab_goes_through_the_fields_and_round(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        start = pilot.app.focused
        seen = []
        for _ in range(12):
            await press(pilot, "tab")
            seen.append(pilot.app.focused)
            if pilot.app.focused is start:
                break
        assert seen[-1] is start
        assert len(set(map(id, seen))) == len(seen) >= 6
        await press(pilot, "shift+tab")
        assert pilot.app.focused is seen[-2]


async def test_at_80_columns_the_panes_are_tabs(demo: Workspace) -> None:
    async with curating(demo, NARROW) as pilot:
        assert "[1 Patterns]" in screen_text(pilot)
        await press(pilot, "3")
        assert "[3 Stream]" in screen_text(pilot)
        assert "tok" in screen_text(pilot)
        await press(pilot, "2")
        assert "What to know before calling it" in screen_text(pilot)
        await press(pilot, "escape")
        assert "[1 Patterns]" in screen_text(pilot)


async def test_the_narrow_stream_opens_at_the_messages_of_the_chosen_example(demo: Workspace) -> None:
    async with curating(demo, NARROW) as pilot:
        await go_to_item(pilot, "example:")
        await press(pilot, "3")
        assert "user · example 1" in screen_text(pilot)


@pytest.mark.long
async def test_resizing_keeps_the_pane_the_item_and_the_words(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        chosen = await go_to_item(pilot, "recovery:")
        await press(pilot, "enter")
        await type_text(pilot, "Once. ")
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "[2 Edit]" in screen_text(pilot)
        assert "Once. " in screen_text(pilot)
        assert pilot.app.screen.query_one(PatternList).chosen == chosen


@pytest.mark.long
async def test_resizing_wraps_the_fields_anew(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, "opening")
        await press(pilot, "enter")
        area = pilot.app.focused
        assert isinstance(area, TextArea)
        area.text = "a " * 60
        await settle(pilot)
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "a " * 30 in screen_text(pilot)


async def test_leaving_without_a_change_asks_nothing(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, SessionsScreen)


async def test_unsaved_work_is_asked_about_and_stays_if_one_wants(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "space", "escape")
        assert isinstance(pilot.app.screen, AskScreen)
        await press(pilot, "escape")
        assert curate_of(pilot).is_unsaved
        await press(pilot, "q", "d")
        assert isinstance(pilot.app.screen, SessionsScreen)
        assert demo.manager.list_templates() == []


async def test_unsaved_work_can_be_saved_on_the_way_out(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "space", "escape", "s")
        assert isinstance(pilot.app.screen, SaveScreen)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, SessionsScreen)
        assert len(demo.manager.list_templates()) == 1


@pytest.mark.parametrize(
    "where", ["list", *(pytest.param(where, marks=pytest.mark.long) for where in ("field", "dialog", "help"))]
)
async def test_ctrl_q_asks_from_everywhere_while_work_is_unsaved(demo: Workspace, where: str) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "space")
        await press(pilot, *{"list": (), "field": ("enter",), "dialog": ("ctrl+s",), "help": ("f1",)}[where])
        await press(pilot, "ctrl+q")
        assert isinstance(pilot.app.screen, AskScreen)
        await press(pilot, "d")
        assert not pilot.app.is_running


async def test_a_save_says_id_version_and_place_and_a_second_one_makes_a_version(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await _save(pilot, "My way")
        assert "my-way, version 1" in toasts(pilot)
        assert str(demo.settings.template_dir) in toasts(pilot)
        assert not curate_of(pilot).is_unsaved
        await press(pilot, "space")
        await press(pilot, "ctrl+s")
        assert "new version of my-way" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert "my-way, version 2" in toasts(pilot)
        assert [info.number for info in demo.manager.versions("my-way")] == [1, 2]


@pytest.mark.long
async def test_saving_what_is_saved_says_that_nothing_changed(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await _save(pilot, "My way")
        await _save(pilot)
        assert "Nothing has changed" in toasts(pilot)
        assert len(demo.manager.versions("my-way")) == 1


@pytest.mark.long
async def test_words_and_notes_of_the_dialog_are_saved_and_can_be_undone(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "ctrl+s", "end", "ctrl+u")
        await type_text(pilot, "N")
        await press(pilot, "tab")
        await type_text(pilot, "for bookings")
        await press(pilot, "tab")
        await type_text(pilot, "mine")
        await press(pilot, "ctrl+s")
        saved = demo.manager.load_template("n")
        assert saved is not None
        assert (saved.description, saved.notes) == ("for bookings", "mine")
        await press(pilot, "ctrl+z")
        assert curate_of(pilot).is_unsaved


async def test_a_template_needs_a_name(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "ctrl+s", "end", "ctrl+u", "enter")
        assert "needs a name" in screen_text(pilot)
        assert demo.manager.list_templates() == []


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ("c", {"my-way", "my-way-2"}),
        pytest.param("o", {"my-way"}, marks=pytest.mark.long),
        pytest.param("escape", {"my-way"}, marks=pytest.mark.long),
    ],
)
async def test_a_template_that_someone_else_changed_is_asked_about(demo: Workspace, answer: str, ids: set[str]) -> None:
    async with curating(demo) as pilot:
        await _save(pilot, "My way")
        theirs = demo.manager.load_template("my-way")
        assert theirs is not None
        demo.manager.save_template(theirs.model_copy(update={"notes": "theirs"}))
        await press(pilot, "space")
        await _save(pilot)
        assert isinstance(pilot.app.screen, AskScreen)
        await press(pilot, answer)
        assert {info.template_id for info in demo.manager.list_templates()} == ids
        assert curate_of(pilot).is_unsaved == (answer == "escape")
        now = demo.manager.load_template("my-way")
        assert now is not None
        assert (now.notes == "theirs") == (answer != "o")


@pytest.mark.long
async def test_a_save_that_fails_says_why_and_keeps_the_work(demo: Workspace) -> None:
    demo.settings.template_dir.write_text("a file where the folder should be")
    async with curating(demo) as pilot:
        await press(pilot, "space")
        await _save(pilot)
        assert "is a file, not a folder" in text_of(pilot, "#problems")
        assert curate_of(pilot).is_unsaved


@pytest.mark.long
async def test_read_only_saves_nothing_and_says_why(make_workspace: MakeWorkspace, demo_db: Path) -> None:
    workspace = make_workspace(demo_db, read_only=True)
    async with curating(workspace) as pilot:
        await press(pilot, "space", "ctrl+s")
        assert curate_of(pilot)
        assert "read only" in toasts(pilot)
        assert not workspace.settings.template_dir.exists()


async def test_help_shows_the_keys_of_this_screen(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Undo the last change" in screen_text(pilot)
        await press(pilot, "question_mark")
        assert curate_of(pilot)


@pytest.mark.long
async def test_the_palette_runs_a_command_by_its_words(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "colon")
        await type_text(pilot, "next target")
        await press(pilot, "enter")
        await settle(pilot)
        assert "1 user" in text_of(pilot, "#stream")


@pytest.mark.long
async def test_the_footer_follows_the_focus(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        footer = pilot.app.screen.query_one(KeyLine)
        assert "space tick" in str(footer.render())
        await press(pilot, "enter")
        assert "tick" not in str(footer.render())
        assert "ctrl+s save" in str(footer.render())


@pytest.mark.long
async def test_where_a_template_applies_is_said_beside_its_opening_words(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await go_to_item(pilot, OPENING)
        await press(pilot, "enter", "tab")
        await type_text(pilot, "src")
        assert "must name whole folders" in screen_text(pilot)
        await press(pilot, "home")
        await type_text(pilot, "~/")
        await press(pilot, "tab")
        await type_text(pilot, "deploy")
        desk = curate_of(pilot).desk
        assert desk is not None
        assert (desk.draft.applies_to.folders, desk.draft.applies_to.words) == (("~/src",), ("deploy",))
        assert OPENING in desk.changed
        await press(pilot, "ctrl+z")
        assert desk.draft.applies_to.words == ()
        await press(pilot, "ctrl+s", "ctrl+s")
        (info,) = demo.manager.list_templates()
        saved = demo.manager.load_template(info.template_id)
        assert saved is not None
        assert saved.applies_to.folders == ("~/src",)


async def test_a_version_is_saved_with_the_reason_that_was_given(demo: Workspace) -> None:
    async with curating(demo) as pilot:
        await press(pilot, "ctrl+s")
        pilot.app.screen.query_one("#save-why").focus()
        await type_text(pilot, "the first one")
        await press(pilot, "ctrl+s")
        (info,) = demo.manager.list_templates()
        assert [version.note for version in demo.manager.versions(info.template_id)] == ["the first one"]
        await press(pilot, "1", "space", "ctrl+s", "ctrl+s")
        assert [version.note for version in demo.manager.versions(info.template_id)] == ["the first one", ""]
