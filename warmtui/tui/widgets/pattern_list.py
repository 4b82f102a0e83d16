"""What could go into the template, in its groups: a tick for what does, what it is, its count and rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from warmtui.templates.draft import Draft, DraftItem, Group
from warmtui.templates.draft import Part as TemplatePart
from warmtui.templates.models import SUMMARY, ContextNote, RecoveryPattern, ToolCallPattern, UserPattern
from warmtui.text import one_line
from warmtui.tui import figures
from warmtui.tui.cells import fit, fit_foreign
from warmtui.tui.desk import OPENING
from warmtui.tui.widgets.line_view import LineView, Part

_MARGIN = 6


@dataclass(frozen=True, slots=True)
class _Row:
    """A heading (without an id), an item, or the opening words (an id without an item)."""

    group: Group
    item_id: str = ""
    item: DraftItem | None = None


class PatternList(LineView):
    """The items of a draft under the headings of their groups."""

    def __init__(self, widget_id: str | None = None) -> None:
        super().__init__(widget_id)
        self._rows: list[_Row] = []
        self._changed: frozenset[str] = frozenset()

    @property
    def chosen(self) -> str | None:
        """The id of the item under the cursor, or `OPENING`; None before there is any."""
        return self._rows[self.cursor].item_id or None if 0 <= self.cursor < len(self._rows) else None

    def show(self, draft: Draft, changed: frozenset[str]) -> None:
        """Show the items of `draft`; those in `changed` carry a star. The cursor stays on its item."""
        chosen = self.chosen
        self._rows = list(_rows(draft))
        self._changed = changed
        self.changed()
        self.choose(chosen)

    def choose(self, item_id: str | None) -> None:
        """Put the cursor on an item, or on the first where that one is not there."""
        places = [place for place, row in enumerate(self._rows) if row.item_id]
        found = (place for place in places if self._rows[place].item_id == item_id)
        place = next(found, places[0] if places else 0)
        if place != self.cursor:
            self.go_to(place)

    def line_count(self) -> int:
        """Headings and items."""
        return len(self._rows)

    def is_stop(self, index: int) -> bool:
        """The cursor rests on items alone."""
        return super().is_stop(index) and bool(self._rows[index].item_id)

    def draw(self, index: int, width: int) -> list[Part]:
        """Return a heading with how many are ticked, or an item."""
        row = self._rows[index]
        star = ("*" if row.item_id in self._changed else " ", "line--warn")
        if not row.item_id:
            items = [other.item for other in self._rows if other.group == row.group and other.item]
            ticked = sum(item.included for item in items)
            return [(fit(f"{row.group.value.capitalize()} {ticked}/{len(items)}", width), "line--head")]
        if row.item is None:
            return [("    ", ""), star, (fit(OPENING, width - _MARGIN), "line--accent")]
        note = count_of(row.item.part)
        room = width - _MARGIN - cell_len(note) - 1
        return [
            (" ", ""),
            ("[x]", "line--good") if row.item.included else ("[ ]", "line--dim"),
            star,
            (fit_foreign(name_of(row.item.part), room) + " ", "" if row.item.included else "line--dim"),
            (note + " ", "line--dim"),
        ]


def _rows(draft: Draft) -> Iterator[_Row]:
    for group in Group:
        yield _Row(group)
        if group is Group.CONTEXT:
            yield _Row(group, OPENING)
        for item in draft.group(group):
            yield _Row(group, item.item_id, item)


def name_of(part: TemplatePart) -> str:
    """Return what a part is called in a line."""
    if isinstance(part, ToolCallPattern):
        return part.tool_name
    if isinstance(part, UserPattern):
        return one_line(part.style or part.guidance or "how the person works", 80)
    if isinstance(part, RecoveryPattern):
        return one_line(f"{part.tool_name}: {_without_tool(part)}".removeprefix(": "), 120)
    if isinstance(part, ContextNote):
        return one_line(f"summary: {part.value}" if part.kind == SUMMARY else part.value, 120)
    tools = " → ".join(call.tool_name for call in part.calls)
    return one_line(f"{tools}: {part.request}" if part.request else tools, 120)


def _without_tool(part: RecoveryPattern) -> str:
    signature = part.error_signature or part.recovery_strategy
    return signature.removeprefix(part.tool_name).lstrip(" :|·")


def count_of(part: TemplatePart) -> str:
    """Return the count and rate of a part, in a few cells; empty where it has none."""
    if isinstance(part, ToolCallPattern):
        return f"{_times(part.calls)} {figures.percent(part.success_rate)}"
    if isinstance(part, RecoveryPattern):
        return figures.ratio(part.recovered or 0, part.episodes or 0)
    if isinstance(part, UserPattern):
        return _times(part.message_count)
    if isinstance(part, ContextNote):
        return _times(part.count)
    return "synthetic" if part.synthetic else ""


def _times(count: int | None) -> str:
    return "n unknown" if count is None else f"{count}×"
