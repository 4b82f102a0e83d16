"""What was counted of each part of a template, in words: shown beside the fields, and not edited."""

from __future__ import annotations

import json
from typing import Any

from warmtui.profiling.rates import Rate
from warmtui.templates.draft import Part
from warmtui.templates.models import ContextNote, RecoveryPattern, ToolCallPattern, UserPattern
from warmtui.text import one_line, plural


def facts_of(part: Part) -> list[str]:
    """Return what was counted of `part`, a line each; it is shown beside the fields and not edited."""
    if isinstance(part, ToolCallPattern):
        return _tool_facts(part)
    if isinstance(part, RecoveryPattern):
        return _recovery_facts(part)
    if isinstance(part, UserPattern):
        return _user_facts(part)
    if isinstance(part, ContextNote):
        return [f"used {_times(part.count)}"]
    outcomes = ", ".join(f"{call.tool_name} {call.outcome}" for call in part.calls)
    return [outcomes, *([part.reason] if part.reason else []), *(["synthetic"] if part.synthetic else [])]


def _tool_facts(part: ToolCallPattern) -> list[str]:
    if part.calls is None:
        return ["n unknown"]
    facts = plural(part.calls, "call")
    if part.errors is not None and part.eligible:
        facts += f" · errors {Rate(count=part.errors, total=part.eligible)}"
    return [facts]


def _recovery_facts(part: RecoveryPattern) -> list[str]:
    lines = [part.error_signature] if part.error_signature else []
    if part.recovered is None or part.episodes is None:
        lines.append("n unknown")
    else:
        sessions = f" · in {plural(part.sessions, 'session')}" if part.sessions else ""
        anecdote = ", an anecdote" if part.sessions is not None and part.sessions < 3 else ""
        lines.append(f"recovered {Rate(count=part.recovered, total=part.episodes)}{sessions}{anecdote}")
    lines.extend(f"{diff.key}: {_short(diff.before)} → {_short(diff.after)}" for diff in part.changes)
    return lines


def _user_facts(part: UserPattern) -> list[str]:
    if part.message_count is None:
        return ["n unknown"]
    lines = [plural(part.message_count, "typed message")]
    if part.avg_message_length is not None:
        lines[0] += f" · {part.avg_message_length:.0f} characters each"
    if part.question_ratio is not None and part.command_ratio is not None:
        lines.append(f"{part.question_ratio:.0%} questions · {part.command_ratio:.0%} commands")
    if part.corrections is not None:
        lines.append(plural(part.corrections, "correction"))
    return lines


def _times(count: int | None) -> str:
    return "n unknown" if count is None else plural(count, "time")


def _short(value: Any) -> str:
    return "absent" if value is None else one_line(json.dumps(value, ensure_ascii=False, default=str), 40)
