"""What a person should know of a stream before using it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import orjson

from warmtui.templates.models import Example
from warmtui.templates.redaction_names import PLACEHOLDER
from warmtui.text import one_line


def renamed(target: str, examples: Iterable[Example], names: Mapping[str, str]) -> Iterator[str]:
    """Name the tools that are called by another name, because `target` does not take theirs."""
    for name in _called(examples):
        if names[name] != name:
            yield f"{target} takes no tool named “{one_line(name, 60)}”; it stands as {one_line(names[name], 60)}"


def with_placeholders(examples: Iterable[Example]) -> Iterator[str]:
    """Name the tools with an argument that holds what redaction put there."""
    calls = [call for example in examples for call in example.calls]
    held = [call.tool_name for call in calls if PLACEHOLDER.search(orjson.dumps(call.arguments).decode())]
    for name in dict.fromkeys(held):
        yield f"an argument of {one_line(name, 60)} holds a redaction placeholder that a model would copy"


def unknown_tools(
    spoken: Iterable[str], examples: Iterable[Example], known_tools: Collection[str] | None, known_by: str
) -> Iterator[str]:
    """Name the tools that are called or spoken of, and that are none of `known_tools`.

    Args:
        spoken: the tools that the context speaks of.
        examples: the examples the stream holds.
        known_tools: the tools there are where the stream is used; nothing is said if None.
        known_by: who says so; empty where nobody has to be named.
    """
    if known_tools is None:
        return
    used = _called(examples)
    source = f" (by {known_by})" if known_by else ""
    absent = _listed(name for name in used if name not in known_tools)
    if absent:
        yield f"examples call tools that are not here, and a model would too: {absent}{source}"
    absent = _listed(name for name in spoken if name not in known_tools and name not in used)
    if absent:
        yield f"the context speaks of tools that are not here: {absent}{source}"


def _called(examples: Iterable[Example]) -> list[str]:
    return list(dict.fromkeys(call.tool_name for example in examples for call in example.calls))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(one_line(name, 60) for name in names)
