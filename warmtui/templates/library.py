"""The templates of a folder in rows, and which of them a person means."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, field_serializer

from warmtui.errors import AmbiguousIdError, NotFoundError
from warmtui.templates.folder import TemplateFolder
from warmtui.templates.models import AppliesTo
from warmtui.templates.stored import BrokenFileError
from warmtui.templates.validation import validate
from warmtui.text import one_line, plural, storable


class TemplateInfo(BaseModel):
    """A template in a row of the list.

    Attributes:
        template_id: its id.
        name: its name; the id where the file is broken.
        description: what it is for.
        created_at: when it was first saved, ISO 8601; empty where unknown.
        updated_at: when its current version was saved, ISO 8601; empty where unknown.
        source_session_id: the first session it was made from, or None.
        version: the version that is saved; empty where the file is broken.
        applies_to: the folders and the tasks it is meant for.
        broken: why the file cannot be read, or None.
        errors: how many findings keep it from being saved anew; None where it was not looked at.
        warnings: how many findings a person should look at; None where it was not looked at.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str
    name: str
    description: str = ""
    created_at: str = ""
    updated_at: str = ""
    source_session_id: str | None = None
    version: str = ""
    applies_to: AppliesTo = AppliesTo()
    broken: str | None = None
    errors: int | None = None
    warnings: int | None = None

    @field_serializer("template_id", "name")
    def _in_utf8(self, value: str) -> str:
        return storable(value)  # a file's name may be no text, and is listed all the same


def template_infos(folder: TemplateFolder, *, checked: bool = False) -> list[TemplateInfo]:
    """Return every template of a folder by name; broken files among them, with the reason.

    Args:
        folder: the folder.
        checked: look also at what is wrong with each, which takes some milliseconds a template.

    Raises:
        TemplateError: the folder cannot be read.
    """
    found = (_info(folder, template_id, checked=checked) for template_id in folder.ids())
    infos = [info for info in found if info is not None]
    return sorted(infos, key=lambda info: (info.name.casefold(), info.name, info.template_id))


def _info(folder: TemplateFolder, template_id: str, *, checked: bool = False) -> TemplateInfo | None:
    """Return the row of one template of a folder; None where its file is gone."""
    try:
        template = folder.parsed(folder.file(template_id), template_id)
    except BrokenFileError as error:
        return TemplateInfo(template_id=template_id, name=template_id, broken=str(error))
    if template is None:
        return None
    findings = validate(template) if checked else ()
    errors = sum(finding.is_error for finding in findings)
    return TemplateInfo(
        template_id=template_id,
        name=template.name,
        description=template.description,
        created_at=template.created_at,
        updated_at=template.updated_at,
        source_session_id=template.source_session_id,
        version=template.version,
        applies_to=template.applies_to,
        errors=errors if checked else None,
        warnings=len(findings) - errors if checked else None,
    )


def id_meant(wanted: str, named: Iterable[tuple[str, str]], where: str) -> str:
    """Return the one id that a person means: an exact id, else an exact name, else a unique id prefix.

    Args:
        wanted: what the person wrote.
        named: the id and the name of each that could be meant.
        where: where they are, to say so: "in the trash".

    Raises:
        NotFoundError: none answers to it.
        AmbiguousIdError: several do; lists them.
    """
    pairs = list(named)
    found = (
        [template_id for template_id, _ in pairs if template_id == wanted]
        or [template_id for template_id, name in pairs if name == wanted]
        or [template_id for template_id, _ in pairs if wanted and template_id.startswith(wanted)]
    )
    if not found:
        raise NotFoundError(f"No template “{one_line(wanted, 60)}” is {where}.")
    if len(found) > 1:
        raise AmbiguousIdError(
            f"“{one_line(wanted, 60)}” could be {plural(len(found), 'template')}: {', '.join(found)}.", found
        )
    return found[0]
