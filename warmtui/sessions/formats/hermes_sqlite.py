"""Reading a SQLite file without touching it: how it is opened, re-read when it changes, and what its errors say."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from warmtui.errors import SourceError
from warmtui.text import one_line

T = TypeVar("T")

_MAGIC = b"SQLite format 3\x00"
_HEADER_SIZE = 100
_READ_VERSION = 19  # this byte of the header is 2 where the database is in WAL mode
# A writer of a rollback-mode database holds its lock for a commit: milliseconds, seldom seconds.
_BUSY_SECONDS = 2.0
# How long ago a file has to have changed, in nanoseconds, for the next change to show: FAT has the longest tick.
_TICK = 2_500_000_000
# How often a file that changes while it is read is read again before SQLite's own locks are asked for.
_ATTEMPTS = 4
# SQLite's primary result codes, as far as they are told apart.
_READONLY, _CANTOPEN = 8, 14
_LOCKED = "is locked by another program; try again when that has finished."
_DAMAGED = "is damaged or only half written ({error}); take it from a backup, or copy it again."
_FORBIDDEN = "cannot be opened ({error}); see that you may read it and the folder it lies in."
_COMPLAINTS = {
    3: _FORBIDDEN,
    5: _LOCKED,
    6: _LOCKED,
    _READONLY: _FORBIDDEN,
    10: "could not be read to its end ({error}); see that its disk is there and sound.",
    11: _DAMAGED,
    13: "cannot be read for want of space for temporary files ({error}).",
    _CANTOPEN: _FORBIDDEN,
    23: _FORBIDDEN,
    26: _DAMAGED,
}


class _Files(NamedTuple):
    """What lies on disk: when it is the same before and after, what was read in between is whole."""

    main: tuple[int, ...]
    wal: tuple[int, ...] | None


class ReadOnlyDatabase:
    """A SQLite file that is only ever read; may be used from several threads.

    Without a ``-wal`` beside it, a WAL-mode file is opened as immutable: nothing is created, and the file is
    looked at again afterwards. With a ``-wal`` it is opened with ``mode=ro``, as is a rollback-mode file, whose
    writer's lock has to be honoured. Where SQLite may not keep its ``-shm`` beside a WAL, a private copy is read.

    Args:
        path: the file.

    Raises:
        SourceError: there is no readable SQLite database at `path`.
    """

    def __init__(self, path: Path) -> None:
        with errors_named(path):
            _check_file(path)
            self._file = path.resolve()  # SQLite keeps its other files beside the file a link leads to
            self._wal = _wal(self._file)
        self.path = path
        self._copies: list[_PrivateCopy] = []
        self._copying = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give a reading for one operation; its connection is closed at the end."""
        if self._closed:
            raise SourceError(f"{self.path} was closed and can no longer be read.")
        reading = Reading(self)
        try:
            yield reading
        finally:
            reading.close()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one short transaction; see `Reading.run`."""
        with self.reading() as reading:
            return reading.run(work)

    def close(self) -> None:
        """Remove what was made to read it."""
        self._closed = True
        with self._copying:
            while self._copies:
                self._copies.pop().remove()

    def files(self) -> _Files:
        """Return what lies on disk now."""
        try:
            wal = _marks(self._wal.stat())
        except FileNotFoundError:
            wal = None
        return _Files(_marks(self._file.stat()), wal)

    def mark(self) -> str:
        """Return what tells the state of the files from every later one; empty where they changed a moment ago.

        The clock of a file system ticks: what is written twice within one tick looks the same.
        """
        with errors_named(self.path):
            states = [self._file.stat(), *(path.stat() for path in (self._wal,) if path.exists())]
        latest = max(max(state.st_mtime_ns, state.st_ctime_ns) for state in states)
        if time.time_ns() - latest < _TICK:
            return ""
        return repr([(state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) for state in states])

    def connect(self, files: _Files) -> tuple[sqlite3.Connection, bool]:
        """Open a connection fit for what lies on disk; True beside it where it takes the file as immutable."""
        if files.wal is None and _is_wal_mode(self._file):
            return _connect(self._file, "mode=ro&immutable=1"), True
        connection = _connect(self._file, "mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.Error as error:
            connection.close()
            if files.wal is not None and _code(error) in (_CANTOPEN, _READONLY):
                return _connect(self._copied(files), "mode=ro"), False
            raise
        return connection, False

    def connect_locked(self) -> sqlite3.Connection:
        """Open a connection that reads under SQLite's own locks, whatever lies on disk."""
        return _connect(self._file, "mode=ro")

    def _copied(self, files: _Files) -> Path:
        with self._copying:
            if not self._copies or self._copies[-1].of != files:
                # An older copy may still be read by another thread: it goes when the database is closed.
                self._copies.append(_PrivateCopy(self._file, self.files))
            return self._copies[-1].path


