"""Sessions in a Hermes ``state.db`` of any schema from 11 on, live or closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from warmtui.errors import NotFoundError, SourceError, UnknownFormatError
from warmtui.sessions.content import path_text, seconds
from warmtui.sessions.file_store import FileStore
from warmtui.sessions.formats.hermes_lineage import SessionRow, lineages, session_of
from warmtui.sessions.formats.hermes_sqlite import Reading, ReadOnlyDatabase
from warmtui.sessions.formats.hermes_tables import HermesTables
from warmtui.sessions.models import Conversation, Session

if TYPE_CHECKING:
    from warmtui.sessions.rows import StoredSession

DATABASE_NAME = "state.db"


class HermesStore(FileStore):
    """A Hermes database: only ever read, also while Hermes writes to it, and from several threads.

    Args:
        path: the database file.
        name: the store's label; by default as `store_name` has it.

    Raises:
        SourceError: there is no readable Hermes database at `path`.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        super().__init__(path, name or store_name(path))
        self._database = ReadOnlyDatabase(path)
        try:
            self._tables = self._database.read(partial(HermesTables, path=path))
        except SourceError:
            self._database.close()
            raise

    @property
    def format(self) -> str:
        """``hermes`` and the version of its schema."""
        return "hermes" if self._tables.version is None else f"hermes {self._tables.version}"

    @property
    def flaws(self) -> tuple[str, ...]:
        """Nothing: a database can be read, or it cannot."""
        return ()

    def sessions(self) -> list[Session]:
        """Return every conversation, one entry a lineage, newest first, without reading messages.

        Raises:
            SourceError: the store cannot be read.
        """
        return self._database.read(self._sessions)

    def mark(self) -> str:
        """Return what changes whenever anything is written to the database; empty while that cannot be told.

        Raises:
            SourceError: the store cannot be read.
        """
        return self._database.mark()

    def fingerprints(self) -> dict[str, str]:
        """Return for each lineage id a string that changes when its messages or its row do.

        Of messages it shows that some were added, deleted or moved out of the agent's sight. Hermes never
        rewrites one, and that another program did so cannot be seen without reading all of them.

        Raises:
            SourceError: the store cannot be read.
        """

        def work(connection: sqlite3.Connection) -> dict[str, str]:
            changes = self._tables.changes(connection)
            return {
                session.lineage_id: _digest([(each, changes.get(each)) for each in session.lineage])
                for session in self._sessions(connection)
            }

        return self._database.read(work)

    def conversation(self, session_id: str) -> Conversation:
        """Read one conversation, found by any id of its lineage.

        Raises:
            NotFoundError: no session has that id.
            SourceError: the store cannot be read.
        """

        def work(connection: sqlite3.Connection) -> tuple[Session, list[StoredSession]]:
            session = self._session(connection, session_id)
            return session, self._tables.messages(connection, session.lineage)

        return self._conversation(*self._database.read(work))

    def conversations(self, session_ids: Sequence[str] | None = None) -> Iterator[Conversation]:
        """Read several conversations, all without `session_ids`, in the order of `sessions`.

        One is held at a time, and each is read in a transaction of its own. Sessions that are gone, also
        those that go while others are read, are left out.

        Raises:
            SourceError: the store cannot be read.
        """
        with self._database.reading() as reading:
            for session in self._wanted(reading, session_ids):
                try:
                    rows = reading.run(partial(self._messages, session=session))
                except NotFoundError:
                    continue
                yield self._conversation(session, rows)

    def close(self) -> None:
        """Release what is open. Nothing may be read afterwards."""
        self._database.close()

    def _sessions(self, connection: sqlite3.Connection) -> list[Session]:
        return self._grouped(connection, self._tables.sessions(connection))

    def _session(self, connection: sqlite3.Connection, session_id: str) -> Session:
        if _is_text(session_id):  # of an argument that was no UTF-8, SQLite takes nothing
            for session in self._grouped(connection, self._tables.family(connection, session_id)):
                if session_id in session.lineage:
                    return session
        raise NotFoundError(f"No session has the id {session_id!r} in {self._path}.")

    def _grouped(self, connection: sqlite3.Connection, rows: Sequence[SessionRow]) -> list[Session]:
        """Return the conversations that session rows are, newest first: by when its last session began."""
        by_id = {row["id"]: row for row in rows}
        lines = lineages(rows, partial(self._tables.last_activity, connection))
        lines.sort(key=lambda line: (seconds(line[-1]["started_at"]) or 0.0, line[-1]["id"]), reverse=True)
        return [session_of(line, by_id.get(line[0]["parent_session_id"])) for line in lines]

    def _wanted(self, reading: Reading, session_ids: Sequence[str] | None) -> Sequence[Session]:
        sessions = reading.run(self._sessions)
        if session_ids is None:
            return sessions
        wanted = set(session_ids)
        return [session for session in sessions if not wanted.isdisjoint(session.lineage)]

    def _messages(self, connection: sqlite3.Connection, session: Session) -> list[StoredSession]:
        found = self._tables.messages(connection, session.lineage)
        if not any(rows for _, rows in found):  # it never had any, or was deleted since it was listed
            self._session(connection, session.session_id)
        return found

    def _conversation(self, session: Session, rows: Sequence[StoredSession]) -> Conversation:
        from warmtui.sessions.build import conversation_from_rows

        may_go_on = session.ended_at is None and session.end_reason is None
        return conversation_from_rows(rows, session, self._name, may_go_on=may_go_on)


def is_hermes(path: Path) -> bool:
    """Tell whether a SQLite database may be Hermes'; True where that cannot be seen, so that opening it says why."""
    try:
        HermesStore(path).close()
    except UnknownFormatError:
        return False
    except SourceError:
        return True
    return True


def store_name(path: Path) -> str:
    """Return a short label for a database: its profile's name, its home's name, else the file's own.

    ``~/.hermes/profiles/work/state.db`` is ``work``, ``~/.hermes/state.db`` is ``hermes``, and
    ``backup/kinds.db`` is ``kinds``.
    """
    if path.name != DATABASE_NAME:
        return path_text(path.stem)
    return path_text(path.absolute().parent.name.lstrip(".") or path.stem)


def _digest(value: object) -> str:
    return blake2b(repr(value).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _is_text(value: str) -> bool:
    """Tell whether a string can be written as UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
