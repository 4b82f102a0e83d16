"""A template from elsewhere: refused with one sentence, or made safe, redacted and checked; none of it is believed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from pydantic import ValidationError

from warmtui.errors import TemplateError
from warmtui.templates.bundle import SCHEMA_VERSION, counts_of, is_licence, is_time, template_hash, tools_of
from warmtui.templates.cleaning import cleaned
from warmtui.templates.manager import TemplateInfo
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate
from warmtui.templates.redaction import Redactor
from warmtui.templates.stored import first_fault, newer_format
from warmtui.templates.validation import ValidationFinding, ensure_valid
from warmtui.text import one_line

MAX_BYTES = 4 * 1024 * 1024
"""Largest file that is taken in: a hundred times a usual template."""

MAX_TEXT = 100_000
"""Longest text in it, in characters: a hundred times a recorded result."""

_MAX_VALUES = 100_000
_DEEPEST = 100
_LONGEST_NAME = 200


class BundleError(TemplateError):
    """A file is no bundle or template that can be taken in; the message is the reason alone."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A template from elsewhere, redacted, checked and not saved.

    Attributes:
        template: the template, without an id: it gets one of its own when it is saved.
        is_bundle: whether it came as a bundle; else as a template's file.
        findings: what a person should look at; no errors are among them.
        redacted: for each kind of secret how many were taken out of it.
    """

    template: SessionTemplate
    is_bundle: bool
    findings: tuple[ValidationFinding, ...]
    redacted: dict[str, int]

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools it speaks of, by name."""
        return tools_of(self.template)

    @property
    def counts(self) -> dict[str, int]:
        """How many patterns and examples it has, by group."""
        return counts_of(self.template)


def read_shared(data: bytes) -> Incoming:
    """Return the template that a bundle or a template's file holds, redacted and checked.

    What the file says of itself is not believed: it is counted, redacted and checked anew.

    Args:
        data: the whole file.

    Raises:
        BundleError: it is no such file, was changed on the way, or is of a newer warmtui.
        TemplateError: it cannot be redacted.
        InvalidTemplateError: the template in it has errors.
    """
    value = _parsed(data)
    is_bundle = "bundle" in value
    fields, licence = _unpacked(value) if is_bundle else (value, value.get("licence"))
    if licence is not None and not (isinstance(licence, str) and is_licence(licence)):
        raise BundleError("its licence is no SPDX expression")
    redactor = Redactor()
    template = cleaned(_made_safe(_template(fields), licence), redactor)
    findings = ensure_valid(template)
    redacted: Counter[str] = Counter()
    for one in redactor.report:
        redacted[one.kind] += one.count
    return Incoming(template, is_bundle, findings, dict(redacted))


def same_as(template: SessionTemplate, infos: Iterable[TemplateInfo]) -> str | None:
    """Return the id of the saved template that holds the same already, or None.

    Args:
        template: a template from elsewhere.
        infos: the templates that are saved.
    """
    version = template.content_version()
    return next((info.template_id for info in infos if info.version == version), None)


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise BundleError(f"it is larger than {MAX_BYTES // 1024**2} MB, and no template is")
    try:
        text = data.decode("utf-8-sig")  # some editors begin a file with a mark
        value = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant, parse_float=_number)
    except UnicodeDecodeError as error:
        raise BundleError("it is no text in UTF-8") from error
    except RecursionError as error:
        raise BundleError("its values are nested too deep") from error
    except ValueError as error:
        raise BundleError(f"it is no JSON that can be trusted: {one_line(str(error), 120)}") from error
    if not isinstance(value, dict):
        raise BundleError("it is no JSON object")
    _measure(value)
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key “{one_line(twice, 40)}” stands twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{one_line(text, 20)} is no number that can be held")
    return number


def _measure(value: dict[str, Any]) -> None:
    """Refuse what would take long, or be too deep, before anything looks at it."""
    waiting: list[tuple[Any, str, int]] = [(value, "", 0)]
    count = 0
    while waiting:
        item, path, depth = waiting.pop()
        count += 1
        if count > _MAX_VALUES:
            raise BundleError(f"it holds more than {_MAX_VALUES:,} values, and no template does")
        if depth > _DEEPEST:
            raise BundleError("its values are nested too deep")
        if isinstance(item, str) and len(item) > MAX_TEXT:
            raise BundleError(f"{one_line(path, 80)} has {len(item):,} characters, more than {MAX_TEXT:,}")
        if isinstance(item, dict):
            waiting += [(key, f"a key of {path or 'it'}", depth) for key in item]
            waiting += [(inner, f"{path}.{key}".lstrip("."), depth + 1) for key, inner in item.items()]
        elif isinstance(item, list):
            waiting += [(inner, f"{path}.{number}", depth + 1) for number, inner in enumerate(item)]


def _unpacked(bundle: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    if bundle["bundle"] != "warmtui":
        raise BundleError("it is a bundle of another program")
    schema = bundle.get("schema_version")
    if type(schema) is not int or schema < 1:
        raise BundleError("its schema_version is missing or no whole number from 1")
    if schema > SCHEMA_VERSION:
        raise BundleError(f"it is of a newer warmtui (schema version {schema}; this one reads {SCHEMA_VERSION})")
    template = bundle.get("template")
    if not isinstance(template, dict):
        raise BundleError("it holds no template")
    try:
        found = template_hash(template)
    except TypeError as error:
        raise BundleError("its template holds what no bundle can: half a character, or a number too large") from error
    if bundle.get("sha256") != found:
        raise BundleError("its hash does not fit its template: it was changed or damaged on the way")
    return template, bundle.get("licence")


def _template(fields: dict[str, Any]) -> SessionTemplate:
    try:
        template = SessionTemplate.from_dict({**fields, "template_id": ""})
    except ValidationError as error:
        raise BundleError(f"it holds no template that can be read: {first_fault(error)}") from error
    if template.format_version > FORMAT_VERSION:
        raise BundleError(newer_format(template))
    return template


def _made_safe(template: SessionTemplate, licence: str | None) -> SessionTemplate:
    """Return it with its names on one line each, and without the paths of another machine or dates that are none."""
    return template.model_copy(
        update={
            "name": one_line(template.name, _LONGEST_NAME) or "Imported",
            "tool_patterns": tuple(_named(part) for part in template.tool_patterns),
            "recovery_patterns": tuple(_named(part) for part in template.recovery_patterns),
            "examples": tuple(
                example.model_copy(update={"calls": tuple(_named(call) for call in example.calls)})
                for example in template.examples
            ),
            "sources": tuple(source.model_copy(update={"path": None}) for source in template.sources),
            "licence": licence,
            "created_at": template.created_at if is_time(template.created_at) else "",
            "updated_at": "",
            "format_version": FORMAT_VERSION,
        }
    )


def _named(part: Any) -> Any:
    return part.model_copy(update={"tool_name": one_line(part.tool_name, _LONGEST_NAME)})
