"""Which traits of arguments set failed calls apart, and when nothing may be said."""

from __future__ import annotations

from math import comb
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.conversations import FAILED, OK, Talk
from warmtui.profiling.contrasts import LEAST, argument_contrasts, exact_chance
from warmtui.profiling.judged import JudgedCall, judge
from warmtui.profiling.models import ArgumentContrast, ToolProfile
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.tool_patterns import tool_profiles

Made = list[tuple[dict[str, object], bool]]


def times(count: int, arguments: dict[str, object], worked: bool) -> Made:
    return [(arguments, worked)] * count


def calls(made: Made) -> list[JudgedCall]:
    talk = Talk().ask("go")
    for arguments, worked in made:
        talk.call("read", arguments, OK if worked else FAILED)
    return judge(talk.end())


def contrasts(made: Made) -> tuple[ArgumentContrast, ...]:
    return argument_contrasts(calls(made))


RELATIVE: Made = [({"path": f"src/{number}.py"}, False) for number in range(6)]
ABSOLUTE: Made = [({"path": f"/srv/src/{number}.py"}, True) for number in range(22)]
MIXED: Made = [*RELATIVE, ({"path": "/srv/x.py"}, False), *ABSOLUTE, ({"path": "src/x.py"}, True)]


def test_a_shape_that_failed_calls_have_is_told_with_both_counts_and_both_places() -> None:
    [found] = contrasts(MIXED)
    assert found.sentence == "`path`: relative path in 6 of 7 failed calls, in 1 of 23 that worked"
    assert (found.key, found.trait, found.value) == ("path", "shape", "relative path")
    assert found.failed.low is not None
    assert found.worked.high is not None
    assert found.failed.low > found.worked.high
    assert [place.message_id for place in found.failed_evidence] == [2, 4, 6]
    assert [place.message_id for place in found.worked_evidence] == [16, 18, 20]


def test_a_profile_carries_them_and_survives_being_written_and_read() -> None:
    profile = tool_profiles(calls(MIXED))["read"]
    assert [one.key for one in profile.contrasts] == ["path"]
    written = TypeAdapter(ToolProfile)
    assert written.validate_python(written.dump_python(profile, mode="json")) == profile


@pytest.mark.parametrize(
    ("failed", "worked", "sentence"),
    [
        ({"path": "a.py"}, {"path": "a.py", "mode": "x y"}, "`mode`: left out in 6 of 6 failed calls, in 0 of 9"),
        ({"path": "a.py", "all": "x y"}, {"path": "a.py"}, "`all`: given in 6 of 6 failed calls, in 0 of 9"),
        ({"n": "5"}, {"n": 5}, "`n`: string in 6 of 6 failed calls, in 0 of 9"),
        ({"mode": "fast"}, {"mode": "slow"}, "`mode`: “fast” in 6 of 6 failed calls, in 0 of 9"),
        ({"force": True}, {"force": False}, "`force`: “true” in 6 of 6 failed calls, in 0 of 9"),
        ({"at": [1, 2]}, {"at": [1]}, "`at`: 2 entries in 6 of 6 failed calls, in 0 of 9"),
        ({"at": [1, 2, 3, 4]}, {"at": [1]}, "`at`: 3 or more entries in 6 of 6 failed calls, in 0 of 9"),
        ({"line": -1}, {"line": 7}, "`line`: negative in 6 of 6 failed calls, in 0 of 9"),
        ({"q": ""}, {"q": "two words"}, "`q`: empty in 6 of 6 failed calls, in 0 of 9"),
        ({"u": "two words"}, {"u": "https://a.example/x"}, "`u`: text in 6 of 6 failed calls, in 0 of 9"),
    ],
)
def test_presence_type_shape_and_value_are_compared(
    failed: dict[str, object], worked: dict[str, object], sentence: str
) -> None:
    [found] = contrasts([(failed, False)] * 6 + [(worked, True)] * 9)
    assert found.sentence == f"{sentence} that worked"


def test_nothing_is_said_from_fewer_than_five_of_either_side() -> None:
    assert contrasts([*RELATIVE[: LEAST - 1], *ABSOLUTE]) == ()
    assert contrasts([*RELATIVE, *ABSOLUTE[: LEAST - 1]]) == ()
    assert len(contrasts([*RELATIVE[:LEAST], *ABSOLUTE[:LEAST]])) == 1


def test_a_key_must_be_given_five_times_on_each_side_before_its_shape_is_compared() -> None:
    bare: Made = [({"other": "x y"}, False)] * 5
    found = contrasts([*RELATIVE[:4], *bare, *ABSOLUTE])
    assert [(one.key, one.trait) for one in found] == [("other", "presence"), ("path", "presence")]


def test_what_chance_makes_is_not_told() -> None:
    made: Made = [({"path": f"{'/srv/' if number % 3 else 'a/'}{number}.py"}, bool(number % 2)) for number in range(60)]
    assert contrasts(made) == ()
    assert contrasts([({"path": "src/a.py"}, bool(number % 2)) for number in range(60)]) == ()


