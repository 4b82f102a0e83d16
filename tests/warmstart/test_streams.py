"""Message streams: what a new session begins with, what each part of it costs, and what is warned of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.warmstart.examples import TEMPLATE, example
from warmtui.errors import NotFoundError, StreamError
from warmtui.templates.manager import TemplateManager
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
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.context import EXAMPLES_FOLLOW, OPENING
from warmtui.warmstart.examples import NEUTRAL_ANSWER, NEUTRAL_REQUEST
from warmtui.warmstart.targets import MESSAGE_TARGETS, TARGETS, check

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


def test_an_anthropic_stream_leaves_system_to_the_caller_and_has_calls_as_blocks() -> None:
    document = build(TEMPLATE, "now this", target="anthropic").document()
    found = document["messages"]
    assert document["system"] == ""
    assert [message["role"] for message in found] == ["user", "assistant"] * 7 + ["user"]
    assert found[0]["content"].startswith(OPENING)
    assert found[-1] == {"role": "user", "content": "now this"}
    assert found[3]["content"] == [{"type": "tool_use", "id": "warm_1", "name": "patch", "input": {"path": "a.py"}}]
    assert found[4]["content"] == [{"type": "tool_result", "tool_use_id": "warm_1", "content": '{"ok": true}'}]
    assert messages(TEMPLATE, target="anthropic") == found
    assert messages(TEMPLATE, None, target="anthropic") == found[:-1]


def test_anthropic_is_told_which_results_are_errors_and_gets_no_empty_ones() -> None:
    calls = (
        ExampleCall(tool_name="t", outcome="failed", result="no"),
        ExampleCall(tool_name="t", outcome="ok", result=" \n"),
    )
    found = messages(SessionTemplate(name="n", examples=(Example(calls=calls),)), target="anthropic")
    results = [block for one in found for block in one["content"] if isinstance(block, dict) and "tool_use_id" in block]
    assert results == [
        {"type": "tool_result", "tool_use_id": "warm_1", "content": "no", "is_error": True},
        {"type": "tool_result", "tool_use_id": "warm_2"},
    ]


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
        "Writes in few words or like a pirate.",
        "files: app.py",
    ):
        assert part in text
    assert "no such file" not in text  # a recovery without a strategy says nothing that helps


def test_a_level_is_the_words_alone_or_the_examples_alone() -> None:
    words = messages(TEMPLATE, level="context")
    assert [message["role"] for message in words] == ["system", "user"]
    assert "The service lives" in words[0]["content"]
    assert EXAMPLES_FOLLOW not in words[0]["content"]
    shown = messages(TEMPLATE, level="examples")
    assert shown[1:] == messages(TEMPLATE)[1:]
    assert shown[0]["content"] == f"{OPENING}\n\n{EXAMPLES_FOLLOW}"
    assert messages(SessionTemplate(name="n"), level="examples") == [{"role": "user", "content": "now this"}]
    with pytest.raises(StreamError, match="“half” is no level; the levels are context, examples, both"):
        messages(TEMPLATE, level="half")


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


@pytest.mark.parametrize("target", TARGETS)
def test_a_budget_bounds_what_the_parts_of_the_examples_say(target: str) -> None:
    # Short ones, of which most is what the target puts around them; the last is long.
    shown = [example("t" * length, request="", answer="", synthetic=True) for length in (1, 2, 3, 200)]
    template = SessionTemplate(name="n", examples=(*shown, *shown))
    counts = set()
    for budget in range(10, 700, 23):
        stream = build(template, "x", target=target, budget=budget)
        spent = sum(part.tokens for part in stream.parts if part.key.startswith("example:"))
        assert spent <= budget
        counts.add(len(stream.parts))
    assert len(counts) > 4
    whole = sum(part.tokens for part in build(template, target=target).parts if part.key.startswith("example:"))
    assert build(template, "x", target=target, budget=whole).parts == build(template, "x", target=target).parts


def test_every_message_tells_its_part_and_its_tokens() -> None:
    stream = build(TEMPLATE, "x")
    assert [message.part for message in stream.messages][::14] == ["context"]
    assert stream.messages[-1].part == "user"
    assert {message.part for message in stream.messages[1:-1]} == {one.key for one in TEMPLATE.examples}
    assert stream.tokens == sum(message.tokens for message in stream.messages) > 0


@pytest.mark.parametrize("target", TARGETS)
def test_the_parts_say_what_each_adds_and_come_to_the_whole(target: str) -> None:
    stream = build(TEMPLATE, "now this", target=target)
    titles = ["context", "example 1: patch → read_file → patch", "example 2: terminal"]
    if target in ("openai", "anthropic"):
        titles.append("your message")
    assert [part.title for part in stream.parts] == titles
    assert sum(part.tokens for part in stream.parts) == stream.tokens
    assert sum(part.share for part in stream.parts) == pytest.approx(1)
    assert build(SessionTemplate(name="n"), None).parts == ()


def test_an_example_that_stands_there_twice_is_two_parts() -> None:
    twice = SessionTemplate(name="n", examples=(example("patch"), example("patch")))
    assert [part.title for part in build(twice).parts] == ["context", "example 1: patch", "example 2: patch"]


def test_a_secret_that_an_edit_brought_in_is_redacted_again_for_every_target() -> None:
    secret = "sk-" + "ant-" + "api03-" + "aB3dE5fG7h" * 9
    call = ExampleCall(
        tool_name="terminal", arguments={"command": f"curl -H 'Authorization: Bearer {secret}' x"}, result=secret
    )
    edited = SessionTemplate(
        name=f"with {secret}",
        description=f"uses {secret}",
        context=f"use the key {secret}",
        tool_patterns=(TEMPLATE.tool_patterns[0].model_copy(update={"guidance": f"give it {secret}"}),),
        examples=(Example(request=secret, calls=(call,), answer=secret),),
    )
    for target in TARGETS:
        stream = build(edited, "x", target=target)
        assert secret not in orjson.dumps(stream.document()).decode()
        assert "an argument of terminal holds a redaction placeholder that a model would copy" in stream.warnings


SECRET = "sk-" + "ant-" + "api03-" + "aB3dE5fG7h" * 9
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA1\n" * 5 + "-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize("target", TARGETS)
def test_a_secret_is_redacted_before_anything_is_cut_or_folded(target: str) -> None:
    edited = SessionTemplate(
        name="x" * 70 + " " + SECRET,
        description="y " * 145 + SECRET,
        tool_patterns=(
            ToolCallPattern(
                tool_name="t",
                guidance=KEY,
                error_recovery=(SECRET,),
                common_args={"a": "word " * 57 + SECRET, "password": "correct-horse-7, always; such as Tr0ub4dor&3"},
            ),
        ),
        recovery_patterns=(
            RecoveryPattern(tool_name="t", error_example="err " * 45 + SECRET, recovery_strategy="Look."),
            RecoveryPattern(tool_name="q", error_example="bad " * 12 + SECRET),
        ),
        user_patterns=(UserPattern(style="s " * 45 + SECRET, common_domains=("d " * 25 + SECRET,)),),
        context_markers=(ContextNote(kind="file", value="f " * 95 + SECRET), ContextNote(kind=SUMMARY, value=KEY)),
        applies_to=AppliesTo(words=("w " * 15 + SECRET,), folders=("/" + "f " * 55 + SECRET,)),
    )
    stream = build(edited, "x", target=target, synthetic=True)
    said = orjson.dumps([stream.document(), stream.warnings, [part.title for part in stream.parts]]).decode()
    for piece in ("sk-ant", "api03", "aB3d", "MIIE", "Tr0ub"):
        assert piece not in said
    assert "no example was made up for q answering" in said


def test_an_empty_template_gives_the_message_alone_and_says_that_it_is_empty() -> None:
    stream = build(SessionTemplate(name="n"), "x")
    assert stream.document() == [{"role": "user", "content": "x"}]
    assert stream.warnings == ("nothing of the template is in the stream",)
    assert build(SessionTemplate(name="n"), "x", target="hermes").messages == ()
    words = SessionTemplate(name="n", context="Know this.")
    assert build(words, "x").warnings == ("no example: the stream has only words",)
    assert build(words, "x", level="examples").warnings == stream.warnings


@pytest.mark.parametrize("target", ["openai", "anthropic"])
def test_an_empty_message_is_left_out_and_said(target: str) -> None:
    stream = build(TEMPLATE, " \n", target=target)
    assert stream.document() == build(TEMPLATE, None, target=target).document()
    assert "the message is empty, and left out" in stream.warnings


@pytest.mark.parametrize(("target", "longest"), [("openai", 64), ("anthropic", 128)])
def test_a_tool_name_that_a_provider_refuses_is_written_otherwise_and_said(target: str, longest: int) -> None:
    template = SessionTemplate(name="n", examples=(example("mcp.server/tool name", "n" * 200),))
    stream = build(template, "x", target=target)
    names = [part["function"]["name"] for one in stream.messages for part in one.message.get("tool_calls", ())]
    assert names == ["mcp_server_tool_name", "n" * longest]
    assert any("mcp.server/tool name" in warning for warning in stream.warnings)
    hermes = build(template, target="hermes")
    assert hermes.messages[3].message["tool_calls"][0]["function"]["name"] == "mcp.server/tool name"
    assert not hermes.warnings


@pytest.mark.parametrize("target", MESSAGE_TARGETS)
def test_different_tools_keep_different_names_in_every_step_of_a_series(target: str) -> None:
    own = ("a.b", "a_b", "a b", "a_b_2", "", "tool", "n" * 300 + "1", "n" * 300 + "2")
    template = SessionTemplate(name="n", examples=tuple(example(name) for name in own))
    longer: list[str] = []
    for most in range(1, len(own) + 1):
        stream = build(template, target=target, max_examples=most)
        names = [part["function"]["name"] for one in stream.messages for part in one.message.get("tool_calls", ())]
        assert names[:-1] == longer
        longer = names
    assert len(set(longer)) == len(own)
    assert [longer[1], longer[3], longer[5]] == ["a_b", "a_b_2", "tool"]  # which are names as they are


def test_tools_that_are_not_there_are_named() -> None:
    stream = build(TEMPLATE, "x", known_tools=["read_file", "terminal"])
    assert stream.warnings == ("examples call tools that are not here, and a model would too: patch",)
    words = build(TEMPLATE, "x", level="context", known_tools=["terminal"], target="skill")
    assert words.warnings == ("the context speaks of tools that are not here: patch",)
    assert build(TEMPLATE, "x", known_tools=["read_file", "terminal", "patch"]).warnings == ()
    (warning,) = build(TEMPLATE, "x", known_tools=["read_file", "terminal"], known_by="a list").warnings
    assert warning.endswith(": patch (by a list)")


def test_a_context_warns_only_of_tools_that_it_speaks_of() -> None:
    silent = SessionTemplate(
        name="n",
        tool_patterns=(ToolCallPattern(tool_name="a", common_args={"x": "text, always"}),),
        recovery_patterns=(RecoveryPattern(tool_name="b", error_example="e"),),
    )
    assert build(silent, "x", known_tools=["c"]).warnings == ("nothing of the template is in the stream",)
    assert "`a`" not in build(silent, target="skill").document()["content"]


def test_why_nothing_was_made_up_is_said_where_nothing_else_is_shown() -> None:
    template = SessionTemplate(name="n", tool_patterns=(ToolCallPattern(tool_name="a", guidance="Softly."),))
    assert (
        "no example was made up for a: its pattern does not say how it is called"
        in build(template, "x", synthetic=True).warnings
    )
    assert build(template, "x", synthetic=True, level="context").warnings == ()


def test_what_json_cannot_hold_can_still_be_sent() -> None:
    odd = ExampleCall(tool_name="t", arguments={"n": 10**30, "s": "\ud83d"}, result="\ud83d")
    template = SessionTemplate(name="\ud83d", context="\ud83d", examples=(Example(request="\ud83d", calls=(odd,)),))
    for target in TARGETS:
        orjson.dumps(build(template, "broken \ud83d pair", target=target).document())


def test_a_name_cannot_end_the_code_it_stands_in() -> None:
    pattern = TEMPLATE.tool_patterns[0].model_copy(update={"tool_name": "a`b\nc"})
    assert "- `a'b c`\n" in messages(SessionTemplate(name="n", tool_patterns=(pattern,)))[0]["content"]


def test_a_template_can_be_named_by_its_id(tmp_path: Path) -> None:
    manager = TemplateManager(tmp_path)
    saved = manager.save_template(TEMPLATE)
    found = WarmSessionBootstrapper(manager).create_warm_session_messages(saved.template_id, "now this")
    assert found == messages(TEMPLATE)


def test_an_unknown_target_or_template_is_named() -> None:
    with pytest.raises(StreamError, match="“gopher” is no target; the targets are openai, hermes, anthropic, skill"):
        messages(TEMPLATE, target="gopher")
    with pytest.raises(StreamError, match="skill is a text and has no messages"):
        messages(TEMPLATE, target="skill")
    with pytest.raises(NotFoundError, match="no template “x”"):
        WarmSessionBootstrapper().build_stream("x", "y")
    assert MESSAGE_TARGETS == ("openai", "hermes", "anthropic")
