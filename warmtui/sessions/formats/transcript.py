"""What a transcript format is, and what it makes of a file: conversations whose calls are not paired yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from warmtui.sessions.content import RawCall, content_text, identifier, path_text, seconds
from warmtui.sessions.formats.files import Flaw
from warmtui.sessions.models import Author, Message, MessageId, Session, ToolCall, ToolResult
from warmtui.sessions.people import authorship, mid_turn_words
from warmtui.text import one_line

Authorship = Callable[[str], tuple[Author, str]]
"""Tells who wrote a user message, and which words are a person's; every harness adds notes of its own."""

_TITLE = 80


@dataclass(slots=True)
class Transcript:
    """One conversation of a file.

    Attributes:
        session: what the file says of it.
        messages: its messages in order.
        may_go_on: True where nothing says that it has ended.
        mark: changes when the conversation does; empty where only the whole file can tell.
    """

    session: Session
    messages: list[Message]
    may_go_on: bool = False
    mark: str = ""


class TranscriptFormat(Protocol):
    """A module that reads one format. What it needs lies in `files` (JSON values) and here (messages)."""

    NAME: str
    """What it is called, in a word: ``codex``."""

    def matches(self, path: Path) -> bool:
        """Tell by what a file says of itself whether it is of this format.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def read(self, path: Path) -> Iterator[Transcript | Flaw]:
        """Yield each conversation of a file, and a `Flaw` for each part that cannot be read.

        Raises:
            OSError: it cannot be read.
        """
        ...


@dataclass(slots=True)
class TranscriptBuilder:
    """Collects the messages of one conversation; those without an id of their own are counted from 0.

    Attributes:
        session_id: the session they belong to.
        authorship: tells who wrote a user message.
        is_delegated: True where an agent and no person speaks as the user.
        messages: what was added so far, and not taken out again.
    """

    session_id: str
    authorship: Authorship = authorship
    is_delegated: bool = False
    messages: list[Message] = field(default_factory=list)
    _count: int = 0

    def _add(self, role: str, text: str, at: object, message_id: object) -> Message:
        own = identifier(message_id)
        number: MessageId = self._count if own is None else own
        self._count += 1
        message = Message(number, self.session_id, role, text, seconds(at))
        self.messages.append(message)
        return message

    def system(self, content: object, *, at: object = None, message_id: object = None) -> Message:
        """Add what neither a person nor the agent said."""
        return self._add("system", content_text(content), at, message_id)

    def user(
        self, content: object, *, at: object = None, message_id: object = None, author: Author | None = None
    ) -> Message:
        """Add a user message; without `author`, `authorship` tells whose it is."""
        message = self._add("user", content_text(content), at, message_id)
        if self.is_delegated:
            author = Author.HARNESS
        if author is None:
            message.author, message.person_text = self.authorship(content_text(content, image=""))
        else:
            message.author = author
            message.person_text = "" if author is Author.HARNESS else content_text(content, image="")
        return message

    def assistant(
        self, content: object, calls: Iterable[RawCall] = (), *, at: object = None, message_id: object = None
    ) -> Message:
        """Add a message of the agent, with its calls."""
        message = self._add("assistant", content_text(content), at, message_id)
        self.more_calls(message, calls)
        return message

    def more_calls(self, message: Message, calls: Iterable[RawCall], *, at: object = None) -> None:
        """Add calls to a message that was added before; without `at` they were made when it was."""
        own, moment = message.message_id, seconds(at) or message.timestamp
        made = list(message.calls)
        for call_id, other_id, name, arguments in calls:
            made.append(ToolCall(own, self.session_id, len(made), call_id, name, arguments, other_id, None, moment))
        message.calls = tuple(made)

    def result(
        self,
        content: Any,
        *,
        call_id: object = None,
        tool: object = None,
        is_error: object = None,
        at: object = None,
        message_id: object = None,
    ) -> Message:
        """Add what came back from a call; `is_error` counts only where it is a plain True or False."""
        message = self._add("tool", content_text(content), at, message_id)
        flag = is_error if isinstance(is_error, bool) else None
        message.person_text = mid_turn_words(message.text)
        message.result = ToolResult(
            message.message_id,
            self.session_id,
            identifier(call_id),
            identifier(tool),
            content,
            message.text,
            flag,
            message.timestamp,
        )
        return message

    def compaction(self, summary: object, *, at: object = None, message_id: object = None) -> Message:
        """Add a summary that replaced what stands before it: that is now out of the agent's sight."""
        for earlier in reversed(self.messages):
            if earlier.is_archived:  # and so is what stands before it
                break
            earlier.is_archived = True
        message = self._add("user", content_text(summary), at, message_id)
        message.author = Author.HARNESS
        message.is_compaction = True
        return message

    def title(self) -> str | None:
        """Return the first words a person typed: what a transcript without a title is known by."""
        return title_of(self.messages)


def title_of(messages: Iterable[Message]) -> str | None:
    """Return the first words a person typed, None where nobody did."""
    return next((first_words(each.person_text) for each in messages if each.person_text.strip()), None)


def first_words(text: str) -> str:
    """Return a text on one line, cut to the length of a title."""
    return one_line(text, _TITLE)


def id_in_file(path: Path, line: int = 0) -> str:
    """Return an id for a session that has none: the file's name without its endings, and the line it stands in."""
    stem = path_text(path.name).removesuffix(".gz")
    stem = stem.rpartition(".")[0] or stem
    return f"{stem}-{line}" if line else stem


def text_or_none(value: object) -> str | None:
    """Return a string that is not blank, None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def is_one_of(value: object, names: Collection[str]) -> bool:
    """Tell whether a value of any kind is one of some names."""
    return isinstance(value, str) and value in names
