"""Text measured in terminal cells: cut, padded and wrapped so that wide characters never break a column."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from warmtui.text import one_line


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells: cut with an ellipsis, or padded on the other side."""
    if width <= 0:
        return ""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    padding = " " * (width - length)
    return padding + text if right else text + padding


def fit_foreign(text: str, width: int) -> str:
    """Return text of a session in exactly `width` cells: on one line, control characters made visible."""
    return fit(one_line(text, max(1, width)), width)


def cut(text: str, most: int) -> str:
    """Return at most `most` characters of a text; what was cut off is counted on a line of its own."""
    return text if len(text) <= most else f"{text[:most]}\n… {len(text) - most:,} more characters"


def wrap(text: str, width: int) -> list[str]:
    """Return `text`, already made visible, as lines of at most `width` cells; breaks at spaces if it can."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, max(2, width)))
    return lines


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    # Every character of plain ASCII is one cell, so most text never pays for measuring.
    measured = not paragraph.isascii()
    lines: list[str] = []
    start = 0
    while True:
        end = _fitting(paragraph, start, width) if measured else start + width
        if end >= len(paragraph):
            lines.append(paragraph[start:])
            return lines
        space = paragraph.rfind(" ", start + width // 2, end + 1)
        lines.append(paragraph[start : space if space > 0 else end])
        start = space + 1 if space > 0 else end


def _fitting(text: str, start: int, width: int) -> int:
    """Return the index up to which `text` fits in `width` cells from `start` on; at least one further."""
    used = 0
    for index in range(start, len(text)):
        used += cell_len(text[index])
        if used > width:
            return max(start + 1, index)
    return len(text)
