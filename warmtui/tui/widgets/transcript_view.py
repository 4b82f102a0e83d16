"""A whole conversation in lines: an entry a line until it is unfolded; only what is in sight is wrapped and drawn."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from rich.cells import cell_len

from warmtui.profiling.outcomes import Outcome
from warmtui.text import one_line, visible
from warmtui.tui.cells import cut, fit, fit_foreign, wrap
from warmtui.tui.figures import OUTCOME_LETTERS, OUTCOME_STYLES
from warmtui.tui.transcript import Entry, brief
from warmtui.tui.widgets.line_view import LineView, Part

_MARK, _WHO, _INDENT = 2, 9, 4
_HEAD = 400  # characters of a text that a folded line is made of: more than any terminal shows
_LONGEST = 60_000  # characters of one text that are unfolded
_WHO_STYLES = {"user": "line--accent", "agent": "line--bold"}
_BODY_STYLES = {"arguments": "line--accent"}


class TranscriptView(LineView):
    """Entries, each on one line or unfolded under it; the cursor goes through all lines."""

    def __init__(self, widget_id: str = "transcript-view") -> None:
        super().__init__(widget_id)
        self._entries: Sequence[Entry] = ()
        self._began: float | None = None
        self._bodies: dict[int, list[Part]] = {}
        self._open: set[int] = set()
        self._starts: list[int] = []
        self._total = 0
        self._width = 0
        self._sought: re.Pattern[str] | None = None
        self._texts: list[str] = []

    @property
    def entries(self) -> Sequence[Entry]:
        """What is shown."""
        return self._entries

    @property
    def current(self) -> int:
        """The entry the cursor is in, by its place."""
        return max(0, bisect_right(self._starts, self.cursor) - 1)

    def show(self, entries: Sequence[Entry]) -> None:
        """Show `entries`, all folded."""
        self._entries = entries
        self._began = next((entry.timestamp for entry in entries if entry.timestamp is not None), None)
        self._bodies.clear()
        self._texts.clear()
        self._open.clear()
        self.changed()

    # Folding

    def toggle(self) -> None:
        """Unfold the entry under the cursor, or fold it; the cursor goes to its first line."""
        if not self._entries:
            return
        at = self.current
        self._open ^= {at}
        self.changed()
        self.go_to(self._starts[at])
        if at in self._open:
            self._bring_into_sight(at)

    def toggle_all(self) -> None:
        """Unfold everything, or fold everything where most is unfolded; the cursor stays on its entry."""
        at = self.current
        self._open = set() if len(self._open) * 2 > len(self._entries) else set(range(len(self._entries)))
        self.changed()
        if self._entries:
            self.go_to(self._starts[at])

    def go_to_entry(self, at: int, *, unfold: bool = False) -> None:
        """Put the cursor on the first line of an entry; `unfold` shows all of it."""
        if unfold and at not in self._open:
            self._open.add(at)
            self.changed()
        self.go_to(self._starts[at])
        if unfold:
            self._bring_into_sight(at)

    def go_to_next(self, wanted: Callable[[Entry], bool], step: int) -> bool:
        """Go to the next entry that is wanted, or with `step` −1 to the one before; False where there is none."""
        at = self.current + step
        while 0 <= at < len(self._entries):
            if wanted(self._entries[at]):
                self.go_to_entry(at)
                return True
            at += step
        return False

    # Searching

    def seek(self, words: str) -> int:
        """Mark every place of `words`, without regard to case, and return how many entries hold them."""
        self._sought = re.compile(re.escape(words), re.IGNORECASE) if words else None
        self._strips.clear()
        self.refresh()
        return sum(map(self._holds, range(len(self._entries)))) if words else 0

    def _holds(self, at: int) -> bool:
        """Whether an entry holds what is sought."""
        if self._sought is None:
            return False
        if not self._texts:  # as it is shown, not as it is stored
            self._texts = ["\n".join([one.tool, *(text for _, text in one.paragraphs())]) for one in self._entries]
        return self._sought.search(self._texts[at]) is not None

    def go_to_sought(self, step: int, *, here: bool = False) -> bool:
        """Go to the next line that holds what is sought, unfolding its entry; False where there is none.

        Args:
            step: 1 for the next, −1 for the one before.
            here: the line under the cursor counts too.
        """
        if not self._entries:
            return False
        if here and self._holds_line(self.cursor):
            return True
        at = self.current
        if at in self._open and self._go_within(at, range(self.cursor + step, self._edge(at, step), step)):
            return True
        at += step
        while 0 <= at < len(self._entries):
            if self._holds(at):
                self.go_to_entry(at, unfold=True)
                first, end = self._starts[at], self._end(at)
                self._go_within(at, range(first, end) if step > 0 else range(end - 1, first - 1, -1))
                return True
            at += step
        return False

    def _go_within(self, at: int, lines: range) -> bool:
        for line in lines:
            if self._holds_line(line, at):
                self.go_to(line)
                return True
        return False

    def _holds_line(self, line: int, at: int | None = None) -> bool:
        if self._sought is None:
            return False
        at = max(0, bisect_right(self._starts, line) - 1) if at is None else at
        if line == self._starts[at]:
            return at not in self._open and self._holds(at)
        return self._sought.search(self._body(at)[line - self._starts[at] - 1][0]) is not None

    # Lines

    def changed(self) -> None:
        """Count the lines anew, for the width there is."""
        width = self.scrollable_content_region.width
        if width != self._width:
            self._bodies.clear()
            self._width = width
        counts = [1 + len(self._body(at)) if at in self._open else 1 for at in range(len(self._entries))]
        self._starts = list(accumulate(counts, initial=0))[:-1] if counts else []
        self._total = sum(counts)
        super().changed()

    def line_count(self) -> int:
        """A line an entry, and the lines of what is unfolded."""
        return self._total

    def draw(self, index: int, width: int) -> list[Part]:
        """Return an entry's line, or a line of an unfolded one."""
        at = max(0, bisect_right(self._starts, index) - 1)
        if index == self._starts[at]:
            return self._heading(at, width)
        text, style = self._body(at)[index - self._starts[at] - 1]
        return [(" " * _INDENT, ""), *self._with_marks(text, style)]

    def _heading(self, at: int, width: int) -> list[Part]:
        entry = self._entries[at]
        mark = ("▾ " if at in self._open else "▸ ", "line--dim")
        note = f" {self._offset(entry)} #{one_line(str(entry.message_id), 12)}"
        room = max(8, width - _MARK - _WHO - cell_len(note) - 1)
        if entry.is_call:
            label = _label(entry)
            words = [*self._call_words(entry, room)]
        else:
            label = (fit(entry.who if not entry.tool else "stray", _WHO), _WHO_STYLES.get(entry.who, "line--dim"))
            style = "" if entry.who in ("user", "agent") else "line--dim"
            words = [*self._with_marks(fit_foreign(entry.said[:_HEAD], room), style)]
        return [mark, label, *words, (note, "line--dim")]

    def _call_words(self, entry: Entry, room: int) -> list[Part]:
        style = OUTCOME_STYLES.get(entry.outcome or Outcome.UNKNOWN, "line--dim")
        tool = one_line(entry.tool, max(8, room // 3)) + " "
        left = room - cell_len(tool)
        came_back = max(0, left // 2 - 3)
        arguments = fit_foreign(_head(entry.said), left - came_back - 3)
        return [
            (tool, style),
            *self._with_marks(arguments, ""),
            (" → ", "line--dim"),
            *self._with_marks(fit_foreign(_head(entry.result), came_back), "line--dim"),
        ]

    def _body(self, at: int) -> list[Part]:
        found = self._bodies.get(at)
        if found is None:
            width = max(8, self.scrollable_content_region.width - _INDENT - 1)
            found = self._bodies[at] = [
                (line, _BODY_STYLES.get(kind, ""))
                for kind, text in self._entries[at].paragraphs()
                for line in wrap(visible(cut(text, _LONGEST)), width)
            ]
        return found

    def _with_marks(self, text: str, style: str) -> list[Part]:
        """Return a text with what is sought in it marked."""
        if self._sought is None:
            return [(text, style)]
        parts: list[Part] = []
        done = 0
        for match in self._sought.finditer(text):
            parts += [(text[done : match.start()], style), (match.group(), "line--mark")]
            done = match.end()
        return [*parts, (text[done:], style)]

    def _offset(self, entry: Entry) -> str:
        """Return how long after the start it was, as hours, minutes and seconds; blank where that is unknown."""
        if entry.timestamp is None or self._began is None:
            return ""
        seconds = max(0, int(entry.timestamp - self._began))
        return f"+{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _end(self, at: int) -> int:
        return self._starts[at + 1] if at + 1 < len(self._starts) else self.line_count()

    def _edge(self, at: int, step: int) -> int:
        return self._end(at) if step > 0 else self._starts[at] - 1

    def _bring_into_sight(self, at: int) -> None:
        """Scroll so that an unfolded entry is seen whole, or from its first line on."""
        first, end = self._starts[at], self._end(at)
        top = self.scroll_offset.y
        if end > top + self._page:
            self.scroll_to(y=min(first, end - self._page), animate=False, immediate=True)


def _label(entry: Entry) -> Part:
    outcome = entry.outcome or Outcome.UNKNOWN
    letter = OUTCOME_LETTERS[outcome]
    return fit(f"  {letter}", _WHO), OUTCOME_STYLES.get(outcome, "line--dim")


def _head(text: str) -> str:
    """Return what a folded line says of arguments or a result; what is large is not parsed for it."""
    return brief(text)[:_HEAD] if len(text) <= _LONGEST else text[:_HEAD]
