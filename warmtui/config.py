"""Settings: defaults, then a TOML file, then WARMTUI_* variables, then flags; checked once, at the border.

They are checked by hand: a model of pydantic would cost every command more than all else it needs to start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import platformdirs

from warmtui.errors import ConfigError
from warmtui.settings_file import FLAGS, default_state_dir, expanded, hermes_home, written_settings

__all__ = ["Settings", "hermes_home"]


def _default_template_dir() -> Path:
    home = hermes_home()
    if home.is_dir():
        return home / "session_templates"
    return Path(platformdirs.user_data_dir("warmtui")) / "session_templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person can set; a ValueError where a value does not fit its field.

    Attributes:
        sources: homes, profiles, stores and folders to read; empty means every one that is found.
        template_dir: where templates are kept.
        cache_dir: the catalog and the demo store; may be deleted at any time.
        data_dir: the person's own marks.
        state_dir: logs and drafts.
        theme: one of Textual's themes.
        keys: binding id to key, for every action whose key is changed.
        budget: tokens that the examples of a template may cost, at least 100.
        max_examples: how many examples a template starts with, 1–20.
        read_only: nothing is saved.
        telemetry: within Hermes, note how long each call of a tool took, and nothing of what it said.
    """

    sources: tuple[Path, ...] = ()
    template_dir: Path = field(default_factory=_default_template_dir)
    cache_dir: Path = field(default_factory=lambda: Path(platformdirs.user_cache_dir("warmtui")))
    data_dir: Path = field(default_factory=lambda: Path(platformdirs.user_data_dir("warmtui")))
    state_dir: Path = field(default_factory=default_state_dir)
    theme: str = "textual-dark"
    keys: dict[str, str] = field(default_factory=dict)
    budget: int = 1500
    max_examples: int = 5
    read_only: bool = False
    telemetry: bool = True

    def __post_init__(self) -> None:
        """Check every value, and turn it into what its field holds."""
        for each in fields(self):
            object.__setattr__(self, each.name, _CHECKS[each.name](getattr(self, each.name)))

    @classmethod
    def load(cls, flags: Mapping[str, Any] | None = None, env: Mapping[str, str] | None = None) -> Self:
        """Read the settings file and the environment, and put the flags over them.

        Args:
            flags: field name to value; a None means that the flag was not given.
            env: the environment, ``os.environ`` where it is left out. ``WARMTUI_CONFIG`` names the file,
                else it is ``config.toml`` in the platform's user config directory; it need not be there.

        Raises:
            ConfigError: the file cannot be read or is no TOML, or a value is wrong; it names which and where.
        """
        written = written_settings(env)
        values, origins = dict(written.values), dict(written.origins)
        for name, value in (flags or {}).items():
            if value is not None:
                values[name] = value
                origins[name] = "--" + name.removesuffix("s").replace("_", "-")
        for name, value in values.items():
            try:
                values[name] = _CHECKS.get(name, _unknown)(value)
            except ValueError as error:
                raise ConfigError(f"{origins[name]}: {name}: {error}") from error
        return cls(**values)


def _unknown(_: object) -> object:
    raise ValueError(f"there is no such setting; there are {', '.join(_CHECKS)}")


def _path(value: object) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError(f"a path is wanted, not {value!r}")
    return expanded(Path(value))


def _paths(value: object) -> tuple[Path, ...]:
    if isinstance(value, str):
        value = [part for part in value.split(os.pathsep) if part]
    if not isinstance(value, list | tuple):
        raise ValueError(f"a list of paths is wanted, not {value!r}")
    return tuple(map(_path, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"text is wanted, not {value!r}")
    return value


def _keys(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"a table of actions and their keys is wanted, not {value!r}")
    for action, key in value.items():
        if not isinstance(action, str) or not isinstance(key, str):
            raise ValueError(f"{action}: a key is text, such as 'f' or 'ctrl+f', not {key!r}")
    return dict(value)


def _flag(value: object) -> bool:
    found = FLAGS.get(str(value).lower())
    if found is None:
        raise ValueError(f"true or false is wanted, not {value!r}")
    return found


def _whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    wanted = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"

    def check(value: object) -> int:
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if not isinstance(number, int) or isinstance(number, bool) or number < least or (most and number > most):
            raise ValueError(f"{wanted} is wanted, not {value!r}")
        return number

    return check


_CHECKS: dict[str, Callable[[object], object]] = {
    "sources": _paths,
    "template_dir": _path,
    "cache_dir": _path,
    "data_dir": _path,
    "state_dir": _path,
    "theme": _text,
    "keys": _keys,
    "budget": _whole_number(100),
    "max_examples": _whole_number(1, 20),
    "read_only": _flag,
    "telemetry": _flag,
}
"""What turns a given value into that of its field, or says in a ValueError what is wanted."""
