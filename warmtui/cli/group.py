"""The command ``warmtui``: its own options, and where each of its subcommands is."""

from __future__ import annotations

import errno
import io
import sys
from importlib import import_module
from typing import Any

import click

from warmtui import __version__
from warmtui.cli.options import shared
from warmtui.errors import WarmtuiError

_HOMES = {
    "sessions": "sessions",
    "analyze": "sessions",
    "create-template": "sessions",
    "list-templates": "templates",
    "show": "templates",
    "diff": "templates",
    "restore": "templates",
    "delete": "templates",
    "undelete": "templates",
    "purge": "templates",
    "test": "streams",
    "export": "sharing",
    "import": "sharing",
    "check": "sharing",
    "schema": "sharing",
    "start": "hermes",
    "activate": "hermes",
    "deactivate": "hermes",
    "status": "hermes",
    "doctor": "about",
    "demo": "about",
}
"""Which module of this package has which command."""


class Group(click.Group):
    """Imports a command when it is asked for; turns the errors of warmtui into one sentence and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, in order."""
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, imported now; None where there is none of that name."""
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        commands = vars(import_module(f"warmtui.cli.{home}")).values()
        return next(one for one in commands if isinstance(one, click.Command) and one.name == cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; exit with 1 and one sentence on stderr where it cannot be done."""
        try:
            return super().invoke(ctx)
        except WarmtuiError as error:
            from warmtui.text import visible

            click.echo(f"warmtui: {visible(str(error))}", err=True)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read us has seen enough
                raise
            click.echo(f"warmtui: {error}", err=True)
        raise click.exceptions.Exit(1)


@click.group(cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="warmtui")
@click.option("--read-only", is_flag=True, help="Save nothing.")
@shared
@click.pass_context
def main(ctx: click.Context, read_only: bool) -> None:
    """Find the sessions in which your agent knew its way, and start the next one from them.

    Without a command the app opens.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character shows another in its place
            stream.reconfigure(errors="replace")
    flags = ctx.ensure_object(dict)
    if read_only:
        flags["read_only"] = True
    if ctx.invoked_subcommand is not None:
        return
    from warmtui.cli.working import has_terminal, load_settings, run_app

    if not has_terminal():
        click.echo("warmtui: the app needs a terminal; `warmtui sessions` prints the ranking without one", err=True)
        ctx.exit(2)
    run_app(load_settings(ctx))
