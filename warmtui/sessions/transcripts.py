"""Sessions in transcript files: one file, or a folder of them in any of the formats there is a reader for."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

from warmtui.errors import NotFoundError, SourceError
from warmtui.sessions.build import conversation_of
from warmtui.sessions.content import path_text
from warmtui.sessions.file_store import FileStore
from warmtui.sessions.folders import files_below, is_folder
from warmtui.sessions.formats.files import Flaw, forget_head
from warmtui.sessions.formats.transcript import Transcript
from warmtui.sessions.models import Conversation, Message, Session
from warmtui.sessions.survey import UNREAD, Found, Surveyed, check, stamp_of, surveyed


class TranscriptStore(FileStore):
    """A file or a folder of transcripts: only ever read, and from several threads.

    What a file holds is looked up once and again when the file changes; messages are read when they are asked for.

    Args:
        path: the file, or the folder, which is searched down to its last folder.
        name: the store's label.

    Raises:
        SourceError: there is nothing at `path` that any format reads.
    """

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._surveyed: Mapping[Path, Surveyed] = {}
        self._told_apart: tuple[Mapping[Path, Surveyed], Mapping[str, Found]] = {}, {}
        self._lock = threading.Lock()
        self._closed = False
        check(path)

    @property
    def format(self) -> str:
        """The formats of its files, in a folder with how many there are of each."""
        files = self._survey()
        counts = Counter(file.format.NAME for file in files.values() if file.format is not None)
        if not is_folder(self._path):
            return next(iter(counts), "transcript")
        return ", ".join(f"{name} × {count}" for name, count in sorted(counts.items())) or "transcripts"

    @property
    def flaws(self) -> tuple[str, ...]:
        """What in its files could not be read, and the files that are no transcript, a sentence each."""
        files = self._survey()
        return tuple(f"{path_text(path)}: {flaw}" for path, file in files.items() for flaw in file.flaws)

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
        return {lineage_id: known.content for lineage_id, known in self._known().items()}

    def conversation(self, session_id: str) -> Conversation:
        """Read one conversation, found by any id of its lineage.

        Raises:
            NotFoundError: no session has that id.
            SourceError: its file can no longer be read.
        """
        at_hand = self._at_hand(session_id)
        for known in [at_hand] if at_hand is not None else self._wanted({session_id}):
            for conversation in self._read([known]):
                return conversation
        raise NotFoundError(f"No session has the id {session_id!r} in {path_text(self._path)}.")

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

    def close(self) -> None:
        """Forget what was looked up. Nothing may be read afterwards."""
        self._closed = True
        self._surveyed = {}
        self._told_apart = {}, {}

    def _at_hand(self, session_id: str) -> Found | None:
        """Return a conversation whose file is as it was found, without a look at all the others; else None."""
        files, known = self._told_apart
        one = known.get(session_id)
        try:
            return one if one is not None and files[one.path].stamp == stamp_of(one.path) else None
        except OSError:
            return None

    def _wanted(self, session_ids: set[str] | None) -> list[Found]:
        known = self._known().values()
        if session_ids is None:
            return list(known)
        return [one for one in known if not session_ids.isdisjoint(one.session.lineage)]

    def _read(self, wanted: Sequence[Found]) -> Iterator[Conversation]:
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
                # Where the file was replaced since, another conversation may stand in its place.
                if known is not None and known.own_id == transcript.session.lineage_id:
                    yield self._conversation(transcript, known.session)
                if not by_place:
                    return
        except FileNotFoundError:
            return
        except OSError as error:
            raise SourceError(f"{path_text(first.path)} cannot be read: {error.strerror or error}.") from error

    def _conversation(self, transcript: Transcript, known: Session) -> Conversation:
        session = replace(transcript.session, session_id=known.session_id, lineage=known.lineage)
        if session.lineage != transcript.session.lineage:
            renamed = dict(zip(transcript.session.lineage, session.lineage, strict=False))
            for message in transcript.messages:
                _rename(message, renamed)
        return conversation_of(transcript.messages, session, self._name, may_go_on=transcript.may_go_on)

    # -- what there is ---------------------------------------------------------------------------------------

    def _known(self) -> Mapping[str, Found]:
        """Return every conversation by its lineage id, told apart anew where a file came, changed or went."""
        files = self._survey()
        of_files, known = self._told_apart
        if of_files is not files:
            known = self._tell_apart(files)
            self._told_apart = files, known
        return known

    def _tell_apart(self, files: Mapping[Path, Surveyed]) -> dict[str, Found]:
        """Return conversations by lineage ids that no two of them have.

        The same conversation in two files, as in a copy, is there once. Of different ones of the same id the one
        that began first keeps it; another gets a few characters that stand for its file and its place in it, which
        stay the same whatever files come and go.
        """
        found = [one for file in files.values() for one in file.found]
        found.sort(key=lambda one: one.session.started_at or 0.0)
        known: dict[str, Found] = {}
        taken: set[str] = set()
        told: set[tuple[str, str]] = set()  # what each says, under its own id
        for one in found:
            if (one.own_id, one.content) in told:
                continue
            told.add((one.own_id, one.content))
            unique = one if taken.isdisjoint(one.session.lineage) else self._renamed(one)
            if taken.isdisjoint(unique.session.lineage):
                known[unique.session.lineage_id] = unique
                taken.update(unique.session.lineage)
        return known

    def _renamed(self, one: Found) -> Found:
        lineage = tuple(f"{each}#{self._tag(one)}" for each in one.session.lineage)
        return replace(one, session=replace(one.session, session_id=lineage[-1], lineage=lineage))

    def _tag(self, one: Found) -> str:
        """Return a few characters that stand for a conversation's file, as it lies in the folder, and its place."""
        file = os.fsencode(os.path.relpath(one.path, self._path))
        return blake2b(b"%s/%d" % (file, one.place), digest_size=4).hexdigest()

    def _survey(self) -> Mapping[Path, Surveyed]:
        """Return what every file holds, by its path; only files that are new or changed are read."""
        if self._closed:
            raise SourceError(f"{path_text(self._path)} was closed and can no longer be read.")
        with self._lock:
            refused: list[OSError] = []
            files = files_below(self._path, refused.append)
            found = {path: surveyed(path, self._surveyed.get(path)) for path in files}
            for error in refused:
                why = f"cannot be looked into: {error.strerror or error}"
                found[Path(error.filename or self._path)] = Surveyed(UNREAD, flaws=(why,))
            if found != self._surveyed:
                forget_head()
                self._surveyed = found
            return self._surveyed


def _rename(message: Message, renamed: Mapping[str, str]) -> None:
    """Let a message, its calls and its result name the session under the id it has in the store."""
    for part in (message, *message.calls, message.result):
        if part is not None:
            part.session_id = renamed.get(part.session_id, part.session_id)
