"""What commands work with: the settings, the open workspace, a saved template, the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from warmtui.config import Settings
from warmtui.errors import EmptySourceError, NotFoundError, SourceError
from warmtui.logs import start_logging

if TYPE_CHECKING:
    from warmtui.templates.models import SessionTemplate
    from warmtui.workspace import Workspace


def load_settings(ctx: click.Context) -> Settings:
    """Read the settings with the flags of this command over them, and begin to log.

    Raises:
        ConfigError: a setting is wrong.
    """
    settings = Settings.load(ctx.find_object(dict))
    start_logging(settings.state_dir)
    return settings


def load_template(ctx: click.Context, named: str) -> SessionTemplate:
    """Load a template by its id, a unique prefix of one, or an exact name."""
    from warmtui.templates.manager import TemplateManager

    manager = TemplateManager(load_settings(ctx).template_dir)
    found = manager.load_template(manager.resolve(named))
    if found is None:
        raise NotFoundError(f"the template “{named}” is gone")
    return found


def open_workspace(ctx: click.Context) -> Workspace:
    """Open the sources and bring the catalog up to date; a warning on stderr for each that could not be read.

    Raises:
        SourceError: none could be read, or they hold no session.
    """
    from warmtui.workspace import Workspace

    workspace = Workspace.open(load_settings(ctx))
    try:
        report = workspace.refresh()
        problems = [*workspace.problems, *report.problems]
        if not workspace.rows(limit=1):
            raise _nothing(workspace, problems)
    except BaseException:
        workspace.close()
        raise
    for notice in filter(None, [workspace.catalog.notice, *problems]):
        click.echo(f"warmtui: {notice}", err=True)
    return workspace


def _nothing(workspace: Workspace, problems: list[str]) -> SourceError:
    if problems:
        return SourceError("; ".join(problems))
    if workspace.stores:
        places = ", ".join(str(store.path) for store in workspace.stores)
        return EmptySourceError(f"{places} holds no sessions yet")
    places = ", ".join(str(place) for place in workspace.looked_in)
    return SourceError(
        f"no sessions were found in {places}; name a store with --source, or look around with `warmtui demo`"
    )


def has_terminal() -> bool:
    """Say whether the app has a terminal to run in."""
    # The app draws on stderr and reads stdin; without either, or piped, it would hang or garble.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def run_app(settings: Settings) -> None:
    """Open the app, until the person leaves it."""
    from warmtui.tui.app import WarmtuiApp
    from warmtui.workspace import Workspace

    with Workspace.open(settings) as workspace:
        WarmtuiApp(workspace).run()


def print_json(value: object) -> None:
    """Print one JSON document on stdout."""
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
