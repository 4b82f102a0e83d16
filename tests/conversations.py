"""Conversations written by hand, in a few words: for tests that pin one rule each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from warmtui.sessions.models import Author, Conversation, Message, Session, ToolCall, ToolResult
from warmtui.sessions.pairing import pair

OK = '{"success": true}'
FAILED = '{"success": false, "error": "Could not find a match for old_string in the file"}'


class Talk:
    """Builds a conversation message by message; ids count from 1."""

    def __init__(self, session_id: str = "s1", *, cwd: str | None = None, is_live: bool = False) -> None:
        self._session_id = session_id
        self._cwd = cwd
        self._is_live = is_live
        self._now: float | None = None
        self._messages: list[Message] = []

    def _next(self) -> int:
        return len(self._messages) + 1

    def at(self, seconds: float | None) -> Talk:
        """From here on messages have this time; before it is called they have none."""
        self._now = seconds
        return self

    def ask(self, text: str, *, author: Author = Author.PERSON) -> Talk:
        """A user message."""
        person = text if author is Author.PERSON else ""
        self._messages.append(
            Message(self._next(), self._session_id, "user", text, self._now, author=author, person_text=person)
        )
        return self

    def say(self, text: str) -> Talk:
        """An assistant message without calls."""
        self._messages.append(Message(self._next(), self._session_id, "assistant", text, self._now))
        return self

    def call(self, tool: str, arguments: dict[str, Any] | str, result: str | None = OK, *, took: float = 0) -> Talk:
        """One call and its result, `took` seconds later; none where `result` is None."""
        return self.calls([(tool, arguments, result)], took=took)

    def calls(self, calls: Sequence[tuple[str, dict[str, Any] | str, str | None]], *, took: float = 0) -> Talk:
        """Several calls of one message, then their results."""
        message_id = self._next()
        made = [
            ToolCall(
                message_id=message_id,
                session_id=self._session_id,
                index=index,
                call_id=f"call_{message_id}_{index}",
                name=tool,
                raw_arguments=arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode(),
                timestamp=self._now,
            )
            for index, (tool, arguments, _) in enumerate(calls)
        ]
        self._messages.append(Message(message_id, self._session_id, "assistant", "", self._now, calls=tuple(made)))
        if self._now is not None:
            self._now += took
        for call, (tool, _, result) in zip(made, calls, strict=True):
            if result is not None:
                place = self._next()
                found = ToolResult(place, self._session_id, call.call_id, tool, result, result, timestamp=self._now)
                self._messages.append(Message(place, self._session_id, "tool", result, self._now, result=found))
        return self

    def steer(self, text: str) -> Talk:
        """What a person says while the last tool runs: it comes with that tool's result."""
        self._messages[-1] = replace(self._messages[-1], person_text=text)
        return self

    def end(self) -> Conversation:
        """The conversation, its calls paired."""
        calls, orphans = pair(self._messages)
        session = Session(self._session_id, (self._session_id,), title="Hand-written", source="cli", cwd=self._cwd)
        return Conversation("tests", session, tuple(self._messages), calls, orphans, self._is_live)
