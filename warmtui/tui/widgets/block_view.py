"""Blocks of wrapped text under headings, drawn line by line; an edit re-wraps the block it is in, alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.events import Resize

from warmtui.text import visible
from warmtui.tui.cells import fit_foreign, wrap
from warmtui.tui.widgets.line_view import LineView, Part

_INDENT = 2
_MARGIN = 1

Paragraph = tuple[str, str]
"""The name of a style, and text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading and what stands under it.

    Attributes:
        heading: said of the block, on one line.
        note: stands at the right of the heading.
        style: of the heading.
        body: its paragraphs; what is in them is made safe to show when it is wrapped.
        is_marked: whether a bar along its left says that it belongs to what is chosen.
    """

    heading: str
    note: str = ""
    style: str = "line--bold"
    body: tuple[Paragraph, ...] = ()
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block: its heading (no text), a line of its body, or the gap under it."""

    block: Block
    text: str | None = None
    style: str = ""
    is_gap: bool = False


class BlockView(LineView):
    """Blocks, one under the other, scrolled as a whole."""

    HAS_CURSOR = False

    def __init__(self, widget_id: str | None = None) -> None:
        super().__init__(widget_id)
        self._blocks: Sequence[Block] = ()
        self._lines: list[_Line] = []
        self._wrapped: dict[tuple[Paragraph, ...], tuple[Paragraph, ...]] = {}
        self._wrapped_width = 0
        self._aim: _Line | None = None
        self.wraps = 0

    def show(self, blocks: Sequence[Block]) -> None:
        """Show `blocks`; the place in the text stays."""
        self._blocks = blocks
        self.changed()

    def changed(self) -> None:
        """Lay the blocks out for the width there is."""
        self._lay_out(max(8, self.scrollable_content_region.width - _INDENT - _MARGIN))
        super().changed()

    def _lay_out(self, width: int) -> None:
        known = self._wrapped if width == self._wrapped_width else {}
        used: dict[tuple[Paragraph, ...], tuple[Paragraph, ...]] = {}
        self._lines = []
        for block in self._blocks:
            lines = known.get(block.body) or used.get(block.body)
            if lines is None:
                lines = _wrapped(block.body, width)
                self.wraps += 1
            used[block.body] = lines
            if block.heading:
                self._lines.append(_Line(block))
            self._lines.extend(_Line(block, text, style) for style, text in lines)
            self._lines.append(_Line(block, "", is_gap=True))
        if self._lines:
            self._lines.pop()
        self._wrapped, self._wrapped_width = used, width

    def line_count(self) -> int:
        """Headings, wrapped lines and the gaps between blocks."""
        return len(self._lines)

    def draw(self, index: int, width: int) -> list[Part]:
        """Return a heading with its note, or a wrapped line."""
        line = self._lines[index]
        block = line.block
        gutter = ("▌ " if block.is_marked and not line.is_gap else "  ", "line--mark")
        if line.text is not None:
            return [gutter, (line.text, line.style)]
        room = width - _INDENT - cell_len(block.note) - 1 - _MARGIN
        return [gutter, (fit_foreign(block.heading, room) + " ", block.style), (block.note, "line--dim")]

    def block_at(self, index: int) -> int | None:
        """Return the place of the block that line `index` belongs to, or None where there is no such line."""
        if not 0 <= index < len(self._lines):
            return None
        block = self._lines[index].block
        return next(place for place, one in enumerate(self._blocks) if one is block)

    def show_change(self, blocks: Sequence[Block]) -> None:
        """Show `blocks` and bring the first line that is another one than before into sight."""
        before = [line.text for line in self._lines]
        self.show(blocks)
        for index, line in enumerate(self._lines):
            if index >= len(before) or line.text != before[index]:
                self._bring(index)
                return

    def show_marked(self) -> None:
        """Bring the first marked block into sight."""
        for index, line in enumerate(self._lines):
            if line.block.is_marked:
                self._bring(index)
                return

    def on_resize(self, event: Resize) -> None:
        """Lay out for the new width; a view that was out of sight now shows what it was to bring into sight."""
        super().on_resize(event)
        if self._aim is not None and event.size.height:
            self.call_after_refresh(self._bring_aim)

    def _bring_aim(self) -> None:
        aim, self._aim = self._aim, None
        if aim is None:
            return
        of_block = [index for index, line in enumerate(self._lines) if line.block == aim.block]
        same = [index for index in of_block if self._lines[index].text == aim.text]
        for index in (same or of_block)[:1]:
            self._bring(index)

    def _bring(self, index: int) -> None:
        if not self.size.height:
            self._aim = self._lines[index]
            return
        top = self.scroll_offset.y
        if not top <= index < top + self._page:
            self.scroll_to(y=max(0, index - self._page // 3), animate=False, immediate=True)


def _wrapped(body: tuple[Paragraph, ...], width: int) -> tuple[Paragraph, ...]:
    return tuple((style, line) for style, text in body for line in wrap(visible(text), width))
