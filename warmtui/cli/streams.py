"""Commands about message streams: what a session would begin with."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import load_settings, load_template, print_json
from warmtui.errors import WarmtuiError

if TYPE_CHECKING:
    from warmtui.templates.models import SessionTemplate

_TARGETS = ("openai", "hermes", "anthropic", "skill")
_LEVELS = ("context", "examples", "both")


@click.command()
@click.argument("template_id")
@click.argument("message")
@click.option("--target", type=click.Choice(_TARGETS), default="openai", show_default=True)
@click.option("--level", type=click.Choice(_LEVELS), help="Only the words, only the examples, or both (the default).")
@click.option("--examples", type=click.IntRange(min=0), metavar="N", help="At most so many examples.")
@click.option("--budget", type=click.IntRange(min=1), metavar="T", help="Tokens the examples may cost (estimated).")
@click.option("--synthetic", is_flag=True, help="Make up examples for patterns that have none, and say so in them.")
@click.option("--tools", metavar="NAME,NAME", help="The tools there are; else those the catalog knows of.")
@click.option("--ablate", is_flag=True, help="Build it up part by part, and show what each adds.")
@json_option
@shared
@click.pass_context
def test(
    ctx: click.Context,
    template_id: str,
    message: str,
    target: str,
    level: str | None,
    examples: int | None,
    budget: int | None,
    synthetic: bool,
    tools: str | None,
    ablate: bool,
    as_json: bool,
) -> None:
    """Print the message stream that a session with MESSAGE would begin with.

    For hermes it ends before MESSAGE, which Hermes adds itself; for skill it is the text of a SKILL.md.
    """
    if ablate and level is not None:
        raise click.UsageError("--ablate goes through the levels itself; leave --level out")
    known_tools, known_by = _named(tools), "--tools"
    template = load_template(ctx, template_id)
    if known_tools is None:
        known_tools, known_by = _catalog_tools(ctx), "the catalog: no session of your sources called them"
    options: dict[str, Any] = {
        "target": target,
        "max_examples": examples,
        "budget": budget,
        "synthetic": synthetic,
        "known_tools": known_tools,
        "known_by": known_by,
    }
    if ablate:
        _print_steps(template, message, options, as_json=as_json)
    else:
        _print_stream(template, message, {**options, "level": level or "both"}, as_json=as_json)


def _print_stream(template: SessionTemplate, message: str, options: dict[str, Any], *, as_json: bool) -> None:
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

    stream = WarmSessionBootstrapper().build_stream(template, message, **options)
    if as_json:
        _warn(stream.warnings)
        print_json(stream.document())
        return
    from warmtui import plain_streams

    if stream.target == "skill":
        click.echo(stream.document()["content"], nl=False)
        click.echo(plain_streams.parts(stream), err=True)  # what is printed on stdout can be a file as it is
    else:
        click.echo(plain_streams.stream(stream))


def _print_steps(template: SessionTemplate, message: str, options: dict[str, Any], *, as_json: bool) -> None:
    from warmtui.warmstart.ablation import ablations

    steps = ablations(template, message, **options)
    if as_json:
        _warn(steps[-1].stream.warnings)
        print_json({"steps": [step.to_dict() for step in steps]})
        return
    from warmtui import plain_streams

    click.echo(plain_streams.ablation(steps))


def _catalog_tools(ctx: click.Context) -> Collection[str] | None:
    """Return the tools that the catalog has seen called, as it is; None where it knows of none."""
    from warmtui.workspace import Workspace

    try:
        with Workspace.open(load_settings(ctx)) as workspace:
            return workspace.tools() or None
    except WarmtuiError as error:  # the stream is as good without
        logging.getLogger(__name__).warning("the catalog's tools are not known: %s", error)
        return None


def _named(tools: str | None) -> Collection[str] | None:
    if tools is None:
        return None
    names = frozenset(name.strip() for name in tools.split(",") if name.strip())
    if not names:
        raise click.BadParameter("it names no tool", param_hint="--tools")
    return names


def _warn(warnings: Collection[str]) -> None:
    for warning in warnings:
        click.echo(f"warmtui: {warning}", err=True)
