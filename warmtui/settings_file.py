"""Settings as they are written, in the file and the environment, before they are checked.

`warmtui.config.Settings` checks what is read here. What runs inside Hermes takes the few it needs as they are: a
library for checking them would cost every start of the agent more than the plugin does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    "WARMTUI_TELEMETRY": "telemetry",
}
FLAGS = {
    word: is_on
    for is_on, words in ((True, "1 true t yes y on"), (False, "0 false f no n off"))
    for word in words.split()
}
"""The words for true and false, in lower case."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is written, and where.

    Attributes:
        file: the settings file, whether or not it is there.
        values: field to value.
        origins: field to the file or the variable it stands in.
    """

    file: Path
    values: dict[str, Any]
    origins: dict[str, str]


def written_settings(env: Mapping[str, str] | None = None) -> Written:
    """Read the settings file, and put the environment over it.

    Args:
        env: the environment, ``os.environ`` where it is left out. ``WARMTUI_CONFIG`` names the file, else it is
            ``config.toml`` in the platform's user config directory; it need not be there.

    Raises:
        ConfigError: the file cannot be read, or is no TOML.
    """
    environment = os.environ if env is None else env
    file, values = _read_file(environment)
    origins = dict.fromkeys(values, str(file))
    for variable, field in _VARIABLES.items():
        if environment.get(variable):
            values[field] = environment[variable]
            origins[field] = variable
    return Written(file, values, origins)


def hermes_home(env: Mapping[str, str] | None = None) -> Path:
    """Return the folder Hermes keeps its sessions in: ``$HERMES_HOME``, else ``~/.hermes``.

    Raises:
        ConfigError: ``$HERMES_HOME`` lies in the home of somebody who has none.
    """
    environment = os.environ if env is None else env
    return _named_path(environment, "HERMES_HOME") or Path.home() / ".hermes"


def default_state_dir() -> Path:
    """Return where logs and the like lie where nothing else is written."""
    import platformdirs  # noqa: PLC0415  # nothing of it is needed where another folder is written

    return Path(platformdirs.user_state_dir("warmtui"))


def state_dir(written: Written) -> Path:
    """Return the folder that `Settings.state_dir` is, of settings that are not checked.

    Raises:
        ConfigError: what is written is no path.
    """
    value = written.values.get("state_dir")
    if value is None:
        return default_state_dir()
    try:
        return expanded(Path(value))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{written.origins['state_dir']}: state_dir: {error}") from error


def is_telemetry_on(written: Written) -> bool:
    """Return what `Settings.telemetry` is, of settings that are not checked."""
    return FLAGS.get(str(written.values.get("telemetry", True)).lower(), True)


def expanded(path: Path) -> Path:
    """Return `path` with ``~`` and ``~somebody`` replaced.

    Raises:
        ValueError: there is no such home.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path}: there is no home {path.parts[0]}") from error


def _named_path(environment: Mapping[str, str], variable: str) -> Path | None:
    named = environment.get(variable)
    try:
        return expanded(Path(named)) if named else None
    except ValueError as error:
        raise ConfigError(f"{variable}: {error}") from error


def _read_file(environment: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    named = _named_path(environment, "WARMTUI_CONFIG")
    path = named or _usual_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise ConfigError(f"{path}, named by WARMTUI_CONFIG, is not there") from None
        return path, {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    import tomllib  # noqa: PLC0415  # most people have no such file

    try:
        return path, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from error


def _usual_file() -> Path:
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_config_dir("warmtui")) / "config.toml"
