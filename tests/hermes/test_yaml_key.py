"""One key of somebody else's YAML text: read, set and taken out again, with every other byte as it was."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from warmtui.errors import HomeError
from warmtui.warmstart.hermes.activation import PREFILL_NAME
from warmtui.warmstart.hermes.homes import KEY
from warmtui.warmstart.hermes.yaml_key import Edit, read_key, set_key, unset_key

_BLOCKS = (
    "model:\n  provider: custom # the one here\n  default:   'x'\n",
    "# a heading\n\nlist:\n- 1\n-   two\n",
    "deep: {a: [1, 2], b: {c: d}}\n",
    "base: &base\n    x: 1\nderived:\n    <<: *base\n    y: 2\n",
    "folded: >-\n   one\n   two\n\nkept: |+\n  a\n\n",
    "quoted: \"tab\\t\"\n'odd key': 'it''s'\n",
    "? complex\n: value\n",
    "empty:\nnothing: ~\nyes: no\nnumber: 0o14\n",
    "tagged: !custom {a: 1}\n",
    "long: " + "word " * 60 + "end\n",
    "größe: 😀\n",
    "multi: one\n  two\n   three\n",
)
_OWN = (
    "",
    f"{KEY}: ''\n",
    f'"{KEY}" :  ""   # none\n',
    f"{KEY}:\n",
    f"{KEY}: # which\n",
    f"{KEY}: null\n",
)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.sampled_from(_BLOCKS), unique=True, max_size=5))
    blocks.insert(draw(st.integers(0, len(blocks))), draw(st.sampled_from(_OWN)))
    indent = draw(st.sampled_from(["", "", "", "  "]))
    body = "".join(indent + line if line.strip() else line for line in "".join(blocks).splitlines(keepends=True))
    head = draw(st.sampled_from(["", "# mine\n", "---\n", "%YAML 1.2\n---\n", "\n\n"]))
    tail = draw(st.sampled_from(["", "", "# the end\n", "\n\n", "...\n", "# open"])) if body else ""
    text = head + body + tail
    if draw(st.booleans()) and tail == "":
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def meaning(text: str) -> dict[str, Any]:
    loaded = YAML(typ="rt").load(io.StringIO(text, newline=""))
    return {key: value for key, value in (loaded or {}).items() if key != KEY}


def check_a_key_comes_and_goes(text: str, later: str) -> None:
    try:
        changed, edit = set_key(text, KEY, PREFILL_NAME)
    except HomeError as error:
        assert "no place" in str(error)
        assert "? complex" in text, "only where it is the first key no line has a place"
        return
    assert read_key(changed, (KEY,)) == PREFILL_NAME
    assert meaning(changed) == meaning(text)
    assert unset_key(changed, KEY, edit) == text
    edited = f"{changed}\n{later}\n"
    try:
        expected = meaning(edited)
    except YAMLError:  # nothing can stand behind such a text
        return
    without = unset_key(edited, KEY, edit)
    assert meaning(without) == expected
    assert read_key(without, (KEY,)) == ""


LATER = st.sampled_from(["# a thought", "later: 1", "later: {a: [b]}"])


@settings(max_examples=15, deadline=None)
@given(configurations(), LATER)
def test_a_key_comes_and_goes_and_leaves_the_same_bytes_or_what_was_written_meanwhile(text: str, later: str) -> None:
    check_a_key_comes_and_goes(text, later)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(configurations(), LATER)
def test_a_key_comes_and_goes_in_many_more_texts(text: str, later: str) -> None:
    check_a_key_comes_and_goes(text, later)


def test_a_file_that_another_program_wrote_anew_loses_only_the_key() -> None:
    _, edit = set_key("b: 1 # note\na: 2\n", KEY, PREFILL_NAME)
    rewritten = f"a: 2\nb: 1\n{KEY}: 'warm_prefill.json'\nz: 3\n"
    assert unset_key(rewritten, KEY, edit) == "a: 2\nb: 1\nz: 3\n"
    assert unset_key("a: 1\n", KEY, edit) == "a: 1\n"
    assert unset_key(f"{KEY}: warm_prefill.json # ours\n", KEY, Edit(PREFILL_NAME, "''")) == f"{KEY}: '' # ours\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", "no valid YAML"),
        ("a: 1\n---\nb: 1\n", "no valid YAML"),
        ("a: 1\na: 2\n", "the key “a” stands twice in one place (line 2)"),
        ("a:\n  b: 1\n  b: 2\n", "the key “b” stands twice in one place (line 3)"),
        ("- 1\n", "not made of keys"),
        ("{a: 1}\n", "written in braces"),
        (f"{KEY}: &x ''\nother: *x\n", "no place"),
        ("a: \x01\n", "no valid YAML"),
        (f"? {KEY}\n", "no place"),
        (f"name: &name ''\n{KEY}: *name\n", "no place"),
        ("a: " + "[" * 500 + "]" * 500, "nested too deeply"),
    ],
)
def test_a_text_that_cannot_be_changed_safely_is_not_and_it_says_why(text: str, said: str) -> None:
    with pytest.raises(HomeError) as caught:
        set_key(text, KEY, PREFILL_NAME)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"{KEY}: false\n", ""),
        (f"{KEY}: off\n", ""),
        (f"{KEY}: 0\n", ""),
        (f"{KEY}: 'off'\n", "off"),
        (f"{KEY}: [a]\n", ""),
        (f"\ufeff{KEY}: mine.json\n", "mine.json"),
        (f"b: &b {{{KEY}: theirs}}\n<<: *b\n{KEY}: mine\n", "mine"),
        (f"b: &b {{{KEY}: theirs}}\n<<: *b\n", "theirs"),
        (f"b: &b {{}}\nc: &c {{{KEY}: theirs}}\n<<: [*b, *c]\n", "theirs"),
        (f"name: &name mine.json\n{KEY}: *name\n", "mine.json"),
    ],
)
def test_it_is_read_as_hermes_reads_it(text: str, value: str) -> None:
    assert read_key(text, (KEY,)) == value
