"""The command `test`: the stream of a template in every shape, what it costs, and what is wrong with a question."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from tests.warmstart.examples import TEMPLATE
from warmtui.cli import main
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import ToolCallPattern
from warmtui.warmstart.targets import TARGETS, check

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `warmtui test` on a saved template."""
    manager = TemplateManager(tmp_path)
    more = ToolCallPattern(tool_name="write_file", common_args={"path": "a.py", "mode": "text, in 1 of 9"})
    manager.save_template(TEMPLATE.model_copy(update={"tool_patterns": (*TEMPLATE.tool_patterns, more)}))
    return lambda *arguments: CliRunner().invoke(
        main, ["test", "fixing-tests", "do this", "--template-dir", str(tmp_path), *arguments]
    )


def steps(ran: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(ran.stdout)["steps"]
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_json_is_the_document_of_the_target_and_the_same_each_time(run: Run, target: str) -> None:
    ran = run("--target", target, "--json")
    assert ran.exit_code == 0, ran.stderr
    assert check(target, orjson.loads(ran.stdout)) == ()
    assert run("--target", target, "--json").stdout == ran.stdout


def test_people_see_a_line_a_message_and_what_each_part_costs(run: Run) -> None:
    ran = run("--examples", "1", "--tools", "patch,read_file")
    assert ran.exit_code == 0, ran.stderr
    assert 'patch({"path":"a.py"})' in ran.stdout
    assert "example 1: patch → read_file → patch" in ran.stdout
    assert "openai: 10 messages, about " in ran.stdout
    assert "tokens are estimates: characters / 4" in ran.stdout
    assert "note: 1 example left out by the limits" in ran.stdout
    assert "note: the context speaks of tools that are not here: write_file (by --tools)" in ran.stdout


def test_without_a_list_the_tools_are_those_that_sessions_called(run: Run, tmp_path: Path, own_home: Path) -> None:
    assert "not here" not in run().stdout  # nothing is known, and nothing said
    store = tmp_path / "chat.json"
    call = {"id": "a", "type": "function", "function": {"name": "patch", "arguments": "{}"}}
    said = [{"role": "user", "content": "go"}, {"role": "assistant", "content": "", "tool_calls": [call]}]
    store.write_bytes(orjson.dumps([*said, {"role": "tool", "tool_call_id": "a", "content": "ok"}]))
    assert "not here" not in run("--source", str(store)).stdout  # the catalog has not read it yet
    assert CliRunner().invoke(main, ["sessions", "--source", str(store)]).exit_code == 0
    for options in ((), ("--ablate",)):
        ran = run("--source", str(store), *options)
        assert "too: read_file, terminal (by the catalog: no session of your sources called them)" in ran.stdout
    assert "not here" not in run("--source", str(store), "--tools", "patch,read_file,terminal,write_file").stdout
    assert run("--source", str(tmp_path / "gone")).exit_code == 0


def test_what_hermes_adds_itself_is_said(run: Run) -> None:
    assert "your message is not in it: Hermes adds it" in run("--target", "hermes").stdout
    assert "your message is not" not in run().stdout


def test_a_skill_is_printed_as_the_file_it_is(run: Run) -> None:
    ran = run("--target", "skill")
    assert ran.stdout == orjson.loads(run("--target", "skill", "--json").stdout)["content"]
    assert ran.stdout.startswith("---\nname: fixing-tests\n")
    assert "skill: about " in ran.stderr


def test_levels_and_made_up_examples(run: Run) -> None:
    assert len(orjson.loads(run("--level", "context", "--json").stdout)) == 2
    assert "The service lives" not in run("--level", "examples", "--json").stdout
    made = run("--synthetic", "--json")
    assert "(A made-up example, not a recorded one.) Show how `write_file` is called." in made.stdout
    assert "does not say what changed in the arguments" in made.stderr
    assert "example 3: write_file (made up)" in run("--synthetic").stdout


def test_the_series_shows_what_each_step_adds(run: Run) -> None:
    found = steps(run("--ablate", "--json"))
    assert [(step["name"], step["examples"], step["messages"]) for step in found] == [
        ("none", 0, 1), ("context", 0, 2), ("+1", 1, 10), ("full", 2, 14)
    ]  # fmt: skip
    assert [step["added_tokens"] for step in found[1:]] == [
        after["tokens"] - before["tokens"] for before, after in pairwise(found)
    ]
    assert found[-1]["document"] == orjson.loads(run("--json").stdout)
    lines = run("--ablate").stdout.splitlines()
    assert lines[0].startswith("step ")
    assert [line.split()[0] for line in lines[1:5]] == ["none", "context", "+1", "full"]
    assert lines[4].endswith("example 2: terminal")
    skill = steps(run("--ablate", "--json", "--target", "skill"))
    assert [step["name"] for step in skill] == ["context", "+1", "full"]
    assert "messages" not in run("--ablate", "--target", "skill").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "gopher"], "'gopher' is not one of 'openai', 'hermes', 'anthropic', 'skill'"),
        (["--level", "half"], "'half' is not one of"),
        (["--examples", "-1"], "-1 is not in the range"),
        (["--budget", "0"], "0 is not in the range"),
        (["--tools", " , "], "it names no tool"),
        (["--ablate", "--level", "both"], "leave --level out"),
    ],
)
def test_a_wrong_question_is_wrong_usage(run: Run, arguments: list[str], said: str) -> None:
    ran = run(*arguments)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert said in ran.stderr


def test_a_template_is_made_for_folders_and_words(own_home: Path, tmp_path: Path) -> None:
    chat = [{"role": "user", "content": "list"}, {"role": "assistant", "content": "done"}]
    (tmp_path / "chat.json").write_bytes(orjson.dumps(chat))
    (own_home / "app").mkdir()
    ran = CliRunner().invoke(
        main,
        ["create-template", "chat", "--source", str(tmp_path / "chat.json"), "--template-dir", str(tmp_path / "t"),
         "--for", str(own_home / "app"), "--for", "~/gone", "--words", "deploy, release", "--json"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.stderr
    assert orjson.loads(ran.stdout)["applies_to"] == {"folders": ["~/app", "~/gone"], "words": ["deploy", "release"]}
    assert ran.stderr == "warmtui: ~/gone is no folder here; the template applies once it is\n"
