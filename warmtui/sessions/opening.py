"""Finding stores and opening them: which reader a path needs, where stores usually lie, what they are called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from warmtui.errors import SourceError
from warmtui.sessions.formats.hermes import DATABASE_NAME, HermesStore, store_name
from warmtui.sessions.store import SessionStore

_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PROFILES = "profiles"


def open_store(path: str | Path, *, name: str | None = None) -> SessionStore:
    """Open a store for reading; nothing at `path` is ever changed.

    Args:
        path: a Hermes ``state.db``, or the home or profile folder it lies in.
        name: the store's label; by default the name of its profile, its home or its file.

    Raises:
        SourceError: there is nothing at `path` that can be read, with the reason.
    """
    path = _expanded(path)
    if _is_folder(path):
        path = _database_in(path)
    return HermesStore(path, name)


def _database_in(folder: Path) -> Path:
    database = folder / DATABASE_NAME
    if not _is_there(database):
        profiles = _profile_databases(folder)
        if profiles:
            names = ", ".join(profile.parent.name for profile in profiles)
            raise SourceError(f"{folder} has no {DATABASE_NAME} of its own; name one of its profiles: {names}.")
        raise SourceError(f"{folder} holds no sessions: there is no {DATABASE_NAME} in it.")
    return database


def open_stores(paths: Iterable[str | Path]) -> tuple[list[SessionStore], list[SourceError]]:
    """Open several stores; what cannot be opened is reported and stops nothing.

    The same file is opened once. Of two stores with the same name the first keeps it, and the other's gets a
    few characters that stand for its path, the same every time.

    Args:
        paths: files and folders, as `expand_source` takes them.

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
            store = open_store(path, name=_unused_name(path, real, names))
        except SourceError as error:
            problems.append(error)
            continue
        names.add(store.name)
        stores.append(store)
    return stores, problems


def _unused_name(path: Path, real: str, names: set[str]) -> str:
    name = store_name(path)
    digest = sha256(real.encode("utf-8", "surrogateescape")).hexdigest()
    length = 4
    unused = name
    while unused in names:
        unused = f"{name}-{digest[:length]}"
        length += 1
    return unused


def expand_source(path: str | Path) -> list[Path]:
    """Return the stores a path stands for.

    Args:
        path: a Hermes home (its own database and its profiles'), a profile's folder, or a file.

    Returns:
        Their files, those of profiles by name; `path` itself where it is no folder of stores, so that opening
        it says what is wrong.
    """
    path = _expanded(path)
    if not _is_folder(path):
        return [path]
    own = path / DATABASE_NAME
    found = [own] if _is_there(own) else []
    return [*found, *_profile_databases(path)] or [path]


def find_sources(env: Mapping[str, str], home: Path) -> list[Path]:
    """Return the Hermes databases of this machine: the home's, and those of its profiles.

    Args:
        env: the environment; ``HERMES_HOME`` names the home, also where it is one of a home's profiles.
        home: the person's home directory, in which ``.hermes`` lies otherwise.

    Returns:
        Existing files; none where Hermes was never used.
    """
    named = env.get("HERMES_HOME")
    if named:
        folder = _expanded(named)
        if folder.parent.name == _PROFILES and _PROFILE.fullmatch(folder.name):
            folder = folder.parent.parent
    elif os.name == "nt" and env.get("LOCALAPPDATA"):
        folder = Path(env["LOCALAPPDATA"]) / "hermes"
    else:
        folder = home / ".hermes"
    return [path for path in expand_source(folder) if _is_there(path) and path.name == DATABASE_NAME]


def _profile_databases(folder: Path) -> list[Path]:
    try:
        profiles = sorted((folder / _PROFILES).iterdir())
    except OSError:  # no profiles, or none that may be looked at
        return []
    databases = (each / DATABASE_NAME for each in profiles if _PROFILE.fullmatch(each.name))
    return [database for database in databases if _is_there(database)]


def _expanded(path: str | Path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ``~somebody`` who is nobody here: a file may still be called that
        return Path(path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # opening it says why
        return False


def _is_there(path: Path) -> bool:
    """Tell whether there is something at a path, a link that leads nowhere included: opening it says so."""
    try:
        return path.is_symlink() or path.exists()
    except OSError:
        return False
