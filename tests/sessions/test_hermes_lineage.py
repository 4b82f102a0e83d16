from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from warmtui.sessions.formats.hermes_lineage import lineages, session_of

Row = dict[str, Any]


def row(session_id: str, parent: str | None = None, **columns: Any) -> Row:
    return {"id": session_id, "parent_session_id": parent, "source": "cli", "started_at": 1.0, **columns}


def compacted(session_id: str, parent: str | None = None, **columns: Any) -> Row:
    return row(session_id, parent, end_reason="compression", ended_at=2.0, **columns)


def no_activity(session_ids: Sequence[str]) -> Mapping[str, float]:
    return {}


def ids(rows: Sequence[Row], activity: Mapping[str, float] | None = None) -> list[list[str]]:
    found = lineages(rows, lambda asked: {each: (activity or {})[each] for each in asked if each in (activity or {})})
    return [[each["id"] for each in line] for line in found]


def test_sessions_that_compaction_continued_are_one_oldest_first() -> None:
    assert ids([row("c", "b"), compacted("a"), compacted("b", "a"), row("x")]) == [["a", "b", "c"], ["x"]]


def test_a_child_of_a_session_that_did_not_end_by_compaction_is_its_own() -> None:
    assert ids([row("a", end_reason="cli_close"), row("b", "a")]) == [["a"], ["b"]]


def test_branches_delegates_and_tools_continue_nothing() -> None:
    children = [
        row("branch", "a", model_config='{"_branched_from": "a"}'),
        row("delegate", "a", model_config={"_delegate_from": "a"}),
        row("subagent", "a", source="subagent"),
        row("tool", "a", source="tool"),
        row("broken", "a", model_config="{_delegate_from"),
    ]
    assert ids([compacted("a"), *children]) == [["a", "broken"], ["branch"], ["delegate"], ["subagent"], ["tool"]]


def test_what_continues_a_delegate_or_a_branch_carries_its_mark_and_is_one_with_it() -> None:
    def marked(session_id: str, parent: str, mark: str, origin: str, **columns: Any) -> Row:
        return row(session_id, parent, model_config={mark: origin}, **columns)

    ended = {"end_reason": "compression"}
    delegate = marked("d", "p", "_delegate_from", "p", source="subagent", **ended)
    going_on = marked("d2", "d", "_delegate_from", "p", source="subagent")
    its_own = marked("e", "d", "_delegate_from", "d", source="subagent")
    assert ids([row("p"), delegate, going_on, its_own]) == [["d", "d2"], ["e"], ["p"]]
    branch = marked("b", "p", "_branched_from", "p", **ended)
    assert ids([row("p"), branch, marked("b2", "b", "_branched_from", "p"), row("b3", "b", started_at=0.5)]) == [
        *(["b", "b2"], ["b3"], ["p"]),
    ]
    session = session_of([delegate, going_on], row("p"))
    assert (session.kind, session.parent_session_id, session.lineage) == ("delegate", "p", ("d", "d2"))


def test_sessions_of_cron_and_of_tools_are_told_by_their_source() -> None:
    cron = session_of([row("cron_1_2", source="cron")])
    assert (cron.kind, cron.source) == ("session", "cron")
    tool = session_of([row("t", "p", source="tool")], row("p"))
    assert (tool.kind, tool.source, tool.parent_session_id) == ("delegate", "tool", "p")


def test_of_several_children_one_that_was_compacted_itself_goes_on_then_a_live_one() -> None:
    ended = row("ended", "a", ended_at=3.0, end_reason="ws_orphan_reap", started_at=9.0)
    assert ids([compacted("a"), ended, row("live", "a")]) == [["a", "live"], ["ended"]]
    assert ids([compacted("a"), row("live", "a"), compacted("on", "a")]) == [["a", "on"], ["live"]]


def test_of_equal_children_the_one_with_the_latest_message_goes_on() -> None:
    rows = [compacted("a"), row("b", "a", started_at=5.0), row("c", "a", started_at=4.0)]
    assert ids(rows) == [["a", "b"], ["c"]]
    assert ids(rows, {"b": 6.0, "c": 7.0}) == [["a", "c"], ["b"]]


def test_a_loop_of_parents_is_cut() -> None:
    assert ids([compacted("a", "b"), compacted("b", "a")]) == [["a", "b"]]
    assert ids([compacted("a", "a")]) == [["a"]]
    assert ids([compacted("a", "c"), compacted("b", "a"), compacted("c", "b"), row("d", "x")]) == [
        ["d"],
        ["a", "b", "c"],
    ]


SESSION_IDS = st.sampled_from("abcdef")
ROWS = st.dictionaries(
    SESSION_IDS,
    st.tuples(st.none() | SESSION_IDS, st.sampled_from([None, "compression", "cli_close"]), st.integers(0, 3)),
)


@given(ROWS)
def test_every_session_is_in_one_lineage_and_its_order_does_not_matter(
    drawn: dict[str, tuple[str | None, str | None, int]],
) -> None:
    rows = [
        row(each, parent, end_reason=reason, started_at=float(started))
        for each, (parent, reason, started) in drawn.items()
    ]
    found = ids(rows)
    assert sorted(each for line in found for each in line) == sorted(drawn)
    assert ids(rows[::-1]) == found


def test_a_lineage_tells_when_it_began_what_it_is_called_now_and_what_it_cost_in_all() -> None:
    session = session_of(
        [
            compacted("a", title="T", model="old", input_tokens=10, message_count=4, cwd="/w"),
            row("b", "a", title="T #2", model=None, input_tokens=5, message_count=3, started_at=7.0, git_branch="main"),
        ]
    )
    assert (session.session_id, session.lineage_id, session.title, session.model) == ("b", "a", "T #2", "old")
    assert (session.started_at, session.ended_at, session.end_reason, session.cwd) == (1.0, None, None, "/w")
    assert session.message_count == 7
    assert session.metadata == {"input_tokens": 15, "git_branch": "main"}


def test_numbers_no_counter_can_have_are_left_out() -> None:
    odd = [compacted("a", message_count=float("inf"), input_tokens=3), row("b", "a", input_tokens=float("-inf"))]
    assert session_of(odd).message_count == 0
    assert session_of(odd).metadata == {"input_tokens": 3}


def test_the_kind_of_a_session_and_what_it_came_from() -> None:
    def kind(child: Row, parent: Row | None = None) -> tuple[str, str | None]:
        session = session_of([child], parent)
        return session.kind, session.parent_session_id

    assert kind(row("x")) == ("session", None)
    assert kind(row("x", "p", model_config='{"_branched_from": "p"}')) == ("branch", "p")
    assert kind(row("x", None, model_config='{"_delegate_from": "p"}')) == ("delegate", "p")
    assert kind(row("x", "p", source="subagent")) == ("delegate", "p")
    assert kind(row("x", "p", source="tool")) == ("delegate", "p")
    assert kind(row("x", "p"), compacted("p")) == ("session", None)
    taken_from = row("p", end_reason="branched", ended_at=3.0)
    assert kind(row("x", "p", started_at=4.0), taken_from) == ("branch", "p")
    assert kind(row("x", "p", started_at=2.0), taken_from) == ("session", None)
