"""The score: what it is made of, what it rewards, and what it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.models import ScoreCounts
from warmtui.profiling.proficiency import DEFAULT_BASELINE, WEIGHTS, Baseline, learn_baseline, score

GOOD = ScoreCounts(tools={"terminal": (20, 20)}, attempts=20, turns=2, closed=True)
BAD = ScoreCounts(
    tools={"terminal": (10, 20)}, recovered=1, episodes=8, wasted=5, attempts=20, corrections=2, turns=3, closed=False
)

counts = st.builds(
    lambda good, bad, wasted, corrections, turns, closed: ScoreCounts(
        tools={"a": (good, good + bad)},
        recovered=bad // 2,
        episodes=bad,
        wasted=min(wasted, good + bad),
        attempts=good + bad,
        corrections=min(corrections, turns),
        turns=turns,
        closed=closed if good + bad else None,
    ),
    *[st.integers(0, 60)] * 5,
    st.booleans(),
)


def test_weights_are_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_the_score_is_the_sum_of_its_components_by_hand() -> None:
    found = score(BAD)
    expected = sum(one.weight * one.value for one in found.components if one.value is not None)
    assert found.value == pytest.approx(expected)
    success, recovery, economy, guidance, closure = found.components
    # Two observations without a fault are presumed; in the default baseline every failure weighs 1.
    assert success.value == pytest.approx((10 + 2) / 22)
    assert recovery.value == pytest.approx((1 + 2) / 10)
    assert economy.value == pytest.approx((15 + 2) / 22)
    assert guidance.value == pytest.approx((1 + 2) / 5)
    assert closure.value == pytest.approx(2 / 3)
    assert sum(one.weight for one in found.components) == pytest.approx(1.0)


def test_a_good_session_scores_above_a_bad_one() -> None:
    good, bad = score(GOOD).value, score(BAD).value
    assert good is not None
    assert bad is not None
    assert good > bad + 0.2


def test_a_missing_component_is_named_and_its_weight_shared() -> None:
    found = score(GOOD)
    recovery = next(one for one in found.components if one.name == "recovery")
    assert recovery.value is None
    assert recovery.weight == 0.0
    assert recovery.explanation == "no error to recover from"


def test_without_eligible_calls_there_is_no_score_and_under_five_it_is_thin() -> None:
    nothing = score(ScoreCounts(tools={}, turns=3))
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)
    assert score(ScoreCounts(tools={"a": (4, 4)}, attempts=4, closed=True)).thin
    assert not score(ScoreCounts(tools={"a": (5, 5)}, attempts=5, closed=True)).thin


def test_of_faultless_sessions_none_is_better_for_its_length_its_tools_or_what_could_not_be_counted() -> None:
    baseline = learn_baseline([GOOD, BAD, ScoreCounts(tools={"terminal": (1, 1), "patch": (3, 9)}, attempts=10)])
    sessions = [
        ScoreCounts(tools={tool: (calls, calls)}, attempts=calls, turns=turns, closed=True)
        for tool in ("terminal", "patch", "new")
        for calls in (1, 7, 300)
        for turns in (0, 4)
    ]
    assert {score(one, baseline).value for one in sessions} == {1.0}
    lows = [score(one, baseline).low for one in sessions[::2]]
    assert lows[0] is not None
    assert lows[2] is not None
    assert lows[0] < lows[2] < 1.0  # what length does give is certainty, and the interval shows it


def test_length_alone_is_not_rewarded_beyond_certainty() -> None:
    """The same shares, ten times as long: the value moves only by what is presumed, less than the interval is wide."""
    short = score(ScoreCounts(tools={"a": (9, 10)}, attempts=10, closed=True))
    long = score(ScoreCounts(tools={"a": (90, 100)}, attempts=100, closed=True))
    assert short.value == pytest.approx(long.value, abs=0.02)


def test_a_failure_weighs_what_its_tool_works_against_all_and_never_more_than_one() -> None:
    baseline = Baseline(
        success=0.8, recovery=0.5, economy=0.95, guidance=0.9, closure=0.85, tools={"hard": 0.4, "easy": 0.99}
    )
    assert baseline.faults({"hard": (1, 5), "easy": (7, 10), "new": (0, 1)}) == pytest.approx(4 * 0.5 + 3 + 1)
    told = score(ScoreCounts(tools={"hard": (1, 5)}, attempts=5, closed=True), baseline).components[0].explanation
    assert told == "1 of 5 calls worked; the 4 that did not weigh 2.00, by how often their tools work"


def test_an_error_that_the_agent_mended_counts_less_than_one_it_did_not() -> None:
    def one(recovered: int) -> float:
        found = score(ScoreCounts(tools={"a": (9, 10)}, recovered=recovered, episodes=1, attempts=10, closed=True))
        assert found.value is not None
        return found.value

    assert one(0) < one(1) < 1.0


def test_a_hard_tool_is_judged_by_what_is_usual_for_it() -> None:
    baseline = Baseline(
        success=0.9, recovery=0.5, economy=0.95, guidance=0.9, closure=0.85, tools={"hard": 0.5, "easy": 0.99}
    )
    hard = score(ScoreCounts(tools={"hard": (5, 10)}, attempts=10, closed=True), baseline)
    easy = score(ScoreCounts(tools={"easy": (5, 10)}, attempts=10, closed=True), baseline)
    assert hard.value is not None
    assert easy.value is not None
    assert hard.value > easy.value


@given(counts)
def test_every_score_lies_in_its_interval_between_0_and_1(one: ScoreCounts) -> None:
    found = score(one)
    if found.value is not None:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(counts, st.sampled_from(["a", "new"]))
def test_a_further_ok_call_never_lowers_the_success_component(one: ScoreCounts, tool: str) -> None:
    good, total = one.tools.get(tool, (0, 0))
    more = replace(one, tools={**one.tools, tool: (good + 1, total + 1)}, attempts=one.attempts + 1)
    before, after = score(one).components[0].value, score(more).components[0].value
    if before is not None:
        assert after is not None
        assert after >= before - 1e-9


@given(st.lists(counts, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_sessions_does_not_matter_to_the_baseline(sessions: list[ScoreCounts], random: object) -> None:
    shuffled = list(reversed(sessions))
    assert learn_baseline(shuffled) == learn_baseline(sessions)


def test_without_sessions_the_default_serves_and_its_version_says_so() -> None:
    assert learn_baseline([]) is DEFAULT_BASELINE
    assert learn_baseline([ScoreCounts(tools={})]) is DEFAULT_BASELINE
    assert learn_baseline([GOOD]).version not in ("default", learn_baseline([BAD]).version)
