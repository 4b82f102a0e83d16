"""What the keys of a tool's own result say of the call: errors, flags, states, and the results of its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from warmtui.profiling import plain_forms, sentences
from warmtui.profiling.error_texts import ERROR_KEYS, error_text, first_word, is_http_error, message_in
from warmtui.profiling.values import decode


class Standing(Enum):
    """What an envelope says, the strongest first."""

    SETTLED = "settled"
    """It went well, whatever exit code stands beside."""
    STOPPED = "stopped"
    """A person or a policy stopped it."""
    REFUSED = "refused"
    """The agent's own mistake kept it from running."""
    FAULT = "fault"
    """A flag or a state says that it failed."""
    COMPLAINT = "complaint"
    """Only an error text says so; an exit code of 0 beside it is stronger."""


class Finding(NamedTuple):
    """What was found, and the message that says it, which may be empty."""

    standing: Standing
    message: str = ""


def judge(value: Mapping[str, Any], depth: int = 3) -> Finding | None:
    """Return what the keys of `value` say against the call, or None where they say nothing against it.

    Args:
        value: the parsed result.
        depth: how many objects inside objects are looked into.
    """
    if _DECISIVE.isdisjoint(value):
        return _only_child(value, depth) if len(value) == 1 else None
    if len(value) > 1 and "response" not in value and _is_harmless(value):
        return None
    message = error_text(value)
    for rule in (
        _by_guard,
        _by_state,
        _by_flag,
        _by_code,
        _by_http_status,
        _by_bare_code,
        _by_errors,
        _by_parts,
        _by_response,
    ):
        finding = rule(value, message)
        if finding is not None:
            return finding
    if message:
        return Finding(_standing_of(message, Standing.COMPLAINT), message)
    return _only_child(value, depth) if len(value) == 1 else None


def _is_harmless(value: Mapping[str, Any]) -> bool:
    """Whether no key that could speak against a call does, as in most results: they are told at once.

    Such a key may hold null, and one that says whether it went well, yes; a code is left to its rules.
    """
    for key in _DECISIVE.intersection(value):
        item = value[key]
        if item is not None and (item is not True or key not in _SUCCESS_KEYS or "code" in value):
            return False
    return True


_SUCCESS_KEYS = ("success", "ok", "successful", "successfull", "succeeded", "is_success", "isSuccess")
_CODE_KEYS = ("error_code", "errorCode", "ErrorCode", "errcode", "errno")
_HTTP_KEYS = ("statusCode", "status_code", "http_status", "httpStatus", "http_code", "status", "cod")
_SPOKEN_KEYS = frozenset({"message", "response", "text", "output", "status_message", "observation"})
_DECISIVE = frozenset(
    {*ERROR_KEYS, *_SUCCESS_KEYS, *_CODE_KEYS, *_HTTP_KEYS, "results"}
    | {"isError", "is_error", "errors", "timed_out", "timedOut", "interrupted", "approval_pending", "code", "detail"}
    | {"__type", "blocked_by_policy", "guardrail", "result", "message", "failed", "completion_reason"}
)

_ERROR_STATES = frozenset({"error", "failure", "fail", "errored", "exception", "fatal", "crashed"})
# These also name the state of things that a tool looks after: an order, a job, a build.
_FAILED_STATES = frozenset(
    {"failed", "timeout", "timed_out", "timedout", "not_found", "notfound", "invalid", "unavailable", "disabled"}
    | {"rejected", "unauthorized", "forbidden", "already_exited", "unknown_tool", "max_turns"}
)
_STOPPED_STATES = frozenset(
    {"blocked", "denied", "cancelled", "canceled", "interrupted", "aborted", "declined", "skipped"}
)
_WAITING_STATES = frozenset(
    {"pending_approval", "approval_required", "awaiting_approval", "needs_approval", "requires_approval"}
    | {"waiting_for_approval", "requires_action"}
)
# With one of these beside it a state is the call's own.
_CALL_KEYS = frozenset({"error", "output", "exit_code", "stdout", "message"})
_EXPLAINING_KEYS = _CALL_KEYS | {"reason", "note", "timeout_note"}


def _standing_of(message: str, otherwise: Standing) -> Standing:
    if plain_forms.is_refused(message):
        return Standing.REFUSED
    if plain_forms.is_stopped(message):
        return Standing.STOPPED
    if plain_forms.is_misfit(message):
        return Standing.REFUSED
    return otherwise


def _by_guard(value: Mapping[str, Any], message: str) -> Finding | None:
    """Judge by what a harness that guards its tools adds."""
    if isinstance(value.get("guardrail"), Mapping) and message:
        return Finding(Standing.REFUSED, message)
    if value.get("approval_pending") is True or value.get("blocked_by_policy"):
        return Finding(Standing.STOPPED, message)
    return None


