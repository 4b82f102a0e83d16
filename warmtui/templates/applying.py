"""Where a template is meant to be used: whether it fits a folder and a task, and which fit best."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from warmtui.templates.models import AppliesTo

_BETWEEN_WORDS = re.compile(r"[\s,]+")


class Placed(Protocol):
    """Anything that says where it applies: a template, or a row of the list of them."""

    @property
    def applies_to(self) -> AppliesTo:
        """Where it applies."""


_T = TypeVar("_T", bound=Placed)


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """How well something fits; the greater, the better, and one that names nothing is at zero.

    Attributes:
        depth: how deep the folder lies that it names and the work is in; 0 where it names none.
        words: how many of its words the task holds.
    """

    depth: int = 0
    words: int = 0

    @property
    def is_neutral(self) -> bool:
        """Whether nothing speaks for it, and nothing against it."""
        return not self.depth and not self.words


def match(placed: Placed, folder: Path, task: str = "") -> Match | None:
    """Return how well something fits a folder and a task, or None where it is meant for others.

    It fits where any of its folders is the folder or has it within, and any of its words is in the task. What it
    leaves empty speaks neither for it nor against it; nor do its words as long as the task is not known.

    Args:
        placed: a template, or anything else with ``applies_to``.
        folder: where the work is done; links are followed.
        task: what is asked for; empty where that is not known.
    """
    where = placed.applies_to
    depths = list(_depths(where.folders, folder))
    words = sum(_holds(task, word) for word in where.words)
    if where.folders and not depths:
        return None
    if task.strip() and any(word.strip() for word in where.words) and not words:
        return None
    return Match(max(depths, default=0), words)


def fitting(found: Iterable[_T], folder: Path, task: str = "") -> list[tuple[_T, Match]]:
    """Return those that fit a folder and a task, the best first; of equals in the order they came."""
    matched = ((one, match(one, folder, task)) for one in found)
    fits = [(one, how) for one, how in matched if how is not None]
    return sorted(fits, key=lambda pair: pair[1], reverse=True)


def by_fit(found: Iterable[_T], folder: Path, task: str = "") -> list[tuple[_T, bool | None]]:
    """Return all of them, each with whether it fits: those that do first, the best of them first.

    Then those of which that cannot be said, as they name nothing, or only words where no task is known; and at last
    those that are meant for others. Equals stay in the order they came.
    """
    matched = [(one, match(one, folder, task)) for one in found]
    told = [(one, how, None if how is not None and how.is_neutral else how is not None) for one, how in matched]
    told.sort(key=lambda row: (row[2] is True, row[2] is None, row[1] or Match()), reverse=True)
    return [(one, fits) for one, _, fits in told]


def applies_to(folders: Iterable[str | Path] = (), words: Iterable[str] = ()) -> AppliesTo:
    """Return where a template applies, from what a person wrote.

    Args:
        folders: folders; a relative one is taken from the current folder, one in the home is kept with ``~``.
        words: words of tasks; several may stand in one text, between spaces or commas.
    """
    single = [word for text in words for word in _BETWEEN_WORDS.split(text) if word]
    kept = [_kept(str(folder)) for folder in folders if str(folder).strip()]
    return AppliesTo(folders=tuple(dict.fromkeys(kept)), words=tuple(dict.fromkeys(single)))


def is_folder(named: str) -> bool:
    """Whether a folder as a template names it is there."""
    path = _expanded(named)
    return path is not None and path.is_dir()


def _kept(folder: str) -> str:
    if folder.startswith("~"):
        return folder
    path = os.path.abspath(folder)  # noqa: PTH100 - without following links: the name is the person's
    home = str(Path.home())
    if os.path.normcase(path) == os.path.normcase(home):
        return "~"
    inside = os.path.normcase(path).startswith(os.path.normcase(home.rstrip(os.sep) + os.sep))
    return f"~{path[len(home.rstrip(os.sep)) :]}" if inside else path


def _depths(folders: Iterable[str], folder: Path) -> Iterator[int]:
    """Yield the depth of each of `folders` that is `folder` or has it within."""
    inner = _resolved(folder)
    for named in folders:
        outer = _expanded(named)
        if inner is None or outer is None:
            continue
        for place in (inner, *inner.parents):
            if _is_same(place, outer):
                yield len(place.parts)
                break


def _expanded(named: str) -> Path | None:
    """Return a named folder as a whole path with links followed; None where it is none."""
    try:
        path = Path(named).expanduser()
    except RuntimeError:  # the home of somebody who is not here
        return None
    return _resolved(path) if path.is_absolute() else None


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no system has
        return None


def _is_same(one: Path, other: Path) -> bool:
    if os.path.normcase(one) == os.path.normcase(other):
        return True
    if len(one.parts) != len(other.parts) or str(one).casefold() != str(other).casefold():
        return False
    try:
        return one.samefile(other)  # the file system says whether case matters in it
    except (OSError, ValueError):
        return False


def _holds(task: str, word: str) -> bool:
    """Whether a task holds a word, or several in a row, as a whole and without regard to case."""
    parts = [re.escape(part) for part in word.casefold().split()]
    whole = r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)"
    return bool(parts) and re.search(whole, task.casefold()) is not None
