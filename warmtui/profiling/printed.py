"""Failures told by what a program printed, for agents that keep no exit code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warmtui.profiling import plain_forms
from warmtui.profiling.commands import program

_HEAD = 600
_TAIL = 6_000
_LAST = 800

# These print what is in files: a traceback among it is somebody else's.
_SHOWS_TEXT = frozenset(
    {
        "cat",
        "less",
        "more",
        "head",
        "tail",
        "grep",
        "egrep",
        "rg",
        "ag",
        "sed",
        "awk",
        "jq",
        "find",
        "git",
        "journalctl",
    }
    | {"gh", "docker", "kubectl", "echo", "printf", "nl", "bat", "strings", "zcat", "diff"}
)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"[A-Za-z_][\w.]{0,160}(?::[^\n]{0,2000})?\s*\Z")
_COMPLAINT = re.compile(
    r"(?:(?:/\S{0,100}/)?(?P<who>[\w.+-]{1,80}): )(?:line \d+: |-c: line \d+: )?[^\n]{0,300}?"
    r"(?:No such file or directory|command not found|not found|Permission denied|Is a directory|Not a directory|"
    r"[Cc]annot |[Cc]an't |[Ii]nvalid |[Uu]nrecognized |[Uu]nknown |[Ss]yntax error|No rule to make|missing operand|"
    r"No such |not a git repository|[Oo]peration not permitted|failed|error: )"
)
_STARTS = re.compile(
    r"(?:fatal|error): |error\[E\d+\]: |E: |npm (?:ERR!|error)|Unable to locate package|Segmentation fault|Killed\s*\Z|"
    r"Usage error|Error: |ERROR: |\w{0,60}(?:Error|Exception): |Syntax ?Error|panic: |"
    r"Your proposed edit has introduced|Your edit was not applied|Invalid (?:line|range|argument)|"
    r"File [^\n]{1,300} not found|Command [^\n]{1,300} (?:timed out|not found)|"
    r"(?:The )?(?:last )?command (?:timed out|[^\n]{0,300}? timed out)|EXECUTION TIMED OUT|"
    r"\(Command timed out"
)
_ENDS = re.compile(
    r"(?:^|\n)(?:make(?:\[\d+\])?: \*\*\* [^\n]{0,300}|error: (?:could not compile|aborting due to)[^\n]{0,300}|"
    r"npm (?:ERR!|error) A complete log[^\n]{0,300}|"
    r"\[The command timed out after[^\n]{0,400}(?:\n\[[^\n]{0,200}\]){0,4}|"
    r"Segmentation fault[^\n]{0,40}|[^\n]{0,200}bash tool terminated command after exceeding timeout[^\n]{0,200}"
    r"(?:\n</bash_metadata>)?|ERROR: (?:Could not|No matching)[^\n]{0,300}|BUILD FAILED[^\n]{0,100}|"
    r"Command timed out[^\n]{0,100})\s*\Z"
)


def is_failure(command: str | Sequence[str] | None, text: str) -> bool:
    """Whether the output of a command says that it failed: a shell's or the program's own complaint, a traceback.

    Args:
        command: the command, None where it is not known.
        text: what it printed.
    """
    name = program(command) if command else None
    head = text[:_HEAD]
    if name in _SHOWS_TEXT:
        return _complains(name, head)
    if _complains(name, head) or _STARTS.match(head) or _ENDS.search(text[-_LAST:].rstrip()):
        return True
    return _ends_in_traceback(text) or (plain_forms.is_short(text) and plain_forms.is_failure(text))


def _complains(name: str | None, head: str) -> bool:
    """Whether the first line is a complaint of the shell, or of the program that was run."""
    line = head.partition("\n")[0]
    found = _COMPLAINT.match(line)
    if found is None:
        return line.startswith("fatal: ") and name == "git"
    return found.group("who") in (name, "bash", "sh", "zsh", "dash", "env", "sudo", "timeout", "python", "python3")


def _ends_in_traceback(text: str) -> bool:
    """Whether the last thing that was printed is what a traceback raised."""
    tail = text[-_TAIL:].rstrip()
    start = tail.rfind(_TRACEBACK)
    if start < 0:
        return False
    last = tail[start:].rpartition("\n")[2]
    return _RAISED.match(last) is not None
