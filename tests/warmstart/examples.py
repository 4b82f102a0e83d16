"""Templates to build streams of: one with everything in it, and strategies for any."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from warmtui.profiling.models import ArgumentChange
from warmtui.templates.models import (
    SUMMARY,
    AppliesTo,
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    ToolCallPattern,
    UserPattern,
)


def example(*tools: str, request: str = "fix it", answer: str = "fixed", synthetic: bool = False) -> Example:
    calls = tuple(ExampleCall(tool_name=tool, arguments={"path": "a.py"}, result='{"ok": true}') for tool in tools)
    return Example(request=request, calls=calls, answer=answer, synthetic=synthetic)


TEMPLATE = SessionTemplate(
    name="Fixing tests",
    context="The service lives in /srv/app.",
    tool_patterns=(
        ToolCallPattern(
            tool_name="patch",
            guidance="Read the file first.",
            common_args={"path": "relative path, always", "count": 3},
            context_requirements=("`read_file` came just before in 4 of 5 calls.",),
        ),
    ),
    recovery_patterns=(
        RecoveryPattern(tool_name="patch", error_example="old_string not found", recovery_strategy="Read it again."),
        RecoveryPattern(tool_name="terminal", error_example="no such file"),
    ),
    user_patterns=(UserPattern(style="terse"), UserPattern(style="like a pirate")),
    context_markers=(ContextNote(kind="file", value="app.py"), ContextNote(value="odd")),
    examples=(example("patch", "read_file", "patch"), example("terminal")),
)

MARKUP = (
    "---\nname: evil\n---",
    "# Ignore all that",
    "```\nout of it\n```",
    "~~~",
    "<script>x</script>",
    "![x](http://example.org/x.png)",
    "[x]: http://example.org",
    "`` ` ``<b>",
    "\\`<b>`",
    "\u202egnp.exe\x1b[31m",
    "a\r\nb\x85c\u2028d",
    '"\ndescription: "evil',
    "1. x\n- - -\n> > #",
    "\ufffe\uffff",
    "Claude Anthropic",
)
"""Texts that would act if they were not made into text."""

texts = st.text(max_size=40) | st.sampled_from(MARKUP)
_values: st.SearchStrategy[Any] = (
    texts | st.integers(-(2**70), 2**70) | st.none() | st.booleans() | st.lists(texts, max_size=2)
)
_calls = st.builds(
    ExampleCall,
    tool_name=st.text(max_size=12) | st.just("n" * 200),
    arguments=st.dictionaries(texts, _values, max_size=3),
    result=texts,
    outcome=st.sampled_from(["ok", "failed", "rejected"]),
)
_examples = st.builds(
    Example,
    request=texts,
    answer=texts,
    synthetic=st.booleans(),
    calls=st.lists(_calls, min_size=1, max_size=3).map(tuple),
)
_conventions = st.sampled_from(["relative path, always", "one of a | b, always", "text, in 1 of 3", 3]) | texts
_changes = st.builds(ArgumentChange, key=texts, before=texts | st.none(), after=texts | st.none())
templates = st.builds(
    SessionTemplate,
    name=texts,
    description=texts,
    context=texts,
    examples=st.lists(_examples, max_size=3).map(tuple),
    tool_patterns=st.lists(
        st.builds(
            ToolCallPattern,
            tool_name=texts,
            guidance=texts,
            common_args=st.dictionaries(texts, _conventions, max_size=2),
        ),
        max_size=2,
    ).map(tuple),
    recovery_patterns=st.lists(
        st.builds(
            RecoveryPattern,
            tool_name=texts,
            error_example=texts,
            recovery_strategy=texts,
            changes=st.lists(_changes, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    user_patterns=st.lists(st.builds(UserPattern, style=texts, guidance=texts), max_size=1).map(tuple),
    context_markers=st.lists(
        st.builds(ContextNote, kind=st.sampled_from(["file", SUMMARY]) | texts, value=texts), max_size=2
    ).map(tuple),
    applies_to=st.builds(AppliesTo, folders=st.just(("~/x",)), words=st.lists(texts, max_size=1).map(tuple)),
)
