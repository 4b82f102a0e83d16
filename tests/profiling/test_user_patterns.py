"""How the person writes: only typed words count, and the rules say which of them correct or approve."""

from __future__ import annotations

import pytest

from tests.conversations import Talk
from warmtui.profiling.feedback import feedback
from warmtui.profiling.judged import judge
from warmtui.profiling.models import UserProfile
from warmtui.profiling.remarks import remark_rule
from warmtui.profiling.requests import is_command, is_question
from warmtui.profiling.user_patterns import style_of, user_profile
from warmtui.sessions.models import Author, Conversation


def profile(conversation: Conversation) -> UserProfile:
    calls = judge(conversation)
    return user_profile(feedback(conversation, calls), calls, conversation.store)


@pytest.mark.parametrize(
    "text",
    [
        "no, not that file, the one under services/",
        "No that's the wrong branch",
        "that's not what I asked for",
        "You forgot the tests",
        "stop",
        "actually use port 8080",
        "Hmm, that didn't work",
        "it is still failing",
        "undo that",
        "don't touch the config",
        "I said the staging database",
    ],
)
def test_corrections_are_found(text: str) -> None:
    assert remark_rule(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "no problem, take your time",
        "no worries",
        "no one has reviewed it yet",
        "wait for the build and then deploy",
        "don't forget to add tests",
        "please add a test for the parser",
        "What does the error say?",
        "There is no hurry with the report; write it when the numbers are in",
        "thanks!",
        "1. One-way\n2. Economy\n5. No, I do not want travel insurance.",
    ],
)
def test_what_only_sounds_like_one_is_no_correction(text: str) -> None:
    assert not remark_rule(text)[0]


@pytest.mark.parametrize("text", ["thanks!", "Perfect, ship it", "yes please go ahead", "ok great", "LGTM"])
def test_approvals_are_found(text: str) -> None:
    corrects, rule = remark_rule(text)
    assert rule and not corrects


@pytest.mark.parametrize("text", ["correct the spelling", "right-click does nothing", "nice-to-have: a dark mode"])
def test_a_word_of_praise_that_begins_a_request_approves_nothing(text: str) -> None:
    corrects, rule = remark_rule(text)
    assert corrects or not rule


def test_what_follows_a_yes_but_is_what_counts() -> None:
    assert remark_rule("right, but that's wrong")[0]
    assert remark_rule("thanks but it's still broken")[0]


def test_questions_and_commands() -> None:
    assert is_question("why does it fail?")
    assert is_question("What is this? I cannot see it")
    assert not is_question("fix it")
    assert is_command("please run the tests")
    assert is_command("/compact")
    assert is_command("ok, now fix the import")
    assert not is_command("the tests are red")


@pytest.mark.parametrize(
    ("commands", "questions", "length", "style"),
    [
        (0.31, 0.9, 10, "command_driven"),
        (0.3, 0.51, 10, "conversational"),
        (0.3, 0.5, 49, "terse"),
        (0.3, 0.5, 50, "balanced"),
        (0.3, 0.5, 200, "balanced"),
        (0.3, 0.5, 201, "detailed"),
    ],
)
def test_the_style_follows_from_the_shares(commands: float, questions: float, length: float, style: str) -> None:
    assert style_of(commands, questions, length) == style


def test_what_the_harness_wrote_is_not_counted() -> None:
    talk = Talk().ask("[System: reminder] no!", author=Author.HARNESS).ask("fix the test").say("done")
    found = profile(talk.ask("[IMPORTANT: Background process 3 ended]", author=Author.HARNESS).end())
    assert found.message_count == 1
    assert found.corrections == ()
    assert found.turns == 0


def test_a_first_message_cannot_correct_and_a_later_one_carries_its_place() -> None:
    found = profile(Talk().ask("don't use tabs").say("ok").ask("no, two spaces").say("done").ask("thanks").end())
    assert [(one.text, one.evidence.message_id) for one in found.corrections] == [("no, two spaces", 3)]
    assert [one.text for one in found.approvals] == ["thanks"]
    assert found.turns == 2
    assert found.feedback_style == "terse"


def test_without_typed_messages_nothing_is_claimed() -> None:
    found = profile(Talk().call("terminal", {"command": "ls"}).end())
    assert found.message_count == 0
    assert found.style == ""
    assert found.avg_message_length is None


def test_a_no_to_a_question_is_an_answer_and_an_objection_stays_one() -> None:
    talk = Talk().ask("book it").say("Shall I add insurance?").ask("No, I do not want it").say("Which seat?")
    found = profile(talk.ask("that's wrong, I asked for a train").end())
    assert [one.text for one in found.corrections] == ["that's wrong, I asked for a train"]


@pytest.mark.parametrize("text", ["###STOP###", "No, that's all for now. Thank you!", "no thanks"])
def test_an_end_is_no_correction(text: str) -> None:
    assert not remark_rule(text)[0]
