"""What the command line prints of a session: every number with its count, every pattern with its place."""

from __future__ import annotations

from tests.conversations import FAILED, OK, Talk
from warmtui import plain
from warmtui.profiling.models import Durations
from warmtui.profiling.profiler import analyze

READ = '{"content": "1|x = 1", "total_lines": 1}'


def test_a_recovery_is_told_with_its_fault_in_front_and_where_it_was_seen() -> None:
    talk = Talk().ask("please fix it").call("read_file", {"path": "app.py"}, READ)
    talk.call("patch", {"path": "app.py", "old_string": "x = 2"}, FAILED)
    talk.call("read_file", {"path": "app.py"}, READ).call("patch", {"path": "app.py", "old_string": "x = 1"}, OK)
    printed = plain.analysis(analyze(talk.end())).splitlines()
    at = printed.index("Recovery")
    assert printed[at + 1] == (
        "`patch`: Could not find a match for old_string in the file"
        " → read the file again, then `patch` with the exact line."
    )
    assert printed[at + 2] == "  recovered 1 of 1 · 100% (21–100) · anecdote"
    assert printed[at + 3] == "  seen at message 4, 8"


def test_a_fault_that_nothing_mended_stands_alone() -> None:
    printed = plain.analysis(analyze(Talk().ask("go").call("patch", {"path": "a.py"}, FAILED).end()))
    assert "`patch`: Could not find a match for old_string in the file\n  recovered 0 of 1" in printed
    assert "→" not in printed


def test_the_time_of_calls_is_printed_where_it_is_known() -> None:
    assert plain.duration(None) == ""
    assert plain.duration(Durations(count=23, median=1.2, upper_quartile=3.46)) == (
        "median 1.2 s, upper quartile 3.5 s (n 23)"
    )
    timed = Talk().at(0).ask("go").call("run", {}, OK, took=1.5).end()
    assert "median 1.5 s" in plain.analysis(analyze(timed))
    assert "seconds" not in plain.analysis(analyze(Talk().ask("go").call("run", {}, OK).end()))


def test_what_sets_failed_calls_apart_is_printed_with_both_intervals_and_both_places() -> None:
    talk = Talk().ask("go")
    for number in range(7):
        talk.call("read", {"path": f"a/{number}.py"}, FAILED).call("read", {"path": f"/srv/a/{number}.py"}, OK)
    printed = plain.analysis(analyze(talk.end()))
    assert "read: `path`: relative path in 7 of 7 failed calls, in 0 of 7 that worked" in printed
    assert "  failed 7 of 7 · 100% (65–100); worked 0 of 7 · 0% (0–35); by chance p 0.001 at most" in printed
    assert "  failed at message 2, 6, 10; worked at 4, 8, 12" in printed


def test_the_rules_that_were_applied_are_named_and_each_correction_with_its_own() -> None:
    english = Talk().ask("please fix the test").say("done.").ask("no, the other test")
    printed = plain.analysis(analyze(english.end()))
    assert "rules: English words, neutral signs" in printed
    assert "  message 3: begins with no: “no, the other test”" in printed
    russian = Talk().ask("почини этот тест, пожалуйста").say("готово").ask("почини этот тест, пожалуйста")
    printed = plain.analysis(analyze(russian.end()))
    assert "rules: none for words, neutral signs" in printed
    assert "  message 3: the same request again, about message 1: “почини этот тест, пожалуйста”" in printed


def test_a_tools_name_cannot_act_on_the_terminal() -> None:
    printed = plain.analysis(analyze(Talk().ask("go").call("\x1b[31mred\nline", {}, FAILED).end()))
    assert "\x1b" not in printed
