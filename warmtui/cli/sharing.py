"""Commands to check templates, hand them on and take them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import has_terminal, load_settings, load_template, print_json

if TYPE_CHECKING:
    from warmtui.templates.incoming import Incoming
    from warmtui.templates.models import SessionTemplate

_BUNDLE = "bundle"
_STANDARD = Path("-")


class _Late(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.2
    """A choice of names that are looked up when they are needed: listing the commands needs none."""

    name = "choice"

    def __init__(self, find: Callable[[], Sequence[str]]) -> None:
        self._find = find

    @property
    def _choice(self) -> click.Choice[str]:
        return click.Choice(self._find())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self._choice.convert(value, param, ctx)

    def get_metavar(self, *args: Any, **options: Any) -> str | None:
        return self._choice.get_metavar(*args, **options)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return self._choice.shell_complete(ctx, param, incomplete)


def _targets() -> list[str]:
    from warmtui.warmstart.targets import TARGETS

    return [*TARGETS, _BUNDLE]


def _levels() -> list[str]:
    from warmtui.warmstart.models import Level

    return [level.value for level in Level]


@click.command()
@click.argument("template_id", required=False)
@json_option
@shared
@click.pass_context
def check(ctx: click.Context, template_id: str | None, as_json: bool) -> None:
    """Check one saved template, or all: what is wrong with it, and whether its sources still say the same.

    Exits with 1 where a template has errors or cannot be read.
    """
    from warmtui import plain_sharing
    from warmtui.workspace import Workspace

    with Workspace.open(load_settings(ctx)) as workspace:
        infos = workspace.manager.list_templates()
        if template_id is not None:
            meant = workspace.manager.resolve(template_id)
            infos = [info for info in infos if info.template_id == meant]
        found = [workspace.check_template(info) for info in infos]
        for problem in workspace.problems:
            click.echo(f"warmtui: {problem}", err=True)
        if as_json:
            print_json({"templates": [one.to_dict() for one in found]})
        else:
            nothing = f"no templates in {workspace.settings.template_dir}"
            click.echo(plain_sharing.checks(found) if found else nothing)
    if any(one.broken is not None or one.errors for one in found):
        ctx.exit(1)


@click.command()
@click.argument("template_id")
@click.option("--target", type=_Late(_targets), required=True, help="What to write.")
@click.option("--output", "-o", type=click.Path(path_type=Path, allow_dash=True), default="-", metavar="FILE",
              help="Where to; - or nothing is stdout.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite FILE where it is there.")
@click.option("--examples", type=click.IntRange(min=0), metavar="N", help="At most so many examples.")
@click.option("--budget", type=click.IntRange(min=1), metavar="T", help="Tokens the examples may cost.")
@click.option("--level", type=_Late(_levels), help="What of it a stream holds.")
@click.option("--licence", metavar="SPDX", help="The licence a bundle is shared under.")
@click.option("--with-notes", is_flag=True, help="Take your notes into a bundle.")
@shared
@click.pass_context
def export(
    ctx: click.Context,
    template_id: str,
    target: str,
    output: Path,
    force: bool,
    examples: int | None,
    budget: int | None,
    level: str | None,
    licence: str | None,
    with_notes: bool,
) -> None:
    """Write a template as a message stream for a target, as a skill, or as a bundle to hand on.

    A bundle holds no secrets, no personal data and nothing of where the sessions lie.
    """
    of_streams = {"--examples": examples, "--budget": budget, "--level": level}
    of_bundles = {"--licence": licence, "--with-notes": with_notes or None}
    foreign = of_streams if target == _BUNDLE else of_bundles
    for option, value in foreign.items():
        if value is not None:
            raise click.UsageError(f"{option} says nothing about the target {target}.")
    template = load_template(ctx, template_id)
    if target == _BUNDLE:
        data, said = _bundle(template, licence, with_notes)
    else:
        limits = {"max_examples": examples, "budget": budget, **({"level": level} if level else {})}
        data, said = _stream(template, target, limits)
    _write(output, data, force=force)
    for line in said:
        click.echo(f"warmtui: {line}", err=True)


def _bundle(template: SessionTemplate, licence: str | None, with_notes: bool) -> tuple[bytes, list[str]]:
    from warmtui.plain_sharing import bundled
    from warmtui.templates.bundle import bundle_bytes, make_bundle

    bundle = make_bundle(template, licence=licence, with_notes=with_notes)
    return bundle_bytes(bundle), [bundled(bundle)]


def _stream(template: SessionTemplate, target: str, limits: dict[str, Any]) -> tuple[bytes, list[str]]:
    import orjson

    from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

    stream = WarmSessionBootstrapper().build_stream(template, target=target, **limits)
    document = stream.document()
    if target == "skill":
        return str(document["content"]).encode(), list(stream.warnings)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), list(stream.warnings)


def _write(path: Path, data: bytes, *, force: bool) -> None:
    from warmtui.errors import TemplateError
    from warmtui.templates.files import write_new, write_over

    if path == _STANDARD:
        click.echo(data, nl=False)
        return
    if path.is_dir():
        raise TemplateError(f"{path} is a folder; name a file in it")
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, and never replaced
            path.write_bytes(data)
        elif force:
            write_over(path.resolve(), data)  # a link stays one
        else:
            write_new(path, data)
    except FileExistsError as error:
        raise TemplateError(f"{path} is there already; --force overwrites it") from error
    except OSError as error:
        raise TemplateError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
    click.echo(f"wrote {path}", err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--yes", is_flag=True, help="Import it without asking.")
@json_option
@shared
@click.pass_context
def import_(ctx: click.Context, file: Path, yes: bool, as_json: bool) -> None:
    """Take in a bundle, or a template's file; - is stdin. Shows what it would add, and asks.

    It is checked and redacted anew, and becomes a template of its own: none is ever overwritten. Without a terminal
    to ask in, and without --yes, it only shows, and exits with 1.
    """
    from warmtui import plain_sharing
    from warmtui.errors import TemplateError
    from warmtui.templates.incoming import same_as
    from warmtui.templates.manager import TemplateManager

    settings = load_settings(ctx)
    manager = TemplateManager(settings.template_dir)
    found = _read(file)
    if not as_json:
        click.echo(plain_sharing.incoming(found))
    twin = same_as(found.template, manager.list_templates())
    if twin is not None:
        if as_json:
            print_json(_imported(found, twin, is_new=False))
        else:
            click.echo(f"the template {twin} holds the same already; nothing was imported")
        return
    if settings.read_only:
        raise TemplateError("nothing is saved with --read-only")
    _confirm(yes, can_ask=has_terminal() and not as_json)
    saved = manager.save_template(found.template)
    if as_json:
        print_json(_imported(found, saved.template_id, is_new=True))
    else:
        click.echo(f"saved as {settings.template_dir / f'{saved.template_id}.json'}")


def _read(file: Path) -> Incoming:
    from warmtui.errors import TemplateError
    from warmtui.templates.incoming import MAX_BYTES, read_shared

    name = "stdin" if file == _STANDARD else str(file)
    try:
        with click.open_file(str(file), "rb") as stream:
            data = stream.read(MAX_BYTES + 1)  # more is refused, and need not be read
    except OSError as error:
        raise TemplateError(f"{name} cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        return read_shared(data)
    except TemplateError as error:
        raise TemplateError(f"{name} is not imported: {error}") from error


def _confirm(yes: bool, *, can_ask: bool) -> None:
    from warmtui.errors import TemplateError

    if yes or (can_ask and click.confirm("Import it?", err=True)):
        return
    how = "" if can_ask else "; there is no terminal to ask in, and --yes imports it without asking"
    raise TemplateError(f"nothing was imported{how}")


def _imported(found: Incoming, template_id: str, *, is_new: bool) -> dict[str, Any]:
    return {
        "template_id": template_id,
        "imported": is_new,
        "name": found.template.name,
        "from_bundle": found.is_bundle,
        "licence": found.template.licence,
        "counts": found.counts,
        "tools": found.tools,
        "redacted": found.redacted,
        "findings": [finding.model_dump(mode="json") for finding in found.findings],
    }


@click.command()
@click.argument("kind", type=click.Choice(["template", _BUNDLE]), default="template")
def schema(kind: str) -> None:
    """Print the JSON Schema of a template's file, or of a bundle."""
    from warmtui.templates.schema import bundle_schema, template_schema

    print_json(bundle_schema() if kind == _BUNDLE else template_schema())
