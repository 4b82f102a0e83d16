"""A field of several lines: what is pasted into it is all there, and does nothing to the terminal."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import TextArea

from warmtui.text import visible


class TextInput(TextArea):
    """A field of several lines; an escape sequence that is pasted would reach the terminal, here it is shown."""

    def on_paste(self, event: Paste) -> None:
        """Insert what was pasted, visible; tabs stay."""
        event.prevent_default()
        event.stop()
        text = "\t".join(visible(piece) for piece in event.text.split("\t"))
        self.replace(text, *self.selection, maintain_selection_offset=False)
