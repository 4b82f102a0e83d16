"""Secrets, and if asked for personal data, out of texts and JSON values; what cannot be judged goes out as well.

What is taken out leaves a placeholder that says its kind and a number, ``«token:1»``; the same secret leaves the
same one. The rules lie beside: `redaction_rules` and `redaction_shapes` as data, `redaction_names`,
`redaction_spans`, `redaction_layout` and `redaction_personal` as the code that applies them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from warmtui.templates.redaction_layout import find_apart
from warmtui.templates.redaction_names import (
    PLACEHOLDER,
    SecretName,
    is_secret_value,
    scheme_end,
    secret_name,
)
from warmtui.templates.redaction_personal import find_personal, is_phone, user_names
from warmtui.templates.redaction_spans import Span, find_secrets

MAX_DEPTH = 200
"""Lists within lists that are followed; what lies deeper is unreadable."""

NESTING_COST = 40
"""What a JSON document within a string counts in that depth: what was encoded five times over is unreadable."""

MAX_ROUNDS = 6
"""How often a value is looked through again after something was taken out; the second time finds nothing."""

_JSON_START = re.compile(r"[ \t\r\n]*(?=[{\[\"])")
_JSON_END = re.compile(r"[ \t\r]*(?:\n|$)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STYLES: tuple[dict[str, Any], ...] = (
    {"separators": (",", ":")},
    {},
    {"indent": 2},
    {"indent": 4},
)
_USER_KEYS = frozenset({"username", "user_name", "userName", "login", "user_id", "userId"})
_LONGEST_PLACEHOLDER = 24
_LARGEST_PIN = 10**32
_REMEMBERED = 2_000  # characters of a text of which it is remembered what was found in it
_HOLDERS = frozenset({"value", "plain", "plaintext", "raw", "data", "before", "after"})
"""Keys beside which "name" or "key" names what they hold, as in a header's name and value."""


class RedactionLevel(StrEnum):
    """How much is taken out."""

    SECRETS = "secrets"
    STRICT = "strict"


