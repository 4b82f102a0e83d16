"""One saved template looked at from all sides: whether it can be read, what is wrong with it, what its sources say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warmtui.errors import TemplateError
from warmtui.sessions.store import SessionStore
from warmtui.templates.manager import TemplateInfo, TemplateManager
from warmtui.templates.provenance import TemplateProvenance, check_provenance
from warmtui.templates.validation import ValidationFinding, validate
from warmtui.text import storable


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """What was found of a saved template.

    Attributes:
        template_id: its id.
        name: its name; the id where the file is broken.
        broken: why the file cannot be read, or None.
        findings: what is wrong with it, and what a person should look at; the errors first.
        provenance: what its sources say; None where the file is broken.
    """

    template_id: str
    name: str
    broken: str | None = None
    findings: tuple[ValidationFinding, ...] = ()
    provenance: TemplateProvenance | None = None

    @property
    def errors(self) -> int:
        """How many findings keep it from being saved anew."""
        return sum(finding.is_error for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings a person should look at."""
        return len(self.findings) - self.errors

    @property
    def is_stale(self) -> bool:
        """Whether a source is gone, or has changed since."""
        return self.provenance is not None and self.provenance.is_stale

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        found = self.provenance
        return {
            "template_id": storable(self.template_id),
            "name": storable(self.name),
            "broken": self.broken,
            "errors": self.errors,
            "warnings": self.warnings,
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "provenance": None if found is None else found.to_dict(),
        }


def check_template(
    manager: TemplateManager, info: TemplateInfo, stores: Sequence[SessionStore], *, budget: int | None = None
) -> TemplateCheck:
    """Look at one saved template.

    Args:
        manager: where it is saved.
        info: its row of the list.
        stores: the stores that are open.
        budget: estimated tokens that its examples may cost together; not looked at where None.
    """
    broken = info.broken
    template = None
    if broken is None:
        try:
            template = manager.load_template(info.template_id)
        except TemplateError as error:  # broken since it was listed
            broken = str(error)
    if template is None:
        return TemplateCheck(info.template_id, info.name, broken or "it was taken away while it was read")
    provenance = check_provenance(template, stores)
    findings = validate(template, budget=budget, provenance=provenance)
    return TemplateCheck(info.template_id, template.name, None, findings, provenance)
