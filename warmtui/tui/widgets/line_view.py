"""The base of every large view: a ScrollView that draws only the lines on screen, and keeps what it drew."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseEvent, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from warmtui.tui.commands import bindings

_KEPT_STRIPS = 4_000

Part = tuple[str, str]
"""A piece of a line: its text, already safe to show, and the name of a component style, or nothing."""


class LineView(ScrollView, can_focus=True):
    """Lines drawn one by one; with a cursor, or scrolled as a whole.

    A subclass says how many lines there are and draws one as parts; `changed` is called when they change.
    """

    BINDINGS = bindings("lists")
    ALLOW_SELECT = False
    HAS_CURSOR = True
    # The gutter is stable: a scrollbar that comes and goes would wrap every line anew.
    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line--cursor",
        "line--cursor-away",
        "line--head",
        "line--dim",
        "line--bold",
        "line--accent",
        "line--good",
        "line--warn",
        "line--bad",
        "line--mark",
    }

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, view: LineView, cursor: int) -> None:
            super().__init__()
            self.view = view
            self.cursor = cursor

        @property
        def control(self) -> LineView:
            """The view it happened in."""
            return self.view

    class Chosen(Moved):
        """A line was clicked twice."""

    def __init__(self, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}

    @abstractmethod
    def line_count(self) -> int:
        """Return how many lines there are."""

    @abstractmethod
    def draw(self, index: int, width: int) -> list[Part]:
        """Return line `index` as parts; what is wider than `width` is cut."""

    def head(self, width: int) -> list[Part] | None:
        """Return a line that stays on top, or None."""
        del width
        return None

    def is_stop(self, index: int) -> bool:
        """Whether the cursor may rest on line `index`."""
        return 0 <= index < self.line_count()

    def changed(self) -> None:
        """Draw everything anew, because the lines are others now; the cursor stays where it can."""
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, self.line_count() + self._head_lines)
        self.cursor = min(self.cursor, max(0, self.line_count() - 1))
        self.refresh()

    def go_to(self, index: int) -> None:
        """Put the cursor on line `index` and bring it into sight."""
        self.cursor = max(0, min(index, self.line_count() - 1))
        self._show_cursor()

    @property
    def _head_lines(self) -> int:
        return 1 if self.head(1) is not None else 0

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._head_lines)

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two lines that changed and say so."""
        if self.is_mounted:
            top = self._head_lines
            self.refresh_line(old + top)
            self.refresh_line(new + top)
            self.post_message(self.Moved(self, new))

    def notify_style_update(self) -> None:
        """Forget what was drawn with the styles of before."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self, event: Resize) -> None:
        """Lay out for the new width, and keep the cursor in sight."""
        del event
        self.changed()
        if self.HAS_CURSOR:
            self.call_after_refresh(self._show_cursor)

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is; twice is as good as enter."""
        index = self._index_at(event)
        if self.HAS_CURSOR and index is not None and self.is_stop(index):
            self.cursor = index
            if event.chain == 2:
                self.post_message(self.Chosen(self, index))

    def _index_at(self, event: MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self._head_lines:
            return None
        return offset.y - self._head_lines + self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the view."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y < self._head_lines:
            return self._strip(self.head(width) or [], width).apply_style(base)
        index = y - self._head_lines + self.scroll_offset.y
        if not 0 <= index < self.line_count():
            return Strip.blank(width, base)
        strip = self._strips.get(index)
        if strip is None or strip.cell_length != width:
            if len(self._strips) >= _KEPT_STRIPS:
                self._strips.clear()
            strip = self._strips[index] = self._strip(self.draw(index, width), width)
        if self.HAS_CURSOR and index == self.cursor:
            strip = self._under_cursor(strip)
        return strip.apply_style(base)

    def _under_cursor(self, strip: Strip) -> Strip:
        cursor = self.style("line--cursor" if self.has_focus else "line--cursor-away")
        over = Style(bgcolor=cursor.bgcolor, bold=cursor.bold)
        return Strip(Segment.apply_style(strip, post_style=over), strip.cell_length)

    def _strip(self, parts: list[Part], width: int) -> Strip:
        segments = [Segment(text, self.style(name) if name else None) for text, name in parts if text]
        return Strip(segments).adjust_cell_length(width)

    def style(self, name: str) -> Style:
        """Return a component style, looked up once a theme."""
        found = self._styles.get(name)
        if found is None:
            found = self._styles[name] = self.get_component_rich_style(name)
        return found

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + self._page:
            top = self.cursor - self._page + 1
        # A heading that the cursor cannot rest on is brought into sight with the first line under it.
        if self.cursor == self._next_stop(-1, 1):
            top = 0
        self.scroll_to(y=top, animate=False, immediate=True)

    def _next_stop(self, start: int, step: int) -> int:
        index = start + step
        while 0 <= index < self.line_count():
            if self.is_stop(index):
                return index
            index += step
        return start

    def _move(self, by: int) -> None:
        if not self.HAS_CURSOR:
            self.scroll_relative(y=by, animate=False, immediate=True)
            return
        aim = max(0, min(self.cursor + by, self.line_count() - 1))
        step = 1 if by > 0 else -1
        if not self.is_stop(aim):
            aim = self._next_stop(aim, step)
        if not self.is_stop(aim):
            aim = self._next_stop(aim, -step)
        if self.is_stop(aim):
            self.go_to(aim)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._move(1)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._move(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self._move(self._page)

    def action_page_up(self) -> None:
        """One page up."""
        self._move(-self._page)

    def action_first(self) -> None:
        """To the first line."""
        self._move(-max(1, self.line_count()))

    def action_last(self) -> None:
        """To the last line."""
        self._move(max(1, self.line_count()))
