"""Text made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.text import one_line, plural, shorten, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
        ("a\u202eb", "a‹202e›b"),
        ("zero\u200bwidth", "zero‹200b›width"),
        ("nul\x00", "nul␀"),
        ("lone \ud800", "lone \ufffd"),
        ("line\r\nline\n", "line\nline\n"),
        ("over\rwrite", "over␍write"),
        ("del\x7f csi\x9b", "del␡ csi‹9b›"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("日本語 🪶 é", "日本語 🪶 é"),
    ],
)
def test_control_characters_are_shown_and_the_rest_stays(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    for character in visible(text):
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\ufeff"


@given(st.text(st.characters(codec=None), max_size=300), st.integers(0, 40))
def test_a_line_is_one_line_and_no_longer_than_asked(text: str, width: int) -> None:
    line = one_line(text, width)
    assert "\n" not in line
    assert "\t" not in line
    assert len(line) <= width


@given(st.text(st.characters(codec=None)))
def test_showing_twice_is_showing_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_shortening_and_counting() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"
    assert shorten("abcd", 0) == ""
    assert [plural(1, "session"), plural(1204, "session"), plural(0, "reply", "replies")] == [
        "1 session",
        "1,204 sessions",
        "0 replies",
    ]
