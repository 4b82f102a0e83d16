"""The words behind `hermes` on a command line, as far as it matters here: options, their values, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

PROFILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

# Options that are followed by a value, and those that may be. To the first list also belong -p and --profile.
_WITH_VALUE = frozenset(
    "-z --oneshot -m --model --provider -t --toolsets -r --resume -s --skills --usage-file -q --query --image "
    "--max-turns --source".split()
)
_WITH_OPTIONAL_VALUE = frozenset({"-c", "--continue"})


def named_profile(arguments: Sequence[str]) -> str | None:
    """Return the profile that is asked for (``-p NAME``, ``--profile=NAME``), or None.

    A word behind ``-p`` that can be no name of a profile is none, as Hermes has it.
    """
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--":
            return None
        if word.startswith("--profile="):
            return word.partition("=")[2]
        if word in ("-p", "--profile") and words:
            return words[0] if PROFILE_NAME.fullmatch(words[0]) else None
        if _takes_next(word, words):
            words.pop(0)
    return None


def positional(arguments: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor their values: the command, and what belongs to it."""
    return [word for word in _without_values(arguments) if not word.startswith("-")]


def options(arguments: Sequence[str]) -> list[str]:
    """Return the names of the options, without their values."""
    return [word.partition("=")[0] for word in _without_values(arguments) if word.startswith("-")]


def value_of(arguments: Sequence[str], *options: str) -> str:
    """Return the value an option was given, without the white space around it; empty where it was not given."""
    for place, word in enumerate(arguments):
        name, is_joined, value = word.partition("=")
        if name in options and is_joined:
            return value.strip()
        if word in options and place + 1 < len(arguments):
            return arguments[place + 1].strip()
    return ""


def _without_values(arguments: Sequence[str]) -> Iterator[str]:
    words = list(arguments)
    while words and words[0] != "--":
        word = words.pop(0)
        yield word
        if _takes_next(word, words) or (word in ("-p", "--profile") and words):
            words.pop(0)


def _takes_next(word: str, following: Sequence[str]) -> bool:
    if not following:
        return False
    return word in _WITH_VALUE or (word in _WITH_OPTIONAL_VALUE and not following[0].startswith("-"))
