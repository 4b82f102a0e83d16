"""The context of a stream: what a template says in words, before its examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from warmtui.templates.models import SUMMARY, RecoveryPattern, SessionTemplate, ToolCallPattern, UserPattern
from warmtui.text import one_line

OPENING = (
    "What follows comes from earlier sessions: how the tools were used here, and what helped after errors. "
    "It is not the present state: files, results and ids in it may have changed. Look before you rely on them."
)
OPENING_WITH_EXAMPLES = OPENING + " The exchanges after it are examples of such earlier work, already finished."
ACKNOWLEDGEMENT = "Understood. I take this as experience from earlier work, not as the present state."


def context_text(template: SessionTemplate, *, has_examples: bool) -> str:
    """Return the context of a stream as text; empty where the template says nothing in words.

    The same template gives the same text, to the byte.

    Args:
        template: the template.
        has_examples: whether examples follow in the stream.
    """
    sections = list(_sections(template))
    if not sections and not has_examples:
        return ""
    return "\n\n".join([OPENING_WITH_EXAMPLES if has_examples else OPENING, *sections])


def _sections(template: SessionTemplate) -> Iterator[str]:
    if template.context.strip():
        yield template.context.strip()
    for title, lines in (
        ("Tools:", [line for pattern in template.tool_patterns for line in _tool(pattern)]),
        ("After errors:", [line for pattern in template.recovery_patterns for line in _recovery(pattern)]),
        ("The person:", [line for pattern in template.user_patterns for line in _user(pattern)]),
        ("Often worked on:", _markers(template)),
        ("What an agent noted of an earlier session:", _summaries(template)),
    ):
        if lines:
            yield "\n".join([title, *lines])


def _tool(pattern: ToolCallPattern) -> Iterator[str]:
    said = [pattern.guidance.strip()] if pattern.guidance.strip() else []
    said += [_argument(key, value) for key, value in pattern.common_args.items()]
    said += [one_line(sentence) for sentence in pattern.context_requirements if sentence.strip()]
    said += [one_line(sentence) for sentence in pattern.contrasts if sentence.strip()]
    if said:
        yield f"- `{pattern.tool_name}`"
        yield from (f"  - {sentence}" for sentence in said)


def _argument(key: str, value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return f"`{key}`: {one_line(text, 300)}"


def _recovery(pattern: RecoveryPattern) -> Iterator[str]:
    strategy = pattern.recovery_strategy.strip()
    if strategy:
        error = pattern.error_example or pattern.error_signature
        tool = f"`{pattern.tool_name}`" if pattern.tool_name else "a tool"
        yield f"- When {tool} answers “{one_line(error, 200)}”: {strategy}"


_STYLES = {
    "command_driven": "gives commands",
    "conversational": "asks questions",
    "terse": "writes in few words",
    "detailed": "writes at length",
    "balanced": "writes in a few sentences",
}


def _user(pattern: UserPattern) -> Iterator[str]:
    if pattern.guidance.strip():
        yield f"- {pattern.guidance.strip()}"
    if pattern.style:
        yield f"- {_STYLES.get(pattern.style, one_line(pattern.style, 100)).capitalize()}."
    if pattern.common_domains:
        yield f"- Works on: {', '.join(one_line(domain, 60) for domain in pattern.common_domains)}."


def _markers(template: SessionTemplate) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for marker in template.context_markers:
        if marker.kind == SUMMARY:
            continue
        by_kind.setdefault(marker.kind or "other", []).append(one_line(marker.value, 200))
    names = {
        "file": "files",
        "directory": "folders",
        "url": "addresses",
        "command": "programs",
        "language": "languages",
    }
    return [f"- {names.get(kind, kind)}: {', '.join(values)}" for kind, values in by_kind.items()]


def _summaries(template: SessionTemplate) -> list[str]:
    """Return the summaries as quotations: they are somebody's notes, and nothing to be done."""
    notes = (note.value.strip() for note in template.context_markers if note.kind == SUMMARY)
    return [f"> {line}".rstrip() for note in notes for line in note.splitlines()]
