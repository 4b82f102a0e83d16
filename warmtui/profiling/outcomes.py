"""What the result of a call says: decided from structure first, never from a bare substring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warmtui.profiling import envelopes, plain_forms, printed, sentences, signals
from warmtui.profiling.commands import command_of
from warmtui.profiling.envelopes import Finding, Standing
from warmtui.profiling.error_texts import error_text
from warmtui.profiling.outcome import Outcome
from warmtui.profiling.results import ParsedResult, exit_code_of, parse_result
from warmtui.profiling.rules import OUTCOME_RULES_VERSION
from warmtui.profiling.tool_families import (
    Family,
    called_tool,
    family_of,
    is_caller,
    looks_for,
    makes_statements,
    reads_logs,
    runs_tests,
    searches,
    tells_state,
)
from warmtui.sessions.models import parse_arguments

__all__ = ["OUTCOME_RULES_VERSION", "Outcome", "classify", "classify_outcome"]


def classify_outcome(
    tool_name: str, arguments: Mapping[str, Any] | str | None, content: Any, is_error: bool | None = None
) -> Outcome:
    """Return what the result of a call says.

    From structure first: an explicit flag, then the exit code, then the keys of the parsed value, then the few
    known plain-text forms where a result begins.

    Args:
        tool_name: the tool that was called.
        arguments: its arguments as a dict, or the string they were written as.
        content: the result: a string, a list of content parts, a dict or None.
        is_error: the explicit flag of the format it was stored in, None where it has none.
    """
    return classify(tool_name, arguments, parse_result(content), is_error)


def classify(
    tool_name: str, arguments: Mapping[str, Any] | str | None, parsed: ParsedResult, is_error: bool | None = None
) -> Outcome:
    """Return what `classify_outcome` does, of a result that is parsed already."""
    if is_caller(tool_name):
        tool_name, arguments = _called(tool_name, arguments)
    flag = parsed.is_error if is_error is None else _flag(parsed, is_error)
    is_plain = parsed.value is None
    if is_plain and flag is None and (parsed.is_empty or _is_pruned(tool_name, parsed)):
        return Outcome.UNKNOWN
    finding = None if is_plain else _finding(tool_name, parsed, flag)
    if finding is not None and finding.standing in _BY_STANDING:
        return _BY_STANDING[finding.standing]
    code = exit_code_of(tool_name, parsed) if is_plain else parsed.exit_code
    if code is not None:
        return _by_exit_code(tool_name, code, arguments, parsed, flag=flag, finding=finding)
    if finding is not None:
        return _failed_or_unreadable(finding.message, arguments)
    if flag:
        return _flagged(tool_name, arguments, parsed.text)
    is_vouched = is_error is False and parsed.is_error is None and "mcp" not in tool_name.lower()
    is_answer = not is_plain and not parsed.is_cut
    return Outcome.OK if is_answer else _unflagged(tool_name, arguments, parsed, flag, is_vouched)


def _called(tool_name: str, arguments: Mapping[str, Any] | str | None) -> tuple[str, Mapping[str, Any] | str | None]:
    """Return the tool that was called in the end, and its arguments, where a tool only hands calls on."""
    name, handed = called_tool(parse_arguments(arguments) or {})
    return (name, handed) if name else (tool_name, arguments)


_BY_STANDING = {
    Standing.SETTLED: Outcome.OK,
    Standing.STOPPED: Outcome.CANCELLED,
    Standing.REFUSED: Outcome.REJECTED,
}
_INTERRUPTED = 130  # 128 + SIGINT: somebody pressed ctrl+c


def _flag(parsed: ParsedResult, is_error: bool) -> bool:
    """Join the flag of the format and those inside the result: one that says error wins."""
    return is_error or bool(parsed.is_error)


def _finding(tool_name: str, parsed: ParsedResult, flag: bool | None) -> Finding | None:
    """Judge the keys of the value, but for JSON that a program printed or a file holds where a flag says ok."""
    envelope = parsed.envelope
    if envelope is None:
        return None
    if flag is False and parsed.exit_code is None and family_of(tool_name) is not Family.OTHER:
        return None
    return envelopes.judge(envelope)


def _is_pruned(tool_name: str, parsed: ParsedResult) -> bool:
    return parsed.exit_code is None and plain_forms.is_pruned(parsed.text, tool_name)


def _by_exit_code(
    tool_name: str,
    code: int,
    arguments: Mapping[str, Any] | str | None,
    parsed: ParsedResult,
    *,
    flag: bool | None,
    finding: Finding | None,
) -> Outcome:
    if code == 0:
        is_fault = finding is not None and finding.standing is Standing.FAULT
        return Outcome.FAILED if flag or is_fault else Outcome.OK
    if code == _INTERRUPTED or plain_forms.is_stopped(parsed.output):
        return Outcome.CANCELLED
    return Outcome.SIGNAL if _is_signal(tool_name, code, arguments, parsed) else Outcome.FAILED


def _is_signal(tool_name: str, code: int, arguments: Mapping[str, Any] | str | None, parsed: ParsedResult) -> bool:
    envelope = parsed.envelope or {}
    if error_text(envelope):
        return False
    command = command_of(parse_arguments(arguments) or {}) or command_of(envelope)
    if command is None and runs_tests(tool_name):
        command = "pytest"  # any runner: what it printed decides
    if signals.answers(command, code, parsed.output):
        return True
    meaning = envelope.get("exit_code_meaning")
    return command is None and isinstance(meaning, str) and "not an error" in meaning


def _flagged(tool_name: str, arguments: Mapping[str, Any] | str | None, text: str) -> Outcome:
    """Judge what an agent flagged and gave no exit code for: of a program it says only that it was not 0."""
    outcome = _refined(text, arguments)
    if outcome is not Outcome.FAILED or not family_of(tool_name).runs:
        return outcome
    command = command_of(parse_arguments(arguments) or {})
    is_empty_answer = not text.strip() and signals.answers(command, 1, "")
    return Outcome.SIGNAL if is_empty_answer or signals.shows_red_tests(command, text) else outcome


def _unflagged(
    tool_name: str,
    arguments: Mapping[str, Any] | str | None,
    parsed: ParsedResult,
    flag: bool | None,
    is_vouched: bool,
) -> Outcome:
    """Judge where no structure says that the call failed.

    Args:
        tool_name: the tool.
        arguments: its arguments.
        parsed: its result.
        flag: what the flags say together.
        is_vouched: True where the agent itself says that its tool worked; of a server's tool it cannot know.
    """
    family = family_of(tool_name)
    if parsed.is_cut and flag is None:
        return _of_cut(family, parsed)
    if parsed.value is not None or not parsed.text:
        return Outcome.OK
    if reads_logs(tool_name) and "\n" in parsed.text.strip():
        return Outcome.OK
    if family is Family.OTHER and _is_answer(tool_name, parsed.text):
        return Outcome.OK
    states = family is Family.OTHER and makes_statements(tool_name)
    outcome = _by_words(family, arguments, parsed.text, flag, states)
    if outcome is Outcome.OK and family is Family.OTHER and not (is_vouched or states or searches(tool_name)):
        return _by_sentence(arguments, parsed.text)
    return outcome


def _is_answer(tool_name: str, text: str) -> bool:
    """Whether a sentence that says no is what the tool was asked for: no hits, or how a thing is."""
    if looks_for(tool_name) and plain_forms.finds_nothing(text):
        return True
    return tells_state(tool_name) and plain_forms.is_state(text)


def _by_sentence(arguments: Mapping[str, Any] | str | None, text: str) -> Outcome:
    """Judge what a tool nobody knows says in a sentence or two."""
    if sentences.names_who_stopped(text):
        return Outcome.CANCELLED
    return _refined(text, arguments) if sentences.denies(text) else Outcome.OK


def _refined(message: str, arguments: Mapping[str, Any] | str | None) -> Outcome:
    """Tell apart, in what is known to be no success, what failed, what never ran and what was stopped."""
    if plain_forms.is_refused(message):
        return Outcome.REJECTED
    if plain_forms.is_stopped(message):
        return Outcome.CANCELLED
    return _misfit_or_failed(message, arguments)


def _misfit_or_failed(message: str, arguments: Mapping[str, Any] | str | None) -> Outcome:
    """Tell apart what failed and what did not fit its tool, of an error that is neither refused nor stopped."""
    return Outcome.REJECTED if plain_forms.is_misfit(message) else _failed_or_unreadable(message, arguments)


def _failed_or_unreadable(message: str, arguments: Mapping[str, Any] | str | None) -> Outcome:
    """Take an error as rejected where the arguments do not parse and it speaks of that."""
    if _are_broken(arguments) and plain_forms.speaks_of_arguments(message):
        return Outcome.REJECTED
    return Outcome.FAILED


def _are_broken(arguments: Mapping[str, Any] | str | None) -> bool:
    """Whether arguments were to be JSON and are none; a patch or a script as they are were not to be."""
    return isinstance(arguments, str) and arguments.lstrip()[:1] in ("{", "[", '"') and not _parses(arguments)


def _parses(arguments: str) -> bool:
    return parse_arguments(arguments) is not None


def _of_cut(family: Family, parsed: ParsedResult) -> Outcome:
    """Of a cut result the fields before the cut may tell; what a program or a file shows was never an envelope."""
    fields = parsed.envelope or {}
    if parsed.value is None and parsed.text.startswith("success: true"):
        return Outcome.OK
    if any(fields.get(key) is True for key in ("success", "ok")) or fields.get("status") in ("success", "ok"):
        return Outcome.OK
    if family is not Family.OTHER and _ENVELOPE_STARTS.isdisjoint(fields):
        return Outcome.OK
    return Outcome.UNKNOWN


_ENVELOPE_STARTS = frozenset({"output", "content", "exit_code", "stdout", "result", "error", "status", "success"})


def _by_words(
    family: Family, arguments: Mapping[str, Any] | str | None, text: str, flag: bool | None, states: bool
) -> Outcome:
    """Judge plain text by how it begins; what a program printed or a file holds are not the tool's words."""
    if plain_forms.is_refused(text):
        return Outcome.REJECTED
    if plain_forms.is_stopped(text):
        return Outcome.CANCELLED
    if flag is False and family is not Family.OTHER:
        return Outcome.OK
    if family.runs:
        return Outcome.CANCELLED if printed.was_stopped(text) else _by_print(arguments, text)
    return _misfit_or_failed(text, arguments) if _says_failure(family, text, states) else Outcome.OK


def _says_failure(family: Family, text: str, states: bool) -> bool:
    is_reader = family is Family.READER
    if is_reader and not plain_forms.is_short(text):
        return False
    says = plain_forms.is_failure(text) or plain_forms.is_short_failure(text, or_missing=not states)
    return says and not plain_forms.is_log(text, of_one_level=is_reader)


def _by_print(arguments: Mapping[str, Any] | str | None, text: str) -> Outcome:
    """Judge what a program printed where its exit code is not known."""
    command = command_of(parse_arguments(arguments) or {})
    if signals.shows_red_tests(command, text):
        return Outcome.SIGNAL
    if printed.is_failure(command, text):
        return _refined(text, arguments)
    return Outcome.OK
