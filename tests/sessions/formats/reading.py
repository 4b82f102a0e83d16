"""Writing transcript files by hand, and reading them as a user's store is read."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store


def lines(path: Path, records: Iterable[Any], *, packed: bool = False) -> Path:
    """Write a record a line; strings go in as they are."""
    written = b"".join((each.encode() if isinstance(each, str) else orjson.dumps(each)) + b"\n" for each in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(written) if packed else written)
    return path


def document(path: Path, value: Any) -> Path:
    """Write one value over several lines, as people's tools do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))
    return path


def read_all(path: Path) -> dict[str, Conversation]:
    """Return every conversation of a file or folder by its id."""
    with open_store(path) as store:
        found = {one.session.session_id: one for one in store.conversations()}
        assert {session.session_id for session in store.sessions()} == found.keys()
        return found


def read_one(path: Path) -> Conversation:
    """Return the only conversation of a file."""
    (conversation,) = read_all(path).values()
    return conversation


def shape(conversation: Conversation) -> list[tuple[str, str]]:
    """Return role and text of every message; a summary's role is ``summary``, and calls follow their message."""
    told: list[tuple[str, str]] = []
    for message in conversation.messages:
        told.append(("summary" if message.is_compaction else message.role, message.text))
        told += [("call", call.name) for call in message.calls]
    return told


def results(conversation: Conversation) -> list[tuple[str, str | None]]:
    """Return each call's tool with the text of its result."""
    return [(call.name, None if call.result is None else call.result.text) for call in conversation.calls]


def typed(conversation: Conversation) -> Sequence[str]:
    """Return what a person typed."""
    return [message.person_text for message in conversation.messages if message.person_text]
