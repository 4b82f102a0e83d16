"""Sentences that say no, and the tools whose answers are sentences."""

from __future__ import annotations

import pytest

from warmtui.profiling.outcomes import Outcome, classify_outcome
from warmtui.profiling.sentences import denies, names_who_stopped
from warmtui.profiling.tool_families import Family, called_tool, family_of, is_caller, makes_statements, reads_logs


@pytest.mark.parametrize(
    "text",
    [
        "Insufficient funds: balance is 20.00",
        "Message could not be delivered: recipient is blocked",
        "The time slot is not available. Please choose another time.",
        "Weather data not available for Nowhere",
        "A branch named 'main' already exists.",
        "Amount must be a number but was a word",
        "You are not subscribed to this plan.",
        "No active browser session",
        "No account with that email address.",
        "Room 4 is full",
        "The request timed out",
        "Pull Request is not mergeable",
    ],
)
def test_a_sentence_that_says_something_was_not_done_is_a_denial(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Light 1 is now off.",
        "No active alerts.",
        "No results found",
        "Event 'Payment was rejected' was deleted.",
        "Notification sent: Build failed",
        "Successfully updated, the old value was not found",
        "I could not find any failing tests.",
        "12 files synced, 0 failed",
        "Job 1 marked as failed",
        "Found 3 tests that could not be run",
        "The page cannot be simplified, but here is the raw content",
        "Request 12 rejected.",
        "Subscription cancelled",
    ],
)
def test_a_sentence_that_reports_or_quotes_is_none(text: str) -> None:
    assert not denies(text)


def test_a_denial_counts_only_where_it_is_all_there_is() -> None:
    sentence = "The file could not be opened."
    assert denies(sentence)
    assert not denies(f"{sentence}\n" + "One more line of a page.\n" * 5)
    assert not denies(sentence + " x" * 200)


def test_who_stopped_a_call_is_read_from_the_sentence() -> None:
    assert names_who_stopped("The proposed edit was declined by the user.")
    assert not names_who_stopped("The proposed edit was declined by the server.")
    assert classify_outcome("propose_edit", {}, "The proposed edit was declined by the user.") is Outcome.CANCELLED


@pytest.mark.parametrize(
    ("tool", "answers"),
    [
        ("check_stock", True),
        ("mcp__shop__isOpen", True),
        ("get_message", True),
        ("get_device_status", True),
        ("research_agent", True),
        ("book_seat", False),
        ("bookSeat", False),
        ("get_weather", False),
        ("write_message", False),
        ("x", False),
        ("", False),
    ],
)
def test_the_words_of_a_name_tell_whether_a_tool_answers_in_statements(tool: str, answers: bool) -> None:
    assert makes_statements(tool) is answers
    said = "The seat is not available."
    assert classify_outcome(tool, {}, said) is (Outcome.OK if answers else Outcome.FAILED)


def test_an_agent_that_says_its_tool_worked_is_believed_before_a_sentence_but_not_of_a_servers_tool() -> None:
    said = "The page is not available in English."
    assert classify_outcome("WebFetch", {}, said, is_error=False) is Outcome.OK
    assert classify_outcome("WebFetch", {}, said) is Outcome.FAILED
    assert classify_outcome("mcp__web__get", {}, said, is_error=False) is Outcome.FAILED


def test_what_a_tool_logged_is_no_error_of_the_tool_that_reads_it() -> None:
    log = "Error: connection reset\n    at x (net.js:1)\nError: timeout"
    assert reads_logs("get_error_log")
    assert not reads_logs("catalog_search")
    assert classify_outcome("get_error_log", {}, log) is Outcome.OK
    assert classify_outcome("connect", {}, log) is Outcome.FAILED


