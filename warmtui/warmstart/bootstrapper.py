"""From a template to the messages a new session begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from warmtui.errors import NotFoundError, StreamError
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import Example, SessionTemplate
from warmtui.templates.redaction import Redactor
from warmtui.templates.redaction_names import PLACEHOLDER
from warmtui.templates.selection import example_tokens
from warmtui.templates.tokens import estimate_message_tokens
from warmtui.text import one_line, plural, storable
from warmtui.warmstart.context import context_text
from warmtui.warmstart.models import Stream, StreamMessage
from warmtui.warmstart.targets import check, context_messages, known, takes_user_message, tool_name

NEUTRAL_REQUEST = "Please go on with the task."
NEUTRAL_ANSWER = "That is done."
_SYNTHETIC = "(A made-up example, not a recorded one.) "


class WarmSessionBootstrapper:
    """Builds message streams.

    Args:
        manager: where templates that are named by their id are loaded from; not needed for template objects.
    """

    def __init__(self, manager: TemplateManager | None = None) -> None:
        self._manager = manager

    def create_warm_session_messages(
        self,
        template: SessionTemplate | str,
        user_message: str | None = None,
        *,
        target: str = "openai",
        max_examples: int | None = None,
        budget: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the messages a new session begins with, in the shape of `target`.

        The same template and message give the same bytes: call ids are issued in order, and nothing of the
        clock or of chance is in it. Secrets that an edit brought in are redacted again.

        Args:
            template: the template, or its id.
            user_message: the first message of the new session; left out for ``hermes``, which adds it itself.
            target: ``openai`` or ``hermes``.
            max_examples: at most so many of the template's examples, from the first on; all of them if None.
            budget: estimated tokens the examples may cost together; no limit if None.

        Raises:
            NotFoundError: no template has that id.
            StreamError: the target is unknown, or the template cannot be written for it.
        """
        stream = self.build_stream(template, user_message, target=target, max_examples=max_examples, budget=budget)
        return [message.message for message in stream.messages]

    def build_stream(
        self,
        template: SessionTemplate | str,
        user_message: str | None = None,
        *,
        target: str = "openai",
        max_examples: int | None = None,
        budget: int | None = None,
    ) -> Stream:
        """Return the stream with what each message is for and costs; see `create_warm_session_messages`."""
        known(target)
        loaded = self._loaded(template)
        redactor = Redactor()
        examples, left_out = _within(loaded.examples, max_examples, budget)
        text = redactor.text(context_text(loaded, has_examples=bool(examples)))
        parts = [("context", message) for message in context_messages(target, text)]
        ids = iter(range(1, 1 + sum(len(example.calls) for example in examples)))
        for example in examples:
            parts += [(example.key, message) for message in _example_messages(target, example, ids, redactor)]
        if user_message is not None and takes_user_message(target):
            parts.append(("user", {"role": "user", "content": storable(user_message)}))
        broken = check(target, [message for _, message in parts])
        if broken:
            raise StreamError(f"the stream of “{loaded.name}” is not valid for {target}: {broken[0]}")
        messages = tuple(StreamMessage(message, part, estimate_message_tokens(message)) for part, message in parts)
        warnings = [*_renamed(target, examples), *_warnings(loaded, messages, left_out)]
        return Stream(target, messages, tuple(warnings))

    def _loaded(self, template: SessionTemplate | str) -> SessionTemplate:
        if isinstance(template, SessionTemplate):
            return template
        found = self._manager.load_template(template) if self._manager is not None else None
        if found is None:
            raise NotFoundError(f"there is no template “{template}”")
        return found


def _within(examples: Sequence[Example], most: int | None, budget: int | None) -> tuple[list[Example], int]:
    """Return the examples that fit, in their order, and how many were left out."""
    kept: list[Example] = []
    spent = 0
    for example in examples:
        cost = example_tokens(example)
        if (most is not None and len(kept) >= most) or (budget is not None and spent + cost > budget):
            continue
        kept.append(example)
        spent += cost
    return kept, len(examples) - len(kept)


def _example_messages(
    target: str, example: Example, ids: Iterator[int], redactor: Redactor
) -> Iterator[dict[str, Any]]:
    label = _SYNTHETIC if example.synthetic else ""
    yield {"role": "user", "content": label + (redactor.text(example.request.strip()) or NEUTRAL_REQUEST)}
    for call in example.calls:
        call_id = f"warm_{next(ids)}"
        arguments = orjson.dumps(redactor.value(call.arguments)).decode()
        yield {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": call_id,
                    "type": "function",
                    "function": {"name": tool_name(target, call.tool_name), "arguments": arguments},
                }
            ],
        }
        yield {"role": "tool", "tool_call_id": call_id, "content": redactor.text(call.result)}
    yield {"role": "assistant", "content": redactor.text(example.answer.strip()) or NEUTRAL_ANSWER}


def _renamed(target: str, examples: Sequence[Example]) -> Iterator[str]:
    names = dict.fromkeys(call.tool_name for example in examples for call in example.calls)
    for name in names:
        if tool_name(target, name) != name:
            yield f"{target} takes no tool named “{one_line(name, 60)}”; it stands as {tool_name(target, name)}"


def _warnings(template: SessionTemplate, messages: Sequence[StreamMessage], left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{plural(left_out, 'example')} left out by the limits"
    if not template.examples:
        yield "no example: the stream has only words"
    calls = [call["function"] for message in messages for call in message.message.get("tool_calls", ())]
    for tool in dict.fromkeys(call["name"] for call in calls if PLACEHOLDER.search(call["arguments"])):
        yield f"an argument of {tool} holds a redaction placeholder that a model would copy"
