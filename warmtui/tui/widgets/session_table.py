"""The ranking: one line a session, the columns that fit, the cursor kept on its session through a refresh."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.catalog.models import SessionRow
from warmtui.tui.widgets.line_view import LineView, Part
from warmtui.tui.widgets.session_columns import COLUMNS, GAP, Column, Place, fitting

_GUTTER = 2


class SessionTable(LineView):
    """Sessions by rank; marked ones carry a dot, the one under the cursor a bar."""

    def __init__(self, widget_id: str | None = None) -> None:
        super().__init__(widget_id)
        self.rows: Sequence[SessionRow] = ()
        self.marked: set[tuple[str, str]] = set()
        self.sorted_by = "score"
        self.now = 0.0
        self._is_held = False

    @property
    def row(self) -> SessionRow | None:
        """The session under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[SessionRow], *, sorted_by: str, now: float) -> None:
        """Show `rows`; the cursor stays on the session it was put on, if that is among them.

        Until somebody moves it, it stays on the best: while a store is read for the first time that changes.
        """
        key = self.row.key if self.row and self._is_held else None
        self.rows, self.sorted_by, self.now = rows, sorted_by, now
        place = next((index for index, row in enumerate(rows) if row.key == key), None)
        self.changed()
        self.go_to((self.cursor if self._is_held else 0) if place is None else place)

    def watch_cursor(self, old: int, new: int) -> None:
        """Hold the session the cursor was put on."""
        self._is_held = self._is_held or new != 0
        super().watch_cursor(old, new)

    def toggle_mark(self) -> None:
        """Mark the session under the cursor, or take its mark off, and go one line on."""
        if self.row is not None:
            self._is_held = True
            self.marked ^= {self.row.key}
            self._strips.pop(self.cursor, None)
            self.refresh_line(self.cursor + 1)
            self.action_cursor_down()

    def clear_marks(self) -> None:
        """Take all marks off."""
        self.marked.clear()
        self.changed()

    def line_count(self) -> int:
        """One line a session."""
        return len(self.rows)

    def head(self, width: int) -> list[Part]:
        """Return the names of the columns; the one it is ranked by carries an arrow."""
        parts: list[Part] = [(" " * _GUTTER, "")]
        for column, cells in self._fitting(width):
            name = column.title + ("▾" if column.sort and column.sort == self.sorted_by else "")
            parts.append((column.place(name, cells) + " " * GAP, "line--head"))
        return parts

    def draw(self, index: int, width: int) -> list[Part]:
        """Return one session's cells."""
        row = self.rows[index]
        parts: list[Part] = [("●" if row.key in self.marked else " ", "line--mark"), (" ", "")]
        for column, cells in self._fitting(width):
            text, style = column.cell(Place(row, index, self.now, cells))
            parts.append((column.place(text, cells) + " " * GAP, style))
        return parts

    def _fitting(self, width: int) -> list[tuple[Column, int]]:
        return fitting(COLUMNS, width - _GUTTER)
