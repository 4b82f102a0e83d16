"""Which names name a secret, and which values beside such a name are one."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from warmtui.templates.redaction_rules import (
    FILLER_WORDS,
    LIKELY_NAMES,
    NOT_SECRET_WORDS,
    OTHER_WORDS,
    PASS_NAMES,
    PASS_OWNERS,
    PIN_NAMES,
    PLAIN_VALUES,
    QUALIFIERS,
    SENTENCE_WORDS,
    SOFT_FILLER_WORDS,
    SURE_NAMES,
    WEAK_NAMES,
)

PLACEHOLDER = re.compile(r"«[a-z-]+:\d+»")
"""What stands where something was taken out: its kind and its number."""

_LONGEST_NAME = 120
_LONGEST_MASKED = 200  # in a longer one drawn by lot, four of a letter in a row stand by chance
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|api-key|bot|oauth|negotiate|key)[ \t]+", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,24}[ \t]+")
_SPACE = re.compile(r"\s")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_ALNUM = re.compile(r"[\W_]+")
_SURE_ENDINGS = tuple(SURE_NAMES)
_FILLER_CHARACTERS = frozenset("xX*.•·#-_?0… ")
_REFERENCE = re.compile(
    r"(?:\$[A-Za-z_]\w*(?:\[\w*\])?$|\$[({]|![A-Za-z]+$|<.*>$|\(.*\)$|\[.*\]$|\{.*\}$|%\w+%$|%\(?\w*\)?[sdr]$|`.*`$"
    r"|(?:process\.env|os\.environ|os\.getenv|getenv|env|secrets|var|local|config|settings|self|this)[.(\[]"
    r"|(?:vault|op|ref\+\w+|arn|ssm|keychain|keyring|file|data|projects?|sops|ENC)[:\[/]"
    r"|[a-z][a-z0-9+.-]*://[^@]*$"
    r"|(?:~|\.{1,2})?(?:/[\w.-]{1,40}){2,}$)"
)
# What was masked or cut, and what is filled in later: "sk-…abcd", "f'{user}-pw'".
_HOLED = re.compile(r"x{4}|X{4}|\*{3}|\.{3}|…|•{3}|[$#]?\{\{?[ \t]?[A-Za-z_][\w.]*(?:\(\))?[ \t]?\}")
_SNAKE_OR_CAMEL = re.compile(r"[a-z]+(?:_[a-z]+)+|[a-z]+(?:[A-Z][a-z]+)+|[A-Z]+(?:_[A-Z]+)+")
_DRAWN = re.compile(r"[A-Za-z0-9_+/=.~%-]{16,}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_DIGEST = re.compile(r"(?:sha\d{1,3}|md5)[-:=]", re.IGNORECASE)
_ID = re.compile(
    r"(?:req|call|toolu|chatcmpl|msg|run|resp|gen|request|trace|user|org|proj|asst|thread|file|batch|fc|rs|evt|cus|"
    r"sub|pi|ch|acct|job|task|node|step|srv|prod|price)[_-]"
)
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


class Certainty(Enum):
    """How much a name says about the value beside it."""

    SURE = "every value is a secret that is no placeholder"
    LIKELY = "a value is a secret that is no word"
    WEAK = "a value is a secret that looks drawn by lot"
    PIN = "a value is a secret that is a short number"


@dataclass(frozen=True, slots=True)
class SecretName:
    """What a name says.

    Attributes:
        kind: what the secret is called in a placeholder.
        certainty: how much it says.
        is_authorization: True for the header, whose value begins with a scheme of any name.
    """

    kind: str
    certainty: Certainty
    is_authorization: bool = False


@lru_cache(maxsize=4096)
def secret_name(name: str) -> SecretName | None:
    """Return what `name` says about the value beside it, or None where it names no secret.

    The last word decides, so that ``db_password``, ``dbPassword`` and ``PGPASSWORD`` name one, and
    ``password_length``, ``max_tokens`` and ``tokenizer`` do not.
    """
    words = [word.lower() for word in _WORD.findall(name[-_LONGEST_NAME:])]
    while words and (words[-1] in QUALIFIERS or words[-1].isdigit()):
        words.pop()
    if not words or not NOT_SECRET_WORDS.isdisjoint(words):
        return None
    return _sure_name(words) or _weaker_name(words)


def _sure_name(words: list[str]) -> SecretName | None:
    joined = "".join(words)
    if joined.endswith(_SURE_ENDINGS):
        noun = next(noun for noun in _SURE_ENDINGS if joined.endswith(noun))
        return SecretName(SURE_NAMES[noun], Certainty.SURE, is_authorization=noun == "authorization")
    if len(words) > 1 and words[-1] in PASS_NAMES and words[-2] in PASS_OWNERS:
        return SecretName("password", Certainty.SURE)
    return SecretName("pin", Certainty.PIN) if words[-1] in PIN_NAMES else None


def _weaker_name(words: list[str]) -> SecretName | None:
    if not OTHER_WORDS.isdisjoint(words):
        return None
    last = words[-1]
    if last in LIKELY_NAMES or last.endswith("token"):
        return SecretName(LIKELY_NAMES.get(last, "token"), Certainty.LIKELY)
    return SecretName(WEAK_NAMES[last], Certainty.WEAK) if last in WEAK_NAMES else None


def scheme_end(text: str, at: int, name: SecretName) -> int:
    """Return where the secret itself begins, after the "Bearer" of an authorization; else `at`."""
    scheme = (_ANY_SCHEME if name.is_authorization else _SCHEME).match(text, at)
    return scheme.end() if scheme else at


def is_secret_value(value: str, name: SecretName) -> bool:
    """Say whether a whole value beside a name is a secret: not a placeholder, a reference or a sentence."""
    if is_placeholder(value):
        return False
    match name.certainty:
        case Certainty.PIN:
            return value.isdecimal() and 4 <= len(value) <= 8
        case Certainty.SURE:
            return not _is_sentence(value)
        case Certainty.LIKELY:
            return looks_chosen(value)
        case Certainty.WEAK:
            return looks_drawn(value) or is_basic(value) or (name.kind == "cookie" and is_cookie(value))


def is_placeholder(value: str) -> bool:
    """Say whether a value only stands for a secret: ``YOUR_KEY``, ``$TOKEN``, ``<password>``, ``****``, ``None``."""
    rest = PLACEHOLDER.sub("", value).strip()
    if _FILLER_CHARACTERS.issuperset(rest) or not _NOT_ALNUM.sub("", rest) or rest.lower().rstrip("!?") in PLAIN_VALUES:
        return True
    if "EXAMPLE" in rest or _REFERENCE.match(rest) or (len(rest) <= _LONGEST_MASKED and _HOLED.search(rest)):
        return True
    words = _NOT_ALNUM.split(rest.lower())
    if not FILLER_WORDS.isdisjoint(words) or words[0].startswith("your") or words[:2] == ["change", "me"]:
        return True
    return not _DIGIT.search(rest) and _is_soft_placeholder(rest, words)


def _is_soft_placeholder(value: str, words: list[str]) -> bool:
    if not SOFT_FILLER_WORDS.isdisjoint(words) and len(words) <= 4:
        return True
    return bool(_SNAKE_OR_CAMEL.fullmatch(value)) and secret_name(value) is not None


def looks_chosen(value: str) -> bool:
    """Say whether a value is more than a word: letters with digits, or too long and too mixed for one."""
    if len(value) < 6 or _SPACE.search(value) or not _LETTER.search(value):
        return False
    return bool(_DIGIT.search(value)) or (len(value) >= 20 and not value.islower() and _switches(value) >= 6)


def looks_drawn(value: str) -> bool:
    """Say whether a value looks drawn by lot, and is no hash, UUID, path, version or date.

    Words and paths rarely go from small to capital letters or to digits and back; drawn ones do at about half
    of their characters.
    """
    if _DRAWN.fullmatch(value) is None or _ULID.fullmatch(value) or _DIGEST.match(value) or _ID.match(value):
        return False
    runs = [run for run in _NOT_ALNUM.split(value) if not _HEX.fullmatch(run)]
    body = "".join(runs)
    digits = sum(character.isdigit() for character in body)
    return (
        len(body) >= 14
        and 0 < digits <= len(body) // 2
        and len(set(body)) >= 10
        and sum(map(_switches, runs)) >= len(body) // 4
    )


def is_basic(value: str) -> bool:
    """Say whether a value is ``user:password`` in base64, as basic authentication writes it."""
    if len(value) < 8 or len(value) % 4:
        return False
    try:
        pair = base64.b64decode(value, validate=True).decode()
    except ValueError:  # no base64, or no text behind it
        return False
    return ":" in pair[1:-1] and pair.isprintable()


def is_cookie(value: str) -> bool:
    """Say whether one of the ``name=value`` pairs of a cookie header holds more than a word."""
    pairs = (pair.strip().partition("=") for pair in value.split(";"))
    return any(len(held) >= 12 and looks_chosen(held) and not is_placeholder(held) for _, _, held in pairs)


def _is_sentence(value: str) -> bool:
    words = value.split()
    if len(words) < 2 or any(looks_chosen(word) for word in words):
        return False
    plain = [word.strip(".,:;!?()\"'").lower() for word in words]
    return (
        plain[-1] in PLAIN_VALUES  # a label: "Enter password"
        or (len(words) >= 3 and (words[-1].endswith((".", "?")) or not SENTENCE_WORDS.isdisjoint(plain)))
    )


def _switches(text: str) -> int:
    """Count where a character is of another class than the one before; a capitalised word has none."""
    count = 0
    for one, two in pairwise(text):
        if one.isdigit() != two.isdigit() or (one.islower() and two.isupper()):
            count += 1
    return count
