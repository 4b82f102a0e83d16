"""One difference between two calls' arguments, in words that a person would use."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from warmtui.profiling.command_changes import command_change
from warmtui.profiling.recovery_models import ArgumentChange
from warmtui.profiling.shapes import shape_of, type_of
from warmtui.text import one_line, plural

_SHORT = 40  # characters up to which a value is told; a longer one is only said to differ
_COMMAND_KEYS = frozenset({"command", "cmd", "script", "shell_command", "bash_command", "commandline", "command_line"})
_PATH_SHAPES = frozenset({"absolute path", "relative path"})
_PATH_KEY = re.compile(r"(?:^|_)(?:path|file|filename|filepath|folder|dir|directory|cwd|workdir)$|[a-z]Path$")
_LIST_PLACE = re.compile(r"\.(\d+)(?=\.|$)")
_SUMMARY = re.compile(r"\((\d+) entries\)")
_ARTICLES = {"array": "a list", "integer": "a whole number", "object": "an object", "boolean": "true or false"}


def told(change: ArgumentChange, *, with_values: bool) -> str:
    """Return a change as what follows "again with": "`limit` 500 → 100", "another `path`", "`mode` added".

    Args:
        change: the difference.
        with_values: whether short values are told; without, the words are the same for all changes of the kind.
    """
    key, before, after = f"`{key_of(change)}`", change.before, change.after
    if before is None or after is None:
        return _told_presence(key, after, with_values=with_values)
    if _entries(before) is not None and _entries(after) is not None:
        return _told_entries(key, _entries(before) or 0, _entries(after) or 0, with_values=with_values)
    if isinstance(before, str) and isinstance(after, str):
        return _told_text(key, before, after, is_path=is_path(change), with_values=with_values)
    if _is_number(before) and _is_number(after):
        return f"{key} {before} → {after}" if with_values else f"a {'higher' if after > before else 'lower'} {key}"
    if type_of(before) != type_of(after):
        return f"{key} as {_ARTICLES.get(type_of(after), f'a {type_of(after)}')}"
    return f"another {key}"


def told_command(change: ArgumentChange) -> str:
    """Return how a command changed, with its own "with" or "without"; empty for what is no command, or not in short."""
    last = key_of(change).rpartition(".")[2].lower()
    if last not in _COMMAND_KEYS or not isinstance(change.before, str) or not isinstance(change.after, str):
        return ""
    return command_change(change.before, change.after)


def key_of(change: ArgumentChange) -> str:
    """Return the place of a change as it is written in code: ``labels[0].name``."""
    return _LIST_PLACE.sub(r"[\1]", change.key)


def is_path(change: ArgumentChange) -> bool:
    """Whether a change is one of paths."""
    if not isinstance(change.before, str) or not isinstance(change.after, str):
        return False
    if "\n" in change.before or "\n" in change.after:
        return False
    shapes = {shape_of(change.before), shape_of(change.after)}
    return bool(_PATH_KEY.search(change.key)) or (shapes <= _PATH_SHAPES and "/" in change.after)


def is_text(change: ArgumentChange) -> bool:
    """Whether a change is one of texts: of no paths, commands or addresses."""
    if not isinstance(change.before, str) or not isinstance(change.after, str) or is_path(change):
        return False
    last = change.key.rpartition(".")[2].lower()
    return last not in _COMMAND_KEYS and shape_of(change.after) not in ("url", "date")


def _told_presence(key: str, after: Any, *, with_values: bool) -> str:
    if after is None:
        return f"{key} left out"
    return f"{key} added" + (f" ({_value(after)})" if with_values and _is_short(after) else "")


def _told_entries(key: str, before: int, after: int, *, with_values: bool) -> str:
    if before == after:
        return f"another {key}"
    if with_values:
        return f"{plural(after, 'entry', 'entries')} in {key} instead of {before}"
    return f"{'more' if after > before else 'fewer'} entries in {key}"


def _told_text(key: str, before: str, after: str, *, is_path: bool, with_values: bool) -> str:
    if before.split() == after.split():
        return f"the white space in {key} put right"
    values = with_values and _is_short(before) and _is_short(after)
    if is_path:
        how = _told_path(key, before, after)
        return f"{how} (“{one_line(after)}”)" if values else how
    if values:
        return f"{key} {_value(after)} instead of {_value(before)}"
    return f"{_length(before, after)} {key}"


def _told_path(key: str, before: str, after: str) -> str:
    if posixpath.normpath(before) == posixpath.normpath(after):
        return f"{key} written in another way"
    was_absolute, is_absolute = before.startswith(("/", "~")), after.startswith(("/", "~"))
    if is_absolute and not was_absolute and _ends_with(after, before):
        return f"the absolute {key}"
    if was_absolute and not is_absolute and _ends_with(before, after):
        return f"the relative {key}"
    if posixpath.basename(before) == posixpath.basename(after):
        return f"{key} in another folder"
    return f"another {key}"


def _ends_with(path: str, end: str) -> bool:
    tail = posixpath.normpath(end).lstrip("./")
    return bool(tail) and posixpath.normpath(path).endswith("/" + tail)


def _length(before: str, after: str) -> str:
    """Say "a shorter" of a text that is a part of the other, "a longer" of one that holds it, else "another"."""
    old, new = before.strip("…"), after.strip("…")
    is_cut = before.endswith("…") or after.endswith("…")
    if new and new in old and not after.endswith("…"):
        return "a shorter"
    return "a longer" if old and old in new and not is_cut else "another"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _entries(value: Any) -> int | None:
    """Return how many entries a list or an object has, also where "(12 entries)" stands for it; None for others."""
    if isinstance(value, list | dict):
        return len(value)
    summary = _SUMMARY.fullmatch(value) if isinstance(value, str) else None
    return int(summary.group(1)) if summary else None


def _is_short(value: Any) -> bool:
    text = str(value)
    is_cut = text.startswith("…") or text.endswith("…")
    return not isinstance(value, dict | list) and len(text) <= _SHORT and "\n" not in text and not is_cut


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f"“{one_line(value)}”"
    return str(value).lower() if isinstance(value, bool) else str(value)
