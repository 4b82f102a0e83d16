"""The columns of the ranking: what each shows, how wide it is, and which go first when room is short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from warmtui.catalog.models import SessionRow
from warmtui.text import one_line
from warmtui.tui import figures
from warmtui.tui.cells import fit, fit_foreign

GAP = 1
_FLEXIBLE_LEAST = 24

Cell = tuple[str, str]
"""Text and the name of its style."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell is drawn from: the session, its rank from 0, the time now, the cells to fill."""

    row: SessionRow
    rank: int
    now: float
    cells: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: its heading.
        width: its cells; 0 takes what is left.
        cell: what it shows of a row.
        sort: the name by which the catalog ranks, empty where it cannot.
        right: whether it stands at the right of its cells.
        spare: the higher, the sooner it is left out where room is short; 0 never.
    """

    title: str
    width: int
    cell: Callable[[Place], Cell]
    sort: str = ""
    right: bool = False
    spare: int = 0

    def place(self, text: str, cells: int) -> str:
        """Return `text` in `cells` cells on the column's side."""
        return fit(text, cells, right=self.right)


@lru_cache(maxsize=64)
def fitting(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """Return the columns that fit in `width` cells, in order, each with its cells."""
    kept = list(columns)
    while _least(kept) > width and any(column.spare for column in kept):
        kept.remove(max(kept, key=lambda column: column.spare))
    fixed = sum(column.width + GAP for column in kept)
    rest = max(4, width - fixed - GAP * sum(1 for column in kept if not column.width))
    return [(column, column.width or rest) for column in kept]


def _least(columns: Sequence[Column]) -> int:
    return sum((column.width or _FLEXIBLE_LEAST) + GAP for column in columns)


def _rank(at: Place) -> Cell:
    return str(at.rank + 1), "line--dim"


def _score(at: Place) -> Cell:
    return figures.score(at.row.score, thin=at.row.thin), "line--dim" if at.row.thin else "line--bold"


def _interval(at: Place) -> Cell:
    return figures.interval_bar(at.row.score, at.row.score_low, at.row.score_high, at.cells), "line--accent"


def _calls(at: Place) -> Cell:
    return f"{at.row.calls:,}", ""


def _errors(at: Place) -> Cell:
    style = "line--dim" if not at.row.errors else "line--bad" if at.row.errors * 4 > at.row.eligible else "line--warn"
    return figures.share(at.row.errors, at.row.eligible), style


def _recovery(at: Place) -> Cell:
    return figures.ratio(at.row.recovered, at.row.episodes), "" if at.row.episodes else "line--dim"


def _corrections(at: Place) -> Cell:
    return str(at.row.corrections), "line--warn" if at.row.corrections else "line--dim"


def _messages(at: Place) -> Cell:
    return f"{at.row.messages:,}", ""


def _model(at: Place) -> Cell:
    return fit_foreign((at.row.model or figures.NO_DATA).rsplit("/", 1)[-1], at.cells), "line--dim"


def _source(at: Place) -> Cell:
    return fit_foreign(at.row.source or figures.NO_DATA, at.cells), "line--dim"


def _age(at: Place) -> Cell:
    return figures.age(at.row.started_at, at.now), "line--dim"


def _title(at: Place) -> Cell:
    title = one_line(at.row.title or "", at.cells)
    return (title, "") if title else (one_line(at.row.session_id, at.cells), "line--dim")


def _warm(at: Place) -> Cell:
    return {None: ("", ""), "started": ("w", "line--accent")}.get(at.row.warm_certainty, ("?", "line--dim"))


COLUMNS: tuple[Column, ...] = (
    Column("#", 4, _rank, right=True, spare=3),
    Column("score", 6, _score, sort="score", right=True),
    Column("95 %", 10, _interval, spare=2),
    Column("calls", 6, _calls, sort="calls", right=True),
    Column("errors", 11, _errors, sort="error_rate", right=True),
    Column("recov", 6, _recovery, sort="recovered", right=True, spare=1),
    Column("corr", 5, _corrections, sort="corrections", right=True, spare=4),
    Column("msgs", 6, _messages, sort="messages", right=True, spare=6),
    Column("age", 4, _age, sort="age", right=True, spare=5),
    Column("w", 1, _warm, spare=9),
    Column("title", 0, _title, sort="title"),
    Column("model", 16, _model, sort="model", spare=7),
    Column("source", 8, _source, sort="source", spare=8),
)
