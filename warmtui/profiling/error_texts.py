"""The message in a result that is an error: under which keys it stands, and what of them is no error at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ERROR_KEYS = (
    *("error", "Error", "error_message", "errorMessage", "ErrorMessage", "errorMessages", "err"),
    *("error_description", "errorDescription"),
    *("exception", "exception_info", "exceptionDetails", "fault", "faultstring"),
)
_MESSAGE_KEYS = ("message", "msg", "detail", "details", "reason", "description", "error", "note", "stderr", "title")
_NO_ERROR = frozenset({"", "none", "null", "nil", "false", "no error", "no errors", "ok", "success", "n/a", "0"})
_LISTED = 5  # items of a list of errors that are looked at


def error_text(value: Mapping[str, Any]) -> str:
    """Return the error message an envelope holds; empty where it holds none."""
    for key in ERROR_KEYS:
        if key in value:
            text = _text_of(value[key], value)
            if text:
                return text
    return ""


def _text_of(error: Any, around: Mapping[str, Any]) -> str:
    """Return what an error key says; empty where it says that there is none, or holds a measurement."""
    if isinstance(error, str):
        return "" if error.strip().lower() in _NO_ERROR else error
    if isinstance(error, Mapping):
        return (message_in(error) or first_word(error) or "error") if any(error.values()) else ""
    if isinstance(error, list):
        items = [item for item in error[:_LISTED] if not isinstance(item, list)]
        return next((text for text in (_text_of(item, around) for item in items) if text), "")
    if error is True:
        return message_in(around, without="error") or "error"
    return _text_of_number(error, around) if isinstance(error, int | float) and error else ""


def _text_of_number(error: float, around: Mapping[str, Any]) -> str:
    """Take a number as an error code where a message explains it, or where it is one of HTTP's."""
    return message_in(around, without="error") or (f"error {error}" if is_http_error(error) else "")


def message_in(value: Mapping[str, Any], without: str = "", depth: int = 2) -> str:
    """Return the first text among the keys that hold messages, also one object further in."""
    for key in _MESSAGE_KEYS:
        text = value.get(key)
        if key == without or not text:
            continue
        if isinstance(text, str) and text.strip():
            return text
        if isinstance(text, Mapping) and depth:
            inner = message_in(text, depth=depth - 1) or first_word(text)
            if inner:
                return inner
    return ""


def first_word(value: Mapping[str, Any]) -> str:
    """Return the first text or number among the values of an object."""
    return next((str(item) for item in value.values() if isinstance(item, str | int | float) and item), "")


def is_http_error(status: Any) -> bool:
    """Whether a value is a status of HTTP from 400 to 599."""
    if isinstance(status, str) and len(status) == 3 and status.isdecimal():
        status = int(status)
    return isinstance(status, int) and not isinstance(status, bool) and 400 <= status <= 599
