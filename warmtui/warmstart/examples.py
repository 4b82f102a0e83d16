"""The examples of a stream: which of them it holds, redacted again, and written as chat messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from warmtui.templates.models import Example, ExampleCall
from warmtui.templates.redaction import Redactor
from warmtui.templates.selection import example_tokens
from warmtui.templates.tokens import estimate_message_tokens
from warmtui.text import storable
from warmtui.warmstart.models import StreamMessage

NEUTRAL_REQUEST = "Please go on with the task."
NEUTRAL_ANSWER = "That is done."
SYNTHETIC = "(A made-up example, not a recorded one.) "


def within(examples: Sequence[Example], most: int | None, budget: int | None) -> tuple[list[Example], int]:
    """Return the examples that fit, in their order, and how many were left out.

    Args:
        examples: what there is.
        most: how many at most; all if None.
        budget: estimated tokens they may cost together; no limit if None.
    """
    kept: list[Example] = []
    spent = 0
    for example in examples:
        cost = example_tokens(example)
        if (most is not None and len(kept) >= most) or (budget is not None and spent + cost > budget):
            continue
        kept.append(example)
        spent += cost
    return kept, len(examples) - len(kept)


def redacted(example: Example, redactor: Redactor) -> Example:
    """Return an example without secrets, and with only what JSON can hold."""

    def call(one: ExampleCall) -> ExampleCall:
        arguments = redactor.value(one.to_dict()["arguments"])
        return one.model_copy(update={"arguments": arguments, "result": storable(redactor.text(one.result))})

    def words(text: str) -> str:
        return storable(redactor.text(text.strip())).strip()

    return example.model_copy(
        update={
            "request": words(example.request),
            "answer": words(example.answer),
            "calls": tuple(call(one) for one in example.calls),
        }
    )


def example_messages(
    example: Example, part: str, ids: Iterator[int], tool_name: Callable[[str], str]
) -> Iterator[StreamMessage]:
    """Yield the messages of an example: the request, each call and its result, and the closing answer.

    Args:
        example: the example, redacted.
        part: what the messages belong to.
        ids: numbers for the ids of its calls.
        tool_name: a tool's name as the target takes it.
    """

    def message(said: dict[str, Any], *, is_error: bool = False) -> StreamMessage:
        return StreamMessage(said, part, estimate_message_tokens(said), is_error)

    label = SYNTHETIC if example.synthetic else ""
    yield message({"role": "user", "content": label + (example.request or NEUTRAL_REQUEST)})
    for call in example.calls:
        call_id = f"warm_{next(ids)}"
        function = {"name": tool_name(call.tool_name), "arguments": orjson.dumps(call.arguments).decode()}
        calls = [{"id": call_id, "type": "function", "function": function}]
        yield message({"role": "assistant", "content": "", "tool_calls": calls})
        result = {"role": "tool", "tool_call_id": call_id, "content": call.result}
        yield message(result, is_error=call.outcome in ("failed", "rejected"))
    yield message({"role": "assistant", "content": example.answer or NEUTRAL_ANSWER})
