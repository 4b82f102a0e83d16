"""Targets: the shape a stream is written in, and the rules each shape must keep.

The only place that knows what a provider expects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from warmtui.errors import StreamError
from warmtui.text import one_line
from warmtui.warmstart.models import StreamMessage
from warmtui.warmstart.targets.anthropic import ANTHROPIC
from warmtui.warmstart.targets.hermes import HERMES
from warmtui.warmstart.targets.names import distinct_names
from warmtui.warmstart.targets.openai import OPENAI
from warmtui.warmstart.targets.skill import SKILL
from warmtui.warmstart.targets.target import Target

_TARGETS = {target.name: target for target in (OPENAI, HERMES, ANTHROPIC, SKILL)}

TARGETS = tuple(_TARGETS)
"""The targets a stream can be built for."""

MESSAGE_TARGETS = tuple(name for name, target in _TARGETS.items() if target.context is not None)
"""Those of them that are messages."""


def known(target: str) -> Target:
    """Return the target of that name.

    Raises:
        StreamError: there is none.
    """
    found = _TARGETS.get(target)
    if found is None:
        raise StreamError(f"“{one_line(str(target), 60)}” is no target; the targets are {', '.join(TARGETS)}")
    return found


def context_messages(target: str, text: str) -> list[dict[str, Any]]:
    """Return the messages that carry the context, in the shape of chat messages; none for an empty context.

    Raises:
        StreamError: the target is unknown, or has no messages.
    """
    context = known(target).context
    if context is None:
        raise StreamError(f"{target} is a text and has no messages; the targets with messages are {_with_messages()}")
    return context(text) if text else []


def takes_user_message(target: str) -> bool:
    """Whether the new user message is part of the stream: Hermes adds it by itself, a skill knows none."""
    return known(target).takes_user_message


def tool_names(target: str, names: Iterable[str]) -> Mapping[str, str]:
    """Return tools' names as `target` takes them, by their own; different tools keep different names."""
    return distinct_names(names, known(target).tool_name)


def written(target: str, messages: Sequence[StreamMessage]) -> dict[str, Any] | None:
    """Return the document of some messages; None where it is the list of them."""
    write = known(target).write
    return write(messages) if write is not None else None


def check(target: str, document: Any) -> tuple[str, ...]:
    """Return the rules of `target` that a document breaks, a sentence each; empty where it is valid.

    Args:
        target: the target.
        document: what `Stream.document` returns; anything else is told from it.

    Raises:
        StreamError: the target is unknown.
    """
    return tuple(known(target).check(document))


def _with_messages() -> str:
    return ", ".join(MESSAGE_TARGETS)
