"""What is wrong with a template, and what a person should look at, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

from pydantic import BaseModel, ConfigDict

from warmtui.errors import TemplateError
from warmtui.profiling.outcomes import Outcome
from warmtui.templates.foreign import foreign_faults
from warmtui.templates.hijacks import find_hijacks
from warmtui.templates.ids import is_safe_id
from warmtui.templates.models import DEEPEST, Example, ExampleCall, SessionTemplate
from warmtui.templates.provenance import State, TemplateProvenance
from warmtui.templates.redaction import Redactor
from warmtui.templates.selection import example_tokens
from warmtui.text import one_line, plural

_RATIOS = ("success_rate", "question_ratio", "command_ratio")
_COUNTS = (
    *("calls", "errors", "eligible", "message_count", "avg_message_length", "corrections"),
    *("episodes", "recovered", "sessions", "count"),
)
_GROUPS = ("tool_patterns", "user_patterns", "recovery_patterns", "context_markers")

_Path = tuple[object, ...]  # keys and places; a word only where something was found

SECRET = "secret"
"""The rule of a finding that redaction does away with."""


class Severity(StrEnum):
    """How bad a finding is: an error keeps a template from being saved, a warning keeps nobody from anything."""

    ERROR = "error"
    WARNING = "warning"


class ValidationFinding(BaseModel):
    """Something that is wrong with a template, or that a person should look at.

    Attributes:
        severity: how bad it is.
        path: where it is: ``examples.0.calls.1.arguments.path``, ``tool_patterns.2.guidance``.
        rule: the rule that found it, a short name that stays: ``secret``, ``empty-example`` …
        message: what is wrong, one sentence that can be read after the path.
    """

    model_config = ConfigDict(frozen=True)

    severity: Severity
    path: str
    rule: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether it keeps the template from being saved."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path} {self.message}"


class InvalidTemplateError(TemplateError):
    """A template has errors: it is not saved, not exported and not taken in; what was there before still is.

    Attributes:
        findings: everything that was found, warnings too, the errors first.
    """

    def __init__(self, name: str, findings: Sequence[ValidationFinding]) -> None:
        errors = [finding for finding in findings if finding.is_error]
        rest = f", and {plural(len(errors) - 1, 'further error')}" if len(errors) > 1 else ""
        super().__init__(f"“{one_line(Redactor().text(name), 60)}” is not valid: {errors[0]}{rest}.")
        self.findings = tuple(findings)


def ensure_valid(template: SessionTemplate) -> tuple[ValidationFinding, ...]:
    """Return what a person should look at in a template that has no errors.

    Raises:
        InvalidTemplateError: it has some.
    """
    findings = validate(template)
    if any(finding.is_error for finding in findings):
        raise InvalidTemplateError(template.name, findings)
    return findings


def validate(
    template: SessionTemplate, *, budget: int | None = None, provenance: TemplateProvenance | None = None
) -> tuple[ValidationFinding, ...]:
    """Return what is wrong with a template and what a person should look at: the errors first, then in its order.

    Args:
        template: the template, saved or not.
        budget: estimated tokens that its examples may cost together; not looked at where None.
        provenance: what its sources say of it; not looked at where None.
    """
    findings = [*_identity(template), *_patterns(template)]
    for place, example in enumerate(template.examples):
        findings += _example(f"examples.{place}", example)
    unstorable = [*_unstorable(template)]
    findings += unstorable
    if not any(finding.is_error for finding in unstorable):
        redactor = Redactor()
        redacted = redactor.value(template.to_dict())  # what is quoted from it, and its keys, are no secrets
        findings += [*_secrets(redactor, redacted), *_hijacks(redacted), *_budget(template, budget)]
    findings += _stale(provenance)
    return tuple(sorted(findings, key=lambda finding: not finding.is_error))


def _error(path: str, rule: str, message: str) -> ValidationFinding:
    return ValidationFinding(severity=Severity.ERROR, path=path, rule=rule, message=message)


def _warning(path: str, rule: str, message: str) -> ValidationFinding:
    return ValidationFinding(severity=Severity.WARNING, path=path, rule=rule, message=message)


# What it is made of


def _identity(template: SessionTemplate) -> Iterator[ValidationFinding]:
    if template.template_id and not is_safe_id(template.template_id):
        yield _error("template_id", "bad-id", "is no possible template id")
    if not template.name.strip():
        yield _warning("name", "no-name", "is empty; nobody will find the template in a list")


def _patterns(template: SessionTemplate) -> Iterator[ValidationFinding]:
    for place, pattern in enumerate(template.tool_patterns):
        if not pattern.tool_name.strip():
            yield _error(
                f"tool_patterns.{place}.tool_name", "no-tool-name", "is empty; the pattern says of no tool how"
            )
    for group in _GROUPS:
        for place, part in enumerate(getattr(template, group)):
            yield from _numbers(f"{group}.{place}", part)


def _numbers(path: str, part: BaseModel) -> Iterator[ValidationFinding]:
    for name in _RATIOS:
        value = vars(part).get(name)
        if value is not None and not 0 <= value <= 1:
            yield _warning(f"{path}.{name}", "impossible-number", f"is {value:g}, and a share lies between 0 and 1")
    for name in _COUNTS:
        value = vars(part).get(name)
        if value is not None and not value >= 0:
            yield _warning(f"{path}.{name}", "impossible-number", f"is {value:g}, and a count is not negative")


def _example(path: str, example: Example) -> Iterator[ValidationFinding]:
    if not example.calls:
        yield _error(f"{path}.calls", "empty-example", "is empty; an example shows at least one call")
    elif not any(text.strip() for text in (example.request, example.answer, *(call.result for call in example.calls))):
        yield _error(path, "empty-example", "has neither a request nor a result nor an answer")
    for number, call in enumerate(example.calls):
        yield from _call(f"{path}.calls.{number}", call)
    for place, rule, message in foreign_faults(example):
        yield _error(f"{path}.{place}", rule, message)


def _call(path: str, call: ExampleCall) -> Iterator[ValidationFinding]:
    if not call.tool_name.strip():
        yield _error(f"{path}.tool_name", "no-tool-name", "is empty; a call names its tool")
    if not isinstance(call.arguments, dict):
        yield _error(f"{path}.arguments", "bad-arguments", "is no object; the arguments of a call are one")
    if not call.result.strip() and _is_unanswered(call):
        yield _error(f"{path}.result", "unanswered-call", "is missing; a call in a stream has its result")
    if call.outcome not in {outcome.value for outcome in Outcome}:
        known = ", ".join(outcome.value for outcome in Outcome)
        yield _warning(f"{path}.outcome", "unknown-outcome", f"is none of {known}")


def _is_unanswered(call: ExampleCall) -> bool:
    """Whether no result ever came: the file has none, or the store had none. An empty one is an answer."""
    return "result" not in call.model_fields_set or (
        call.evidence is not None and call.evidence.result_message_id is None
    )


# What its file can hold


def _unstorable(template: SessionTemplate) -> Iterator[ValidationFinding]:
    for path, severity, message in _values(dict(template), (), 0):
        yield ValidationFinding(severity=severity, path=_joined(path), rule="not-storable", message=message)


def _values(value: Any, path: _Path, depth: int) -> Iterator[tuple[_Path, Severity, str]]:
    if value is None or isinstance(value, str | bool | int):
        return
    if depth > DEEPEST:
        yield path, Severity.ERROR, f"is nested more than {DEEPEST} deep, more than its file can hold"
    elif isinstance(value, float):
        if not isfinite(value):
            yield path, Severity.WARNING, "is no number that JSON knows, and is stored as null"
    elif isinstance(value, BaseModel):
        yield from _values(dict(value), path, depth)
    elif is_dataclass(value):
        yield from _values({field.name: getattr(value, field.name) for field in fields(value)}, path, depth)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, (*path, key), depth + 1)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _values(inner, (*path, number), depth + 1)
    else:
        yield path, Severity.ERROR, f"is of the type {type(value).__name__}, which JSON does not have"


def _joined(path: _Path) -> str:
    """Return a path as one word without secrets: keys are recorded text too."""
    return ".".join(one_line(Redactor().text(str(step)), 80) for step in path)


# What its texts hold


def _secrets(redactor: Redactor, redacted: dict[str, Any]) -> Iterator[ValidationFinding]:
    found = dict.fromkeys((_place(redacted, one.where), one.kind) for one in redactor.report)
    for path, kind in found:
        if kind == "unreadable":
            yield _error(path, SECRET, "cannot be looked through for secrets: it is nested or encoded too often")
        else:
            yield _error(path, SECRET, f"holds a secret ({kind}); redact it or take it out")


def _place(data: Any, where: str) -> str:
    """Return where a redactor's place is in a template: as far as the template goes, and not into a text's own JSON."""
    path: list[str] = []
    rest = where
    while rest and isinstance(data, dict | list):
        step, rest = _next_key(data, rest) if isinstance(data, dict) else _next_number(rest)
        if step is None:
            break
        path.append(str(step))
        inner: Any = data
        data = inner[step]
        rest = rest.removeprefix(".")
    return one_line(".".join(path), 400)


def _next_key(data: dict[str, Any], rest: str) -> tuple[str | None, str]:
    # A key may hold points and brackets of its own: the longest that fits is meant.
    fitting = [key for key in data if rest.startswith(key) and (rest[len(key) :][:1] or ".") in ".[ "]
    key = max(fitting, key=len, default=None)
    return key, rest if key is None else rest[len(key) :]


def _next_number(rest: str) -> tuple[int | None, str]:
    match = re.match(r"\[(\d+)\]", rest)
    return (None, rest) if match is None else (int(match[1]), rest[match.end() :])


_HIJACKS = {
    "hijack-phrase": "reads like an order to an agent",
    "role-tag": "holds a tag that opens another turn of a conversation",
    "tool-tag": "holds a tag that reads as a tool call",
    "invisible-characters": "holds characters that are not seen or turn text around",
}


def _hijacks(data: dict[str, Any]) -> Iterator[ValidationFinding]:
    for path, text in _texts(data, ()):
        for rule, found in find_hijacks(text):
            yield _warning(_joined(path), rule, f"{_HIJACKS[rule]}: “{one_line(found, 80)}”")


def _texts(value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), key
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def _budget(template: SessionTemplate, budget: int | None) -> Iterator[ValidationFinding]:
    tokens = sum(example_tokens(example) for example in template.examples)
    if budget is not None and tokens > budget:
        yield _warning("examples", "over-budget", f"cost about {tokens:,} tokens, and the budget is {budget:,}")


def _stale(provenance: TemplateProvenance | None) -> Iterator[ValidationFinding]:
    if provenance is None:
        return
    rules = {State.GONE: "source-gone", State.CHANGED: "source-changed"}
    for example in provenance.examples:
        for call in example.calls:
            if call.state in rules:
                yield _warning(call.path, rules[call.state], f"is no longer verified: {call.reason}")
    if provenance.places_gone:
        gone, places = provenance.places_gone, plural(provenance.places, "message")
        yield _warning("sources", "evidence-gone", f"hold {gone:,} of {places} behind the patterns no longer")
