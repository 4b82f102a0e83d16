"""Warm sessions of the real Hermes: what arrives at the model, what its store keeps, and what is noted of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.hermes.scripted import Ran, ScriptedHermes, calls, says
from tests.warmstart.examples import TEMPLATE
from warmtui.sessions.opening import open_store
from warmtui.templates.manager import TemplateManager
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.hermes.journal import Journal, WarmStart

pytestmark = pytest.mark.long  # a Hermes takes five seconds to start and say a word

STREAM = WarmSessionBootstrapper().create_warm_session_messages(TEMPLATE, target="hermes")
OPENING = STREAM[0]["content"][:40]
ECHO = [calls([("call_9", "terminal", {"command": "printf 'warm%s' -up"})]), says("All done.")]
PREFILL = [{"role": "user", "content": "Be kind."}, {"role": "assistant", "content": "I am."}]


class Agent:
    """A scripted Hermes with a saved template, and `warmtui` beside it in the same home."""

    def __init__(self, hermes: ScriptedHermes) -> None:
        self.hermes = hermes
        self.manager = TemplateManager(hermes.hermes_home / "session_templates")
        self.template = self.manager.save_template(TEMPLATE)
        self.state = hermes.home / "state"

    def warmtui(self, *arguments: str) -> Ran:
        command = [sys.executable, "-m", "warmtui", *arguments]
        return self.hermes.run(command, env={"WARMTUI_STATE_DIR": str(self.state)})

    def asked(self, *command: str, warmly: bool = False) -> list[list[dict[str, Any]]]:
        """Let it run a command of the terminal and answer; what the model was asked, for each call."""
        self.hermes.model.asked.clear()
        self.hermes.model.script.extend(ECHO)
        chat = ["hermes", "chat", "-q", "say it", *command]
        ran = self.warmtui("start", "fixing", "--", *chat) if warmly else self.hermes.run(chat)
        assert ran.code == 0, ran.err
        assert "All done." in ran.out
        assert len(self.hermes.asked) == 2
        return self.hermes.asked

    def warm_start(self, session_id: str) -> WarmStart | None:
        return Journal(self.state).warm_starts().of([session_id], self.hermes.hermes_home, started_at=None, source="")


def begins_with(messages: list[dict[str, Any]], stream: list[dict[str, Any]]) -> bool:
    """Whether the messages are the agent's own prompt, the stream, once, and what follows."""
    told = [[one["role"], one.get("content") or "", one.get("tool_calls", [])] for one in messages]
    wanted = [[one["role"], one.get("content") or "", one.get("tool_calls", [])] for one in stream]
    assert told[0][0] == "system"
    assert [one[0] for one in told].count("system") == 1
    rest = told[1 + len(wanted) :]
    return told[1 : 1 + len(wanted)] == wanted and not any(one in rest for one in wanted if one[0] != "assistant")


