from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from warmtui.sessions.models import Message, ToolCall, ToolResult
from warmtui.sessions.pairing import pair


def turn(message_id: int, *calls: tuple[str | None, str]) -> Message:
    made = tuple(ToolCall(message_id, "s", index, call_id, name, "{}") for index, (call_id, name) in enumerate(calls))
    return Message(message_id, "s", "assistant", "", calls=made)


def answer(message_id: int, call_id: str | None, name: str | None = None) -> Message:
    return Message(message_id, "s", "tool", "", result=ToolResult(message_id, "s", call_id, name, "", ""))


def said(message_id: int) -> Message:
    return Message(message_id, "s", "user", "hello")


def answered_by(messages: Sequence[Message]) -> list[int | str | None]:
    calls, _ = pair(messages)
    return [call.result.message_id if call.result else None for call in calls]


def test_results_find_their_calls_by_id_in_any_order() -> None:
    assert answered_by([turn(1, ("a", "x"), ("b", "y")), answer(2, "b"), answer(3, "a")]) == [3, 2]


def test_a_result_may_name_the_second_id_of_its_call() -> None:
    message = turn(1, ("fc_1", "x"))
    message.calls[0].other_id = "call_1"
    assert answered_by([message, answer(2, "call_1")]) == [2]


def test_an_id_that_repeats_belongs_to_the_nearest_turn() -> None:
    assert answered_by([turn(1, ("a", "x")), answer(2, "a"), turn(3, ("a", "x")), answer(4, "a")]) == [2, 4]
    assert answered_by([turn(1, ("a", "x")), turn(2, ("a", "x")), answer(3, "a")]) == [None, 3]


def test_equal_ids_in_one_turn_are_answered_in_order() -> None:
    assert answered_by([turn(1, ("a", "x"), ("a", "y")), answer(2, "a"), answer(3, "a")]) == [2, 3]


def test_without_ids_calls_and_results_pair_in_order_inside_one_turn() -> None:
    messages = [turn(1, (None, "x"), (None, "y")), answer(2, None, "x"), answer(3, None)]
    assert answered_by(messages) == [2, 3]


def test_a_result_without_an_id_does_not_answer_a_call_of_another_turn() -> None:
    messages = [turn(1, (None, "x")), said(2), answer(3, None)]
    calls, orphans = pair(messages)
    assert calls[0].result is None
    assert [orphan.message_id for orphan in orphans] == [3]


def test_a_result_without_an_id_that_names_another_tool_is_an_orphan() -> None:
    calls, orphans = pair([turn(1, (None, "x")), answer(2, None, "y")])
    assert calls[0].result is None
    assert len(orphans) == 1


def test_a_second_result_of_one_call_is_an_orphan() -> None:
    calls, orphans = pair([turn(1, ("a", "x")), answer(2, "a"), answer(3, "a")])
    assert calls[0].result is not None
    assert calls[0].result.message_id == 2
    assert [orphan.message_id for orphan in orphans] == [3]


IDS = st.sampled_from([None, "", "a", "b", "c"])
NAMES = st.sampled_from(["x", "y"])
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("turn"), st.lists(st.tuples(IDS, IDS, NAMES), max_size=4)),
        st.tuples(st.just("answer"), st.tuples(IDS, st.none() | NAMES)),
        st.tuples(st.just("said"), st.none()),
    ),
    max_size=30,
)


@given(EVENTS)
def test_every_result_answers_one_call_or_is_an_orphan(events: list[tuple[str, object]]) -> None:
    messages: list[Message] = []
    for number, (kind, value) in enumerate(events):
        if kind == "turn" and isinstance(value, list):
            message = turn(number, *((call_id, name) for call_id, _, name in value))
            for call, (_, other_id, _) in zip(message.calls, value, strict=True):
                call.other_id = other_id
            messages.append(message)
        elif kind == "answer" and isinstance(value, tuple):
            messages.append(answer(number, *value))
        else:
            messages.append(said(number))
    calls, orphans = pair(messages)

    assert list(calls) == [call for message in messages for call in message.calls]
    results = [message.result for message in messages if message.result is not None]
    placed = [call.result for call in calls if call.result is not None] + list(orphans)
    assert sorted(id(result) for result in results) == sorted(id(result) for result in placed)
    for call in calls:
        if call.result is not None:
            assert int(call.message_id) < int(call.result.message_id)
            assert (call.result.call_id or None) in (call.call_id or None, call.other_id or None)
