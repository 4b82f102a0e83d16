"""What the work was about, in a few words: from the files it touched, the tools it used and the words it fell in."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Sequence

from warmtui.profiling.goals import command_text, path_of
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.letters import words

_BY_EXTENSION = {
    "python": "py pyi ipynb toml",
    "javascript": "js jsx ts tsx mjs vue svelte",
    "web pages": "html css scss md mdx",
    "databases": "sql db sqlite",
    "shell": "sh bash zsh",
    "infrastructure": "tf yaml yml dockerfile conf service",
    "rust": "rs",
    "go": "go",
    "c": "c h cpp hpp cc",
    "java": "java kt gradle",
    "data": "csv parquet json jsonl xlsx",
    "documents": "docx pdf tex odt pptx",
}
_BY_WORD = {
    "testing": "test tests pytest unittest jest failing coverage",
    "databases": "database sql query postgres postgresql psql sqlite mysql migration schema",
    "deployment": "deploy deployment release staging production rollback",
    "infrastructure": "docker kubernetes kubectl nginx systemd systemctl server terraform dns",
    "version control": "git commit branch rebase merge",
    "web research": "website search article news",
    "data": "csv dataframe pandas dataset parquet pipeline",
    "documentation": "readme docs documentation changelog",
    "travel": "flight flights reservation booking airport passenger hotel",
    "scheduling": "calendar reminder schedule meeting cron",
}
_EXTENSION = {ext: name for name, exts in _BY_EXTENSION.items() for ext in exts.split()}
_WORD = {word: name for name, words in _BY_WORD.items() for word in words.split()}
_LONGEST = 20
_WORDS = re.compile(rf"[a-z]{{3,{_LONGEST}}}")
_BY_LETTERS = {word.encode(): name for word, name in _WORD.items()}
_MOST = 5
_HEAD = 2000  # characters of a message that are looked at
_LEAST = 2  # times a domain must show: one word in passing is no domain


def domains_of(texts: Sequence[str], calls: Sequence[JudgedCall]) -> tuple[str, ...]:
    """Return what the work was about, the most frequent first, at most five.

    Args:
        texts: what the person typed.
        calls: the judged calls.
    """
    seen: Counter[str] = Counter()
    for text in texts:
        # A word counts once a message: a pasted log is no more than one mention.
        for name in _named_in(text[:_HEAD]):
            seen[name] += 1
    for call in calls:
        arguments = call.call.arguments
        if not arguments:
            continue
        path = path_of(arguments)
        if path is not None:
            by_extension = _EXTENSION.get(posixpath.splitext(path)[1].lower().lstrip("."))
            if by_extension:
                seen[by_extension] += 1
        command = command_text(arguments)
        if command is not None:
            for name in _named_in(command[:200]):
                seen[name] += 1
    ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    return tuple(name for name, count in ranked[:_MOST] if count >= _LEAST)


def _named_in(text: str) -> set[str]:
    """Return the domains that words of a text name."""
    lower = text.lower()
    found = words(lower)
    if max(map(len, found), default=0) > _LONGEST:  # it is cut where a word must end
        return {_WORD[word] for word in _WORDS.findall(lower) if word in _WORD}
    return {_BY_LETTERS[word] for word in _BY_LETTERS.keys() & found}
