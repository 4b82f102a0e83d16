"""The keys of where one is, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from warmtui.tui.commands import bindings, commands_of, shown_keys
from warmtui.tui.styles import ACCENT, MUTED

_KEY_CELLS = 18
_TITLES = {
    "sessions": "Sessions",
    "curate": "Curate",
    "templates": "Templates",
    "lists": "In a list or a text",
    "everywhere": "Everywhere",
}
_LEGEND = "Outcomes:  · ok   s signal   F failed   R rejected   C cancelled   ? unknown"


class HelpScreen(ModalScreen[None]):
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
            dialog.border_subtitle = Content("esc close")
            yield Static(self._text())

    def action_close(self) -> None:
        """Close it."""
        self.dismiss()

    def _text(self) -> Content:
        lines: list[Content] = []
        for group in self._groups:
            lines.append(Content.styled(_TITLES[group], "bold"))
            for command in commands_of(group):
                keys = shown_keys(command, self._keymap).ljust(_KEY_CELLS)
                lines.append(Content.assemble(("  " + keys, ACCENT), command.help))
            lines.append(Content(""))
        lines.append(Content.styled(_LEGEND, MUTED))
        return Content("\n").join(lines)
