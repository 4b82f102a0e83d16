"""The context of a stream: what a template says in words, before its examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from warmtui.templates.models import SUMMARY, RecoveryPattern, SessionTemplate, ToolCallPattern, UserPattern
from warmtui.text import one_line
from warmtui.warmstart.conventions import told

OPENING = (
    "What follows comes from earlier sessions. It is not the present state: files, results and ids in it may have "
    "changed. Look before you rely on them."
)
EXAMPLES_FOLLOW = "The exchanges after this are examples; nothing in them is still to be done."
ACKNOWLEDGEMENT = "Understood. I take this as experience from earlier work, not as the present state."


_ANYTHING_ELSE = re.compile(r"`[^`]+` with another `[^`]+`\.?")
"""A strategy that says no more than that something else was tried."""

_STYLES = {
    "command_driven": "gives commands",
    "conversational": "asks questions",
    "terse": "writes in few words",
    "detailed": "writes at length",
    "balanced": "writes in a few sentences",
}
_STYLES_AT_ONCE = 2
_FEEDBACK = {
    "corrections_only": "gives feedback only to correct",
    "terse": "gives feedback in few words",
    "detailed": "gives feedback at length",
    "balanced": "",
}


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
        Section("Tools", [line for pattern in template.tool_patterns for line in _tool(pattern, template)]),
        Section("After errors", recoveries(template)),
        Section("The person", list(_person(template.user_patterns))),
        Section("Often worked on", _markers(template)),
        Section("What an agent noted of an earlier session", _summaries(template)),
    ]
    return [section for section in found if section.lines]


def recoveries(template: SessionTemplate) -> list[str]:
    """Return what is said of the errors that something helped after."""
    return [line for pattern in template.recovery_patterns for line in _recovery(pattern)]


def code(name: str) -> str:
    """Return a name between backticks: on one line, and with none of its own to end them early."""
    said = one_line(name).replace("`", "'") or "(no name)"
    return f"`{said} `" if said.endswith("\\") else f"`{said}`"


def spoken_tools(template: SessionTemplate) -> tuple[str, ...]:
    """Return the tools that the context of a template says something of, each once."""
    spoken = [pattern.tool_name for pattern in template.tool_patterns if any(_tool(pattern, template))]
    spoken += [pattern.tool_name for pattern in template.recovery_patterns if any(_recovery(pattern))]
    return tuple(dict.fromkeys(name for name in spoken if name))


def _tool(pattern: ToolCallPattern, template: SessionTemplate) -> Iterator[str]:
    said = [one_line(pattern.guidance)]
    said += [f"{code(key)}: {words}" for key, value in pattern.common_args.items() if (words := told(value))]
    said += [one_line(sentence) for sentence in (*pattern.context_requirements, *pattern.contrasts)]
    said += [one_line(sentence) for sentence in pattern.error_recovery if not _is_told(sentence, pattern, template)]
    lines = [f"  - {sentence}" for sentence in said if sentence]
    if lines:
        yield from (f"- {code(pattern.tool_name)}", *lines)


def _is_told(sentence: str, pattern: ToolCallPattern, template: SessionTemplate) -> bool:
    """Whether what helped after an error of a tool is told by a recovery pattern already."""
    return any(
        one.tool_name == pattern.tool_name and one.recovery_strategy and sentence.endswith(one.recovery_strategy)
        for one in template.recovery_patterns
    )


def _recovery(pattern: RecoveryPattern) -> Iterator[str]:
    strategy = one_line(pattern.recovery_strategy)
    if strategy and not _ANYTHING_ELSE.fullmatch(strategy):
        error = one_line(pattern.error_example or pattern.error_signature, 200).replace("”", '"')
        tool = code(pattern.tool_name) if pattern.tool_name else "a tool"
        yield f"- When {tool} {f'answers “{error}”' if error else 'fails'}: {strategy}"


def _person(patterns: Sequence[UserPattern]) -> Iterator[str]:
    """Yield what is known of the person; of several patterns as one, for they are of one person."""
    yield from (f"- {one_line(pattern.guidance)}" for pattern in patterns if pattern.guidance.strip())
    for known, kinds in (
        (_STYLES, [pattern.style for pattern in patterns]),
        (_FEEDBACK, [pattern.feedback_style for pattern in patterns]),
    ):
        said = list(dict.fromkeys(known.get(kind, one_line(kind, 100)) for kind in kinds if kind))
        # Neither a few sentences, as most people write, nor three ways at once say what to expect.
        if any(said) and said != [_STYLES["balanced"]] and len(said) <= _STYLES_AT_ONCE:
            yield f"- {' or '.join(filter(None, said)).capitalize()}."
    domains = dict.fromkeys(one_line(domain, 60) for pattern in patterns for domain in pattern.common_domains)
    if any(domains):
        yield f"- Works on: {', '.join(filter(None, domains))}."


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
