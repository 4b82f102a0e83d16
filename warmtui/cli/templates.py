"""Commands about saved templates: the list, one of them, its versions, and the trash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import has_terminal, load_settings, print_json
from warmtui.errors import NotFoundError, TemplateError
from warmtui.text import visible

if TYPE_CHECKING:
    from warmtui.plain_templates import Side
    from warmtui.templates.manager import TemplateManager
    from warmtui.templates.models import SessionTemplate


@click.command("list-templates")
@click.option("--deleted", is_flag=True, help="List what is in the trash instead.")
@click.option("--task", default="", metavar="TEXT", help="What is to be done; templates may name words of it.")
@json_option
@shared
@click.pass_context
def list_templates(ctx: click.Context, deleted: bool, task: str, as_json: bool) -> None:
    """List the saved templates; those that are meant for the current folder, and for a task, come first."""
    if deleted and task:
        raise click.UsageError("--task says nothing about what was deleted.")
    manager = _manager(ctx)
    if deleted:
        _list_deleted(manager, as_json=as_json)
        return
    from warmtui.templates.applying import by_fit

    found = by_fit(manager.list_templates(checked=True), Path(), task)
    if as_json:
        print_json({"templates": [{**one.model_dump(mode="json"), "fits": fits} for one, fits in found]})
        return
    from warmtui import plain_templates

    click.echo(plain_templates.templates(found) if found else f"no templates in {manager.directory}")


def _list_deleted(manager: TemplateManager, *, as_json: bool) -> None:
    found = manager.trash()
    if as_json:
        print_json({"deleted": [one.model_dump(mode="json") for one in found]})
        return
    from warmtui import plain_templates

    click.echo(plain_templates.trash(found) if found else f"the trash of {manager.directory} is empty")


@click.command()
@click.argument("template_id")
@click.option("--version", "wanted", metavar="N", help="An earlier version: its number, or how its hash begins.")
@click.option("--versions", "all_versions", is_flag=True, help="List its versions instead.")
@json_option
@shared
@click.pass_context
def show(ctx: click.Context, template_id: str, wanted: str | None, all_versions: bool, as_json: bool) -> None:
    """Show a template. TEMPLATE_ID may be a unique prefix of an id, or an exact name."""
    if wanted is not None and all_versions:
        raise click.UsageError("--version shows one version, --versions lists them all: choose one of the two.")
    manager = _manager(ctx)
    exact = manager.resolve(template_id)
    if all_versions:
        _list_versions(manager, exact, as_json=as_json)
        return
    side, found = _version(manager, exact, "current" if wanted is None else wanted)
    if as_json:
        print_json(found.to_dict())
        return
    from warmtui import plain, plain_templates

    if wanted is not None:
        click.echo(plain_templates.version(side.info, of=len(manager.versions(exact))))
    click.echo(plain.template(found))


def _list_versions(manager: TemplateManager, template_id: str, *, as_json: bool) -> None:
    found = manager.versions(template_id)
    if as_json:
        print_json({"template_id": template_id, "versions": [one.model_dump(mode="json") for one in found]})
        return
    from warmtui import plain_templates

    click.echo(plain_templates.versions(found))


@click.command()
@click.argument("template_id")
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--with", "other_id", metavar="OTHER_ID", help="Compare with another template: B is a version of it.")
@json_option
@shared
@click.pass_context
def diff(
    ctx: click.Context, template_id: str, a: str | None, b: str | None, other_id: str | None, as_json: bool
) -> None:
    """Show what changed from version A of a template to version B.

    A and B are numbers, the beginnings of content hashes, or "current". Without B it is the current version;
    without both, what the last save changed. `warmtui show TEMPLATE_ID --versions` lists them.
    """
    from warmtui.templates.diff import diff_templates

    manager = _manager(ctx)
    first = manager.resolve(template_id)
    second = manager.resolve(other_id) if other_id is not None else first
    if a is None:
        a = "current" if other_id is not None else _last_but_one(manager, first)
    before, older = _version(manager, first, a)
    after, newer = _version(manager, second, "current" if b is None else b)
    found = diff_templates(older, newer)
    if as_json:
        print_json({"before": _side_json(before), "after": _side_json(after), **found.to_dict()})
        return
    from warmtui import plain_templates

    click.echo(plain_templates.difference(before, after, found))


def _last_but_one(manager: TemplateManager, template_id: str) -> str:
    infos = manager.versions(template_id)
    if len(infos) < 2:
        raise NotFoundError(f"the template {template_id} has no earlier version to compare with")
    return str(infos[-2].number)


def _side_json(side: Side) -> dict[str, object]:
    return {"template_id": side.template_id, **side.info.model_dump(mode="json"), "current": side.is_current}


@click.command()
@click.argument("template_id")
@click.argument("version")
@click.option("--note", default="", metavar="TEXT", help="Why; kept with the new version.")
@json_option
@shared
@click.pass_context
def restore(ctx: click.Context, template_id: str, version: str, note: str, as_json: bool) -> None:
    """Save an earlier version anew, as the newest one; nothing is lost.

    VERSION is a number, or the beginning of a content hash.
    """
    manager = _manager(ctx, writing=True)
    exact = manager.resolve(template_id)
    info = manager.find_version(exact, version)
    try:
        current = manager.load_template(exact)
    except TemplateError:  # broken: a reason to restore
        current = None
    saved, findings = _restored(manager, exact, info.number, current, note)
    for line in findings:
        click.echo(f"warmtui: {line}", err=True)
    if as_json:
        print_json(saved.to_dict())
    elif saved == current:
        click.echo(f"{exact} has the content of version {info.number} already: nothing was saved")
    else:
        number = manager.versions(exact)[-1].number
        click.echo(f"restored version {info.number} of {exact} as version {number} ({saved.version[:10]})")


def _restored(
    manager: TemplateManager, template_id: str, number: int, current: SessionTemplate | None, note: str
) -> tuple[SessionTemplate, list[str]]:
    """Return what was restored, and what a person should look at in it."""
    from warmtui.templates.validation import SECRET, InvalidTemplateError, validate

    expected = current.version if current is not None else None
    try:
        saved = manager.restore_version(template_id, number, expected_version=expected, note=note)
    except InvalidTemplateError as error:
        if any(finding.is_error and finding.rule != SECRET for finding in error.findings):
            raise
        way = f"`warmtui show {template_id} --version {number} --json | warmtui import - --yes`"
        raise TemplateError(f"{error} {way} takes it in redacted, as a template of its own.") from error
    return saved, [str(finding) for finding in validate(saved)]


@click.command()
@click.argument("template_id")
@json_option
@shared
@click.pass_context
def delete(ctx: click.Context, template_id: str, as_json: bool) -> None:
    """Move a template into the trash, with its versions; `warmtui undelete` brings it back."""
    manager = _manager(ctx, writing=True)
    exact = manager.resolve(template_id)
    if not manager.delete_template(exact):
        raise NotFoundError(f"the template {exact} is gone already")
    if as_json:
        print_json({"deleted": [one.model_dump(mode="json") for one in manager.trash() if one.template_id == exact]})
    else:
        shown = visible(exact)  # the name of a broken file is anything
        click.echo(f"moved {shown} into the trash; `warmtui undelete {shown}` brings it back")


@click.command()
@click.argument("template_id")
@click.option("--as-copy", is_flag=True, help="Under another id, where another template has taken its own.")
@json_option
@shared
@click.pass_context
def undelete(ctx: click.Context, template_id: str, as_copy: bool, as_json: bool) -> None:
    """Bring back a deleted template with all its versions; `warmtui list-templates --deleted` lists them."""
    manager = _manager(ctx, writing=True)
    saved = manager.undelete_template(manager.resolve_deleted(template_id), as_copy=as_copy)
    if as_json:
        print_json(saved.to_dict())
        return
    from warmtui.text import plural

    earlier = len(manager.versions(saved.template_id)) - 1
    click.echo(f"{saved.template_id} is back" + (f", with {plural(earlier, 'earlier version')}" if earlier else ""))


@click.command()
@click.argument("template_id", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@shared
@click.pass_context
def purge(ctx: click.Context, template_id: str | None, yes: bool, as_json: bool) -> None:
    """Remove for good what the trash holds, all of it or one template; templates that are there keep everything."""
    from warmtui import plain_templates

    manager = _manager(ctx, writing=True)
    wanted = manager.resolve_deleted(template_id) if template_id is not None else None
    found = [one for one in manager.trash() if wanted in {None, one.template_id}]
    if found and not yes:
        if as_json or not has_terminal():
            raise TemplateError("nothing is removed for good without a terminal to ask in; --yes says that it is meant")
        click.echo(plain_templates.trash(found))
        if not click.confirm("Remove all of this for good?"):
            click.echo("nothing was removed")
            return
    removed = manager.purge(wanted, shown=found) if found else []
    if as_json:
        print_json({"purged": [one.model_dump(mode="json") for one in removed]})
    elif removed:
        click.echo(f"removed for good: {', '.join(visible(one.template_id) for one in removed)}")
    else:
        click.echo(f"the trash of {manager.directory} is empty")


def _manager(ctx: click.Context, *, writing: bool = False) -> TemplateManager:
    from warmtui.templates.manager import TemplateManager

    settings = load_settings(ctx)
    if writing and settings.read_only:
        raise TemplateError("nothing is saved or deleted with --read-only")
    return TemplateManager(settings.template_dir)


def _version(manager: TemplateManager, template_id: str, wanted: str) -> tuple[Side, SessionTemplate]:
    from warmtui.plain_templates import Side

    info = manager.find_version(template_id, wanted)
    found = manager.load_template(template_id, info.number)
    if found is None:
        raise NotFoundError(f"version {info.number} of the template {template_id} is gone")
    return Side(template_id, info, info.number == manager.find_version(template_id, "current").number), found
