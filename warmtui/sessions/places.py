"""Where sessions lie: the folders agents keep them in, and the stores that a path a person names stands for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from warmtui.sessions.folders import files_below, is_folder
from warmtui.sessions.formats.files import is_sqlite
from warmtui.sessions.formats.hermes import DATABASE_NAME, is_hermes

_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PROFILES = "profiles"
# An agent's home by the name it has unless a variable moves it, and where in it the transcripts lie.
_TRANSCRIPTS_IN = {".claude": ("projects",), ".codex": ("sessions", "archived_sessions")}


def usual_places(env: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders in which agents keep their sessions on this machine, whether they are there or not.

    Args:
        env: the environment. ``HERMES_HOME`` names a home of Hermes, or one of a home's profiles, beside the
            usual one; ``CLAUDE_CONFIG_DIR`` and ``CODEX_HOME`` name those of Claude Code and Codex CLI.
        home: the person's home directory, in which they lie otherwise.
    """
    return [*_hermes_homes(env, home), *_transcript_folders(env, home)]


def find_sources(env: Mapping[str, str], home: Path) -> list[Path]:
    """Return the stores of this machine: Hermes' databases, and the folders of other agents that hold transcripts.

    Args:
        env, home: as in `usual_places`.

    Returns:
        Existing files and folders; none where no agent was ever used.
    """
    databases = [database for folder in _hermes_homes(env, home) for database in _databases_of(folder)]
    folders = [folder for folder in _transcript_folders(env, home) if is_folder(folder) and holds_transcripts(folder)]
    return [*databases, *folders]


def expand_source(path: str | Path) -> list[Path]:
    """Return the stores a path stands for.

    Args:
        path: a Hermes home (its own database and its profiles'), a profile's folder, an agent's home, a folder
            with transcripts or Hermes databases anywhere in it, or a file.

    Returns:
        Its databases, those of profiles by name, and the folder itself where transcripts lie in it; `path` alone
        where it is no folder or holds neither, so that opening it says what is wrong.
    """
    path = expanded(path)
    if not is_folder(path):
        return [path]
    found = _databases_of(path)
    if found:
        return found
    parts = [path / part for part in _TRANSCRIPTS_IN.get(path.name, ())]
    folders = [part for part in parts if is_folder(part)] or [path]
    if folders == [path]:
        found = list(databases_below(path))
    return [*found, *(folder for folder in folders if holds_transcripts(folder))] or [path]


def databases_below(folder: Path) -> Iterator[Path]:
    """Yield the Hermes databases in a folder and all folders in it, whatever they are called."""
    return (file for file in files_below(folder) if is_sqlite(file) and is_hermes(file))


def holds_transcripts(folder: Path) -> bool:
    """Tell whether any file in a folder, or in the folders in it, is a transcript."""
    return any(_is_transcript(file) for file in files_below(folder))


def profile_databases(folder: Path) -> list[Path]:
    """Return the databases of a Hermes home's profiles, by the profiles' names."""
    try:
        profiles = sorted((folder / _PROFILES).iterdir())
    except OSError:  # no profiles, or none that may be looked at
        return []
    databases = (each / DATABASE_NAME for each in profiles if _PROFILE.fullmatch(each.name))
    return [database for database in databases if is_there(database)]


def _databases_of(folder: Path) -> list[Path]:
    own = folder / DATABASE_NAME
    return [*([own] if is_there(own) else []), *profile_databases(folder)]


def _hermes_homes(env: Mapping[str, str], home: Path) -> list[Path]:
    """Return the home the variable names, of a profile its root, and the usual one beside it."""
    usual = home / ".hermes"
    if os.name == "nt" and env.get("LOCALAPPDATA"):
        usual = Path(env["LOCALAPPDATA"]) / "hermes"
    named = env.get("HERMES_HOME")
    if not named:
        return [usual]
    folder = expanded(named)
    if folder.parent.name == _PROFILES and _PROFILE.fullmatch(folder.name):
        folder = folder.parent.parent
    return list(dict.fromkeys([folder, usual]))


def _transcript_folders(env: Mapping[str, str], home: Path) -> list[Path]:
    claude = [expanded(env["CLAUDE_CONFIG_DIR"])] if env.get("CLAUDE_CONFIG_DIR") else []
    claude = claude or [home / ".claude", home / ".config" / "claude"]
    codex = expanded(env["CODEX_HOME"]) if env.get("CODEX_HOME") else home / ".codex"
    return [
        *(folder / part for folder in claude for part in _TRANSCRIPTS_IN[".claude"]),
        *(codex / part for part in _TRANSCRIPTS_IN[".codex"]),
    ]


def _is_transcript(file: Path) -> bool:
    from warmtui.sessions.formats.known import format_of

    try:
        return format_of(file) is not None
    except OSError:  # listed with the reason when the store is looked at
        return False


def expanded(path: str | Path) -> Path:
    """Return a path with ``~`` replaced."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ``~somebody`` who is nobody here: a file may still be called that
        return Path(path)


def is_there(path: Path) -> bool:
    """Tell whether there is something at a path, a link that leads nowhere included: opening it says so."""
    try:
        return path.is_symlink() or path.exists()
    except OSError:
        return False
