"""Which sessions of a Hermes home a command that has just ended had begun."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from warmtui.errors import SourceError
from warmtui.sessions.models import Session
from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore
from warmtui.warmstart.hermes.arguments import value_of
from warmtui.warmstart.hermes.journal import IGNORE_PREFILLS, Certainty
from warmtui.warmstart.hermes.surfaces import Surface

_DATABASE = "state.db"
_CHAT = "cli"  # the source of a chat in the terminal, unless --source names another


def begun_sessions(
    home: Path, since: float, folder: Path, surface: Surface, arguments: Sequence[str]
) -> tuple[list[str], Certainty]:
    """Return the ids of the sessions that a command began, and how sure that is.

    Hermes says nowhere which process a session belongs to. A chat's is certain where it is the only one begun
    since in the same folder, or of several the only one with the question that was asked. Else all that may be
    meant are returned as probable.

    Args:
        home: the Hermes home.
        since: when the command was started, seconds since the epoch.
        folder: the folder it worked in.
        surface: what it opened.
        arguments: of `hermes`.

    Raises:
        SourceError: the store of the home cannot be read.
    """
    if not (home / _DATABASE).exists():
        return [], "probably"
    with open_store(home / _DATABASE) as store:
        begun = [one for one in store.sessions() if _is_new(one, since)]
        if not surface.is_chat:
            servers = (one for one in begun if one.source not in IGNORE_PREFILLS and one.source != _CHAT)
            return [one.lineage_id for one in servers], "probably"
        chats = [one for one in begun if one.source in (_CHAT, value_of(arguments, "--source"))]
        here = [one for one in chats if one.cwd is None or _same(one.cwd, folder)]
        asked = value_of(arguments, "-q", "--query")
        if len(here) > 1 and asked:
            here = [one for one in here if _first_request(store, one) == asked] or here
    return [one.lineage_id for one in here or chats], "started" if len(here) == 1 else "probably"


def _is_new(session: Session, since: float) -> bool:
    return session.started_at is not None and session.started_at >= since and session.kind != "delegate"


def _same(one: str, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _first_request(store: SessionStore, session: Session) -> str:
    try:
        messages = store.conversation(session.session_id).messages
    except SourceError:
        return ""
    return next((message.person_text.strip() for message in messages if message.person_text), "")
