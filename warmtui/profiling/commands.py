"""Understanding a shell command line well enough to name its program: no shell, nothing is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

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


def base_name(word: str) -> str:
    """Return a program's name without its folder: ``/usr/bin/grep`` is grep."""
    name = word.replace("\\", "/").rstrip("/").rpartition("/")[2] or word
    return name.removesuffix(".exe")


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return `words` from the program on that is run in the end, without the programs that only run another."""
    for _ in range(8):
        inner = _inside(words) if words else words
        if inner == words:
            break
        words = inner
    return words


# --- Programs that only run another ----------------------------------------------------------------------------

_OPTIONS_WITH_VALUE: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-T", "-U", "-D", "-R", "--user", "--group", "--chdir"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "-C", "--unset", "--chdir"}),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "gtimeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "time": frozenset({"-o", "-f", "--output", "--format"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n", "--class", "--classdata"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "exec": frozenset({"-a"}),
    "xargs": frozenset({"-n", "-P", "-I", "-L", "-d", "-s", "-a", "-E"}),
    "xvfb-run": frozenset({"-s", "-n", "-e", "-f", "--server-args", "--server-num"}),
    "npx": frozenset({"-p", "--package"}),
    "nohup": frozenset(),
    "setsid": frozenset(),
    "command": frozenset(),
    "builtin": frozenset(),
    "unbuffer": frozenset(),
    "chronic": frozenset(),
    "caffeinate": frozenset({"-t", "-w"}),
    "bunx": frozenset(),
    "!": frozenset(),
}
# Tools of a project that run a program in its environment, and the word that says so.
_RUN_WORDS: dict[str, frozenset[str]] = {
    "uv": frozenset({"run"}),
    "poetry": frozenset({"run"}),
    "pipenv": frozenset({"run"}),
    "pdm": frozenset({"run"}),
    "hatch": frozenset({"run"}),
    "rye": frozenset({"run"}),
    "conda": frozenset({"run"}),
    "mamba": frozenset({"run"}),
    "micromamba": frozenset({"run"}),
    "bundle": frozenset({"exec"}),
    "pnpm": frozenset({"exec", "dlx"}),
    "yarn": frozenset({"exec", "dlx"}),
    "npm": frozenset({"exec", "x"}),
    "mise": frozenset({"exec", "x"}),
}
# Programs that run another in a container: "docker exec -it web pytest", "docker compose exec web pytest".
_CONTAINERS = frozenset({"docker", "podman", "docker-compose", "podman-compose", "kubectl", "nerdctl"})
_EXEC_OPTIONS_WITH_VALUE = frozenset(
    {
        "-e",
        "--env",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "-n",
        "--namespace",
        "-c",
        "--container",
        "--env-file",
        "--index",
    }
    | {"-f", "--file", "-p", "--project-name", "--context"}
)
_SSH_OPTIONS_WITH_VALUE = frozenset(
    {"-p", "-i", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S"}
)
_RUN_OPTIONS_WITH_VALUE = frozenset(
    {"-n", "-p", "--name", "--prefix", "--with", "--python", "--extra", "--group", "--project", "--directory"}
    | {"--env-file", "--package", "--with-requirements", "--only-group", "--cwd", "-C", "--filter", "-F"}
)
_KEYWORDS = frozenset({"if", "then", "else", "elif", "while", "until", "do", "{", "}", "(", ")", "fi", "done", "esac"})
_HEADERS = frozenset({"for", "select", "case", "function"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", "fish"})
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?$|py$")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_PREPARATION = frozenset(
    {"cd", "pushd", "popd", "export", "set", "unset", "source", ".", "ulimit", "umask", "shopt", "alias", "true"}
    | {":", "echo", "printf", "sleep", "declare", "local", "readonly", "trap", "wait", "exit", "eval", "yes"}
)


def _inside(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take one wrapper off."""
    if _ASSIGNMENT.match(words[0]) or words[0] in _KEYWORDS:
        return words[1:]
    name = base_name(words[0])
    if name in _OPTIONS_WITH_VALUE:
        return _inside_wrapper(words, name)
    if name in _RUN_WORDS:
        return _inside_project_tool(words, name)
    if name in _CONTAINERS:
        return _inside_container(words)
    return _python_module(words) if _PYTHON.match(name) else words


def _inside_wrapper(words: tuple[str, ...], name: str) -> tuple[str, ...]:
    if name == "command" and words[1:2] in (("-v",), ("-V",)):
        return words  # asks for a program, runs none
    rest = _after_options(words[1:], _OPTIONS_WITH_VALUE[name])
    if name in ("timeout", "gtimeout"):
        rest = rest[1:]  # how long
    return rest or words


def _after_options(words: tuple[str, ...], with_value: frozenset[str]) -> tuple[str, ...]:
    position = 0
    while position < len(words) and words[position].startswith("-"):
        option = words[position]
        position += 2 if option in with_value else 1
        if option == "--":
            break
    return words[position:]


def _inside_project_tool(words: tuple[str, ...], name: str) -> tuple[str, ...]:
    rest = _after_options(words[1:], _RUN_OPTIONS_WITH_VALUE)
    if not rest or rest[0] not in _RUN_WORDS[name]:
        return words
    return _after_options(rest[1:], _RUN_OPTIONS_WITH_VALUE) or words


