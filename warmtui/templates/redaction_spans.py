"""Where secrets stand in a text: by provider, by shape, between their markers, and beside a telling name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from warmtui.templates.redaction_names import (
    Certainty,
    SecretName,
    is_cookie,
    is_placeholder,
    is_secret_value,
    looks_chosen,
    looks_drawn,
    scheme_end,
    secret_name,
)
from warmtui.templates.redaction_rules import NAME_QUALIFIERS, PREFIXES
from warmtui.templates.redaction_shapes import OPTIONS, SHAPES


class Span(NamedTuple):
    """A stretch of a text that is to be replaced.

    Attributes:
        start: its first character.
        end: the one after its last.
        kind: what it is, as the placeholder says.
    """

    start: int
    end: int
    kind: str


def find_secrets(text: str) -> list[Span]:
    """Return the stretches of `text` that are secrets; in no order, and they may overlap."""
    lowered = text.replace("İ", "i").lower()  # the one letter that is two in lower case: places must agree
    return [
        *_private_keys(text),
        *_prefixed(text),
        *_shaped(text, lowered),
        *_options(text, lowered),
        *_named(text, lowered),
        *_flags(text, lowered),
    ]


# By provider

# A key begins where no word runs on; "sk-" alone is too common an ending for a hyphen before it.
_WORDY = re.compile(r"[A-Za-z0-9]")
_SHORT_PREFIX = 3


def _prefixed(text: str) -> Iterator[Span]:
    for rule in PREFIXES:
        at = text.find(rule.prefix)
        while at >= 0:
            end = at + 1
            if at == 0 or not _runs_on(text[at - 1], rule.prefix):
                match = _compiled(rule.body).match(text, at + len(rule.prefix))
                if match is not None:
                    end = match.end()
                    if not is_placeholder(text[at + len(rule.prefix) : end]):
                        yield Span(at, end, "token")
            at = text.find(rule.prefix, end)


def _runs_on(before: str, prefix: str) -> bool:
    return _WORDY.match(before) is not None or (len(prefix) <= _SHORT_PREFIX and before in "-_")


# By shape and by command


def _shaped(text: str, lowered: str) -> Iterator[Span]:
    for shape in SHAPES:
        if shape.hint not in lowered:
            continue
        for match in _compiled(shape.pattern).finditer(text):
            start, end = match.span("secret")
            if not shape.is_judged or _is_judged_secret(shape.kind, text[start:end]):
                yield Span(start, end, shape.kind)


_PORT = re.compile(r"\d{1,5}[?#]")  # where "://host:8080?mail=a@b" was taken for a user and a password


def _is_judged_secret(kind: str, value: str) -> bool:
    if kind == "cookie":
        return is_cookie(value)
    if _PORT.match(value):
        return False
    return not is_placeholder(value) and (kind != "token" or looks_chosen(value))


_LINE = 400


def _options(text: str, lowered: str) -> Iterator[Span]:
    for option in OPTIONS:
        if not any(program in lowered for program in option.programs):
            continue
        for match in _compiled(option.pattern).finditer(text):
            line = lowered[max(0, match.start() - _LINE) : match.start() + 1].rpartition("\n")[2]
            if any(program in line for program in option.programs) and not is_placeholder(match["secret"]):
                yield Span(*match.span("secret"), "password")


# Private keys, over several lines

_MARKER = "-----"
_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"(?:^|\n|\\n)\s*[A-Za-z0-9+/=]{8,}\s*(?:$|\n|\\[nr])|[A-Za-z0-9+/=]{40}")
_KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\ \t\r\n"
_KEY_OPEN = re.compile(r"(?:[A-Za-z0-9+/=\s\\:,]|-(?!-)){40,16384}")
_SHORTEST_CUT_KEY = 40
_LONGEST_KEY = 16_384


def _private_keys(text: str) -> Iterator[Span]:
    if "PRIVATE KEY" not in text:
        return
    closed = set()
    for begin in _BEGIN.finditer(text):
        stop = text.find(_MARKER, begin.end())
        close = _END.match(text, stop) if stop >= 0 else None
        if close is not None:
            closed.add(close.start())
            if _KEY_LINE.search(text, begin.end(), stop):
                yield Span(begin.start(), close.end(), "private-key")
        elif (open_end := _KEY_OPEN.match(text, begin.end())) is not None:  # its end was cut off
            yield Span(begin.start(), open_end.end(), "private-key")
    for close in _END.finditer(text):
        if close.start() not in closed:  # its beginning was cut off
            before = text[max(0, close.start() - _LONGEST_KEY) : close.start()]
            body = len(before) - len(before.rstrip(_KEY_CHARACTERS))
            if body >= _SHORTEST_CUT_KEY:
                yield Span(close.start() - body, close.end(), "private-key")


# Beside a telling name

_NOUNS = (
    "pass|pwd|psk|secret|token|key|cred|auth|cookie|session|[cx]srf|jwt|bearer|salt|cvv|mnemonic|"
    "kennwort|contrase|senha|motdepasse|heslo|wachtwoord|salasana|пароль|密码|密碼|パスワード|비밀번호|"
    r"(?:pw|pat|pin|otp|sid|sig)(?![a-z])"
)
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
_LONGEST_NAME = 64
_ASSIGNED = re.compile(
    rf"""(?:{_NOUNS})[\w.-]{{0,32}}+
    (?P<close>\\{{0,3}}["'`]?\]?[*_]{{0,2}})  # the name can stand in quotes, in an index, in bold
    (?P<operator>
        (?P<colon>[ \t]{{0,16}}[:：](?![:/=])[*_]{{0,2}}[ \t]{{0,16}})
      | [ \t]{{0,16}}(?::=|=>|={{1,3}}(?!=))[*_]{{0,2}}[ \t]{{0,16}}
      | (?P<prose>
            [ \t]{{1,4}}(?:(?:for|of)[ \t]{{1,4}}(?:[\w.@-]{{1,64}}|["'][^"'\n]{{1,128}}["'])[ \t]{{0,4}})?
            (?:(?:is[ ]now|is|was|to|set[ ]to|will[ ]be)[ \t:]|[:=])[ \t:]{{0,4}}
        )
      | (?P<comma>[,(][ \t]{{0,4}}(?=\\{{0,3}}["']))  # define("NAME", "…"), setName("…")
      | (?P<tag>>)
      | ,?\s{{0,24}}["']?value["']?[=:][ \t]{{0,4}}  # name="…" value="…"
    )""",
    re.VERBOSE,
)
_FLAG = re.compile(
    r"(?<![\w-])--?[a-z0-9-]{0,32}?(?:password|passphrase|passwd|pass|pwd|secret|token|key|credentials?)[ \t]{1,4}"
)
_COLON_PATH = re.compile(r"\w:$")  # "arn:…:123:secret:name"
_SEVERAL_WORDS = re.compile(r"-|[a-z][A-Z]")
_METAVAR = re.compile(r"[A-Z_]+")
_QUALIFIER = re.compile(r"([a-z]{3,14}) $")
_OPENING = re.compile(r"[rbfuRBFU]{0,2}(?P<quote>\\{0,3}[\"'`])")
_ANNOTATION = re.compile(
    r"[A-Za-z_][\w.]{0,40}(?:\[[\w., |]{0,40}\])?(?: \| None)?(?:[ \t]{1,4}=[ \t]{0,4}(?!=)|=(?=[\"']))"
)
_LONGEST_JUDGED = 2048
_BARE = re.compile(rf"[^\s\"'`,;<>\\«»]{{1,{_LONGEST_JUDGED}}}")
_REST = re.compile(r"[^\s\"'`,;<>\\«»]*")
_INNER_NAME = re.compile(r"([A-Za-z][\w-]{1,32})[=:](?=\S)")
_NEXT_PARAMETER = re.compile(r"&\w{1,40}=")
_CALL_OR_PATH = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]{0,30})*[(\[].*$"
    r"|[A-Za-z_$][\w$]{0,30}(?:(?:\.|->|::)[A-Za-z_$][A-Za-z_$]{0,30})+$"
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_-]*")
_PAIR_ENDS = ("", "\n", "\r", "\\", '"', "'", "&", ";", "<")
_LONGEST_QUOTED = 4096
_DRAWN_NEARBY = re.compile(r"[A-Za-z0-9_+-]{20,}")
_HASH_BEFORE = re.compile(r"(?:sha\d{1,3}|md5|base64)[:=,-]?$", re.IGNORECASE)
_NEARBY = 40


class _Value(NamedTuple):
    start: int
    end: int
    is_quoted: bool


def _named(text: str, lowered: str) -> Iterator[Span]:
    done = 0
    for match in _ASSIGNED.finditer(lowered):
        if match.end() <= done:
            continue  # within the last secret
        name_start, name = _name_at(text, match.start(), match.start("close"))
        known = secret_name(name)
        if known is None:
            continue
        before = text[max(0, name_start - 2) : name_start]
        if (match["tag"] and before[-1:] != "<") or _COLON_PATH.match(before):
            continue
        value = _value_at(text, match.end(), known, colon=match["colon"] is not None)
        if value is not None and _is_assigned_secret(text, value, known, match):
            done = _whole_end(text, value)
            yield Span(value.start, done, known.kind)
    for match in _NEAR_NOUNS.finditer(lowered):
        yield from _nearby(text, match.end())


def _flags(text: str, lowered: str) -> Iterator[Span]:
    for match in _FLAG.finditer(lowered):
        known = secret_name(match.group().strip())
        value = None if known is None else _value_at(text, match.end(), known, colon=False)
        if known is None or value is None:
            continue
        held = text[value.start : value.end]
        if not held.startswith("-") and not _METAVAR.fullmatch(held) and _is_bare_secret(text, value, known, "="):
            yield Span(value.start, value.end, known.kind)


_NEAR_NOUNS = re.compile(r"password|passphrase|secret|token|api[ _-]?key|access[ _-]key|credential")


def _nearby(text: str, at: int) -> Iterator[Span]:
    """What looks drawn by lot, on the same line and a few words after the name of a secret."""
    found = _DRAWN_NEARBY.search(text, at, at + _NEARBY + 20)
    if found is None:
        return
    start = found.start()
    before = text[at:start]
    if not before or "\n" in before or before[-1] in "/.@#" or _HASH_BEFORE.search(before):
        return
    whole = _DRAWN_NEARBY.match(text, start) or found  # the search stopped short of its end
    if looks_drawn(whole.group()) and not is_placeholder(whole.group()) and not whole.group().islower():
        yield Span(start, whole.end(), "secret")


def _name_at(text: str, start: int, end: int) -> tuple[int, str]:
    """Return the whole name around its noun, with "API" where it is "API key", and where it begins."""
    floor = max(0, start - _LONGEST_NAME)
    while start > floor and text[start - 1] in _NAME_CHARACTERS:
        start -= 1
    before = _QUALIFIER.search(text[max(0, start - 16) : start].lower())
    if before is not None and before[1] in NAME_QUALIFIERS:
        return start - len(before.group()), f"{before[1]}_{text[start:end]}"
    return start, text[start:end]


def _value_at(text: str, at: int, name: SecretName, *, colon: bool) -> _Value | None:
    """Return the value that begins at `at`: what stands in quotes, else what runs on without a space."""
    if colon and (annotation := _ANNOTATION.match(text, at)) is not None:
        at = annotation.end()
    opening = _OPENING.match(text, at)
    if opening is not None:
        start = opening.end()
        end = _closing(text, start, opening["quote"])
        begin = scheme_end(text, start, name)
        return _Value(begin if begin < end else start, end, True) if end > start else None
    start = scheme_end(text, at, name)
    inner = _INNER_NAME.match(text, start)
    if inner is not None and secret_name(inner[1]) is not None:
        return None  # "key=token=…": the inner name says what the value is
    bare = _BARE.match(text, start)
    if bare is None:
        return None
    held = bare.group()
    parameter = _NEXT_PARAMETER.search(held)
    if parameter is not None:
        held = held[: parameter.start()]
    held = held.rstrip(".,:")
    while held.endswith((")", "]", "}")) and not any(bracket in held for bracket in "([{"):
        held = held[:-1].rstrip(".,:")
    return _Value(bare.start(), bare.start() + len(held), False) if held else None


def _closing(text: str, start: int, quote: str) -> int:
    """Return where a quoted value ends: at its quote, else, where that was cut off, at the end of its word."""
    limit = start + _LONGEST_QUOTED
    line = text.find("\n", start, limit)
    limit = limit if line < 0 else line
    at = text.find(quote, start, limit)
    while at >= 0 and len(quote) == 1 and _is_escaped(text, start, at):
        at = text.find(quote, at + 1, limit)
    if at >= 0:
        return at
    bare = _BARE.match(text, start)
    return bare.end() if bare else start


def _whole_end(text: str, value: _Value) -> int:
    """Return where a secret ends that may be longer than what was looked at to judge it."""
    if value.end - value.start < _LONGEST_JUDGED:
        return value.end
    rest = _REST.match(text, value.end)
    return rest.end() if rest else value.end


def _is_escaped(text: str, start: int, at: int) -> bool:
    before = text[max(start, at - 16) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_assigned_secret(text: str, value: _Value, name: SecretName, match: re.Match[str]) -> bool:
    held = text[value.start : value.end]
    if match["prose"] and not value.is_quoted:
        return looks_chosen(held.rstrip(".!?")) and is_secret_value(held, name)
    if match["comma"]:
        is_argument = match["comma"][0] == "(" or bool(match["close"])
        return is_argument and looks_chosen(held) and is_secret_value(held, name)
    if match["tag"] and held.startswith("@") and text[value.end : value.end + 2] != "</":
        return False  # "<user>:<password>@host" is no element
    if value.is_quoted or match["tag"]:
        return is_secret_value(held, name)
    return _is_bare_secret(text, value, name, match["operator"])


def _is_bare_secret(text: str, value: _Value, name: SecretName, operator: str) -> bool:
    """Say whether a value without quotes is a secret, and no expression, no annotation and no prose."""
    held = text[value.start : value.end]
    if value.is_quoted:
        return is_secret_value(held, name)
    if len(held) < 3 or _CALL_OR_PATH.match(held) or not is_secret_value(held, name):
        return False
    if name.certainty is not Certainty.SURE or _IDENTIFIER.fullmatch(held) is None:
        return True
    # Letters alone: a chosen word where the line or the pair ends, else code or prose.
    if len(held) < 5 or "_" in held or (_SEVERAL_WORDS.search(held) and secret_name(held) is not None):
        return False
    after = text[value.end : value.end + 1]
    return after in _PAIR_ENDS or (after == " " and operator == "=")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
