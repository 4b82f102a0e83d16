"""The evidence under the edit pane: read from the store in a worker, for the item that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from warmtui.profiling.evidence import Evidence
from warmtui.text import plural
from warmtui.tui import delays
from warmtui.tui.background import report
from warmtui.tui.exhibits import Exhibit
from warmtui.tui.messages import EvidenceRead
from warmtui.tui.widgets.evidence_view import EvidenceView

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp

_MOST = 20
"""Places that are read for one item: more than anybody scrolls through beside an editor."""


class EvidencePane(Vertical):
    """A title that counts the places, and the messages there."""

    app: WarmtuiApp

    def __init__(self, read: Callable[[Sequence[Evidence]], list[Exhibit]]) -> None:
        super().__init__(id="evidence")
        self._read = read
        self._generation = 0
        self._shown: tuple[Evidence, ...] | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the title over the messages."""
        yield Static(id="evidence-title")
        yield EvidenceView("evidence-view")

    def show(self, evidence: tuple[Evidence, ...]) -> None:
        """Show the messages of `evidence`, unless they are shown."""
        if evidence == self._shown:
            return
        self._shown = evidence
        self._generation += 1
        generation = self._generation
        if self._timer:
            self._timer.stop()
        places = evidence[:_MOST]
        more = f", the first {_MOST} shown" if len(evidence) > _MOST else ""
        self.query_one("#evidence-title", Static).update(Content(f"Evidence: {plural(len(evidence), 'place')}{more}"))
        view = self.query_one(EvidenceView)
        if not places:
            view.say("No evidence was recorded for this.")
            return
        view.say("reading …")
        self._timer = self.set_timer(delays.LOOK, lambda: self._read_places(generation, places))

    @work(thread=True, exclusive=True, group="evidence")
    def _read_places(self, generation: int, places: tuple[Evidence, ...]) -> None:
        report(
            self.app,
            self,
            lambda: EvidenceRead(generation, self._read(places)),
            lambda problem: EvidenceRead(generation, [], problem),
        )

    def on_evidence_read(self, message: EvidenceRead) -> None:
        """Show them, unless another item was chosen meanwhile."""
        message.stop()
        if message.generation != self._generation:
            return
        view = self.query_one(EvidenceView)
        if message.problem:
            view.say(message.problem, is_problem=True)
        else:
            view.show_exhibits(message.exhibits, (self._shown or ())[:_MOST])
