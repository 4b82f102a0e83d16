"""Sessions in transcript files: one file, or a folder of them in any of the formats there is a reader for."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from warmtui.errors import NotFoundError, SourceError, UnknownFormatError
from warmtui.sessions.build import conversation_of
from warmtui.sessions.folders import files_below
from warmtui.sessions.formats.files import Flaw, is_sqlite, values
from warmtui.sessions.formats.known import format_of
from warmtui.sessions.formats.transcript import Transcript, TranscriptFormat
from warmtui.sessions.models import Conversation, Session

_SAMPLE = 4096  # bytes of a file's head and tail that tell one state of it from another, with its size and time
_NO_FORMAT = "in no format that is known"
# A file of another name can be a transcript too; that one is none is worth a word where it is called so.
_ENDINGS = (".json", ".jsonl", ".ndjson", ".traj")


@dataclass(frozen=True, slots=True)
class _Known:
    """One conversation, as it was found.

    Attributes:
        session: what its file says of it, under ids no other conversation of the store has.
        path, format: its file, and what reads it.
        place: which conversation of its file it is, from 0.
        content: the same for two that say the same, as a copy does.
        mark: changes when it does.
        stamp: when its file changed last.
    """

    session: Session
    path: Path
    format: TranscriptFormat
    place: int
    content: str
    mark: str
    stamp: int


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """What one file holds: its format, its conversations, and what of it could not be read."""

    stamp: tuple[int, int]
    format: TranscriptFormat | None = None
    found: tuple[_Known, ...] = ()
    flaws: tuple[str, ...] = ()


class TranscriptStore:
    """A file or a folder of transcripts: only ever read, and from several threads.

    What a file holds is looked up once and again when the file changes; messages are read when they are asked for.

    Args:
        path: the file, or the folder, which is searched down to its last folder.
        name: the store's label.

    Raises:
        SourceError: there is nothing at `path` that any format reads.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._surveyed: dict[Path, _Surveyed] = {}
        self._lock = threading.Lock()
        self._closed = False
        _check(path)

    @property
    def name(self) -> str:
        """The store's label."""
        return self._name

    @property
    def path(self) -> Path:
        """The file or folder it reads."""
        return self._path

    @property
    def format(self) -> str:
        """The formats of its files, in a folder with how many there are of each."""
        files = self._survey()
        counts = Counter(file.format.NAME for file in files.values() if file.format is not None)
        if not self._path.is_dir():
            return next(iter(counts), "transcript")
        return ", ".join(f"{name} × {count}" for name, count in sorted(counts.items())) or "transcripts"

    @property
    def flaws(self) -> tuple[str, ...]:
        """What in its files could not be read, and the files that are no transcript, a sentence each."""
        files = self._survey()
        return tuple(f"{path}: {flaw}" for path, file in files.items() for flaw in file.flaws)

    def sessions(self) -> list[Session]:
        """Return every conversation, newest first.

        Raises:
            SourceError: the store cannot be read.
        """
        found = [known.session for known in self._known().values()]
        return sorted(found, key=lambda session: (session.started_at or 0.0, session.session_id), reverse=True)

    def fingerprints(self) -> dict[str, str]:
        """Return for each lineage id a string that changes when its messages do.

        Raises:
            SourceError: the store cannot be read.
        """
        return {lineage_id: known.mark for lineage_id, known in self._known().items()}

    def conversation(self, session_id: str) -> Conversation:
        """Read one conversation, found by any id of its lineage.

        Raises:
            NotFoundError: no session has that id.
            SourceError: its file can no longer be read.
        """
        for known in self._wanted({session_id}):
            for conversation in self._read([known]):
                return conversation
        raise NotFoundError(f"No session has the id {session_id!r} in {self._path}.")

    def conversations(self, session_ids: Sequence[str] | None = None) -> Iterator[Conversation]:
        """Read several conversations, all without `session_ids`, file by file, those of the latest file first.

        Sessions that are gone are left out.

        Raises:
            SourceError: a file can no longer be read.
        """
        wanted = self._wanted(None if session_ids is None else set(session_ids))
        wanted.sort(key=lambda known: (-known.stamp, known.path, known.place))
        for _, ones in groupby(wanted, key=lambda known: known.path):
            yield from self._read(list(ones))

    def get_messages(self, session_id: str) -> list[dict[str, Any]]:
        """Return the messages of one conversation in order, in the shape of OpenAI chat messages.

        Raises:
            NotFoundError: no session has that id.
            SourceError: its file can no longer be read.
        """
        return [message.to_dict() for message in self.conversation(session_id).messages]

    def close(self) -> None:
        """Forget what was looked up. Nothing may be read afterwards."""
        self._closed = True
        self._surveyed = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _wanted(self, session_ids: set[str] | None) -> list[_Known]:
        known = self._known().values()
        if session_ids is None:
            return list(known)
        return [one for one in known if not session_ids.isdisjoint(one.session.lineage)]

    def _read(self, wanted: Sequence[_Known]) -> Iterator[Conversation]:
        """Read conversations of one file, in the order they stand in it."""
        first = wanted[0]
        by_place = {known.place: known for known in wanted}
        place = -1
        try:
            for transcript in first.format.read(first.path):
                if isinstance(transcript, Flaw):
                    continue
                place += 1
                known = by_place.pop(place, None)
                if known is not None:
                    yield self._conversation(transcript, known.session)
                if not by_place:
                    return
        except FileNotFoundError:
            return
        except OSError as error:
            raise SourceError(f"{first.path} cannot be read: {error.strerror or error}.") from error

    def _conversation(self, transcript: Transcript, known: Session) -> Conversation:
        session = replace(transcript.session, session_id=known.session_id, lineage=known.lineage)
        return conversation_of(transcript.messages, session, self._name, may_go_on=transcript.may_go_on)

    # -- what there is ---------------------------------------------------------------------------------------

    def _known(self) -> dict[str, _Known]:
        """Return every conversation by its lineage id.

        The same conversation in two files, as in a copy, is there once. Different ones of the same id are told
        apart by a number, the same every time.
        """
        known: dict[str, _Known] = {}
        taken: dict[str, str] = {}  # id to what the conversation of that id says
        for one in (one for file in self._survey().values() for one in file.found):
            lineage, number = one.session.lineage, 1
            while any(taken.get(each, one.content) != one.content for each in lineage):
                number += 1
                lineage = tuple(f"{each}#{number}" for each in one.session.lineage)
            if lineage[0] not in known:
                session = replace(one.session, session_id=lineage[-1], lineage=lineage)
                known[lineage[0]] = replace(one, session=session)
                taken.update(dict.fromkeys(lineage, one.content))
        return known

    def _survey(self) -> Mapping[Path, _Surveyed]:
        """Return what every file holds, by its path; only files that are new or changed are read."""
        if self._closed:
            raise SourceError(f"{self._path} was closed and can no longer be read.")
        with self._lock:
            refused: list[OSError] = []
            files = files_below(self._path, refused.append)
            found = {path: _surveyed(path, self._surveyed.get(path)) for path in files}
            for error in refused:
                why = f"cannot be looked into: {error.strerror or error}"
                found[Path(error.filename)] = _Surveyed((0, 0), flaws=(why,))
            self._surveyed = found
            return found