@pytest.fixture(scope="module")
def agent(hermes_command: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with ScriptedHermes(hermes_command, tmp_path_factory.mktemp("agent")) as hermes:
        yield Agent(hermes)


@pytest.fixture(scope="module")
def started(agent: Agent) -> list[list[dict[str, Any]]]:
    return agent.asked(warmly=True)


def session_ids(agent: Agent) -> list[str]:
    with open_store(agent.hermes.state_db) as store:
        return [session.session_id for session in store.sessions()]


def test_every_call_of_a_started_session_holds_the_stream_between_the_prompt_and_the_users_message(
    started: list[list[dict[str, Any]]],
) -> None:
    for messages in started:
        assert begins_with(messages, STREAM)
    first, second = (messages[1 + len(STREAM) :] for messages in started)
    assert [(one["role"], one["content"]) for one in first] == [("user", "say it")]
    assert [one["role"] for one in second] == ["user", "assistant", "tool"]
    assert orjson.loads(second[-1]["content"])["output"] == "warm-up"


@pytest.mark.usefixtures("started")
def test_hermes_store_holds_nothing_of_it_and_is_profiled_as_it_was(agent: Agent) -> None:
    stored = b"".join(path.read_bytes() for path in agent.hermes.hermes_home.glob("state.db*"))
    assert b"say it" in stored
    assert OPENING.encode() not in stored
    [session_id] = session_ids(agent)
    analysis = orjson.loads(agent.warmtui("analyze", session_id, "--json").out)
    assert analysis["message_count"] == 4
    assert [(call["tool"], call["outcome"]) for call in analysis["calls"]] == [("terminal", "ok")]


@pytest.mark.usefixtures("started")
def test_the_session_is_noted_and_one_that_is_resumed_holds_the_stream_once(agent: Agent) -> None:
    [session_id] = session_ids(agent)
    expected = WarmStart(agent.template.template_id, agent.template.version, "start", "started")
    assert agent.warm_start(session_id) == expected
    for messages in agent.asked("-r", session_id, warmly=True):
        assert begins_with(messages, STREAM)
        assert [one["content"] for one in messages].count("say it") == 2
    assert session_ids(agent) == [session_id]
    assert agent.warm_start(session_id) == expected


def test_an_activated_template_is_in_every_session_until_it_is_deactivated(agent: Agent) -> None:
    before = agent.hermes.config.read_bytes()
    assert agent.warmtui("activate", "fixing").code == 0
    assert all(begins_with(messages, STREAM) for messages in agent.asked())
    assert agent.warmtui("deactivate").code == 0
    assert agent.hermes.config.read_bytes() == before
    assert all([one["role"] for one in messages[:2]] == ["system", "user"] for messages in agent.asked())
    assert all(OPENING not in str(messages) for messages in agent.hermes.asked)


def test_a_prefill_of_the_persons_own_stays_before_it_and_a_profile_is_a_home_of_its_own(agent: Agent) -> None:
    profile = agent.hermes.hermes_home / "profiles" / "work"
    profile.mkdir(parents=True)
    (profile / "mine.json").write_bytes(orjson.dumps(PREFILL))
    own = agent.hermes.config.read_text()
    config = own + "prefill_messages_file: mine.json # mine\n"
    (profile / "config.yaml").write_text(config)
    refused = agent.warmtui("activate", "fixing", "--profile", "work")
    assert (refused.code, refused.out) == (1, "")
    assert "--append puts this template behind it" in refused.err
    assert agent.warmtui("activate", "fixing", "--profile", "work", "--append").code == 0
    assert all(begins_with(messages, [*PREFILL, *STREAM]) for messages in agent.asked("-p", "work"))
    assert agent.warmtui("deactivate", "--profile", "work").code == 0
    assert (profile / "config.yaml").read_text() == config
    assert agent.hermes.config.read_text() == own


def test_the_one_shot_mode_takes_no_prefill_as_we_say(agent: Agent) -> None:
    refused = agent.warmtui("start", "fixing", "--", "hermes", "-z", "say it")
    assert (refused.code, refused.out) == (1, "")
    assert re.search(r"^warmtui: the one-shot mode \(-z\) takes no prefill; .*the plugin", refused.err)
    agent.hermes.model.asked.clear()
    agent.hermes.model.script.append(says("All done."))
    file = agent.hermes.home / "prefill.json"
    file.write_bytes(orjson.dumps(PREFILL))
    agent.hermes("-z", "say it", env={"HERMES_PREFILL_MESSAGES_FILE": str(file)})
    [messages] = agent.hermes.asked
    assert "Be kind." not in str(messages)


def test_an_empty_variable_in_the_homes_env_file_wins_over_the_environment_as_we_say(agent: Agent) -> None:
    env_file = agent.hermes.hermes_home / ".env"
    env_file.write_text("HERMES_PREFILL_MESSAGES_FILE=\n")
    try:
        refused = agent.warmtui("start", "fixing", "--instead", "--", "hermes", "chat", "-q", "say it")
        assert "wins over what is started from here" in refused.err
        file = agent.hermes.home / "prefill.json"
        file.write_bytes(orjson.dumps(PREFILL))
        agent.hermes.model.asked.clear()
        agent.hermes.model.script.append(says("All done."))
        agent.hermes("chat", "-Q", "-q", "say it", env={"HERMES_PREFILL_MESSAGES_FILE": str(file)})
        assert "Be kind." not in str(agent.hermes.asked)
    finally:
        env_file.unlink()
