"""The draft on the desk: what is unsaved, what undo goes back to, what is written."""

from __future__ import annotations

import pytest

from warmtui.templates.draft import DraftFieldError
from warmtui.templates.models import ContextNote, SessionTemplate, ToolCallPattern
from warmtui.tui.desk import OPENING, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk(
        SessionTemplate(
            name="Work",
            tool_patterns=(ToolCallPattern(tool_name="terminal"), ToolCallPattern(tool_name="read_file")),
            context_markers=(ContextNote(value="a.py"),),
            format_version=2,
        )
    )


def test_nothing_is_unsaved_before_an_edit(desk: Desk) -> None:
    assert not desk.is_unsaved
    assert desk.changed == frozenset()


def test_letters_typed_into_one_field_are_one_step_back(desk: Desk) -> None:
    for text in ("R", "Ru", "Run"):
        desk.edit("tool:terminal", "guidance", text)
    assert desk.is_unsaved
    assert desk.undo() == "tool:terminal"
    assert not desk.is_unsaved
    assert desk.redo() == "tool:terminal"
    assert desk.template().tool_patterns[0].guidance == "Run"


def test_the_opening_words_are_edited_and_undone_like_an_item(desk: Desk) -> None:
    desk.edit(OPENING, "context", "Hello")
    assert desk.changed == {OPENING}
    assert desk.undo() == OPENING
    assert desk.template().context == ""


def test_the_opening_words_have_no_tick_and_no_place(desk: Desk) -> None:
    desk.toggle(OPENING)
    desk.move(OPENING, 1)
    assert not desk.is_unsaved


def test_an_unticked_item_is_not_written(desk: Desk) -> None:
    desk.toggle("tool:terminal")
    assert [pattern.tool_name for pattern in desk.template().tool_patterns] == ["read_file"]


def test_a_moved_item_is_unsaved_work(desk: Desk) -> None:
    desk.move("tool:terminal", 1)
    assert desk.is_unsaved
    assert [pattern.tool_name for pattern in desk.template().tool_patterns] == ["read_file", "terminal"]


def test_what_does_not_fit_leaves_the_draft_as_it_was(desk: Desk) -> None:
    with pytest.raises(DraftFieldError):
        desk.edit("context::a.py", "value", "")
    assert not desk.is_unsaved


def test_undoing_past_a_save_still_writes_to_the_same_template(desk: Desk) -> None:
    desk.edit("tool:terminal", "guidance", "Run")
    saved = desk.template().model_copy(update={"template_id": "work", "version": "1"})
    desk.note_saved(desk.draft, saved)
    assert not desk.is_unsaved
    desk.undo()
    assert desk.is_unsaved
    assert desk.template().template_id == "work"
    assert desk.known_version == "1"


def test_a_copy_is_a_template_of_its_own(desk: Desk) -> None:
    desk.note_saved(desk.draft, desk.template().model_copy(update={"template_id": "work", "version": "1"}))
    assert desk.template(as_copy=True).template_id == ""
