"""The command ``hermes warm``: what `warmtui` does, and the template that the plugin gives every session."""

from __future__ import annotations

import click

from warmtui.cli.group import Group, main
from warmtui.cli.options import json_option, shared
from warmtui.cli.working import load_settings, print_json
from warmtui.errors import HomeError


class _Warm(Group):
    """The commands of `warmtui`, with `start` and `stop` as Hermes' own plugin has them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(dict.fromkeys([*_OWN, *super().list_commands(ctx)]))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _OWN.get(cmd_name) or super().get_command(ctx, cmd_name)


@click.command()
@click.argument("template_id", required=False)
@json_option
@shared
@click.pass_context
def start(ctx: click.Context, template_id: str | None, as_json: bool) -> None:
    """Start every new session with a template, in the chat and wherever else sessions are held.

    TEMPLATE_ID may be a unique prefix of an id, or an exact name. Without it: which template sessions start with, and
    which are meant for this folder.
    """
    from pathlib import Path

    from warmtui.templates.manager import TemplateManager
    from warmtui.warmstart.hermes.choice_file import running_home
    from warmtui.warmstart.hermes.plugin_start import start_with, state_of

    settings = load_settings(ctx)
    manager, home = TemplateManager(settings.template_dir), running_home()
    if template_id is None:
        state = state_of(home, manager, Path.cwd())
        if as_json:
            print_json(state.to_dict())
        else:
            click.echo("\n".join(state.lines()))
        return
    if settings.read_only:
        raise HomeError("nothing is saved with --read-only")
    started = start_with(home, manager, template_id)
    if as_json:
        print_json(started.to_dict())
    else:
        click.echo("\n".join(started.lines()))


@click.command()
@json_option
@shared
@click.pass_context
def stop(ctx: click.Context, as_json: bool) -> None:
    """Start sessions without a template again; those that are running lose it as well."""
    from warmtui.warmstart.hermes.choice import let_go
    from warmtui.warmstart.hermes.choice_file import running_home

    if load_settings(ctx).read_only:
        raise HomeError("nothing is saved with --read-only")
    home = running_home()
    was_started = let_go(home)
    if as_json:
        print_json({"home": str(home), "stopped": was_started})
    else:
        click.echo(f"sessions in {home} " + ("start without a template now" if was_started else "had no template"))


_OWN = {"start": start, "stop": stop}

warm = _Warm(
    "warm",
    callback=main.callback,
    params=main.params,
    help=main.help,
    invoke_without_command=True,
    context_settings=main.context_settings,
)
