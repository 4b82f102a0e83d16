"""Commands to get one's bearings: what is read from where, and a made-up store to look around in."""

from __future__ import annotations

from dataclasses import replace

import click

from warmtui.cli.options import shared
from warmtui.cli.working import has_terminal, load_settings, run_app
from warmtui.config import Settings


@click.command()
@shared
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is read, from where, and what could not be."""
    from warmtui.doctor import examine

    settings = load_settings(ctx)
    report = examine(settings)
    click.echo("\n".join(report.lines))
    if report.problems:
        for problem in report.problems:
            click.echo(f"warmtui: {problem}", err=True)
        ctx.exit(1)


@click.command()
@shared
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Look around in a made-up store; nothing of yours is read or written."""
    from warmtui.demo import create_demo_store

    settings = load_settings(ctx)
    folder = settings.cache_dir / "demo"
    store = create_demo_store(folder)
    settings = replace(settings, sources=(store,), template_dir=folder / "session_templates")
    if has_terminal():
        run_app(settings)
    else:
        _demo_in_text(settings)


def _demo_in_text(settings: Settings) -> None:
    from warmtui import plain, plain_streams
    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
    from warmtui.workspace import Workspace

    with Workspace.open(settings) as workspace:
        workspace.refresh()
        rows = workspace.rows()
        best = rows[0]
        # One id of its own, so that a second look saves nothing anew.
        template = workspace.extract([(best.store, best.session_id)]).template
        template = template.model_copy(update={"template_id": "demo"})
        if not settings.read_only:
            template = workspace.manager.save_template(template)
        stream = WarmSessionBootstrapper().build_stream(template, "Your next request stands here.")
        click.echo(f"The first ten of {len(rows)} sessions\n\n{plain.ranking(rows[:10])}\n")
        click.echo(f"The best of them\n\n{plain.analysis(workspace.analyze(best.store, best.session_id))}\n")
        click.echo(f"The template made of it\n\n{plain.template(template)}\n")
        click.echo(f"The stream a new session would begin with\n\n{plain_streams.stream(stream, most=12)}\n")
        path = settings.template_dir / f"{template.template_id}.json"
        click.echo("Nothing was saved, with --read-only" if settings.read_only else f"The template lies in {path}")
