"""The dialog before a save: the template's name, what it is for, and the person's notes."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from warmtui.text import visible
from warmtui.tui.commands import bindings


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of a template."""

    name: str
    description: str
    notes: str


class SaveScreen(ModalScreen[Words | None]):
    """Asks for the words; None where the person goes back."""

    BINDINGS = bindings("save")
    AUTO_FOCUS = "#save-name"

    def __init__(self, words: Words, note: str) -> None:
        """Take the words so far, and a sentence that says what saving does."""
        super().__init__()
        self._words = words
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the three fields."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content("Save the template")
            dialog.border_subtitle = Content("ctrl+s save · tab next field · esc cancel")
            yield Static("Name", classes="field-label", markup=False)
            yield Input(visible(self._words.name), id="save-name", compact=True)
            yield Static("What it is for", classes="field-label", markup=False)
            yield Input(visible(self._words.description), id="save-description", compact=True)
            yield Static("Notes (never part of a stream)", classes="field-label", markup=False)
            yield TextArea(visible(self._words.notes), id="save-notes", compact=True, highlight_cursor_line=False)
            yield Static(Content(visible(self._note)), id="save-note")
            yield Static(id="save-problem")

    @on(Input.Submitted)
    def action_confirm(self) -> None:
        """Return the words; a template needs a name."""
        name = self.query_one("#save-name", Input).value.strip()
        if not name:
            self.query_one("#save-problem", Static).update(Content("A template needs a name."))
            self.query_one("#save-name", Input).focus()
            return
        description = self.query_one("#save-description", Input).value.strip()
        self.dismiss(Words(name, description, self.query_one("#save-notes", TextArea).text))

    def action_cancel(self) -> None:
        """Go back without saving."""
        self.dismiss(None)
