"""Tool patterns, context markers, waste, and the analysis that holds them all."""

from __future__ import annotations

import pytest

from tests.conversations import FAILED, OK, Talk
from warmtui.profiling.context import context_markers
from warmtui.profiling.judged import judge
from warmtui.profiling.models import SessionAnalysis
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.profiler import SessionProfiler, analyze
from warmtui.profiling.tool_patterns import tool_profiles
from warmtui.profiling.waste import wasted_calls
from warmtui.sessions.models import Conversation

DONE = '{"output": "", "exit_code": 0, "error": null}'
BROKEN = '{"output": "boom", "exit_code": 2, "error": null}'


def markers(conversation: Conversation) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in context_markers(conversation, judge(conversation))}


def test_argument_conventions_come_from_what_worked() -> None:
    talk = Talk().ask("go")
    for name in ("a", "b", "c", "d"):
        talk.call("patch", {"path": f"/srv/app/{name}.py", "mode": "replace", "count": 1})
    talk.call("patch", {"file": "x", "mode": "wrong"}, FAILED)
    profile = tool_profiles(judge(talk.end()))["patch"]
    by_key = {one.key: one for one in profile.conventions}
    assert set(by_key) == {"path", "mode", "count"}
    assert (by_key["path"].shape, by_key["path"].type) == ("absolute path", "string")
    assert (by_key["path"].present.count, by_key["path"].present.total) == (4, 4)
    assert by_key["mode"].shape == "enum"
    assert by_key["mode"].values == ("replace",)
    assert by_key["count"].type == "integer"
    assert (profile.errors, profile.eligible) == (1, 5)
    assert profile.error_evidence[0].message_id == 10


def test_only_repeats_of_a_failing_call_and_loops_are_waste() -> None:
    def waste(*steps: tuple[str, str]) -> int:
        talk = Talk().ask("go")
        for command, result in steps:
            talk.call("terminal", {"command": command}, result)
        return wasted_calls(judge(talk.end()))

    assert waste(("make", BROKEN), ("make", DONE)) == 0
    assert waste(("make", BROKEN), ("vi", DONE), ("make", BROKEN)) == 1
    assert waste(("make", BROKEN), ("make", BROKEN), ("make", BROKEN)) == 2
    assert waste(("ls", DONE), ("ls", DONE)) == 0
    assert waste(("ls", DONE), ("ls", DONE), ("ls", DONE), ("ls", DONE)) == 2
    assert waste(("make a", BROKEN), ("make b", BROKEN)) == 0


def test_markers_are_what_was_worked_on() -> None:
    talk = Talk().ask("look at services/app.py and https://docs.example.org/guide, please")
    talk.call("read_file", {"path": "services/app.py"}).call(
        "terminal", {"command": "cd web && pytest -q tests/test_a.py"}
    )
    found = markers(talk.end())
    assert ("file", "services/app.py") in found
    assert ("directory", "services") in found
    assert ("language", "Python") in found
    assert ("command", "pytest") in found
    assert ("url", "https://docs.example.org/guide") in found


@pytest.mark.parametrize(
    "text", ["version 1.2.3", "about 3.14", "and so on...", "GET/POST", "1/2", "2024/05/13", "e.g. this"]
)
def test_noise_is_no_marker(text: str) -> None:
    assert markers(Talk().ask(text).end()) == set()


def test_markers_are_at_most_twenty_and_the_most_used_come_first() -> None:
    talk = Talk().ask("go")
    for number in range(40):
        talk.call("read_file", {"path": f"src/file{number}.py"})
        talk.call("read_file", {"path": "src/main.py"})
    found = context_markers(talk.end(), judge(talk.end()))
    assert len(found) == 20
    assert "src/main.py" in {one.value for one in found[:3]}


def test_an_analysis_survives_being_written_and_read() -> None:
    talk = Talk(cwd="/srv").ask("go").call("patch", {"path": "a.py"}, FAILED).call("patch", {"path": "/srv/a.py"}, OK)
    analysis = analyze(talk.say("done").ask("thanks").end())
    data = analysis.to_dict()
    assert SessionAnalysis.from_dict(data) == analysis
    assert data["message_count"] == 7
    assert data["tool_calls"]["patch"]["successes"] == 1
    assert data["tool_calls"]["patch"]["errors"] == 1
    assert [call["outcome"] for call in data["calls"]] == ["failed", "ok"]
    assert 0 < data["proficiency_score"] < 1


def test_a_corrected_outcome_wins_over_the_rules() -> None:
    conversation = Talk().ask("go").call("patch", {"path": "a.py"}, FAILED).end()
    corrected = analyze(conversation, corrections={("s1", 3): Outcome.OK})
    assert corrected.calls[0].outcome is Outcome.OK
    assert corrected.calls[0].corrected
    assert corrected.outcomes.errors == 0


def test_the_classic_score_is_literally_what_it_was() -> None:
    short = Talk().ask("go").say("done").end()
    assert analyze(short).classic == 0
    talk = Talk()
    for _ in range(5):
        talk.ask("go").say("done")
    assert analyze(talk.end()).classic == 0.5
    talk.call("terminal", {}, "no Error at all").call("terminal", {}, "fine")
    assert analyze(talk.end()).classic == pytest.approx(0.7 * 1 / 2 + 0.3 * 14 / 100)


def test_any_object_with_get_messages_can_be_profiled() -> None:
    class Messages:
        def get_messages(self, session_id: str) -> list[dict[str, object]]:
            call = {"id": "c", "type": "function", "function": {"name": "patch", "arguments": '{"path": "a.py"}'}}
            return [
                {"role": "user", "content": f"fix {session_id}"},
                {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c", "content": OK},
                {"role": "assistant", "content": "done"},
            ]

    found = SessionProfiler(Messages()).analyze_session("x")
    assert found.session_id == "x"
    assert (found.message_count, found.outcomes.ok) == (4, 1)
    assert found.calls[0].message_id == 1
