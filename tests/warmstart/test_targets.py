"""What each target refuses, and that no template gives a stream that its target refuses."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warmstart.examples import TEMPLATE, templates, texts
from tests.warmstart.refused import ANTHROPIC, HERMES, OPENAI, SKILL
from warmtui.errors import StreamError
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.ablation import ablations
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.models import Level
from warmtui.warmstart.targets import TARGETS, check

build = WarmSessionBootstrapper().build_stream


@settings(max_examples=40, deadline=None)
@given(templates, texts, st.sampled_from(list(Level)), st.booleans())
def test_every_stream_keeps_the_rules_of_its_target_and_its_bytes(
    template: SessionTemplate, message: str, level: Level, synthetic: bool
) -> None:
    again = SessionTemplate.from_dict(orjson.loads(orjson.dumps(template.to_dict())))
    for target in TARGETS:
        document = build(template, message, target=target, level=level, synthetic=synthetic).document()
        assert check(target, document) == ()
        bytes_ = orjson.dumps(document)
        other = build(again, message, target=target, level=level, synthetic=synthetic).document()
        assert orjson.dumps(other) == bytes_


@pytest.mark.parametrize(
    ("target", "broken", "said"),
    [
        *(("openai", *case) for case in OPENAI),
        *(("hermes", *case) for case in HERMES),
        *(("anthropic", *case) for case in ANTHROPIC),
        *(("skill", *case) for case in SKILL),
    ],
)
def test_a_document_that_breaks_a_rule_is_told_what_it_breaks(target: str, broken: Any, said: str) -> None:
    assert [problem for problem in check(target, broken) if said in problem], check(target, broken)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_no_document_at_all_is_refused_and_never_fails(target: str) -> None:
    odd: list[Any] = [None, 3, "x", [None], [[]], [{}], {}, {"system": 1, "messages": 2}, {"name": 1, "content": 2}]
    assert all(check(target, one) for one in odd)
    for other in TARGETS:
        if {other, target} != {"openai", "hermes"} and other != target:
            assert check(target, build(TEMPLATE, "x", target=other).document())


def test_an_unknown_target_is_named() -> None:
    with pytest.raises(StreamError, match="“gopher” is no target"):
        check("gopher", [])


@pytest.mark.parametrize("target", TARGETS)
def test_a_series_goes_on_where_the_step_before_it_ends(target: str) -> None:
    steps = ablations(TEMPLATE, "now this", target=target)
    names = ["none", "context", "+1", "full"]
    assert [step.name for step in steps] == (names[1:] if target == "skill" else names)
    assert [step.examples for step in steps[-3:]] == [0, 1, 2]
    assert [step.added for step in steps[-3:]] == [
        "context", "example 1: patch → read_file → patch", "example 2: terminal"
    ]  # fmt: skip
    for step in steps:
        assert check(target, step.stream.document()) == ()
    assert sum(step.added_tokens for step in steps) == steps[-1].stream.tokens
    assert steps[-1].stream == build(TEMPLATE, "now this", target=target)


@pytest.mark.parametrize("target", ["openai", "hermes", "anthropic"])
def test_the_messages_of_a_step_begin_with_those_of_the_one_before(target: str) -> None:
    steps = [
        [one.message for one in step.stream.messages if one.part != "user"]
        for step in ablations(TEMPLATE, "now this", target=target)
    ]
    none, words, one, full = steps
    assert none == []
    assert one[0]["content"].startswith(words[0]["content"])  # only the sentence that examples follow is new
    assert one[1 : len(words)] == words[1:]
    assert full[: len(one)] == one


def test_a_template_without_words_or_examples_adds_nothing() -> None:
    steps = ablations(SessionTemplate(name="n"), "x")
    assert [(step.name, step.added_tokens, step.added) for step in steps] == [("none", 1, ""), ("context", 0, "")]
    assert orjson.loads(orjson.dumps(steps[0].to_dict()))["document"] == [{"role": "user", "content": "x"}]


def test_the_limits_hold_for_the_whole_series() -> None:
    assert [step.examples for step in ablations(TEMPLATE, "x", max_examples=1)] == [0, 0, 1]
    none, words = ablations(TEMPLATE, "x", budget=1)
    assert (none.name, words.name) == ("none", "context")
    assert words.stream.document() == build(TEMPLATE, "x", level=Level.CONTEXT).document()
    assert words.stream.warnings == ("2 examples left out by the limits",)
