from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions.chats import (
    SUMMARY,
    Chat,
    archived,
    calls,
    in_place,
    pair,
    read,
    result,
    results,
    rotated,
    says,
    texts,
    user,
)
from warmtui.sessions.models import Author

Compaction = Callable[[Sequence[Chat], Sequence[Chat]], list[Chat]]
EITHER = pytest.mark.parametrize("compacted", [in_place, rotated])


FIRST = [user("fix it"), says("looking"), user("go on"), says("found"), user("go on"), says("done")]


def test_the_copies_around_a_summary_are_left_out_and_the_originals_stay() -> None:
    conversation = read([*archived(FIRST), *FIRST[:2], user(SUMMARY), *FIRST[4:], user("thanks")])
    assert texts(conversation) == [*(message["content"] for message in FIRST), "SUMMARY", "thanks"]
    assert [message.is_archived for message in conversation.messages] == [True] * 6 + [False] * 2
    assert conversation.message_count == 7


def test_saying_the_same_again_after_a_compaction_is_saying_it_again() -> None:
    conversation = read([*archived(FIRST), user(SUMMARY), *FIRST[4:], user("go on"), says("done")])
    assert texts(conversation)[6:] == ["SUMMARY", "go on", "done"]


def test_after_a_summary_without_copies_everything_is_new() -> None:
    conversation = read([*FIRST, user(SUMMARY), says("Continuing."), user("and now?"), says("done")])
    assert texts(conversation)[6:] == ["SUMMARY", "Continuing.", "and now?", "done"]


def test_a_copied_result_is_told_by_its_id_though_its_text_was_pruned() -> None:
    before = [user("list"), calls("a"), result("a", "x" * 500), says("so many")]
    kept = [calls("a"), result("a", "[terminal] ran `ls` -> exit 0, 1 lines output"), says("so many")]
    conversation = read([*archived(before), user(SUMMARY), *kept, user("next")])
    assert len(conversation.calls) == 1
    assert conversation.orphans == 0
    assert conversation.calls[0].result is not None
    assert conversation.calls[0].result.text == "x" * 500


def test_ids_that_repeat_within_a_session_are_not_taken_for_copies() -> None:
    before = [user("list"), calls("a"), result("a", "1"), says("one")]
    conversation = read([*archived(before), user(SUMMARY), says("one"), user("again"), calls("a"), result("a", "2")])
    assert [call.result.text if call.result else None for call in conversation.calls] == ["1", "2"]


def test_two_compactions_in_a_row_leave_each_message_once() -> None:
    second = [*FIRST[:2], user(SUMMARY), *FIRST[4:], user("more"), says("more done")]
    third = [user(f"{SUMMARY} (2)"), *second[-2:], user("last")]
    conversation = read([*archived(FIRST), *archived(second), *third])
    expected = [message["content"] for message in FIRST]
    assert texts(conversation) == [*expected, "SUMMARY", "more", "more done", "SUMMARY", "last"]


def test_images_that_were_stripped_from_a_copy_do_not_hide_that_it_is_one() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    stripped = {"type": "text", "text": "[Attached image — stripped after compression]"}
    look = {"type": "text", "text": "look"}
    before = [user("start"), says("yes"), user([look, picture]), says("a cat")]
    conversation = read([*archived(before), user(SUMMARY), user([look, stripped]), says("a cat"), user("and?")])
    assert texts(conversation) == ["start", "yes", "look\n[image]", "a cat", "SUMMARY", "and?"]


def test_a_task_list_added_behind_a_copy_is_the_harness_and_no_new_message() -> None:
    tasks = "[Your active task list was preserved across context compression]\n- [ ] 1. test"
    conversation = read([*archived(FIRST), user(SUMMARY), says("done"), user(f"go on\n\n{tasks}"), says("next")])
    assert [m.person_text for m in conversation.messages if m.author is not Author.HARNESS and m.person_text] == [
        "fix it",
        "go on",
        "go on",
        "go on",
    ]


def test_a_summary_merged_with_a_copied_message_is_only_a_summary() -> None:
    merged = (
        f"[PRIOR CONTEXT — for reference only; not a new message]\ngo on\n\n"
        f"[END OF PRIOR CONTEXT — COMPACTION SUMMARY BELOW]\n\n{SUMMARY}"
    )
    conversation = read([*archived(FIRST), user(merged), says("done"), user("thanks")])
    assert texts(conversation)[6:] == ["SUMMARY", "thanks"]


def test_a_summary_merged_with_a_new_message_gives_both() -> None:
    merged = (
        f"[PRIOR CONTEXT — for reference only; not a new message]\nand the docs?\n\n"
        f"[END OF PRIOR CONTEXT — COMPACTION SUMMARY BELOW]\n\n{SUMMARY}"
    )
    conversation = read([*archived(FIRST), user(merged), says("written")])
    assert texts(conversation)[6:] == ["SUMMARY", "and the docs?", "written"]
    assert conversation.messages[7].person_text == "and the docs?"
    assert conversation.messages[6].text.startswith(SUMMARY)


def test_an_older_form_of_summary_is_one_too() -> None:
    conversation = read([user("a"), says("[CONTEXT SUMMARY]: what was"), user("b")])
    assert [message.is_compaction for message in conversation.messages] == [False, True, False]
    assert conversation.message_count == 2


