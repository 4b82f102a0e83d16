"""The app: opens on the ranking, keeps the keys and the colours, and asks before unsaved work is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.command import Provider
from textual.notifications import SeverityLevel
from textual.screen import Screen

from warmtui.text import visible
from warmtui.tui.commands import bindings, checked_keymap
from warmtui.tui.palette import WarmtuiCommands
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.tui.widgets.pane import NARROW

if TYPE_CHECKING:
    from warmtui.profiling.evidence import Evidence
    from warmtui.workspace import Workspace

_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]


class WarmtuiApp(App[None]):
    """Shows and edits what a workspace holds."""

    TITLE = "warmtui"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings("everywhere")
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {WarmtuiCommands}
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    def __init__(self, workspace: Workspace, *, clock: Callable[[], float] = time) -> None:
        """Take the workspace, which whoever opened it closes.

        Args:
            workspace: where everything is read from and saved to.
            clock: the time now, in seconds since the epoch; ages are shown against it.
        """
        super().__init__()
        self.animation_level = "none"  # what moves by itself makes one wait
        self.workspace = workspace
        self.clock = clock
        self.keymap, self._key_problems = checked_keymap(workspace.settings.keys)

    def on_mount(self) -> None:
        """Set the keys and the colours."""
        self.set_keymap(self.keymap)
        theme = self.workspace.settings.theme
        if theme in self.available_themes:
            self.theme = theme
        else:
            self.notify(f"There is no theme “{theme}”.", severity="warning")
        for problem in self._key_problems:
            self.notify(problem, severity="warning", timeout=10)

    def get_default_screen(self) -> Screen[None]:
        """Return the ranking: an empty screen under it would be laid out and drawn before it."""
        return SessionsScreen()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast. What it says may hold anybody's text, so it is never markup."""
        del markup
        super().notify(visible(message), title=visible(title), severity=severity, timeout=timeout, markup=False)

    def curate_sessions(self, keys: Sequence[tuple[str, str]]) -> None:
        """Open Curate on what sessions show."""
        from warmtui.tui.screens.curate import CurateScreen

        self.push_screen(CurateScreen(keys=tuple(keys)))

    def read_session(self, store: str, session_id: str, place: Evidence | None = None) -> None:
        """Open the transcript of a session, at a place in it where one is named."""
        from warmtui.tui.screens.transcript import TranscriptScreen

        self.push_screen(TranscriptScreen(store, session_id, place))

    def curate_template(self, template_id: str) -> None:
        """Open Curate on a saved template."""
        from warmtui.tui.screens.curate import CurateScreen

        self.push_screen(CurateScreen(template_id=template_id))

    def choose_template(self) -> None:
        """Open the list of saved templates."""
        from warmtui.tui.screens.templates import TemplatesScreen

        self.push_screen(TemplatesScreen())

    def action_help(self) -> None:
        """Show the keys of where one is."""
        groups = getattr(self.screen, "HELP_GROUPS", None)
        if groups is not None:  # a dialog names its few keys at its foot
            from warmtui.tui.screens.help import HelpScreen

            self.push_screen(HelpScreen(groups, self.keymap))

    def action_leave_app(self) -> None:
        """Quit; first ask where work is unsaved."""
        from warmtui.tui.screens.ask import AskScreen

        if isinstance(self.screen, AskScreen):
            return  # the question that is being asked has to be answered
        for screen in reversed(self.screen_stack):
            leave = getattr(screen, "leave", None)  # of a screen that holds work
            if leave is not None:
                leave(self.exit)
                return
        self.exit()
