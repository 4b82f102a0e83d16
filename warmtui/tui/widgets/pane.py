"""A bordered part of a screen with its number and name in the border, and the screen that moves between them."""

from __future__ import annotations

from textual.containers import Container
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.screen import Screen
from textual.widget import Widget

NARROW = 100
"""Below so many columns one pane is shown at a time."""


class Pane(Container):
    """One pane: what is in it, its name, and a few words at the foot of its border."""

    def __init__(self, name: str, *children: Widget, widget_id: str) -> None:
        super().__init__(*children, id=widget_id, classes="pane")
        self.label = name

    def say(self, words: str) -> None:
        """Put a few words into the lower border."""
        self.border_subtitle = Content(words)


class PaneScreen(Screen[None]):
    """A screen of panes: tab goes through their fields, the digits to a pane, and a narrow one shows one pane."""

    AUTO_FOCUS = ""

    current = 0

    @property
    def panes(self) -> list[Pane]:
        """The panes, in their order."""
        return list(self.query(Pane))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Make the pane that has the focus the current one."""
        for place, pane in enumerate(self.panes):
            if pane in event.widget.ancestors:
                self.show_pane(place)

    def on_resize(self, event: Resize) -> None:
        """Write the borders anew: a narrow screen names the other panes there."""
        self._write_titles(is_narrow=event.size.width < NARROW)

    def show_pane(self, place: int) -> None:
        """Make pane `place` the current one; the focus stays."""
        self.current = place
        for number, pane in enumerate(self.panes):
            pane.set_class(number == place, "-current")
        self._write_titles(is_narrow=self.size.width < NARROW)
        self.refresh_bindings()

    def go_to_pane(self, place: int) -> None:
        """Show pane `place` and put the focus on the first thing in it that takes it."""
        self.show_pane(place)
        self.call_after_refresh(self._focus_first, place)

    def _focus_first(self, place: int) -> None:
        for stop in self._stops(self.panes[place])[:1]:
            stop.focus(scroll_visible=False)

    def go_back(self) -> None:
        """Go back to where one came from; a second time, from a key pressed twice, is once too often."""
        if self.is_current:
            self.dismiss()

    def _write_titles(self, *, is_narrow: bool) -> None:
        names = [f"{number} {pane.label}" for number, pane in enumerate(self.panes, 1)]
        for place, pane in enumerate(self.panes):
            title = names[place] if len(names) > 1 else pane.label
            if is_narrow and len(names) > 1:
                title = "│".join(f"[{name}]" if at == place else f" {name} " for at, name in enumerate(names))
            pane.border_title = Content(title)

    def _stops(self, pane: Pane) -> list[Widget]:
        return [
            widget
            for widget in pane.query(Widget)
            if widget.can_focus
            and not widget.disabled
            and all(node.display for node in [widget, *_between(widget, pane)])
        ]

    def _step(self, by: int) -> None:
        stops = [(place, stop) for place, pane in enumerate(self.panes) for stop in self._stops(pane)]
        if not stops:
            return
        at = next((index for index, (_, stop) in enumerate(stops) if stop is self.focused), None)
        place, stop = stops[0 if at is None else (at + by) % len(stops)]
        self.show_pane(place)
        self.call_after_refresh(stop.focus, False)

    def action_next_pane(self) -> None:
        """Go to the next field, or to the next pane from the last."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """Go to the field before, or to the pane before from the first."""
        self._step(-1)

    def action_pane_1(self) -> None:
        """Go to the first pane."""
        self.go_to_pane(0)

    def action_pane_2(self) -> None:
        """Go to the second pane."""
        self.go_to_pane(1)

    def action_pane_3(self) -> None:
        """Go to the third pane."""
        self.go_to_pane(2)


def _between(widget: Widget, pane: Pane) -> list[Widget]:
    nodes: list[Widget] = []
    for node in widget.ancestors:
        if node is pane:
            break
        if isinstance(node, Widget):
            nodes.append(node)
    return nodes
