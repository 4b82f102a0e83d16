"""Words at a glance, and that no pattern is missed by looking at them first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling import errors_lines
from warmtui.profiling.letters import word_set, words
from warmtui.profiling.shell_words import _split_in_full, split


def test_words_are_runs_of_ascii_letters() -> None:
    assert words("It's 2 FAILED_tests, naïve \ud800") == [b"It", b"s", b"FAILED", b"tests", b"na", b"ve"]
    assert word_set("a b a") == {b"a", b"b"}


_TELLING = st.sampled_from(
    [
        *"error fatal can't couldn't not found no such timed out does exist is not MyError a_Exception npmERR!".split(),
        *"failed/ -failed panicked abort killed x0Error".split(),
        *("could not", "segmentation fault", "not found", "no such", "timed out", "does not exist", "is not"),
    ]
)


@given(st.lists(st.one_of(_TELLING, st.text(max_size=6)), max_size=6), st.sampled_from((" ", "", ": ", "é")))
def test_a_line_that_tells_an_error_always_has_one_of_the_words(parts: list[str], between: str) -> None:
    line = between.join(parts)
    if errors_lines._TELLS.search(line):
        assert errors_lines._may_tell(line)


_PIECES = (
    "a",
    "b.c",
    "-x",
    "--k=v",
    "&&",
    "||",
    "|",
    ";",
    ";;",
    "&",
    "2>",
    "'",
    '"',
    "$(",
    ")",
    "#",
    "\\",
    "\n",
    "\t",
    "é",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=10), st.sampled_from(("", " ")))
def test_a_command_without_quotes_is_cut_at_once_as_it_is_in_full(parts: list[str], between: str) -> None:
    command = between.join(parts)
    assert split(command) == _split_in_full(command)
