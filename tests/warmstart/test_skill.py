"""The skill that a template becomes: what it says, and that nothing of a session acts in it."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from ruamel.yaml import YAML

from tests.warmstart.examples import MARKUP, TEMPLATE, example
from warmtui.templates.models import (
    SUMMARY,
    AppliesTo,
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    ToolCallPattern,
)
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.targets import check


def content(template: SessionTemplate) -> str:
    text: str = WarmSessionBootstrapper().build_stream(template, target="skill").document()["content"]
    return text


def description(template: SessionTemplate) -> str:
    said: str = orjson.loads(content(template).split("\n")[2].removeprefix("description: "))
    return said


def test_a_skill_has_the_conventions_the_recoveries_and_the_examples() -> None:
    text = content(TEMPLATE)
    assert text.startswith('---\nname: fixing-tests\ndescription: "For patch, read_file, terminal: ')
    for part in (
        "# Fixing tests\n",
        "not the present state",
        "The service lives in /srv/app.",
        "## Tools\n\n- `patch`\n  - Read the file first.\n  - `path`: relative path, always\n",
        "## After errors\n\n- When `patch` answers “old_string not found”: Read it again.\n",
        "### Example 2: `terminal`",
        '`terminal` was called with:\n\n```json\n{"path":"a.py"}\n```\n\nIt answered:\n\n```text\n{"ok": true}\n```\n',
        "The closing answer:\n\n```text\nfixed\n```\n",
    ):
        assert part in text


def test_the_description_says_what_it_is_for_and_when_to_use_it() -> None:
    placed = TEMPLATE.model_copy(
        update={"applies_to": AppliesTo(folders=("~/srv/app",), words=("deploy", "release")), "description": "Ours."}
    )
    assert description(placed) == (
        "For patch, read_file, terminal: how to call them, what helped after their errors, examples of earlier work. "
        "Use it for work like “Fixing tests”, or on tasks about deploy, release, or in the folder ~/srv/app. Ours."
    )
    assert len(description(placed.model_copy(update={"applies_to": AppliesTo(words=("w" * 40,) * 60)}))) == 1024
    assert description(SessionTemplate(name="n")) == "What earlier sessions taught. Use it for work like “n”."


def test_the_description_promises_only_what_the_skill_holds() -> None:
    def first(level: str, **changes: Any) -> str:
        template = TEMPLATE.model_copy(update=changes)
        stream = WarmSessionBootstrapper().build_stream(template, target="skill", level=level, synthetic=True)
        front = YAML(typ="safe", pure=True).load(stream.document()["content"].split("---")[1])
        return str(front["description"]).split(" Use it")[0]

    assert first("examples") == "For patch, read_file, terminal: how to call them, examples of earlier work."
    assert first("context") == "For patch: how to call them, what helped after their errors."
    made_up = first("both", examples=(example("t", synthetic=True),), recovery_patterns=())
    assert made_up == "For patch, t: how to call them."
    silent = {"tool_patterns": (ToolCallPattern(tool_name="x", common_args={"a": "text, always"}),)}
    assert first("both", examples=(), recovery_patterns=(), **silent) == "What earlier sessions taught."


@pytest.mark.parametrize(
    ("name", "template_id", "called"),
    [
        ("Fixing  tests!", "", "fixing-tests"),
        ("Anthropic's Claude", "", "s"),
        ("anclaudethropic", "", "an-thropic"),
        ("ремонт", "template-3f", "template-3f"),
        ("ремонт", "", "warm-start"),
        ("n" * 63 + " m", "", "n" * 63),
        ("../../etc/passwd", "", "etc-passwd"),
    ],
)
def test_a_skill_is_called_what_a_folder_can_be_called(name: str, template_id: str, called: str) -> None:
    template = SessionTemplate(name=name, template_id=template_id)
    document = WarmSessionBootstrapper().build_stream(template, target="skill").document()
    assert document["name"] == called
    assert check("skill", document) == ()


@pytest.mark.parametrize("hostile", MARKUP)
def test_hostile_text_acts_nowhere_in_a_skill(hostile: str) -> None:
    call = ExampleCall(tool_name=hostile, arguments={hostile: hostile}, result=hostile)
    text = content(
        SessionTemplate(
            name=hostile,
            description=hostile,
            context=hostile,
            tool_patterns=(ToolCallPattern(tool_name=hostile, guidance=hostile, common_args={hostile: hostile}),),
            recovery_patterns=(RecoveryPattern(tool_name="t", error_example=hostile, recovery_strategy=hostile),),
            context_markers=(ContextNote(kind=hostile, value=hostile), ContextNote(kind=SUMMARY, value=hostile)),
            examples=(Example(request=hostile, calls=(call,), answer=hostile),),
        )
    )
    lines = text.split("\n")
    assert lines[0] == lines[3] == "---"
    assert re.fullmatch(r"name: [a-z0-9-]+", lines[1])
    front = YAML(typ="safe", pure=True).load("\n".join(lines[1:3]))
    assert front.keys() == {"name", "description"}
    assert len(front["description"]) <= 1024
    assert text.isprintable() or not set(text) & set("\u202e\x1b\x00\r\x85\u2028\ufeff")
    outside, fence = [], ""
    for line in lines[4:]:
        run = re.fullmatch(r"(`{3,})[a-z]*", line)
        if fence:
            fence = "" if line == fence else fence
        elif run:
            fence = run.group(1)
        else:
            outside.append(line)
    assert fence == ""
    headings = [line for line in outside if re.match(r"\s*(?:[->] ?)*#", line)]
    assert [line.split(" ")[0] for line in headings] == ["#", "##", "##", "##", "##", "##", "###"]
    code_aside = [re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line) for line in outside]
    assert not [line for line in code_aside if "<" in line or re.search(r"(?<!\\)\]\(", line)]


def test_recorded_text_lies_in_a_fence_longer_than_any_in_it() -> None:
    call = ExampleCall(tool_name="t", result="````\n# out\n````", outcome="failed")
    text = content(SessionTemplate(name="n", examples=(Example(calls=(call,)),)))
    assert "It failed:\n\n`````text\n````\n# out\n````\n`````\n" in text


def test_a_made_up_example_says_so_and_an_empty_result_is_said() -> None:
    call = ExampleCall(tool_name="t")
    text = content(SessionTemplate(name="n", examples=(example("patch", synthetic=True), Example(calls=(call,)))))
    assert "### Made-up example 1: `patch`\n\nMade up, not recorded" in text
    assert text.endswith("It answered without a word.\n")


def test_a_persons_lists_stay_lists() -> None:
    text = content(SessionTemplate(name="n", context="Know this:\n- one `x`\n  * two\n1. three"))
    assert "Know this:\n- one `x`\n  * two\n1. three\n" in text
