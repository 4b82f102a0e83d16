"""What a person should know of a stream before using it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import orjson

from warmtui.templates.models import Example, SessionTemplate
from warmtui.templates.redaction_names import PLACEHOLDER
from warmtui.text import one_line
from warmtui.warmstart.targets import tool_name


def renamed(target: str, examples: Sequence[Example]) -> Iterator[str]:
    """Name the tools whose names `target` does not take."""
    for name in dict.fromkeys(call.tool_name for example in examples for call in example.calls):
        if tool_name(target, name) != name:
            yield f"{target} takes no tool named “{one_line(name, 60)}”; it stands as {tool_name(target, name)}"


def with_placeholders(examples: Sequence[Example]) -> Iterator[str]:
    """Name the tools with an argument that holds what redaction put there."""
    calls = [call for example in examples for call in example.calls]
    held = [call.tool_name for call in calls if PLACEHOLDER.search(orjson.dumps(call.arguments).decode())]
    for name in dict.fromkeys(held):
        yield f"an argument of {one_line(name, 60)} holds a redaction placeholder that a model would copy"


def unknown_tools(
    template: SessionTemplate, examples: Sequence[Example], known_tools: Collection[str] | None, *, has_words: bool
) -> Iterator[str]:
    """Name the tools that are called or spoken of, and that nothing of `known_tools` is called.

    Args:
        template: the template.
        examples: the examples the stream holds.
        known_tools: the tools there are where the stream is used; nothing is said if None.
        has_words: whether the template's own words are in the stream.
    """
    if known_tools is None:
        return
    used = dict.fromkeys(call.tool_name for example in examples for call in example.calls)
    spoken = [pattern.tool_name for pattern in template.tool_patterns]
    spoken += [pattern.tool_name for pattern in template.recovery_patterns]
    told = [name for name in dict.fromkeys(spoken if has_words else ()) if name and name not in used]
    absent = _listed(name for name in used if name not in known_tools)
    if absent:
        yield f"examples call tools that are not here, and a model would too: {absent}"
    absent = _listed(name for name in told if name not in known_tools)
    if absent:
        yield f"the context speaks of tools that are not here: {absent}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(one_line(name, 60) for name in names)
