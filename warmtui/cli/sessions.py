"""Commands about sessions: ranking them, analysing one, making a template of some."""

from __future__ import annotations

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import open_workspace, print_json
from warmtui.errors import TemplateError

_SORTS = "score age calls error_rate recovered corrections messages classic title model source".split()


@click.command()
@click.option("--query", default="", metavar="Q", help="Words, key:value and key>n terms; all must hold.")
@click.option("--sort", type=click.Choice(_SORTS), default="score", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Print at most so many.")
@json_option
@shared
@click.pass_context
def sessions(ctx: click.Context, query: str, sort: str, limit: int | None, as_json: bool) -> None:
    """Rank the stored sessions, best first."""
    with open_workspace(ctx) as workspace:
        rows = workspace.rows(query, sort=sort, limit=limit)
        if as_json:
            print_json({"sessions": [row.to_dict() for row in rows]})
            return
        from warmtui import plain

        click.echo(plain.ranking(rows) if rows else f"no session matches “{query}”")


@click.command()
@click.argument("session_id")
@click.option("--explain", is_flag=True, help="Show the score as a sum.")
@json_option
@shared
@click.pass_context
def analyze(ctx: click.Context, session_id: str, explain: bool, as_json: bool) -> None:
    """Show what a session shows: tools, errors, recovery, the user, and its score.

    SESSION_ID may be any id of a conversation, a unique prefix of one, or an exact title.
    """
    with open_workspace(ctx) as workspace:
        found = workspace.analyze(*workspace.resolve(session_id))
        if as_json:
            print_json(found.to_dict(explain=explain))
            return
        from warmtui import plain

        click.echo(plain.analysis(found, explain=explain))


@click.command("create-template")
@click.argument("session_ids", nargs=-1, required=True, metavar="SESSION_ID...")
@click.option("--name", help="The template's name; else the first session's title.")
@click.option("--budget", type=click.IntRange(min=1), metavar="TOKENS", help="Tokens the examples may cost.")
@click.option("--with-summary", is_flag=True, help="Take the sessions' own compaction summaries into the context.")
@click.option("--for", "folders", multiple=True, metavar="FOLDER", help="A folder it is meant for; repeatable.")
@click.option("--words", multiple=True, metavar="WORDS", help="Words of the tasks it is meant for; repeatable.")
@json_option
@shared
@click.pass_context
def create_template(
    ctx: click.Context,
    session_ids: tuple[str, ...],
    name: str | None,
    budget: int | None,
    with_summary: bool,
    folders: tuple[str, ...],
    words: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a template of one session or of several, and save it."""
    from warmtui.templates.applying import applies_to, is_folder

    where = applies_to(folders, words)
    with open_workspace(ctx) as workspace:
        if workspace.read_only:
            raise TemplateError("nothing is saved with --read-only")
        keys = [workspace.resolve(session_id) for session_id in session_ids]
        made = workspace.extract(keys, name=name, budget=budget, with_summary=with_summary).template
        saved = workspace.manager.save_template(made.model_copy(update={"applies_to": where}))
        for folder in where.folders:
            if not is_folder(folder):
                click.echo(f"warmtui: {folder} is no folder here; the template applies once it is", err=True)
        if as_json:
            print_json(saved.to_dict())
            return
        from warmtui import plain

        click.echo(plain.template(saved))
        click.echo(f"saved as {workspace.settings.template_dir / f'{saved.template_id}.json'}")
