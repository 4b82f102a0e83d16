"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])


def shared(command: _F) -> _F:
    """Add the options that are understood before and after every command."""
    for option in (
        click.option("--source", multiple=True, type=click.Path(path_type=Path), metavar="PATH",
                     help="A Hermes home, profile or state.db, a transcript, or a folder of them; repeatable.",
                     expose_value=False, callback=_note_sources),
        click.option("--template-dir", type=click.Path(path_type=Path), metavar="DIR",
                     help="Where templates are kept.", expose_value=False, callback=_note_template_dir),
    ):  # fmt: skip
        command = option(command)
    return command


def _note_sources(ctx: click.Context, _: click.Parameter, value: tuple[Path, ...]) -> None:
    if value:
        flags = ctx.ensure_object(dict)
        flags["sources"] = (*flags.get("sources", ()), *value)


def _note_template_dir(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(dict)["template_dir"] = value


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
