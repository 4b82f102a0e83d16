"""The keys of where one is, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from warmtui.tui.cells import wrap
from warmtui.tui.commands import bindings, commands_of, shown_keys
from warmtui.tui.screens.dialog import Dialog
from warmtui.tui.styles import ACCENT, MUTED
from warmtui.tui.widgets.lines import KeyLine

_KEY_CELLS = 18
_INDENT = 2
_TITLES = {
    "sessions": "Sessions",
    "curate": "Curate",
    "evidence": "On evidence",
    "transcript": "Transcript",
    "templates": "Templates",
    "lists": "In a list or a text",
    "everywhere": "Everywhere",
}
_LEGEND = (
    "Outcomes:  · ok   s signal   F failed   R rejected   C cancelled   ? unknown\n"
    "Sessions:  ~ fewer than five calls to judge   w began with a template   ? probably did"
)


class HelpScreen(Dialog[None]):
    """What every key does here; any of esc, q, ? closes it."""

    BINDINGS = bindings("help")

    def __init__(self, groups: Sequence[str], keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._groups = groups
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Lay the groups out, one under the other."""
        with VerticalScroll(classes="dialog help") as dialog:
            dialog.border_title = Content("Keys")
            yield Static(id="help-text")
        yield KeyLine()

    def on_resize(self) -> None:
        """Write the text for the width there is: what a key does stays beside it."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        text = self.query_one("#help-text", Static)
        text.update(self._text(max(20, text.size.width - _KEY_CELLS - _INDENT)))

    def action_close(self) -> None:
        """Close it."""
        self.answer(None)

    def _text(self, width: int) -> Content:
        lines: list[Content] = []
        for group in self._groups:
            lines.append(Content.styled(_TITLES[group], "bold"))
            for command in commands_of(group):
                first, *rest = wrap(command.help, width)
                keys = shown_keys(command, self._keymap).ljust(_KEY_CELLS)
                lines.append(Content.assemble((" " * _INDENT + keys, ACCENT), first))
                lines.extend(Content(" " * (_INDENT + _KEY_CELLS) + line) for line in rest)
            lines.append(Content(""))
        lines.append(Content.styled(_LEGEND, MUTED))
        return Content("\n").join(lines)
