"""Redaction: what goes, what stays, and that what is done twice is done once."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.templates.redaction_corpus import Harmless, Secret, body
from tests.templates.redaction_corpus_all import KNOWN, NEGATIVE, POSITIVE
from tests.validity import redaction as measured
from warmtui.templates.redaction import RedactionLevel, Redactor, Replacement
from warmtui.templates.redaction_rules import PREFIXES

TOKEN = "gh" + "p_" + body(36)
OTHER = "gl" + "pat-" + body(20)
CHOSEN = "hunter" + "2-" + body(6)

MEGABYTE = 1_000_000


def _strict(text: str) -> str:
    return Redactor(RedactionLevel.STRICT).text(text)


# The corpus


def test_the_corpus_is_large_enough_to_say_something() -> None:
    assert len({case.text for case in POSITIVE}) >= 200
    assert len({case.text for case in NEGATIVE}) >= 200
    assert all(case.hidden in case.text for case in POSITIVE)


def test_nearly_every_secret_goes_and_nearly_nothing_else() -> None:
    recall, false_positives = measured.recall(POSITIVE).value, measured.false_positives(NEGATIVE).value
    assert recall is not None
    assert recall >= measured.RECALL_GOAL
    assert false_positives is not None
    assert false_positives <= measured.FALSE_POSITIVE_GOAL


def test_what_is_missed_is_told_by_its_name_and_never_by_its_text() -> None:
    secret = "gone" + body(6)
    missed = Secret(POSITIVE[0].kind, "a word", f"the {secret} word", secret)
    told = measured.part([missed], [Harmless("a token", f"x {TOKEN}")])
    assert "missed: provider prefixes: a word" in told
    assert "changed: a token" in told
    assert secret not in told
    assert TOKEN not in told


@pytest.mark.parametrize("case", POSITIVE, ids=lambda case: f"{case.kind.name}-{case.name}")
def test_a_secret_leaves_nothing_of_itself(case: Secret) -> None:
    redactor = Redactor(case.kind.level)
    redactor.text(case.text)
    assert measured.leaves_nothing(case)
    assert redactor.report
    assert case.hidden not in repr(redactor.report)


@pytest.mark.parametrize("case", [case for case in NEGATIVE if case.name not in KNOWN], ids=lambda case: case.name)
def test_what_is_no_secret_stays(case: Harmless) -> None:
    redactor = Redactor(case.level)
    assert redactor.text(case.text) == case.text
    assert redactor.report == ()


def test_the_keys_of_forty_providers_are_known_by_their_first_letters() -> None:
    assert len({rule.provider for rule in PREFIXES}) >= 40
    assert len({rule.prefix for rule in PREFIXES}) == len(PREFIXES)


@pytest.mark.parametrize("template", ["token={}", 'x = {{"token": "{}"', 'api_key="{}"', "Cookie: sid={}", "Bearer {}"])
@pytest.mark.parametrize("length", [3000, 20_000])
def test_a_secret_of_any_length_goes_whole(template: str, length: int) -> None:
    assert len(Redactor().text(template.format(body(length)))) < 60


# Placeholders


def test_the_same_secret_has_the_same_placeholder_and_another_one_the_next() -> None:
    redactor = Redactor()
    assert redactor.text(f"{TOKEN} and {OTHER} and {TOKEN}") == "«token:1» and «token:2» and «token:1»"
    assert redactor.text(f"again {OTHER}") == "again «token:2»"


def test_placeholders_that_are_there_already_stay_and_keep_their_numbers() -> None:
    assert Redactor().text(f"password: «password:1», and {TOKEN} for «token:1»") == (
        "password: «password:1», and «token:2» for «token:1»"
    )
    assert Redactor().value({"a": TOKEN, "b": "«token:1»"}) == {"a": "«token:2»", "b": "«token:1»"}


def test_only_the_secret_goes_and_the_text_around_it_stays() -> None:
    text = f"curl -H 'Authorization: Bearer {TOKEN}' 'https://x.example/?api_key={CHOSEN}&page=2'"
    assert Redactor().text(text) == (
        "curl -H 'Authorization: Bearer «token:1»' 'https://x.example/?api_key=«key:1»&page=2'"
    )


def test_the_report_says_kind_place_and_count_and_never_the_secret() -> None:
    redactor = Redactor()
    redactor.value({"env": {"DB_PASSWORD": CHOSEN}, "log": ["ok", f"one\ntwo {TOKEN} {TOKEN}"]}, where="arguments")
    assert redactor.report == (
        Replacement(kind="password", placeholder="«password:1»", where="arguments.env.DB_PASSWORD", count=1),
        Replacement(kind="token", placeholder="«token:1»", where="arguments.log[1] line 2", count=2),
    )


# JSON


def test_a_value_beside_a_key_that_names_a_secret_is_one() -> None:
    assert Redactor().value({"password": "swordfish", "user": "swordfish"}) == {
        "password": "«password:1»",
        "user": "swordfish",
    }


@pytest.mark.parametrize(
    "value",
    [
        {"max_tokens": 4096, "token_count": 512, "token": 7, "password": None, "secret": True},
        {"password": {"type": "string", "description": "The password of the user."}},
        {"errors": {"password": "This field is required."}},
        {"api_key": "YOUR_API_KEY", "token": "$TOKEN", "secret": "", "password": "********"},
        {"token": "running", "lemma": "run"},
        {"key": "user-42", "session": "20261120_091500_a1b2c3"},
    ],
)
def test_a_value_that_stands_for_no_secret_stays_whatever_its_key(value: dict[str, Any]) -> None:
    assert Redactor().value(value) == value


def test_lists_pairs_and_wrapped_values_belong_to_the_key_that_names_them() -> None:
    value = {
        "passwords": 3,
        "password": ["swordfish"],
        "client_secret": {"value": "sword" + "fish2"},
        "headers": [{"name": "Authorization", "value": f"Bearer {TOKEN}"}, {"name": "Accept", "value": "text/html"}],
        "pin": 4821,
        "changes": [{"key": "auth.api_key", "before": None, "after": "sword" + "fish3"}],
    }
    assert Redactor().value(value) == {
        "passwords": 3,
        "password": ["«password:1»"],
        "client_secret": {"value": "«secret:1»"},
        "headers": [
            {"name": "Authorization", "value": "Bearer «token:1»"},
            {"name": "Accept", "value": "text/html"},
        ],
        "pin": "«pin:1»",
        "changes": [{"key": "auth.api_key", "before": None, "after": "«key:1»"}],
    }


def test_a_secret_in_a_key_goes_as_well() -> None:
    assert Redactor().value({TOKEN: 1, "b": 2}) == {"«token:1»": 1, "b": 2}


@pytest.mark.parametrize("style", [{"separators": (",", ":")}, {}, {"indent": 2}, {"indent": 4}])
def test_json_in_a_text_stays_json_and_keeps_its_layout(style: dict[str, Any]) -> None:
    value = {"env": {"PASSWORD": 'a"b\\c swordfish7'}, "ünit": [1, 2.5, None, "é"]}
    text = json.dumps(value, ensure_ascii=False, **style)
    value["env"] = {"PASSWORD": "«password:1»"}
    assert Redactor().text(text) == json.dumps(value, ensure_ascii=False, **style)


def test_json_without_a_secret_stays_to_the_letter() -> None:
    text = '{ "a":1.50 , "b" :[ 1,2],\n"c":"\\u00e9\\ud800", "n": NaN }'
    assert Redactor().text(text) == text


def test_json_within_a_string_within_json_is_looked_through() -> None:
    inner = json.dumps({"command": f"export TOKEN={TOKEN}", "password": "swordfish"})
    redacted = Redactor().value({"arguments": inner})
    assert json.loads(redacted["arguments"]) == {"command": "export TOKEN=«token:1»", "password": "«password:1»"}


@pytest.mark.parametrize("times", [2, 3, 4, 12])
def test_json_encoded_over_and_over_hides_nothing_and_stays_json(times: int) -> None:
    value: Any = {"password": "swordfish"}
    for _ in range(times):
        value = {"a": json.dumps(value)}
    redacted = Redactor().text(json.dumps(value))
    assert "swordfish" not in redacted
    json.loads(redacted)
    assert ("unreadable" in redacted) is (times > 3)


def test_what_follows_a_json_document_is_redacted_as_text() -> None:
    text = '{"output": "x", "password": "swordfish"}\n\n[Hint: retry with ' + TOKEN + "]"
    redacted = Redactor().text(text)
    assert redacted == '{"output": "x", "password": "«password:1»"}\n\n[Hint: retry with «token:1»]'


def test_a_key_that_stands_twice_hides_nothing() -> None:
    assert "swordfish" not in Redactor().text('{"password": "swordfish", "password": ""}')


def test_half_a_character_does_no_harm() -> None:
    redacted = Redactor().text('{"password": "swordfish", "x": "\\ud800"}')
    assert json.loads(redacted) == {"password": "«password:1»", "x": "\ud800"}


# Failing closed


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_what_is_no_json_becomes_unreadable(value: object) -> None:
    redactor = Redactor()
    assert redactor.value({"a": value, "b": "x"}) == {"a": "«unreadable:1»", "b": "x"}
    assert [entry.where for entry in redactor.report] == ["a"]


def test_what_is_nested_too_deeply_becomes_unreadable() -> None:
    deep: Any = "password=" + CHOSEN
    for _ in range(5000):
        deep = [deep]
    redacted = Redactor().value({"deep": deep, "b": "x"})
    assert CHOSEN not in repr(redacted["deep"])
    assert "«unreadable:1»" in repr(redacted)
    assert redacted["b"] == "x"


def test_a_text_of_endless_brackets_is_only_a_text() -> None:
    assert Redactor().text("[" * 200_000) == "[" * 200_000


@pytest.mark.parametrize("depth", [150, 250, 700, 900, 960, 990, 3000])
def test_json_of_any_depth_hides_nothing(depth: int) -> None:
    redacted = Redactor().text("[" * depth + f'"{TOKEN}"' + "]" * depth)
    assert TOKEN not in redacted
    assert redacted.startswith("[" * 100)


def test_a_number_too_long_to_write_is_no_secret() -> None:
    assert Redactor().value({"password": 10**5000}) == {"password": 10**5000}


# The strict level


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("cat /home/mweber/src/app.py", "cat «home:1»/src/app.py"),
        ("open /Users/mweber/Desktop", "open «home:1»/Desktop"),
        (r"cd C:\Users\mweber\src", r"cd «home:1»\src"),
        ("mweber wrote it; see /home/mweber/x", "«user:1» wrote it; see «home:1»/x"),
        ("mweber@laptop:~/src$ ls -l", "«user:1»@laptop:~/src$ ls -l"),
        ("write to jane.roe+x@mail.example.org.", "write to «email:1»."),
        ("call +49 171 1234567 now", "call «phone:1» now"),
        ("phone: (212) 555-0142", "phone: «phone:1»"),
        ("tel 0171 1234567", "tel «phone:1»"),
        ("ssh 203.0.113.7 from 2001:db8:85a3::8a2e:370:7334", "ssh «ip:1» from «ip:2»"),
        (
            '{"user_id": "mia_li_3668", "note": "mia_li_3668 asked"}',
            '{"user_id": "«user:1»", "note": "«user:1» asked"}',
        ),
    ],
)
def test_personal_data_goes_at_the_strict_level_alone(text: str, redacted: str) -> None:
    assert _strict(text) == redacted
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "git clone git@github.com:org/repo.git",
        "npm i react@18.2.0 @types/node@20.1.0",
        "version 1.2.3.4, Chrome/120.0.0.0, pip install x==1.2.3.4",
        "listening on 127.0.0.1:8080 and [::1]:8080, bound to 0.0.0.0",
        "at 12:30:45 on 2024-01-15, 1700000000.123, order 4111-2222",
        "std::vector<int>::iterator, a[::2], MAC 00:1b:44:11:3a:b7",
        "/usr/lib/python3.11/site-packages, /home, ~/src, https://x.example/home/settings",
        "@app.route('/login'), @pytest.fixture, user@",
        "id 550e8400-e29b-41d4-a716-446655440000, 0.1.2.3.4.5, 1-2-3",
    ],
)
def test_what_is_not_personal_stays_at_the_strict_level(text: str) -> None:
    assert _strict(text) == text


def test_a_user_name_learned_anywhere_in_a_value_goes_everywhere_in_it() -> None:
    redacted = Redactor(RedactionLevel.STRICT).value(
        {"first": "owner mweber", "then": "/home/mweber/x", "of": ["mweber"]}
    )
    assert redacted == {"first": "owner «user:1»", "then": "«home:1»/x", "of": ["«user:1»"]}


# Twice is once

_NAMES = ["password", "token", "api_key", "secret", "Authorization", "Bearer ", "Cookie: ", "user_id", "--token "]
_MARKS = ["://", "@", ":", "=", '"', "'", "\\", "{", "}", "[", "]", ",", " ", "\n", ".", "&x=", "is ", "«", "»", "1»"]
_HELD = [TOKEN, CHOSEN, "swordfish7", "x1y2z3w4", "null", "«token:1»", "«password:", "eyJ", "\ud800", "İ", "é"]
_KEY = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", body(64)]
_PERSONAL = ["/home/", "mweber", "curl -u ", "a@b.org", "+49 171 1234567", "203.0.113.7"]
_FRAGMENTS = st.sampled_from([*_NAMES, *_MARKS, *_HELD, *_KEY, *_PERSONAL])
_TEXTS = st.lists(_FRAGMENTS, max_size=14).map("".join)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 99999) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.sampled_from(RedactionLevel))
def test_redacting_a_text_twice_is_redacting_it_once(text: str, level: RedactionLevel) -> None:
    redactor = Redactor(level)
    once = redactor.text(text)
    assert redactor.text(once) == once
    assert Redactor(level).text(once) == once


@settings(max_examples=200, deadline=None)
@given(_VALUES, st.sampled_from(RedactionLevel), st.booleans())
def test_redacting_a_value_twice_is_redacting_it_once(value: Any, level: RedactionLevel, as_text: bool) -> None:
    redactor = Redactor(level)
    once = redactor.value(json.dumps(value) if as_text else value)
    assert redactor.value(once) == once
    assert Redactor(level).value(once) == once


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_placeholders_are_never_touched(text: str) -> None:
    before = re.findall(r"«[a-z-]+:\d+»", text)
    after = re.findall(r"«[a-z-]+:\d+»", Redactor().text(text))
    rest = iter(after)
    assert all(placeholder in rest for placeholder in before)


@settings(max_examples=200, deadline=None)
@given(_VALUES)
def test_json_stays_json(value: Any) -> None:
    json.loads(Redactor().text(json.dumps(value)))


# Time


_ENDLESS = ["a", "password=", "token ", 'password="', "://a:", "eyJ-", "sk-", "@", "a@a.", "{}\n", "curl -u ", "--a "]
_ENDLESS += ["-----BEGIN PRIVATE KEY-----", "/home/x1y/ ", "1 ", "«token:1»", "cookie: a=b; ", "secret phrase abcde "]
_ENDLESS += [
    "token:\n",
    "token:\n abc123\n",
    " as the token",
    "| password |\n|---|\n",
    "|",
    "set a_token b2 ",
    "USER a\nPASS ",
]
_ENDLESS += ["recovery codes: ab12-cd34 ", "backup code", "with password a1", "credential a / ", "x.pgpass\na:1:b:c:"]


@pytest.mark.parametrize("piece", _ENDLESS)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        Redactor(RedactionLevel.STRICT).text(text)
        return time.process_time() - started

    small = max(seconds(MEGABYTE // 128), 0.002)
    assert seconds(MEGABYTE // 16) < 8 * small * 4
