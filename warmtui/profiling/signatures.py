"""Error signatures: one name for the same fault, however its paths, numbers, ids and quotes differ."""

from __future__ import annotations

import re
from functools import lru_cache

from warmtui.text import one_line

_LONGEST = 300  # characters of an error line that are looked at: what tells faults apart stands early
_STRERROR = (
    r"No such file or directory|Permission denied|Operation not permitted|Is a directory|Not a directory|"
    r"Directory not empty|File exists|Read-only file system|command not found|cannot open|cannot execute"
)
_PATH_PART = r"(?:[\w.@+-]|\[[\w.-]+\]|\([\w.-]+\))+"  # also of routes: app/[slug]/(group)/page.tsx
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"<>]+"), "<url>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "<email>"),
    (
        re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w))*'(?!\w)|[“‘«][^”’»\n]*[”’»]"),
        "<text>",
    ),
    (re.compile(r"(?<![\w/])\d[\d.,]*/\d+(?:[.,]\d+)*(?![\w/])"), "<n>"),
    # What a program could not use stands before the system's own words for it: "cat: Makefile: Is a directory".
    (re.compile(rf"(?<=: )[^\s:'\"]+(?=: (?:{_STRERROR})\b)"), "<path>"),
    (
        re.compile(
            r"(?<![\w/.~])(?:~|\.{1,2})?/[^\s:,;()<>\[\]]*[^\s:,;()<>\[\].]"
            r"|\b[A-Za-z]:[\\/](?:[^\\\s:,;]+(?: [^\\\s:,;]+)*\\)*[^\s:,;]+"
        ),
        "<path>",
    ),
    (re.compile(rf"(?<![\w/])[\w.-]+(?:/{_PATH_PART})+"), "<path>"),
    (
        re.compile(
            r"\[[0-9a-fA-F:]*:[0-9a-fA-F:.]*\](?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"
            r"|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|edu|gov|de|eu|uk|co|ai|app|local|lan|internal|test|example)"
            r"(?::\d+)?(?![\w.(])"
        ),
        "<host>",
    ),
    (re.compile(r"(?<![\w.])[\w-]+\.[A-Za-z]{1,5}(?:\.[A-Za-z]{1,4})?(?![\w(.])(?=[\s:,;)\]]|$)"), "<path>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?\b"), "<date>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<hex>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    # With its unit: 1.5ms, 512MB, 40%.
    (
        re.compile(r"(?<![\w.])[-+]?\d+(?:[.,_]\d+)*(?:(?:[nuµm]?s|sec|min|[mhd]|[kKMGT]i?[bB]?|[bB])\b|%)"),
        "<n>",
    ),
    # A word that mixes letters and digits is an id: HAT030, gift_card_5094406, 3f9a0c1, proc_9, web-1.
    (
        re.compile(r"\b(?:[A-Za-z]+[-_])+\d+\b|\b(?=\w*\d)(?=\w*[A-Za-z])\w{3,}\b|\b[0-9a-f]*[a-f][0-9a-f]{6,}\b"),
        "<id>",
    ),
    (re.compile(r"(?<![\w.])[-+]?\d+(?:[.,_]\d+)*|\d+"), "<n>"),
    # Line and column, hours and minutes: however many of them are told.
    (re.compile(r"<n>(?::<n>)+"), "<n>"),
)
_SPACES = re.compile(r"\s+")


def mask(line: str) -> str:
    """Return `line` with what changes from case to case replaced: paths, urls, quotes, dates, ids, numbers."""
    masked = line[:_LONGEST]
    for pattern, name in _MASKS:
        masked = pattern.sub(name, masked)
    return _SPACES.sub(" ", masked).strip()


@lru_cache(maxsize=8192)  # a profile asks twice of each error, and masking is dear
def signature(tool: str, line: str) -> str:
    """Return the error signature of a tool's error line: the tool, then the masked line.

    Args:
        tool: the tool; one signature belongs to one tool.
        line: the first telling line of the error, with the error's type where it names one.
    """
    # Which tools there were is no part of the fault.
    told = line.split(" Available tools:", 1)[0]
    return f"{tool}: {mask(one_line(told, _LONGEST)) or 'no message'}"
