"""Templates: the curated, saved choice of patterns and examples that a session can start from."""

from __future__ import annotations

import hashlib
from math import isfinite
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from warmtui.errors import TemplateError
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.models import ArgumentChange
from warmtui.text import one_line, storable

FORMAT_VERSION = 2
"""The shape of a template file; files without it are of the older plain format ("version": "1.0")."""

NOT_CONTENT = frozenset({"template_id", "version", "version_note", "created_at", "updated_at"})
"""Fields of a template about its saving: they are no part of what its version is the hash of."""

_INTEGERS = range(-(2**63), 2**64)
DEEPEST = 200
"""Values within values that a template may hold: orjson writes 254 of them."""


class _Part(BaseModel):
    # Fields that a newer or older program wrote are kept as they are: an edit by hand is never lost.
    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _nulls_are_absent(cls, data: object) -> object:
        # Older files write null where there is nothing, for texts and lists as well.
        if not isinstance(data, dict):
            return data
        fields = cls.model_fields
        return {
            key: value
            for key, value in data.items()
            if value is not None or key not in fields or fields[key].default is None
        }

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values that every JSON file can hold.

        Raises:
            TemplateError: it holds what JSON cannot, such as bytes, or lists within lists a thousand deep.
        """
        return self._dumped()

    def _dumped(self, *, exclude_defaults: bool = False) -> dict[str, Any]:
        try:
            data: dict[str, Any] = _storable(self.model_dump(exclude_defaults=exclude_defaults), 0)
        except (TypeError, ValueError, RecursionError) as error:
            name = str(getattr(self, "name", "")) or type(self).__name__
            raise TemplateError(f"“{one_line(name, 60)}” holds what JSON cannot: {error}.") from error
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build it from what `to_dict` returned.

        Raises:
            pydantic.ValidationError: the data has another shape.
        """
        return cls.model_validate(data)


def _storable(value: Any, depth: int) -> Any:
    # Recorded arguments can hold what UTF-8 or 64 bits cannot: half a character, a number of forty digits.
    if depth > DEEPEST:
        raise ValueError(f"values nested more than {DEEPEST} deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int):
        return value if value in _INTEGERS else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {_storable(str(key), depth): _storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item, depth + 1) for item in value]
    raise TypeError(f"a value of the type {type(value).__name__}")


class ToolCallPattern(_Part):
    """How a tool is called here.

    Attributes:
        tool_name: the tool.
        guidance: what to know before calling it, in the person's or warmtui's words; one or two sentences.
        common_args: for each usual argument what it looks like.
        error_recovery: what helped after its errors, a sentence each.
        context_requirements: what regularly came before it, a sentence each.
        contrasts: what set its failed calls apart from those that worked, a sentence each with both counts.
        calls: calls it was seen in; None where unknown.
        errors: failed or rejected calls among them; None where unknown.
        eligible: calls that the error rate is a share of; None where unknown.
        success_rate: share of successes, 0–1; None where unknown.
        evidence: where it was seen.
    """

    tool_name: str
    guidance: str = ""
    common_args: dict[str, Any] = Field(default_factory=dict)
    error_recovery: tuple[str, ...] = ()
    context_requirements: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    calls: int | None = None
    errors: int | None = None
    eligible: int | None = None
    success_rate: float | None = None
    evidence: tuple[Evidence, ...] = ()

    @field_validator("error_recovery", "context_requirements", "contrasts", mode="before")
    @classmethod
    def _sentences(cls, value: object) -> object:
        # Older files hold one sentence where newer ones hold several.
        if isinstance(value, str):
            return (value,) if value else ()
        return value

    @property
    def key(self) -> str:
        """What names it within its template."""
        return f"tool:{self.tool_name}"


class UserPattern(_Part):
    """How the person works with the agent.

    Attributes:
        style: how requests are written; open, the rules give ``command_driven``, ``conversational``,
            ``terse``, ``detailed`` and ``balanced``.
        feedback_style: how feedback is given; open.
        guidance: what a new session should know of it, a sentence or two.
        message_count: typed messages it was seen in; None where unknown.
        avg_message_length: mean characters a message; None where unknown.
        question_ratio: share of questions, 0–1; None where unknown.
        command_ratio: share of commands, 0–1; None where unknown.
        corrections: messages that corrected the agent; None where unknown.
        common_domains: what the work was about.
        preferred_tools: tools the person asks for, or that are used most.
        evidence: the typed messages.
    """

    style: str = ""
    feedback_style: str = ""
    guidance: str = ""
    message_count: int | None = None
    avg_message_length: float | None = None
    question_ratio: float | None = None
    command_ratio: float | None = None
    corrections: int | None = None
    common_domains: tuple[str, ...] = ()
    preferred_tools: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("style") is None and isinstance(data.get("request_style"), str):
            data = {**data, "style": data["request_style"]}
        return data

    @property
    def key(self) -> str:
        """What names it within its template."""
        return f"user:{self.style}"


class RecoveryPattern(_Part):
    """What helps after an error.

    Attributes:
        tool_name: the tool that fails; empty where unknown.
        error_signature: the masked error line.
        error_example: such a line as it was, redacted.
        recovery_strategy: what to do, as one sentence.
        changes: what changed between the failed and the recovering call.
        episodes: episodes it was seen in, the censored ones left out; None where unknown.
        recovered: those the agent recovered by itself; None where unknown.
        sessions: sessions it was seen in; None where unknown.
        evidence: failed calls and the calls that recovered.
    """

    tool_name: str = ""
    error_signature: str = ""
    error_example: str = ""
    recovery_strategy: str = ""
    changes: tuple[ArgumentChange, ...] = ()
    episodes: int | None = None
    recovered: int | None = None
    sessions: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        out = dict(data)
        for new, olds in (("error_signature", ("error_pattern", "error_type")), ("tool_name", ("tool",))):
            for old in olds:
                if out.get(new) is None and isinstance(out.get(old), str):
                    out[new] = out[old]
        return out

    @property
    def key(self) -> str:
        """What names it within its template."""
        return f"recovery:{self.tool_name}:{self.error_signature}"


