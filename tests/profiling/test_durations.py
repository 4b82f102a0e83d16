"""How long calls took, where the store says."""

from __future__ import annotations

import pytest

from tests.conversations import OK, Talk
from warmtui.profiling.durations import LONGEST, durations
from warmtui.profiling.judged import judge
from warmtui.profiling.models import Durations
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.sessions.models import Conversation


def measured(conversation: Conversation) -> Durations | None:
    return durations(judge(conversation))


def talk_of(*seconds: float) -> Conversation:
    talk = Talk().ask("go")
    for place, took in enumerate(seconds):
        talk.at(1_700_000_000 + 100_000 * place).call("read", {"path": "a"}, OK, took=took)
    return talk.end()


@pytest.mark.parametrize(
    ("seconds", "median", "quartile"),
    [
        ((1.2,), 1.2, 1.2),
        ((3, 1), 2.0, 2.5),
        ((5, 1, 3), 3.0, 4.0),
        ((0, 0, 0, 4), 0.0, 1.0),
        ((1, 2, 3, 4, 100), 3.0, 4.0),
    ],
)
def test_median_and_upper_quartile_are_in_seconds(seconds: tuple[float, ...], median: float, quartile: float) -> None:
    found = measured(talk_of(*seconds))
    assert found is not None
    assert (found.count, found.median, found.upper_quartile) == (len(seconds), median, quartile)


def test_what_makes_no_sense_is_left_out() -> None:
    found = measured(talk_of(2, -1, LONGEST + 1, LONGEST))
    assert found is not None
    assert found.count == 2


def test_without_times_nothing_is_claimed() -> None:
    assert measured(Talk().ask("go").call("read", {}, OK).end()) is None
    assert measured(Talk().ask("go").at(5).call("read", {}, None).end()) is None
    assert measured(talk_of(-3)) is None


def test_a_store_that_writes_call_and_result_at_one_time_says_nothing() -> None:
    assert measured(talk_of(0, 0, 0)) is None


def test_each_tool_has_its_own() -> None:
    talk = Talk().at(0).ask("go").call("read", {}, OK, took=1).call("run", {}, OK, took=9).call("read", {}, OK, took=3)
    profiles = tool_profiles(judge(talk.end()))
    assert {tool: profile.durations.median for tool, profile in profiles.items() if profile.durations} == {
        "read": 2.0,
        "run": 9.0,
    }
