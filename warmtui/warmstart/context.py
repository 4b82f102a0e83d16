"""The context of a stream: what a template says in words, before its examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from warmtui.templates.models import SUMMARY, RecoveryPattern, SessionTemplate, ToolCallPattern, UserPattern
from warmtui.text import one_line

OPENING = (
    "What follows comes from earlier sessions: how the tools were used here, and what helped after errors. "
    "It is not the present state: files, results and ids in it may have changed. Look before you rely on them."
)
EXAMPLES_FOLLOW = "The exchanges after this are examples of such earlier work, already finished."
ACKNOWLEDGEMENT = "Understood. I take this as experience from earlier work, not as the present state."


class Section(NamedTuple):
    """A part of the context: bullets and quotations under a title.

    Attributes:
        title: a few words, without a colon.
        lines: each begins with ``- ``, with ``  - `` below another, or with ``> ``.
    """

    title: str
    lines: list[str]


def context_text(template: SessionTemplate, *, has_words: bool = True, has_examples: bool) -> str:
    """Return the context of a stream as text; empty where the template says nothing in words.

    The same template gives the same text, to the byte. That examples follow is said last, so that the context
    without them is a beginning of the one with them.

    Args:
        template: the template.
        has_words: whether the template's own words are in it, or only what comes before the examples.
        has_examples: whether examples follow in the stream.
    """
    said = [template.context.strip()] if has_words and template.context.strip() else []
    said += ["\n".join([f"{title}:", *lines]) for title, lines in (sections(template) if has_words else ())]
    if not said and not has_examples:
        return ""
    return "\n\n".join([OPENING, *said, *([EXAMPLES_FOLLOW] if has_examples else [])])


def sections(template: SessionTemplate) -> list[Section]:
    """Return what the patterns and the notes of a template say, in order; empty sections are left out."""
    found = [
        Section("Tools", [line for pattern in template.tool_patterns for line in _tool(pattern)]),
        Section("After errors", [line for pattern in template.recovery_patterns for line in _recovery(pattern)]),
        Section("The person", [line for pattern in template.user_patterns for line in _user(pattern)]),
        Section("Often worked on", _markers(template)),
        Section("What an agent noted of an earlier session", _summaries(template)),
    ]
    return [section for section in found if section.lines]


def code(name: str) -> str:
    """Return a name between backticks: on one line, and with none of its own to end them early."""
    said = one_line(name).replace("`", "'") or "(no name)"
    return f"`{said} `" if said.endswith("\\") else f"`{said}`"


def _tool(pattern: ToolCallPattern) -> Iterator[str]:
    said = [one_line(pattern.guidance)] if pattern.guidance.strip() else []
    said += [_argument(key, value) for key, value in pattern.common_args.items()]
    said += [one_line(sentence) for sentence in pattern.context_requirements if sentence.strip()]
    said += [one_line(sentence) for sentence in pattern.contrasts if sentence.strip()]
    if said:
        yield f"- {code(pattern.tool_name)}"
        yield from (f"  - {sentence}" for sentence in said)


def _argument(key: str, value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return f"{code(key)}: {one_line(text, 300)}"


def _recovery(pattern: RecoveryPattern) -> Iterator[str]:
    strategy = one_line(pattern.recovery_strategy)
    if strategy:
        error = pattern.error_example or pattern.error_signature
        tool = code(pattern.tool_name) if pattern.tool_name else "a tool"
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
        yield f"- {one_line(pattern.guidance)}"
    if pattern.style:
        yield f"- {_STYLES.get(pattern.style, one_line(pattern.style, 100)).capitalize()}."
    if pattern.common_domains:
        yield f"- Works on: {', '.join(one_line(domain, 60) for domain in pattern.common_domains)}."


def _markers(template: SessionTemplate) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for marker in template.context_markers:
        if marker.kind == SUMMARY:
            continue
        by_kind.setdefault(one_line(marker.kind, 60) or "other", []).append(one_line(marker.value, 200))
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
