"""The saved templates to choose from: name, version, date, source; a broken one with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from warmtui.templates.manager import TemplateInfo
from warmtui.text import one_line, plural
from warmtui.tui.background import report
from warmtui.tui.cells import fit_foreign
from warmtui.tui.commands import bindings
from warmtui.tui.figures import NO_DATA
from warmtui.tui.messages import TemplatesRead
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.line_view import LineView, Part
from warmtui.tui.widgets.lines import KeyLine, TopLine
from warmtui.tui.widgets.pane import Pane, PaneScreen

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp

_VERSION, _DATE, _SOURCE = 8, 10, 26


class TemplateList(LineView):
    """A line a template."""

    def __init__(self) -> None:
        super().__init__("template-list")
        self.infos: Sequence[TemplateInfo] = ()

    def show(self, infos: Sequence[TemplateInfo]) -> None:
        """Show `infos`; the cursor stays on the template it was on."""
        chosen = self.infos[self.cursor].template_id if self.cursor < len(self.infos) else None
        self.infos = infos
        self.changed()
        place = next((at for at, info in enumerate(infos) if info.template_id == chosen), self.cursor)
        self.go_to(place)

    def line_count(self) -> int:
        """One line a template."""
        return len(self.infos)

    def head(self, width: int) -> list[Part]:
        """Return the names of the columns."""
        columns = (("name", self._name_cells(width)), ("version", _VERSION), ("created", _DATE), ("made from", _SOURCE))
        return [(" " + " ".join(fit_foreign(name, cells) for name, cells in columns), "line--head")]

    def draw(self, index: int, width: int) -> list[Part]:
        """Return a template, or why it is broken."""
        info = self.infos[index]
        name = (" " + fit_foreign(info.name, self._name_cells(width)) + " ", "")
        if info.broken is not None:
            return [name, ("broken: " + one_line(info.broken, 200), "line--bad")]
        return [
            name,
            (fit_foreign(info.version[: _VERSION - 1], _VERSION) + " ", "line--accent"),
            (fit_foreign(info.created_at[:10] or NO_DATA, _DATE) + " ", "line--dim"),
            (fit_foreign(info.source_session_id or NO_DATA, _SOURCE), "line--dim"),
        ]

    def _name_cells(self, width: int) -> int:
        return max(12, width - _VERSION - _DATE - _SOURCE - 4)


class TemplatesScreen(PaneScreen):
    """Chooses a template to open in Curate."""

    app: WarmtuiApp
    BINDINGS = bindings("templates")
    HELP_GROUPS: ClassVar[tuple[str, ...]] = ("templates", "lists", "everywhere")

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield TopLine()
        yield Banner()
        yield Pane("Templates", TemplateList(), Static(id="templates-empty"), widget_id="template-pane")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read the list."""
        self.query_one(TopLine).where = "Templates"
        self.go_to_pane(0)

    def on_screen_resume(self) -> None:
        """Read it again: a template may have been saved meanwhile."""
        self.action_refresh()

    @work(thread=True, exclusive=True, group="templates")
    def action_refresh(self) -> None:
        """Read the list again."""
        report(
            self.app,
            self,
            lambda: TemplatesRead(self.app.workspace.manager.list_templates()),
            lambda problem: TemplatesRead([], problem),
        )

    def on_templates_read(self, message: TemplatesRead) -> None:
        """Show them."""
        view = self.query_one(TemplateList)
        view.show(message.infos)
        view.display = bool(message.infos)
        self.query_one(Pane).say(plural(len(message.infos), "template"))
        empty = self.query_one("#templates-empty", Static)
        empty.display = not message.infos
        empty.update(
            Content("No template is saved yet: curate a session and save it with ctrl+s.")
            if not message.problem
            else Content("")
        )
        self.query_one("#problems", Banner).say([message.problem])

    @on(LineView.Chosen)
    def action_open(self) -> None:
        """Open the template under the cursor in Curate."""
        view = self.query_one(TemplateList)
        if not (self.is_current and 0 <= view.cursor < len(view.infos)):
            return
        info = view.infos[view.cursor]
        if info.broken is not None:
            self.notify(f"{info.template_id} cannot be opened: {info.broken}", severity="error")
            return
        self.app.curate_template(info.template_id)

    def action_leave(self) -> None:
        """Go back to the ranking."""
        self.go_back()
