"""The one line of an error that tells it apart from others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from warmtui.profiling.letters import word_set, words

_WINDOW = 8_000  # characters at each end of an output that are read
_LONGEST = 500

_PREFIX = re.compile(r"(?:\[(?:TOOL_ERROR|ERROR)\]:?|(?:❌ )?(?:Error|ERROR|error):)\s+(?=\S)")
# Where the first line holds no word, as of an issue list in JSON, or only a flag, the message stands further on.
_HOLLOW = re.compile(r"[^A-Za-z\u0080-\uffff]*(?:(?:success|ok|status): ?\w*|(?:error|exception):?)?\s*", re.IGNORECASE)
_MESSAGE = re.compile(r"^[ \t]*\"?(?:message|error|reason|detail)\"?: *\"?([^\"\n]{1,300})", re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"[A-Za-z_][\w.]{0,160}(?::|\s*$)")  # ValueError: x, KeyboardInterrupt, package.Problem: y
_TELLS = re.compile(
    r"(?:^|[^\w/.-])(?:error|fatal|failed|failure|cannot|can't|could not|couldn't|unable|denied|not found|no such|"
    r"invalid|illegal|undefined|unexpected|unrecognized|unknown|missing|refused|timed out|timeout|panic(?:ked)?|"
    r"abort(?:ed)?|does not exist|is not|segmentation fault|killed|exception)\b|\b\w{2,80}(?:Error|Exception)\b|ERR!",
    re.IGNORECASE,
)
# Each alternative has one of these words, or one of these parts of a word.
_TELLING = word_set(
    "fatal failed failure cannot can couldn unable denied not such invalid illegal undefined unexpected unrecognized "
    "unknown missing refused timed timeout panic panicked abort aborted segmentation killed"
)
_TELLING_PARTS = ("error", "exception", "err!")
_QUIET = re.compile(r"\b0 (?:errors?|failed|failures?)\b|\bno errors?\b|^\s*(?:#|//)|^\s*File \"", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}")
# What an agent writes under a program's output.
_TRAILER = re.compile(
    r"\[(?:The command completed|Command finished|Current working directory|Python interpreter)\b|<exited with|"
    r"(?:Exit [Cc]ode|Signal|Background PIDs|Process Group PGID): |\((?:none|empty)\)|"
    r"\(Open file: |\(Current directory: |bash-\$"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_TAGS = re.compile(r"</?(?:output|returncode|stdout|stderr|system|error|tool_use_error|result)>")


def first_line(message: str) -> str:
    """Return the line of an error message that tells it: its first, or what a traceback in it raised."""
    head = message[:_WINDOW]
    raised = _raised(head if len(message) <= _WINDOW else head + message[-_WINDOW:])
    if raised:
        return raised
    lines = _lines(head)
    line = next(lines, "")
    if not _HOLLOW.fullmatch(line):
        return line
    further = _MESSAGE.search(head)
    return str(further.group(1)).strip() if further else next(lines, line)


def of_output(output: str, exit_code: int | None) -> str:
    """Return the line of a program's output that names its error.

    Args:
        output: what the program printed.
        exit_code: its exit code, None where it is not known.

    Returns:
        What a traceback raised, else the first line that names an error, else the last line with a word in it,
        else ``exit N``.
    """
    head = output[:_WINDOW]
    tail = output[-_WINDOW:] if len(output) > _WINDOW else ""
    raised = _raised(tail or head)
    if raised:
        return raised
    for part in (head, tail):
        for line in _lines(part) if _may_tell(part) else ():
            if _may_tell(line) and _TELLS.search(line) and not _QUIET.search(line):
                return line
    last = next((line for line in _lines(tail or head, backwards=True) if _WORD.search(line)), "")
    return last or ("" if exit_code is None else f"exit {exit_code}")


def of_value(value: Any, text: str) -> str:
    """Return a line for a value that names no error itself: its message, else the beginning of its text."""
    if isinstance(value, Mapping):
        for key in ("message", "error", "detail", "reason", "status"):
            message = value.get(key)
            if isinstance(message, str) and message.strip():
                return first_line(message)
    return next(_lines(text[:_LONGEST]), "")


def _raised(text: str) -> str:
    """Return what the last traceback in `text` raised, or nothing."""
    start = text.rfind(_TRACEBACK)
    if start < 0:
        return ""
    found = ""
    for line in text[start:].splitlines()[1:]:
        if line[:1] in (" ", "\t", ""):
            continue
        if _RAISED.match(line):
            found = line
            break
    return _clean(found) or _raised_behind(text[start + len(_TRACEBACK) :])


def _raised_behind(rest: str) -> str:
    """Take a traceback that was folded into one line: ``Traceback (most recent call last): ValueError: x``."""
    line = rest.partition("\n")[0].lstrip(": )")
    return _clean(line) if _RAISED.match(line) else ""


def _lines(text: str, *, backwards: bool = False) -> Iterator[str]:
    lines = text.splitlines()
    return (line for line in map(_clean, reversed(lines) if backwards else lines) if line and not _TRAILER.match(line))


def _may_tell(text: str) -> bool:
    """Whether `_TELLS` can be in a text: in most there is no word of it, which is seen much faster."""
    if not text.isascii():
        return True
    lower = text.lower()
    return any(part in lower for part in _TELLING_PARTS) or not _TELLING.isdisjoint(words(lower))


def _clean(line: str) -> str:
    line = line[:_LONGEST]
    if "\x1b" in line:
        line = _ESCAPES.sub("", line)
    if "<" in line:
        line = _TAGS.sub("", line)
    line = line.strip()
    prefix = _PREFIX.match(line)
    return line[prefix.end() :] if prefix else line
