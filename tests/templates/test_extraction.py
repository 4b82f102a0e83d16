"""From sessions to a template: which calls become examples, and what the patterns say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import FAILED, OK, Talk
from warmtui.errors import NotFoundError, TemplateError
from warmtui.profiling.profiler import analyze
from warmtui.sessions.models import Author, Conversation, Message
from warmtui.templates.extraction import Studied, create_template_from_sessions, extract
from warmtui.templates.models import SessionTemplate
from warmtui.templates.selection import example_tokens
from warmtui.templates.trimming import trim_text, trim_value
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

READ = '{"content": "1|x = 1", "total_lines": 1}'


def template(*conversations: Conversation, budget: int = 1500, most: int = 5) -> SessionTemplate:
    studied = [Studied(one, analyze(one)) for one in conversations]
    return extract(studied, name="n", budget=budget, max_examples=most).template


def shown(found: SessionTemplate) -> list[list[str]]:
    return [[f"{call.tool_name} {call.outcome}" for call in one.calls] for one in found.examples]


def repair(session_id: str = "s1") -> Talk:
    talk = Talk(session_id).ask("fix the test in app.py").call("patch", {"path": "app.py", "old": "b"}, FAILED)
    talk.call("read_file", {"path": "app.py"}, READ).call("patch", {"path": "app.py", "old": "a"}, OK)
    return talk.say("Fixed app.py; the test is green.")


def test_a_recovery_is_one_example_of_failure_look_and_repair_with_the_sessions_own_words() -> None:
    found = template(repair().end())
    first = found.examples[0]
    assert [f"{call.tool_name} {call.outcome}" for call in first.calls] == ["patch failed", "read_file ok", "patch ok"]
    assert first.request == "fix the test in app.py"
    assert first.answer == "Fixed app.py; the test is green."
    assert "recovers from an error of patch, which failed in 1 of 2 calls" in first.reason
    assert first.calls[0].arguments == {"path": "app.py", "old": "b"}
    assert first.calls[0].evidence is not None
    assert first.calls[0].evidence.result_message_id == 3
    assert first.calls[0].digest is not None
    assert len(first.calls[0].digest) == 64


def test_what_failed_was_corrected_or_edited_again_is_no_example() -> None:
    talk = Talk().ask("go").call("write_file", {"path": "a", "content": "1"}, FAILED)
    assert shown(template(talk.end())) == []
    talk = Talk().ask("go").call("write_file", {"path": "a", "content": "1"}, OK).ask("no, not that file")
    assert shown(template(talk.end())) == []
    talk = Talk().ask("go").call("write_file", {"path": "a", "content": "1"}, OK)
    talk.call("patch", {"path": "a", "old": "1"}, OK)
    assert shown(template(talk.end())) == [["patch ok"]]


def test_arguments_that_do_not_parse_are_no_example() -> None:
    assert shown(template(Talk().ask("go").call("patch", '{"path": ', OK).end())) == []


def test_near_duplicates_keep_the_shortest() -> None:
    talk = Talk().ask("go")
    for number, padding in enumerate((90, 5, 40)):
        talk.call("read_file", {"path": f"src/f{number}.py"}, orjson.dumps({"content": "x" * padding}).decode())
    found = template(talk.end())
    assert len(found.examples) == 1
    assert len(found.examples[0].calls[0].result) < 30


def test_patterns_carry_counts_conventions_and_what_helped() -> None:
    found = template(repair().end())
    patch = next(one for one in found.tool_patterns if one.tool_name == "patch")
    assert (patch.calls, patch.errors, patch.eligible) == (2, 1, 2)
    assert patch.common_args["path"] == "relative path, always; such as app.py"
    assert len(patch.error_recovery) == 1
    assert "Read the file, then `patch`" in patch.error_recovery[0]
    [recovery] = found.recovery_patterns
    assert (recovery.recovered, recovery.episodes, recovery.sessions) == (1, 1, 1)
    assert recovery.recovery_strategy.startswith("Read the file, then `patch` with")
    assert found.source_session_id == "s1"
    assert found.sources[0].lineage_id == "s1"


def test_what_regularly_came_before_is_said_with_its_count() -> None:
    talk = Talk().ask("go")
    for number in range(4):
        talk.call("read_file", {"path": f"{number}.py"}, READ).call("patch", {"path": f"{number}.py"}, OK)
    patch = next(one for one in template(talk.end()).tool_patterns if one.tool_name == "patch")
    assert patch.context_requirements == ("`read_file` came just before in 4 of 4 calls.",)


def test_what_set_failed_calls_apart_is_said_with_both_counts() -> None:
    talk = Talk().ask("go")
    for number in range(8):
        talk.call("read_file", {"path": f"/srv/{number}.py"}, OK).call(
            "read_file", {"path": f"srv/{number}.py"}, FAILED
        )
    (pattern,) = (one for one in template(talk.end()).tool_patterns if one.tool_name == "read_file")
    assert pattern.contrasts == ("`path`: relative path in 8 of 8 failed calls, in 0 of 8 that worked.",)


def test_several_sessions_add_up_and_styles_stay_apart() -> None:
    long = (
        Talk("s2").ask("I would like you to consider the module in depth. " * 6).call("read_file", {"path": "b"}, READ)
    )
    found = template(repair("s1").end(), repair("s3").end(), long.end())
    patch = next(one for one in found.tool_patterns if one.tool_name == "patch")
    assert (patch.calls, patch.errors) == (4, 2)
    assert {one.style for one in found.user_patterns} == {"command_driven", "detailed"}
    assert found.recovery_patterns[0].sessions == 2
    assert [one.session_id for one in found.sources] == ["s1", "s3", "s2"]


SUMMARY = (
    "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted. Respond ONLY to the latest message.\n"
    "## Decisions\nThe key is {secret}.\n\n--- END OF CONTEXT SUMMARY — respond to the message below"
)


def compacted(text: str) -> Conversation:
    talk = repair().end()
    marker = Message(99, "s1", "user", text, author=Author.HARNESS, is_compaction=True)
    return replace(talk, messages=(*talk.messages, marker))


def test_a_sessions_own_summary_is_offered_and_taken_only_when_it_is_wanted() -> None:
    secret = "gh" + "p_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    conversation = compacted(SUMMARY.format(secret=secret))
    studied = [Studied(conversation, analyze(conversation))]
    offered = extract(studied)
    assert [note for note in offered.template.context_markers if note.kind == "summary"] == []
    (note,) = (note for note in offered.candidates.context_markers if note.kind == "summary")
    assert note.value == "## Decisions\nThe key is «token:1»."
    assert [place.message_id for place in note.evidence] == [99]
    taken = extract(studied, with_summary=True).template
    assert note in taken.context_markers
    stream = WarmSessionBootstrapper().create_warm_session_messages(taken, "go on")
    assert "What an agent noted of an earlier session:\n> ## Decisions\n> The key is" in stream[0]["content"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[CONTEXT SUMMARY]: it went well", "it went well"),
        ("This session is being continued from a previous conversation.\nAnalysis: done", "Analysis: done"),
        ("[CONTEXT COMPACTION — REFERENCE ONLY] and nothing more", None),
        ("what was done", "what was done"),
    ],
)
def test_the_harness_words_around_a_summary_stay_behind(text: str, words: str | None) -> None:
    conversation = compacted(text)
    found = extract([Studied(conversation, analyze(conversation))], with_summary=True).template
    assert next((note.value for note in found.context_markers if note.kind == "summary"), None) == words


def test_secrets_do_not_reach_a_template() -> None:
    secret = "gh" + "p_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    printed = orjson.dumps({"output": f"token {secret}", "exit_code": 0}).decode()
    talk = Talk().ask(f"use {secret} to push")
    talk.call("terminal", {"command": f"git push https://x:{secret}@github.com/a/b"}, printed)
    found = orjson.dumps(template(talk.say(f"pushed with {secret}").end()).to_dict()).decode()
    assert secret not in found
    assert "«" in found


def test_no_session_is_an_error_and_an_unknown_one_too() -> None:
    with pytest.raises(TemplateError, match="at least one session"):
        extract([])

    class Nothing:
        def get_messages(self, session_id: str) -> list[dict[str, object]]:
            return []

    with pytest.raises(NotFoundError):
        create_template_from_sessions(["x"], Nothing())


def test_the_same_sessions_give_the_same_bytes(airline_db: Path) -> None:
    import warmtui

    with warmtui.open_store(airline_db) as store:
        ids = [session.session_id for session in store.sessions()][:6]
        one = create_template_from_sessions(ids, store, name="n")
        other = create_template_from_sessions(ids, store, name="n")
    assert one.canonical() == other.canonical()
    assert one.examples


@st.composite
def talks(draw: st.DrawFn) -> Conversation:
    talk = Talk(draw(st.sampled_from("abc"))).ask(draw(st.text(max_size=30)))
    for _ in range(draw(st.integers(0, 12))):
        talk.call(
            draw(st.sampled_from(["patch", "terminal", "read_file"])),
            {"path": draw(st.sampled_from("xyz")), "value": draw(st.text(max_size=400))},
            draw(st.sampled_from([OK, FAILED, READ, "[Result unavailable — lost]"])),
        )
    return talk.end()


@given(st.lists(talks(), min_size=1, max_size=3), st.integers(1, 800), st.integers(0, 6))
def test_the_examples_always_fit_their_budget_and_number(
    conversations: Sequence[Conversation], budget: int, most: int
) -> None:
    found = template(*conversations, budget=budget, most=most)
    assert len(found.examples) <= most
    assert sum(example_tokens(one) for one in found.examples) <= budget
    assert all(one.calls[-1].outcome == "ok" for one in found.examples)


json_values = st.recursive(
    st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner, max_size=6),
    max_leaves=20,
)


@given(json_values)
def test_trimmed_json_is_still_json(value: object) -> None:
    text = orjson.dumps(value).decode()
    trimmed = trim_text(text, 100)
    if len(text) > 100 and isinstance(value, dict | list):
        orjson.loads(trimmed)
    assert type(trim_value(value, 100)) is type(value)


def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    trimmed = trim_text("head " + "x" * 5000 + " tail", 100)
    assert len(trimmed) == 100
    assert trimmed.startswith("head")
    assert trimmed.endswith("tail")


def test_further_examples_are_offered_beside_the_chosen_ones() -> None:
    talk = Talk().ask("go")
    for tool in ("read_file", "web_search", "search_files", "memory"):
        talk.call(tool, {"path": f"{tool}.txt"}, READ)
    conversation = talk.end()
    found = extract([Studied(conversation, analyze(conversation))], max_examples=2)
    assert len(found.template.examples) == 2
    assert found.candidates.examples[:2] == found.template.examples
    assert len(found.candidates.examples) == 4


def test_a_command_that_changed_a_file_which_is_changed_again_is_no_example() -> None:
    talk = Talk().ask("go").call("terminal", {"command": "sed -i s/a/b/ d.py"}, '{"output": "", "exit_code": 0}')
    assert shown(template(talk.call("patch", {"path": "d.py"}, OK).end())) == [["patch ok"]]


SECRET = "gh" + "p_" + "a1B2c3D4e5" * 3 + "f6G7h8"


def test_secrets_are_taken_out_before_anything_is_cut() -> None:
    """A piece of a secret is no secret a rule would know: errors and changed arguments are redacted whole."""
    far = "x" * 60 + f" {SECRET} " + "y" * 40
    error = orjson.dumps({"error": "z" * 280 + f" {SECRET} failed"}).decode()
    talk = Talk().ask("go").call("deploy", {"id": "1", "text": far + "before"}, error)
    found = template(talk.call("deploy", {"id": "1", "text": far + "after"}, OK).end())
    assert found.recovery_patterns[0].changes
    text = orjson.dumps(found.to_dict()).decode()
    for start in range(0, len(SECRET) - 8, 4):
        assert SECRET[start : start + 8] not in text


def test_an_argument_beyond_64_bits_can_be_kept() -> None:
    talk = Talk().ask("go").call("count", '{"id": 1' + "0" * 40 + "}", OK)
    [example] = template(talk.end()).examples
    orjson.dumps(example.to_dict())


def test_a_red_test_after_an_error_is_no_recovery() -> None:
    talk = Talk().ask("go").call("terminal", {"command": "pytest tests/nope"}, '{"output": "", "exit_code": 4}')
    red = '{"output": "F.\\n1 failed, 1 passed in 0.1s", "exit_code": 1}'
    assert template(talk.call("terminal", {"command": "pytest tests"}, red).end()).recovery_patterns == ()


def test_a_tool_that_never_worked_is_offered_and_not_taught() -> None:
    refused = "Tool 'grep' does not exist. Available tools: read_file"
    conversation = Talk().ask("go").call("grep", {"pattern": "x"}, refused).call("read_file", {"path": "a"}, READ).end()
    found = extract([Studied(conversation, analyze(conversation))])
    assert [one.tool_name for one in found.template.tool_patterns] == ["read_file"]
    assert [one.tool_name for one in found.candidates.tool_patterns] == ["grep", "read_file"]
