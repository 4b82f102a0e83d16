"""Files that are whole or not there: written beside their place and renamed into it, under a lock, private."""

from __future__ import annotations

import errno
import glob
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warmtui.errors import TemplateError

LOCK_NAME = ".lock"
LOCK_SECONDS = 10.0
"""How long a save waits for another one: a save takes milliseconds, so more means that something is stuck."""

_TEMPORARY_SUFFIX = ".tmp"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(directory: Path) -> None:
    """Make `directory` and what is missing above it; only its owner may enter what is new.

    A folder that was there keeps its mode: it is the person's, and may hold more than templates.

    Raises:
        OSError: it cannot be made, or a file stands in its place.
    """
    missing = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)  # says so where a file is in the way


def keep_private(path: Path) -> None:
    """Take away from a file or a folder of ours what others may do with it; a link is left as it is.

    Somebody else's file, in a folder that is shared, keeps its mode.
    """
    mode = path.lstat().st_mode
    if not stat.S_ISLNK(mode) and mode & _OTHERS:
        with suppress(PermissionError):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def is_real_folder(path: Path) -> bool:
    """Say whether a folder is at `path`, and no link to one."""
    return path.is_dir() and not path.is_symlink()


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of `directory`, so that two programs never write into it at once.

    Raises:
        TemplateError: a link lies in the place of the lock file.
        TimeoutError: another program held it for `LOCK_SECONDS`.
        OSError: the lock file cannot be made.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - most commands only read, and need none

    path = directory / LOCK_NAME
    if path.is_symlink():
        raise TemplateError(f"{path} is a link, and nothing is locked or written through it: remove it.")
    lock = FileLock(path, timeout=LOCK_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise TimeoutError(f"{path} is held by another program") from error
    try:
        keep_private(path)
        yield
    finally:
        lock.release()


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, so that a reader and a crash see the old file or the new one, never a part.

    The caller holds the lock of the directory: what a killed writer left in it is swept away first.

    Raises:
        OSError: it could not be written; `path` is as it was and nothing is left beside it.
    """
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY_SUFFIX}"):
        leftover.unlink(missing_ok=True)
    write_over(path, data)


def write_over(path: Path, data: bytes) -> None:
    """Do the same in a folder that is not ours: nothing is swept away there.

    Raises:
        OSError: it could not be written.
    """
    with _written_beside(path, data) as temporary:
        temporary.replace(path)
    sync_directory(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Do the same where nothing may be overwritten, whoever writes there at the same moment.

    Raises:
        FileExistsError: something is there.
        OSError: it could not be written.
    """
    with _written_beside(path, data) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            temporary.replace(path)
    sync_directory(path.parent)


@contextmanager
def _written_beside(path: Path, data: bytes) -> Iterator[Path]:
    """Give a private file beside `path` that holds `data`, on disk; what is left of it goes."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY_SUFFIX, dir=path.parent)
    temporary = Path(name)  # mkstemp made it readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """Rename a file or a folder, within one file system, to a private `target`; wait until the disk knows.

    Raises:
        OSError: it could not be renamed.
    """
    keep_private(source)
    source.replace(target)
    sync_directory(source.parent)
    sync_directory(target.parent)


def sync_directory(directory: Path) -> None:
    """Wait until the names in `directory` are on disk; where folders cannot be opened it does nothing."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