def _inside_container(words: tuple[str, ...]) -> tuple[str, ...]:
    rest = _after_options(words[1:], _EXEC_OPTIONS_WITH_VALUE)
    if rest[:1] == ("compose",):
        rest = _after_options(rest[1:], _EXEC_OPTIONS_WITH_VALUE)
    if rest[:1] != ("exec",):
        return words
    behind_name = _after_options(rest[1:], _EXEC_OPTIONS_WITH_VALUE)[1:]
    return _after_options(behind_name, _EXEC_OPTIONS_WITH_VALUE) or words


def _python_module(words: tuple[str, ...]) -> tuple[str, ...]:
    for position, word in enumerate(words[1:6], start=1):
        if word == "-m":
            return words[position + 1 :] or words
        if not word.startswith("-"):
            break
    return words


# --- From text to simple commands --------------------------------------------------------------------------------


def _simple_commands(command: str | Sequence[str], nesting: int) -> Iterator[Simple]:
    simples = _split(command[:_MAX_LENGTH]) if isinstance(command, str) else [Simple(tuple(command))]
    for simple in simples:
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
        return " ".join(_after_options(words[1:], _SSH_OPTIONS_WITH_VALUE)[1:]) or None
    if len(words) < 3 or base_name(words[0]) not in _SHELLS:
        return None
    for position, word in enumerate(words[1:-1], start=1):
        if not word.startswith("-"):
            return None
        if not word.startswith("--") and word.endswith("c"):
            return words[position + 1]
    return None


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)
      | (?P<comment>\#[^\n]*)
      | (?P<joint>&&|\|\||\|&|\||;;|;|\n)
      | (?P<redirect>\d*(?:<<<|<<-?|>>|>\||<>|[<>]&|[<>](?!\())|&>>?)
      | (?P<background>&)
      | (?P<paren>[()])""",
    re.VERBOSE,
)
_PIECE = re.compile(
    r"""'(?P<single>[^']*)'?
      | "(?P<double>(?:[^"\\]|\\.)*+)"?
      | \\(?P<escaped>.)
      | (?P<substitution>\$\(|[<>]\()
      | `(?P<backtick>[^`]*)`?
      | (?P<plain>[^\s'"\\$<>`|&;()]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_JOINTS = {"\n": ";", ";;": ";", "|&": "|"}


def _split(text: str) -> list[Simple]:
    """Cut a command line into simple commands, in one pass over its characters."""
    found: list[Simple] = []
    words: list[str] = []
    heredocs: list[str] = []
    joint = ""
    skip_word = is_heredoc = False
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        kind = token.lastgroup if token else None
        if token is None or (kind == "redirect" and not _at_word_start(text, position)):
            word, position = _word(text, position)
            if is_heredoc:
                heredocs.append(word)
            elif not skip_word:
                words.append(word)
            skip_word = is_heredoc = False
            continue
        position = token.end()
        if kind == "redirect":
            skip_word = not token.group().endswith("&") or not _is_descriptor(text, position)
            is_heredoc = token.group().lstrip("0123456789") in ("<<", "<<-")
            if not skip_word:
                position += 1
        elif kind in ("joint", "background", "paren"):
            if words:
                found.append(Simple(tuple(words), joint))
                words, joint = [], ";"
            if kind == "joint" and (found or words):
                joint = _stronger(joint, _JOINTS.get(token.group(), token.group()))
            if token.group() == "\n" and heredocs:
                position = _after_heredocs(text, position, heredocs)
                heredocs = []
    if words:
        found.append(Simple(tuple(words), joint))
    return found


def _stronger(before: str, now: str) -> str:
    """A line break after ``&&`` or ``|`` does not end the pipeline."""
    return before if now == ";" and before in ("&&", "||", "|") else now


def _at_word_start(text: str, position: int) -> bool:
    """A digit before ``>`` is a descriptor only as a word of its own: ``a2>x`` writes a2."""
    return position == 0 or not text[position].isdigit() or text[position - 1] in " \t\n;&|("


def _is_descriptor(text: str, position: int) -> bool:
    return text[position : position + 1].isdigit() or text[position : position + 1] == "-"


def _word(text: str, position: int) -> tuple[str, int]:
    """Read one word from `position`, quotes off; return it and where it ends."""
    pieces: list[str] = []
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            break
        kind = piece.lastgroup
        if kind == "substitution":
            end = _after_substitution(text, piece.end())
            pieces.append(text[position:end])
            position = end
        else:
            value = piece.group(kind) if kind else ""
            pieces.append(re.sub(r'\\([\\"$`])', r"\1", value) if kind == "double" else value)
            position = piece.end()
        if position < len(text) and text[position] in " \t\r\n;|&()<>":
            break
    return "".join(pieces), position


def _after_substitution(text: str, position: int) -> int:
    """Return where ``$( … )`` ends, quotes and inner parentheses respected; the end of the text if it never does."""
    depth = 1
    while position < len(text):
        char = text[position]
        if char in "'\"\\`":
            piece = _PIECE.match(text, position)
            position = piece.end() if piece else position + 1
            continue
        position += 1
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                break
    return position


def _after_heredocs(text: str, position: int, delimiters: list[str]) -> int:
    for delimiter in delimiters:
        end = re.compile(rf"^\t*{re.escape(delimiter)}$", re.MULTILINE).search(text, position)
        if end is None:
            return len(text)
        position = end.end()
    return position
