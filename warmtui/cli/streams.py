"""Commands about message streams: what a session would begin with."""

from __future__ import annotations

from collections.abc import Collection

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import load_template, print_json

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
@click.option("--tools", metavar="NAME,NAME", help="The tools there are: warn of others that the template names.")
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
    known_tools = _named(tools)
    if ablate:
        if level is not None:
            raise click.UsageError("--ablate goes through the levels itself; leave --level out")
        if known_tools is not None:
            raise click.UsageError("--tools warns of one stream; leave it or --ablate out")
        _print_steps(ctx, template_id, message, target, examples, budget, synthetic=synthetic, as_json=as_json)
        return
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

    stream = WarmSessionBootstrapper().build_stream(
        load_template(ctx, template_id),
        message,
        target=target,
        level=level or "both",
        max_examples=examples,
        budget=budget,
        synthetic=synthetic,
        known_tools=known_tools,
    )
    if as_json:
        _warn(stream.warnings)
        print_json(stream.document())
        return
    from warmtui import plain_streams

    if target == "skill":
        click.echo(stream.document()["content"], nl=False)
        click.echo(plain_streams.parts(stream), err=True)  # what is printed on stdout can be a file as it is
    else:
        click.echo(plain_streams.stream(stream))


def _print_steps(
    ctx: click.Context,
    template_id: str,
    message: str,
    target: str,
    examples: int | None,
    budget: int | None,
    *,
    synthetic: bool,
    as_json: bool,
) -> None:
    from warmtui.warmstart.ablation import ablations

    template = load_template(ctx, template_id)
    steps = ablations(template, message, target=target, max_examples=examples, budget=budget, synthetic=synthetic)
    if as_json:
        _warn(steps[-1].stream.warnings)
        print_json({"steps": [step.to_dict() for step in steps]})
        return
    from warmtui import plain_streams

    click.echo(plain_streams.ablation(steps))


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
