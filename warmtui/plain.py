"""What the command line prints for people: plain text, every number with its count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import orjson

from warmtui.catalog.models import SessionRow
from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.models import Proficiency, SessionAnalysis
from warmtui.profiling.rates import Rate
from warmtui.templates.manager import TemplateInfo
from warmtui.templates.models import SessionTemplate
from warmtui.text import one_line, plural
from warmtui.warmstart.models import Stream, StreamMessage

_TITLE = 44
_MODEL = 24


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> str:
    """Return an aligned table.

    Args:
        header: the column names.
        rows: the cells.
        right: a letter a column, ``r`` for those aligned to the right.
    """
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    sides = right.ljust(len(header))
    return "\n".join(
        "  ".join(
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(line, widths, sides, strict=True)
        ).rstrip()
        for line in lines
    )


def ranking(rows: Sequence[SessionRow]) -> str:
    """Return the ranked sessions, a line each."""
    cells = [
        [
            str(place),
            score(row.score, row.score_low, row.score_high, thin=row.thin),
            str(row.calls),
            f"{row.errors}/{row.eligible}",
            f"{row.recovered}/{row.episodes}",
            str(row.corrections),
            str(row.messages),
            one_line(row.model or "", _MODEL),
            one_line(row.source, 10),
            day(row.started_at),
            row.session_id,
            one_line(row.title or "", _TITLE),
        ]
        for place, row in enumerate(rows, 1)
    ]
    header = "# score calls errors recovered corr. msgs model source date session title".split()
    return table(header, cells, right="r rrrrr")


def score(value: float | None, low: float | None, high: float | None, *, thin: bool) -> str:
    """Return "0.91 (0.84–0.98)", "~" behind it for a thin session, "no calls" without a score."""
    if value is None or low is None or high is None:
        return "no calls"
    return f"{value:.2f} ({low:.2f}–{high:.2f})" + ("~" if thin else "")


def day(seconds: float | None) -> str:
    """Return the date of a time in seconds since the epoch, in UTC; empty for None or a time no calendar has."""
    if seconds is None:
        return ""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return ""


def outcomes(counts: OutcomeCounts) -> str:
    """Return "40 ok, 2 failed": the outcomes that occurred."""
    names = ("ok", "signal", "failed", "rejected", "cancelled", "unknown")
    said = [f"{getattr(counts, name):,} {name}" for name in names if getattr(counts, name)]
    return ", ".join(said) or "no calls"


def explanation(proficiency: Proficiency) -> str:
    """Return the score as a sum that can be checked by hand."""
    rows = [
        [
            component.name,
            component.explanation,
            f"{component.prior:.3f} × {component.strength:g}",
            "missing" if component.value is None else f"{component.value:.3f}",
            f"{component.weight:.3f}",
            "" if component.value is None else f"{component.weight * component.value:.3f}",
        ]
        for component in proficiency.components
    ]
    total = score(proficiency.value, proficiency.low, proficiency.high, thin=proficiency.thin)
    lines = [
        table(["component", "what was counted", "prior × strength", "value", "weight", "adds"], rows, right="  rrrr"),
        f"score {total}, against the baseline {proficiency.baseline}",
    ]
    if proficiency.thin:
        lines.append("~ thin: fewer than 5 calls could be judged")
    return "\n".join(lines)


def analysis(found: SessionAnalysis, *, explain: bool = False) -> str:
    """Return what was found in a session."""
    return "\n\n".join(_analysis_sections(found, explain=explain))


def _analysis_sections(found: SessionAnalysis, *, explain: bool) -> Iterator[str]:
    proficiency = found.proficiency
    head = [
        one_line(found.title or "(no title)", 100),
        f"{found.session_id} · {found.store} · {found.source} · {one_line(found.model or 'model unknown')}",
        f"{plural(found.message_count, 'message')}, {plural(found.outcomes.calls, 'call')}: {outcomes(found.outcomes)}"
        + (f", {plural(found.orphans, 'orphan')}" if found.orphans else ""),
        f"errors {found.outcomes.error}",
        f"score {score(proficiency.value, proficiency.low, proficiency.high, thin=proficiency.thin)}"
        f" · classic {found.classic:.2f}",
    ]
    yield "\n".join(head)
    if explain:
        yield explanation(proficiency)
    if found.tool_calls:
        rows = [
            [tool, str(profile.calls), outcomes(profile), str(profile.error)]
            for tool, profile in found.tool_calls.items()
        ]
        yield "Tools\n" + table(["tool", "calls", "outcomes", "errors"], rows, right=" r")
    if found.recovery_patterns:
        yield "Recovery\n" + "\n".join(
            f"{one.tool}: “{one_line(one.example, 90)}”\n"
            f"  recovered {one.rate}"
            + (f"; {one.user_rescued} rescued by the user" if one.user_rescued else "")
            + (f"; {one.abandoned} abandoned" if one.abandoned else "")
            + (f"; {one.censored} censored" if one.censored else "")
            + (" · anecdote" if one.is_anecdote else "")
            + (f"\n  {one_line(one.strategy)}" if one.strategy else "")
            + f"\n  seen at message {', '.join(str(place.message_id) for place in one.evidence[:5])}"
            for one in found.recovery_patterns
        )
    user = found.user_patterns
    if user.message_count:
        corrections, approvals = len(user.corrections), len(user.approvals)
        corrected = f"corrections {Rate(count=corrections, total=user.turns)}" if user.turns else "no later message"
        yield "User\n" + (
            f"{plural(user.message_count, 'message')}, median {user.median_length:.0f} characters, {user.style}"
            f"; {corrected}, {plural(approvals, 'approval')}"
        )
    if found.context_markers:
        yield "Context\n" + "\n".join(
            f"{marker.kind:<10} {marker.count:>4}  {one_line(marker.value, 90)}" for marker in found.context_markers
        )


def templates(found: Sequence[TemplateInfo]) -> str:
    """Return the templates, a line each."""
    rows = [
        [
            one.template_id,
            one_line(one.name, _TITLE),
            "broken: " + one_line(one.broken, 80) if one.broken else one.version[:10],
            one.created_at[:10],
            one.source_session_id or "",
        ]
        for one in found
    ]
    return table(["id", "name", "version", "created", "source"], rows)


def template(found: SessionTemplate) -> str:
    """Return a template's contents."""
    lines = [
        f"{one_line(found.name, 100)}",
        f"{found.template_id or '(not saved)'} · version {found.version[:10] or '-'}"
        f" · created {found.created_at[:10] or '-'}",
    ]
    if found.description:
        lines.append(one_line(found.description))
    for pattern in found.tool_patterns:
        count = "n unknown" if pattern.errors is None else f"{pattern.errors} of {pattern.eligible} failed"
        lines.append(f"tool      {pattern.tool_name} ({count})")
        lines += [f"            {key}: {one_line(str(value), 90)}" for key, value in pattern.common_args.items()]
    for recovery in found.recovery_patterns:
        count = "n unknown" if recovery.episodes is None else f"{recovery.recovered} of {recovery.episodes} recovered"
        error = one_line(recovery.error_example or recovery.error_signature, 70)
        lines.append(f"recovery  {recovery.tool_name}: “{error}” ({count})")
        if recovery.recovery_strategy:
            lines.append(f"            {one_line(recovery.recovery_strategy)}")
    for user in found.user_patterns:
        lines.append(f"user      {one_line(user.style, 60)} ({_count(user.message_count, 'message')})")
    for note in found.context_markers:
        lines.append(f"context   {one_line(note.value, 80)} ({_count(note.count, 'use')})")
    for example in found.examples:
        tools = " → ".join(f"{call.tool_name} {call.outcome}" for call in example.calls)
        lines.append(f"example   {tools}: “{one_line(example.request, 70)}”")
        if example.reason:
            lines.append(f"            {one_line(example.reason)}")
    return "\n".join(lines)


def _count(count: int | None, noun: str) -> str:
    return "n unknown" if count is None else plural(count, noun)


def stream(found: Stream, *, width: int = 100, most: int | None = None) -> str:
    """Return a message stream, a line or two a message, with its estimated tokens."""
    shown = found.messages if most is None else found.messages[:most]
    lines = [
        f"{message.message['role']:<9} {message.tokens:>5}  {one_line(_said(message), width)}" for message in shown
    ]
    if len(shown) < len(found.messages):
        lines.append(f"… {plural(len(found.messages) - len(shown), 'message')} more")
    lines.append(f"{plural(len(found.messages), 'message')}, about {found.tokens:,} tokens (characters / 4)")
    lines += [f"note: {warning}" for warning in found.warnings]
    return "\n".join(lines)


def _said(message: StreamMessage) -> str:
    calls = message.message.get("tool_calls")
    if calls:
        return " ".join(f"{call['function']['name']}({call['function']['arguments']})" for call in calls)
    content = message.message.get("content", "")
    return content if isinstance(content, str) else orjson.dumps(content).decode()
