"""Text in cells: whatever is in it, columns stay columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from warmtui.text import visible
from warmtui.tui.cells import fit, fit_foreign, wrap


@given(st.text(), st.integers(1, 60))
def test_any_text_fits_its_cells_exactly(text: str, width: int) -> None:
    assert cell_len(fit_foreign(text, width)) == width


@given(st.text(), st.integers(2, 40))
def test_no_wrapped_line_is_wider_than_the_view(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(visible(text), width))


@given(st.text(alphabet="ab 日e", min_size=1), st.integers(2, 12))
def test_wrapping_loses_nothing_but_the_spaces_it_breaks_at(text: str, width: int) -> None:
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


def test_a_wide_character_is_never_cut_in_half() -> None:
    assert fit("日本語", 4) == "日 …"
    assert wrap("日本語", 3) == ["日", "本", "語"]


def test_a_megabyte_in_one_line_wraps_quickly() -> None:
    assert len(wrap("x" * 1_000_000, 80)) == 12_500


def test_text_stands_left_or_right() -> None:
    assert fit("ab", 4) == "ab  "
    assert fit("ab", 4, right=True) == "  ab"
