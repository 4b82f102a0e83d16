"""Failures told by what a program printed, for agents that keep no exit code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warmtui.profiling import plain_forms
from warmtui.profiling.commands import program
from warmtui.profiling.plain_forms import any_of

_HEAD = 600
_TAIL = 6_000
_LAST = 800

# These print what is in files: a traceback among it is somebody else's.
_SHOWS_TEXT = frozenset(
    {"cat", "zcat", "bat", "nl", "strings", "less", "more", "head", "tail", "echo", "printf"}
    | {"grep", "egrep", "rg", "ag", "sed", "awk", "jq", "find", "diff"}
    | {"git", "gh", "docker", "kubectl", "journalctl"}
)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"[A-Za-z_][\w.]{0,160}(?::[^\n]{0,2000})?\s*\Z")

# "ls: cannot access …", "bash: line 1: foo: command not found": who complains is looked at, see `_complains`.
_COMPLAINT = any_of(
    r"No such file or directory|command not found|not found|Permission denied|[Oo]peration not permitted",
    r"Is a directory|Not a directory|not a git repository|No rule to make|No such |missing operand",
    r"[Cc]annot |[Cc]an't |[Ii]nvalid |[Uu]nrecognized |[Uu]nknown |[Ss]yntax error|failed|error: ",
    before=r"(?:/\S{0,100}/)?(?P<who>[\w.+-]{1,80}): (?:(?:-c: )?line \d+: )?[^\n]{0,300}?",
)
_COMPLAINERS = frozenset({"bash", "sh", "zsh", "dash", "env", "sudo", "timeout", "python", "python3"})
_STARTS = any_of(
    r"(?:fatal|error|Error|ERROR): (?!(?:none|null|0)\b)",
    r"error\[E\d+\]: ",
    r"\w{0,60}(?:Error|Exception): |Syntax ?Error|panic: ",
    r"[^\s:]{1,200}:\d{1,7}(?::\d{1,5})?: (?:fatal )?error: ",
    r"E: |npm (?:ERR!|error)|Unable to locate package",
    r"File \"[^\"\n]{1,300}\", line \d+\n",
    r"Segmentation fault|Killed\s*\Z",
    r"\[stderr\]\n\w{0,60}(?:Error|Exception): ",
    r"exec_command failed for `",
    r"Your (?:proposed edit has introduced|edit was not applied)",
    r"Invalid (?:line|range|argument)",
    r"File [^\n]{1,300} not found|Command [^\n]{1,300} (?:timed out|not found)",
    r"(?:The )?(?:last )?command (?:timed out|[^\n]{0,300}? timed out)|EXECUTION TIMED OUT|\(Command timed out",
)
_ENDS = any_of(
    r"make(?:\[\d+\])?: \*\*\* [^\n]{0,300}",
    r"error: (?:could not compile|aborting due to)[^\n]{0,300}",
    r"npm (?:ERR!|error) A complete log[^\n]{0,300}",
    r"ERROR: (?:Could not|No matching)[^\n]{0,300}",
    r"(?:\S{1,100}/)?(?:bash|sh|zsh|dash|\w{1,60}\.sh): (?:line )?\d+: [^\n]{1,200}: (?:command )?not found",
    r"BUILD FAILED[^\n]{0,100}",
    r"Segmentation fault[^\n]{0,40}",
    r"Command timed out[^\n]{0,100}",
    r"\[The command timed out after[^\n]{0,400}(?:\n\[[^\n]{0,200}\]){0,4}",
    r"[^\n]{0,200}bash tool terminated command after exceeding timeout[^\n]{0,200}(?:\n</bash_metadata>)?",
    before=r"(?:^|\n)",
    after=r"\s*\Z",
)
_PROMPT = r"(?:\([\w.-]{1,40}\) ?)?(?:[\w.-]{1,40}@[\w.-]{1,60}:[^\n#$]{0,200}|(?:ba)?sh(?:-[\d.]{1,6})?)[#$]"
_SCREEN = re.compile(rf"\s*(?:(?:New Terminal Output|Current Terminal Screen):\n+)?(?:{_PROMPT} [^\n]{{0,500}}\n)?")
_PROMPT_AT_END = re.compile(rf"(?:(?:^|\n){_PROMPT}[ \t]*)+\s*\Z")
_STOPPED = re.compile(r"(?:^|\n)<bash_metadata>\s*[^<]{0,300}?\b(?:aborted|cancelled|interrupted)\b")


def is_failure(command: str | Sequence[str] | None, text: str) -> bool:
    """Whether the output of a command says that it failed: a shell's or the program's own complaint, a traceback.

    Args:
        command: the command, None where it is not known.
        text: what it printed.
    """
    name = program(command) if command else None
    text = _without_prompts(text)
    head = text[:_HEAD]
    if name in _SHOWS_TEXT:
        return _complains(name, head)
    if _complains(name, head) or _STARTS.match(head) or _ENDS.search(text[-_LAST:].rstrip()):
        return True
    return _ends_in_traceback(text) or (plain_forms.is_short(text) and plain_forms.is_failure(text))


def _without_prompts(text: str) -> str:
    """Take off what a terminal's screen has around the output: a heading and the prompts."""
    opening = _SCREEN.match(text)
    closing = _PROMPT_AT_END.search(text[-_LAST:])
    start = opening.end() if opening else 0
    end = len(text) - (min(len(text), _LAST) - closing.start()) if closing else len(text)
    return text[start:end] if opening or closing else text


def was_stopped(text: str) -> bool:
    """Whether a note under the output says that a person stopped the command."""
    return _STOPPED.search(text[-_LAST:]) is not None


def _complains(name: str | None, head: str) -> bool:
    """Whether the first line is a complaint of the shell, or of the program that was run."""
    line = head.partition("\n")[0]
    found = _COMPLAINT.match(line)
    if found is None:
        return line.startswith("fatal: ") and name == "git"
    return found.group("who") == name or found.group("who") in _COMPLAINERS


def _ends_in_traceback(text: str) -> bool:
    """Whether the last thing that was printed is what a traceback raised."""
    tail = text[-_TAIL:].rstrip()
    start = tail.rfind(_TRACEBACK)
    if start < 0:
        return False
    last = tail[start:].rpartition("\n")[2]
    return _RAISED.match(last) is not None