def _check(path: Path) -> None:
    """Refuse what holds no transcript, with the reason; of a folder the first that is found is enough."""
    if path.is_dir():
        for file in files_below(path):
            try:
                if format_of(file) is not None:
                    return
            except OSError:  # listed later, with the reason
                continue
        raise UnknownFormatError(f"{path} holds no sessions: there is no state.db in it, and no transcript.")
    try:
        if format_of(path) is not None:
            return
        reason = _why_unread(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
    raise UnknownFormatError(f"{path} is neither a Hermes database nor a transcript that can be read: {reason}.")


def _surveyed(path: Path, before: _Surveyed | None) -> _Surveyed:
    """Return what a file holds: as it was found before, unless it changed."""
    stamp = 0, 0
    try:
        status = path.stat()
        stamp = status.st_size, status.st_mtime_ns
        if before is not None and before.stamp == stamp:
            return before
        format_ = format_of(path)
        if format_ is None:
            return _Surveyed(stamp, flaws=() if _is_something_else(path) else (_why_unread(path),))
        return _read_through(path, stamp, format_)
    except FileNotFoundError:  # it went while we looked
        return _Surveyed(stamp)
    except OSError as error:
        return _Surveyed(stamp, flaws=(f"cannot be read: {error.strerror or error}",))


def _read_through(path: Path, stamp: tuple[int, int], format_: TranscriptFormat) -> _Surveyed:
    sample = _sample(path, stamp[0])
    found: list[_Known] = []
    flaws: list[str] = []
    for transcript in format_.read(path):
        if isinstance(transcript, Flaw):
            flaws.append(str(transcript))
            continue
        place = len(found)
        content = transcript.mark or f"{sample}/{place}"
        mark = transcript.mark or f"{content}/{stamp[1]}"
        found.append(_Known(transcript.session, path, format_, place, content, mark, stamp[1]))
    return _Surveyed(stamp, format_, tuple(found), tuple(flaws))


def _why_unread(path: Path) -> str:
    """Return why nothing of a file can be read: what is wrong with it, or that it is sound and of no format."""
    first = next(values(path), None)
    return str(first) if isinstance(first, Flaw) else _NO_FORMAT


def _is_something_else(path: Path) -> bool:
    """Tell whether a file never was meant to be a transcript: by its name, or because it is a database."""
    name = path.name.lower().removesuffix(".gz")
    return not name.endswith(_ENDINGS) or is_sqlite(path)


def _sample(path: Path, size: int) -> str:
    """Return what tells one state of a file from another without reading it whole: its size, its head and its tail."""
    with path.open("rb") as file:
        digest = blake2b(file.read(_SAMPLE), digest_size=16)
        file.seek(max(0, size - _SAMPLE))
        digest.update(file.read(_SAMPLE))
    return f"{size}-{digest.hexdigest()}"
