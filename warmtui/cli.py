"""The command line: parse, call, print. ``--json`` prints one document on stdout; all else goes to stderr."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from warmtui import __version__
from warmtui.config import Settings
from warmtui.errors import EmptySourceError, NotFoundError, SourceError, TemplateError, WarmtuiError
from warmtui.logs import start_logging

if TYPE_CHECKING:
    from warmtui.templates.models import SessionTemplate
    from warmtui.workspace import Workspace

_F = TypeVar("_F", bound=Callable[..., Any])
_SORTS = "score age calls error_rate recovered corrections messages classic title model source".split()


class _Group(click.Group):
    """Turns the errors of warmtui into one sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
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


def _shared(command: _F) -> _F:
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


_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="warmtui")
@click.option("--read-only", is_flag=True, help="Save nothing.")
@_shared
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
    if not _has_terminal():
        click.echo("warmtui: the app needs a terminal; `warmtui sessions` prints the ranking without one", err=True)
        ctx.exit(2)
    _run_app(_settings(ctx))


@main.command()
@click.option("--query", default="", metavar="Q", help="Words, key:value and key>n terms; all must hold.")
@click.option("--sort", type=click.Choice(_SORTS), default="score", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Print at most so many.")
@_json
@_shared
@click.pass_context
def sessions(ctx: click.Context, query: str, sort: str, limit: int | None, as_json: bool) -> None:
    """Rank the stored sessions, best first."""
    with _workspace(ctx) as workspace:
        rows = workspace.rows(query, sort=sort, limit=limit)
        if as_json:
            _print_json({"sessions": [row.to_dict() for row in rows]})
            return
        from warmtui import plain

        click.echo(plain.ranking(rows) if rows else f"no session matches “{query}”")


@main.command()
@click.argument("session_id")
@click.option("--explain", is_flag=True, help="Show the score as a sum.")
@_json
@_shared
@click.pass_context
def analyze(ctx: click.Context, session_id: str, explain: bool, as_json: bool) -> None:
    """Show what a session shows: tools, errors, recovery, the user, and its score.

    SESSION_ID may be any id of a conversation, a unique prefix of one, or an exact title.
    """
    with _workspace(ctx) as workspace:
        found = workspace.analyze(*workspace.resolve(session_id))
        if as_json:
            _print_json(found.to_dict(explain=explain))
            return
        from warmtui import plain

        click.echo(plain.analysis(found, explain=explain))


@main.command("create-template")
@click.argument("session_ids", nargs=-1, required=True, metavar="SESSION_ID...")
@click.option("--name", help="The template's name; else the first session's title.")
@click.option("--budget", type=click.IntRange(min=1), metavar="TOKENS", help="Tokens the examples may cost.")
@click.option("--with-summary", is_flag=True, help="Take the sessions' own compaction summaries into the context.")
@_json
@_shared
@click.pass_context
def create_template(
    ctx: click.Context,
    session_ids: tuple[str, ...],
    name: str | None,
    budget: int | None,
    with_summary: bool,
    as_json: bool,
) -> None:
    """Make a template of one session or of several, and save it."""
    with _workspace(ctx) as workspace:
        if workspace.read_only:
            raise TemplateError("nothing is saved with --read-only")
        keys = [workspace.resolve(session_id) for session_id in session_ids]
        made = workspace.extract(keys, name=name, budget=budget, with_summary=with_summary).template
        saved = workspace.manager.save_template(made)
        if as_json:
            _print_json(saved.to_dict())
            return
        from warmtui import plain

        click.echo(plain.template(saved))
        click.echo(f"saved as {workspace.settings.template_dir / f'{saved.template_id}.json'}")


@main.command("list-templates")
@_json
@_shared
@click.pass_context
def list_templates(ctx: click.Context, as_json: bool) -> None:
    """List the saved templates."""
    from warmtui.templates.manager import TemplateManager

    directory = _settings(ctx).template_dir
    found = TemplateManager(directory).list_templates()
    if as_json:
        _print_json({"templates": [one.model_dump(mode="json") for one in found]})
        return
    from warmtui import plain

    click.echo(plain.templates(found) if found else f"no templates in {directory}")


@main.command()
@click.argument("template_id")
@_json
@_shared
@click.pass_context
def show(ctx: click.Context, template_id: str, as_json: bool) -> None:
    """Show a template. TEMPLATE_ID may be a unique prefix of an id, or an exact name."""
    found = _template(ctx, template_id)
    if as_json:
        _print_json(found.to_dict())
        return
    from warmtui import plain

    click.echo(plain.template(found))


@main.command()
@click.argument("template_id")
@click.argument("message")
@click.option("--target", type=click.Choice(["openai", "hermes"]), default="openai", show_default=True)
@click.option("--examples", type=click.IntRange(min=0), metavar="N", help="At most so many examples.")
@click.option("--budget", type=click.IntRange(min=1), metavar="T", help="Tokens the examples may cost.")
@_json
@_shared
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
        _template(ctx, template_id), message, target=target, max_examples=examples, budget=budget
    )
    if as_json:
        for warning in stream.warnings:
            click.echo(f"warmtui: {warning}", err=True)
        _print_json([one.message for one in stream.messages])
        return
    from warmtui import plain

    click.echo(plain.stream(stream))


@main.command()
@_shared
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is read, from where, and what could not be."""
    from warmtui.doctor import examine

    settings = _settings(ctx)
    report = examine(settings)
    click.echo("\n".join(report.lines))
    if report.problems:
        for problem in report.problems:
            click.echo(f"warmtui: {problem}", err=True)
        ctx.exit(1)


@main.command()
@_shared
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Look around in a made-up store; nothing of yours is read or written."""
    from warmtui.demo import create_demo_store

    settings = _settings(ctx)
    folder = settings.cache_dir / "demo"
    store = create_demo_store(folder)
    settings = settings.model_copy(update={"sources": (store,), "template_dir": folder / "session_templates"})
    if _has_terminal():
        _run_app(settings)
    else:
        _demo_in_text(settings)


def _demo_in_text(settings: Settings) -> None:
    from warmtui import plain
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
        click.echo(f"The stream a new session would begin with\n\n{plain.stream(stream, most=12)}\n")
        path = settings.template_dir / f"{template.template_id}.json"
        click.echo("Nothing was saved, with --read-only" if settings.read_only else f"The template lies in {path}")


def _settings(ctx: click.Context) -> Settings:
    settings = Settings.load(ctx.find_object(dict))
    start_logging(settings.state_dir)
    return settings


def _template(ctx: click.Context, named: str) -> SessionTemplate:
    """Load a template by its id, a unique prefix of one, or an exact name."""
    from warmtui.templates.manager import TemplateManager

    manager = TemplateManager(_settings(ctx).template_dir)
    found = manager.load_template(manager.resolve(named))
    if found is None:
        raise NotFoundError(f"the template “{named}” is gone")
    return found


def _workspace(ctx: click.Context) -> Workspace:
    """Open the sources and bring the catalog up to date; a warning on stderr for each that could not be read.

    Raises:
        SourceError: none could be read, or they hold no session.
    """
    from warmtui.workspace import Workspace

    workspace = Workspace.open(_settings(ctx))
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


def _has_terminal() -> bool:
    # The app draws on stderr and reads stdin; without either, or piped, it would hang or garble.
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _run_app(settings: Settings) -> None:
    from warmtui.tui.app import WarmtuiApp
    from warmtui.workspace import Workspace

    with Workspace.open(settings) as workspace:
        WarmtuiApp(workspace).run()


def _print_json(value: object) -> None:
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
