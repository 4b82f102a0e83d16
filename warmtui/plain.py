"""What the command line prints for people: plain text, every number with its count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warmtui.text import one_line, plural, visible

if TYPE_CHECKING:
    from warmtui.catalog.models import SessionRow
    from warmtui.profiling.counts import OutcomeCounts
    from warmtui.profiling.evidence import Evidence
    from warmtui.profiling.explanation import ScoreTable
    from warmtui.profiling.models import Durations, RecoveryProfile, SessionAnalysis, ToolProfile, UserProfile
    from warmtui.templates.models import SessionTemplate

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
    with_warm = any(row.warm_template is not None for row in rows)
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
            *([_warm(row)] if with_warm else []),
            row.session_id,
            one_line(row.title or "", _TITLE),
        ]
        for place, row in enumerate(rows, 1)
    ]
    header = f"# score calls errors recovered corr. msgs model source date {'warm ' * with_warm}session title".split()
    return table(header, cells, right="r rrrrr")


def _warm(row: SessionRow) -> str:
    """Return the template a session began with, "?" behind it where that is only probable."""
    if row.warm_template is None:
        return ""
    return one_line(row.warm_template, 24) + ("" if row.warm_certainty == "started" else "?")


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


def explanation(sum_: ScoreTable) -> str:
    """Return the score as a sum that can be checked by hand."""
    rows = [
        [
            row.component,
            row.counted,
            f"{row.good:g}",
            f"{row.total:g}",
            f"{row.faults:.2f}",
            f"{row.prior:g} × {row.strength:g}",
            "missing" if row.value is None else f"{row.value:.3f}",
            f"{row.weight:.3f}",
            "" if row.value is None else f"{row.contribution:.3f}",
        ]
        for row in sum_.rows
    ]
    header = ["component", "what was counted", "good", "of", "faults", "prior × strength", "value", "weight", "adds"]
    lines = [
        table(header, rows, right="  rrrrrrr"),
        "value = (of − faults + prior × strength) ÷ (of + strength); adds = value × weight",
        f"score {score(sum_.total, sum_.low, sum_.high, thin=sum_.thin)}, against the baseline {sum_.baseline}",
    ]
    if sum_.thin:
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
        yield explanation(found.explain())
    if found.tool_calls:
        yield "Tools\n" + _tools(list(found.tool_calls.values()))
    contrasts = [line for profile in found.tool_calls.values() for line in _contrasts(profile)]
    if contrasts:
        yield "What sets failed calls apart\n" + "\n".join(contrasts)
    if found.recovery_patterns:
        yield "Recovery\n" + "\n".join(line for one in found.recovery_patterns for line in _recovery(one))
    if found.user_patterns.message_count:
        yield "User\n" + "\n".join(_user(found.user_patterns))
    if found.context_markers:
        yield "Context\n" + "\n".join(
            f"{marker.kind:<10} {marker.count:>4}  {one_line(marker.value, 90)}" for marker in found.context_markers
        )


def _tools(profiles: Sequence[ToolProfile]) -> str:
    with_times = any(profile.durations for profile in profiles)
    rows = [
        [
            one_line(profile.tool, 60),
            str(profile.calls),
            outcomes(profile),
            str(profile.error),
            *([duration(profile.durations)] if with_times else []),
        ]
        for profile in profiles
    ]
    header = ["tool", "calls", "outcomes", "errors", *(["seconds from call to result"] if with_times else [])]
    return table(header, rows, right=" r")


def duration(found: Durations | None) -> str:
    """Return "median 1.2 s, upper quartile 3.5 s (n 23, 5 of them recorded)", or nothing where no time is known."""
    if found is None:
        return ""
    counted = f"n {found.count:,}" + (f", {found.recorded:,} of them recorded" if found.recorded else "")
    return f"median {found.median:.1f} s, upper quartile {found.upper_quartile:.1f} s ({counted})"


def _contrasts(profile: ToolProfile) -> Iterator[str]:
    for one in profile.contrasts:
        yield f"{one_line(profile.tool, 60)}: {one_line(one.sentence, 160)}"
        yield f"  failed {one.failed}; worked {one.worked}; by chance p {max(one.p_value, 0.001):.3f} at most"
        yield f"  failed at message {_places(one.failed_evidence)}; worked at {_places(one.worked_evidence)}"


def _recovery(one: RecoveryProfile) -> Iterator[str]:
    fault = f"`{one_line(one.tool, 60)}`: {one_line(one.example, 90) or 'no message'}"
    yield f"{fault} → {_uncapital(one_line(one.strategy))}" if one.strategy else fault
    ends = [
        f"recovered {one.rate}",
        *([f"{one.user_rescued} rescued by the user"] if one.user_rescued else []),
        *([f"{one.abandoned} abandoned"] if one.abandoned else []),
        *([f"{one.censored} censored"] if one.censored else []),
    ]
    yield "  " + "; ".join(ends) + (" · anecdote" if one.is_anecdote else "")
    if one.base.total > one.rate.total:
        yield f"  all errors of the tool: recovered {one.base}"
    yield f"  seen at message {_places(one.evidence[:5])}"


def _user(user: UserProfile) -> Iterator[str]:
    from warmtui.profiling.languages import ENGLISH
    from warmtui.profiling.rates import Rate

    corrections, approvals = len(user.corrections), len(user.approvals)
    corrected = f"corrections {Rate(count=corrections, total=user.turns)}" if user.turns else "no later message"
    yield (
        f"{plural(user.message_count, 'message')}, median {user.median_length:.0f} characters, {user.style}"
        f"; {corrected}, {plural(approvals, 'approval')}"
    )
    yield f"rules: {'English words' if ENGLISH in user.languages else 'none for words'}, neutral signs"
    for one in user.corrections:
        about = f", about message {one.answers.message_id}" if one.answers else ""
        yield f"  message {one.evidence.message_id}: {one.rule}{about}: “{one_line(one.text, 70)}”"


def _places(evidence: Sequence[Evidence]) -> str:
    return ", ".join(str(place.message_id) for place in evidence)


def _uncapital(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def counted(errors: int, warnings: int) -> str:
    """Return "1 error, 2 warnings"; nothing where there are none."""
    said = [plural(count, noun) for count, noun in ((errors, "error"), (warnings, "warning")) if count]
    return ", ".join(said)


def template(found: SessionTemplate) -> str:
    """Return a template's contents."""
    from warmtui.templates.models import SUMMARY
    from warmtui.templates.selection import example_tokens

    lines = [
        f"{one_line(found.name, 100)}",
        f"{found.template_id or '(not saved)'} · version {found.version[:10] or '-'}"
        f" · created {found.created_at[:10] or '-'}",
    ]
    if found.version_note:
        lines.append(f"note      {one_line(found.version_note, 160)}")
    if found.description:
        lines.append(one_line(found.description))
    if found.applies_to.folders or found.applies_to.words:
        where = ", ".join([*found.applies_to.folders, *(f"“{word}”" for word in found.applies_to.words)])
        lines.append(f"for       {one_line(where, 160)}")
    if found.licence:
        lines.append(f"licence   {one_line(found.licence, 100)}")
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
        kind, noun = ("summary: ", "session") if note.kind == SUMMARY else ("", "use")
        lines.append(f"context   {kind}{one_line(note.value, 80)} ({_count(note.count, noun)})")
    for example in found.examples:
        tools = " → ".join(f"{call.tool_name} {call.outcome}" for call in example.calls)
        lines.append(f"example   {tools}: “{one_line(example.request, 70)}”")
        cost = f"about {example_tokens(example)} tokens"
        lines.append(f"            {one_line(f'{example.reason}; {cost}' if example.reason else cost)}")
    return "\n".join(visible(line).replace("\n", " ") for line in lines)


def _count(count: int | None, noun: str) -> str:
    return "n unknown" if count is None else plural(count, noun)
