"""What was found of a saved template, in the few words of a list and in the lines under it."""

from __future__ import annotations

from warmtui.templates.checking import TemplateCheck
from warmtui.templates.provenance import State
from warmtui.text import one_line, plural

_FINDINGS = 4
"""Findings that are shown under the list; `warmtui check` prints all."""

_STATES = {
    State.GONE: ("source gone", "line--bad"),
    State.CHANGED: ("source changed", "line--warn"),
    State.UNREACHABLE: ("not open", "line--dim"),
    State.UNKNOWN: ("no record", "line--dim"),
    State.VERIFIED: ("verified", "line--good"),
}


def mark_of(check: TemplateCheck | None) -> tuple[str, str]:
    """Return the worst of what was found in a word or two, and its style; that it is being looked at for None."""
    if check is None:
        return "checking …", "line--dim"
    if check.errors:
        return plural(check.errors, "error"), "line--bad"
    if check.provenance is not None and check.provenance.is_stale:
        return _STATES[State.CHANGED if check.provenance.state is State.CHANGED else State.GONE]
    if check.warnings:
        return plural(check.warnings, "warning"), "line--warn"
    return _STATES[check.provenance.state] if check.provenance is not None else ("", "")


def lines_of(check: TemplateCheck) -> list[str]:
    """Return what its sources say, and what was found, the errors first."""
    if check.provenance is None:
        return []
    counted = [plural(check.errors, "error")] if check.errors else []
    counted += [plural(check.warnings, "warning")] if check.warnings else []
    lines = [f"Sources: {check.provenance.sentence}. {', '.join(counted) or 'No errors, no warnings'}."]
    lines += [one_line(note, 200) for note in check.provenance.notes[:1]]
    shown = check.findings[:_FINDINGS]
    lines += [f"{finding.severity.value}: {one_line(str(finding), 300)}" for finding in shown]
    more = len(check.findings) - len(shown)
    return [*lines, *([f"and {more:,} more: warmtui check {check.template_id}"] if more else [])]
