"""The command palette: every command that works on the screen one is on, found by any of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from warmtui.tui.commands import Command, commands_of, shown_keys


class WarmtuiCommands(Provider):
    """Offers the commands of the screen below the palette."""

    def _commands(self) -> Iterator[Command]:
        groups = getattr(self.screen, "HELP_GROUPS", ("everywhere",))
        for command in commands_of(*groups):
            if command.group != "lists" and self.screen.check_action(command.action, ()) is not False:
                yield command

    def _run(self, command: Command) -> Callable[[], Any]:
        node = self.app if command.group == "everywhere" else self.screen
        return lambda: self.app.run_action(command.action, node)

    def _title(self, command: Command) -> str:
        keys = shown_keys(command, getattr(self.app, "keymap", {}))
        return escape(f"{command.label} ({keys})")

    async def discover(self) -> Hits:
        """Offer everything before a word is typed."""
        for command in self._commands():
            yield DiscoveryHit(self._title(command), self._run(command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer what fits `query`."""
        matcher = self.matcher(query)
        for command in self._commands():
            text = f"{self._title(command)} · {command.help}"
            fits = matcher.match(text)
            if fits > 0:
                yield Hit(fits, matcher.highlight(text), self._run(command))
