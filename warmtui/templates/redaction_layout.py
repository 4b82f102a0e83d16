"""Secrets that stand apart from their name: on the line below it, in its column, after a command, before "as the …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from warmtui.templates.redaction_names import SecretName, is_secret_value, looks_chosen, secret_name
from warmtui.templates.redaction_spans import Span

_LONGEST = 2048
_LONGEST_TABLE = 200  # lines; of a longer one the rest is read as text

# "password:" and on the next line, alone there, its value; in YAML a block's mark may stand between.
_BELOW = re.compile(
    r":[*_]{0,2}[ \t]{0,8}(?:[|>][+-]?[ \t]{0,8})?\r?\n(?:[ \t]{0,8}\r?\n)?[ \t]{0,32}"
    rf"[\"'`]?(?P<value>[^\s\"'`]{{6,{_LONGEST}}})[\"'`]?[ \t]{{0,8}}(?=\r?\n|\Z)"
)
_SET = re.compile(
    r"\bset(?:env)?[ \t]{1,4}(?:-{1,2}[A-Za-z-]{1,12}[ \t]{1,4}){0,3}(?P<name>[A-Za-z][\w.-]{2,63})[ \t]{1,4}"
    rf"[\"']?(?P<value>[^\s\"'`;|&]{{6,{_LONGEST}}})"
)
# "… as the token", and not "… as the token type"
_AS = re.compile(
    r"[ \t]as[ \t]{1,4}(?:(?:the|your|my|our|its|an?)[ \t]{1,4})?"
    r"(?P<name>(?:[A-Za-z]{2,14}[ \t]{1,4}){0,2}(?i:password|passphrase|token|key|secret|credential))\b"
    r"(?![ \t]{1,4}(?:type|hash|hasher|hashing|algorithm|format|name|scheme|size|length|field|column)\b)"
)
_NAME = re.compile(r"[A-Za-z][\w .-]{1,48}$")
_LONGEST_NAME = 64
_SHORTEST_NAMED_AFTER = 8  # shorter words with a digit are "base64" and "sha256"
_WORD_CHARACTERS = "".join(map(chr, range(33, 127))).translate(dict.fromkeys(map(ord, "\"'`,;<>(){}[]")))
_CELL = re.compile(r"[^|\n]*")
_RULE = re.compile(r"[ \t]{0,8}\|?[ \t]{0,8}:?-{2,}[-:| \t]*")


def find_apart(text: str) -> list[Span]:
    """Return the secrets of `text` that stand apart from their name; in no order, and they may overlap."""
    return [*_below(text), *_set(text), *_before_as(text), *_in_tables(text)]


def _below(text: str) -> Iterator[Span]:
    for match in _BELOW.finditer(text):
        before = text[max(0, match.start() - _LONGEST_NAME) : match.start()].rstrip("\"'*_`")
        name = _NAME.search(before.rpartition("\n")[2])
        yield from _span(match.start("value"), match["value"], name[0] if name else "")


def _set(text: str) -> Iterator[Span]:
    for match in _SET.finditer(text):
        yield from _span(match.start("value"), match["value"], match["name"])


def _before_as(text: str) -> Iterator[Span]:
    for match in _AS.finditer(text):
        before = text[max(0, match.start() - _LONGEST) : match.start()].rstrip(" \t\"'`")
        # The word is looked for from its end: from its beginning every place of a long one would be tried.
        begin = len(before) - len(before.rstrip(_WORD_CHARACTERS))
        word = before[len(before) - begin :]
        if len(word) >= _SHORTEST_NAMED_AFTER:
            yield from _span(max(0, match.start() - _LONGEST) + len(before) - begin, word, match["name"])


def _span(start: int, value: str, name: str) -> Iterator[Span]:
    known = _named(name)
    if known is not None and _is_secret(value, known):
        yield Span(start, start + len(value), known.kind)


def _named(name: str) -> SecretName | None:
    return secret_name(name.strip(" \t*`_\"'"))


def _is_secret(value: str, name: SecretName) -> bool:
    return not value.endswith(":") and looks_chosen(value) and is_secret_value(value, name)


def _in_tables(text: str) -> Iterator[Span]:
    """Find cells beside a cell that names a secret, and below one in the head of a table."""
    if "|" not in text:
        return
    head: dict[int, SecretName] = {}
    since = 0
    before: list[tuple[int, str]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if "|" not in line:
            head, before = {}, []
        elif _RULE.fullmatch(line.rstrip()):
            head, since = {place: name for place, (_, cell) in enumerate(before) if (name := _named(cell))}, 0
        else:
            before = [(at + match.start(), match.group()) for match in _CELL.finditer(line.rstrip("\r\n"))]
            since += 1
            if since <= _LONGEST_TABLE:
                yield from _in_row(before, head)
        at += len(line)


def _in_row(cells: list[tuple[int, str]], head: dict[int, SecretName]) -> Iterator[Span]:
    beside: SecretName | None = None
    for place, (start, cell) in enumerate(cells):
        value = cell.strip().strip("`")
        name = head.get(place) or beside
        if name is not None and _is_secret(value, name):
            begin = start + cell.index(value)
            yield Span(begin, begin + len(value), name.kind)
        if cell:  # between two bars an empty match ends each cell
            beside = _named(cell)
