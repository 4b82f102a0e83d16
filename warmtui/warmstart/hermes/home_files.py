"""Files in a person's home that are not ours: changed whole or not at all, with what they were kept beside them."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from warmtui.errors import HomeError
from warmtui.templates.files import sync_directory, write_atomically

_BACKUP = ".before-warmtui."
_TEMPORARY = ".warmtui.tmp"
_LEFTOVERS = (f".*{_TEMPORARY}", f".*{_BACKUP}*.tmp")


def sweep(folder: Path, *ours: str) -> None:
    """Take away what writers that were killed left in a folder, of these files of ours and of what is written here.

    Raises:
        OSError: it cannot be.
    """
    for pattern in (*_LEFTOVERS, *(f".{name}.*.tmp" for name in ours)):
        for leftover in folder.glob(pattern):
            leftover.unlink(missing_ok=True)


def read_plain(path: Path) -> bytes:
    """Return what a plain file holds, or a link to one: whatever else lies there may have no end.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    return path.read_bytes()


def read_text(path: Path) -> str | None:
    """Return the text of a file that may be changed, or None where there is none.

    Raises:
        HomeError: it is a link, may not be written, or cannot be read as UTF-8.
    """
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a link; what it leads to is not changed from here" if path.is_symlink() else "no plain file"
            raise HomeError(f"{path} is {kind}")
        if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
            raise HomeError(f"{path} may not be written to")
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise HomeError(f"{path} is no UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise HomeError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error


def back_up(path: Path) -> Path:
    """Keep a copy of a file beside it and return it: ``<name>.before-warmtui.N``, N counted up.

    The latest copy serves where it holds the same already; none is ever overwritten.

    Raises:
        OSError: it cannot be written.
    """
    pattern = re.compile(re.escape(path.name + _BACKUP) + r"(\d+)")
    numbers = sorted(int(match.group(1)) for one in path.parent.iterdir() if (match := pattern.fullmatch(one.name)))
    data = path.read_bytes()
    if numbers:
        latest = path.with_name(f"{path.name}{_BACKUP}{numbers[-1]}")
        if latest.is_file() and latest.read_bytes() == data:
            return latest
    copy = path.with_name(f"{path.name}{_BACKUP}{numbers[-1] + 1 if numbers else 1}")
    write_atomically(copy, data)
    shutil.copymode(path, copy)
    return copy


def replace_text(path: Path, text: str) -> None:
    """Write a file so that a reader and a crash see the old one or the new one; its mode and owner stay.

    Raises:
        OSError: it cannot be written; it is as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
            if os.name == "posix":
                owner = path.stat()
                with suppress(PermissionError):  # another's file stays another's only where we may give it away
                    os.chown(temporary, owner.st_uid, owner.st_gid)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)
