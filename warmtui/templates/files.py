"""Files that are whole or not there: written beside their place and renamed into it, under a lock."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

LOCK_NAME = ".lock"
LOCK_SECONDS = 10.0
"""How long a save waits for another one: a save takes milliseconds, so more means that something is stuck."""

_TEMPORARY_SUFFIX = ".tmp"


def make_private(directory: Path) -> None:
    """Make `directory` and what is missing above it; if it is new, only its owner may enter.

    Raises:
        OSError: it cannot be made, or a file stands in its place.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of `directory`, so that two programs never write into it at once.

    Raises:
        filelock.Timeout: another program held it for `LOCK_SECONDS`; an `OSError` like the rest.
        OSError: the lock file cannot be made.
    """
    with FileLock(directory / LOCK_NAME, timeout=LOCK_SECONDS, mode=0o600):
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
    """Rename `source` to `target`, both in folders of one file system, and wait until the disk knows.

    Raises:
        OSError: it could not be renamed.
    """
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
