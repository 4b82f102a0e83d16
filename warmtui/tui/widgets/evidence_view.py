"""The messages a pattern was seen in, as plain text, each call with the letter of its outcome."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.profiling.outcomes import Outcome
from warmtui.text import one_line
from warmtui.tui.exhibits import Exhibit
from warmtui.tui.figures import OUTCOME_LETTERS
from warmtui.tui.widgets.block_view import Block, BlockView

_HEADING_STYLES = {
    Outcome.OK: "line--good",
    Outcome.SIGNAL: "line--warn",
    Outcome.FAILED: "line--bad",
    Outcome.REJECTED: "line--bad",
}
_BODY_STYLES = {"call": "line--bold", "problem": "line--bad"}


class EvidenceView(BlockView):
    """Exhibits, one under the other; or one sentence in their place."""

    def show_exhibits(self, exhibits: Sequence[Exhibit]) -> None:
        """Show `exhibits` from the top."""
        self.show([_block(exhibit) for exhibit in exhibits])
        self.scroll_home(animate=False, immediate=True)

    def say(self, sentence: str, *, is_problem: bool = False) -> None:
        """Show one sentence instead: nothing to see, still reading, or why not."""
        style = "line--bad" if is_problem else "line--dim"
        self.show([Block(heading="", body=((style, sentence),))] if sentence else [])


def _block(exhibit: Exhibit) -> Block:
    letter = OUTCOME_LETTERS.get(exhibit.outcome, "")
    return Block(
        heading=one_line(exhibit.heading, 200),
        note=f"{letter} {exhibit.outcome}".strip(),
        style=_HEADING_STYLES.get(Outcome(exhibit.outcome), "line--bold") if exhibit.outcome else "line--bold",
        body=tuple((_BODY_STYLES.get(kind, ""), text) for kind, text in exhibit.paragraphs),
    )
