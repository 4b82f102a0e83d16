"""Made-up tools whose calls and results have the shapes and the sizes of real ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import log
from random import Random

_VERBS = "read wrote checked loaded skipped built compiled resolved fetched parsed linked moved".split()
_NOUNS = "module fixture server index handler request template worker session config package queue".split()
_LINES = 20_000
# A few lines are not ASCII, which makes the whole text they are in twice as wide in memory.
_WIDE = 0.01

_SMALLEST, _LARGEST, _HUGE = 100, 20_000, 1_000_000
_HUGE_SHARE = 0.002


class Prose:
    """Text to fill results and messages with: pieces of one long log, which costs nothing to cut.

    Args:
        random: what everything is drawn from.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self._log = "\n".join(self._line() for _ in range(_LINES))

    def text(self, size: int) -> str:
        """Return so many characters."""
        start = self.random.randrange(len(self._log) - size)
        return self._log[start : start + size]

    def words(self, least: int, most: int) -> str:
        """Return some words in one line."""
        return self.text(self.random.randint(least, most)).replace("\n", " ")

    def path(self) -> str:
        """Return a path in a project."""
        noun, other = self.random.choices(_NOUNS, k=2)
        return f"/home/user/project/src/{noun}/{other}_{self.random.randrange(200)}.py"

    def size(self) -> int:
        """Return how many characters a result has: log-normal, and seldom huge."""
        if self.random.random() < _HUGE_SHARE:
            return int(_LARGEST * (_HUGE / _LARGEST) ** self.random.random())
        return min(_LARGEST, max(_SMALLEST, int(self.random.lognormvariate(log(1_200), 1.1))))

    def _line(self) -> str:
        verb, noun = self.random.choice(_VERBS), self.random.choice(_NOUNS)
        mark = "✓ " if self.random.random() < _WIDE else ""
        return (
            f'{mark}[{self.random.randrange(86_400):05}] {verb} "{noun}" in {self.path()}:{self.random.randrange(900)}'
        )


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes:
        name: as the store has it.
        weight: how often it is used, against the others.
        arguments: makes up the arguments of a call.
        result: makes up a result of about so many characters.
    """

    name: str
    weight: int
    arguments: Callable[[Prose], dict[str, object]]
    result: Callable[[Prose, int], str]


def _terminal(prose: Prose, size: int) -> str:
    exit_code = 1 if prose.random.random() < 0.12 else 0
    result = _json(output=prose.text(size), exit_code=exit_code, error=None)
    # What is put behind the JSON leaves no JSON.
    return result + "\n\n[Tool loop warning: the same command failed before.]" if exit_code == 1 else result


def _read_file(prose: Prose, size: int) -> str:
    content = prose.text(size)
    return _json(content=content, total_lines=900, file_size=size, truncated=False, is_binary=False, is_image=False)


def _patch(prose: Prose, size: int) -> str:
    if prose.random.random() < 0.1:
        return _json(success=False, error="Could not find old_string in the file.", _hint=prose.text(size // 4))
    return _json(success=True, diff=prose.text(size), files_modified=[prose.path()], lint={"status": "ok"})


def _search_files(prose: Prose, size: int) -> str:
    number = size // 150
    matches = [{"path": prose.path(), "line": at, "content": prose.text(80)} for at in range(number)]
    return _json(total_count=number, matches=matches)


def _web_search(prose: Prose, size: int) -> str:
    found = [{"title": prose.words(20, 60), "url": "https://example.org/", "description": prose.text(size // 3)}] * 3
    return _untrusted("web_search", _json(success=True, data={"web": found}))


def _mcp(prose: Prose, size: int) -> str:
    return _untrusted("mcp_tracker_list", _json(result=_json(issues=[prose.text(size // 4)] * 4)))


def _untrusted(source: str, text: str) -> str:
    return f'<untrusted_tool_result source="{source}">\n{text}\n</untrusted_tool_result>'


def _json(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


TOOLS = (
    Tool("terminal", 40, lambda prose: {"command": f"cd src && pytest {prose.path()}"}, _terminal),
    Tool("read_file", 22, lambda prose: {"path": prose.path(), "offset": 1, "limit": 500}, _read_file),
    Tool("patch", 12, lambda prose: {"path": prose.path(), "old": prose.text(200), "new": prose.text(300)}, _patch),
    Tool("search_files", 12, lambda prose: {"pattern": prose.words(5, 20), "path": "src"}, _search_files),
    Tool("web_search", 5, lambda prose: {"query": prose.words(10, 50)}, _web_search),
    Tool("mcp_tracker_list", 5, lambda prose: {"project": prose.words(5, 10), "state": "open"}, _mcp),
    Tool("notes", 4, lambda prose: {"topic": prose.words(5, 20)}, Prose.text),
)