def test_many_comparisons_ask_for_a_clearer_difference() -> None:
    def arguments(number: int, worked: bool) -> dict[str, object]:
        others = {f"k{place}": f"a{'x' if (number >> place % 4) & 1 else 'y'} b" for place in range(30)}
        return {**others, "path": f"{'/' if worked else ''}src/{number}.py"}

    clear: Made = [(arguments(number, number >= 5), number >= 5) for number in range(10)]
    assert contrasts(clear) == ()
    assert [one.key for one in contrasts([({"path": one["path"]}, worked) for one, worked in clear])] == ["path"]


def test_what_was_worked_on_is_no_convention() -> None:
    """One file that resists is not a value to avoid."""
    made = times(6, {"path": "/srv/a.py"}, worked=False) + times(6, {"path": "/srv/b.py"}, worked=True)
    assert contrasts(made) == ()


def test_an_id_without_a_digit_is_no_other_shape_than_one_with() -> None:
    made = times(6, {"id": "ABCDEF"}, worked=False)
    made += [({"id": f"ABC{number:03}"}, True) for number in range(20)]
    assert contrasts(made) == ()


def test_of_one_key_the_strongest_trait_is_told_and_at_most_five_keys_the_strongest_first() -> None:
    made: Made = []
    for number in range(20):
        bad: dict[str, object] = {f"k{place}": "x y" for place in range(7)}
        bad["k3"] = 7 if number < 12 else "x y"
        made += [(bad, False), ({"k3": "x y"}, True)]
    found = contrasts(made)
    assert [one.key for one in found] == ["k0", "k1", "k2", "k4", "k5"]
    assert [one.p_value for one in found] == sorted(one.p_value for one in found)


def test_arguments_that_do_not_parse_are_on_neither_side() -> None:
    talk = Talk().ask("go")
    for number in range(6):
        talk.call("read", "{broken", FAILED).call("read", {"path": f"/srv/{number}"}, OK)
    assert argument_contrasts(judge(talk.end())) == ()


def test_cancelled_and_unknown_calls_are_on_neither_side() -> None:
    found = calls(MIXED)
    for call in found[:6]:
        call.outcome = Outcome.CANCELLED
    assert argument_contrasts(found) == ()


@given(st.integers(0, 12), st.integers(0, 12), st.integers(1, 12), st.integers(1, 12))
def test_the_exact_test_is_what_its_definition_says(one: int, other: int, of_one: int, of_other: int) -> None:
    failed, worked = (min(one, of_one), of_one), (min(other, of_other), of_other)
    having = failed[0] + worked[0]

    def chance_of(count: int) -> float:
        return comb(of_one, count) * comb(of_other, having - count) / comb(of_one + of_other, having)

    seen = chance_of(failed[0])
    tables = range(max(0, having - of_other), min(of_one, having) + 1)
    expected = sum(chance_of(count) for count in tables if chance_of(count) <= seen * (1 + 1e-12))
    assert exact_chance(failed, worked) == pytest.approx(expected)
    assert exact_chance(failed, worked) == pytest.approx(exact_chance(worked, failed))


def test_the_exact_test_agrees_with_the_lady_who_tasted_tea() -> None:
    assert exact_chance((3, 4), (1, 4)) == pytest.approx(34 / 70)
    assert exact_chance((4, 4), (0, 4)) == pytest.approx(2 / 70)


def test_the_exact_test_holds_for_a_hundred_thousand_calls() -> None:
    assert exact_chance((5, 5_000), (95, 95_000)) == pytest.approx(1.0)
    assert exact_chance((400, 5_000), (95, 95_000)) < 1e-200


argument = st.dictionaries(
    st.sampled_from("abc"), st.sampled_from(["x y", "/a/b", "a/b", 1, -2, True, "fast", "slow", [], [1]]), max_size=3
)


@given(st.lists(st.tuples(argument, st.booleans()), min_size=10, max_size=40))
def test_where_failed_and_worked_change_roles_the_same_traits_are_compared_with_counts_exchanged(made: Made) -> None:
    """Of a choice between two, each side is told with its own half; a trait of three can be one-sided."""
    swapped = contrasts([(arguments, not worked) for arguments, worked in made])
    there = {one.key: one.p_value for one in contrasts(made) if one.trait == "presence"}
    back = {one.key: one.p_value for one in swapped if one.trait == "presence"}
    for key in there.keys() & back.keys():
        assert there[key] == pytest.approx(back[key])
    for one in (*contrasts(made), *swapped):
        assert one.failed.total >= LEAST
        assert one.worked.total >= LEAST
        assert one.failed.value is not None
        assert one.worked.value is not None
        assert one.failed.value > one.worked.value
        assert one.failed_evidence
        assert one.p_value <= 0.05


def test_ten_thousand_keys_that_come_once_cost_no_more_than_a_moment() -> None:
    made: Made = [({f"a{number}": 1, f"b{number}": 2}, number % 2 == 0) for number in range(5_000)]
    found = calls(made)
    start = perf_counter()
    assert argument_contrasts(found) == ()
    assert perf_counter() - start < 1.0


def test_a_key_with_control_characters_is_told_on_one_line() -> None:
    made: Made = [*times(6, {"a\n\x1b[1mb": True}, worked=False), *times(6, {}, worked=True)]
    [found] = contrasts(made)
    assert found.sentence.isprintable()