def test_a_tool_that_hands_a_call_on_is_judged_as_the_one_it_calls() -> None:
    arguments = {"server_name": "fs", "tool_name": "read_file", "arguments": {"path": "a.log"}}
    assert is_caller("use_mcp_tool")
    assert is_caller("execute-tool")
    assert not is_caller("use_tools_wisely")
    assert called_tool(arguments) == ("read_file", {"path": "a.log"})
    assert called_tool({"query": "x"}) == ("", None)
    assert classify_outcome("use_mcp_tool", arguments, "Error: disk full", is_error=False) is Outcome.OK
    assert classify_outcome("use_mcp_tool", {"tool_name": "connect"}, "Error: disk full") is Outcome.FAILED
    assert classify_outcome("use_mcp_tool", {}, "Error: disk full") is Outcome.FAILED


def test_red_tests_of_a_tool_that_only_runs_tests_are_a_signal() -> None:
    assert classify_outcome("run_tests", {"path": "a"}, "Exit code: 1\n1 failed, 2 passed in 0.1s") is Outcome.SIGNAL
    assert classify_outcome("run_tests", {}, "Exit code: 2\nSyntaxError: bad") is Outcome.FAILED
    assert classify_outcome("run_job", {}, "Exit code: 1\n1 failed, 2 passed in 0.1s") is Outcome.FAILED


def test_notebooks_run_programs_whatever_the_name_around() -> None:
    assert family_of("jupyter_execute_cell") is Family.CODE
    assert family_of("mcp__x__run_notebook_cell") is Family.CODE


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("search_docs", "Could not find any results for 'foo'."),
        ("find_files", "Could not find any files matching *.foo"),
        ("kb_lookup", "No information found."),
        ("list_failed_jobs", "No failed jobs"),
        ("list_todos", "You don't have any todos."),
        ("list_projects", "You have not created any projects yet."),
        ("track_package", "Package has not been delivered yet."),
        ("vpn_status", "Not connected"),
        ("get_build_status", "Failed"),
        ("ci_status", "Build failed"),
        ("ping", "Host is unreachable"),
        ("opening_hours", "Holiday exception: closed on 25 December"),
        ("db_write", "write EVENT stored"),
        ("email_validator", "foo is not a valid email address"),
        ("get_user_preferences", "The user does not accept calls after six"),
    ],
)
def test_no_hits_how_a_thing_is_and_words_that_only_sound_like_errors_are_answers(tool: str, text: str) -> None:
    assert classify_outcome(tool, {}, text) is Outcome.OK


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("get_user", "Could not find any user with that id"),
        ("get_order_status", "Failed to reach the server"),
        ("search_docs", "Unable to search: the index is being rebuilt"),
        ("list_todos", "You don't have any permission to list them."),
        ("mcp__db__query", "connect ECONNREFUSED 127.0.0.1:5432"),
        ("mcp__db__query", "getaddrinfo ENOTFOUND db.local"),
        ("mcp__web__get", "socket hang up"),
        ("mcp__web__get", "The request was aborted due to timeout"),
        ("mcp__web__get", "This endpoint requires authentication"),
        ("mcp__web__open", "Protocol error (Page.navigate): Cannot navigate to invalid URL"),
        ("mcp__web__open", "Uncaught exception: boom"),
        ("mcp__web__open", "Execution context was destroyed, most likely because of a navigation."),
        ("mcp__git__get", "Bad credentials"),
        ("mcp__pay__get", "🔴 fail: No such customer: cus_1"),
        ("create_file", "A file with that name already exists"),
        ("exec_command", 'exec_command failed for `/bin/bash -lc x`: CreateProcess { message: "No such file" }'),
        ("Read", "File content (25603 tokens) exceeds maximum allowed tokens (25000)."),
    ],
)
def test_what_servers_and_agents_say_of_a_failure_is_one(tool: str, text: str) -> None:
    assert classify_outcome(tool, {}, text) is Outcome.FAILED


def test_a_count_of_errors_that_a_program_prints_is_no_error() -> None:
    assert classify_outcome("Bash", {"command": "python check.py"}, "error: 0\nok: 5") is Outcome.OK
    assert classify_outcome("Bash", {"command": "python check.py"}, "error: 3 files") is Outcome.FAILED
