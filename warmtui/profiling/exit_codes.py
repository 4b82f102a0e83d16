"""Exit codes as agents write them around a program's output: before it, or after it."""

from __future__ import annotations

import re

_HEAD = 3_000
_TAIL = 500

_CODE = r"(-?\d{1,10})(?!\d)"
_BEFORE = re.compile(
    r"\s*(?:(?:Chunk ID|Wall time|Command executed in terminal|Command|Directory|Working directory|cwd)\b"
    r"[^\n]{0,500}\n){0,5}"
    r"(?:Error: |\[)?"
    r"(?:(?:Command executed in terminal[^\n]{0,400}?)?Exit (?:code|status):?|"
    r"exit(?= -?\d{1,10}\s*(?:\n|\Z))|exit_code[:=]|exitcode:|return ?code[:=]|"
    r"(?:Process|Command|Script|Program|Shell)\b(?:[^\n]{0,300}?)"
    r"(?:exited|failed|finished|completed|terminated)(?: with)?(?: an?)?(?: non-zero)? (?:exit )?(?:code|status):?)"
    rf" ?{_CODE}",
    re.IGNORECASE,
)
# What such a text begins with: most others are seen off by that.
_STARTS = frozenset("<[CWDEPSRcwdepsr")
_TAGGED = re.compile(rf"<(?:returncode|return_code|exit_code|exitcode)>{_CODE}</")
_TAGGED_HEAD = 300
_AFTER = re.compile(
    r"(?:^|\n)(?:"
    rf"\[(?:The command|Command|Process) (?:completed|finished|exited)[^\n\]]{{0,40}}? (?:code|status):? {_CODE}\.?\]"
    rf"|<exited with exit code {_CODE}>\s*\Z"
    rf"|<?(?:exit|return)[ _]?code:? {_CODE}>?\.?\s*(?:\Z|\n(?=Signal|Background PIDs|Process Group|<cwd>))"
    rf"|(?:Command|Process) (?:exited|failed|finished|completed) with (?:exit )?(?:code|status):? {_CODE}\W{{0,3}}\Z"
    rf"|[\[(]exit(?:ed)?(?: (?:code|status))?:? {_CODE}[\])]\s*\Z"
    rf"|exit status {_CODE}\s*\Z"
    r")",
    re.IGNORECASE,
)


def code_before(text: str) -> tuple[int, int] | None:
    """Return the exit code that stands before a program's output, and where that output begins, or None.

    Known: ``Exit code: 1``, ``Exit code 1``, ``Process exited with code 1``, ``<returncode>1</returncode>``, each
    also behind a few lines that say what was run and how long it took.
    """
    head = text[:_HEAD]
    first = head.lstrip()[:1]
    if first not in _STARTS and first.isascii():
        return None
    found = _TAGGED.search(head[:_TAGGED_HEAD]) if first == "<" else _BEFORE.match(head)
    return (int(found.group(1)), found.end()) if found else None


def code_after(text: str) -> int | None:
    """Return the exit code that stands after a program's output, or None.

    Only for tools that run programs: a file may well end in such a line.
    """
    tail = text[-_TAIL:]
    codes = [group for found in _AFTER.finditer(tail) for group in found.groups() if group is not None]
    codes = codes or _TAGGED.findall(tail)
    return int(codes[-1]) if codes else None
