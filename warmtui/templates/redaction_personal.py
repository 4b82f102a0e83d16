"""Where personal data stands in a text: home directories, user names, e-mail addresses, phone numbers and IPs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator

from warmtui.templates.redaction_rules import PLAIN_VALUES
from warmtui.templates.redaction_spans import Span

_HOME_WORD = r"[^\s/\\:;,\"'`<>|*?(){}\[\]«»]{1,64}"
_HOME = re.compile(
    r"(?<![\w.])(?:/home/|(?:/mnt/[a-z])?/Users/|/var/home/"
    r"|[A-Za-z]:(?:\\{1,4}|/)(?:Users|Documents and Settings)(?:\\{1,4}|/))"
    rf"(?P<user>(?:(?<=\\){_HOME_WORD}(?: [A-Z]{_HOME_WORD}){{1,2}}(?=\\))|{_HOME_WORD})"
)
_SHARED_HOMES = frozenset("shared public default all linuxbrew".split())
_COMMON_USERS = frozenset(
    "root admin administrator user username users ubuntu debian centos fedora ec2-user azureuser vagrant docker node "
    "app git www www-data nobody guest test runner jovyan vscode codespace home pi postgres mysql redis me you your "
    "name none null true false unknown anonymous system default shared public deploy ci build agent claude hermes "
    "codex openai anthropic data bin usr opt src var tmp login logout settings dashboard index profile search about "
    "page home".split()
)
_NOBODYS_HOMES = _SHARED_HOMES | _COMMON_USERS
_USER_QUOTED = re.compile(
    r"(?i:\buser_?(?:name|id))\\{0,3}[\"']?[ \t]{0,4}[:=]>?[ \t]{0,4}\\{0,3}[\"']"
    r"(?P<user>[A-Za-z][A-Za-z0-9_.-]{2,31})\\{0,3}[\"']"
)
_USER_BARE = re.compile(
    r"(?i:\b(?:user_?name(?:=|:[ \t]{1,4})|logged in as[ \t]))(?P<user>[A-Za-z][A-Za-z0-9_-]{2,31})(?=[\s&;,.]|$)"
)
_USER_AT_HOST = re.compile(r"(?<![\w@/.+-])(?P<user>[a-z_][a-z0-9_-]{1,31})@[A-Za-z0-9-]{1,63}(?=:[~/]|[ :]~)")
_WORD = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")

_LOCAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-"
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])")
_LONGEST_LOCAL = 64

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_VERSION_BEFORE = re.compile(r"(?:[A-Za-z)]/|(?i:\bversion|\bv|\brelease)[ :=]{0,2}|[=~^<>]=?[ ]?)$")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{4,39}(?![\w:]|\.\d)")

_PHONE = re.compile(
    r"(?<![\w+.=/#-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4})(?![\w-]|\.\d)"
)
_PHONE_NAMED = re.compile(
    r"(?i:\b(?:tele?phone|phone(?: ?(?:number|no\.?))?|mobile|cell|fax|tel|whatsapp|call me (?:at|on)))\b"
    r"[\"']?[ \t]{0,4}(?::|=|is|at)?[ \t]{0,4}[\"']?(?P<phone>\+?\(?\d[\d ().-]{5,18}\d)(?!\w)"
)

_PHONE_KEY = re.compile(r"(?i:(?:\w{1,16}_)?(?:tele?phone|phone|mobile|cell|fax|tel|whatsapp)(?:_?(?:number|no))?)")
_PHONE_VALUE = re.compile(r"\s?\+?\(?\d[\d ().\-/]{5,20}\d\s?")


def user_names(text: str) -> set[str]:
    """Return the user names that a text gives away: of home directories, prompts and named fields."""
    patterns = (_HOME, _USER_AT_HOST, _USER_QUOTED, _USER_BARE)
    found = {name for pattern in patterns for match in pattern.finditer(text) for name in match["user"].split()}
    return {name for name in found if is_personal_name(name)}


def is_personal_name(name: str) -> bool:
    """Say whether a user name is a person's own, and no account that every system has."""
    return (
        len(name) >= 3
        and not name.isdecimal()
        and name.lower() not in _COMMON_USERS
        and name.lower() not in PLAIN_VALUES
    )


def is_phone(key: str, value: str) -> bool:
    """Say whether the value of a field is a phone number, by the field's name and the value's digits."""
    return _PHONE_KEY.fullmatch(key) is not None and _PHONE_VALUE.fullmatch(value) is not None


def find_personal(text: str, names: Collection[str]) -> list[Span]:
    """Return the stretches of `text` that are personal; in no order, and they may overlap.

    Args:
        text: the text.
        names: the user names that are known; as whole words they are replaced wherever they stand.
    """
    return [*_homes(text), *_users(text, names), *_emails(text), *_phones(text), *_addresses(text)]


def _homes(text: str) -> Iterator[Span]:
    for match in _HOME.finditer(text):
        if match["user"].lower() not in _NOBODYS_HOMES:
            yield Span(*match.span(), "home")


def _users(text: str, names: Collection[str]) -> Iterator[Span]:
    if not names:
        return
    for match in _WORD.finditer(text):
        if match.group() in names:
            yield Span(*match.span(), "user")


def _emails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - _LONGEST_LOCAL) : at]
        local = before[len(before.rstrip(_LOCAL)) :].lstrip("._%+-")
        domain = _DOMAIN.match(text, at + 1)
        if local and domain is not None and local != "git":
            yield Span(at - len(local), domain.end(), "email")
        at = text.find("@", at + 1)


def _phones(text: str) -> Iterator[Span]:
    for match in _PHONE.finditer(text):
        if 9 <= sum(character.isdigit() for character in match.group()) <= 15:
            yield Span(*match.span(), "phone")
    for match in _PHONE_NAMED.finditer(text):
        if 7 <= sum(character.isdigit() for character in match["phone"]) <= 15:
            yield Span(*match.span("phone"), "phone")


def _addresses(text: str) -> Iterator[Span]:
    for match in _IPV4.finditer(text):
        if not _VERSION_BEFORE.search(text[max(0, match.start() - 12) : match.start()]) and _is_host(match.group()):
            yield Span(*match.span(), "ip")
    for match in _IPV6.finditer(text):
        groups = [group for group in match.group().split(":") if group]
        if len(groups) >= 3 and _is_host(match.group()):
            yield Span(*match.span(), "ip")


def _is_host(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.startswith("255.") or text.endswith(".0.0"))
