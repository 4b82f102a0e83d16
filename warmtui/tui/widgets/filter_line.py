"""The filter line over a list: live, with what is wrong with a term said beside it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from warmtui.text import visible
from warmtui.tui.widgets.inputs import LineInput


class FilterLine(Horizontal):
    """Hidden until it is opened; closing it without keeping takes the filter off."""

    def compose(self) -> ComposeResult:
        """Lay out the slash, the input and the problem."""
        yield Static(Content(" / "), id="filter-slash")
        yield LineInput(id="filter", compact=True, select_on_focus=False)
        yield Static(id="filter-problem")

    def on_mount(self) -> None:
        """Hide until wanted."""
        self.display = False

    def open(self) -> None:
        """Show it and take the focus."""
        self.display = True
        self.query_one(Input).focus()

    def close(self, *, keep: bool = False) -> None:
        """Give it up; with `keep` the line stays in sight and goes on filtering."""
        if not keep:
            self.query_one(Input).value = ""
            self.display = False

    def say(self, problem: str) -> None:
        """Show what is wrong with the filter, or nothing."""
        self.query_one("#filter-problem", Static).update(Content(visible(problem)))
