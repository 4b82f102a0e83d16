"""A tool's result taken apart once: its text without wrappers, the value in it, its exit code and its flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warmtui.profiling import envelopes, errors_lines, plain_forms
from warmtui.profiling.exit_codes import code_after, code_before
from warmtui.profiling.tool_families import Family, family_of
from warmtui.profiling.values import decode
from warmtui.profiling.wrappers import WRAPPER_STARTS, is_parts, parts_text, unwrap_dict, unwrap_text

_MAX_LAYERS = 8
_ONLY_ERROR = frozenset({"error", "message", "status", "code", "detail", "details", "success"})


@dataclass(slots=True)
class ParsedResult:
    """What a result holds, before anything is decided.

    Attributes:
        text: the text inside all wrappers; of a JSON result the JSON.
        value: the JSON object or list in it, None for plain text. Of a cut object what came before the cut.
        is_error: the flag of a wrapper (``isError``, an error tag), None where none says anything.
        exit_code: of the program that was run, None where the result names none.
        output: what that program printed; of plain text all of it.
        is_cut: True where the value begins but does not end.
        is_empty: True where nothing was stored at all, not even an empty text.
    """

    text: str = ""
    value: dict[str, Any] | list[Any] | None = None
    is_error: bool | None = None
    exit_code: int | None = None
    output: str = ""
    is_cut: bool = False
    is_empty: bool = False

    @property
    def envelope(self) -> Mapping[str, Any] | None:
        """The value where it is an object, or a list that holds nothing but one error; else None."""
        if isinstance(self.value, dict):
            return self.value
        if self.value is None or len(self.value) != 1:
            return None
        only = self.value[0]
        if isinstance(only, str) and plain_forms.is_failure(only):
            return {"error": only}
        return only if isinstance(only, dict) and _ONLY_ERROR.issuperset(only) and "error" in only else None


def parse_result(content: Any) -> ParsedResult:
    """Take a result apart: wrappers, nested MCP texts and suffixes off, the JSON parsed, the exit code read.

    Args:
        content: a string, a list of content parts, a dict or None, as a store has it.
    """
    parsed = ParsedResult(is_empty=content is None)
    layer = content
    for _ in range(_MAX_LAYERS):
        layer = _peel_text(layer, parsed) if isinstance(layer, str) else _peel(layer, parsed)
        if layer is None:
            break
    return parsed


def error_line(tool_name: str, content: Any) -> str:
    """Return the first telling line of a result that is an error; empty where it says nothing.

    Of an error message its first line, of a traceback its last (``ValueError: …``), of a program that failed the
    first line that names an error, else its last line, else its exit code. A bare "Error:" in front is dropped.

    Args:
        tool_name: the tool.
        content: its result as a store has it.
    """
    return telling_line(tool_name, parse_result(content))


def telling_line(tool_name: str, parsed: ParsedResult) -> str:
    """Return what `error_line` does, of a result that is parsed already."""
    finding = envelopes.judge(parsed.envelope) if parsed.envelope is not None else None
    if finding is not None and finding.message:
        return errors_lines.first_line(finding.message)
    code = exit_code_of(tool_name, parsed)
    if code:
        return _line_of_program(parsed, code)
    if parsed.value is not None:
        return errors_lines.of_value(parsed.value, parsed.text)
    if family_of(tool_name).runs and parsed.is_error is None:
        return errors_lines.of_output(parsed.text, None)
    return errors_lines.first_line(parsed.text)


def _line_of_program(parsed: ParsedResult, code: int) -> str:
    meaning = parsed.envelope.get("exit_code_meaning") if parsed.envelope else None
    if not parsed.output.strip() and isinstance(meaning, str) and meaning:
        return meaning
    return errors_lines.of_output(parsed.output, code)


def exit_code_of(tool_name: str, parsed: ParsedResult) -> int | None:
    """Return the exit code of a result: its own, or of a tool that runs programs the one after the output."""
    if parsed.value is not None:
        return parsed.exit_code
    family = family_of(tool_name)
    if family is Family.READER:
        return None
    if parsed.exit_code is None and family.runs:
        return code_after(parsed.text)
    return parsed.exit_code


# --- Layer by layer ------------------------------------------------------------------------------------------------


def _peel(layer: Any, parsed: ParsedResult) -> Any:
    """Take one layer that is no text off; return what is under it, or None where `parsed` is complete."""
    if type(layer) is dict or isinstance(layer, Mapping):
        inner = unwrap_dict(layer)
        if inner is not None:
            _note(parsed, inner.is_error)
            return inner.content
        parsed.value = layer if isinstance(layer, dict) else dict(layer)
        _read_program(parsed.value, parsed)
    elif isinstance(layer, list):
        if not layer or is_parts(layer):
            return parts_text(layer)
        parsed.value = layer
    elif layer is not None:
        parsed.text = str(layer)
    return None


def _peel_text(text: str, parsed: ParsedResult) -> Any:
    stripped = text.lstrip()
    inner = unwrap_text(stripped) if stripped[:1] in WRAPPER_STARTS else None
    if inner is not None:
        _note(parsed, inner.is_error)
        parsed.is_cut = parsed.is_cut or inner.is_cut
        return inner.content
    parsed.text = stripped
    value, is_cut = decode(stripped)
    parsed.is_cut = parsed.is_cut or is_cut
    if isinstance(value, dict):
        return value
    if value is None:
        _read_head(parsed)
        return None
    if is_parts(value):
        return value
    parsed.value = value
    return None


def _note(parsed: ParsedResult, is_error: bool | None) -> None:
    """Keep the flags of all layers: one that says error wins."""
    if is_error is not None:
        parsed.is_error = is_error or bool(parsed.is_error)


# --- Programs ------------------------------------------------------------------------------------------------------

_CODE_KEYS = ("exit_code", "exitCode", "returncode", "return_code", "exit_status", "exitStatus", "exit")
_PROGRAM_KEYS = frozenset({*_CODE_KEYS, "metadata", "stdout", "stderr"})
_OUTPUT_KEYS = ("output", "stdout", "aggregated_output", "formatted_output", "output_preview", "content")
_WHOLE = re.compile(r"-?\d{1,10}")
_ONE_LINER = re.compile(r"\[\w{1,60}\] ran `")
_ONE_LINER_END = re.compile(r"` -> exit (-?\d{1,10}|\?), [\d,?]+ lines? output\s*\Z")
_OUTPUT_START = re.compile(r"(?:[^\n]{0,200}\n){0,7}?(?:Output|Code output|<output>):?[ \t]*\n?")
_PREAMBLE = 1_500
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")


def _read_program(value: dict[str, Any], parsed: ParsedResult) -> None:
    if _PROGRAM_KEYS.isdisjoint(value):
        return
    code = _code_in(value)
    if code is None and isinstance(value.get("metadata"), dict):
        code = _code_in(value["metadata"])
    if code is None and ("stdout" in value or "stderr" in value):
        code = _whole(value.get("code"))
    parsed.exit_code = code
    if code:
        texts = [value.get(key) for key in _OUTPUT_KEYS]
        printed = next((text for text in texts if isinstance(text, str) and text), "")
        complaint = value.get("stderr")
        # What went wrong stands in stderr; the summary of a test run in either.
        parsed.output = f"{complaint}\n{printed}" if isinstance(complaint, str) and complaint else printed


def _code_in(value: Mapping[str, Any]) -> int | None:
    for key in _CODE_KEYS:
        if key in value:
            return _whole(value[key])
    return None


def _whole(number: Any) -> int | None:
    if isinstance(number, bool):
        return None
    if isinstance(number, int):
        return number
    return int(number) if isinstance(number, str) and _WHOLE.fullmatch(number) else None


def _read_head(parsed: ParsedResult) -> None:
    """Read the exit code that plain text begins with, or that a compactor's one line keeps."""
    if "\x1b" in parsed.text:
        parsed.text = _ESCAPES.sub("", parsed.text)
    text = parsed.text
    if text.startswith("["):
        end = _ONE_LINER_END.search(text) if len(text) < 2_000 and _ONE_LINER.match(text) else None
        if end is not None:
            parsed.exit_code = None if end.group(1) == "?" else int(end.group(1))
            return
    parsed.output = text
    found = code_before(text)
    if found is not None:
        parsed.exit_code, start = found
        body = _OUTPUT_START.match(text[start : start + _PREAMBLE])
        start += body.end() if body else 0
        parsed.output = text[start:].lstrip("\n").removesuffix("</output>")
