"""A template without its secrets: every text and value of it redacted, what names and dates it left as it is."""

from __future__ import annotations

from pydantic import ValidationError

from warmtui.errors import TemplateError
from warmtui.templates.models import SessionTemplate
from warmtui.templates.redaction import Redactor
from warmtui.text import one_line

_AS_IT_IS = ("template_id", "version", "created_at", "updated_at", "format_version")


def cleaned(template: SessionTemplate, redactor: Redactor) -> SessionTemplate:
    """Return a template redacted, in the same shape: its parts are in the same order.

    Args:
        template: the template.
        redactor: what takes secrets out, at its level; its report says what and where.

    Raises:
        TemplateError: a part of it cannot be redacted and keep its shape; nothing half-redacted is returned.
    """
    data = redactor.value(template.to_dict())
    try:
        return SessionTemplate.from_dict({**data, **{name: getattr(template, name) for name in _AS_IT_IS}})
    except (ValidationError, TypeError) as error:
        name = one_line(redactor.text(template.name), 60)
        raise TemplateError(f"“{name}” cannot be redacted: it is nested too deep.") from error
