"""Made-up examples: only from what a pattern says, and always labelled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.warmstart.examples import TEMPLATE, example
from warmtui.profiling.models import ArgumentChange
from warmtui.templates.models import Example, ExampleCall, RecoveryPattern, SessionTemplate, ToolCallPattern
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.conventions import Fitting, fitting
from warmtui.warmstart.synthetic import MADE_UP, synthetic_examples


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("relative path, always; such as a.py | b/c.py", "a.py"),
        ("relative path, always", "path/to/file"),
        ("absolute path, in 3 of 4", "/path/to/file"),
        ("url, always", "https://example.com/"),
        ("integer, always; such as 30 | 60", 30),
        ("boolean, always; such as false", False),
        ("integer, always", 1),
        ("one of fast | slow, always", "fast"),
        ("replace, always", "replace"),
        ("text, always; such as the same twice | other", "the same twice"),
        ("a.py", "a.py"),
        (3, 3),
        (["x"], ["x"]),
        ("url", "https://example.com/"),
    ],
)
def test_a_value_fits_what_is_said_of_an_argument(said: Any, value: Any) -> None:
    assert fitting(said) == Fitting(value)


@pytest.mark.parametrize(
    "said",
    [
        "text, always",
        "array, always",
        "identifier, always",
        "string",
        "",
        None,
        "whatever the person likes",
        "text, always; such as «token:1»",
        "text, always; such as cut of…",
        ["«key:1»"],
        "integer, always; such as a lot",
        f"text, in {'9' * 5000} of 1",
    ],
)
def test_what_says_too_little_gives_no_value(said: Any) -> None:
    assert fitting(said).value is None


def test_an_argument_that_few_calls_have_is_not_usual() -> None:
    assert not fitting("integer, in 1 of 3; such as 5").is_usual
    assert fitting("integer, in 2 of 3; such as 5").is_usual


PATTERN = ToolCallPattern(
    tool_name="patch", common_args={"path": "a.py", "mode": "replace, always", "note": "text, in 1 of 9"}
)
RECOVERY = RecoveryPattern(
    tool_name="patch",
    error_example='no "match" for old_string',
    recovery_strategy="Give the path as it is.",
    changes=(
        ArgumentChange(key="path", before="/a.py", after="a.py"),
        ArgumentChange(key="count", before=None, after=2),
    ),
)


def test_a_tool_without_an_example_gets_a_call_from_its_conventions() -> None:
    made, too_little = synthetic_examples(SessionTemplate(name="n", tool_patterns=(PATTERN,)))
    (one,) = made
    assert one.synthetic
    assert [(call.tool_name, call.arguments, call.result, call.evidence) for call in one.calls] == [
        ("patch", {"path": "a.py", "mode": "replace"}, MADE_UP, None)
    ]
    assert too_little == ()


def test_a_recovery_without_an_example_is_shown_as_the_failed_and_the_mended_call() -> None:
    made, too_little = synthetic_examples(
        SessionTemplate(name="n", tool_patterns=(PATTERN,), recovery_patterns=(RECOVERY,))
    )
    (one,) = made  # it shows the tool as well
    failed, mended = one.calls
    assert (failed.outcome, failed.arguments) == ("failed", {"mode": "replace", "path": "/a.py"})
    assert failed.result == '(made up) no "match" for old_string'
    assert (mended.outcome, mended.arguments) == ("ok", {"mode": "replace", "path": "a.py", "count": 2})
    assert mended.result == MADE_UP
    assert too_little == ()


def test_what_is_recorded_is_not_made_up_again() -> None:
    calls = (
        ExampleCall(tool_name="patch", outcome="failed", result='{"error": "no \\"match\\"\\nfor old_string"}'),
        ExampleCall(tool_name="patch"),
    )
    template = SessionTemplate(
        name="n", tool_patterns=(PATTERN,), recovery_patterns=(RECOVERY,), examples=(Example(calls=calls),)
    )
    assert synthetic_examples(template) == ((), ())
    only_ok = template.model_copy(update={"examples": (example("patch"),)})
    assert len(synthetic_examples(only_ok)[0]) == 1


def test_a_recovery_needs_the_usual_arguments_as_well() -> None:
    pattern = PATTERN.model_copy(update={"common_args": {"path": "a.py", "content": "text, always"}})
    template = SessionTemplate(name="n", tool_patterns=(pattern,), recovery_patterns=(RECOVERY,))
    made, too_little = synthetic_examples(template)
    assert made == ()
    assert [sentence.split(": ")[-1] for sentence in too_little] == [
        "its pattern does not say what its `content` is"
    ] * 2


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (ToolCallPattern(tool_name="run", common_args={"command": "text, always"}), "what its `command` is"),
        (ToolCallPattern(tool_name="run"), "how it is called"),
        (RECOVERY.model_copy(update={"changes": ()}), "what changed in the arguments"),
        (
            RECOVERY.model_copy(update={"changes": (ArgumentChange(key="a.0", before=1, after=2),)}),
            "what changed in the arguments",
        ),
        (
            RECOVERY.model_copy(update={"changes": (ArgumentChange(key="a", before="x…", after="y"),)}),
            "what changed in the arguments",
        ),
        (RECOVERY.model_copy(update={"tool_name": ""}), "which tool failed"),
    ],
)
def test_a_pattern_that_says_too_little_is_skipped_and_named(part: Any, said: str) -> None:
    field = "tool_patterns" if isinstance(part, ToolCallPattern) else "recovery_patterns"
    made, too_little = synthetic_examples(SessionTemplate.model_validate({"name": "n", field: (part,)}))
    assert made == ()
    assert len(too_little) == 1
    assert said in too_little[0]


def test_a_stream_holds_made_up_examples_last_and_only_when_asked() -> None:
    template = TEMPLATE.model_copy(update={"tool_patterns": (PATTERN, PATTERN.model_copy(update={"tool_name": "new"}))})
    build = WarmSessionBootstrapper().build_stream
    plain, made = build(template, "x"), build(template, "x", synthetic=True)
    assert made.messages[: len(plain.messages) - 1] == plain.messages[:-1]
    assert [part.title for part in made.parts if part.synthetic] == ["example 3: new (made up)"]
    assert made.messages[-5].message["content"].startswith("(A made-up example, not a recorded one.)")
    assert any("does not say what changed" in warning for warning in made.warnings)
    assert template.examples == TEMPLATE.examples
    assert build(template, "x", synthetic=True, max_examples=2).messages == plain.messages
