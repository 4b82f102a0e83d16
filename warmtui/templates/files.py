"""Files that are whole or not there: written beside their place and renamed into it, under a lock, private."""

from __future__ import annotations

import glob
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

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
        filelock.Timeout: another program held it for `LOCK_SECONDS`; an `OSError` like the rest.
        OSError: the lock file cannot be made.
    """
    path = directory / LOCK_NAME
    if path.is_symlink():
        raise TemplateError(f"{path} is a link, and nothing is locked or written through it: remove it.")
    with FileLock(path, timeout=LOCK_SECONDS, mode=0o600):
        keep_private(path)
        yield


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, so that a reader and a crash see the old file or the new one, never a part.

    The caller holds the lock of the directory: what a killed writer left in it is swept away first.

    Raises:
        OSError: it could not be written; `path` is as it was and nothing is left beside it.
    """
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY_SUFFIX}"):
        leftover.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY_SUFFIX, dir=path.parent)
    temporary = Path(name)  # mkstemp made it readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)


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
