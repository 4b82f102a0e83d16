"""Episodes: what counts as mended, by whom, and what had to change."""

from __future__ import annotations

import pytest

from tests.conversations import FAILED, OK, Talk
from warmtui.profiling.episodes import WINDOW
from warmtui.profiling.goals import goal
from warmtui.profiling.judged import judge
from warmtui.profiling.models import Episode, EpisodeEnd, RecoveryProfile
from warmtui.profiling.recovery import error_patterns, find_episodes, recovery_patterns
from warmtui.sessions.models import Conversation

READ = '{"content": "1|x = 1", "total_lines": 1}'
PATCH = {"path": "app.py", "old_string": "x = 2", "new_string": "x = 3"}
FIXED = PATCH | {"old_string": "x = 1"}


def episodes(conversation: Conversation) -> list[Episode]:
    return find_episodes(judge(conversation), cwd=conversation.session.cwd, is_live=conversation.is_live)


def ends(conversation: Conversation) -> list[EpisodeEnd]:
    return [episode.end for episode in episodes(conversation)]


def profiles(*conversations: Conversation) -> tuple[RecoveryProfile, ...]:
    return recovery_patterns((one.session.lineage_id, episode) for one in conversations for episode in episodes(one))


def test_a_success_on_the_same_goal_recovers_and_tells_what_changed() -> None:
    talk = Talk().ask("fix it").call("patch", PATCH, FAILED).call("read_file", {"path": "app.py"}, READ)
    [episode] = episodes(talk.call("patch", FIXED).say("done").end())
    assert episode.end is EpisodeEnd.RECOVERED
    assert episode.between == ("read_file",)
    assert [(change.key, change.before, change.after) for change in episode.changes] == [
        ("old_string", "x = 2", "x = 1")
    ]
    assert (episode.failed.message_id, episode.failed.result_message_id) == (2, 3)
    assert episode.recovery is not None
    assert (episode.recovery.message_id, episode.recovery.result_message_id) == (6, 7)


def test_looking_at_a_file_does_not_mend_a_failed_change_of_it() -> None:
    talk = Talk().ask("fix it").call("patch", PATCH, FAILED).call("read_file", {"path": "app.py"}, READ)
    assert ends(talk.say("I give up").end()) == [EpisodeEnd.ABANDONED]


def test_nor_does_it_where_a_tool_hands_both_calls_on() -> None:
    def handed(tool: str) -> dict[str, object]:
        return {"tool_name": tool, "arguments": {"path": "a.py"}}

    talk = (
        Talk().ask("go").call("use_mcp_tool", handed("edit_file"), FAILED).call("use_mcp_tool", handed("read_file"), OK)
    )
    assert ends(talk.end()) == [EpisodeEnd.ABANDONED]


def test_another_tool_on_the_same_path_mends_it() -> None:
    talk = Talk().ask("fix it").call("patch", PATCH, FAILED).call("write_file", {"path": "./app.py", "content": "x"})
    [episode] = episodes(talk.end())
    assert episode.end is EpisodeEnd.RECOVERED
    assert (episode.recovery_tool, episode.changes) == ("write_file", ())


def test_a_success_on_another_goal_mends_nothing() -> None:
    talk = Talk().ask("go").call("patch", PATCH, FAILED).call("patch", FIXED | {"path": "other.py"})
    assert ends(talk.end()) == [EpisodeEnd.ABANDONED]


def test_a_success_only_after_the_person_spoke_is_a_rescue() -> None:
    talk = Talk().ask("go").call("patch", PATCH, FAILED).ask("look at the file first").call("patch", FIXED)
    assert ends(talk.end()) == [EpisodeEnd.USER_RESCUED]


def test_the_window_is_eight_calls_long() -> None:
    def talk(others: int) -> Conversation:
        built = Talk().ask("go").call("patch", PATCH, FAILED)
        for number in range(others):
            built.call("terminal", {"command": f"echo {number}"}, '{"output": "", "exit_code": 0}')
        return built.call("patch", FIXED).end()

    assert ends(talk(WINDOW - 1)) == [EpisodeEnd.RECOVERED]
    assert ends(talk(WINDOW)) == [EpisodeEnd.ABANDONED]


def test_calls_of_one_message_do_not_answer_each_other() -> None:
    talk = Talk().ask("go").calls([("patch", PATCH, FAILED), ("patch", FIXED, OK)])
    assert ends(talk.end()) == [EpisodeEnd.ABANDONED]


def test_repeated_failures_on_one_goal_are_one_episode_compared_with_the_last_of_them() -> None:
    talk = Talk().ask("go").call("patch", PATCH, FAILED).call("patch", PATCH | {"new_string": "y"}, FAILED)
    [episode] = episodes(talk.call("patch", FIXED | {"new_string": "y"}).end())
    assert episode.failures == 2
    assert [change.key for change in episode.changes] == ["old_string"]


def test_an_open_end_of_a_live_session_proves_nothing() -> None:
    live = Talk(is_live=True).ask("go").call("patch", PATCH, FAILED).end()
    assert ends(live) == [EpisodeEnd.CENSORED]


