"""What the readers of a file or a folder have in common: a name, a path, chat messages, and an end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from warmtui.sessions.models import Conversation


class FileStore(ABC):
    """The common part of a `warmtui.sessions.store.SessionStore` that reads one place on disk.

    Args:
        path: the file or folder.
        name: the store's label.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    @property
    def name(self) -> str:
        """The store's label."""
        return self._name

    @property
    def path(self) -> Path:
        """The file or folder it reads."""
        return self._path

    def mark(self) -> str:
        """Return what changes whenever anything in the store does; empty where only reading it tells."""
        return ""

    @abstractmethod
    def conversation(self, session_id: str) -> Conversation:
        """Read one conversation, found by any id of its lineage."""

    @abstractmethod
    def close(self) -> None:
        """Release what is open. Nothing may be read afterwards."""

    def get_messages(self, session_id: str) -> list[dict[str, Any]]:
        """Return the messages of one conversation in order, in the shape of OpenAI chat messages.

        Raises:
            NotFoundError: no session has that id.
            SourceError: the store cannot be read.
        """
        return [message.to_dict() for message in self.conversation(session_id).messages]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
