"""What a target is: how it takes the context and a tool's name, what it is written as, and the rules it keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from warmtui.warmstart.models import StreamMessage


@dataclass(frozen=True, slots=True)
class Target:
    """The shape a stream is written in.

    Attributes:
        name: what it is called.
        check: the rules that a document of it breaks, a sentence each; never raises, whatever it is given.
        tool_name: a tool's name as it takes it.
        context: the messages that carry a context; None for a target without messages.
        write: the document of some messages; None where that is the list of them.
        takes_user_message: whether the new user message is part of the stream.
    """

    name: str
    check: Callable[[Any], list[str]]
    tool_name: Callable[[str], str]
    context: Callable[[str], list[dict[str, Any]]] | None = None
    write: Callable[[Sequence[StreamMessage]], dict[str, Any]] | None = None
    takes_user_message: bool = True
