"""What a call was about: so that a failure and the call that mends it are seen as one story."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from warmtui.profiling.command_wrappers import unwrapped
from warmtui.profiling.commands import command_of, program, simple_commands
from warmtui.profiling.tool_families import called_tool, is_caller
from warmtui.sessions.models import ToolCall, parse_arguments

_PATH_KEYS = (
    "path",
    "file_path",
    "filepath",
    "filename",
    "file",
    "notebook_path",
    "target_file",
    "absolute_path",
    "relative_path",
)
_PATH_KEY_SET = frozenset(_PATH_KEYS)
_MAIN_KEYS = ("url", "key", "name", "symbol")
_LOOKING = frozenset("cat fetch find get glob grep head list ls open query read search show stat view".split())
# Programs whose first word says what is done: a `git status` that works mends no failed `git push`.
_WITH_SUBCOMMAND = frozenset(
    "apt apt-get aws az brew bundle cargo composer conda docker docker-compose dotnet flutter gcloud gh git go "
    "gradle helm hg ip kubectl make mvn nix npm nx openssl pip pip3 pipx pnpm podman poetry rails rustup "
    "supabase svn systemctl terraform uv yarn".split()
)


def goal(call: ToolCall, cwd: str | None = None) -> str:
    """Return what a call is about.

    ``path:…`` where it names a path (calls of different tools on it share it); else the tool with the
    program of its command (and its subcommand, for programs that have them), or with its id-like main argument;
    else the tool alone. Of a call that a tool only hands on, it is what the tool behind it was called for.

    Args:
        call: the call.
        cwd: the folder relative paths are meant from, or None.
    """
    name, arguments = reached(call)
    if not arguments:
        return name
    path = path_of(arguments)
    if path is not None:
        return "path:" + _normal(path, cwd)
    command = command_of(arguments)
    if command is not None:
        return f"{name}:{_command_goal(command)}"
    main = _main_argument(arguments)
    return f"{name}:{main}" if main else name


def reached(call: ToolCall) -> tuple[str, Mapping[str, Any] | None]:
    """Return the tool that a call reached in the end, and what it was given; None where that does not parse.

    That is the tool itself, but of one that only hands calls on, the tool its arguments name.
    """
    arguments = call.arguments
    if arguments and is_caller(call.name):
        name, handed = called_tool(arguments)
        if name:
            return name, parse_arguments(handed)
    return call.name, arguments


def path_of(arguments: Mapping[str, Any]) -> str | None:
    """Return the path that `arguments` are about, or None."""
    if _PATH_KEY_SET.isdisjoint(arguments):
        return None
    for key in _PATH_KEYS:
        value = arguments.get(key)
        if isinstance(value, str) and value and "\n" not in value and len(value) <= 1024:
            return value
    return None


def command_text(arguments: Mapping[str, Any]) -> str | None:
    """Return the command line in `arguments` as text, or None; a list of words is joined."""
    command = command_of(arguments)
    return " ".join(command) if isinstance(command, list) else command


@lru_cache(maxsize=4096)
def only_looks(tool: str) -> bool:
    """Whether a tool, by the first word of its name, reads and changes nothing: a step before a repair."""
    first = re.split(r"[_\-. ]|(?<=[a-z])(?=[A-Z])", tool, maxsplit=1)[0]
    return first.lower() in _LOOKING


def same_name(goal_a: str, goal_b: str) -> bool:
    """Whether two goals are paths with the same last part: a file looked for in the wrong folder and found."""
    if not (goal_a.startswith("path:") and goal_b.startswith("path:")):
        return False
    return posixpath.basename(goal_a) == posixpath.basename(goal_b)


def _normal(path: str, cwd: str | None) -> str:
    joined = posixpath.join(cwd, path) if cwd and not path.startswith(("/", "~")) else path
    return posixpath.normpath(joined)


def _command_goal(command: str | list[str]) -> str:
    name = program(command) or ""
    if name not in _WITH_SUBCOMMAND:
        return name
    words = next(unwrapped(one.words) for one in simple_commands(command) if one.name == name)
    for before, word in pairwise(words):
        if word[:1].isalpha() and before != "-C":
            return f"{name} {word}"
    return name


def _main_argument(arguments: Mapping[str, Any]) -> str | None:
    for key, value in arguments.items():
        is_id = key == "id" or key.endswith(("_id", "Id", "ID"))
        if (is_id or key in _MAIN_KEYS) and isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)[:200]
    return None
