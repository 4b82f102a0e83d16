"""Which Hermes home a command works in, and what there already says with what its sessions begin.

Hermes resolves both by itself; here is the same reading of the same places, so that nothing of a person's is
replaced or outdone without a word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warmtui.errors import HomeError
from warmtui.text import one_line
from warmtui.warmstart.hermes.arguments import PROFILE_NAME

VARIABLE = "HERMES_PREFILL_MESSAGES_FILE"
KEY = "prefill_messages_file"
"""What names a prefill in the environment, and in ``config.yaml``: the variable wins."""

_PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Prefill:
    """A prefill that is already there.

    Attributes:
        value: the path as it is written.
        where: what names it, for people: the variable, or the file and key.
    """

    value: str
    where: str


def home_for(env: Mapping[str, str], profile: str | None = None) -> Path:
    """Return the Hermes home a command works in.

    Args:
        env: the environment: ``HERMES_HOME`` names the home, or one of a home's profiles.
        profile: the profile that is asked for (``hermes -p``); else the one that is chosen for good
            (`hermes profile use`), else the home itself.

    Raises:
        HomeError: there is no such home or profile, or the name can be none.
    """
    named = env.get("HERMES_HOME", "").strip()
    if profile is None and named and Path(named).parent.name == _PROFILES:
        return _existing(Path(named), f"HERMES_HOME={named}")
    root = _root(named, _usual_home(env))
    name = (_chosen_profile(root) if profile is None else profile).strip().lower()
    if profile is None and name in ("", "default"):
        return _existing(Path(named) if named else root, "the Hermes home")
    if name == "default":
        return _existing(root, "the Hermes home")
    if not PROFILE_NAME.fullmatch(name):
        raise HomeError(f"“{one_line(name, 60)}” can be no name of a profile")
    return _existing(root / _PROFILES / name, f"the profile {name}")


def homes(env: Mapping[str, str]) -> list[Path]:
    """Return the Hermes home that is there and those of its profiles, by name; none where there is no home."""
    root = _root(env.get("HERMES_HOME", "").strip(), _usual_home(env))
    profiles = root / _PROFILES
    found = sorted(profiles.iterdir()) if profiles.is_dir() else []
    return [*([root] if root.is_dir() else []), *(one for one in found if PROFILE_NAME.fullmatch(one.name))]


def prefill_in_environment(env: Mapping[str, str]) -> Prefill | None:
    """Return the prefill that the environment names, or None."""
    value = env.get(VARIABLE, "").strip()
    return Prefill(value, f"the variable {VARIABLE}") if value else None


def prefill_in_env_file(home: Path) -> Prefill | None:
    """Return what the home's ``.env`` makes of the variable, an empty value included; None where it says nothing.

    Hermes lets that file win over the environment.
    """
    path = home / ".env"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    lines = re.findall(rf"(?m)^[ \t]*(?:export[ \t]+)?{VARIABLE}[ \t]*=[ \t]*(.*?)[ \t]*$", text)
    return Prefill(lines[-1].strip("'\""), f"{path} ({VARIABLE})") if lines else None


def prefill_path(home: Path, value: str) -> Path:
    """Return the file a prefill's value names: a relative one lies in the home."""
    try:
        path = Path(value).expanduser()
    except RuntimeError:  # ``~somebody`` who is nobody here
        path = Path(value)
    return path if path.is_absolute() else home / path


def _usual_home(env: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        local = env.get("LOCALAPPDATA", "").strip()
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "hermes"
    return Path.home() / ".hermes"


def _root(named: str, usual: Path) -> Path:
    """Return the home that holds the profiles: the usual one unless another is named."""
    if not named:
        return usual
    folder = Path(named)
    if folder.resolve().is_relative_to(usual.resolve()):
        return usual
    return folder.parent.parent if folder.parent.name == _PROFILES else folder


def _chosen_profile(root: Path) -> str:
    try:
        return (root / "active_profile").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _existing(folder: Path, named: str) -> Path:
    if not folder.is_dir():
        raise HomeError(f"{named} is not there: {folder} is no folder")
    return folder
