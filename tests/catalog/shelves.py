"""A store in memory for the tests of the catalog, and what to put on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.conversations import OK, Talk
from warmtui.catalog.index import Catalog
from warmtui.catalog.refresh import store_key
from warmtui.errors import NotFoundError, SourceError
from warmtui.sessions.models import Conversation, Session


class Shelf:
    """A store in memory that counts what is read from it."""

    def __init__(self, path: Path, conversations: Sequence[Conversation]) -> None:
        self.path = path
        self.name = "shelf"
        self.format = "tests"
        self.flaws: Sequence[str] = ()
        self.held = {one.session.lineage_id: one for one in conversations}
        self.marks = dict.fromkeys(self.held, "1")
        self.read: list[str] = []
        self.is_broken = False
        self.wrong: dict[str, Exception] = {}  # what reading a session raises
        self.on_read: Callable[[str], object] = self.read.append

    def sessions(self) -> Sequence[Session]:
        return [one.session for one in self.held.values()]

    def mark(self) -> str:
        return ""

    def fingerprints(self) -> Mapping[str, str]:
        if self.is_broken:
            raise SourceError(f"{self.path} cannot be read.")
        return dict(self.marks)

    def conversation(self, session_id: str) -> Conversation:
        if session_id not in self.held:
            raise NotFoundError(f"no session {session_id}")
        self.on_read(session_id)
        if session_id in self.wrong:
            raise self.wrong[session_id]
        return self.held[session_id]

    def forget(self, session_id: str) -> None:
        del self.held[session_id], self.marks[session_id]

    def conversations(self, session_ids: Sequence[str] | None = None) -> Iterator[Conversation]:
        for session_id in self.held if session_ids is None else session_ids:
            yield self.conversation(session_id)

    def get_messages(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        return [message.to_dict() for message in self.conversation(session_id).messages]

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def good(session_id: str, calls: int = 8) -> Conversation:
    talk = Talk(session_id).ask("go")
    for number in range(calls):
        talk.call("patch", {"path": f"{number}.py"}, OK)
    return talk.say("done").end()


def bad(session_id: str) -> Conversation:
    talk = Talk(session_id).ask("go")
    for _ in range(8):
        talk.call("terminal", {"command": "make"}, '{"output": "no", "exit_code": 2}')
    return talk.ask("no, stop").end()


def ranked(catalog: Catalog, shelf: Shelf, query: str = "", **options: Any) -> list[str]:
    return [row.session_id for row in catalog.rows({store_key(shelf): "shelf"}, query, **options)]
