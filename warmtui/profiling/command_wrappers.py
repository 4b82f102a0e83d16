"""Programs that only run another: sudo, timeout, env, uv run, docker exec, python -m and their like."""

from __future__ import annotations

import re
from functools import lru_cache


def base_name(word: str) -> str:
    """Return a program's name without its folder: ``/usr/bin/grep`` is grep."""
    name = word.replace("\\", "/").rstrip("/").rpartition("/")[2] or word
    return name.removesuffix(".exe")


@lru_cache(maxsize=1024)
def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return `words` from the program on that is run in the end, without the programs that only run another."""
    for _ in range(8):
        inner = _inside(words) if words else words
        if inner == words:
            break
        words = inner
    return words


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
_RUN_OPTIONS_WITH_VALUE = frozenset(
    {"-n", "-p", "--name", "--prefix", "--with", "--python", "--extra", "--group", "--project", "--directory"}
    | {"--env-file", "--package", "--with-requirements", "--only-group", "--cwd", "-C", "--filter", "-F"}
)
_KEYWORDS = frozenset({"if", "then", "else", "elif", "while", "until", "do", "{", "}", "(", ")", "fi", "done", "esac"})
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*t?$|py$")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")


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
    rest = after_options(words[1:], _OPTIONS_WITH_VALUE[name])
    if name in ("timeout", "gtimeout"):
        rest = rest[1:]  # how long
    return rest or words


def after_options(words: tuple[str, ...], with_value: frozenset[str]) -> tuple[str, ...]:
    """Return `words` from the first on that is no option, nor the value of one of those in `with_value`."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        option = words[position]
        position += 2 if option in with_value else 1
        if option == "--":
            break
    return words[position:]


def _inside_project_tool(words: tuple[str, ...], name: str) -> tuple[str, ...]:
    rest = after_options(words[1:], _RUN_OPTIONS_WITH_VALUE)
    if not rest or rest[0] not in _RUN_WORDS[name]:
        return words
    return after_options(rest[1:], _RUN_OPTIONS_WITH_VALUE) or words


def _inside_container(words: tuple[str, ...]) -> tuple[str, ...]:
    rest = after_options(words[1:], _EXEC_OPTIONS_WITH_VALUE)
    if rest[:1] == ("compose",):
        rest = after_options(rest[1:], _EXEC_OPTIONS_WITH_VALUE)
    if rest[:1] != ("exec",):
        return words
    behind_name = after_options(rest[1:], _EXEC_OPTIONS_WITH_VALUE)[1:]
    return after_options(behind_name, _EXEC_OPTIONS_WITH_VALUE) or words


def _python_module(words: tuple[str, ...]) -> tuple[str, ...]:
    for position, word in enumerate(words[1:6], start=1):
        if word == "-m":
            return words[position + 1 :] or words
        if not word.startswith("-"):
            break
    return words
