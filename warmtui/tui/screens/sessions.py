"""The first screen: sessions ranked, filtered, explained; from here one goes on to curate."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from warmtui.text import one_line, plural
from warmtui.tui import delays, figures
from warmtui.tui.background import report
from warmtui.tui.commands import bindings
from warmtui.tui.messages import AnalysisRead, RefreshEnded, RefreshMoved, RowsRead
from warmtui.tui.screens.empty import empty_page
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.filter_line import FilterLine
from warmtui.tui.widgets.line_view import LineView
from warmtui.tui.widgets.lines import KeyLine, TopLine
from warmtui.tui.widgets.pane import Pane, PaneScreen
from warmtui.tui.widgets.session_columns import COLUMNS
from warmtui.tui.widgets.session_detail import SessionDetail
from warmtui.tui.widgets.session_table import SessionTable

if TYPE_CHECKING:
    from warmtui.catalog.models import SessionRow
    from warmtui.catalog.refresh import Progress
    from warmtui.profiling.models import SessionAnalysis
    from warmtui.tui.app import WarmtuiApp

_SORTS = [column.sort for column in COLUMNS if column.sort]


class SessionsScreen(PaneScreen):
    """The ranking and what explains it."""

    app: WarmtuiApp
    BINDINGS = bindings("sessions")
    HELP_GROUPS: ClassVar[tuple[str, ...]] = ("sessions", "lists", "everywhere")

    def __init__(self) -> None:
        super().__init__()
        self._query = ""
        self._sort = _SORTS[0]
        self._rows_generation = 0
        self._detail_generation = 0
        self._read: dict[tuple[str, str], SessionAnalysis] = {}
        self._is_refreshing = False
        self._reloaded_at = 0.0
        self._filter_timer: Timer | None = None
        self._detail_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the ranking over the detail pane."""
        yield TopLine()
        yield Banner()
        yield Pane("Sessions", FilterLine(), SessionTable("table"), Static(id="empty"), widget_id="ranking")
        yield Pane("Detail", SessionDetail(), widget_id="detail")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show what the catalog knows, and look for what is new."""
        self._top.where = "Sessions"
        self.query_one("#problems", Banner).say(self._known_problems)
        self.go_to_pane(0)
        self._load_rows()
        self.action_refresh()

    # The ranking

    def _load_rows(self) -> None:
        self._rows_generation += 1
        self._reloaded_at = monotonic()
        self._read_rows(self._rows_generation, self._query, self._sort)

    @work(thread=True, exclusive=True, group="rows")
    def _read_rows(self, generation: int, query: str, sort: str) -> None:
        report(
            self.app,
            self,
            lambda: RowsRead(generation, self.app.workspace.rows(query, sort=sort)),
            lambda problem: RowsRead(generation, [], problem),
        )

    def on_rows_read(self, message: RowsRead) -> None:
        """Show the ranking, unless a newer one is on its way."""
        if message.generation != self._rows_generation:
            return
        self._filter.say(message.problem)
        if message.problem:
            return
        self._table.show(message.rows, sorted_by=self._sort, now=self.app.clock())
        self._say_count()
        self.call_after_refresh(self._show_detail)  # what it is drawn from is imported behind the ranking

    def _say_count(self) -> None:
        rows, marked = self._table.rows, self._table.marked
        words = plural(len(rows), "session") + (f" of “{one_line(self._query, 30)}”" if self._query else "")
        if marked:
            words += f" · {len(marked)} marked"
        self.query_one("#ranking", Pane).say(f"{words} · by {self._sort.replace('_', ' ')}")
        stores = ", ".join(one_line(store.name, 30) for store in self.app.workspace.stores)
        self._top.where = f"Sessions · {stores}" if stores else "Sessions"
        is_empty = not rows and not self._query and not self._is_refreshing
        empty = self.query_one("#empty", Static)
        empty.display = is_empty
        self._table.display = not is_empty
        self.refresh_bindings()
        if is_empty:
            empty.update(empty_page(self.app.workspace))

    def action_sort(self) -> None:
        """Rank by the next column."""
        self._sort = _SORTS[(_SORTS.index(self._sort) + 1) % len(_SORTS)]
        self._load_rows()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about sessions needs one; what takes off needs something to take off."""
        if action in ("curate", "transcript", "mark", "sort"):
            return bool(self._table.rows)
        if action == "clear":
            return self._filter.display or bool(self._table.marked)
        if action == "filter":
            return not self._filter.has_focus_within and bool(self._table.rows or self._query)
        return super().check_action(action, parameters)

    # The filter

    def action_filter(self) -> None:
        """Open the filter line."""
        self.show_pane(0)
        self._filter.open()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._query = event.value.strip()
        if self._filter_timer:
            self._filter_timer.stop()
        self._filter_timer = self.set_timer(delays.FILTER, self._load_rows)

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self._filter.close(keep=bool(self._query))
        self._table.focus()

    def action_clear(self) -> None:
        """Leave the filter line, then the marks."""
        if self._filter.display:
            self._filter.close()
            self._table.focus()
        elif self._table.marked:
            self._table.clear_marks()
            self._say_count()

    # The detail pane

    @on(LineView.Moved, "#table")
    def _moved(self) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.row
        self._detail_generation += 1
        if self._detail_timer:
            self._detail_timer.stop()
        known = self._read.get(row.key) if row else None
        self._detail.show_row(row)
        if known is not None:
            self._detail.show_analysis(known)
        elif row is not None:
            self._detail_timer = self.set_timer(delays.LOOK, lambda: self._analyze(row))
        name = one_line(row.title or row.session_id, 60) if row else ""
        self.query_one("#detail", Pane).say(name)

    def _analyze(self, row: SessionRow) -> None:
        self._read_analysis(self._detail_generation, row)

    @work(thread=True, exclusive=True, group="analysis")
    def _read_analysis(self, generation: int, row: SessionRow) -> None:
        report(
            self.app,
            self,
            lambda: AnalysisRead(generation, row.key, self.app.workspace.analyze(row.store, row.session_id)),
            lambda problem: AnalysisRead(generation, row.key, None, problem),
        )

    def on_analysis_read(self, message: AnalysisRead) -> None:
        """Show what a session shows, if the cursor is still on it."""
        if message.analysis is not None:
            self._read[message.key] = message.analysis
        if message.generation != self._detail_generation:
            return
        if message.analysis is not None:
            self._detail.show_analysis(message.analysis)
        else:
            self._detail.show_problem(message.problem)

    # The background refresh

    def action_refresh(self) -> None:
        """Look for new and changed sessions, unless that is under way."""
        if not self._is_refreshing:
            self._is_refreshing = True
            self._top.state = "looking for sessions …"
            self._refresh_catalog()

    @work(thread=True, exclusive=True, group="refresh")
    def _refresh_catalog(self) -> None:
        worker = get_current_worker()

        def moved(progress: Progress) -> None:
            self.post_message(RefreshMoved(progress.done, progress.total, progress.store))

        def refresh() -> RefreshEnded:
            found = self.app.workspace.refresh(moved, lambda: worker.is_cancelled)
            return RefreshEnded(found.profiled, found.removed, found.problems)

        report(self.app, self, refresh, lambda problem: RefreshEnded(0, 0, (problem,)))

    def on_refresh_moved(self, message: RefreshMoved) -> None:
        """Draw the progress, and every second the ranking as far as it is."""
        share = message.done / message.total if message.total else 0.0
        store = one_line(message.store, 24)
        self._top.state = f"reading {store} {message.done}/{message.total} {figures.bar(share, 10)}"
        if monotonic() - self._reloaded_at > delays.RELOAD:
            self._load_rows()

    def on_refresh_ended(self, message: RefreshEnded) -> None:
        """Show what came of it."""
        self._is_refreshing = False
        self._top.state = "read only" if self.app.workspace.read_only else ""
        self.query_one("#problems", Banner).say((*self._known_problems, *message.problems))
        if message.profiled or message.removed:
            self._read.clear()
        self._load_rows()

    @property
    def _known_problems(self) -> tuple[str, ...]:
        workspace = self.app.workspace
        return (*workspace.problems, workspace.catalog.notice)

    # Onwards

    def action_mark(self) -> None:
        """Mark the session under the cursor."""
        self._table.toggle_mark()
        self._say_count()

    @on(LineView.Chosen, "#table")
    def action_curate(self) -> None:
        """Curate the marked sessions, or the one under the cursor."""
        row = self._table.row
        marked = sorted(self._table.marked)
        keys = marked or ([row.key] if row else [])
        if keys and self.is_current:
            self.app.curate_sessions(keys)

    def action_transcript(self) -> None:
        """Read the session under the cursor."""
        row = self._table.row
        if row is not None and self.is_current:
            self.app.read_session(row.store, row.session_id)

    def action_templates(self) -> None:
        """Choose a saved template."""
        if self.is_current:
            self.app.choose_template()

    def action_leave(self) -> None:
        """Quit."""
        self.app.action_leave_app()

    @property
    def _top(self) -> TopLine:
        return self.query_one(TopLine)

    @property
    def _table(self) -> SessionTable:
        return self.query_one(SessionTable)

    @property
    def _filter(self) -> FilterLine:
        return self.query_one(FilterLine)

    @property
    def _detail(self) -> SessionDetail:
        return self.query_one(SessionDetail)