def _by_state(value: Mapping[str, Any], message: str) -> Finding | None:
    state = value.get("status")
    if not isinstance(state, str):
        return None
    state = state.strip().lower().replace(" ", "_").replace("-", "_")
    if state in _WAITING_STATES:
        return Finding(Standing.STOPPED, message)
    if state in _STOPPED_STATES and (message or not _CALL_KEYS.isdisjoint(value)):
        return Finding(_stopped_or_refused(message), message)
    if _is_settled(state, value) and not message:
        return Finding(Standing.SETTLED)
    explained = message or not _EXPLAINING_KEYS.isdisjoint(value) or len(value) <= 2
    if state in _ERROR_STATES or (state in _FAILED_STATES and explained):
        text = message or message_in(value) or _output(value)
        return Finding(_standing_of(text, Standing.FAULT), text)
    return None


def _is_settled(state: str, value: Mapping[str, Any]) -> bool:
    """Whether a process ended because it was to end, or a wait for it ended and the process goes on."""
    return (
        state in ("killed", "already_exited")
        or value.get("completion_reason") == "killed"
        or (state == "timeout" and "timeout_note" in value)
    )


def _stopped_or_refused(message: str) -> Standing:
    return Standing.REFUSED if plain_forms.is_refused(message) else Standing.STOPPED


def _by_flag(value: Mapping[str, Any], message: str) -> Finding | None:
    if value.get("interrupted") is True and ("stdout" in value or "output" in value):
        return Finding(Standing.STOPPED, message)
    says_no = any(_is_no(value[key]) for key in _SUCCESS_KEYS if key in value)
    if says_no or any(value.get(key) is True for key in ("isError", "is_error", "timed_out", "timedOut", "failed")):
        text = message or message_in(value) or _output(value) or _text(value.get("result"))
        return Finding(_standing_of(text, Standing.FAULT), text)
    outcome = value.get("result")
    explained = len(value) == 2 or not _EXPLAINING_KEYS.isdisjoint(value)  # else it may be a build's result
    if isinstance(outcome, str) and outcome.lower() in ("error", "failed", "failure") and explained:
        return Finding(Standing.FAULT, message or message_in(value))
    return None


def _is_no(flag: Any) -> bool:
    return flag is False or (isinstance(flag, str) and flag.lower() in ("false", "no"))


def _by_code(value: Mapping[str, Any], message: str) -> Finding | None:
    for key in _CODE_KEYS:
        code = value.get(key)
        if code and code not in ("0", "ok", "OK", "success", "SUCCESS"):
            text = message or message_in(value) or f"{key} {_text(code) or first_word({key: code})}"
            return Finding(_standing_of(text, Standing.FAULT), text)
    return None


def _by_http_status(value: Mapping[str, Any], message: str) -> Finding | None:
    """Take 400 to 599 as a failure where it is the result's own status, or a code with a message beside it."""
    for key in _HTTP_KEYS:
        if is_http_error(value.get(key)):
            return Finding(Standing.FAULT, message or message_in(value) or f"HTTP {value[key]}")
    data = value.get("data")
    codes = (value.get("code"), data.get("status") if isinstance(data, Mapping) and "code" in value else None)
    if any(map(is_http_error, codes)) and message_in(value):
        return Finding(Standing.FAULT, message or message_in(value))
    if message:
        return None
    if value.get("message") == "Not Found" and "documentation_url" in value:
        return Finding(Standing.FAULT, "Not Found")
    if len(value) <= 2 and isinstance(value.get("detail"), str | list) and set(value) <= {"detail", "status"}:
        return _of_detail(value)
    return None


_BARE_CODE_KEYS = frozenset(
    {"code", "message", "details", "detail", "hint", "request_id", "requestId", "object", "type"}
)
_FAULT_TYPE = re.compile(r"[\w.#]{0,200}(?:Exception|Error|Fault)\Z")
_FAULT_CODE = re.compile(
    r"(?<![a-z])(?:no|not)_|not_?found|invalid|error|exception|denied|unauthori|forbidden|fail|missing|exceed|"
    r"unavailable|timed?_?out|rate_?limit|conflict|unsupported|\be[a-z]{4,12}\b",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"(?:success|ok\b|done\b)|"
    r"[^\n]{0,300}\b(?:successfully|created|updated|deleted|saved|sent|completed|accepted)\W*\Z",
    re.IGNORECASE,
)


def _by_bare_code(value: Mapping[str, Any], message: str) -> Finding | None:
    """Take an object that is nothing but an error code and its message as a failure: many services send it."""
    text = message or message_in(value)
    return Finding(_standing_of(text, Standing.FAULT), text) if _is_bare_code(value) else None


def _is_bare_code(value: Mapping[str, Any]) -> bool:
    code, kind = value.get("code"), value.get("__type")
    if isinstance(kind, str) and _FAULT_TYPE.match(kind):
        return True
    message = value.get("message")
    if not isinstance(message, str) or not _BARE_CODE_KEYS.issuperset(value):
        return False
    if isinstance(code, str):
        return "hint" in value or _FAULT_CODE.search(code[:80]) is not None or _is_denial(message)
    is_fault = isinstance(code, int) and not 0 <= code < _HTTP_FAULT and not _WELL.match(message)
    return is_fault or value.get("type") == "error"


