"""Curating: ticks, edits, order, and a way back from each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.errors import NotFoundError
from warmtui.profiling.evidence import Evidence
from warmtui.templates.draft import Draft, DraftFieldError, Group, History
from warmtui.templates.models import (
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)

WORDS = st.text("ab é", max_size=5)


def _example(message_id: int) -> Example:
    place = Evidence(store="home", session_id="s1", message_id=message_id)
    return Example(request="read it", calls=(ExampleCall(tool_name="read_file", evidence=place),), answer="done")


@pytest.fixture
def candidates() -> SessionTemplate:
    return SessionTemplate(
        name="Build the docs",
        tool_patterns=(
            ToolCallPattern(tool_name="terminal", common_args={"command": "text"}, calls=9),
            ToolCallPattern(tool_name="read_file"),
            ToolCallPattern(tool_name="patch"),
        ),
        user_patterns=(UserPattern(style="terse"),),
        recovery_patterns=(RecoveryPattern(tool_name="patch", error_signature="patch: old_string not found"),),
        context_markers=(ContextNote(value="docs/", kind="directory"),),
        examples=(_example(4), _example(9)),
        sources=(Source(store="home", session_id="s1"),),
    )


def _names(draft: Draft) -> list[str]:
    return [part.tool_name for part in draft.chosen().tool_patterns]


def test_all_candidates_are_ticked_when_nothing_was_saved_yet(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    assert all(item.included for item in draft.items)
    assert draft.chosen() == candidates


def test_items_stand_in_the_five_groups_in_order(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    assert [item.group for item in draft.items] == sorted((item.group for item in draft.items), key=list(Group).index)
    assert [len(draft.group(group)) for group in Group] == [3, 1, 1, 1, 2]


def test_what_is_unticked_is_not_chosen_and_ticking_again_restores_it(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    less = draft.toggle("tool:read_file")
    assert _names(less) == ["terminal", "patch"]
    assert less.toggle("tool:read_file") == draft


def test_an_edit_gives_a_new_draft_and_leaves_the_old_one(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    edited = draft.set_field("tool:terminal", "guidance", "Run it from the root.")
    assert edited.chosen().tool_patterns[0].guidance == "Run it from the root."
    assert draft.chosen().tool_patterns[0].guidance == ""


def test_an_item_keeps_its_id_when_the_field_that_names_it_is_edited(candidates: SessionTemplate) -> None:
    item_id = "recovery:patch:patch: old_string not found"
    draft = Draft.of(candidates).set_field(item_id, "error_signature", "patch: no such text")
    again = draft.set_field(item_id, "recovery_strategy", "Read the file again.")
    (pattern,) = again.chosen().recovery_patterns
    assert (pattern.error_signature, pattern.recovery_strategy) == ("patch: no such text", "Read the file again.")
    assert again.changed_since(Draft.of(candidates)) == {item_id}


@pytest.mark.parametrize(
    ("item_id", "field", "value", "reason"),
    [
        ("tool:terminal", "common_args", "path", "must be an object"),
        ("tool:terminal", "common_args", ["path"], "must be an object"),
        ("tool:terminal", "calls", "many", "must be a whole number"),
        ("tool:terminal", "calls", -1, "must not be negative"),
        ("tool:terminal", "calls", "-1", "must not be negative"),
        ("tool:terminal", "success_rate", 1.5, "must lie between 0 and 1"),
        ("tool:terminal", "tool_name", "", "must not be empty"),
        ("tool:terminal", "tool_name", None, "is missing"),
        ("tool:terminal", "error_recovery", ["fine", 3], "at 1: must be text"),
        ("tool:terminal", "common_args", {"a": b"x"}, "holds what JSON cannot: a value of the type bytes"),
        ("tool:terminal", "colour", "red", "is no field of tool:terminal"),
        ("context:directory:docs/", "value", "", "must not be empty"),
    ],
)
def test_a_value_that_does_not_fit_names_the_field_and_the_reason(
    candidates: SessionTemplate, item_id: str, field: str, value: object, reason: str
) -> None:
    with pytest.raises(DraftFieldError) as caught:
        Draft.of(candidates).set_field(item_id, field, value)
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert str(caught.value) == f"{field} {reason}."


def test_an_example_needs_one_to_three_calls(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    (first, *_) = draft.group(Group.EXAMPLES)
    with pytest.raises(DraftFieldError, match="calls"):
        draft.set_field(first.item_id, "calls", [])
    renamed = draft.set_field(first.item_id, "calls", [{"tool_name": "search_files"}])
    assert renamed.chosen().examples[0].calls[0].tool_name == "search_files"


def test_a_field_that_another_program_wrote_can_be_edited_too() -> None:
    pattern = ToolCallPattern.from_dict({"tool_name": "terminal", "colour": "red"})
    draft = Draft.of(SessionTemplate(name="x", tool_patterns=(pattern,)))
    edited = draft.set_field("tool:terminal", "colour", "blue")
    assert edited.chosen().to_dict()["tool_patterns"][0]["colour"] == "blue"


def test_an_unknown_item_is_refused(candidates: SessionTemplate) -> None:
    with pytest.raises(NotFoundError, match="tool:gone"):
        Draft.of(candidates).toggle("tool:gone")


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (1, ["terminal", "patch", "read_file"]),
        (-1, ["read_file", "terminal", "patch"]),
        (9, ["terminal", "patch", "read_file"]),
        (-9, ["read_file", "terminal", "patch"]),
        (0, ["terminal", "read_file", "patch"]),
    ],
)
def test_an_item_moves_within_its_group_and_stops_at_its_ends(
    candidates: SessionTemplate, by: int, order: list[str]
) -> None:
    moved = Draft.of(candidates).move("tool:read_file", by)
    assert _names(moved) == order
    assert moved.chosen().examples == candidates.examples


def test_a_saved_edit_wins_over_what_was_found_again(candidates: SessionTemplate) -> None:
    saved = SessionTemplate(
        template_id="docs",
        version="abc",
        created_at="2026-11-20T09:15:00+00:00",
        name="Docs, by hand",
        tool_patterns=(ToolCallPattern(tool_name="patch", guidance="Read first."),),
        sources=(Source(store="home", session_id="s0"),),
    )
    draft = Draft.of(candidates, saved)
    assert draft.item("tool:patch").part == saved.tool_patterns[0]
    assert [item.item_id for item in draft.group(Group.TOOLS)] == ["tool:patch", "tool:terminal", "tool:read_file"]
    assert [item.included for item in draft.group(Group.TOOLS)] == [True, False, False]
    assert [source.session_id for source in draft.sources] == ["s0", "s1"]
    chosen = draft.toggle("tool:terminal").chosen()
    assert (chosen.template_id, chosen.version, chosen.created_at) == ("docs", "abc", "2026-11-20T09:15:00+00:00")
    assert (chosen.name, [p.tool_name for p in chosen.tool_patterns]) == ("Docs, by hand", ["patch", "terminal"])


def test_what_another_program_wrote_into_the_saved_template_is_kept(candidates: SessionTemplate) -> None:
    saved = SessionTemplate.from_dict({"template_id": "docs", "name": "Docs", "owner": {"team": 3}})
    chosen = Draft.of(candidates, saved).set_info(notes="mine").chosen()
    assert chosen.to_dict()["owner"] == {"team": 3}


def test_patterns_that_share_a_key_are_items_of_their_own() -> None:
    twins = (UserPattern(style="terse", guidance="a"), UserPattern(style="terse", guidance="b"))
    draft = Draft.of(SessionTemplate(name="x", user_patterns=twins))
    first, second = draft.items
    assert first.item_id != second.item_id
    assert draft.toggle(first.item_id).chosen().user_patterns == (twins[1],)


def test_texts_are_set_one_by_one(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates).set_info(name="Docs", notes="n").set_info(description="d", context="")
    assert (draft.name, draft.notes, draft.description, draft.context) == ("Docs", "n", "d", "")


def test_ticks_and_edits_are_changes_of_an_item_and_moves_are_not(candidates: SessionTemplate) -> None:
    draft = Draft.of(candidates)
    changed = draft.toggle("tool:patch").set_field("user:terse", "guidance", "Be short.").move("tool:terminal", 1)
    assert changed.changed_since(draft) == {"tool:patch", "user:terse"}
    moved = draft.move("tool:terminal", 1)
    assert moved.changed_since(draft) == frozenset()
    assert moved != draft


# History


def test_undo_after_a_push_returns_the_former_state_and_redo_returns_it_again() -> None:
    history = History("a")
    history.push("b")
    assert (history.undo(), history.can_undo, history.can_redo) == ("a", False, True)
    assert (history.redo(), history.can_undo, history.can_redo) == ("b", True, False)


def test_letters_typed_into_one_field_are_one_step() -> None:
    history = History("")
    for text in ("r", "re", "red"):
        history.push(text, label="name")
    history.push("red!", label="notes")
    assert [history.undo(), history.undo()] == ["red", ""]
    assert [history.redo(), history.redo()] == ["red", "red!"]


def test_typing_on_after_an_undo_is_a_step_of_its_own() -> None:
    history = History("")
    history.push("a", label="name")
    history.push("b", label="notes")
    history.undo()
    history.push("ax", label="name")
    assert history.undo() == "a"


def test_a_new_state_ends_what_could_be_redone_and_an_equal_one_does_not() -> None:
    history = History(1)
    history.push(2)
    history.undo()
    history.push(1)
    assert history.can_redo
    history.push(3)
    assert not history.can_redo
    assert history.redo() == 3


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, "a", "b"]))), st.integers(0, 9))
def test_every_push_can_be_undone_and_redone(pushes: list[tuple[int, str | None]], steps: int) -> None:
    history = History(0)
    trail = [0]
    label: str | None = None
    for state, named in pushes:
        if state == trail[-1]:
            continue
        if named is not None and named == label:
            trail[-1] = state
        else:
            trail.append(state)
        label = named
        history.push(state, named)
    assert history.state == trail[-1]
    back = [history.undo() for _ in range(steps)]
    assert back == [trail[max(0, len(trail) - 2 - step)] for step in range(steps)]
    forward = [history.redo() for _ in range(steps)]
    here = len(trail) - 1 - min(steps, len(trail) - 1)
    assert forward == [trail[min(len(trail) - 1, here + 1 + step)] for step in range(steps)]


@given(st.data())
def test_any_run_of_edits_is_undone_to_the_very_first_draft(data: st.DataObject) -> None:
    parts = tuple(ToolCallPattern(tool_name=name) for name in ("a", "b", "c"))
    first = Draft.of(SessionTemplate(name="x", tool_patterns=parts))
    history = History(first)
    ids = st.sampled_from([item.item_id for item in first.items])
    for _ in range(data.draw(st.integers(1, 8))):
        draft = history.state
        edit = data.draw(st.sampled_from(["toggle", "move", "field", "info"]))
        if edit == "toggle":
            draft = draft.toggle(data.draw(ids))
        elif edit == "move":
            draft = draft.move(data.draw(ids), data.draw(st.integers(-4, 4)))
        elif edit == "field":
            draft = draft.set_field(data.draw(ids), "guidance", data.draw(WORDS))
        else:
            draft = draft.set_info(notes=data.draw(WORDS))
        assert {item.item_id for item in draft.items} == {item.item_id for item in first.items}
        history.push(draft)
    while history.can_undo:
        history.undo()
    assert history.state == first
