"""Chat messages in a file: one session as a list or a message a line, or a session a line with what is known of it.

The messages are OpenAI's or Anthropic's; ``{"messages": […], …}`` may carry ``session_id``, ``title``, ``source``,
``model``, ``cwd`` and a time, and every other key is kept as metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warmtui.sessions.chat_rows import rows_of_messages
from warmtui.sessions.content import identifier, seconds
from warmtui.sessions.formats.files import Flaw, Head, head, values
from warmtui.sessions.formats.transcript import Transcript, id_in_file, is_one_of, text_or_none, title_of
from warmtui.sessions.models import Session
from warmtui.sessions.rows import read_history

NAME = "chat"

_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function", "session_meta"})
_IDS = ("session_id", "id", "conversation_id", "trajectory_id")
_BEGINNINGS = ("started_at", "timestamp", "created_at", "created", "date")
_LISTS = ("messages", "conversations")
_NAMED = frozenset({*_LISTS, "title", "source", "model", "cwd", "ended_at", "end_reason"})


def matches(path: Path) -> bool:
    """Tell whether a file holds chat messages."""
    return _is_message_a_line(head(path)) or any(_is_session(value) for value in head(path).values)


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield the sessions of a file, and what in it is neither a session nor a message."""
    if _is_message_a_line(head(path)):
        yield from _message_a_line(path)
        return
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
        elif _is_messages(found.data) or isinstance(found.data, dict):
            yield _session_or_flaw(path, found.line, found.data, found.mark)
        elif isinstance(found.data, list):
            for number, entry in enumerate(found.data, start=1):
                yield _session_or_flaw(path, number, entry, what="entry")


def _is_message_a_line(beginning: Head) -> bool:
    records = beginning.records
    return beginning.is_lines and len(records) > 0 and all(_is_message(record) for record in records)


def _is_message(value: object) -> bool:
    return (
        isinstance(value, dict) and is_one_of(value.get("role"), _ROLES) and not isinstance(value.get("messages"), list)
    )


def _is_messages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and _is_message(value[0])


def _is_session(value: object) -> bool:
    if isinstance(value, dict):
        return _is_messages(_messages(value))
    return _is_messages(value) or (isinstance(value, list) and bool(value) and _is_session(value[0]))


def _messages(record: Mapping[str, Any]) -> list[Any] | None:
    """Return what a session has under the names of its messages, the list that looks like it first; or None."""
    lists = [found for key in _LISTS if isinstance(found := record.get(key), list)]
    return next(filter(_is_messages, lists), lists[0] if lists else None)


def _message_a_line(path: Path) -> Iterator[Transcript | Flaw]:
    messages: list[Mapping[str, Any]] = []
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
        elif _is_message(found.data):
            messages.append(found.data)
        else:
            yield Flaw(f"line {found.line}", "no chat message")
    yield _transcript({"messages": messages}, id_in_file(path), may_go_on=True)


def _session_or_flaw(path: Path, number: int, entry: object, mark: str = "", what: str = "line") -> Transcript | Flaw:
    record = {"messages": entry} if isinstance(entry, list) else entry
    if not isinstance(record, dict) or _messages(record) is None:
        return Flaw(f"{what} {number}" if number else "", "no list of chat messages")
    return _transcript(record, id_in_file(path, number), mark=mark)


def _transcript(record: Mapping[str, Any], own_id: str, *, mark: str = "", may_go_on: bool = False) -> Transcript:
    session_id = next((found for key in _IDS if (found := _id(record.get(key)))), own_id)
    # Whatever session a message names, the one that is found is this.
    dicts = [{**message, "session_id": session_id} for message in _messages(record) or () if isinstance(message, dict)]
    messages = list(read_history(rows_of_messages(dicts, session_id)))
    started = next((at for key in _BEGINNINGS if (at := seconds(record.get(key))) is not None), None)
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=text_or_none(record.get("title")) or title_of(messages),
        source=text_or_none(record.get("source")) or NAME,
        model=text_or_none(record.get("model")),
        started_at=next((each.timestamp for each in messages if each.timestamp), None) if started is None else started,
        ended_at=seconds(record.get("ended_at")),
        end_reason=text_or_none(record.get("end_reason")),
        cwd=text_or_none(record.get("cwd")),
        message_count=len(dicts),
        metadata={key: value for key, value in record.items() if key not in _NAMED and key not in _IDS},
    )
    return Transcript(session, messages, may_go_on, mark)


def _id(value: object) -> str | None:
    return identifier(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
