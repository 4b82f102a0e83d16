"""One key at the top of a YAML text: read, written and taken out again, with every other byte left as it is.

ruamel.yaml says where things lie in the text and, after a change, whether it still means the same but for the
key. A change that cannot be made that way is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from warmtui.errors import HomeError

_NOTHING = frozenset({"false", "no", "off", "0"})
"""What Hermes takes for no value, where it stands without quotes."""


class Edit(NamedTuple):
    """What was done to a text: enough to take it back in a text that has changed meanwhile.

    Attributes:
        written: the text that was put in; it holds the key, or stands in the place of `before`.
        before: the value as it stood there; None where the key was not there and its line was put in.
    """

    written: str
    before: str | None


class _Entry(NamedTuple):
    key: Any
    value: Any

    @property
    def span(self) -> tuple[int, int]:
        """Where the value is written; just behind the colon where it is left out."""
        return self.value.start_mark.index, self.value.end_mark.index


def read_key(text: str, path: tuple[str, ...]) -> str:
    """Return the text at `path` of a YAML document; empty where it is missing, empty, or no plain value.

    Args:
        text: the document.
        path: the keys that lead to it, from the top; of one that stands twice the last counts, and one that is
            merged in (``<<``) counts where it is not written out, as Hermes has it.

    Raises:
        HomeError: the text is no YAML document.
    """
    node = _composed(text)
    for key in path:
        node = _value(node, key)
    if node is None or node.id != "scalar" or node.tag.endswith(":null"):
        return ""
    said = str(node.value).strip()
    return "" if not node.style and said.lower() in _NOTHING else said


def set_key(text: str, key: str, value: str) -> tuple[str, Edit]:
    """Return the text with ``key: value`` at the top level, and what was done.

    Args:
        text: a YAML document, possibly empty.
        key, value: plain words that need no quotes.

    Raises:
        HomeError: the text is no such document, or there is no place where the line would change nothing else.
    """
    root = _checked(text)
    entry = _entry(root, key)
    if entry is None:
        edits = _insertions(text, root, f"{key}: {value}")
    else:
        start, end = entry.span
        if start == end:
            start = end = text.find(":", entry.key.end_mark.index) + 1
        written = value if end > start else f" {value}"
        edits = iter([(text[:start] + written + text[end:], Edit(written, text[start:end]))])
    for changed, edit in edits:
        if _means(changed, root, key) and read_key(changed, (key,)) == value:
            return changed, edit
    raise HomeError(f"there is no place for a line “{key}: {value}” that would leave the rest as it is")


def unset_key(text: str, key: str, edit: Edit) -> str:
    """Return the text with an edit taken back: to the byte where it is as it was left, else as little as it takes.

    The key is gone, or says what it said before.

    Raises:
        HomeError: the text is no such document, or the key cannot be taken out without changing anything else.
    """
    root = _checked(text)
    entry = _entry(root, key)
    if entry is None:
        return text
    if edit.before is not None:
        changes = [_with_value(text, entry, edit.before)]
    else:
        # Where even an empty line would say something else without the one above it, the key stays and is empty.
        changes = [_without_line(text, entry, key, edit.written), _with_value(text, entry, "''")]
    for changed in changes:
        if _means(changed, root, key):
            return changed
    raise HomeError(f"the key {key} cannot be taken out without changing what stands around it")


def _with_value(text: str, entry: _Entry, before: str) -> str:
    start, end = entry.span
    if not before and text[start - 1 : start] == " ":
        start -= 1
    return text[:start] + before + text[end:]


def _without_line(text: str, entry: _Entry, key: str, written: str) -> str:
    start = entry.key.start_mark.index - written.index(key)
    end = start + len(written)
    ends_a_line = written.endswith(("\n", "\r")) or text[end : end + 1] in ("", "\n", "\r")
    if start >= 0 and text.startswith(written, start) and ends_a_line:
        return text[:start] + text[end:]
    start = text.rfind("\n", 0, entry.key.start_mark.index) + 1
    line_end = text.find("\n", entry.span[1])
    return text[:start] + (text[line_end + 1 :] if line_end >= 0 else "")


def _insertions(text: str, root: Any, line: str) -> Iterator[tuple[str, Edit]]:
    """Yield the text with the line at its end, and before its first key."""
    found = re.search(r"\r\n|\n|\r", text)
    ending = found.group() if found else "\n"
    indent = " " * (root.value[0][0].start_mark.column if root is not None and root.value else 0)
    is_open = bool(text) and not text.endswith(("\n", "\r"))
    written = ending + indent + line if is_open else indent + line + ending  # an open end stays open
    yield text + written, Edit(written, None)
    if root is not None and root.value:
        start = root.value[0][0].start_mark.index - len(indent)
        written = indent + line + ending
        yield text[:start] + written + text[start:], Edit(written, None)


def _checked(text: str) -> Any:
    """Return the root of the document, a mapping in block style, or None for an empty one."""
    root = _composed(text)
    if root is None or (root.id == "scalar" and root.start_mark.index == root.end_mark.index):
        return None
    if root.id != "mapping":
        raise HomeError("its top level is not made of keys and values")
    if root.flow_style:
        raise HomeError("its top level is written in braces, which cannot be changed line by line")
    twice = next(_twice(root, set()), None)
    if twice is not None:
        raise HomeError(f"the key “{twice.value}” stands twice in one place (line {twice.start_mark.line + 1})")
    return root


@lru_cache(maxsize=4)  # a long configuration takes most of a second, and is looked at several times
def _composed(text: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow to import, and only needed here
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="rt").compose(text)
    except RecursionError as error:
        raise HomeError("it is nested too deeply") from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = f" (line {mark.line + 1})" if mark is not None else ""
        raise HomeError(f"it is no valid YAML: {said}{place}") from error


def _twice(node: Any, seen: set[int]) -> Iterator[Any]:
    if id(node) in seen or node.id == "scalar":
        return
    seen.add(id(node))
    if node.id == "sequence":
        for child in node.value:
            yield from _twice(child, seen)
        return
    keys: set[tuple[str, str]] = set()
    for key, value in node.value:
        if key.id == "scalar":
            if (key.tag, key.value) in keys:
                yield key
            keys.add((key.tag, key.value))
        yield from _twice(key, seen)
        yield from _twice(value, seen)


def _entry(root: Any, key: str) -> _Entry | None:
    if root is None or root.id != "mapping":
        return None
    found = [_Entry(*pair) for pair in root.value if pair[0].id == "scalar" and pair[0].value == key]
    return found[-1] if found else None


def _value(node: Any, key: str) -> Any:
    """Return the node under a key, merged in or written out; None where there is none."""
    entry = _entry(node, key)
    if entry is not None:
        return entry.value
    merged = _entry(node, "<<")
    if merged is None:
        return None
    bases = merged.value.value if merged.value.id == "sequence" else [merged.value]
    return next((value for base in bases if (value := _value(base, key)) is not None), None)


def _means(text: str, root: Any, key: str) -> bool:
    """Whether a text means what a document means, but for one key at the top."""
    try:
        changed = _checked(text)
    except HomeError:
        return False
    return _shape(changed, key) == _shape(root, key)


def _shape(root: Any, without: str) -> list[Any]:
    pairs = [] if root is None else [pair for pair in root.value if pair[0].value != without]
    seen: dict[int, int] = {}
    return [(_node(key, seen), _node(value, seen)) for key, value in pairs]


def _node(node: Any, seen: dict[int, int]) -> Any:
    """Return what a node means; an alias is the number of the node it stands for."""
    if id(node) in seen:
        return seen[id(node)]
    seen[id(node)] = len(seen)
    if node.id == "scalar":
        return (node.tag, node.value)
    if node.id == "sequence":
        return (node.tag, [_node(child, seen) for child in node.value])
    return (node.tag, [(_node(key, seen), _node(value, seen)) for key, value in node.value])
