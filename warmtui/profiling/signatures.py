"""Error signatures: one name for the same fault, however its paths, numbers, ids and quotes differ."""

from __future__ import annotations

import re

from warmtui.text import one_line

_LONGEST = 300  # characters of an error line that are looked at: what tells faults apart stands early
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://[^\s'\"<>]+"), "<url>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "<email>"),
    (re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)|[“‘«][^”’»\n]*[”’»]"), "<text>"),
    (
        re.compile(r"(?<![\w/.~])(?:~|\.{1,2})?/[^\s:,;()<>\[\]]*[^\s:,;()<>\[\].]|\b[A-Za-z]:\\[^\s:,;]+"),
        "<path>",
    ),
    (re.compile(r"(?<![\w/])[\w.-]+(?:/[\w.-]+)+"), "<path>"),
    (re.compile(r"(?<![\w.])[\w-]+\.[A-Za-z]{1,5}(?:\.[A-Za-z]{1,4})?(?![\w(.])(?=[\s:,;)\]]|$)"), "<file>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?\b"), "<date>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<hex>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    # A word that mixes letters and digits is an id: HAT030, gift_card_5094406, 3f9a0c1, proc_9.
    (re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{3,}\b"), "<id>"),
    (re.compile(r"(?<!\w)[-+]?\d[\d.,]*\d|\d"), "<n>"),
)
_SPACES = re.compile(r"\s+")


def mask(line: str) -> str:
    """Return `line` with what changes from case to case replaced: paths, urls, quotes, dates, ids, numbers."""
    masked = line[:_LONGEST]
    for pattern, name in _MASKS:
        masked = pattern.sub(name, masked)
    return _SPACES.sub(" ", masked).strip()


def signature(tool: str, line: str) -> str:
    """Return the error signature of a tool's error line: the tool, then the masked line.

    Args:
        tool: the tool; one signature belongs to one tool.
        line: the first telling line of the error, with the error's type where it names one.
    """
    # Which tools there were is no part of the fault.
    told = line.split(" Available tools:", 1)[0]
    return f"{tool}: {mask(one_line(told, _LONGEST)) or 'no message'}"
