"""Understanding a shell command line well enough to name its program: no shell, nothing is ever run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, starmap
from typing import Any

from warmtui.profiling.command_wrappers import after_options, base_name, unwrapped
from warmtui.profiling.shell_words import split

_MAX_LENGTH = 20_000
"""Characters of a command that are looked at: what follows is the body of a here-document."""

_MAX_NESTING = 4
"""How many shells inside shells (``bash -c "sh -c …"``) are opened."""


@dataclass(slots=True, frozen=True)
class Simple:
    """One simple command of a command line.

    Attributes:
        words: program and arguments with the quotes taken off; assignments and redirections left out.
        joint: what joins it to the one before: ``&&``, ``||``, ``|``, ``;`` or nothing at the start.
    """

    words: tuple[str, ...]
    joint: str = ""

    @property
    def name(self) -> str:
        """The program without its folder, behind sudo, timeout, env, uv run, python -m and their like."""
        words = unwrapped(self.words)
        return base_name(words[0]) if words else ""


def command_of(arguments: Mapping[str, Any]) -> str | list[str] | None:
    """Return the command line among a tool's arguments, or None where there is none."""
    if _HOLDING_KEYS.isdisjoint(arguments):
        return None
    inner = arguments.get("action")
    for holder in (arguments, inner if isinstance(inner, Mapping) else {}):
        for key in _COMMAND_KEYS:
            value = holder.get(key)
            if isinstance(value, str) and value:
                return value
            if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
                return value
    return None


_COMMAND_KEYS = (
    *("command", "cmd", "script", "shell_command", "bash_command", "commandLine", "CommandLine", "command_line"),
    "keystrokes",
)
_HOLDING_KEYS = frozenset({*_COMMAND_KEYS, "action"})


def program(command: str | Sequence[str]) -> str | None:
    """Return the name of the program a command is about: ``cd src && FOO=1 sudo pytest -q | tail`` is pytest.

    Args:
        command: a command line, or a list of words as ``["bash", "-lc", "…"]``.

    Returns:
        The first program that does more than prepare (cd, export, echo …), without its folder; None where the
        command is empty.
    """
    return _program(command if isinstance(command, str) else tuple(command))


def simple_commands(command: str | Sequence[str]) -> list[Simple]:
    """Return the simple commands of a command line in order, those inside ``bash -c '…'`` in its place.

    Args:
        command: a command line, or a list of words.
    """
    return list(_parsed(command if isinstance(command, str) else tuple(command)))


# Several parts of a profile ask of the same command, and people run the same ones again and again.
@lru_cache(maxsize=1024)
def _parsed(command: str | tuple[str, ...]) -> tuple[Simple, ...]:
    return tuple(_simple_commands(command, _MAX_NESTING))


@lru_cache(maxsize=1024)
def _program(command: str | tuple[str, ...]) -> str | None:
    fallback = None
    for simple in _parsed(command):
        name = simple.name
        if name and name not in _PREPARATION:
            return name
        fallback = fallback or name or None
    return fallback


_HEADERS = frozenset({"for", "select", "case", "function"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", "fish"})
_SSH_OPTIONS_WITH_VALUE = frozenset(
    {"-p", "-i", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S"}
)
_PREPARATION = frozenset(
    {"cd", "pushd", "popd", "export", "set", "unset", "source", ".", "ulimit", "umask", "shopt", "alias", "true"}
    | {":", "echo", "printf", "sleep", "declare", "local", "readonly", "trap", "wait", "exit", "eval", "yes"}
)


def _simple_commands(command: str | Sequence[str], nesting: int) -> Iterator[Simple]:
    found = split(command[:_MAX_LENGTH]) if isinstance(command, str) else [(tuple(command), "")]
    for simple in starmap(Simple, found):
        if not simple.words or simple.words[0] in _HEADERS:
            continue
        script = _script_of(simple.words) if nesting else None
        if script is None:
            yield simple
            continue
        inner = list(_simple_commands(script, nesting - 1))
        if inner:
            yield Simple(inner[0].words, simple.joint)
            yield from islice(inner, 1, None)
        else:
            yield simple


def _script_of(words: tuple[str, ...]) -> str | None:
    """Return the script of ``bash -lc 'script'`` or ``ssh host 'script'``, or None where the command is another."""
    words = unwrapped(words)
    if words and base_name(words[0]) == "ssh":
        return " ".join(after_options(words[1:], _SSH_OPTIONS_WITH_VALUE)[1:]) or None
    if len(words) < 3 or base_name(words[0]) not in _SHELLS:
        return None
    for position, word in enumerate(words[1:-1], start=1):
        if not word.startswith("-"):
            return None
        if not word.startswith("--") and word.endswith("c"):
            return words[position + 1]
    return None
