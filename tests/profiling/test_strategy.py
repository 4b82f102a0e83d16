"""What recoveries did, in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import OK, Talk
from warmtui.profiling.differences import argument_changes
from warmtui.profiling.judged import judge
from warmtui.profiling.models import ArgumentChange, Episode
from warmtui.profiling.recovery import find_episodes
from warmtui.profiling.recovery_models import StepKind
from warmtui.profiling.strategy import LONGEST, strategy
from warmtui.sessions.models import Conversation

NOT_FOUND = '{"success": false, "error": "Could not find a match for old_string in the file"}'
MISSING = '{"content": "", "error": "File not found: app.py"}'
DENIED = '{"output": "permission denied", "exit_code": 1, "error": null}'
DONE = '{"output": "fine", "exit_code": 0, "error": null}'
READ = '{"content": "1|x = 1", "total_lines": 1}'
PATCH = {"path": "app.py", "old_string": "x = 2", "new_string": "x = 3"}


def episodes(conversation: Conversation) -> list[Episode]:
    return find_episodes(judge(conversation), cwd=conversation.session.cwd)


def told(*talks: Talk) -> str:
    return strategy([episode for talk in talks for episode in episodes(talk.end()) if episode.recovery])[0]


def mended(tool: str, before: dict[str, Any], after: dict[str, Any], error: str = NOT_FOUND) -> str:
    return told(Talk().ask("go").call(tool, before, error).call(tool, after, DONE))


def ran(before: str, after: str) -> str:
    """Make both about the same program, as `make` after `sudo make` is."""
    return mended("terminal", {"command": before}, {"command": after}, DENIED)


def test_what_was_read_again_and_then_found_is_the_exact_line() -> None:
    talk = Talk().ask("go").call("read_file", {"path": "./app.py"}, READ).call("patch", PATCH, NOT_FOUND)
    talk.call("read_file", {"path": "app.py"}, READ).call("patch", PATCH | {"old_string": "x = 1"})
    assert told(talk) == "Read the file again, then `patch` with the exact line."


def test_several_lines_are_lines_and_what_was_never_read_before_is_not_read_again() -> None:
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("read_file", {"path": "app.py"}, READ)
    talk.call("patch", PATCH | {"old_string": "x = 1\ny = 1", "new_string": "x = 3\ny = 3"})
    assert told(talk) == "Read the file, then `patch` with the exact lines."


def test_recoveries_that_differ_in_values_alone_are_told_without_them() -> None:
    def talk(line: str) -> Talk:
        made = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("read_file", {"path": "app.py"}, READ)
        return made.call("patch", PATCH | {"old_string": line})

    assert told(talk("x = 1"), talk("x = 1\ny = 2")) == "Read the file, then `patch` with the exact text."


def test_the_most_frequent_way_is_told_with_how_often() -> None:
    other = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("write_file", {"path": "app.py", "content": "x"})
    again = [Talk(f"s{number}").ask("go").call("patch", PATCH, NOT_FOUND).call("patch", PATCH) for number in range(2)]
    assert told(other, *again) == "The same call again, on the 2nd try (2 of 3)."


def test_a_cat_of_the_file_is_a_look_at_it_and_a_listing_a_listing() -> None:
    def talk(command: str) -> str:
        made = Talk().ask("go").call("read_file", {"path": "src/app.py"}, MISSING)
        made.call("terminal", {"command": command}, DONE)
        return told(made.call("read_file", {"path": "lib/app.py"}, READ))

    end = "then `read_file` with `path` in another folder (“lib/app.py”)."
    assert talk("cat src/app.py | head") == f"Read the file, {end}"
    assert talk("cd x && ls -la src") == f"Listed the folder, {end}"
    assert talk("find . -name app.py") == f"Searched, {end}"
    assert talk("npm install -g left-pad") == f"Ran `npm install`, {end}"
    assert talk("deploy --token abc") == f"Ran `deploy`, {end}"


@pytest.mark.parametrize(
    ("between", "first"),
    [
        (("search_files", {"pattern": "app"}), "Searched, then "),
        (("list_directory", {"path": "src"}), "Listed the folder, then "),
        (("write_file", {"path": "b.py", "content": "x"}), "Changed a file, then "),
        (("get_user_details", {"user_id": "u"}), "Called `get_user_details`, then "),
        (("think", {"thought": "hm"}), ""),
    ],
)
def test_what_was_called_in_between_is_told_as_what_it_did(between: tuple[str, dict[str, Any]], first: str) -> None:
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call(*between, OK).call("patch", PATCH)
    sentence = told(talk)
    assert sentence.lower() == f"{first}the same call again, on the 2nd try.".lower()


def test_a_step_that_failed_helped_nobody() -> None:
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("search_files", {"pattern": "x"}, MISSING)
    assert told(talk.call("patch", PATCH)) == "The same call again, on the 2nd try."


def test_a_retry_says_which_it_was() -> None:
    talk = Talk().ask("go")
    for _ in range(3):
        talk.call("terminal", {"command": "curl -s x"}, DENIED)
    assert told(talk.call("terminal", {"command": "curl -s x"}, DONE)) == "The same call again, on the 4th try."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"path": "a/x.py"}, {"path": "/srv/a/x.py"}, "the absolute `path` (“/srv/a/x.py”)"),
        ({"path": "/srv/a/x.py"}, {"path": "a/x.py"}, "the relative `path` (“a/x.py”)"),
        ({"path": "./a/x.py"}, {"path": "a/x.py"}, "`path` written in another way (“a/x.py”)"),
        ({"path": "a/x.py"}, {"path": "b/x.py"}, "`path` in another folder (“b/x.py”)"),
        ({"old": "x  = 1\n"}, {"old": "x = 1"}, "the white space in `old` put right"),
        ({"old": "a" * 50}, {"old": "a" * 45}, "a shorter `old`"),
        ({"old": "b" * 45}, {"old": "b" * 50}, "a longer `old`"),
        ({"old": "a" * 50}, {"old": "b" * 50}, "another `old`"),
        ({"limit": 5000}, {"limit": 100}, "`limit` 5000 → 100"),
        ({"pay": [{"amount": 255}]}, {"pay": [{"amount": 305}]}, "`pay[0].amount` 255 → 305"),
        ({"cabin": "economy"}, {"cabin": "business"}, "`cabin` “business” instead of “economy”"),
        ({"limit": "5"}, {"limit": 5}, "`limit` as a whole number"),
        ({"names": "a"}, {"names": ["a"]}, "`names` as a list"),
        ({"flights": [1, 2]}, {"flights": [1]}, "1 entry in `flights` instead of 2"),
        ({}, {"mode": "replace"}, "`mode` added (“replace”)"),
        ({"mode": "replace"}, {}, "`mode` left out"),
        ({"names": ["x"]}, {"stations": ["x"]}, "`stations` instead of `names`"),
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, {}, "`a` left out, `b` left out, `c` left out and 2 more"),
        ({"force": False}, {"force": True}, "another `force`"),
    ],
)
def test_a_change_of_arguments_is_told_in_words(before: dict[str, Any], after: dict[str, Any], sentence: str) -> None:
    # Another path is another goal, but for a file that was looked for and not found.
    tool, error = ("read_file", MISSING) if "path" in before else ("book", NOT_FOUND)
    cwd = "/srv" if "/srv" in str((before, after)) else None
    talk = Talk(cwd=cwd).ask("go").call(tool, before, error).call(tool, after, READ)
    assert told(talk) == f"`{tool}` with {sentence}."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("apt install jq", "apt install -y jq", "again with `-y` added"),
        ("apt install jq", "apt install jq -y", "again with `-y` added"),
        ("make deploy", "sudo make deploy", "again with `sudo` in front"),
        ("make deploy", "timeout 60 make deploy", "again with `timeout 60` in front"),
        ("make deploy", "make deploy 2>&1 | tail", "again with `2>&1 | tail` behind it"),
        ("pytest -x -q", "pytest -q", "again without `-x`"),
        ("pytest a.py", "pytest b.py", "again with `b.py` instead of `a.py`"),
        ("pytest " + "a" * 60, "pytest " + "b" * 60, "with another `command`"),
    ],
)
def test_a_change_of_a_command_is_told_by_its_words(before: str, after: str, sentence: str) -> None:
    assert ran(before, after) == f"`terminal` {sentence}."


def test_arguments_that_did_not_parse_are_not_called_the_same() -> None:
    invalid = '{"error": "Invalid JSON arguments"}'
    [episode] = episodes(Talk().ask("go").call("run", "{broken", invalid).call("run", {}, OK).end())
    assert not episode.parses
    assert strategy([episode])[0] == "`run` with arguments that are valid JSON."


def test_a_tool_that_hands_calls_on_is_told_by_the_tool_it_calls() -> None:
    error = '{"error": "Tool call timed out."}'
    before, after = ({"tool_name": name, "params": {"path": "a.py"}} for name in ("edit_file", "write_file"))
    talk = Talk().ask("go").call("execute-tool", before, error).call("execute-tool", after)
    assert told(talk) == "`write_file` instead of `edit_file`, through `execute-tool`."
    listing = {"tool_name": "list_directory", "params": {"path": "."}}
    talk = Talk().ask("go").call("execute-tool", before, error).call("execute-tool", listing)
    assert told(talk.call("execute-tool", before)).startswith("Listed the folder, then the same call again")
    slower = {"tool_name": "edit_file", "params": {"path": "a.py", "timeout_ms": 9000}}
    talk = Talk().ask("go").call("execute-tool", before, error).call("execute-tool", slower)
    assert told(talk) == "`execute-tool` with `timeout_ms` added (9000)."


def test_a_file_that_was_not_found_is_not_called_an_exact_line() -> None:
    missing = '{"success": false, "error": "File not found: app.py"}'
    talk = Talk().ask("go").call("patch", PATCH, missing).call("read_file", {"path": "app.py"}, READ)
    assert "exact" not in told(talk.call("patch", PATCH | {"old_string": "x = 1"}))


def test_null_is_not_the_same_as_left_out_and_nan_is_the_same_as_itself() -> None:
    assert mended("t", {}, {"mode": None}) == "`t` with `mode` added (“null”)."
    assert mended("t", {"mode": None}, {}) == "`t` with `mode` left out."
    assert argument_changes({"a": float("nan")}, {"a": float("nan")}) == ()
    [change] = argument_changes({"a": float("inf")}, {"a": 1.0})
    assert (change.before, change.after) == ("inf", 1.0)


def test_nothing_of_a_commands_arguments_reaches_the_sentence_but_through_the_changes() -> None:
    secret = "hunter" + "2" * 3
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND)
    talk.call("terminal", {"command": f"mysql -p {secret} -e 'select 1'"}, DONE)
    talk.call("terminal", {"command": f"docker -p {secret} login"}, DONE)
    [episode] = episodes(talk.call("patch", PATCH).end())
    assert secret not in strategy([episode])[0]
    assert [(step.kind, step.program) for step in episode.steps] == [(StepKind.RAN, "mysql"), (StepKind.RAN, "docker")]


def test_an_episode_survives_being_written_and_read() -> None:
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("read_file", {"path": "app.py"}, READ)
    [episode] = episodes(talk.call("patch", PATCH | {"old_string": "x = 1"}).end())
    assert episode.steps
    assert Episode.model_validate(episode.model_dump(mode="json")) == episode


def test_without_recoveries_there_is_no_sentence() -> None:
    assert strategy([]) == ("", None)


values = st.one_of(st.text(max_size=200), st.integers(), st.booleans(), st.none(), st.lists(st.integers(), max_size=3))


@given(st.lists(st.lists(st.tuples(st.text(max_size=30), values, values), max_size=4), min_size=1, max_size=4))
def test_any_sentence_is_one_short_line_and_the_same_each_time(changes: list[list[tuple[str, Any, Any]]]) -> None:
    talk = Talk().ask("go").call("patch", PATCH, NOT_FOUND).call("patch", PATCH)
    [episode] = episodes(talk.end())
    found = [
        episode.model_copy(
            update={"changes": tuple(ArgumentChange(key=key, before=old, after=new) for key, old, new in one)}
        )
        for one in changes
    ]
    sentence, typical = strategy(found)
    assert 0 < len(sentence) <= LONGEST
    assert "\n" not in sentence
    assert typical in found
    assert strategy(found)[0] == sentence
