"""What two templates differ in: as a person would say it, all of it, once, and the same from both sides."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warmtui.profiling.evidence import Evidence
from warmtui.templates.diff import Change, FieldChange, Group, ItemChange, TemplateDiff, diff_templates
from warmtui.templates.models import (
    AppliesTo,
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)

_FIELDS = {
    Group.TOOL: "tool_patterns",
    Group.USER: "user_patterns",
    Group.RECOVERY: "recovery_patterns",
    Group.CONTEXT: "context_markers",
    Group.EXAMPLE: "examples",
    Group.SOURCE: "sources",
}


def _at(message: int) -> Evidence:
    return Evidence(store="state", session_id="s1", message_id=message, result_message_id=message + 1)


def _tools(*names: str, **fields: Any) -> SessionTemplate:
    return SessionTemplate(name="x", tool_patterns=tuple(ToolCallPattern(tool_name=name, **fields) for name in names))


def _said(found: TemplateDiff) -> list[tuple[str, str, str]]:
    return [(item.change.value, item.name, " ".join(field.name for field in item.fields)) for item in found.items]


# What is said


def test_the_fields_of_a_template_are_named_with_both_values() -> None:
    before = SessionTemplate(name="Docs", notes="x", applies_to=AppliesTo(folders=("~/a", "~/b")))
    after = SessionTemplate(name="Docs", notes="y", context="Use make.", applies_to=AppliesTo(folders=("~/b", "~/c")))
    found = diff_templates(before, after)
    assert found.items == ()
    assert {field.name: (field.before, field.after) for field in found.fields} == {
        "notes": ("x", "y"),
        "context": ("", "Use make."),
        "applies_to.folders": (["~/a", "~/b"], ["~/b", "~/c"]),
    }
    folders = found.fields[-1]
    assert (folders.added, folders.removed) == (("~/c",), ("~/a",))


def test_items_are_added_removed_and_edited_field_by_field_and_key_by_key() -> None:
    arguments = {"path": "/a", "mode": "r", "deep": {"x": 1}}
    before = _tools("terminal", "patch", common_args=arguments, error_recovery=("one", "two"))
    edited = before.tool_patterns[0].model_copy(
        update={
            "guidance": "Run it from the root.",
            "common_args": {"path": "/b", "limit": 5, "deep": {"x": 2}},
            "error_recovery": ("two", "three"),
        }
    )
    after = before.model_copy(update={"tool_patterns": (edited, ToolCallPattern(tool_name="read_file"))})
    found = diff_templates(before, after)
    assert _said(found) == [
        (
            "edited",
            "terminal",
            "guidance common_args.path common_args.mode common_args.deep.x common_args.limit error_recovery",
        ),
        ("added", "read_file", ""),
        ("removed", "patch", ""),
    ]
    by_name = {field.name: field for field in found.items[0].fields}
    assert by_name["common_args.limit"].change is Change.ADDED
    assert (by_name["common_args.mode"].change, by_name["common_args.mode"].before) == (Change.REMOVED, "r")
    assert (by_name["error_recovery"].added, by_name["error_recovery"].removed) == (("three",), ("one",))
    assert found.items[1].item is not None and found.items[1].item["tool_name"] == "read_file"


def test_calls_of_an_example_are_compared_one_by_one() -> None:
    calls = [ExampleCall(tool_name="terminal", arguments={"command": c}, evidence=_at(4)) for c in ("make", "ls")]
    before = Example(request="Build it", calls=tuple(calls))
    changed = calls[1].model_copy(update={"arguments": {"command": "ls docs"}, "result": "a"})
    after = before.model_copy(update={"calls": (calls[0], changed, calls[0])})
    found = diff_templates(SessionTemplate(name="x", examples=(before,)), SessionTemplate(name="x", examples=(after,)))
    (item,) = found.items
    assert item.name == "terminal → terminal: Build it"
    assert [(field.name, field.change.value) for field in item.fields] == [
        ("calls.2.arguments.command", "edited"),
        ("calls.2.result", "edited"),
        ("calls.3", "added"),
    ]


def test_an_order_that_changed_names_the_fewest_that_moved() -> None:
    found = diff_templates(_tools("a", "b", "c", "d"), _tools("d", "a", "b", "c"))
    (item,) = found.items
    assert (item.name, item.change, item.moved) == ("d", Change.MOVED, True)
    assert (item.place_before, item.place_after) == (4, 1)
    only_added = diff_templates(_tools("a", "b"), _tools("new", "a", "b"))
    assert _said(only_added) == [("added", "new", "")]


def test_entries_of_a_list_are_counted_and_an_order_alone_is_told() -> None:
    def change(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        (item,) = diff_templates(_tools("a", error_recovery=before), _tools("a", error_recovery=after)).items
        (field,) = item.fields
        return field.added, field.removed

    assert change(("one", "one", "two"), ("two", "one")) == ((), ("one",))
    assert change(("one",), ("one", "one")) == (("one",), ())
    assert change(("one", "two"), ("two", "one")) == ((), ())


def test_sources_count_without_the_place_where_the_store_lies() -> None:
    source = Source(store="state", session_id="s1", title="Build", path="/old/state.db")
    before = SessionTemplate(name="x", sources=(source,))
    moved = before.model_copy(update={"sources": (source.model_copy(update={"path": "/new/state.db"}),)})
    renamed = before.model_copy(update={"sources": (source.model_copy(update={"title": "Build it"}),)})
    assert diff_templates(before, moved).is_empty
    assert _said(diff_templates(before, renamed)) == [("edited", "Build", "title")]


def test_when_and_why_something_was_saved_is_no_difference() -> None:
    before = _tools("a")
    saved = {"template_id": "x", "version": "1", "version_note": "why", "created_at": "t", "updated_at": "u"}
    assert diff_templates(before, before.model_copy(update=saved)).is_empty


def test_names_are_one_line_and_safe_to_show() -> None:
    (item,) = diff_templates(_tools(), _tools("bad\x1b[31m\nname\u202e" + "x" * 200)).items
    assert len(item.name) <= 80
    assert item.name.startswith("bad␛[31m name‹202e›")


def test_it_prints_itself_as_json() -> None:
    found = diff_templates(_tools("a", "b"), _tools("b", "c"))
    data = orjson.loads(orjson.dumps(found.to_dict()))
    assert [(item["change"], item["group"], item["key"]) for item in data["items"]] == [
        ("added", "tool", "tool:c"),
        ("removed", "tool", "tool:a"),
    ]
    assert TemplateDiff.model_validate(data) == found


# Which items are the same


def test_a_renamed_tool_is_one_edit_by_its_evidence() -> None:
    tool = ToolCallPattern(tool_name="terminal", guidance="Run it.", evidence=(_at(1), _at(3)))
    other = ToolCallPattern(tool_name="patch", evidence=(_at(5),))
    before = SessionTemplate(name="x", tool_patterns=(tool, other))
    after = SessionTemplate(name="x", tool_patterns=(tool.model_copy(update={"tool_name": "shell"}), other))
    found = diff_templates(before, after)
    assert _said(found) == [("edited", "terminal", "tool_name")]
    assert found.items[0].fields[0].after == "shell"


def test_an_edited_signature_is_one_edit_by_its_words() -> None:
    recovery = RecoveryPattern(
        tool_name="terminal", error_signature="no such file <path>", recovery_strategy="List the folder first."
    )
    edited = recovery.model_copy(update={"error_signature": "no such file or folder <path>"})
    found = diff_templates(
        SessionTemplate(name="x", recovery_patterns=(recovery,)), SessionTemplate(name="x", recovery_patterns=(edited,))
    )
    assert _said(found) == [("edited", "terminal: no such file <path>", "error_signature")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ContextNote(value="Makefile", kind="file", count=1), ContextNote(value="README", kind="file", count=1)),
        (ContextNote(value="docs", kind="file"), ContextNote(value="docs", kind="directory")),
        (
            ContextNote(value="src/a/main.py", kind="file", evidence=(_at(1),)),
            ContextNote(value="src/a/main.pyi", kind="file", evidence=(_at(9),)),
        ),
    ],
)
def test_what_shares_neither_evidence_nor_words_is_another_item(before: ContextNote, after: ContextNote) -> None:
    found = diff_templates(
        SessionTemplate(name="x", context_markers=(before,)), SessionTemplate(name="x", context_markers=(after,))
    )
    assert [item.change for item in found.items] == [Change.ADDED, Change.REMOVED]


def test_where_two_could_be_meant_none_is_taken_for_the_other() -> None:
    before = _tools("terminal", guidance="Run it from the root of the repository.")
    after = _tools("shell", "bash", guidance="Run it from the root of the repository.")
    assert sorted(item.change for item in diff_templates(before, after).items) == ["added", "added", "removed"]


def test_items_of_one_key_are_told_apart() -> None:
    def of(*guidance: str) -> SessionTemplate:
        return SessionTemplate(
            name="x", tool_patterns=tuple(ToolCallPattern(tool_name="a", guidance=one) for one in guidance)
        )

    assert _said(diff_templates(of("one", "two"), of("one", "three"))) == [("edited", "a", "guidance")]
    assert _said(diff_templates(of("one", "two"), of("two"))) == [("removed", "a", "")]
    assert [item.change for item in diff_templates(of("one", "two"), of("two", "one")).items] == [Change.MOVED]
    assert diff_templates(of("one", "one"), of("one", "one")).is_empty


# What holds of any two templates

_WORDS = st.sampled_from(["", "a", "b", "a b", "run it first", "run it last"])
_NUMBERS = st.sampled_from([None, 0, 1, 7])
_VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, 1.0, "", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
_ARGUMENTS = st.dictionaries(st.sampled_from(["path", "mode", "calls"]), _VALUES, max_size=2)
_EVIDENCE = st.lists(st.sampled_from([_at(1), _at(3), _at(5)]), max_size=2).map(tuple)
_TEXTS = st.lists(_WORDS, max_size=2).map(tuple)


def _some(part: Any, most: int = 3, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.builds(part, **fields), max_size=most).map(tuple)


_CALLS = _some(
    ExampleCall, tool_name=_WORDS, arguments=_ARGUMENTS, result=_WORDS, evidence=st.none() | st.just(_at(1))
).filter(bool)
_TEMPLATES = st.builds(
    SessionTemplate,
    template_id=_WORDS,
    version_note=_WORDS,
    name=_WORDS,
    notes=_WORDS,
    applies_to=st.builds(AppliesTo, folders=_TEXTS, words=_TEXTS),
    tool_patterns=_some(
        ToolCallPattern,
        tool_name=_WORDS,
        guidance=_WORDS,
        common_args=_ARGUMENTS,
        error_recovery=_TEXTS,
        calls=_NUMBERS,
        evidence=_EVIDENCE,
        newer=_VALUES,
    ),
    user_patterns=_some(UserPattern, style=_WORDS, message_count=_NUMBERS, preferred_tools=_TEXTS),
    recovery_patterns=_some(RecoveryPattern, tool_name=_WORDS, error_signature=_WORDS, evidence=_EVIDENCE),
    context_markers=_some(ContextNote, most=5, value=_WORDS, kind=st.sampled_from(["", "file"]), count=_NUMBERS),
    examples=_some(Example, request=_WORDS, calls=_CALLS, synthetic=st.booleans()),
    sources=_some(Source, store=st.just("s"), session_id=_WORDS, path=_WORDS, title=st.none() | _WORDS),
    source_session_id=st.none() | _WORDS,
    format_version=st.sampled_from([1, 2]),
)


def _is_empty_exactly_where_the_content_is_the_same(before: SessionTemplate, after: SessionTemplate) -> None:
    assert diff_templates(before, before.model_copy(deep=True)).is_empty
    assert diff_templates(before, after).is_empty == (before.canonical() == after.canonical())


def _put(target: Any, change: FieldChange, *, backwards: bool = False) -> None:
    *way, last = change.path
    for step in way:
        target = target[step]
    if change.change is (Change.ADDED if backwards else Change.REMOVED):
        target.pop(last)
    elif isinstance(target, list) and last == len(target):
        target.append(change.after)
    else:
        target[last] = change.before if backwards else change.after


def _applied(before: SessionTemplate, found: TemplateDiff) -> SessionTemplate:
    """Return what `before` becomes by the changes, which say where every item that is not as it was now stands."""
    data = copy.deepcopy(before.to_dict())
    for field in _from_the_end(found.fields):
        _put(data, field)
    for group, name in _FIELDS.items():
        changes = [item for item in found.items if item.group is group]
        old = data[name]
        gone = {item.place_before for item in changes if item.place_before is not None}
        new: dict[int, Any] = {}
        for item in changes:
            if item.change is Change.REMOVED:
                continue
            assert item.place_after is not None
            new[item.place_after] = _edited(old, item)
        rest = [part for place, part in enumerate(old, 1) if place not in gone]
        count = len(rest) + len(new)
        data[name] = [new[place] if place in new else rest.pop(0) for place in range(1, count + 1)]
    return SessionTemplate.from_dict(data)


def _edited(old: list[Any], item: ItemChange) -> Any:
    if item.place_before is None:
        return item.item
    part = copy.deepcopy(old[item.place_before - 1])
    for field in _from_the_end(item.fields):
        _put(part, field)
    return part


def _from_the_end(fields: tuple[FieldChange, ...]) -> list[FieldChange]:
    """Removals last to first, so that no place within a list shifts before its turn."""
    removed = [field for field in fields if field.change is Change.REMOVED]
    return [field for field in fields if field.change is not Change.REMOVED] + removed[::-1]


def _explains_everything_and_no_item_twice(before: SessionTemplate, after: SessionTemplate) -> None:
    found = diff_templates(before, after)
    assert _applied(before, found).canonical() == after.canonical()
    for group in Group:
        items = [item for item in found.items if item.group is group]
        for places in ([item.place_before for item in items], [item.place_after for item in items]):
            known = [place for place in places if place is not None]
            assert len(known) == len(set(known))


_OPPOSITE = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}


def _turned(found: TemplateDiff) -> tuple[set[str], set[str]]:
    """Return the fields and the items with before and after exchanged, without order."""

    def field(one: FieldChange) -> dict[str, Any]:
        return one.model_dump() | {
            "change": _OPPOSITE.get(one.change, one.change),
            "before": one.after,
            "after": one.before,
            "added": one.removed,
            "removed": one.added,
        }

    items = [
        item.model_dump(exclude={"key", "name", "fields"})
        | {
            "change": _OPPOSITE.get(item.change, item.change),
            "place_before": item.place_after,
            "place_after": item.place_before,
            "fields": _texts([field(one) for one in item.fields]),
        }
        for item in found.items
    ]
    return set(_texts([field(one) for one in found.fields])), set(_texts(items))


def _as_it_is(found: TemplateDiff) -> tuple[set[str], set[str]]:
    items = [
        item.model_dump(exclude={"key", "name", "fields"})
        | {"fields": _texts([one.model_dump() for one in item.fields])}
        for item in found.items
    ]
    return set(_texts([one.model_dump() for one in found.fields])), set(_texts(items))


def _texts(values: list[dict[str, Any]]) -> list[str]:
    return sorted(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() for value in values)


def _is_the_same_turned_round_from_the_other_side(before: SessionTemplate, after: SessionTemplate) -> None:
    assert _turned(diff_templates(before, after)) == _as_it_is(diff_templates(after, before))


def _holds(before: SessionTemplate, after: SessionTemplate) -> None:
    _is_empty_exactly_where_the_content_is_the_same(before, after)
    _explains_everything_and_no_item_twice(before, after)
    _is_the_same_turned_round_from_the_other_side(before, after)


@settings(max_examples=20, deadline=None)
@given(_TEMPLATES, _TEMPLATES)
def test_a_difference_explains_everything_once_and_the_same_from_both_sides(
    before: SessionTemplate, after: SessionTemplate
) -> None:
    _holds(before, after)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TEMPLATES, _TEMPLATES)
def test_so_does_that_of_many_more(before: SessionTemplate, after: SessionTemplate) -> None:
    _holds(before, after)
