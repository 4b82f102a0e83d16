"""Compactions that stack up, and what their times tell: shapes that Hermes' own agent was seen to write."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.sessions.chats import SUMMARY, Chat, archived, calls, pair, read, result, results, says, texts, user
from warmtui.sessions.models import Author

SECOND = f"{SUMMARY} (2)"
TASKS = "[Your active task list was preserved across context compression]\n- [ ] 1. test"
WORK = [user("fix it"), *pair(0, call_id="a"), *pair(1, call_id="b"), says("half done"), user("go on"), *pair(2)]


def appended(messages: Sequence[Chat], start: float) -> list[Chat]:
    """Messages written one after the other, a commit between them."""
    return [{**message, "timestamp": start + at * 0.01} for at, message in enumerate(messages)]


def inserted(messages: Sequence[Chat], start: float) -> list[Chat]:
    """Messages written in one go; those that have a time keep it."""
    return [{"timestamp": start + at * 1e-6, **message} for at, message in enumerate(messages)]


def merged(kept: Chat, summary: str) -> Chat:
    text = (
        f"[PRIOR CONTEXT — for reference only; not a new message]\n{kept['content']}\n\n"
        f"[END OF PRIOR CONTEXT — COMPACTION SUMMARY BELOW]\n\n{summary}"
    )
    return {**kept, "content": text}


def rewound(messages: Sequence[Chat]) -> list[Chat]:
    return [{**message, "active": 0, "compacted": 0} for message in messages]


@pytest.mark.parametrize("is_timed", [True, False])
def test_a_summary_that_is_kept_beside_a_new_one_begins_no_compaction_of_its_own(is_timed: bool) -> None:
    first, new = [user(SUMMARY), *WORK[-3:]], [*pair(3), says("done")]
    second = [says(SECOND), *first, *new]
    if is_timed:
        generations = [appended(WORK, 1), inserted(first, 2), appended(new, 3), inserted(second, 4)]
    else:
        generations = [WORK, first, new, second]
    before = [message for generation in generations[:-1] for message in generation]
    conversation = read([*archived(before), *generations[-1], user("thanks")])
    assert results(conversation) == ["made 0", "made 1", "made 2", "made 3"]
    assert [message.text for message in conversation.messages if message.is_compaction] == [SUMMARY, SECOND]
    assert texts(conversation)[-3:] == ["done", "SUMMARY", "thanks"]


def test_two_compactions_that_come_to_the_same_words_are_two() -> None:
    first, new = [user(SUMMARY), *WORK[-3:]], [*pair(3), says("done")]
    before = [*appended(WORK, 1), *inserted(first, 2), *appended(new, 3)]
    conversation = read([*archived(before), *inserted([user(SUMMARY), *new], 4), *appended([user("thanks")], 5)])
    assert results(conversation) == ["made 0", "made 1", "made 2", "made 3"]
    assert texts(conversation)[-2:] == ["SUMMARY", "thanks"]
    assert sum(message.is_compaction for message in conversation.messages) == 2


def test_a_summary_merged_with_the_one_before_is_one_summary_and_no_message() -> None:
    second = [merged(user(SUMMARY), SECOND), *WORK[-2:]]
    conversation = read([*archived([*WORK, user(SUMMARY), *WORK[-2:]]), *second, says("done")])
    assert [message.text for message in conversation.messages if message.is_compaction] == [SUMMARY, SECOND]
    assert results(conversation) == ["made 0", "made 1", "made 2"]
    assert texts(conversation)[-3:] == ["SUMMARY", "SUMMARY", "done"]


def test_a_message_merged_twice_is_told_from_both_summaries() -> None:
    twice = merged(merged(says("half done"), SUMMARY), SECOND)
    conversation = read([*archived(WORK), twice, *WORK[6:], says("done")])
    assert [message.text for message in conversation.messages if message.is_compaction] == [SECOND]
    assert texts(conversation)[-2:] == ["SUMMARY", "done"]


def test_the_last_request_put_in_front_of_a_summary_was_said_once() -> None:
    batch = inserted([WORK[6], merged(calls("call_0", "make 2"), SUMMARY), WORK[8]], 2)
    conversation = read([*archived(appended(WORK, 1)), *batch, *appended([says("done")], 3)])
    assert [message.person_text for message in conversation.messages if message.person_text] == ["fix it", "go on"]
    assert results(conversation) == ["made 0", "made 1", "made 2"]


@pytest.mark.parametrize("tasks", ["", f"\n\n{TASKS}"])
def test_the_last_request_put_behind_the_copies_in_the_middle_of_a_turn_was_said_once(tasks: str) -> None:
    batch = inserted([user(SUMMARY), *WORK[-2:], user(f"go on{tasks}")], 2)
    conversation = read([*archived(appended(WORK, 1)), *batch, *appended([says("done")], 3)])
    assert [message.person_text for message in conversation.messages if message.person_text] == ["fix it", "go on"]


def test_so_was_one_in_front_of_a_summary_that_has_the_time_of_what_it_was_merged_with() -> None:
    before = appended([*WORK, says("so far"), *pair(3), user(TASKS), *pair(4)], 1)
    batch = inserted([before[6], before[9], *before[10:12], merged(before[12], SUMMARY), *before[13:]], 2)
    conversation = read([*archived(before), *batch, *appended([says("done")], 3)])
    assert [message.person_text for message in conversation.messages if message.person_text] == ["fix it", "go on"]
    assert results(conversation) == [f"made {number}" for number in range(5)]


def test_so_was_one_in_front_of_copies_that_kept_their_times() -> None:
    first, later = appended([user("fix it"), *pair(0), says(SUMMARY), *pair(1)], 1), [user("go on"), *pair(2), *pair(3)]
    batch = inserted([later[0], *first[3:6], user(SECOND), *later[3:]], 3)
    conversation = read([*archived([*first, *appended(later, 2)]), *batch])
    assert [message.person_text for message in conversation.messages if message.person_text] == ["fix it", "go on"]
    assert results(conversation) == [f"made {number}" for number in range(4)]


def test_what_was_appended_after_a_compaction_is_new_though_it_says_the_same() -> None:
    before = [user("wait"), *(message for _ in range(4) for message in pair(0, text="not yet"))]
    again = [message for _ in range(2) for message in pair(0, text="not yet")]
    conversation = read(
        [*archived(appended(before, 1)), *inserted([user(SUMMARY), *before[-2:]], 2), *appended(again, 3)]
    )
    assert len(conversation.calls) == 6
    assert conversation.orphans == 0


def test_copies_that_kept_their_times_are_told_from_what_follows() -> None:
    before = appended(WORK, 1)
    batch = inserted([*before[:3], user(SUMMARY), *before[5:7], *WORK[-2:], user(TASKS)], 2)
    conversation = read([*archived(before), *batch, *appended([user("go on"), *pair(2)], 3)])
    assert results(conversation) == ["made 0", "made 1", "made 2", "made 2"]
    assert [message.person_text for message in conversation.messages if message.person_text] == [
        *("fix it", "go on", "go on"),
    ]


def test_a_message_that_was_first_written_by_a_compaction_is_not_lost() -> None:
    batch = inserted([user(SUMMARY), *WORK[-3:], user("go on")], 2)
    conversation = read([*archived(appended([*WORK, says("so far")], 1)), *batch, *appended([says("done")], 3)])
    assert [message.person_text for message in conversation.messages if message.person_text] == [
        *("fix it", "go on", "go on"),
    ]


def test_a_copy_from_which_compaction_took_the_calls_without_a_result_is_still_one() -> None:
    two = {
        **calls("x", "first"),
        "tool_calls": [*calls("x", "first")["tool_calls"], *calls("y", "second")["tool_calls"]],
    }
    before = [user("go"), two, result("x", "1"), calls("z", "third"), user("go on"), *pair(0), says("done")]
    kept = [calls("x", "first"), before[2], says("(tool call removed)"), *before[4:]]
    conversation = read([*archived(appended(before, 1)), *inserted([user(SUMMARY), *kept], 2)])
    assert results(conversation) == ["1", None, None, "made 0"]
    assert "(tool call removed)" not in texts(conversation)


class TestTakenBack:
    """What the user takes back after a compaction are copies; the originals are no history either."""

    BEFORE = (*WORK, says("all done"))

    def said(self, after: Sequence[Chat]) -> list[str]:
        conversation = read([*archived(appended(self.BEFORE, 1)), *after])
        assert conversation.orphans == 0
        return [
            "SUMMARY" if message.is_compaction else message.text
            for message in conversation.messages
            if message.text and message.role != "tool"
        ]

    def test_the_original_of_a_copy_that_was_taken_back_is_gone(self) -> None:
        batch = inserted([user(SUMMARY), *self.BEFORE[5:]], 2)
        after = [*batch[:2], *rewound(batch[2:]), *appended([user("better"), says("yes")], 3)]
        assert self.said(after) == ["fix it", "half done", "SUMMARY", "better", "yes"]

    def test_so_is_what_was_said_after_it_and_not_copied(self) -> None:
        batch = inserted([self.BEFORE[6], says(SUMMARY), self.BEFORE[-1]], 2)
        after = [*rewound(batch), *appended([user("better"), says("yes")], 3)]
        assert self.said(after) == ["fix it", "half done", "better", "yes"]

    def test_with_a_summary_goes_what_it_was_merged_with(self) -> None:
        batch = inserted([*self.BEFORE[5:7], merged(calls("call_0", "make 2"), SUMMARY), *self.BEFORE[8:]], 2)
        after = [batch[0], *rewound(batch[1:]), *appended([user("better"), says("yes")], 3)]
        assert self.said(after) == ["fix it", "half done", "better", "yes"]

    def test_also_where_that_was_said_nowhere_else(self) -> None:
        after = rewound([merged(user("and the docs?"), SUMMARY), says("written")])
        assert self.said(after) == ["fix it", "half done", "go on", "all done"]


def test_a_summary_written_as_a_user_is_the_harness_and_counts_as_nothing() -> None:
    conversation = read([*archived(WORK), merged(user("and the docs?"), SUMMARY), says("written")])
    marker = next(message for message in conversation.messages if message.is_compaction)
    assert (marker.author, marker.person_text) == (Author.HARNESS, "")
    assert conversation.message_count == len(WORK) + 2
