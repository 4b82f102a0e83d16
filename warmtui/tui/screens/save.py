"""The dialog before a save: the template's name, what it is for, and the person's notes."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from warmtui.text import visible
from warmtui.tui.commands import bindings
from warmtui.tui.screens.dialog import Dialog
from warmtui.tui.widgets.inputs import LineInput
from warmtui.tui.widgets.lines import KeyLine
from warmtui.tui.widgets.text_input import TextInput


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of a template, and why of this version."""

    name: str
    description: str
    notes: str
    why: str = ""


class SaveScreen(Dialog[tuple[Words, bool]]):
    """Asks for the words; returns them, and whether to save: what was typed is kept where the person goes back."""

    BINDINGS = bindings("save")
    AUTO_FOCUS = "#save-name"

    def __init__(self, words: Words, note: str) -> None:
        """Take the words so far, and a sentence that says what saving does."""
        super().__init__()
        self._words = words
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = Content("Save the template")
            yield Static(Content(visible(self._note)), id="save-note")
            yield Static("Name", classes="field-label", markup=False)
            yield LineInput(visible(self._words.name), id="save-name", compact=True)
            yield Static(id="save-problem")
            yield Static("What it is for", classes="field-label", markup=False)
            yield LineInput(visible(self._words.description), id="save-description", compact=True)
            yield Static("Notes (never part of a stream)", classes="field-label", markup=False)
            yield TextInput(visible(self._words.notes), id="save-notes", compact=True, highlight_cursor_line=False)
            yield Static("Why this version (kept with it alone)", classes="field-label", markup=False)
            yield LineInput(visible(self._words.why), id="save-why", compact=True)
        yield KeyLine()

    @on(Input.Submitted)
    def action_confirm(self) -> None:
        """Return the words; a template needs a name."""
        focused = self.focused or self
        focused.call_later(self.call_later, self._confirm)  # after the keys that were pressed before this one

    def _confirm(self) -> None:
        if self.words.name:
            self.answer((self.words, True))
            return
        problem = self.query_one("#save-problem", Static)
        problem.update(Content("A template needs a name."))
        problem.display = True
        self.query_one("#save-name", Input).focus()

    def action_cancel(self) -> None:
        """Go back without saving."""
        self.answer((self.words, False))

    @property
    def words(self) -> Words:
        """The words as they stand; those nobody touched are as they were, however they had to be shown."""
        name = self.query_one("#save-name", Input).value.strip()
        description = self.query_one("#save-description", Input).value.strip()
        notes = self.query_one("#save-notes", TextArea).text
        before = self._words
        return Words(
            before.name if name == visible(before.name).strip() else name,
            before.description if description == visible(before.description).strip() else description,
            before.notes if notes == visible(before.notes) else notes,
            self.query_one("#save-why", Input).value.strip(),
        )
