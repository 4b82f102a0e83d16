"""Error signatures: the same fault has one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.signatures import mask, signature


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("flight HAT030 not available on date 2024-05-13", "flight HAT271 not available on date 2024-05-10"),
        (
            "payment amount does not add up, total price is 305, but paid 255",
            "payment amount does not add up, total price is 1203, but paid 833",
        ),
        ("File not found: src/app.py", "File not found: /home/u/other/thing.rs"),
        ("payment method certificate_7504069 not found", "payment method certificate_4856383 not found"),
        ('column "usr_id" does not exist', 'column "order" does not exist'),
        ("ModuleNotFoundError: No module named 'yaml'", "ModuleNotFoundError: No module named 'requests'"),
        ("open /tmp/tmpa81x/x.lock: permission denied", "open /tmp/tmp99zz/y.lock: permission denied"),
        ("GET https://a.example/x?y=1 failed: 503", "GET https://b.example/ failed: 502"),
        ("object 0x7f3a at 12:01", "object 0x11 at 9:45"),
    ],
)
def test_the_same_fault_with_other_details_is_one(one: str, other: str) -> None:
    assert mask(one) == mask(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("payment method not found", "gift card balance is not enough"),
        ("NameError: name 'x' is not defined", "TypeError: 'x' is not callable"),
        ("not enough seats on flight HAT290", "flight HAT290 not available on date 2024-05-13"),
    ],
)
def test_different_faults_stay_apart(one: str, other: str) -> None:
    assert mask(one) != mask(other)


def test_a_signature_belongs_to_one_tool() -> None:
    assert signature("patch", "x failed") != signature("write_file", "x failed")


@given(st.text(max_size=2000))
def test_masking_is_idempotent_and_short_for_any_text(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= 3000
    assert mask(masked) == masked or len(text) > 200


@given(st.text(alphabet="a1.-/'\"`@ <", max_size=4000))
def test_masking_awkward_text_ends(text: str) -> None:
    mask(text)
