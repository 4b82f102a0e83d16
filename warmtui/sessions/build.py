"""From stored or given messages to a conversation: its history, its calls with their results, its open end."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from warmtui.errors import NotFoundError
from warmtui.sessions.chat_rows import rows_of_messages
from warmtui.sessions.formats.hermes_lineage import SessionRow, is_continuation, session_of
from warmtui.sessions.models import Author, Conversation, Message, Session
from warmtui.sessions.pairing import pair
from warmtui.sessions.rows import StoredSession, read_history
from warmtui.sessions.store import MessageSource, SessionStore


def conversation_from_rows(
    lineage: Sequence[StoredSession], session: Session, store: str, *, may_go_on: bool = False
) -> Conversation:
    """Build a conversation from the stored rows of its sessions.

    Args:
        lineage: its sessions' rows, oldest first.
        session: what the store says of it.
        store: the label of the store.
        may_go_on: the store does not say that it has ended. It is then live while its last turn is open:
            something was asked or a tool answered, and no message of the assistant without calls followed.
    """
    return conversation_of(read_history(lineage), session, store, may_go_on=may_go_on)


def conversation_of(
    messages: Sequence[Message], session: Session, store: str, *, may_go_on: bool = False
) -> Conversation:
    """Build a conversation from its history: the calls are paired with their results.

    Args:
        messages: the history in order.
        session, store, may_go_on: as in `conversation_from_rows`.
    """
    if session.kind == "delegate":
        _take_from_people(messages)
    calls, orphans = pair(messages)
    return Conversation(
        store=store,
        session=session,
        messages=tuple(messages),
        calls=calls,
        orphan_results=orphans,
        is_live=may_go_on and _is_turn_open(messages),
    )


def _take_from_people(messages: Sequence[Message]) -> None:
    """Mark what has the role of a user as the harness': to a delegate another agent speaks, and nobody else."""
    for message in messages:
        message.person_text = ""
        if message.author is not None:
            message.author = Author.HARNESS


def _is_turn_open(messages: Sequence[Message]) -> bool:
    for message in reversed(messages):
        if message.role != "system" and not message.is_compaction:
            return message.role != "assistant" or bool(message.calls)
    return False


def conversation_from_dicts(
    messages: Sequence[Mapping[str, Any]],
    *,
    session: Session | None = None,
    session_id: str,
    store: str,
    may_go_on: bool = False,
) -> Conversation:
    """Build a conversation from chat messages: OpenAI's, Anthropic's, or those of Hermes' ``SessionDB``.

    Args:
        messages: in order; each may carry ``id`` (else it is counted from 0), ``session_id``, ``timestamp``
            (seconds or an ISO date), ``active`` and ``compacted`` (the history rules of stored rows then hold).
        session: what is known of the session; by default only its id.
        session_id: the session the messages belong to where they do not say.
        store: the label of the store.
        may_go_on: as in `conversation_from_rows`.
    """
    session = session or Session(session_id, (session_id,))
    return conversation_from_rows(rows_of_messages(messages, session_id), session, store, may_go_on=may_go_on)


def read_conversation(source: MessageSource, session_id: str) -> Conversation:
    """Read one conversation from a store, or from any object with ``get_messages(session_id)``.

    Of an object like Hermes' ``SessionDB`` the archived history is asked for, too; ``get_session`` gives the
    session's fields, and what compaction split over several sessions is read as one conversation.

    Args:
        source: where the messages are.
        session_id: any id of the conversation's lineage.

    Raises:
        NotFoundError: the source has neither messages nor a session of that id.
        SourceError: a store cannot be read.
    """
    if isinstance(source, SessionStore):
        return source.conversation(session_id)
    line = _lineage(source, session_id) if isinstance(source, _SessionSource) else []
    ids = [str(row["id"]) for row in line] or [session_id]
    messages = [{"session_id": each, **message} for each in ids for message in _all_messages(source, each)]
    if not line and not messages:
        raise NotFoundError(f"No session has the id {session_id!r}.")
    session = session_of(line, _parent(source, line[0])) if line else None
    return conversation_from_dicts(
        messages,
        session=session,
        session_id=ids[-1],
        store=_label(source),
        may_go_on=session is not None and session.ended_at is None and session.end_reason is None,
    )


@runtime_checkable
class _SessionSource(Protocol):
    """A source that also gives a session's row, as Hermes' ``SessionDB`` does."""

    def get_session(self, session_id: str) -> Mapping[str, Any] | None: ...


@runtime_checkable
class _LineageSource(_SessionSource, Protocol):
    """One that also knows which session ends a lineage."""

    def get_compression_tip(self, session_id: str) -> str | None: ...


@runtime_checkable
class _ListedLineageSource(_SessionSource, Protocol):
    """One that lists the sessions of a lineage."""

    def get_compression_lineage(self, session_id: str) -> Sequence[str]: ...


def _all_messages(source: MessageSource, session_id: str) -> Sequence[Mapping[str, Any]]:
    """Return a session's messages with those that compaction archived, which Hermes leaves out unless asked."""
    try:
        parameters = list(inspect.signature(source.get_messages).parameters)
    except (TypeError, ValueError):  # a callable that does not show its parameters
        parameters = []
    options: dict[str, Any] = {"include_inactive": True} if "include_inactive" in parameters else {}
    return source.get_messages(session_id, **options)


def _lineage(source: _SessionSource, session_id: str) -> list[SessionRow]:
    """Return the rows of a session's lineage, oldest first; none where the source does not know it."""
    tip = _tip(source, session_id)
    row = _row(source, tip)
    line: list[SessionRow] = []
    while row is not None and all(row["id"] != other["id"] for other in line):
        line.insert(0, row)
        parent = _parent(source, row)
        if parent is None or not is_continuation(row, parent) or _tip(source, parent["id"]) not in (tip, parent["id"]):
            break
        row = parent
    while line and (row := _next(source, line[-1])) is not None and row["id"] not in {each["id"] for each in line}:
        line.append(row)
    return line


def _next(source: _SessionSource, row: SessionRow) -> SessionRow | None:
    """Return what continues a branch or a delegate: Hermes' own way to the end of a lineage leaves those out."""
    if row.get("end_reason") != "compression" or not isinstance(source, _ListedLineageSource):
        return None
    ids = source.get_compression_lineage(row["id"])
    following = ids[ids.index(row["id"]) + 1 :] if row["id"] in ids else []
    found = _row(source, following[0]) if following else None
    return found if found is not None and is_continuation(found, row) else None


def _tip(source: object, session_id: str) -> str:
    tip = source.get_compression_tip(session_id) if isinstance(source, _LineageSource) else None
    return tip or session_id


def _parent(source: object, row: SessionRow) -> SessionRow | None:
    parent_id = row.get("parent_session_id")
    return _row(source, str(parent_id)) if parent_id else None


def _row(source: object, session_id: str) -> SessionRow | None:
    row = source.get_session(session_id) if isinstance(source, _SessionSource) else None
    return None if row is None else {**row, "id": session_id}


def _label(source: object) -> str:
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and name else type(source).__name__
