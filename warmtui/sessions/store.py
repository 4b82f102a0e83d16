"""Where sessions are read from: the protocol that every reader meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from warmtui.sessions.models import Conversation, Session


@runtime_checkable
class MessageSource(Protocol):
    """The least a source of messages can do; Hermes' ``SessionDB`` does it, and so does every store."""

    def get_messages(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        """Return one session's messages in order, as chat messages (role, content, tool_calls, …)."""
        ...


@runtime_checkable
class SessionStore(MessageSource, Protocol):
    """A place that holds sessions and is only ever read."""

    @property
    def name(self) -> str:
        """A short label, the same every time: the profile's or the file's name."""
        ...

    @property
    def path(self) -> Path:
        """The file or folder it reads."""
        ...

    @property
    def format(self) -> str:
        """What the store is: ``hermes 22`` with its version, of a folder the formats in it with their counts."""
        ...

    @property
    def flaws(self) -> Sequence[str]:
        """What in it could not be read while the rest can, a sentence each that says where and why."""
        ...

    def sessions(self) -> Sequence[Session]:
        """Return every conversation, one entry a lineage, newest first, without reading messages."""
        ...

    def mark(self) -> str:
        """Return what changes whenever anything in the store does; empty where only reading it tells."""
        ...

    def fingerprints(self) -> Mapping[str, str]:
        """Return for each lineage id a string that changes when its messages or its row do."""
        ...

    def conversation(self, session_id: str) -> Conversation:
        """Read one conversation, found by any id of its lineage.

        Raises:
            NotFoundError: no session has that id.
            SourceError: the store cannot be read.
        """
        ...

    def conversations(self, session_ids: Sequence[str] | None = None) -> Iterator[Conversation]:
        """Read several conversations, all without `session_ids`, the latest first as far as files allow.

        Sessions that are gone are left out.

        Raises:
            SourceError: the store cannot be read.
        """
        ...

    def close(self) -> None:
        """Release what is open. Nothing may be read afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
