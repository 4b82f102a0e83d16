"""Commands whose non-zero exit is an answer: an empty grep, a difference, a red test."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warmtui.profiling.command_wrappers import base_name, unwrapped
from warmtui.profiling.commands import Simple, simple_commands
from warmtui.profiling.runners import RunVerdict, verdict_of

_ANSWERS_WITH_1 = frozenset(
    {
        "grep",
        "egrep",
        "fgrep",
        "zgrep",
        "bzgrep",
        "xzgrep",
        "findstr",
        "rga",
        "rg",
        "ag",
        "ack",
        "ugrep",
        "pgrep",
        "diff",
        "colordiff",
        "cmp",
        "sdiff",
    }
    | {"test", "[", "[[", "which", "type", "hash", "expr", "pidof", "mountpoint", "ast-grep"}
)
# git answers with 1 where it is asked to.
_GIT_QUESTIONS: dict[str, frozenset[str]] = {
    "diff": frozenset({"--exit-code", "--quiet", "--no-index", "--check"}),
    "diff-index": frozenset({"--exit-code", "--quiet"}),
    "diff-files": frozenset({"--exit-code", "--quiet"}),
    "diff-tree": frozenset({"--exit-code", "--quiet"}),
    "merge-base": frozenset({"--is-ancestor"}),
    "ls-files": frozenset({"--error-unmatch"}),
    "ls-remote": frozenset({"--exit-code"}),
    "show-ref": frozenset({"--verify", "-q", "--quiet"}),
    "rev-parse": frozenset({"-q", "--quiet"}),
    "config": frozenset({"--get", "--get-all", "get"}),
}
# These answer with 1 where an option or a verb asks them to.
_ASKING_OPTIONS: dict[str, frozenset[str]] = {
    "jq": frozenset({"-e", "--exit-status"}),
    "yq": frozenset({"-e", "--exit-status"}),
    "nc": frozenset({"-z", "-vz", "-zv"}),
    "systemctl": frozenset({"is-enabled", "is-failed"}),
}
_GIT_ANSWERS = frozenset({"grep", "check-ignore"})
_GIT_OPTIONS_WITH_VALUE = frozenset({"-C", "-c", "--git-dir", "--work-tree"})
# These cannot be what failed in a chain.
_HARMLESS = frozenset(
    {"echo", "printf", "true", ":", "export", "set", "unset", "sleep", "pwd", "date", "exit", "done", "fi"}
)
# These show text, or do something of their own after tests: red tests in their output are not their answer.
_NO_RUNNERS = frozenset(
    {"cat", "less", "more", "head", "tail", "grep", "egrep", "rg", "sed", "awk", "echo", "printf", "curl", "wget", "ls"}
    | {"find", "gh", "git", "cd", "cp", "mv", "rm", "jq", "sort", "wc", "tee", "journalctl", "glab", "kubectl"}
)
_KILLED = frozenset({124, 125, 126, 127, 130, 134, 137, 139, 143})
_OUTPUT_END = 3_000
_COMPLAINT = re.compile(
    r"^(?:(?:[\w./+-]{1,80}: ){1,3}(?:line \d+: )?[^\n]{0,300}?(?:No such file or directory|command not found|"
    r"Permission denied|Is a directory|Not a directory|[Cc]annot |can't |[Ii]nvalid |unrecognized |unknown |"
    r"not found|[Ss]yntax error|not a git repository|No such )"
    r"|(?:error|fatal|ERROR|FATAL|Error|E)(?:\[[^\]\n]{1,20}\])?: (?!\((?:none|empty)\))|"
    r"Traceback \(most recent call last\)|npm (?:ERR!|error)|make(?:\[\d+\])?: \*\*\*|[Uu]sage: )",
    re.MULTILINE,
)


def answers(command: str | Sequence[str] | None, exit_code: int, output: str) -> bool:
    """Whether a non-zero exit of `command` is its answer rather than a failure.

    Args:
        command: the command line, or its words; None where it is not known.
        exit_code: its exit code, not 0.
        output: what it printed.

    Returns:
        True for a search without a match, a comparison that differs, a test that says no, and a test run with
        red tests; in a chain only where nothing else can have failed.
    """
    if command is None or exit_code in _KILLED or exit_code < 0:
        return False
    deciding = _deciding(simple_commands(command))
    return bool(deciding) and (_a_question(deciding, exit_code, output) or _a_test_run(deciding, output))


def shows_red_tests(command: str | Sequence[str] | None, output: str) -> bool:
    """Whether a command whose exit code is not known printed red tests, in no pipe that swallowed its answer."""
    if command is None:
        return False
    deciding = _deciding(simple_commands(command))
    if not deciding or len(deciding[-1]) > 1 or deciding[-1][0].name in _NO_RUNNERS:
        return False
    return verdict_of(output) is RunVerdict.RED


def _deciding(simples: list[Simple]) -> list[list[Simple]]:
    """Return the pipelines that can have given the exit code: the last, and those before it joined by ``&&``."""
    pipelines: list[list[Simple]] = []
    joints: list[str] = []
    for simple in simples:
        if simple.name in ("fi", "done", "esac"):
            continue
        if simple.joint == "|" and pipelines:
            pipelines[-1].append(simple)
        else:
            pipelines.append([simple])
            joints.append(simple.joint)
    while len(pipelines) > 1 and all(simple.name in ("exit", "echo", "") for simple in pipelines[-1]):
        # "; exit $?" and "|| exit 1" hand on what came before
        pipelines.pop()
        joints.pop()
    first = len(pipelines) - 1
    while first > 0 and joints[first] == "&&":
        first -= 1
    return pipelines[max(first, 0) :]


def _a_question(deciding: list[list[Simple]], exit_code: int, output: str) -> bool:
    asking = [_asks(pipeline, exit_code) for pipeline in deciding]
    others = [
        pipeline
        for pipeline, asks in zip(deciding, asking, strict=True)
        if not asks and pipeline[-1].name not in _HARMLESS
    ]
    if not any(asking) or _complains(output):
        return False
    # A chain: what came before the question failed silently only if it prints nothing, as cd does.
    if others and not asking[-1]:
        return not output.strip()
    return True


def _asks(pipeline: list[Simple], exit_code: int) -> bool:
    last = pipeline[-1]
    words = unwrapped(last.words)
    if not words:
        return False
    if base_name(last.words[0]) == "xargs":
        return exit_code in (1, 123) and _is_question(words)
    if base_name(words[0]) == "find":
        return exit_code == 1 and any(
            _is_question(words[place + 1 :]) for place, word in enumerate(words) if word in ("-exec", "-execdir")
        )
    return exit_code == 1 and _is_question(words)


def _is_question(words: tuple[str, ...]) -> bool:
    if not words:
        return False
    name = base_name(words[0])
    if name == "command":
        return words[1:2] in (("-v",), ("-V",))
    if name == "git":
        return _is_git_question(words[1:])
    if name in _ASKING_OPTIONS:
        return not _ASKING_OPTIONS[name].isdisjoint(words[1:])
    return name in _ANSWERS_WITH_1


def _is_git_question(words: tuple[str, ...]) -> bool:
    position = 0
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] in _GIT_OPTIONS_WITH_VALUE else 1
    if position >= len(words):
        return False
    verb = words[position]
    return verb in _GIT_ANSWERS or not _GIT_QUESTIONS.get(verb, frozenset()).isdisjoint(words[position + 1 :])


def _complains(output: str) -> bool:
    """Whether a program in the chain printed an error of its own."""
    return bool(_COMPLAINT.search(output[:_OUTPUT_END]) or _COMPLAINT.search(output[-_OUTPUT_END:]))


def _a_test_run(deciding: list[list[Simple]], output: str) -> bool:
    runs = [_may_run_tests(pipeline) for pipeline in deciding]
    if not any(runs):
        return False
    ran = verdict_of(output)
    # Green tests explain a failure only where nothing came after them: a coverage threshold, a flag.
    return ran is RunVerdict.RED or (ran is RunVerdict.GREEN and len(deciding) == 1 and _is_runner(deciding[0]))


def _may_run_tests(pipeline: list[Simple]) -> bool:
    return any(
        simple.name not in _NO_RUNNERS and not (simple.name in ("docker", "podman") and "build" in simple.words)
        for simple in pipeline
    )


def _is_runner(pipeline: list[Simple]) -> bool:
    return any("test" in word.lower() or word in _RUNNERS for simple in pipeline for word in simple.words)


_RUNNERS = frozenset(
    {"jest", "mocha", "prove", "rspec", "tox", "nox", "phpunit", "check", "verify", "spec", "playwright", "cypress"}
)
