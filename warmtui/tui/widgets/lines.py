"""The line at the top that says where one is, and the line at the foot that says which keys work there."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from warmtui.tui.cells import fit
from warmtui.tui.commands import Command, footer_order, key_name
from warmtui.tui.styles import KEY, MUTED, WARN


class TopLine(Widget):
    """Where one is, on the left; what is going on, on the right."""

    where: reactive[str] = reactive("")
    state: reactive[str] = reactive("")

    def render(self) -> Content:
        """Draw both; the left gives way."""
        width = self.content_size.width
        words = f"{self.state} " if self.state else ""
        state = fit(words, min(cell_len(words), width))
        room = max(0, width - cell_len(state) - 1)
        brand = " warmtui "
        left = fit(f" {self.where}", max(0, room - len(brand)))
        return Content.assemble((brand, KEY), (left, MUTED), " ", (state, WARN))


HELP = "everywhere.help"


class KeyLine(Widget):
    """The keys that work here and now; what has no room is left to help, which always has."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def render(self) -> Content:
        """Draw the keys of the screen, then those that work everywhere."""
        keys: dict[str, str] = {}
        for active in self.screen.active_bindings.values():
            if active.enabled and active.binding.id and active.binding.id not in keys:
                keys[active.binding.id] = key_name(active.binding.key)
        commands = footer_order(keys)
        fixed = [command for command in commands if command.id == HELP]
        room = self.content_size.width - sum(_width(command, keys) for command in fixed)
        shown: list[Command] = []
        for command in sorted(commands, key=lambda command: command.group == "everywhere"):
            room -= 0 if command in fixed else _width(command, keys)
            if room >= 0 and command not in fixed:
                shown.append(command)
        left = [_entry(command, keys) for command in shown if command.group != "everywhere"]
        always = [command for command in commands if command in fixed or command in shown]
        right = [_entry(command, keys) for command in always if command.group == "everywhere"]
        used = sum(entry.cell_length for entry in (*left, *right))
        return Content("").join([*left, Content(" " * max(0, self.content_size.width - used)), *right])


def _width(command: Command, keys: dict[str, str]) -> int:
    return len(keys[command.id]) + len(command.label) + 3


def _entry(command: Command, keys: dict[str, str]) -> Content:
    return Content.assemble((f" {keys[command.id]}", KEY), (f" {command.label} ", MUTED))
