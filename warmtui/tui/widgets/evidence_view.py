"""The messages a pattern was seen in, as plain text, each call with the letter of its outcome."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.profiling.evidence import Evidence
from warmtui.text import one_line
from warmtui.tui.commands import bindings
from warmtui.tui.exhibits import Exhibit
from warmtui.tui.figures import OUTCOME_LETTERS, OUTCOME_STYLES
from warmtui.tui.widgets.block_view import Block, BlockView

_BODY_STYLES = {"call": "line--bold", "problem": "line--bad"}


class EvidenceView(BlockView):
    """Exhibits, one under the other; or one sentence in their place."""

    BINDINGS = bindings("evidence")
    HAS_CURSOR = True

    def __init__(self, widget_id: str) -> None:
        super().__init__(widget_id)
        self._places: Sequence[Evidence] = ()

    @property
    def place(self) -> Evidence | None:
        """The place of the exhibit under the cursor; None while there is none."""
        at = self.block_at(self.cursor)
        return self._places[at] if at is not None and at < len(self._places) else None

    def action_read(self) -> None:
        """Ask for the session at this place."""
        self.post_message(self.Chosen(self, self.cursor))

    def show_exhibits(self, exhibits: Sequence[Exhibit], places: Sequence[Evidence]) -> None:
        """Show `exhibits` from the top, and where each lies."""
        self._places = places
        self.show([_block(exhibit) for exhibit in exhibits])
        self.go_to(0)
        self.scroll_home(animate=False, immediate=True)

    def say(self, sentence: str, *, is_problem: bool = False) -> None:
        """Show one sentence instead: nothing to see, still reading, or why not."""
        self._places = ()
        style = "line--bad" if is_problem else "line--dim"
        self.show([Block(heading="", body=((style, sentence),))] if sentence else [])


def _block(exhibit: Exhibit) -> Block:
    letter = OUTCOME_LETTERS.get(exhibit.outcome, "")
    return Block(
        heading=one_line(exhibit.heading, 200),
        note=f"{letter} {exhibit.outcome}".strip(),
        style=OUTCOME_STYLES.get(exhibit.outcome, "line--bold"),
        body=tuple((_BODY_STYLES.get(kind, ""), text) for kind, text in exhibit.paragraphs),
    )
