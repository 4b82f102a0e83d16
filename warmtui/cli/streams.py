"""Commands about message streams: what a session would begin with."""

from __future__ import annotations

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import load_template, print_json


@click.command()
@click.argument("template_id")
@click.argument("message")
@click.option("--target", type=click.Choice(["openai", "hermes"]), default="openai", show_default=True)
@click.option("--examples", type=click.IntRange(min=0), metavar="N", help="At most so many examples.")
@click.option("--budget", type=click.IntRange(min=1), metavar="T", help="Tokens the examples may cost.")
@json_option
@shared
@click.pass_context
def test(
    ctx: click.Context,
    template_id: str,
    message: str,
    target: str,
    examples: int | None,
    budget: int | None,
    as_json: bool,
) -> None:
    """Print the message stream that a session with MESSAGE would begin with."""
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

    stream = WarmSessionBootstrapper().build_stream(
        load_template(ctx, template_id), message, target=target, max_examples=examples, budget=budget
    )
    if as_json:
        for warning in stream.warnings:
            click.echo(f"warmtui: {warning}", err=True)
        print_json([one.message for one in stream.messages])
        return
    from warmtui import plain

    click.echo(plain.stream(stream))
