"""Settings: defaults, then a TOML file, then WARMTUI_* variables, then flags; checked once, at the border."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from warmtui.errors import ConfigError

_VARIABLES = {
    "WARMTUI_SOURCES": "sources",
    "WARMTUI_TEMPLATE_DIR": "template_dir",
    "WARMTUI_CACHE_DIR": "cache_dir",
    "WARMTUI_DATA_DIR": "data_dir",
    "WARMTUI_STATE_DIR": "state_dir",
    "WARMTUI_THEME": "theme",
    "WARMTUI_BUDGET": "budget",
    "WARMTUI_EXAMPLES": "max_examples",
}


def hermes_home(env: Mapping[str, str] | None = None) -> Path:
    """Return the folder Hermes keeps its sessions in: ``$HERMES_HOME``, else ``~/.hermes``.

    Raises:
        ConfigError: ``$HERMES_HOME`` lies in the home of somebody who has none.
    """
    environment = os.environ if env is None else env
    return _named_path(environment, "HERMES_HOME") or Path.home() / ".hermes"


def _default_template_dir() -> Path:
    home = hermes_home()
    if home.is_dir():
        return home / "session_templates"
    return Path(platformdirs.user_data_dir("warmtui")) / "session_templates"


class Settings(BaseModel):
    """What a person can set.

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
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Path, ...] = ()
    template_dir: Path = Field(default_factory=_default_template_dir)
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("warmtui")))
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("warmtui")))
    state_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_state_dir("warmtui")))
    theme: str = "textual-dark"
    keys: dict[str, str] = Field(default_factory=dict)
    budget: int = Field(default=1500, ge=100)
    max_examples: int = Field(default=5, ge=1, le=20)
    read_only: bool = False

    @field_validator("sources", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("sources", "template_dir", "cache_dir", "data_dir", "state_dir")
    @classmethod
    def _expand(cls, value: Path | tuple[Path, ...]) -> Path | tuple[Path, ...]:
        return tuple(map(_expanded, value)) if isinstance(value, tuple) else _expanded(value)

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
        environment = os.environ if env is None else env
        file, values = _read_file(environment)
        origin = dict.fromkeys(values, str(file))
        for variable, field in _VARIABLES.items():
            if environment.get(variable):
                values[field] = environment[variable]
                origin[field] = variable
        for field, value in (flags or {}).items():
            if value is not None:
                values[field] = value
                origin[field] = "--" + field.removesuffix("s").replace("_", "-")
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0])
            place = ".".join(str(part) for part in first["loc"])
            said = first["msg"].removeprefix("Value error, ")
            raise ConfigError(f"{origin.get(name, file)}: {place}: {said}") from error


def _expanded(path: Path) -> Path:
    """Return `path` with ``~`` and ``~somebody`` replaced; a ValueError where there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path}: there is no home {path.parts[0]}") from error


def _named_path(environment: Mapping[str, str], variable: str) -> Path | None:
    named = environment.get(variable)
    try:
        return _expanded(Path(named)) if named else None
    except ValueError as error:
        raise ConfigError(f"{variable}: {error}") from error


def _read_file(environment: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    named = _named_path(environment, "WARMTUI_CONFIG")
    path = named or Path(platformdirs.user_config_dir("warmtui")) / "config.toml"
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise ConfigError(f"{path}, named by WARMTUI_CONFIG, is not there") from None
        return path, {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from error
