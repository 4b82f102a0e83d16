"""Opening stores: which reader a path needs, and what the store is called."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from warmtui.errors import SourceError
from warmtui.sessions.content import path_text
from warmtui.sessions.folders import is_folder
from warmtui.sessions.formats.files import is_sqlite
from warmtui.sessions.formats.hermes import DATABASE_NAME, HermesStore, store_name
from warmtui.sessions.formats.transcript import id_in_file
from warmtui.sessions.places import expand_source, expanded, is_there, profile_databases
from warmtui.sessions.store import SessionStore

_DATABASE_ENDINGS = (".db", ".sqlite", ".sqlite3")
# The folders in which agents keep transcripts do not say whose they are; the folder above does.
_AGENTS = frozenset({"claude", "codex"})
_AGENTS_FOLDERS = {"projects": "", "sessions": "", "archived_sessions": "-archived"}


def open_store(path: str | Path, *, name: str | None = None) -> SessionStore:
    """Open a store for reading; nothing at `path` is ever changed.

    Args:
        path: a Hermes ``state.db`` or the home or profile folder it lies in; a transcript, packed or not, or a
            folder of them.
        name: the store's label; by default the name of its profile, its home, its agent, its file or its folder.

    Raises:
        SourceError: there is nothing at `path` that can be read, with the reason.
    """
    path = expanded(path)
    return _open(_store_in(path) if is_folder(path) else path, name)


def _open(path: Path, name: str | None) -> SessionStore:
    if is_folder(path) or _may_be_transcript(path):
        from warmtui.sessions.transcripts import TranscriptStore

        return TranscriptStore(path, name or _label(path))
    return HermesStore(path, name)


def _store_in(folder: Path) -> Path:
    """Return the one store a folder holds: a database, or a folder of transcripts."""
    database = folder / DATABASE_NAME
    if is_there(database):
        return database
    profiles = profile_databases(folder)
    if profiles:
        names = ", ".join(profile.parent.name for profile in profiles)
        raise SourceError(f"{folder} has no {DATABASE_NAME} of its own; name one of its profiles: {names}.")
    stores = expand_source(folder)
    databases = [store for store in stores if not is_folder(store)]
    if len(databases) > 1:
        names = ", ".join(str(store.relative_to(folder)) for store in databases)
        raise SourceError(f"{folder} holds several databases; name one of them: {names}.")
    return stores[0]


def _may_be_transcript(path: Path) -> bool:
    """Tell whether a file is no database, neither by what it holds nor by its name."""
    try:
        if not path.is_file():
            return False
    except OSError:
        return False
    return not path.name.lower().endswith(_DATABASE_ENDINGS) and not is_sqlite(path)


def open_stores(paths: Iterable[str | Path]) -> tuple[list[SessionStore], list[SourceError]]:
    """Open several stores; what cannot be opened is reported and stops nothing.

    The same file is opened once. Of two stores with the same name the first keeps it, and the other's gets a
    few characters that stand for its path, the same every time.

    Args:
        paths: files and folders, as `warmtui.sessions.places.expand_source` takes them.

    Returns:
        The stores in the order of their paths, and what was wrong with the others.
    """
    stores: list[SessionStore] = []
    problems: list[SourceError] = []
    opened: set[str] = set()
    names: set[str] = set()
    for path in (each for given in paths for each in expand_source(given)):
        real = os.path.realpath(path)
        if real in opened:
            continue
        opened.add(real)
        try:
            store = _open(path, _unused_name(path, real, names))
        except SourceError as error:
            problems.append(error)
            continue
        names.add(store.name)
        stores.append(store)
    return stores, problems


def _unused_name(path: Path, real: str, names: set[str]) -> str:
    name = _label(path)
    digest = sha256(real.encode("utf-8", "surrogateescape")).hexdigest()
    length = 4
    unused = name
    while unused in names:
        unused = f"{name}-{digest[:length]}"
        length += 1
    return unused


def _label(path: Path) -> str:
    """Return what a store is called: as its agent, its folder or its file is."""
    if not is_folder(path):
        return id_in_file(path) if _may_be_transcript(path) else store_name(path)
    whole = path.absolute()
    agent = whole.parent.name.lstrip(".")
    if whole.name in _AGENTS_FOLDERS and agent in _AGENTS:
        return f"{agent}{_AGENTS_FOLDERS[whole.name]}"
    return path_text(whole.name) or "sessions"
