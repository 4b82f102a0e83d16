"""What explains a score: components, outcomes, tools; from the catalog's row until the session is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from warmtui.profiling.outcome import Outcome
from warmtui.text import one_line, plural
from warmtui.tui import figures
from warmtui.tui.cells import fit, fit_foreign
from warmtui.tui.styles import ACCENT, BAD, GOOD, KEY, MUTED, WARN

if TYPE_CHECKING:
    from warmtui.catalog.models import SessionRow
    from warmtui.profiling.counts import OutcomeCounts
    from warmtui.profiling.models import Component, Durations, SessionAnalysis, ToolProfile
    from warmtui.profiling.rates import Rate

_BAR = 8
_NAME = 10
_MOST_TOOLS = 12
_MOST_TIMES = 5
_OUTCOME_STYLES = {
    Outcome.OK: GOOD,
    Outcome.SIGNAL: WARN,
    Outcome.FAILED: BAD,
    Outcome.REJECTED: BAD,
    Outcome.CANCELLED: MUTED,
    Outcome.UNKNOWN: MUTED,
}


class SessionDetail(VerticalScroll):
    """Three columns about one session, one under the other where room is short."""

    def __init__(self) -> None:
        super().__init__()
        self._warm: list[Content] = []

    def compose(self) -> ComposeResult:
        """Lay the columns out."""
        yield Static(id="detail-score")
        yield Static(id="detail-outcomes")
        yield Static(id="detail-tools")

    def show_row(self, row: SessionRow | None) -> None:
        """Show what the catalog says at once."""
        self._warm = [] if row is None else _warm(row)
        self._put("score", Content("") if row is None else _lines(_score_of_row(row), *self._warm))
        self._put("outcomes", Content("") if row is None else _outcomes(_counts(row), row.orphans))
        self._put("tools", Content("") if row is None else Content.styled("reading the session …", MUTED))

    def show_analysis(self, analysis: SessionAnalysis) -> None:
        """Show what reading the session found, of the row that is shown."""
        self._put("score", _lines(_score(analysis), *self._warm))
        self._put("outcomes", _outcomes(analysis.outcomes, analysis.orphans))
        self._put("tools", _tools(analysis))

    def show_problem(self, problem: str) -> None:
        """Say in place why the session cannot be read."""
        self._put("tools", Content.styled(one_line(problem, 300), BAD))

    def _put(self, column: str, content: Content) -> None:
        self.query_one(f"#detail-{column}", Static).update(content)


def _lines(*lines: Content) -> Content:
    return Content("\n").join(lines)


def _heading(
    value: float | None, low: float | None, high: float | None, classic: float, *, thin: bool
) -> list[Content]:
    if value is None or low is None or high is None:
        first = Content.assemble(("Process quality ", "bold"), ("not enough data", MUTED))
    else:
        first = Content.assemble(
            ("Process quality ", "bold"),
            (figures.score(value, thin=thin), KEY),
            (f"  95 % {low:.2f}–{high:.2f}", MUTED),
        )
    note = "thin: fewer than five eligible calls · " if thin else ""
    return [first, Content.styled(f"{note}classic score {classic:.2f}", MUTED)]


def _warm(row: SessionRow) -> list[Content]:
    """Return what the session began with, where that is known."""
    if row.warm_template is None:
        return []
    how = "began with" if row.warm_certainty == "started" else "probably began with"
    name = one_line(row.warm_template, 40)
    return [Content.assemble((f"{how} ", MUTED), (name, ACCENT), (f" {one_line(row.warm_version or '', 8)}", MUTED))]


def _score_of_row(row: SessionRow) -> Content:
    return _lines(*_heading(row.score, row.score_low, row.score_high, row.classic, thin=row.thin))


def _score(analysis: SessionAnalysis) -> Content:
    score = analysis.proficiency
    lines = _heading(score.value, score.low, score.high, analysis.classic, thin=score.thin)
    lines.extend(_component(component) for component in score.components)
    return _lines(*lines)


def _component(component: Component) -> Content:
    name = fit(component.name, _NAME)
    if component.value is None:
        return Content.assemble(name, ("no data", MUTED))
    return Content.assemble(
        name,
        (figures.bar(component.value, _BAR), ACCENT),
        f" {component.value:.2f} ",
        (f"{component.count:g}/{component.total:g}".ljust(8), MUTED),
        (f"weighs {figures.percent(component.weight)}", MUTED),
    )


def _counts(row: SessionRow) -> OutcomeCounts:
    from warmtui.profiling.counts import OutcomeCounts

    return OutcomeCounts(
        ok=row.ok,
        signal=row.signal,
        failed=row.failed,
        rejected=row.rejected,
        cancelled=row.cancelled,
        unknown=row.unknown,
    )


def _outcomes(counts: OutcomeCounts, orphans: int) -> Content:
    lines = [Content.assemble(("Outcomes ", "bold"), (plural(counts.calls, "call"), MUTED))]
    lines.append(Content.styled(f"errors {counts.error}", MUTED))
    for outcome in Outcome:
        count = getattr(counts, outcome.value)
        lines.append(
            Content.assemble(
                (f"{figures.OUTCOME_LETTERS[outcome]} ", f"bold {_OUTCOME_STYLES[outcome]}"),
                fit(outcome.value, _NAME),
                f"{count:>5,} ",
                (figures.bar(count / counts.calls if counts.calls else None, _BAR), _OUTCOME_STYLES[outcome]),
            )
        )
    if orphans:
        lines.append(Content.styled(plural(orphans, "orphan"), MUTED))
    return _lines(*lines)


def _tools(analysis: SessionAnalysis) -> Content:
    lines = [Content.assemble(("Tools ", "bold"), ("calls  errors", MUTED))]
    profiles = list(analysis.tool_calls.values())
    for profile in profiles[:_MOST_TOOLS]:
        rate: Rate = profile.error
        lines.append(
            Content.assemble(
                fit_foreign(profile.tool, 24),
                f" {profile.calls:>4,}  ",
                (figures.share(rate.count, rate.total), BAD if rate.count else MUTED),
            )
        )
    if len(profiles) > _MOST_TOOLS:
        lines.append(Content.styled(f"and {plural(len(profiles) - _MOST_TOOLS, 'more tool')}", MUTED))
    if not profiles:
        lines.append(Content.styled("no tool was called", MUTED))
    return _lines(*lines, *_times(profiles))


def _times(profiles: Sequence[ToolProfile]) -> list[Content]:
    """Return how long calls took, the tool that took most time in all first; nothing where no time is known."""
    timed = [(profile.tool, profile.durations) for profile in profiles if profile.durations is not None]
    if not timed:
        return []
    timed.sort(key=lambda one: -one[1].median * one[1].count)
    head = Content.assemble((fit("Seconds a call", 24), "bold"), (" median  upper quartile", MUTED))
    return [head, *(_time(tool, found) for tool, found in timed[:_MOST_TIMES])]


def _time(tool: str, found: Durations) -> Content:
    recorded = f", {found.recorded:,} recorded" if found.recorded else ""
    return Content.assemble(
        fit_foreign(tool, 24),
        f" {found.median:>6.1f}",
        (f"  {found.upper_quartile:.1f} (n {found.count:,}{recorded})", MUTED),
    )
