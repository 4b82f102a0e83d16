"""What went wrong, said in place: a sentence a line, and no line while nothing did."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from warmtui.text import one_line

_LONGEST = 400


class Banner(Static):
    """Stands above the panes of a screen."""

    def __init__(self) -> None:
        super().__init__(id="problems")

    def say(self, problems: Iterable[str]) -> None:
        """Show `problems`, each once; hide where there are none."""
        lines = [Content(f"! {one_line(problem, _LONGEST)}") for problem in dict.fromkeys(problems) if problem]
        self.display = bool(lines)
        self.update(Content("\n").join(lines))
