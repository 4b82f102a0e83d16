"""The plugin in the real Hermes: what arrives at the provider, what is stored, and what is noted."""

from __future__ import annotations

import json
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.hermes.scripted import ScriptedHermes, calls, says
from tests.warmstart.examples import TEMPLATE
from warmtui.telemetry import timings_of, timings_path
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.context import OPENING
from warmtui.warmstart.hermes.choice import chosen, let_go
from warmtui.warmstart.hermes.journal import Journal
from warmtui.warmstart.hermes.plugin_start import start_with
from warmtui.warmstart.targets.requests import shape_of

ENABLED = "plugins:\n  enabled: [warmtui]\n"
SECRET = "the-word-that-was-printed"


class Enabled:
    """A Hermes with the plugin in it, and a template."""

    def __init__(self, agent: ScriptedHermes) -> None:
        self.agent = agent
        agent.configure(ENABLED)
        self.manager = TemplateManager(agent.hermes_home / "session_templates")
        self.template = self.manager.save_template(TEMPLATE)
        self.state_dir = agent.home / ".local/state/warmtui"

    def start(self) -> None:
        start_with(self.agent.hermes_home, self.manager, self.template.template_id)

    def turn(self, *arguments: str | Path, **env: str) -> list[list[dict[str, Any]]]:
        """Run a turn in which the agent calls a tool; return the messages of each request it made."""
        before = len(self.agent.asked)
        self.agent.model.script.extend(
            [calls([("call_1", "terminal", {"command": f"echo {SECRET}"})]), says("All done.")]
        )
        ran = self.agent(*arguments, env=env)
        assert ran.code == 0, ran.err
        assert "All done." in ran.out
        assert not self.agent.model.script, "the agent did not do all it was to do"
        return self.agent.asked[before:]

    def session_id(self) -> str:
        """The id of the newest session."""
        rows = self.stored("SELECT id FROM sessions ORDER BY started_at DESC")
        return str(rows[0][0])

    def stored(self, query: str) -> list[Any]:
        database = sqlite3.connect(f"file:{self.agent.state_db}?mode=ro", uri=True)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def log(self) -> list[str]:
        file = self.state_dir / "warmtui.log"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def enabled(agent: ScriptedHermes) -> Enabled:
    probe = agent.run([agent.hermes.with_name("python"), "-c", "import warmtui.hermes_plugin"])
    if probe.code:
        pytest.skip("needs this version of warmtui beside WARMTUI_TEST_HERMES: `pip install .` with that Python")
    return Enabled(agent)


def stream_of(template: SessionTemplate) -> list[dict[str, Any]]:
    shape = shape_of("chat_completions")
    assert shape is not None
    return shape.shaped(WarmSessionBootstrapper().create_warm_session_messages(template, target="hermes"), {})


def assert_warm(requests: list[list[dict[str, Any]]], template: SessionTemplate) -> None:
    """Each request holds the stream right after the prompt, once; up to the first request of the person all are one."""
    stream = stream_of(template)
    for messages in requests:
        assert messages[0]["role"] == "system"
        assert messages[1 : 1 + len(stream)] == stream
        assert messages[1 + len(stream)]["role"] == "user"
        assert json.dumps(messages).count(json.dumps(OPENING)[1:-1]) == 1
        assert [one["role"] for one in messages].count("system") == 1
    for before, after in pairwise(requests):
        assert json.dumps(after[: 2 + len(stream)]) == json.dumps(before[: 2 + len(stream)])


def assert_cold(requests: list[list[dict[str, Any]]]) -> None:
    for messages in requests:
        assert [one["role"] for one in messages[:2]] == ["system", "user"]
        assert OPENING not in json.dumps(messages)


@pytest.mark.long
def test_a_one_shot_session_starts_with_the_template_and_its_calls_are_timed(enabled: Enabled) -> None:
    enabled.start()
    requests = enabled.turn("-z", "say it")
    assert_warm(requests, enabled.template)
    first, second = requests
    assert json.dumps(second).startswith(json.dumps(first)[:-1])
    session = enabled.session_id()
    timings = timings_of(timings_path(enabled.state_dir), [session])
    assert list(timings) == ["call_1"]
    assert 0 <= timings["call_1"] < 30
    assert SECRET not in timings_path(enabled.state_dir).read_text()
    stored = enabled.stored("SELECT role, content FROM messages")
    assert [role for role, _ in stored] == ["user", "assistant", "tool", "assistant"]
    assert OPENING not in str(stored)
    noted = (
        Journal(enabled.state_dir).warm_starts().of([session], enabled.agent.hermes_home, started_at=None, source="cli")
    )
    assert noted is not None
    assert (noted.template_id, noted.version) == (enabled.template.template_id, enabled.template.version)
    assert enabled.log() == []