class Reading:
    """One operation's way into a database: a connection that is opened when needed and kept while it is good."""

    def __init__(self, database: ReadOnlyDatabase) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._seen: _Files | None = None  # what an immutable connection was opened on

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction and return what it returns; once more if the file changed meanwhile.

        Args:
            work: reads what it needs from the connection, to the end.

        Raises:
            SourceError: the database cannot be read.
        """
        with errors_named(self._database.path):
            for _ in range(_ATTEMPTS):
                connection = self._open()
                try:
                    result = _in_transaction(connection, work)
                except (sqlite3.DatabaseError, UnicodeDecodeError):
                    if self._is_steady():
                        raise
                else:
                    if self._is_steady():
                        return result
                self.close()
            self._connection, self._seen = self._database.connect_locked(), None
            return _in_transaction(self._connection, work)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            files = self._database.files()
            self._connection, is_immutable = self._database.connect(files)
            self._seen = files if is_immutable else None
        return self._connection

    def _is_steady(self) -> bool:
        """Tell whether an immutable file still is what it was when it was opened; locks make any other so."""
        return self._seen is None or self._seen == self._database.files()


class _PrivateCopy:
    """A database and its WAL, copied to where SQLite may keep its ``-shm``."""

    def __init__(self, source: Path, files: Callable[[], _Files]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warmtui-")
        self.path = Path(self._folder.name) / "copy.db"
        try:
            for _ in range(_ATTEMPTS):
                self.of = files()
                shutil.copyfile(source, self.path)
                shutil.copyfile(_wal(source), _wal(self.path))
                if files() == self.of:
                    return
            raise SourceError(f"{source} is being written all the time; try again when its program is idle.")
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        self._folder.cleanup()


@contextmanager
def errors_named(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a `SourceError` that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise SourceError(one_line(f"{path} {_complaint(path, error)}", 600)) from error
    except UnicodeDecodeError as error:  # SQLite's own message quotes a damaged schema
        raise SourceError(f"{path} {_DAMAGED.format(error='its schema is no text')}") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error


def _complaint(path: Path, error: sqlite3.Error) -> str:
    code = _code(error)
    if code == _READONLY and path.with_name(path.name + "-journal").exists():
        return (
            "was left in the middle of a write (its -journal file lies beside it); "
            "start the program it belongs to once, which repairs it."
        )
    return _COMPLAINTS.get(code, "cannot be read ({error}).").format(error=error)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _check_file(path: Path) -> None:
    """Refuse at once what is no SQLite database, with the reason."""
    if not path.exists():
        if path.is_symlink():
            raise SourceError(f"{path} is a link to {path.readlink()}, which does not exist.")
        raise SourceError(f"{path} does not exist; see that the path is right.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(f"{path} is no file.")
    header = _header(path)
    if not header:
        raise SourceError(f"{path} is empty (0 bytes): nothing was ever written to it, or a copy of it failed.")
    if not header.startswith(_MAGIC[: len(header)]):
        raise SourceError(f"{path} is no SQLite database.")
    if len(header) < _HEADER_SIZE:
        raise SourceError(f"{path} is cut off after {len(header)} bytes; take it from a backup, or copy it again.")


def _header(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER_SIZE)


def _is_wal_mode(path: Path) -> bool:
    header = _header(path)
    return len(header) == _HEADER_SIZE and header[_READ_VERSION] == 2


def _marks(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _connect(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?{how}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # a reading belongs to one operation, which may move between threads
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def _in_transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    except sqlite3.OperationalError as error:
        if not str(error).startswith("Could not decode to UTF-8"):
            raise
        # Broken UTF-8 is somebody's output, and no reason to lose a session. Decoding like this costs a third
        # more, so it is done where it is needed.
        connection.text_factory = _lenient_text
        return work(connection)
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def _lenient_text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")
