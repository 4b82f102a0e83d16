"""What was done between a failure and the call that mended it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace

from warmtui.profiling.command_wrappers import base_name, unwrapped
from warmtui.profiling.commands import simple_commands
from warmtui.profiling.goals import command_text, goal, only_looks, path_of, reached
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.recovery_models import Step, StepKind

BEFORE = 40
"""Calls before a failure that are searched for an earlier look at the same target."""

_FIRST_WORD = re.compile(r"[_\-. ]|(?<=[a-z])(?=[A-Z])")
_SEARCH = frozenset("search grep find glob query rg ag fd locate".split())
_LIST = frozenset("list ls tree dir".split())
_SHOW = frozenset("cat head tail less more sed bat view".split())
_CHANGE = frozenset("patch write edit create update replace str apply insert append multi".split())
# What an agent says to itself mends nothing.
_ASIDE = frozenset("think thinking reason reflect plan todo note".split())
# A word behind a program is told where it can be nothing but a subcommand.
_SUBCOMMAND = re.compile(r"[a-z][a-z-]{1,19}")
_WITH_SUBCOMMAND = frozenset(
    "apt apt-get brew bundle cargo composer conda docker dotnet gem gh git go helm make mvn npm pip pip3 pnpm poetry "
    "systemctl terraform uv yarn".split()
)


def steps(
    between: Sequence[JudgedCall], failed: JudgedCall, earlier: Sequence[JudgedCall], cwd: str | None
) -> tuple[Step, ...]:
    """Return what the calls between a failure and its recovery did, those that worked, each kind of step once.

    Args:
        between: the calls between the two, in order.
        failed: the call that failed first.
        earlier: the calls before that, in order.
        cwd: the folder relative paths are meant from.
    """
    about = goal(failed.call, cwd) if between else ""
    found: dict[Step, None] = {}
    for call in between:
        step = _step(call, about, cwd) if call.outcome.is_success else None
        if step is not None and step.kind is StepKind.LOOKED and _was_looked_at(about, earlier, cwd):
            step = replace(step, kind=StepKind.LOOKED_AGAIN)
        if step is not None:
            found[step] = None
    return tuple(found)


def _step(call: JudgedCall, about: str, cwd: str | None) -> Step | None:
    tool, arguments = reached(call.call)
    command = command_text(arguments or {})
    if command is not None:
        return _run(tool, command, about)
    first = _FIRST_WORD.split(tool, maxsplit=1)[0].lower()
    return None if first in _ASIDE else Step(tool=tool, kind=_kind(call, first, about, cwd))


def _kind(call: JudgedCall, first: str, about: str, cwd: str | None) -> StepKind:
    tool, arguments = reached(call.call)
    if first in _SEARCH:
        return StepKind.SEARCHED
    if first in _LIST:
        return StepKind.LISTED
    if only_looks(tool) and about.startswith("path:") and goal(call.call, cwd) == about:
        return StepKind.LOOKED
    is_change = first in _CHANGE and path_of(arguments or {}) is not None
    return StepKind.CHANGED if is_change else StepKind.CALLED


def _run(tool: str, command: str, about: str) -> Step:
    for simple in simple_commands(command):
        words = unwrapped(simple.words)
        name = base_name(words[0]) if words else ""
        if not name or name in ("cd", "echo", "export", "set", "true"):
            continue
        if name in _SEARCH:
            return Step(tool=tool, kind=StepKind.SEARCHED)
        if name in _LIST:
            return Step(tool=tool, kind=StepKind.LISTED)
        is_at_target = about.startswith("path:") and any(posixpath.basename(about) == base_name(word) for word in words)
        if name in _SHOW and is_at_target:
            return Step(tool=tool, kind=StepKind.LOOKED)
        return Step(tool=tool, kind=StepKind.RAN, program=_told(name, words))
    return Step(tool=tool, kind=StepKind.CALLED)


def _told(name: str, words: Sequence[str]) -> str:
    follows = words[1] if len(words) > 1 else ""
    return f"{name} {follows}" if name in _WITH_SUBCOMMAND and _SUBCOMMAND.fullmatch(follows) else name


def _was_looked_at(about: str, earlier: Sequence[JudgedCall], cwd: str | None) -> bool:
    return any(
        only_looks(reached(call.call)[0]) and call.outcome.is_success and goal(call.call, cwd) == about
        for call in earlier[-BEFORE:]
    )
