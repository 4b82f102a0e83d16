"""Fields of one line and of several: what is pasted into them is all there, and does nothing to the terminal."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import Input, TextArea

from warmtui.text import one_line, visible


class LineInput(Input):
    """A field of one line; of several lines that are pasted Textual would keep the first, this one joins them."""

    def on_paste(self, event: Paste) -> None:
        """Insert what was pasted, on one line and visible."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)


class TextInput(TextArea):
    """A field of several lines; an escape sequence that is pasted would reach the terminal, here it is shown."""

    def on_paste(self, event: Paste) -> None:
        """Insert what was pasted, visible; tabs stay."""
        event.prevent_default()
        event.stop()
        text = "\t".join(visible(piece) for piece in event.text.split("\t"))
        self.replace(text, *self.selection, maintain_selection_offset=False)
