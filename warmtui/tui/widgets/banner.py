"""What went wrong, said in place: a sentence a line, and no line while nothing did."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from warmtui.text import one_line

_LONGEST = 400


class Banner(Static):
    """Stands above what it is about."""

    def __init__(self, widget_id: str = "problems") -> None:
        super().__init__(id=widget_id)
        self._said: tuple[str, ...] = ()

    def say(self, problems: Iterable[str]) -> None:
        """Show `problems`, each once; hide where there are none."""
        said = tuple(dict.fromkeys(problem for problem in problems if problem))
        if said == self._said:
            return  # an update lays the whole screen out anew, and typing says the same at every key
        self._said = said
        self.display = bool(said)
        self.update(Content("\n").join(Content(f"! {one_line(problem, _LONGEST)}") for problem in said))
