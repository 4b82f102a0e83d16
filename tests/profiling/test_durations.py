"""How long calls took, where the store says."""

from __future__ import annotations

import pytest

from tests.conversations import OK, Talk
from warmtui.profiling.durations import LONGEST, durations
from warmtui.profiling.judged import judge
from warmtui.profiling.models import Durations
from warmtui.profiling.profiler import SessionProfiler, analyze
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


def recorded_talk() -> Conversation:
    """Three calls of one tool whose messages lie a second apart."""
    return talk_of(1, 1, 1)


def test_a_recorded_duration_is_used_instead_of_the_times_of_messages() -> None:
    talk = recorded_talk()
    first, second, _ = talk.calls
    timings = {str(first.call_id): 0.25, str(second.call_id): 0.5, "call_of_another": 9.0}
    found = analyze(talk, timings=timings).tool_calls["read"].durations
    assert found == Durations(count=3, median=0.5, upper_quartile=0.75, recorded=2)
    assert analyze(talk).tool_calls["read"].durations == Durations(count=3, median=1.0, upper_quartile=1.0)


def test_a_call_that_is_answered_by_another_id_has_the_time_of_that() -> None:
    talk = recorded_talk()
    talk.calls[0].call_id, talk.calls[0].other_id = "one", "other"
    found = durations(judge(talk)[:1], {"other": 7.0})
    assert found == Durations(count=1, median=7.0, upper_quartile=7.0, recorded=1)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_record_that_makes_no_sense_is_none(seconds: float) -> None:
    talk = recorded_talk()
    found = durations(judge(talk), {str(talk.calls[0].call_id): seconds})
    assert found == Durations(count=3, median=1.0, upper_quartile=1.0)


def test_an_id_that_several_calls_have_names_none_of_them() -> None:
    talk = recorded_talk()
    for call in talk.calls[:2]:
        call.call_id = "same"
    found = analyze(talk, timings={"same": 5.0}).tool_calls["read"].durations
    assert found is not None
    assert (found.recorded, found.median) == (0, 1.0)


def test_records_are_kept_where_the_times_of_messages_say_nothing() -> None:
    talk = talk_of(0, 0, 0)
    found = durations(judge(talk), {str(talk.calls[1].call_id): 3.0})
    assert found == Durations(count=1, median=3.0, upper_quartile=3.0, recorded=1)


def test_a_profiler_hands_the_records_on() -> None:
    talk = recorded_talk()
    profiler = SessionProfiler(Silent(), timings={str(talk.calls[0].call_id): 2.0})
    found = profiler.analyze(talk).tool_calls["read"].durations
    assert found is not None
    assert found.recorded == 1


class Silent:
    """A source without messages: what is analysed was read before."""

    def get_messages(self, session_id: str) -> list[dict[str, object]]:
        return []