@pytest.mark.long
def test_a_chat_that_is_resumed_begins_as_it_did_after_the_template_was_edited(enabled: Enabled) -> None:
    enabled.start()
    first = enabled.turn("chat", "-q", "say it")
    assert_warm(first, enabled.template)
    edited = enabled.manager.save_template(enabled.template.model_copy(update={"context": "The service moved."}))
    again = enabled.turn("chat", "-q", "and again", "--resume", enabled.session_id())
    assert_warm([*first[-1:], *again], enabled.template)
    assert_warm(enabled.turn("-z", "say it"), edited)


@pytest.mark.long
def test_where_the_prefill_is_active_too_it_is_there_once(enabled: Enabled) -> None:
    prefill = WarmSessionBootstrapper().create_warm_session_messages(enabled.template, target="hermes")
    file = enabled.agent.hermes_home / "prefill.json"
    file.write_text(json.dumps(prefill))
    env = {"HERMES_PREFILL_MESSAGES_FILE": str(file)}
    enabled.start()
    assert_warm(enabled.turn("chat", "-q", "say it", **env), enabled.template)
    theirs = [{"role": "user", "content": "Be brief."}, {"role": "assistant", "content": "I will."}]
    file.write_text(json.dumps([*theirs, *prefill]))
    for messages in enabled.turn("chat", "-q", "say it", **env):
        assert messages[1:3] == theirs
        assert json.dumps(messages).count("warm_1") == 2, "one call and its result"
    file.write_text(json.dumps(theirs))
    for messages in enabled.turn("chat", "-q", "say it", **env):
        assert messages[1 : 1 + len(prefill)] == stream_of(enabled.template)
        assert messages[1 + len(prefill) :][:2] == theirs


@pytest.mark.long
def test_once_it_is_stopped_sessions_start_without(enabled: Enabled) -> None:
    enabled.start()
    assert_warm(enabled.turn("chat", "-q", "say it"), enabled.template)
    session = enabled.session_id()
    let_go(enabled.agent.hermes_home)
    assert_cold(enabled.turn("chat", "-q", "go on", "--resume", session))
    assert_cold(enabled.turn("-z", "say it"))


@pytest.mark.long
@pytest.mark.parametrize("arguments", [["-z", "say it"], ["chat", "-q", "say it"]])
def test_hermes_answers_with_a_broken_template_and_it_is_said_in_one_line(
    enabled: Enabled, arguments: list[str]
) -> None:
    enabled.start()
    [file] = enabled.manager.directory.glob("*.json")
    file.write_text("{")
    assert_cold(enabled.turn(*arguments))
    [line] = enabled.log()
    assert str(file) in line


@pytest.mark.long
def test_durations_that_are_switched_off_are_not_noted(enabled: Enabled) -> None:
    enabled.turn("-z", "say it", WARMTUI_TELEMETRY="0")
    assert not timings_path(enabled.state_dir).exists()


@pytest.mark.long
def test_the_commands_of_hermes_warm_are_those_of_warmtui(enabled: Enabled) -> None:
    agent = enabled.agent
    theirs = agent("warm", "list-templates", "--json")
    ours = agent.run([agent.hermes.with_name("warmtui"), "list-templates", "--json"])
    assert (theirs.code, theirs.out, theirs.err) == (ours.code, ours.out, ours.err)
    assert json.loads(theirs.out)["templates"][0]["name"] == enabled.template.name
    shown = agent("warm", "--template-dir", enabled.manager.directory, "test", "fixing", "hello", "--json")
    assert json.loads(shown.out)[-1] == {"role": "user", "content": "hello"}
    assert "--ablate" in agent("warm", "test", "-h").out or "--target" in agent("warm", "test", "-h").out
    assert agent("warm", "test").code == 2
    missing = agent("warm", "analyze", "nothing", "--json")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err.startswith("warmtui: ")


@pytest.mark.long
def test_the_commands_start_and_stop_decide_with_what_sessions_start(enabled: Enabled) -> None:
    agent = enabled.agent
    assert "Fixing tests" in agent("warm", "start", "fixing").out
    assert_warm(enabled.turn("-z", "say it"), enabled.template)
    assert json.loads(agent("warm", "start", "--json").out)["active"]["name"] == "Fixing tests"
    assert agent("warm", "stop").code == 0
    assert chosen(agent.hermes_home) is None


@pytest.mark.long
def test_nothing_happens_where_the_plugin_is_not_enabled(enabled: Enabled) -> None:
    enabled.start()
    enabled.agent.configure()
    assert_cold(enabled.turn("-z", "say it"))
    assert not enabled.state_dir.exists()
