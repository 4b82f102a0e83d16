"""Commands that begin Hermes' sessions warm: one of them, or all of a home from now on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import has_terminal, load_settings, load_template, print_json
from warmtui.errors import HomeError
from warmtui.text import one_line

if TYPE_CHECKING:
    from warmtui.templates.models import SessionTemplate
    from warmtui.warmstart.hermes.activation import Change
    from warmtui.warmstart.hermes.standing import Standing
    from warmtui.warmstart.models import Stream

_F = TypeVar("_F", bound=Callable[..., Any])
_COMMAND = "warmtui.command"


class _BeforeACommand(click.Command):
    """Leaves what stands behind ``--`` alone: it is the command to run, and none of our options is in it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            args, ctx.meta[_COMMAND] = args[:place], args[place + 1 :]
        elif any(Path(word).name == "hermes" for word in args[1:]):
            raise click.UsageError("write -- before the command: warmtui start TEMPLATE -- hermes ...", ctx)
        return super().parse_args(ctx, args)


def _stream_options(command: _F) -> _F:
    for option in (
        click.option("--level", type=click.Choice(["context", "examples", "both"]), default="both",
                     show_default=True, help="Only the words, only the examples, or both."),
        click.option("--examples", "max_examples", type=click.IntRange(min=0), metavar="N",
                     help="At most so many examples."),
        click.option("--budget", type=click.IntRange(min=1), metavar="TOKENS", help="Tokens the examples may cost."),
        click.option("--synthetic", is_flag=True, help="Make up an example where none is recorded; it says so."),
    ):  # fmt: skip
        command = option(command)
    return command


_append = click.option("--append", is_flag=True, help="Keep a prefill that is there already, and come behind it.")
_profile = click.option("--profile", metavar="P", help="A profile of Hermes; else the one `hermes` would use.")


@click.command(
    cls=_BeforeACommand, options_metavar="[OPTIONS]", epilog="Example: warmtui start greeting -- hermes chat"
)
@click.argument("template_id", required=False, metavar="[TEMPLATE] [-- hermes ...]")
@_append
@click.option("--instead", is_flag=True, help="Leave a prefill that is there already out, this once.")
@_stream_options
@shared
@click.pass_context
def start(ctx: click.Context, /, template_id: str | None, append: bool, instead: bool, **options: Any) -> None:
    """Run `hermes` with one template's messages at the beginning of its session; nothing else is changed.

    TEMPLATE may be a unique prefix of an id, or an exact name. Without a command behind -- it is `hermes`.
    """
    if append and instead:
        raise click.UsageError("--append and --instead exclude each other")
    from warmtui.warmstart.hermes.starting import planned

    command = ctx.meta.get(_COMMAND) or ["hermes"]
    template = load_template(ctx, template_id or _choose(ctx, command[1:]))
    stream = _stream(template, options)
    is_interactive = sys.stdin.isatty() and sys.stdout.isatty()
    plan = planned(
        command, stream.document(), env=os.environ, has_terminal=is_interactive, append=append, instead=instead
    )
    for note in plan.notes:
        _say(note)
    _say(f"{_called(template)} comes first in every call: {_size(stream)}")
    settings = load_settings(ctx)
    begun = plan.run(template, env=os.environ, state_dir=settings.state_dir, is_noted=not settings.read_only)
    if begun.problem:
        _say(begun.problem)
    for session_id in begun.session_ids:
        _say(f"noted: session {session_id} {begun.certainty.replace('probably', 'probably started')} with it")
    ctx.exit(begun.code)


@click.command()
@click.argument("template_id", metavar="TEMPLATE")
@_profile
@_append
@_stream_options
@shared
@click.pass_context
def activate(ctx: click.Context, /, template_id: str, profile: str | None, append: bool, **options: Any) -> None:
    """Let every new session of a Hermes home begin with a template, until `deactivate`.

    One key of the home's config.yaml is set, after a copy of the file beside it. TEMPLATE may be a unique prefix
    of an id, or an exact name.
    """
    from warmtui.templates.manager import TemplateManager
    from warmtui.warmstart.hermes import activation, homes, standing

    settings = load_settings(ctx)
    if settings.read_only:
        raise HomeError("nothing is changed with --read-only")
    home = homes.home_for(os.environ, profile)
    template = load_template(ctx, template_id)
    stream = _stream(template, options)
    change = activation.activate(home, template, stream.document(), state_dir=settings.state_dir, append=append)
    click.echo(f"{_called(template)} comes first in every call of {home} from now on: {_size(stream)}")
    _tell(change)
    for problem in standing.standing(home, TemplateManager(settings.template_dir), os.environ).problems:
        _say(problem)


