"""What transcript files hold: each is read through once, and again when it changes."""

from __future__ import annotations

import errno
import logging
import stat
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from pathlib import Path

from warmtui.errors import SourceError, UnknownFormatError
from warmtui.sessions.content import path_text
from warmtui.sessions.folders import files_below, is_folder
from warmtui.sessions.formats.files import Flaw, is_sqlite, values
from warmtui.sessions.formats.known import format_of
from warmtui.sessions.formats.transcript import TranscriptFormat
from warmtui.sessions.models import Session
from warmtui.text import one_line, plural

log = logging.getLogger(__name__)

Stamp = tuple[int, int]
"""A file's size and when it changed last: what tells that it is as it was."""

UNREAD: Stamp = -1, -1
"""That of a file that could not be read: whether it can the next time, only trying tells."""

_DIGEST = 16  # bytes that tell one state of a file from another
_MOST_FLAWS = 20  # of one file are told one by one
_NO_FORMAT = "in no format that is known"
# A file of another name can be a transcript too; that one is none is worth a word where it is called so.
_ENDINGS = (".json", ".jsonl", ".ndjson", ".traj")
# What agents keep beside their transcripts: notes on a sub-agent, a list of what there is.
_NOTES = (".meta.json", "sessions-index.json")


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation, as it was found.

    Attributes:
        session: what its file says of it, under ids no other conversation of the store has.
        own_id: its lineage's id as its file has it.
        path, format: its file, and what reads it.
        place: which conversation of its file it is, from 0.
        content: the same for two that say the same, as a copy does; changes when it does.
        stamp: when its file changed last.
    """

    session: Session
    own_id: str
    path: Path
    format: TranscriptFormat
    place: int
    content: str
    stamp: int


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What one file holds.

    Attributes:
        stamp: the state of the file it was read in.
        format: what reads it; None for a file that is no transcript.
        found: its conversations, in the order they stand in it.
        flaws: what of it could not be read, in a few words each.
    """

    stamp: Stamp
    format: TranscriptFormat | None = None
    found: tuple[Found, ...] = ()
    flaws: tuple[str, ...] = ()


def check(path: Path) -> None:
    """Refuse what holds no transcript; of a folder the first that is found is enough.

    Raises:
        SourceError: it holds none, or cannot be read, with the reason.
    """
    if is_folder(path):
        for file in files_below(path):
            try:
                if format_of(file) is not None:
                    return
            except OSError:  # listed later, with the reason
                continue
        raise UnknownFormatError(f"{path_text(path)} holds no sessions: there is no state.db in it, and no transcript.")
    try:
        if format_of(path) is not None:
            return
        reason = _why_unread(path)
    except OSError as error:
        raise SourceError(f"{path_text(path)} cannot be read: {error.strerror or error}.") from error
    name = path_text(path)
    raise UnknownFormatError(f"{name} is neither a Hermes database nor a transcript that can be read: {reason}.")


def surveyed(path: Path, before: Surveyed | None) -> Surveyed:
    """Return what a file holds: as it was found before, unless it changed; it never fails."""
    stamp = UNREAD
    try:
        stamp = stamp_of(path)
        if before is not None and before.stamp == stamp:
            return before
        format_ = format_of(path)
        if format_ is None:
            return Surveyed(stamp, flaws=() if _is_something_else(path) else (_why_unread(path),))
        return _read_through(path, stamp, format_)
    except FileNotFoundError:  # it went while we looked
        return Surveyed(stamp)
    except OSError as error:
        return Surveyed(UNREAD, flaws=(f"cannot be read: {error.strerror or error}",))
    except Exception as error:  # a mistake of ours that one file brings out must not hide the others
        log.exception("%s cannot be read", path)
        return Surveyed(stamp, flaws=(one_line(f"cannot be read: {type(error).__name__}: {error}", 300),))


def stamp_of(path: Path) -> Stamp:
    """Return what tells one state of a file from another.

    Raises:
        OSError: it cannot be looked at, or is nothing that can be read to an end, such as a pipe.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "It is no file", str(path))
    return status.st_size, status.st_mtime_ns


def _read_through(path: Path, stamp: Stamp, format_: TranscriptFormat) -> Surveyed:
    found: list[Found] = []
    flaws: list[str] = []
    unnamed = 0
    whole = ""  # the mark of the whole file, where something in it has none of its own
    for transcript in format_.read(path):
        if isinstance(transcript, Flaw):
            if len(flaws) < _MOST_FLAWS:
                flaws.append(str(transcript))
            else:
                unnamed += 1
            continue
        if not transcript.mark:
            whole = whole or _digest(path)
        session, place = transcript.session, len(found)
        content = transcript.mark or f"{whole}/{place}"
        found.append(Found(session, session.lineage_id, path, format_, place, content, stamp[1]))
    if unnamed:
        flaws.append(f"{plural(unnamed, 'more part')} cannot be read")
    return Surveyed(stamp, format_, tuple(found), tuple(flaws))


def _why_unread(path: Path) -> str:
    """Return why nothing of a file can be read: what is wrong with it, or that it is sound and of no format."""
    first = next(values(path), None)
    return str(first) if isinstance(first, Flaw) else _NO_FORMAT


def _is_something_else(path: Path) -> bool:
    """Tell whether a file never was meant to be a transcript: by its name, or because it is a database."""
    name = path.name.lower().removesuffix(".gz")
    return not name.endswith(_ENDINGS) or name.endswith(_NOTES) or is_sqlite(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=_DIGEST)).hexdigest()
