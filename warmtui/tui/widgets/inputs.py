"""A field of one line: what is pasted into it is all there, and does nothing to the terminal."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import Input

from warmtui.text import one_line


class LineInput(Input):
    """A field of one line; of several lines that are pasted Textual would keep the first, this one joins them."""

    def on_paste(self, event: Paste) -> None:
        """Insert what was pasted, on one line and visible."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)
