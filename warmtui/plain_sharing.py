"""What the command line prints of checks, of templates from elsewhere and of what was written to share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from warmtui.plain import counted
from warmtui.templates.checking import TemplateCheck
from warmtui.templates.incoming import Incoming
from warmtui.templates.provenance import State, TemplateProvenance
from warmtui.templates.validation import ValidationFinding
from warmtui.text import one_line, plural

_NOTHING = "no errors, no warnings"
_NAMES = {
    "tool_patterns": "tool pattern",
    "user_patterns": "user pattern",
    "recovery_patterns": "recovery pattern",
    "context_markers": "context marker",
    "examples": "example",
}


def checks(found: Sequence[TemplateCheck]) -> str:
    """Return what was found of templates: of each its findings, then what its sources say."""
    return "\n\n".join("\n".join(_check(one)) for one in found)


def _check(one: TemplateCheck) -> Iterator[str]:
    yield f"{one_line(one.template_id, 80)} · {one_line(one.name, 80)}"
    if one.broken is not None:
        yield f"  broken: {one_line(one.broken, 300)}"
        return
    yield f"  {counted(one.errors, one.warnings) or _NOTHING}"
    yield from findings(one.findings)
    if one.provenance is not None:
        yield from _provenance(one.provenance)


def findings(found: Sequence[ValidationFinding]) -> list[str]:
    """Return a line a finding."""
    return [
        f"  {one.severity.value:<7}  {one_line(one.path, 120)} {one_line(one.message, 200)} ({one.rule})"
        for one in found
    ]


def _provenance(found: TemplateProvenance) -> Iterator[str]:
    yield f"  sources  {found.sentence}"
    others = Counter(
        (example.state.value, example.reason)
        for example in found.examples
        if example.state in (State.UNREACHABLE, State.UNKNOWN)  # what is gone or changed is among the findings
    )
    for (state, reason), count in others.items():
        yield f"           {plural(count, 'example')} {state}: {one_line(reason, 200)}"


def incoming(one: Incoming) -> str:
    """Return what a template from elsewhere would add."""
    template = one.template
    counts = [plural(count, _NAMES[group]) for group, count in one.counts.items() if count]
    redacted = ", ".join(f"{count:,} {kind}" for kind, count in sorted(one.redacted.items()))
    lines = [
        f"{one_line(template.name, 100)}, from a {'bundle' if one.is_bundle else 'template file'}",
        *([f"  {one_line(template.description, 200)}"] if template.description.strip() else []),
        f"  holds     {', '.join(counts) or 'nothing'}",
        f"  tools     {one_line(', '.join(one.tools), 300) or 'none'}",
        f"  licence   {template.licence or 'none said'}",
        f"  redacted  {redacted or 'nothing more'}",
        f"  findings  {counted(0, len(one.findings)) or _NOTHING}",
    ]
    return "\n".join([*lines, *findings(one.findings)])


def bundled(bundle: Mapping[str, Any]) -> str:
    """Return what was taken out of a bundle, in a line."""
    replaced = bundle["manifest"]["redaction"]["replaced"]
    sessions = bundle["manifest"]["counts"]["sessions"]
    said = ", ".join(f"{count:,} {kind}" for kind, count in replaced.items()) or "nothing"
    return f"redacted: {said}; left out: ids and places of the {plural(sessions, 'session')} it was made from"
