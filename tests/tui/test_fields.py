"""The fields of a template's parts: as text and back, and set at their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.models import ArgumentChange
from warmtui.templates.models import ContextNote, Example, ExampleCall, RecoveryPattern, ToolCallPattern
from warmtui.text import visible
from warmtui.tui.facts import facts_of
from warmtui.tui.fields import FieldKind, as_text, change, fields_of, from_text

_JSON = st.dictionaries(
    st.text(), st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists, max_leaves=5)
)


def _example() -> Example:
    calls = (
        ExampleCall(tool_name="terminal", arguments={"command": "a"}, result="1"),
        ExampleCall(tool_name="terminal", arguments={"command": "b"}, result="2"),
    )
    return Example(request="Do it", calls=calls, answer="Done")


@given(_JSON)
def test_arguments_come_back_from_their_text_as_they_were(arguments: dict[str, object]) -> None:
    text = as_text(FieldKind.JSON, arguments)
    assert from_text(FieldKind.JSON, text) == arguments


@given(_JSON, st.text())
def test_nothing_unsafe_stands_in_an_editor(arguments: dict[str, object], words: str) -> None:
    for text in (as_text(FieldKind.JSON, arguments), as_text(FieldKind.TEXT, words).replace("\t", "")):
        assert visible(text) == text


def test_a_list_is_a_line_each() -> None:
    assert from_text(FieldKind.LIST, " one \n\ntwo") == ("one", "two")
    assert as_text(FieldKind.LIST, ("one", "two")) == "one\ntwo"


def test_broken_json_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match="Line 2, column"):
        from_text(FieldKind.JSON, '{\n "a": }')


def test_a_json_list_is_no_arguments() -> None:
    with pytest.raises(ValueError, match="JSON object"):
        from_text(FieldKind.JSON, "[1]")


def test_the_calls_of_an_example_are_edited_one_by_one() -> None:
    example = _example()
    paths = [field.path for field in fields_of(example)]
    assert paths == [
        "request",
        "calls.0.arguments",
        "calls.0.result",
        "calls.1.arguments",
        "calls.1.result",
        "answer",
    ]
    field, calls = change(example, "calls.1.result", "three")
    assert field == "calls"
    assert [call.result for call in calls] == ["1", "three"]


def test_a_value_with_a_newline_gets_room() -> None:
    assert next(iter(fields_of(ContextNote(value="a\nb")))).kind is FieldKind.TEXT


def test_facts_say_counts_and_what_changed() -> None:
    pattern = RecoveryPattern(
        tool_name="terminal",
        error_signature="terminal: not found",
        changes=(ArgumentChange(key="command", before="a", after=None),),
        episodes=4,
        recovered=3,
        sessions=1,
    )
    facts = "\n".join(facts_of(pattern))
    assert "3 of 4" in facts
    assert "anecdote" in facts
    assert 'command: "a" → absent' in facts


def test_an_older_pattern_says_that_its_count_is_unknown() -> None:
    assert facts_of(ToolCallPattern(tool_name="x")) == ["n unknown"]
