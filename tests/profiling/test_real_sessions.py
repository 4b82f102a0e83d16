"""What two hundred real sessions show: counted in another way as well, so that a slip shows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from warmtui.profiling.judged import judge
from warmtui.profiling.models import EpisodeEnd, SessionAnalysis
from warmtui.profiling.profiler import analyze
from warmtui.profiling.recovery import error_patterns, recovery_patterns
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store


@pytest.fixture(scope="module")
def conversations(airline_db: Path) -> list[Conversation]:
    with open_store(airline_db) as store:
        return list(store.conversations())


@pytest.fixture(scope="module")
def analyses(conversations: list[Conversation]) -> list[SessionAnalysis]:
    return [analyze(one) for one in conversations]


def test_every_failure_is_found_and_nothing_else(airline_db: Path, analyses: list[SessionAnalysis]) -> None:
    connection = sqlite3.connect(f"file:{airline_db}?mode=ro", uri=True)
    rows = connection.execute("SELECT tool_name, content LIKE 'Error%' FROM messages WHERE role = 'tool'").fetchall()
    connection.close()
    expected = Counter(tool for tool, is_error in rows if is_error)
    found = Counter(call.tool for one in analyses for call in one.calls if call.outcome.is_error)
    assert found == expected
    assert found == {"update_reservation_flights": 42, "book_reservation": 30, "update_reservation_baggages": 1}
    assert sum(len(one.calls) for one in analyses) == len(rows) == 1164


def test_the_tools_that_fail_most_show_real_conventions(conversations: list[Conversation]) -> None:
    profiles = tool_profiles([call for one in conversations for call in judge(one)])
    book = profiles["book_reservation"]
    assert (book.errors, book.eligible) == (30, 53)
    assert (profiles["update_reservation_flights"].errors, profiles["update_reservation_flights"].calls) == (42, 104)
    by_key = {one.key: one for one in book.conventions}
    assert by_key["cabin"].shape == "enum"
    assert set(by_key["cabin"].values) <= {"economy", "basic_economy", "business"}
    assert by_key["flights"].type == "array"
    assert by_key["total_baggages"].type == "integer"
    assert by_key["user_id"].present.count == by_key["user_id"].present.total == 23


def test_one_fault_is_one_signature_however_its_numbers_differ(
    conversations: list[Conversation], analyses: list[SessionAnalysis]
) -> None:
    patterns = error_patterns(call for one in conversations for call in judge(one))
    adds_up = [one for one in patterns if "does not add up" in one.signature]
    assert [(one.tool, one.count) for one in adds_up] == [("book_reservation", 24)]
    not_available = [one for one in patterns if "not available on date" in one.signature]
    assert [(one.tool, one.count) for one in not_available] == [("update_reservation_flights", 15)]
    episodes = [(one.lineage_id, episode) for one in analyses for episode in one.episodes]
    [profile] = [one for one in recovery_patterns(episodes) if "does not add up" in one.signature]
    assert not profile.is_anecdote
    assert profile.recovered > 0
    assert "payment_methods" in profile.changes[0].key


def test_flights_of_many_legs_fail_more_often_and_nothing_is_claimed_of_ids(
    conversations: list[Conversation],
) -> None:
    profiles = tool_profiles([call for one in conversations for call in judge(one)])
    [legs] = profiles["update_reservation_flights"].contrasts
    assert legs.sentence == "`flights`: 3 or more entries in 20 of 42 failed calls, in 11 of 62 that worked"
    assert legs.p_value < 0.02
    assert len(legs.failed_evidence) == len(legs.worked_evidence) == 3
    # Whether the sum of the payments is right shows in no single argument.
    assert profiles["book_reservation"].contrasts == ()
    few = [profile for profile in profiles.values() if min(profile.errors, profile.successes) < 5]
    assert [profile.tool for profile in few if profile.contrasts] == []


def test_every_call_took_as_long_as_the_store_says(airline_db: Path, conversations: list[Conversation]) -> None:
    connection = sqlite3.connect(f"file:{airline_db}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT role, timestamp, tool_name FROM messages WHERE role IN ('assistant', 'tool') ORDER BY session_id, id"
    ).fetchall()
    connection.close()
    took = [
        (name, after - before)
        for (role, before, _), (next_role, after, name) in pairwise(rows)
        if (role, next_role) == ("assistant", "tool")
    ]
    profiles = tool_profiles([call for one in conversations for call in judge(one)])
    for tool in ("book_reservation", "get_user_details"):
        found = profiles[tool].durations
        assert found is not None
        assert found.median == pytest.approx(median(seconds for name, seconds in took if name == tool), abs=0.001)
        assert found.count == profiles[tool].calls


def test_what_mended_a_failure_is_told_by_what_was_changed(analyses: list[SessionAnalysis]) -> None:
    episodes = [(one.lineage_id, episode) for one in analyses for episode in one.episodes]
    told = {one.signature: one.strategy for one in recovery_patterns(episodes) if one.strategy}
    assert told["update_reservation_flights: payment method not found"] == (
        "Called `get_user_details`, then `update_reservation_flights` with `payment_id` “credit_card_9074831”"
        " instead of “credit_card_7334”."
    )
    assert all("`payment_" in sentence and len(sentence) <= 160 for sentence in told.values())


def test_people_who_write_english_are_judged_by_its_words_and_none_repeats_a_request(
    analyses: list[SessionAnalysis],
) -> None:
    assert {one.user_patterns.languages for one in analyses} == {("en",)}
    rules = Counter(remark.rule for one in analyses for remark in one.user_patterns.corrections)
    assert rules == {"begins with actually": 5, "says stop": 1}


def test_the_sum_of_every_score_is_the_score(analyses: list[SessionAnalysis]) -> None:
    for one in analyses:
        if one.proficiency_score is not None:
            assert one.explain().total == pytest.approx(one.proficiency_score, abs=1e-9)


def test_most_failures_wait_for_the_person_and_those_are_rescues_at_best(analyses: list[SessionAnalysis]) -> None:
    ends = Counter(episode.end for one in analyses for episode in one.episodes)
    assert ends[EpisodeEnd.USER_RESCUED] > ends[EpisodeEnd.RECOVERED]
    assert ends[EpisodeEnd.CENSORED] == 0
    assert sum(episode.failures for one in analyses for episode in one.episodes) == 73


def test_talk_of_flights_and_prices_leaves_no_markers_behind(analyses: list[SessionAnalysis]) -> None:
    assert [marker for one in analyses for marker in one.context_markers] == []