@click.command()
@_profile
@shared
@click.pass_context
def deactivate(ctx: click.Context, profile: str | None) -> None:
    """Take back what `activate` changed in a Hermes home, and no more."""
    from warmtui.warmstart.hermes import activation, homes

    settings = load_settings(ctx)
    if settings.read_only:
        raise HomeError("nothing is changed with --read-only")
    home = homes.home_for(os.environ, profile)
    change = activation.deactivate(home, state_dir=settings.state_dir)
    if change.record is None and change.backup is None:
        click.echo(f"no template is active in {home}")
    else:
        name = f"“{one_line(change.record.name, 60)}”" if change.record else "the template"
        click.echo(f"{name} is no longer the default of {home}")
    _tell(change)


@click.command()
@json_option
@shared
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say what the sessions of each Hermes home begin with."""
    from warmtui.templates.manager import TemplateManager
    from warmtui.warmstart.hermes.standing import standings

    found = standings(TemplateManager(load_settings(ctx).template_dir), os.environ)
    if as_json:
        print_json({"homes": [_standing(one) for one in found]})
        return
    if not found:
        click.echo("there is no Hermes home")
    for one in found:
        click.echo(_standing_line(one))
        for problem in one.problems:
            click.echo(f"  {problem}")


def _choose(ctx: click.Context, arguments: list[str]) -> str:
    """Let the person choose among the templates that fit the folder; without a terminal one has to be named."""
    from warmtui.templates.applying import fitting
    from warmtui.templates.manager import TemplateManager
    from warmtui.warmstart.hermes.arguments import value_of

    if not has_terminal():
        raise click.UsageError("without a terminal to choose in, name a template: see `warmtui list-templates`")
    directory = load_settings(ctx).template_dir
    manager = TemplateManager(directory)
    loaded = (manager.load_template(one.template_id) for one in manager.list_templates() if not one.broken)
    asked = value_of(arguments, "-q", "--query")
    fits = [one for one, _ in fitting((one for one in loaded if one is not None), Path.cwd(), asked)]
    if not fits:
        raise HomeError(f"no template in {directory} fits this folder; one can be named all the same")
    for number, one in enumerate(fits, 1):
        click.echo(f"{number:>3}  {one_line(one.name, 40)}  {one_line(one.description, 80)}".rstrip(), err=True)
    chosen: int = click.prompt("Which", type=click.IntRange(1, len(fits)), err=True)
    return fits[chosen - 1].template_id


def _stream(template: SessionTemplate, options: dict[str, Any]) -> Stream:
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

    stream = WarmSessionBootstrapper().build_stream(template, target="hermes", **options)
    for warning in stream.warnings:
        _say(warning)
    return stream


def _called(template: SessionTemplate) -> str:
    return f"“{one_line(template.name, 60)}” (version {template.version[:8]})"


def _size(stream: Stream) -> str:
    return f"{len(stream.messages)} messages, about {stream.tokens:,} tokens"


def _tell(change: Change) -> None:
    if change.backup is not None:
        click.echo(f"config.yaml as it was lies in {change.backup}")
    for note in change.notes:
        _say(note)


def _standing(one: Standing) -> dict[str, Any]:
    record = one.record
    return {
        "home": str(one.home),
        "template_id": record.template_id if record else None,
        "version": record.version if record else None,
        "activated_at": record.activated_at.isoformat() if record else None,
        "prefill": one.prefill,
        "problems": list(one.problems),
    }


def _standing_line(one: Standing) -> str:
    parts = [f"the prefill {one_line(one.prefill, 200)}"] if one.prefill else []
    if one.record is not None:
        name = one_line(one.record.name, 60)
        parts.append(f"“{name}” (version {one.record.version[:8]}), active since {one.record.activated_at.isoformat()}")
    otherwise = "cannot be told" if one.problems else "sessions begin cold"
    return f"{one.home}: {', then '.join(parts) or otherwise}"


def _say(sentence: str) -> None:
    from warmtui.text import visible

    click.echo(f"warmtui: {visible(sentence)}", err=True)
