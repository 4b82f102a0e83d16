"""The examples of a stream: which of them it holds, and how they are written as chat messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from warmtui.templates.models import Example
from warmtui.templates.tokens import estimate_message_tokens
from warmtui.warmstart.models import StreamMessage

NEUTRAL_REQUEST = "Please go on with the task."
NEUTRAL_ANSWER = "That is done."
SYNTHETIC = "(A made-up example, not a recorded one.) "


def within(
    examples: Mapping[str, Example], most: int | None, budget: int | None, cost: Callable[[Example, int], int]
) -> dict[str, Example]:
    """Return the examples that fit, in their order.

    Args:
        examples: what there is, by the keys of their parts.
        most: how many at most; all if None.
        budget: estimated tokens they may cost together; no limit if None.
        cost: the estimated tokens of an example in the stream, at its place among those that are in it (from 1).
    """
    kept: dict[str, Example] = {}
    left = budget
    for key, example in examples.items():
        if most is not None and len(kept) >= most:
            break
        if left is not None:
            needs = cost(example, len(kept) + 1)
            if needs > left:
                continue
            left -= needs
        kept[key] = example
    return kept


def example_messages(
    example: Example, part: str, ids: Iterator[int], names: Mapping[str, str]
) -> Iterator[StreamMessage]:
    """Yield the messages of an example: the request, each call and its result, and the closing answer.

    Args:
        example: the example, redacted.
        part: what the messages belong to.
        ids: numbers for the ids of its calls.
        names: how the target takes each tool's name.
    """

    def message(said: dict[str, Any], *, is_error: bool = False) -> StreamMessage:
        return StreamMessage(said, part, estimate_message_tokens(said), is_error)

    label = SYNTHETIC if example.synthetic else ""
    yield message({"role": "user", "content": label + (example.request.strip() or NEUTRAL_REQUEST)})
    for call in example.calls:
        call_id = f"warm_{next(ids)}"
        function = {"name": names[call.tool_name], "arguments": orjson.dumps(call.arguments).decode()}
        calls = [{"id": call_id, "type": "function", "function": function}]
        yield message({"role": "assistant", "content": "", "tool_calls": calls})
        result = {"role": "tool", "tool_call_id": call_id, "content": call.result}
        yield message(result, is_error=call.outcome in ("failed", "rejected"))
    yield message({"role": "assistant", "content": example.answer.strip() or NEUTRAL_ANSWER})
