"""Message streams: what a new session begins with, and the rules each target keeps."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.errors import NotFoundError, StreamError
from warmtui.templates.models import (
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    ToolCallPattern,
    UserPattern,
)
from warmtui.warmstart.bootstrapper import NEUTRAL_ANSWER, NEUTRAL_REQUEST, WarmSessionBootstrapper
from warmtui.warmstart.targets import TARGETS, check


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
build = WarmSessionBootstrapper().build_stream


def messages(template: SessionTemplate, message: str | None = "now this", **options: Any) -> list[dict[str, Any]]:
    return WarmSessionBootstrapper().create_warm_session_messages(template, message, **options)


def test_an_openai_stream_is_context_then_examples_then_the_users_message() -> None:
    found = messages(TEMPLATE)
    roles = [message["role"] for message in found]
    assert roles == ["system", "user", *["assistant", "tool"] * 3, "assistant", "user", "assistant", "tool",
                     "assistant", "user"]  # fmt: skip
    assert found[-1]["content"] == "now this"
    assert check("openai", found) == ()


def test_a_hermes_stream_has_no_system_message_and_ends_on_the_assistant() -> None:
    found = messages(TEMPLATE, target="hermes")
    assert [message["role"] for message in found[:3]] == ["user", "assistant", "user"]
    assert found[-1]["role"] == "assistant"
    assert "now this" not in orjson.dumps(found).decode()
    assert check("hermes", found) == ()


def test_the_context_says_what_was_chosen_and_that_it_is_not_the_present() -> None:
    text = messages(TEMPLATE)[0]["content"]
    for part in (
        "not the present state",
        "The service lives in /srv/app.",
        "`patch`",
        "Read the file first.",
        "`path`: relative path, always",
        "`count`: 3",
        "came just before",
        "When `patch` answers “old_string not found”: Read it again.",
        "Writes in few words.",
        "Like a pirate.",
        "files: app.py",
    ):
        assert part in text
    assert "no such file" not in text  # a recovery without a strategy says nothing that helps


def test_call_ids_are_issued_in_order_and_never_twice() -> None:
    calls = [call["id"] for message in messages(TEMPLATE) for call in message.get("tool_calls", ())]
    assert calls == ["warm_1", "warm_2", "warm_3", "warm_4"]


def test_where_there_were_no_words_neutral_ones_stand() -> None:
    found = messages(SessionTemplate(name="n", examples=(example("patch", request="", answer=" "),)))
    assert found[1]["content"] == NEUTRAL_REQUEST
    assert found[-2]["content"] == NEUTRAL_ANSWER


def test_a_made_up_example_says_so() -> None:
    found = messages(SessionTemplate(name="n", examples=(example("patch", synthetic=True),)))
    assert found[1]["content"].startswith("(A made-up example")


def test_limits_keep_the_first_examples_that_fit_and_say_what_was_left_out() -> None:
    one = build(TEMPLATE, "x", max_examples=1)
    assert sum(bool(message.message.get("tool_calls")) for message in one.messages) == 3
    assert "1 example left out by the limits" in one.warnings
    assert not any(message.message.get("tool_calls") for message in build(TEMPLATE, "x", budget=1).messages)
    assert not any(message.message.get("tool_calls") for message in build(TEMPLATE, "x", max_examples=0).messages)


def test_every_message_tells_its_part_and_its_tokens() -> None:
    stream = build(TEMPLATE, "x")
    assert [message.part for message in stream.messages][::14] == ["context"]
    assert stream.messages[-1].part == "user"
    assert {message.part for message in stream.messages[1:-1]} == {one.key for one in TEMPLATE.examples}
    assert stream.tokens == sum(message.tokens for message in stream.messages) > 0


def test_a_secret_that_an_edit_brought_in_is_redacted_again() -> None:
    secret = "sk-" + "ant-" + "api03-" + "aB3dE5fG7h" * 9
    edited = TEMPLATE.model_copy(update={"context": f"use the key {secret}"})
    assert secret not in orjson.dumps(messages(edited)).decode()
    call = ExampleCall(tool_name="terminal", arguments={"command": f"curl -H 'Authorization: Bearer {secret}' x"})
    with_call = SessionTemplate(name="n", examples=(Example(calls=(call,)),))
    stream = build(with_call, "x")
    assert secret not in orjson.dumps([message.message for message in stream.messages]).decode()
    assert any("placeholder" in warning for warning in stream.warnings)


def test_an_empty_template_gives_the_message_alone_and_says_that_it_is_empty() -> None:
    stream = build(SessionTemplate(name="n"), "x")
    assert [message.message for message in stream.messages] == [{"role": "user", "content": "x"}]
    assert stream.warnings
    assert build(SessionTemplate(name="n"), "x", target="hermes").messages == ()


def test_a_tool_name_that_openai_refuses_is_written_otherwise_and_said() -> None:
    template = SessionTemplate(name="n", examples=(example("mcp.server/tool name"),))
    stream = build(template, "x")
    assert stream.messages[2].message["tool_calls"][0]["function"]["name"] == "mcp_server_tool_name"
    assert any("mcp.server/tool name" in warning for warning in stream.warnings)
    hermes = build(template, target="hermes")
    assert hermes.messages[3].message["tool_calls"][0]["function"]["name"] == "mcp.server/tool name"


def test_a_lone_surrogate_in_the_message_can_still_be_sent() -> None:
    orjson.dumps(messages(TEMPLATE, "broken \ud83d pair"))


def test_an_unknown_target_or_template_is_named() -> None:
    with pytest.raises(StreamError, match="“gopher” is no target"):
        messages(TEMPLATE, target="gopher")
    with pytest.raises(NotFoundError, match="no template “x”"):
        WarmSessionBootstrapper().build_stream("x", "y")


texts = st.text(max_size=60)
examples = st.builds(
    Example,
    request=texts,
    answer=texts,
    calls=st.lists(
        st.builds(
            ExampleCall,
            tool_name=st.text(min_size=1, max_size=12),
            arguments=st.dictionaries(texts, texts | st.integers(-(2**53), 2**53) | st.none(), max_size=4),
            result=texts,
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
templates = st.builds(
    SessionTemplate,
    name=st.just("n"),
    context=texts,
    examples=st.lists(examples, max_size=4).map(tuple),
    tool_patterns=st.lists(st.builds(ToolCallPattern, tool_name=texts, guidance=texts), max_size=2).map(tuple),
)


@given(templates, texts, st.sampled_from(TARGETS))
def test_every_stream_keeps_the_rules_of_its_target_and_its_bytes(
    template: SessionTemplate, message: str, target: str
) -> None:
    found = messages(template, message, target=target)
    assert check(target, found) == ()
    assert orjson.dumps(messages(template, message, target=target)) == orjson.dumps(found)
    again = SessionTemplate.from_dict(orjson.loads(orjson.dumps(template.to_dict())))
    assert orjson.dumps(messages(again, message, target=target)) == orjson.dumps(found)


CALL = {"id": "a", "type": "function", "function": {"name": "t", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("target", "broken", "said"),
    [
        ("openai", [{"role": "tool", "tool_call_id": "a", "content": ""}], "answers no call"),
        ("openai", [{"role": "assistant", "tool_calls": [CALL]}], "calls have no result"),
        ("openai", [{"role": "assistant", "tool_calls": [CALL]}, {"role": "user", "content": ""}], "have no result"),
        (
            "openai",
            [{"role": "assistant", "tool_calls": [CALL, CALL]}, {"role": "tool", "tool_call_id": "a"}],
            "is used twice",
        ),
        (
            "openai",
            [
                {"role": "assistant", "tool_calls": [CALL | {"function": {"name": "a.b", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "a"},
            ],
            "no name a tool can have",
        ),
        ("openai", [{"role": "user"}, {"role": "system"}], "may only stand first"),
        ("openai", [{"role": "user"}, {"role": "user"}], "follow each other"),
        ("openai", [{"role": "assistant", "tool_calls": [CALL | {"id": ""}]}], "has no id"),
        (
            "openai",
            [{"role": "assistant", "tool_calls": [CALL | {"function": {"name": "t", "arguments": "["}}]}],
            "no JSON object",
        ),
        ("hermes", [{"role": "system"}, {"role": "assistant"}], "replace the agent's own prompt"),
        ("hermes", [{"role": "user"}], "ends on an assistant"),
        ("hermes", [{"role": "assistant"}], "begins with a user"),
        ("hermes", [{"role": "user"}, {"role": "assistant"}, {"role": "assistant"}], "follow each other"),
    ],
)
def test_a_stream_that_breaks_a_rule_is_caught(target: str, broken: list[dict[str, Any]], said: str) -> None:
    assert any(said in problem for problem in check(target, broken))
