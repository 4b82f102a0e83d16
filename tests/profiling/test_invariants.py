"""What holds of any sessions: order, counts, intervals, and evidence that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import FAILED, OK, Talk
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall, judge
from warmtui.profiling.models import Episode, RecoveryProfile, SessionAnalysis
from warmtui.profiling.profiler import analyze
from warmtui.profiling.recovery import error_patterns, recovery_patterns
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.sessions.models import Conversation

RESULTS = (
    OK,
    FAILED,
    '{"error": "File not found: src/app.py"}',
    '{"output": "x", "exit_code": 1, "error": null}',
    None,
)
TEXTS = ("fix the test in src/app.py", "no, the other one", "thanks", "fix the test in src/app.py", "почини это")

step = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(TEXTS)),
    st.tuples(st.just("say"), st.sampled_from(("done.", "which one?"))),
    st.tuples(
        st.just("call"),
        st.tuples(
            st.sampled_from(("patch", "read_file", "terminal")),
            st.sampled_from(({"path": "src/app.py"}, {"path": "/srv/src/app.py", "old": "x"}, {"command": "make x"})),
            st.sampled_from(RESULTS),
        ),
    ),
)
steps = st.lists(step, min_size=1, max_size=25)


def built(session_id: str, made: list[tuple[str, Any]]) -> Conversation:
    talk = Talk(session_id, cwd="/srv").at(1000).ask("please look at src/app.py")
    for kind, what in made:
        if kind == "call":
            talk.call(*what, took=2)
        else:
            getattr(talk, kind)(what)
    return talk.end()


sessions = st.lists(steps, min_size=1, max_size=4).map(
    lambda made: [built(f"s{number}", one) for number, one in enumerate(made)]
)


def episodes_of(found: list[Conversation]) -> Iterator[tuple[str, Episode]]:
    for one in found:
        analysis = analyze(one)
        yield from ((analysis.lineage_id, episode) for episode in analysis.episodes)


def calls_of(found: list[Conversation]) -> list[JudgedCall]:
    return [call for one in found for call in judge(one)]


def counted(profile: RecoveryProfile) -> tuple[object, ...]:
    """What is counted of a pattern: which of equal examples is shown may follow the order."""
    return (
        *(profile.signature, profile.tool, profile.episodes, profile.recovered, profile.user_rescued),
        *(profile.abandoned, profile.censored, profile.sessions, profile.sessions_recovered, profile.base),
    )


@given(sessions)
def test_the_order_of_sessions_changes_no_count_of_a_merged_pattern(found: list[Conversation]) -> None:
    back = found[::-1]
    assert list(map(counted, recovery_patterns(episodes_of(found)))) == list(
        map(counted, recovery_patterns(episodes_of(back)))
    )
    assert [(one.signature, one.count) for one in error_patterns(calls_of(found))] == [
        (one.signature, one.count) for one in error_patterns(calls_of(back))
    ]
    there, here = tool_profiles(calls_of(found)), tool_profiles(calls_of(back))
    assert list(there) == list(here)
    for tool, profile in there.items():
        other = here[tool]
        assert (profile.successes, profile.errors, profile.calls) == (other.successes, other.errors, other.calls)
        assert profile.durations == other.durations
        assert {(one.key, one.trait, one.value, one.p_value) for one in profile.contrasts} == {
            (one.key, one.trait, one.value, one.p_value) for one in other.contrasts
        }
        assert {(one.key, one.present) for one in profile.conventions} == {
            (one.key, one.present) for one in other.conventions
        }


@given(steps, st.sampled_from(("patch", "read_file", "terminal")))
def test_a_further_ok_call_never_lowers_a_tools_success(made: list[tuple[str, Any]], tool: str) -> None:
    before = analyze(built("s", made)).tool_calls
    more = analyze(built("s", [*made, ("call", (tool, {"path": "src/new.py"}, OK))])).tool_calls
    rate = more[tool].success_rate
    assert rate is not None
    if tool in before:
        assert rate >= (before[tool].success_rate or 0)
        assert (more[tool].success_low or 0) >= (before[tool].success_low or 0)
    for other in before.keys() - {tool}:
        assert more[other].success_rate == before[other].success_rate


@given(sessions)
def test_every_recovery_rate_lies_in_its_interval_and_its_ends_add_up(found: list[Conversation]) -> None:
    for one in recovery_patterns(episodes_of(found)):
        assert one.episodes == one.recovered + one.user_rescued + one.abandoned + one.censored
        assert 1 <= one.sessions <= one.episodes
        assert one.sessions_recovered <= min(one.sessions, one.recovered)
        for rate in (one.rate, one.base):
            if rate.total:
                low, value, high = rate.low, rate.value, rate.high
                assert low is not None
                assert value is not None
                assert high is not None
                assert 0 <= low <= value <= high <= 1
        assert one.base.total >= one.rate.total


def all_evidence(analysis: SessionAnalysis) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Yield every pattern of an analysis with where it was seen."""
    for profile in analysis.tool_calls.values():
        yield profile.tool, (*profile.evidence, *profile.error_evidence)
        for contrast in profile.contrasts:
            yield contrast.sentence, contrast.failed_evidence
            yield contrast.sentence, contrast.worked_evidence
    for error in analysis.error_patterns:
        yield error.signature, error.evidence
    for episode in analysis.episodes:
        yield episode.signature, (episode.failed, *([episode.recovery] if episode.recovery else []))
    for recovery in analysis.recovery_patterns:
        yield recovery.signature, recovery.evidence
    user = analysis.user_patterns
    if user.message_count:
        yield "user", user.evidence
    for remark in (*user.corrections, *user.approvals):
        yield remark.rule, (remark.evidence, *([remark.answers] if remark.answers else []))
    for marker in analysis.context_markers:
        yield marker.value, marker.evidence


@given(steps)
def test_every_pattern_has_evidence_and_all_of_it_is_there(made: list[tuple[str, Any]]) -> None:
    conversation = built("s", made)
    analysis = analyze(conversation)
    messages = {(message.session_id, message.message_id) for message in conversation.messages}
    for what, evidence in all_evidence(analysis):
        is_unjudged = what in analysis.tool_calls and not analysis.tool_calls[what].eligible
        assert evidence or is_unjudged, what
        for place in evidence:
            assert place.store == conversation.store
            assert (place.session_id, place.message_id) in messages
            if place.result_message_id is not None:
                assert (place.session_id, place.result_message_id) in messages


@given(steps)
def test_one_message_is_one_remark_and_an_analysis_survives_being_written(made: list[tuple[str, Any]]) -> None:
    analysis = analyze(built("s", made))
    remarks = [*analysis.user_patterns.corrections, *analysis.user_patterns.approvals]
    assert len({one.evidence for one in remarks}) == len(remarks)
    assert len(analysis.user_patterns.corrections) <= analysis.user_patterns.turns
    assert SessionAnalysis.from_dict(analysis.to_dict(explain=True)) == analysis
