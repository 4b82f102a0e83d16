"""Templates as data: what older files hold, what other programs wrote, and what a version is the hash of."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.evidence import Evidence
from warmtui.templates.models import (
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    ToolCallPattern,
    UserPattern,
)
from warmtui.templates.tokens import estimate_message_tokens, estimate_tokens

OLDER = {
    "template_id": "20251103_build",
    "name": "Build",
    "description": None,
    "tool_patterns": [
        {
            "tool_name": "terminal",
            "success_rate": 0.9,
            "common_args": {"command": "make"},
            "error_recovery": ["Run it from the root."],
            "context_requirements": None,
        },
        {"tool_name": "patch", "success_rate": None, "common_args": None, "error_recovery": "Read the file first."},
    ],
    "user_patterns": {"request_style": "direct_commands", "feedback_style": None, "common_domains": None},
    "recovery_patterns": [{"error_type": "timeout", "recovery_strategy": "Try again.", "success_rate": 1.0}],
    "context_markers": ["Makefile", "docs/"],
    "created_at": 1762160000.5,
    "source_session_id": "20251103_101500_a1b2c3",
    "version": 1.0,
}


def test_an_older_file_loads_with_its_values() -> None:
    template = SessionTemplate.from_dict(OLDER)
    terminal, patch = template.tool_patterns
    assert (terminal.success_rate, terminal.common_args, terminal.calls) == (0.9, {"command": "make"}, None)
    assert terminal.error_recovery == ("Run it from the root.",)
    assert (patch.common_args, patch.error_recovery) == ({}, ("Read the file first.",))
    (user,) = template.user_patterns
    assert (user.style, user.feedback_style, user.common_domains) == ("direct_commands", "", ())
    (recovery,) = template.recovery_patterns
    assert (recovery.error_signature, recovery.recovery_strategy) == ("timeout", "Try again.")
    assert [note.value for note in template.context_markers] == ["Makefile", "docs/"]
    assert (template.version, template.created_at, template.description) == ("1.0", "1762160000.5", "")
    assert template.format_version == 1


@pytest.mark.parametrize("field", ["tool_patterns", "user_patterns", "recovery_patterns", "context_markers"])
def test_a_null_list_is_an_empty_one(field: str) -> None:
    assert getattr(SessionTemplate.from_dict({"name": "x", field: None}), field) == ()


@pytest.mark.parametrize("part", [ToolCallPattern, UserPattern, RecoveryPattern, ContextNote])
def test_null_is_the_default_wherever_a_field_has_one(part: type[ToolCallPattern | UserPattern]) -> None:
    required = {"tool_name": "x", "value": "x"}
    nulls = {name: None for name, field in part.model_fields.items() if not field.is_required()}
    given = {**nulls, **{name: required[name] for name, field in part.model_fields.items() if field.is_required()}}
    bare = {name: value for name, value in given.items() if value is not None}
    assert part.from_dict(given) == part.from_dict(bare)


def test_the_new_name_of_a_field_wins_over_the_older_one() -> None:
    both = {"style": "terse", "request_style": "detailed"}
    assert UserPattern.from_dict(both).style == "terse"
    assert UserPattern.from_dict({**both, "style": None}).style == "detailed"
    assert RecoveryPattern.from_dict({"error_signature": None, "error_pattern": "x"}).error_signature == "x"


def test_what_another_program_wrote_survives_the_round_trip_at_every_level() -> None:
    data: dict[str, Any] = {
        "name": "x",
        "owner": {"team": [1, None]},
        "tool_patterns": [{"tool_name": "t", "colour": None}],
        "examples": [{"calls": [{"tool_name": "t", "seen": "twice"}], "rank": 3}],
    }
    out = SessionTemplate.from_dict(SessionTemplate.from_dict(data).to_dict()).to_dict()
    assert out["owner"] == {"team": [1, None]}
    assert out["tool_patterns"][0]["colour"] is None
    assert (out["examples"][0]["rank"], out["examples"][0]["calls"][0]["seen"]) == (3, "twice")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("aé\ud800\x00\n«", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\udfff", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), _JSON, max_size=4))
def test_every_recorded_argument_can_be_stored_and_has_one_version(arguments: dict[str, Any]) -> None:
    template = SessionTemplate(
        name="x", examples=(Example(calls=(ExampleCall(tool_name="t", arguments=arguments, result="\ud800"),)),)
    )
    loaded = SessionTemplate.from_dict(orjson.loads(orjson.dumps(template.to_dict())))
    assert loaded.content_version() == template.content_version()
    assert SessionTemplate.from_dict(loaded.to_dict()) == loaded


def test_the_version_depends_on_the_content_and_not_on_id_time_or_the_order_of_keys() -> None:
    template = SessionTemplate(name="x", tool_patterns=(ToolCallPattern(tool_name="t", common_args={"a": 1, "b": 2}),))
    other = SessionTemplate.from_dict(
        {
            "tool_patterns": [{"common_args": {"b": 2, "a": 1}, "tool_name": "t"}],
            "updated_at": "2026-11-20",
            "created_at": "2026-11-19",
            "version": "old",
            "template_id": "y",
            "name": "x",
        }
    )
    assert other.content_version() == template.content_version()
    assert template.model_copy(update={"notes": "n"}).content_version() != template.content_version()


def test_an_example_is_named_by_its_place_or_by_its_calls() -> None:
    place = Evidence(store="home", session_id="s", message_id=4, result_message_id=5)
    recorded = Example(calls=(ExampleCall(tool_name="t", evidence=place),))
    assert recorded.key == "example:home:s:4:5"
    invented = Example(calls=(ExampleCall(tool_name="t", arguments={"a": 1}),), synthetic=True)
    assert invented.key == Example(calls=invented.calls, request="other words", synthetic=True).key
    assert invented.key != Example(calls=(ExampleCall(tool_name="t", arguments={"a": 2}),)).key


# Tokens


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("é" * 8, 2)])
def test_a_token_is_four_characters_rounded_up(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_a_message_costs_its_content_and_the_names_and_arguments_of_its_calls() -> None:
    call = {"id": "warm_1", "type": "function", "function": {"name": "read_file", "arguments": '{"path":"a"}'}}
    assert estimate_message_tokens({"role": "assistant", "content": "look", "tool_calls": [call]}) == 7
    assert estimate_message_tokens({"role": "assistant", "content": None, "tool_calls": [call]}) == 6
    assert estimate_message_tokens({"role": "user", "content": [{"type": "text", "text": "x" * 9}]}) == 3
    assert estimate_message_tokens({"role": "user"}) == 0