def test_what_the_user_took_back_is_no_history() -> None:
    gone = [{**message, "active": 0, "compacted": 0} for message in FIRST[2:4]]
    assert texts(read([*FIRST[:2], *gone, *FIRST[4:]])) == ["fix it", "looking", "go on", "done"]


def test_rows_without_a_word_on_being_active_are_history() -> None:
    assert len(read([{**message, "active": None, "compacted": None} for message in FIRST]).messages) == 6


@EITHER
def test_new_calls_of_an_id_that_repeats_are_no_copies(compacted: Compaction) -> None:
    before = [user("make all"), *(message for number in range(10) for message in pair(number))]
    new = [message for number in range(20, 23) for message in pair(number)]
    conversation = read(compacted(before, [user(SUMMARY), *before[-4:], *new]))
    assert results(conversation) == [f"made {number}" for number in (*range(10), *range(20, 23))]
    assert conversation.orphans == 0


@EITHER
@pytest.mark.parametrize("kept", [0, 2, 4])
def test_asking_the_same_again_and_getting_another_answer_is_a_new_call(compacted: Compaction, kept: int) -> None:
    before = [user("wait"), *(message for number in range(4) for message in pair(0, text=f"{number} of 9 done"))]
    again = [message for number in range(4, 7) for message in pair(0, text=f"{number} of 9 done")]
    conversation = read(compacted(before, [user(SUMMARY), *before[len(before) - kept :], *again]))
    assert results(conversation) == [f"{number} of 9 done" for number in range(7)]
    assert conversation.orphans == 0


@EITHER
def test_a_copied_call_is_told_though_its_arguments_were_cut_and_its_result_pruned(compacted: Compaction) -> None:
    cut = "x" * 200 + "...[truncated]"
    before = [user("go"), calls("call_0", "x" * 900), result("call_0", "y" * 900), *pair(1), says("done")]
    kept = [calls("call_0", cut), result("call_0", "[terminal] ran `x` -> exit 0, 1 lines output"), *before[-3:]]
    assert results(read(compacted(before, [user(SUMMARY), *kept, user("thanks")]))) == ["y" * 900, "made 1"]
    assert results(read(compacted(before, [user("go"), *kept[:2], user(SUMMARY), *pair(2)]))) == [
        *("y" * 900, "made 1", "made 2"),
    ]


@EITHER
def test_a_result_whose_text_was_changed_before_others_that_were_copied_is_a_copy(compacted: Compaction) -> None:
    before = [user("go"), *pair(0), *pair(1), says("done")]
    kept = [calls("call_0", "make 0"), result("call_0", "(cleared)"), *before[3:]]
    conversation = read(compacted(before, [user(SUMMARY), *kept, user("thanks")]))
    assert (results(conversation), conversation.orphans) == (["made 0", "made 1"], 0)


PAIRS = st.lists(
    st.builds(
        pair,
        st.integers(0, 2),
        text=st.sampled_from(["yes", "no", "y" * 300]),
        call_id=st.sampled_from(["call_0", "call_1"]),
    ),
    min_size=1,
    max_size=8,
)


@given(PAIRS, PAIRS, st.integers(0, 8), st.booleans(), st.booleans())
def test_no_call_is_lost_and_none_is_read_twice(
    before: list[list[Chat]], later: list[list[Chat]], kept: int, is_pruned: bool, is_rotated: bool
) -> None:
    copies = [[call, dict(answer)] for call, answer in before[max(0, len(before) - kept) :]]
    if is_pruned and copies and len(copies[0][1]["content"]) > 200:
        copies[0][1]["content"] = "[terminal] ran `make` -> exit 0, 1 lines output"
    # What is new differs from what was, in the arguments alone: of equal things nobody could tell.
    new = [[calls(call["tool_calls"][0]["id"], f"new {at}"), answer] for at, (call, answer) in enumerate(later)]
    messages = [user("go"), *chain(*before), user(SUMMARY), *chain(*copies), *chain(*new)]
    at = 1 + 2 * len(before)
    conversation = read((rotated if is_rotated else in_place)(messages[:at], messages[at:]))
    assert results(conversation) == [answer["content"] for _, answer in (*before, *new)]
    assert conversation.orphans == 0


WORDS = st.sampled_from(["go on", "yes", "done", "fix it"])
TALK = st.lists(st.tuples(st.booleans(), WORDS), min_size=1, max_size=14).map(
    lambda turns: [user(text) if is_user else says(text) for is_user, text in turns]
)


@given(TALK, st.integers(0, 4), st.integers(1, 6), st.lists(WORDS, max_size=4))
def test_no_original_and_no_new_word_is_lost_to_a_compaction(
    before: list[Chat], head: int, tail: int, later: list[str]
) -> None:
    head = min(head, len(before) - 1)
    kept = before[max(head, len(before) - tail) :]
    new = [user(f"{number}: {text}") for number, text in enumerate(later)]
    conversation = read([*archived(before), *before[:head], user(SUMMARY), *kept, *new])
    expected = [*(message["content"] for message in before), "SUMMARY", *(message["content"] for message in new)]
    assert texts(conversation) == expected
