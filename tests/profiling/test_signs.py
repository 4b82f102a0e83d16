"""Signs of a correction that hold in every language: when, what again, by which command."""

from __future__ import annotations

import pytest

from tests.conversations import OK, Talk
from warmtui.profiling.feedback import feedback
from warmtui.profiling.judged import judge
from warmtui.profiling.models import UserProfile
from warmtui.profiling.signs import COMMANDED, REPEATED, SECONDS, STEERED, STOPPED
from warmtui.profiling.typed import LEAST_WORDS
from warmtui.profiling.user_patterns import user_profile

INTERRUPTED = '{"output": "", "exit_code": 130, "error": null, "status": "interrupted"}'
RUN = {"command": "make deploy"}


def profile(talk: Talk) -> UserProfile:
    conversation = talk.end()
    calls = judge(conversation)
    return user_profile(feedback(conversation, calls), calls, conversation.store)


def rules(talk: Talk) -> list[tuple[str, str]]:
    return [(one.text, one.rule) for one in profile(talk).corrections]


def stopped_after(seconds: float, result: str = INTERRUPTED) -> Talk:
    talk = Talk().at(1000).ask("запусти развёртывание").call("terminal", RUN, result, took=60)
    return talk.at(1060 + seconds).ask("подожди, сначала тесты")


def test_a_message_within_seconds_of_a_call_that_was_cancelled_corrects_in_any_language() -> None:
    found = profile(stopped_after(3))
    assert [(one.text, one.rule) for one in found.corrections] == [("подожди, сначала тесты", STOPPED)]
    assert found.corrections[0].evidence.message_id == 4
    assert found.corrections[0].answers is not None
    assert (found.corrections[0].answers.message_id, found.corrections[0].answers.result_message_id) == (2, 3)
    assert found.languages == ("none",)


def test_later_than_that_or_after_a_call_that_went_through_it_is_no_sign() -> None:
    assert rules(stopped_after(SECONDS)) != []
    assert rules(stopped_after(SECONDS + 0.5)) == []
    assert rules(stopped_after(-0.5)) == []
    assert rules(stopped_after(3, OK)) == []


def test_the_time_may_be_that_of_the_calls_beginning() -> None:
    talk = Talk().at(0).ask("запусти развёртывание").call("terminal", RUN, INTERRUPTED, took=3000)
    assert rules(talk.at(4).ask("подожди, сначала тесты")) == [("подожди, сначала тесты", STOPPED)]


def test_a_message_that_cancels_what_comes_next_counts_too() -> None:
    talk = Talk().at(0).ask("запусти развёртывание").call("terminal", RUN, OK, took=1).at(3).ask("подожди, не надо")
    assert rules(talk.call("terminal", RUN, INTERRUPTED)) == [("подожди, не надо", STOPPED)]


def test_without_times_nobody_stopped_anything() -> None:
    talk = Talk().ask("запусти развёртывание").call("terminal", RUN, INTERRUPTED).ask("подожди, сначала тесты")
    assert rules(talk) == []


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("please rename the export in report.py", "Please rename the export in report.py!"),
        ("переименуй экспорт в файле отчёта", "Переименуй экспорт в файле отчёта."),
        ("把报告里的导出改名", "把报告里的导出改名。"),
        ("レポートの出力名を変えて", "レポートの出力名を変えて！"),
        ("보고서 파일의 내보내기 이름을 바꿔", "보고서 파일의 내보내기 이름을 바꿔!"),
        ("أعد تسمية التصدير في التقرير", "أعد تسمية التصدير في التقرير!"),
        (
            "rename the export in report.py to totals and keep the old name as an alias",
            "rename the export in report.py to totals and keep the old name as an alias please",
        ),
    ],
)
def test_the_same_request_again_after_an_answer_corrects_in_any_script(first: str, again: str) -> None:
    found = profile(Talk().ask(first).say("ok.").ask(again))
    assert [(one.text, one.rule) for one in found.corrections] == [(again, REPEATED)]
    assert found.corrections[0].answers is not None
    assert found.corrections[0].answers.message_id == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("weiter", "weiter"),
        ("go on then", "go on then"),
        ("rename the export in report.py", "rename the import in invoice.py"),
        ("/compact all the old things", "/compact all the old things"),
        ("把报告里的导出改名", "把发票里的进口删除"),
    ],
)
def test_few_words_other_words_and_commands_are_no_repetition(first: str, again: str) -> None:
    assert LEAST_WORDS == 4
    assert rules(Talk().ask(first).say("ok.").ask(again)) == []


