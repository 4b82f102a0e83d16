"""Commands about saved templates."""

from __future__ import annotations

import click

from warmtui.cli.options import json_option, shared
from warmtui.cli.working import load_settings, load_template, print_json


@click.command("list-templates")
@json_option
@shared
@click.pass_context
def list_templates(ctx: click.Context, as_json: bool) -> None:
    """List the saved templates."""
    from warmtui.templates.manager import TemplateManager

    directory = load_settings(ctx).template_dir
    found = TemplateManager(directory).list_templates()
    if as_json:
        print_json({"templates": [one.model_dump(mode="json") for one in found]})
        return
    from warmtui import plain

    click.echo(plain.templates(found) if found else f"no templates in {directory}")


@click.command()
@click.argument("template_id")
@json_option
@shared
@click.pass_context
def show(ctx: click.Context, template_id: str, as_json: bool) -> None:
    """Show a template. TEMPLATE_ID may be a unique prefix of an id, or an exact name."""
    found = load_template(ctx, template_id)
    if as_json:
        print_json(found.to_dict())
        return
    from warmtui import plain

    click.echo(plain.template(found))