def test_a_lost_result_on_the_same_goal_proves_nothing() -> None:
    talk = Talk().ask("go").call("patch", PATCH, FAILED)
    talk.call("patch", FIXED, "[Old tool output cleared to save context space]")
    assert ends(talk.end()) == [EpisodeEnd.CENSORED]


def test_a_file_looked_for_in_the_wrong_folder_and_found_is_one_story() -> None:
    missing = '{"content": "", "error": "File not found: src/app.py"}'
    talk = Talk().ask("go").call("read_file", {"path": "src/app.py"}, missing)
    talk.call("search_files", {"pattern": "app.py", "target": "files"}, '{"total_count": 1}')
    assert ends(talk.call("read_file", {"path": "services/app.py"}, READ).end()) == [EpisodeEnd.RECOVERED]


def test_a_subcommand_tells_goals_of_one_program_apart() -> None:
    talk = Talk().ask("go").call("terminal", {"command": "git push"}, '{"output": "rejected", "exit_code": 1}')
    talk.call("terminal", {"command": "git status"}, '{"output": "", "exit_code": 0}')
    assert ends(talk.end()) == [EpisodeEnd.ABANDONED]


def test_errors_group_by_signature_however_numbers_differ() -> None:
    talk = Talk().ask("go")
    for paid in (255, 833):
        talk.call("book", {"user_id": "u", "n": paid}, f"Error: does not add up, total is 305, but paid {paid}")
    [pattern] = error_patterns(judge(talk.end()))
    assert pattern.count == 2
    assert [place.message_id for place in pattern.evidence] == [2, 4]


def test_one_session_is_an_anecdote_and_three_are_a_pattern() -> None:
    def session(number: int) -> Conversation:
        talk = Talk(f"s{number}").ask("go").call("patch", PATCH, FAILED)
        return talk.call("read_file", {"path": "app.py"}, READ).call("patch", FIXED).end()

    [one] = profiles(session(1))
    assert one.is_anecdote
    [three] = profiles(session(1), session(2), session(3))
    assert not three.is_anecdote
    assert (three.episodes, three.recovered, three.sessions, three.sessions_recovered) == (3, 3, 3, 3)
    assert three.rate.low is not None
    assert 0.43 < three.rate.low < 0.45
    assert three.strategy == "Read the file, then `patch` with the exact line."


def test_censored_episodes_are_in_no_rate_and_the_base_rate_is_of_the_tool() -> None:
    live = Talk("live", is_live=True).ask("go").call("patch", PATCH, FAILED).end()
    lost = Talk("lost").ask("go").call("patch", PATCH, FAILED).end()
    [found] = profiles(live, lost)
    assert (found.rate.count, found.rate.total) == (0, 1)
    assert (found.base.count, found.base.total) == (0, 1)
    assert found.strategy == ""


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        ({"path": "./src/../a.py"}, "path:/srv/a.py"),
        ({"path": "/etc/hosts"}, "path:/etc/hosts"),
        ({"command": "cd web && FOO=1 sudo pytest -q | tail -3"}, "t:pytest"),
        ({"command": "cd x && git -C repo push --force"}, "t:git push"),
        ({"command": ["bash", "-lc", "npm run build"]}, "t:npm run"),
        ({"command": ""}, "t"),
        ({"reservation_id": "ABC", "payment_id": "x"}, "t:ABC"),
        ({"url": "https://example.org"}, "t:https://example.org"),
        ({"expression": "1 + 1"}, "t"),
        ({}, "t"),
        ("{broken", "t"),
    ],
)
def test_goals(arguments: dict[str, object] | str, about: str) -> None:
    [call] = Talk().ask("go").call("t", arguments).end().calls
    assert goal(call, "/srv") == about


@pytest.mark.parametrize(
    ("tool", "arguments", "about"),
    [
        ("execute-tool", {"tool_name": "fetch", "params": {"url": "https://x.org"}}, "fetch:https://x.org"),
        (
            "use_mcp_tool",
            {"server_name": "s", "tool_name": "write_file", "arguments": {"path": "a.py"}},
            "path:/srv/a.py",
        ),
        ("use_mcp_tool", {"tool_name": "write_file", "arguments": '{"path": "a.py"}'}, "path:/srv/a.py"),
        ("call_tool", {"name": "bash", "arguments": {"command": "cd x && git push"}}, "bash:git push"),
        ("call_tool", {"name": "list_all"}, "list_all"),
        ("call_tool", {"name": "list_all", "arguments": "{broken"}, "list_all"),
        ("call_tool", {"nothing": 1}, "call_tool"),
    ],
)
def test_the_goal_of_a_call_that_is_handed_on_is_that_of_the_tool_behind(
    tool: str, arguments: dict[str, object], about: str
) -> None:
    [call] = Talk().ask("go").call(tool, arguments).end().calls
    assert goal(call, "/srv") == about


def test_a_later_call_handed_on_to_another_tool_is_no_recovery() -> None:
    failed = {"tool_name": "fetch", "params": {"url": "https://x.org"}}
    other = {"tool_name": "make_slides", "params": {"title": "x"}}
    talk = Talk().ask("go").call("execute-tool", failed, FAILED).call("execute-tool", other, OK)
    assert ends(talk.end()) == [EpisodeEnd.ABANDONED]
    assert ends(talk.call("execute-tool", failed, OK).end()) == [EpisodeEnd.RECOVERED]