def test_saying_it_twice_before_the_agent_answers_is_no_repetition() -> None:
    talk = Talk().ask("hello there you two").say("hi.").ask("rename the export in report.py")
    assert rules(talk.ask("rename the export in report.py")) == []


def test_after_an_approval_the_same_request_is_a_new_one() -> None:
    request = "rename the export in report.py"
    talk = Talk().ask(request).say("done.").ask("thanks, perfect").say("welcome.").ask(request)
    assert rules(talk) == []


@pytest.mark.parametrize("command", ["/stop", "/undo", "/retry", "/rewind 2", "/Undo that"])
def test_a_command_that_takes_back_corrects(command: str) -> None:
    assert rules(Talk().ask("fix the test").say("done.").ask(command)) == [(command, COMMANDED)]


@pytest.mark.parametrize("text", ["/stopwatch.py is slow", "/retry/queue is the route", "/compact", "/help"])
def test_other_commands_and_paths_take_nothing_back(text: str) -> None:
    assert rules(Talk().ask("fix the test").say("done.").ask(text)) == []


def test_a_command_before_any_answer_takes_nothing_back() -> None:
    assert rules(Talk().ask("/undo")) == []


def test_a_steer_counts_wherever_it_is_kept_and_only_once() -> None:
    words = "только в services, у api имя остаётся"
    talk = Talk().ask("переименуй функцию").call("terminal", RUN, OK).steer(words)
    found = profile(talk.ask(f"/steer {words}").say("хорошо"))
    assert [(one.text, one.rule) for one in found.corrections] == [(words, STEERED)]
    assert found.corrections[0].evidence.message_id == 3


def test_what_was_steered_with_words_that_object_counts_once_too() -> None:
    talk = Talk().ask("please fix the tests").say("hm").ask("/steer no, use pytest instead")
    assert [rule for _, rule in rules(talk.call("t", {}, OK).steer("no, use pytest instead"))] == [STEERED]


def test_of_two_messages_about_one_stopped_call_the_first_corrects() -> None:
    assert [rule for _, rule in rules(stopped_after(2).ask("nimm die andere"))] == [STOPPED]


def test_what_is_said_while_the_agent_works_steers_unless_it_approves_or_asks() -> None:
    def said(words: str) -> list[tuple[str, str]]:
        return rules(Talk().ask("please rename the function").call("terminal", RUN, OK).steer(words))

    assert said("stop, only in services/") == [("stop, only in services/", STEERED)]
    assert said("use port 8080") == [("use port 8080", STEERED)]
    assert said("looks good, thanks") == []
    assert said("how long will it take?") == []


def test_a_message_is_one_correction_and_no_approval_beside() -> None:
    talk = Talk().at(0).ask("please deploy the service").call("terminal", RUN, INTERRUPTED, took=1)
    found = profile(talk.at(3).ask("no, stop that").call("terminal", RUN, INTERRUPTED).ask("thanks, never mind"))
    assert [(one.text, one.rule) for one in found.corrections] == [
        ("no, stop that", "begins with no"),
        ("thanks, never mind", STOPPED),
    ]
    assert found.approvals == ()
    assert found.turns == 2


def test_english_words_do_not_judge_what_is_not_english() -> None:
    spanish = Talk().ask("cambia el puerto en la configuración del servidor").say("hecho.")
    found = profile(spanish.ask("no me queda claro, explica el cambio"))
    assert (found.corrections, found.languages) == ((), ("none",))
    english = profile(Talk().ask("change the port of the server").say("done.").ask("no, the other one"))
    assert ([one.rule for one in english.corrections], english.languages) == (["begins with no"], ("en",))
