"""A template to hand on: one file without secrets, personal data or places of one machine."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import datetime
from importlib.metadata import version
from typing import Any

import orjson
from pydantic import BaseModel

from warmtui.errors import TemplateError
from warmtui.templates.cleaning import cleaned
from warmtui.templates.ids import new_id
from warmtui.templates.models import (
    FORMAT_VERSION,
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    ToolCallPattern,
    UserPattern,
)
from warmtui.templates.redaction import RedactionLevel, Redactor
from warmtui.templates.redaction_names import PLACEHOLDER
from warmtui.templates.validation import ensure_valid
from warmtui.text import one_line

SCHEMA_VERSION = 1
"""The shape of a bundle; one with a higher number is refused."""

_LONGEST_LICENCE = 100
_LICENCE_ID = r"(?!(?:AND|OR|WITH)\b)[A-Za-z0-9][A-Za-z0-9.:-]*\+?"
_LICENCES = rf"{_LICENCE_ID}(?: +(?:AND|OR|WITH) +{_LICENCE_ID})*"

_GROUPS: dict[str, type[BaseModel]] = {
    "tool_patterns": ToolCallPattern,
    "user_patterns": UserPattern,
    "recovery_patterns": RecoveryPattern,
    "context_markers": ContextNote,
    "examples": Example,
}
_LOCAL = frozenset({"evidence", "digest", "call_digest"})
"""What tells of the stores of one machine: sessions and messages, and digests of what was never shared."""


def make_bundle(template: SessionTemplate, *, licence: str | None = None, with_notes: bool = False) -> dict[str, Any]:
    """Return a template as a bundle: JSON values, the same for the same template.

    Secrets, home directories, user names, e-mail addresses, phone numbers and IPs are redacted; the sessions it was
    made from, their stores and messages, the folders it applies to and fields that nobody knows are left out.

    Args:
        template: the template.
        licence: the licence to share it under, as an SPDX expression; the template's own where None.
        with_notes: take the person's notes along, redacted.

    Raises:
        TemplateError: it cannot be redacted, or is not valid, or the licence is none; there is no bundle then.
    """
    licence = template.licence if licence is None else licence
    if licence is not None and not is_licence(licence):
        raise TemplateError(f"“{one_line(licence, 60)}” is no SPDX licence expression, such as MIT or CC-BY-4.0")
    shared = _shareable(template, licence, with_notes=with_notes)
    ensure_valid(shared)
    data = shared.to_dict()
    manifest = _manifest(shared, data, sessions=len(template.sources))
    bundle = {
        "bundle": "warmtui",
        "schema_version": SCHEMA_VERSION,
        "manifest": manifest,
        "licence": licence,
        "sha256": template_hash(data),
        "template": data,
    }
    check = Redactor(RedactionLevel.STRICT)
    check.value({**bundle, "manifest": {**manifest, "redaction": None}})  # a count of passwords is no password
    if check.report:
        first = check.report[0]
        raise TemplateError(f"“{one_line(shared.name, 60)}” could not be redacted whole: {first.where} is left")
    return bundle


def bundle_bytes(bundle: dict[str, Any]) -> bytes:
    """Return a bundle as its file holds it: indented JSON."""
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def is_licence(text: str) -> bool:
    """Say whether a text can be an SPDX licence expression."""
    if len(text) > _LONGEST_LICENCE:
        return False
    count = 1
    while count:  # what stands in brackets is one licence for what stands around them
        text, count = re.subn(rf"\( *{_LICENCES} *\)", "X", text)
    return re.fullmatch(_LICENCES, text) is not None


def is_time(text: str) -> bool:
    """Say whether a text is a time in ISO 8601, and so says nothing else."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def tools_of(template: SessionTemplate) -> tuple[str, ...]:
    """Return the tools that a template speaks of, by name."""
    named = {pattern.tool_name for pattern in template.tool_patterns}
    named |= {pattern.tool_name for pattern in template.recovery_patterns}
    called = {call.tool_name for example in template.examples for call in example.calls}
    return tuple(sorted((named | called) - {""}))


def counts_of(template: SessionTemplate) -> dict[str, int]:
    """Return how many patterns and examples a template has, by group."""
    return {group: len(getattr(template, group)) for group in _GROUPS}


def _shareable(template: SessionTemplate, licence: str | None, *, with_notes: bool) -> SessionTemplate:
    # Redacted whole before anything is left out: a user name in a store's path is known in every text then.
    whole = cleaned(template, Redactor(RedactionLevel.STRICT))
    data = whole.to_dict()
    shared: dict[str, Any] = {
        group: [_fields_of(model, part) for part in data[group]] for group, model in _GROUPS.items()
    }
    shared |= {name: data[name] for name in ("name", "description", "context")}
    shared["created_at"] = whole.created_at if is_time(whole.created_at) else ""
    shared["examples"] = [
        {**example, "calls": [_fields_of(ExampleCall, call) for call in example["calls"]]}
        for example in shared["examples"]
    ]
    made = SessionTemplate.from_dict(
        {
            **shared,
            "template_id": new_id(whole.name, ()),
            "notes": whole.notes if with_notes else "",
            "applies_to": {"words": data["applies_to"]["words"]},
            "licence": licence,
            "format_version": FORMAT_VERSION,
        }
    )
    return made.model_copy(update={"version": made.content_version()})


def _fields_of(model: type[BaseModel], part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in model.model_fields if name not in _LOCAL}


def _manifest(shared: SessionTemplate, data: dict[str, Any], *, sessions: int) -> dict[str, Any]:
    replaced = Counter(found[1:].partition(":")[0] for found in PLACEHOLDER.findall(orjson.dumps(data).decode()))
    return {
        "template_id": shared.template_id,
        "name": shared.name,
        "version": shared.version,
        "created": shared.created_at,
        "counts": {**counts_of(shared), "sessions": sessions},
        "tools": list(tools_of(shared)),
        "warmtui": version("warmtui"),
        "redaction": {"level": RedactionLevel.STRICT.value, "replaced": dict(sorted(replaced.items()))},
    }


def template_hash(template: dict[str, Any]) -> str:
    """Return the SHA-256 of a bundle's template, in hex: over its JSON without spaces, keys in order.

    Raises:
        TypeError: it holds what such JSON cannot.
    """
    return hashlib.sha256(orjson.dumps(template, option=orjson.OPT_SORT_KEYS)).hexdigest()