SUMMARY = "summary"
"""The kind of a note that holds a session's own compaction summary."""


class ContextNote(_Part):
    """Something the work is about: a file, a folder, an address, a program, a language; or a summary of it.

    Attributes:
        value: what it is; of a summary its text.
        kind: ``file``, ``directory``, ``url``, ``command``, ``language`` or ``summary``; empty where unknown.
        count: how often it was used; None where unknown.
        evidence: where.
    """

    value: str
    kind: str = ""
    count: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain_string(cls, data: object) -> object:
        return {"value": data} if isinstance(data, str) else data

    @property
    def key(self) -> str:
        """What names it within its template."""
        return f"context:{self.kind}:{self.value}"


class ExampleCall(_Part):
    """One recorded call of an example: its arguments and its result, redacted and trimmed.

    Attributes:
        tool_name: the tool.
        arguments: its arguments.
        result: what came back, as text.
        outcome: what the result said; an `Outcome` value.
        evidence: where it was recorded; None in a synthetic example.
        digest: SHA-256 of the recorded result before redaction and trimming; None in a synthetic example.
        call_digest: the same of the tool's name and the recorded arguments; see `recorded_call_digest`.
    """

    tool_name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    result: str = ""
    outcome: str = "ok"
    evidence: Evidence | None = None
    digest: str | None = None
    call_digest: str | None = None


class Example(_Part):
    """A request, the calls that met it, and the answer that closed them.

    Attributes:
        request: the person's words, a line or two; empty where there were none.
        calls: one to three calls in order.
        answer: the agent's closing words, a line or two; empty where there were none.
        synthetic: True where no such session took place; a stream says so.
        reason: why it was chosen.
    """

    request: str = ""
    calls: tuple[ExampleCall, ...] = Field(min_length=1, max_length=3)
    answer: str = ""
    synthetic: bool = False
    reason: str = ""

    @property
    def key(self) -> str:
        """What names it within its template: the place of its first call, else a digest of its calls."""
        first = self.calls[0].evidence
        if first is not None:
            return f"example:{first.store}:{first.session_id}:{first.message_id}:{first.result_message_id}"
        calls = orjson.dumps([call.to_dict() for call in self.calls], option=orjson.OPT_SORT_KEYS)
        return f"example:{hashlib.sha256(calls).hexdigest()[:16]}"


class Source(_Part):
    """A session a template was made from.

    Attributes:
        store: the label of the store.
        session_id: the newest id of the session's lineage.
        lineage_id: its first id.
        title: its title when the template was made, or None.
        path: the file or folder of the store, or None.
        outcome_rules_version: the rules that judged its results.
    """

    store: str
    session_id: str
    lineage_id: str = ""
    title: str | None = None
    path: str | None = None
    outcome_rules_version: int | None = None


class AppliesTo(_Part):
    """Where a template is of use: any of the folders, and any of the words; empty ones say nothing.

    Attributes:
        folders: absolute folders or ones that begin with ``~``; what lies in them counts too.
        words: words of a task, without regard to case.
    """

    folders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class SessionTemplate(_Part):
    """The curated choice of patterns and examples.

    Attributes:
        template_id: its id, a slug; empty until it is first saved.
        name: its name.
        description: what it is for.
        notes: the person's notes; never part of a stream.
        context: text the stream's context opens with, in the person's words; may be empty.
        tool_patterns, user_patterns, recovery_patterns, context_markers, examples: what was chosen.
        applies_to: the folders and the tasks it is meant for.
        sources: the sessions it was made from.
        source_session_id: the first of them; kept for older programs. None where unknown.
        licence: the licence it is shared under, as an SPDX expression; None where nobody said.
        created_at: when it was first saved, ISO 8601 in UTC; empty until then.
        updated_at: when this version was saved.
        version: SHA-256 of the canonical content in hex; what an older file says ("1.0") until it is saved.
        version_note: why this version was saved, in the person's words; empty where they gave none.
        format_version: the shape of the file; 1 for the older plain format.
    """

    template_id: str = ""
    name: str
    description: str = ""
    notes: str = ""
    context: str = ""
    tool_patterns: tuple[ToolCallPattern, ...] = ()
    user_patterns: tuple[UserPattern, ...] = ()
    recovery_patterns: tuple[RecoveryPattern, ...] = ()
    context_markers: tuple[ContextNote, ...] = ()
    examples: tuple[Example, ...] = ()
    applies_to: AppliesTo = AppliesTo()
    sources: tuple[Source, ...] = ()
    source_session_id: str | None = None
    licence: str | None = None
    created_at: str = ""
    updated_at: str = ""
    version: str = ""
    version_note: str = ""
    format_version: int = 1

    @field_validator("user_patterns", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, dict) else value

    @field_validator("version", "created_at", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int | float) else value

    def canonical(self) -> bytes:
        """Return the content as the same bytes for the same content: what the version is the hash of.

        What is at its default says nothing, so that a field that is new to the format changes no version; nor does
        the place where a store lies, for a store that was moved is the same.

        Raises:
            TemplateError: it holds what JSON cannot.
        """
        data = {key: value for key, value in self._dumped(exclude_defaults=True).items() if key not in NOT_CONTENT}
        for source in data.get("sources", ()):
            source.pop("path", None)
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)

    def content_version(self) -> str:
        """Return the SHA-256 of the canonical content, in hex."""
        return hashlib.sha256(self.canonical()).hexdigest()
