"""The saved templates to choose from, with what a check of each found; a broken one with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from warmtui.templates.checking import TemplateCheck
from warmtui.templates.manager import TemplateInfo
from warmtui.text import one_line, plural
from warmtui.tui.background import report
from warmtui.tui.cells import fit_foreign
from warmtui.tui.checks import lines_of, mark_of
from warmtui.tui.commands import bindings
from warmtui.tui.figures import NO_DATA
from warmtui.tui.messages import TemplateChecked, TemplatesChecked, TemplatesRead
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.line_view import LineView, Part
from warmtui.tui.widgets.lines import KeyLine, TopLine
from warmtui.tui.widgets.pane import Pane, PaneScreen

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp

_VERSION, _DATE, _CHECK, _SOURCE = 8, 10, 14, 22


class TemplateList(LineView):
    """A line a template."""

    def __init__(self) -> None:
        super().__init__("template-list")
        self.infos: Sequence[TemplateInfo] = ()
        self._checks: dict[str, TemplateCheck] = {}

    @property
    def chosen(self) -> TemplateInfo | None:
        """The template under the cursor; None where there is none."""
        return self.infos[self.cursor] if 0 <= self.cursor < len(self.infos) else None

    def check_of(self, info: TemplateInfo) -> TemplateCheck | None:
        """Return what was found of a template; None while it is being looked at."""
        return self._checks.get(info.template_id)

    def note(self, check: TemplateCheck) -> None:
        """Show what was found of a template."""
        self._checks[check.template_id] = check
        self.changed()

    def show(self, infos: Sequence[TemplateInfo]) -> None:
        """Show `infos`; the cursor stays on the template it was on."""
        chosen = self.chosen.template_id if self.chosen is not None else None
        self.infos = infos
        self._checks.clear()
        self.changed()
        place = next((at for at, info in enumerate(infos) if info.template_id == chosen), self.cursor)
        self.go_to(place)

    def line_count(self) -> int:
        """One line a template."""
        return len(self.infos)

    def head(self, width: int) -> list[Part]:
        """Return the names of the columns."""
        columns = (
            ("name", self._name_cells(width)),
            ("version", _VERSION),
            ("created", _DATE),
            ("check", _CHECK),
            ("made from", _SOURCE),
        )
        return [(" " + " ".join(fit_foreign(name, cells) for name, cells in columns), "line--head")]

    def draw(self, index: int, width: int) -> list[Part]:
        """Return a template, or why it is broken."""
        info = self.infos[index]
        name = (" " + fit_foreign(info.name, self._name_cells(width)) + " ", "")
        if info.broken is not None:
            return [name, ("broken: " + one_line(info.broken, 200), "line--bad")]
        mark, style = mark_of(self.check_of(info))
        return [
            name,
            (fit_foreign(info.version[: _VERSION - 1], _VERSION) + " ", "line--accent"),
            (fit_foreign(info.created_at[:10] or NO_DATA, _DATE) + " ", "line--dim"),
            (fit_foreign(mark, _CHECK) + " ", style),
            (fit_foreign(info.source_session_id or NO_DATA, _SOURCE), "line--dim"),
        ]

    def _name_cells(self, width: int) -> int:
        return max(12, width - _VERSION - _DATE - _CHECK - _SOURCE - 5)


class TemplatesScreen(PaneScreen):
    """Chooses a template to open in Curate."""

    app: WarmtuiApp
    BINDINGS = bindings("templates")
    HELP_GROUPS: ClassVar[tuple[str, ...]] = ("templates", "lists", "everywhere")

    def __init__(self) -> None:
        super().__init__()
        self._generation = 0

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield TopLine()
        yield Banner()
        yield Pane(
            "Templates",
            TemplateList(),
            Static(id="templates-empty"),
            Static(id="template-check"),
            widget_id="template-pane",
        )
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
        self._generation += 1
        self._check(self._generation, tuple(message.infos))
        self._show_check()

    @work(thread=True, exclusive=True, group="checks")
    def _check(self, generation: int, infos: Sequence[TemplateInfo]) -> None:
        worker = get_current_worker()

        def check() -> TemplatesChecked:
            for info in infos:
                if worker.is_cancelled:
                    break
                self.post_message(TemplateChecked(generation, self.app.workspace.check_template(info)))
            return TemplatesChecked(generation)

        report(self.app, self, check, lambda problem: TemplatesChecked(generation, problem))

    def on_template_checked(self, message: TemplateChecked) -> None:
        """Show what was found of a template, unless the list was read again since."""
        if message.generation == self._generation:
            self.query_one(TemplateList).note(message.check)
            self._show_check()

    def on_templates_checked(self, message: TemplatesChecked) -> None:
        """Say why not all could be looked at, where that is so."""
        if message.generation == self._generation and message.problem:
            self.query_one("#problems", Banner).say([message.problem])

    @on(LineView.Moved)
    def _show_check(self) -> None:
        view = self.query_one(TemplateList)
        check = view.check_of(view.chosen) if view.chosen is not None else None
        lines = lines_of(check) if check is not None else []
        below = self.query_one("#template-check", Static)
        below.display = bool(lines)
        below.update(Content("\n".join(lines)))

    @on(LineView.Chosen)
    def action_open(self) -> None:
        """Open the template under the cursor in Curate."""
        info = self.query_one(TemplateList).chosen
        if not self.is_current or info is None:
            return
        if info.broken is not None:
            self.notify(f"{info.template_id} cannot be opened: {info.broken}", severity="error")
            return
        self.app.curate_template(info.template_id)

    def action_leave(self) -> None:
        """Go back to the ranking."""
        self.go_back()
