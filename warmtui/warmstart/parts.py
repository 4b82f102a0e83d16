"""What each part of a stream adds in tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from warmtui.templates.models import Example
from warmtui.text import one_line
from warmtui.warmstart.models import CONTEXT, USER, StreamPart

_TITLES = {CONTEXT: "context", USER: "your message"}


def stream_parts(costs: Iterable[tuple[str, int]], examples: Mapping[str, Example]) -> tuple[StreamPart, ...]:
    """Return the parts of a stream in order, each with its tokens and its share of all.

    Args:
        costs: for each message or piece of text the part it belongs to and its estimated tokens.
        examples: the examples by the key of their part, in order.
    """
    tokens: dict[str, int] = {}
    for key, cost in costs:
        tokens[key] = tokens.get(key, 0) + cost
    total = sum(tokens.values()) or 1
    numbers = {key: number for number, key in enumerate(examples, 1)}
    return tuple(
        StreamPart(
            key=key,
            title=_TITLES[key] if key in _TITLES else f"example {numbers[key]}: {tools(examples[key])}",
            tokens=cost,
            share=cost / total,
            synthetic=key in examples and examples[key].synthetic,
        )
        for key, cost in tokens.items()
    )


def tools(example: Example) -> str:
    """Return "patch failed → read_file → patch": the calls of an example."""
    said = [
        one_line(call.tool_name, 60) + (" failed" if call.outcome in ("failed", "rejected") else "")
        for call in example.calls
    ]
    return " → ".join(said) + (" (made up)" if example.synthetic else "")


def part_keys(examples: Iterable[Example]) -> list[str]:
    """Return the keys of examples' parts: their own, with a number where one stands there twice."""
    found: dict[str, None] = {}
    for example in examples:
        key, number = example.key, 1
        while key in found:
            number += 1
            key = f"{example.key}#{number}"
        found[key] = None
    return list(found)