_HTTP_FAULT = 400


def _of_detail(value: Mapping[str, Any]) -> Finding:
    """Judge a web framework's ``detail``: a sentence, or a list of the arguments that do not fit."""
    detail = value["detail"]
    first = detail[0] if isinstance(detail, list) and detail else None
    if isinstance(first, Mapping) and "loc" in first:
        return Finding(Standing.REFUSED, message_in(first) or "error in detail")
    return Finding(Standing.FAULT, message_in(value) or "error in detail")


def _by_errors(value: Mapping[str, Any], message: str) -> Finding | None:
    """A filled list of errors counts where nothing came beside it: GraphQL gives both, and partly is ok."""
    errors = value.get("errors")
    if not errors or not isinstance(errors, list | Mapping) or message:
        return None
    if any(_is_filled(value.get(key)) for key in ("data", "result", "results", "warnings", "files", "items")):
        return None
    if any(value.get(key) is True for key in _SUCCESS_KEYS):
        return None
    first = errors[0] if isinstance(errors, list) else errors
    if _is_finding(first) or not _VERDICT_KEYS.isdisjoint(value):
        return None
    text = first if isinstance(first, str) else message_in(first) if isinstance(first, Mapping) else ""
    return Finding(_standing_of(text, Standing.FAULT), text) if text else None


# A validator's answer has one of these beside the errors, a linter's errors say where they are.
_VERDICT_KEYS = frozenset({"valid", "is_valid", "isValid", "passed", "score", "summary", "errorCount", "error_count"})
_PLACE_KEYS = frozenset({"line", "lineNumber", "row", "file", "filename", "filePath", "rule", "ruleId", "severity"})


def _is_finding(error: Any) -> bool:
    return isinstance(error, Mapping) and not _PLACE_KEYS.isdisjoint(error)


def _is_filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(item is not None for item in value.values())
    return bool(value)


def _by_parts(value: Mapping[str, Any], message: str) -> Finding | None:
    """Judge a batch by its parts: it failed where all of them did, and was stopped where all were stopped."""
    parts = value.get("results")
    if message or not isinstance(parts, list) or not parts or not isinstance(parts[0], Mapping):
        return None
    findings = [_judge_part(part) if isinstance(part, Mapping) else None for part in parts]
    first = next((finding for finding in findings if finding is None or finding.standing is Standing.FAULT), None)
    if None in findings:
        return None
    return first or findings[0]


def _judge_part(part: Mapping[str, Any]) -> Finding | None:
    message = error_text(part)
    state = part.get("status")
    if isinstance(state, str) and "task_index" in part:
        if state in ("completed", "success", "ok", "dispatched", "running"):
            return None
        if state in _STOPPED_STATES:
            return Finding(Standing.STOPPED, message)
        if state in _ERROR_STATES or state in _FAILED_STATES:
            return Finding(Standing.FAULT, message or state)
    if message or any(_is_no(part[key]) for key in _SUCCESS_KEYS if key in part):
        return Finding(Standing.FAULT, message or message_in(part))
    return None


def _only_child(value: Mapping[str, Any], depth: int) -> Finding | None:
    """Look into an object that is all there is, and into a text that is: ``{"response": {"error": …}}``."""
    key, inner = next(iter(value.items()))
    if isinstance(inner, Mapping) and depth > 0:
        return None if key not in _WRAPPING_KEYS and _is_state_of_a_thing(inner) else judge(inner, depth - 1)
    if not isinstance(inner, str) or key not in _SPOKEN_KEYS:
        return None
    fails = plain_forms.is_failure(inner) or (key == "message" and _is_denial(inner))
    return Finding(_standing_of(inner, Standing.FAULT), inner) if fails else None


_WRAPPING_KEYS = frozenset(
    {"result", "response", "data", "output", "body", "payload", "content", "structuredContent", "structured_content"}
)


def _is_state_of_a_thing(value: Mapping[str, Any]) -> bool:
    """Whether ``{"build": {"status": "failed", …}}`` tells of a build that was asked for, and not of the call."""
    state = value.get("status")
    is_failed = isinstance(state, str) and state.lower() in _FAILED_STATES
    return is_failed and not error_text(value) and _EXPLAINING_KEYS.isdisjoint(value)


def _by_response(value: Mapping[str, Any], message: str) -> Finding | None:
    """Look into what an API gave back as text beside an empty error: ``{"error": "", "response": "…"}``."""
    response = value.get("response")
    if message or "error" not in value or len(value) > 2 or not isinstance(response, str):
        return None
    inner, _ = decode(response.lstrip())
    if isinstance(inner, Mapping):
        return judge(inner, 1)
    fails = plain_forms.is_failure(response) or _is_denial(response)
    return Finding(_standing_of(response, Standing.FAULT), response) if fails else None


def _is_denial(text: str) -> bool:
    return plain_forms.is_short_failure(text) or sentences.denies(text)


def _output(value: Mapping[str, Any]) -> str:
    return _text(value.get("output")) or _text(value.get("content")) or _text(value.get("status"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