class Replacement(BaseModel):
    """Something that was taken out; never what it was.

    Attributes:
        kind: what it was: ``token``, ``key``, ``password``, ``secret``, ``cookie``, ``pin``, ``private-key``, and
            at the strict level ``home``, ``user``, ``email``, ``phone``, ``ip``; ``unreadable`` where nothing
            could be said.
        placeholder: what stands in its place.
        where: the path of keys and places within the value, and the line of a text of several.
        count: how often it stood there.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    placeholder: str
    where: str
    count: int


class Redactor:
    """Takes secrets out of texts and JSON values, and keeps a report of it.

    One redactor serves one template or one export: within it the same secret has the same placeholder.
    Redacting what is redacted already changes nothing.

    Args:
        level: `RedactionLevel.SECRETS` takes out what opens something; `RedactionLevel.STRICT` takes out
            home directories, user names, e-mail addresses, phone numbers and IPs as well.
    """

    def __init__(self, level: RedactionLevel = RedactionLevel.SECRETS) -> None:
        self.level = level
        self._placeholders: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._reserved: set[str] = set()
        self._names: set[str] = set()
        self._report: Counter[tuple[str, str, str]] = Counter()
        self._replacements = 0

    @property
    def report(self) -> tuple[Replacement, ...]:
        """What was taken out so far, in the order it was met."""
        return tuple(
            Replacement(kind=kind, placeholder=placeholder, where=where, count=count)
            for (kind, placeholder, where), count in self._report.items()
        )

    def text(self, text: str, where: str = "") -> str:
        """Return `text` without its secrets; JSON in it is parsed, and written again only where it changed.

        Args:
            text: any text.
            where: what the report calls its place.
        """
        if not isinstance(text, str):
            return self._unreadable(where)
        redacted: str = self.value(text, where)
        return redacted

    def value(self, value: Any, where: str = "") -> Any:
        """Return parsed JSON without its secrets; a value beside a key that names a secret is one.

        Args:
            value: parsed JSON; what is none becomes ``«unreadable:1»``.
            where: what the report calls its place.
        """
        # What was taken out can lay bare what it hid, so the look is repeated until nothing is found.
        for _ in range(MAX_ROUNDS):
            before = self._replacements
            for text in _texts(value, 0):
                self._learn(text)
            value = self._value(value, where, None, 0)
            if self._replacements == before:
                return value
        return self._unreadable(where)

    # Texts

    def _text(self, text: str, where: str, depth: int) -> str:
        return "".join(self._pieces(text, where, depth))

    def _pieces(self, text: str, where: str, depth: int) -> Iterator[str]:
        """Yield the text in pieces: first the JSON documents it begins with, then the rest, each redacted."""
        at = 0
        while depth < MAX_DEPTH and (document := _document(text, at)) is not None:
            yield text[at : document.start]
            before = self._replacements
            redacted = self._value(document.value, where, None, depth + NESTING_COST)
            raw = text[document.start : document.end]
            yield raw if self._replacements == before else _written_like(raw, document.value, redacted)
            at = document.end
        yield self._plain(text[at:], where)

    def _plain(self, text: str, where: str) -> str:
        found = list(_secrets(text)) if len(text) <= _REMEMBERED else [*find_secrets(text), *find_apart(text)]
        if self.level is RedactionLevel.STRICT:
            found += find_personal(text, self._names)
        if not found:
            return text
        return "".join(self._replaced(text, _resolved(text, found), where))

    def _replaced(self, text: str, spans: list[Span], where: str) -> Iterator[str]:
        done, line, many = 0, 1, "\n" in text
        for start, end, kind in spans:
            line += text.count("\n", done, start)
            yield text[done:start]
            yield self._replace(text[start:end], kind, f"{where} line {line}".strip() if many else where)
            line += text.count("\n", start, end)
            done = end
        yield text[done:]

    # Values

    def _value(self, value: Any, where: str, name: SecretName | None, depth: int) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return self._number(value, where, name)
        if isinstance(value, str):
            return self._string(value, where, name, depth)
        if depth < MAX_DEPTH and isinstance(value, list | tuple):
            return [self._value(item, f"{where}[{place}]", name, depth + 1) for place, item in enumerate(value)]
        if depth < MAX_DEPTH and isinstance(value, dict):
            return self._object(value, where, name, depth)
        return self._unreadable(where)

    def _object(self, value: dict[Any, Any], where: str, name: SecretName | None, depth: int) -> Any:
        named = value.get("name", value.get("key"))
        beside = secret_name(named) if isinstance(named, str) else name
        out: dict[Any, Any] = {}
        for key, item in value.items():
            shown = self._text(key, where, MAX_DEPTH) if isinstance(key, str) else key
            place = f"{where}.{shown}".lstrip(".")
            of_key = secret_name(PLACEHOLDER.sub("", shown)) if isinstance(key, str) else None
            if of_key is None and key in _HOLDERS:
                of_key = beside
            out[shown] = self._field(shown, item, place, of_key, depth + 1)
        return out if len(out) == len(value) else self._unreadable(where)

    def _field(self, key: Any, item: Any, where: str, name: SecretName | None, depth: int) -> Any:
        if (
            self.level is RedactionLevel.STRICT
            and isinstance(key, str)
            and isinstance(item, str | int)
            and is_phone(key, str(item))
        ):
            return self._replace(str(item), "phone", where)
        return self._value(item, where, name, depth)

    def _string(self, value: str, where: str, name: SecretName | None, depth: int) -> str:
        if name is not None:
            start = scheme_end(value, 0, name)
            if is_secret_value(value[start:], name):
                gaps = _resolved(value, [Span(start, len(value), name.kind)])
                return "".join(self._replaced(value, gaps, where))
        return self._text(value, where, depth)

    def _number(self, value: int, where: str, name: SecretName | None) -> int | str:
        if name is None or name.kind not in ("password", "pin") or not 999 < value < _LARGEST_PIN:
            return value
        return self._replace(str(value), name.kind, where) if is_secret_value(str(value), name) else value

    # Placeholders

    def _learn(self, text: str) -> None:
        if "«" in text:
            self._reserved.update(PLACEHOLDER.findall(text))
        if self.level is RedactionLevel.STRICT:
            self._names |= user_names(text)

    def _replace(self, secret: str, kind: str, where: str) -> str:
        placeholder = self._placeholders.get(secret)
        if placeholder is None:
            placeholder = self._placeholders[secret] = self._next_placeholder(kind)
        return self._reported(placeholder, where)

    def _unreadable(self, where: str) -> str:
        return self._reported(self._next_placeholder("unreadable"), where)

    def _reported(self, placeholder: str, where: str) -> str:
        self._report[placeholder[1:].partition(":")[0], placeholder, where] += 1
        self._replacements += 1
        return placeholder

    def _next_placeholder(self, kind: str) -> str:
        while True:
            self._numbers[kind] += 1
            placeholder = f"«{kind}:{self._numbers[kind]}»"
            if placeholder not in self._reserved:
                return placeholder


@lru_cache(maxsize=4096)
def _secrets(text: str) -> tuple[Span, ...]:
    # A template says the same short things again and again, and is looked through again at every edit of it.
    return (*find_secrets(text), *find_apart(text))


class _Document(NamedTuple):
    value: Any
    start: int
    end: int


def _document(text: str, at: int) -> _Document | None:
    """Return the JSON document that the text goes on with and that ends its line, or None."""
    begin = _JSON_START.match(text, at)
    if begin is None or begin.end() == len(text):
        return None
    try:
        value, end = _DECODER.raw_decode(text, begin.end())
    except (ValueError, RecursionError):
        return None
    return _Document(value, begin.end(), end) if _JSON_END.match(text, end) else None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice: what the first held would be lost unseen")
    return fields


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct)


def _written_like(raw: str, before: Any, after: Any) -> str:
    """Write a changed document with the spaces and line breaks that the original had, where they are usual ones."""
    style = next((style for style in _STYLES if _is_written_so(before, raw, style)), {})
    written = json.dumps(after, ensure_ascii=False, **style)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def _is_written_so(value: Any, raw: str, style: dict[str, Any]) -> bool:
    try:
        return json.dumps(value, ensure_ascii=raw.isascii(), **style) == raw
    except RecursionError:  # read, and yet too deep to write
        return False


def _resolved(text: str, spans: list[Span]) -> list[Span]:
    """Return the spans in order and apart: overlapping ones as one, and the placeholders in them left out."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return [gap for span in merged for gap in _gaps(text, span)]


def _gaps(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for match in PLACEHOLDER.finditer(text, max(0, span.start - _LONGEST_PLACEHOLDER), span.end + _LONGEST_PLACEHOLDER):
        if match.end() > start and match.start() < span.end:
            yield from _worth_replacing(text, Span(start, match.start(), span.kind))
            start = match.end()
    yield from _worth_replacing(text, Span(start, span.end, span.kind))


def _worth_replacing(text: str, span: Span) -> Iterator[Span]:
    if any(character.isalnum() for character in text[span.start : span.end]):
        yield span


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth <= MAX_DEPTH and isinstance(value, dict):
        for key, item in value.items():
            if key in _USER_KEYS and isinstance(item, str):
                yield f'username: "{item}"'
            yield from _texts(key, depth + 1)
            yield from _texts(item, depth + 1)
    elif depth <= MAX_DEPTH and isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, depth + 1)
