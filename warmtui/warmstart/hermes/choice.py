"""The template that the plugin gives every session of a Hermes home, from when it is chosen until it is let go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from warmtui.errors import HomeError
from warmtui.templates.files import locked, make_private, write_atomically
from warmtui.warmstart.hermes.choice_file import choice_path
from warmtui.warmstart.hermes.home_files import read_plain


@dataclass(frozen=True, slots=True)
class Choice:
    """Which template it is.

    Attributes:
        template_id: its id.
        template_dir: the folder it lies in.
    """

    template_id: str
    template_dir: Path


def chosen(home: Path) -> Choice | None:
    """Return which template a home gives its sessions, or None.

    Raises:
        HomeError: the file is there and says nothing that makes sense.
    """
    path = choice_path(home)
    try:
        said = orjson.loads(read_plain(path))
        return Choice(_text(said["template_id"]), Path(_text(said["template_dir"])))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise HomeError(f"{path} does not say which template sessions start with: {error}") from error


def choose(home: Path, template_id: str, template_dir: Path) -> None:
    """Give the sessions of a home a template from now on, in the place of any other.

    Raises:
        HomeError: the home is not there, or the file cannot be written.
    """
    if not home.is_dir():
        raise HomeError(f"the Hermes home {home} is not there")
    path = choice_path(home)
    said = {"template_id": template_id, "template_dir": str(template_dir.absolute())}
    try:
        make_private(path.parent)
        with locked(path.parent):
            write_atomically(path, orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise HomeError(f"{path} cannot be written: {error}") from error


def let_go(home: Path) -> bool:
    """Give the sessions of a home no template any more; False where it gave none.

    Raises:
        HomeError: the file cannot be removed.
    """
    path = choice_path(home)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise HomeError(f"{path} cannot be removed: {error}") from error
    return True


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a text is missing")
    return value
