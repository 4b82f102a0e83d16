"""The plugin as Hermes calls it, without a Hermes: what it registers, what it costs, and when all is broken."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.command_line import Warmtui
from tests.warmstart.examples import TEMPLATE
from warmtui import hermes_plugin
from warmtui.cli.plugin import warm
from warmtui.hermes_plugin import Plugin
from warmtui.templates.manager import TemplateManager
from warmtui.warmstart.hermes.choice import let_go
from warmtui.warmstart.hermes.choice_file import choice_path
from warmtui.warmstart.hermes.plugin_start import start_with

REQUEST = {
    "messages": [{"role": "system", "content": "You are Hermes."}, {"role": "user", "content": "do it"}],
    "tools": [{"type": "function", "function": {"name": "terminal"}}],
}


class Context:
    """What Hermes hands to a plugin."""

    def __init__(self) -> None:
        self.commands: dict[str, dict[str, Any]] = {}
        self.hooks: dict[str, Callable[..., Any]] = {}

    def register_cli_command(self, name: str, **said: Any) -> None:
        self.commands[name] = said

    def register_hook(self, name: str, callback: Callable[..., Any]) -> None:
        self.hooks[name] = callback

    register_middleware = register_hook


@pytest.fixture
def home(own_home: Path) -> Path:
    folder = own_home / ".hermes"
    folder.mkdir()
    return folder


@pytest.fixture
def manager(home: Path) -> TemplateManager:
    found = TemplateManager(home / "session_templates")
    found.save_template(TEMPLATE)
    return found


@pytest.fixture
def log(own_home: Path) -> Path:
    return own_home / ".local/state/warmtui/warmtui.log"


def ask(plugin: Plugin, session: str = "s", platform: str = "cli", **more: Any) -> list[str] | None:
    """The roles of a request that the plugin changed; None where it did not."""
    event = {"request": REQUEST, "session_id": session, "platform": platform, "api_mode": "chat_completions"}
    where = {"provider": "custom", "model": "m", "base_url": "http://127.0.0.1/v1"}
    changed = plugin.llm_request(**{**event, **where, **more})
    return [message["role"] for message in changed["request"]["messages"]] if changed is not None else None


def called(plugin: Plugin) -> None:
    plugin.tool_called(
        session_id="s", tool_call_id="call_1", tool_name="terminal", duration_ms=250, status="ok", result="secret"
    )


def test_it_registers_a_command_two_hooks_and_a_middleware() -> None:
    ctx = Context()
    hermes_plugin.register(ctx)
    assert set(ctx.commands) == {"warm"}
    assert set(ctx.hooks) == {"on_session_start", "llm_request", "post_tool_call"}


@pytest.mark.parametrize("given", [[], ["--help"], ["list-templates", "--json"], ["-h", "--", "x", "--profile"]])
def test_every_argument_reaches_the_commands(given: list[str]) -> None:
    ctx = Context()
    hermes_plugin.register(ctx)
    parser = argparse.ArgumentParser()
    ctx.commands["warm"]["setup_fn"](parser.add_subparsers().add_parser("warm"))
    assert parser.parse_args(["warm", *given]).arguments == given


def test_a_session_that_begins_while_a_template_is_chosen_starts_with_it(home: Path, manager: TemplateManager) -> None:
    plugin = Plugin()
    assert ask(plugin, "before") is None
    start_with(home, manager, "Fixing tests")
    assert ask(plugin, "before") is None, "a running session stays as it is"
    plugin.session_started(session_id="after")
    roles = ask(plugin, "after")
    assert roles is not None
    assert roles[:3] == ["system", "user", "assistant"]
    assert roles[-2:] == ["assistant", "user"]
    let_go(home)
    assert ask(plugin, "after") is None


@pytest.mark.parametrize("platform", ["subagent", "curator"])
def test_hermes_work_for_itself_is_left_alone(home: Path, manager: TemplateManager, platform: str) -> None:
    start_with(home, manager, "Fixing tests")
    plugin = Plugin()
    assert ask(plugin, platform=platform) is None
    assert ask(plugin, platform="cron") is not None


def test_whatever_goes_wrong_hermes_goes_on_and_it_is_said_once(home: Path, log: Path) -> None:
    choice_path(home).parent.mkdir()
    choice_path(home).write_text("{")
    plugin = Plugin()
    for session in "abc":
        assert ask(plugin, session) is None
    plugin.llm_request()
    plugin.session_started()
    plugin.tool_called()
    plugin.tool_called(session_id="s", tool_call_id="call_1", tool_name="terminal", duration_ms="long")
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines)) == 4, "the choice, and what Hermes did not say of an event"
    assert str(choice_path(home)) in lines[0]
    assert lines[-1].endswith(f"TypeError in {Path(hermes_plugin.__file__).name}, line {lines[-1].split()[-1]}")


@pytest.mark.usefixtures("manager")
def test_what_went_wrong_is_said_without_a_word_of_the_session(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a secret\nof theirs")

    start_with(home, TemplateManager(home / "session_templates"), "Fixing tests")
    monkeypatch.setattr("warmtui.warmstart.hermes.running_sessions.with_stream", fail)
    assert ask(Plugin()) is None
    [line] = log.read_text().splitlines()
    assert "ValueError in test_plugin.py" in line
    assert "secret" not in line


def test_of_many_sessions_those_that_began_cold_and_are_at_work_stay_so(
    home: Path, manager: TemplateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hermes_plugin, "_MOST_REMEMBERED", 3)
    plugin = Plugin()
    for session in ("old", "a", "b", "old", "c", "d"):
        ask(plugin, session)
    start_with(home, manager, "Fixing tests")
    assert ask(plugin, "old") is None


def test_durations_are_noted_and_nothing_of_the_content(own_home: Path) -> None:
    called(Plugin())
    [file] = (own_home / ".local/state/warmtui").iterdir()
    [line] = file.read_text().splitlines()
    assert json.loads(line)["duration"] == 0.25
    assert "secret" not in line


@pytest.mark.parametrize("value", ["0", "false", "Off"])
def test_durations_are_not_noted_where_that_is_switched_off(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("WARMTUI_TELEMETRY", value)
    called(Plugin())
    assert not (own_home / ".local").exists()


def test_durations_are_not_noted_where_the_settings_cannot_be_read(
    own_home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARMTUI_CONFIG", str(own_home / "nowhere.toml"))
    called(Plugin())
    assert [file.name for file in log.parent.iterdir()] == ["warmtui.log"]
    assert "WARMTUI_CONFIG" in log.read_text()


def test_a_place_that_cannot_be_written_is_no_trouble(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_home / "file").write_text("")
    monkeypatch.setenv("WARMTUI_STATE_DIR", str(own_home / "file" / "state"))
    called(Plugin())


def test_its_import_brings_no_library_and_nothing_of_ours_that_is_large() -> None:
    code = "import sys, warmtui.hermes_plugin as p; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = {module.split(".")[0] for module in ran.stdout.split()}
    assert not found & {"pydantic", "orjson", "filelock", "click", "textual", "rich", "sqlite3", "platformdirs"}
    assert {module for module in ran.stdout.split() if module.startswith("warmtui")} == {
        "warmtui",
        "warmtui.errors",
        "warmtui.hermes_plugin",
        "warmtui.logs",
        "warmtui.settings_file",
        "warmtui.telemetry",
        "warmtui.text",
        "warmtui.warmstart",
        "warmtui.warmstart.hermes",
        "warmtui.warmstart.hermes.choice_file",
    }


def run(*arguments: str) -> Result:
    return CliRunner().invoke(warm, arguments, prog_name="hermes warm")


def test_start_says_what_a_session_starts_with_and_what_it_costs(home: Path, manager: TemplateManager) -> None:
    ran = run("start", "Fixing tests")
    assert ran.exit_code == 0
    assert "start with “Fixing tests”: 14 messages, about " in ran.stdout
    document = json.loads(run("start", "--json").stdout)
    assert document["active"]["name"] == "Fixing tests"
    assert document["problem"] is None


def test_start_without_a_template_lists_first_what_is_meant_for_the_folder(
    home: Path, manager: TemplateManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = TEMPLATE.applies_to.model_copy(update={"folders": (str(tmp_path),)})
    manager.save_template(TEMPLATE.model_copy(update={"name": "Here", "applies_to": here}))
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    said = run("start").stdout.splitlines()
    assert "start without a template" in said[0]
    assert said[1:] == ["meant for this folder:", "  here  Here", "other templates:", "  fixing-tests  Fixing tests"]
    assert [one["fits"] for one in json.loads(run("start", "--json").stdout)["templates"]] == [False, True]


def test_start_says_why_sessions_start_without_the_template_all_the_same(home: Path, manager: TemplateManager) -> None:
    assert run("start", "fixing").exit_code == 0
    [file] = manager.directory.glob("*.json")
    file.write_text("{")
    assert "start without a template: " in run("start").stdout
    assert json.loads(run("start", "--json").stdout)["active"] is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["start", "nope"], "nope"),
        (["--read-only", "start", "fixing"], "--read-only"),
        (["--read-only", "stop"], "--read-only"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(
    home: Path, manager: TemplateManager, given: list[str], said: str
) -> None:
    ran = run(*given)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert said in ran.stderr
    assert not choice_path(home).exists()


def test_a_home_that_is_not_there_is_not_made(own_home: Path) -> None:
    manager = TemplateManager(own_home / "templates")
    manager.save_template(TEMPLATE)
    ran = run("start", "fixing", "--template-dir", str(manager.directory))
    assert ran.exit_code == 1
    assert "is not there" in ran.stderr
    assert not (own_home / ".hermes").exists()


def test_stop_says_whether_there_was_anything_to_stop(home: Path, manager: TemplateManager) -> None:
    assert run("start", "fixing").exit_code == 0
    assert "start without a template now" in run("stop").stdout
    assert json.loads(run("stop", "--json").stdout) == {"home": str(home), "stopped": False}


def test_the_other_commands_are_those_of_warmtui(warmtui: Warmtui) -> None:
    said = run("--help").stdout
    theirs = warmtui("--help").out
    for command in ("analyze", "create-template", "list-templates", "test", "sessions", "start", "stop"):
        assert f"  {command} " in said
    assert "  stop " not in theirs
