"""The plugin in other places than the terminal's chat, for Hermes' own work, and in each provider's shape."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hermes.scripted import ScriptedHermes, calls, says
from tests.hermes.test_plugin_sessions import ENABLED, Enabled, assert_cold, assert_warm
from warmtui.warmstart.injection import is_warm

pytestmark = pytest.mark.long

GOAL = "Count the files, please."


@pytest.fixture
def started(agent: ScriptedHermes) -> Enabled:
    made = Enabled(agent)
    made.start()
    agent.model.script.extend([calls([("call_1", "terminal", {"command": "echo hi"})]), says("All done.")])
    return made


class Backend:
    """The process that the new terminal interface talks to, a line of JSON at a time."""

    def __init__(self, agent: ScriptedHermes) -> None:
        self.process = subprocess.Popen(
            [str(agent.hermes.with_name("python")), "-m", "tui_gateway.entry"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=agent.work,
            env=agent.environment(),
        )
        self.said: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, number: int, method: str, **params: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        asked = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = self.until(lambda one: one.get("id") == number)["result"]
        return answer

    def until(self, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + 90
        while time.monotonic() < end:
            for one in list(self.said):
                if is_wanted(one):
                    return one
            time.sleep(0.02)
        raise AssertionError(f"it was not said; the last that was: {self.said[-3:]}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))


def test_a_session_of_the_new_terminal_interface_starts_with_the_template(started: Enabled) -> None:
    backend = Backend(started.agent)
    try:
        session = backend.ask(1, "session.create", cols=80)["session_id"]
        backend.ask(2, "prompt.submit", session_id=session, text="say it")
        backend.until(lambda one: one.get("params", {}).get("type") == "message.complete")
    finally:
        backend.close()
    assert len(started.agent.asked) == 2
    assert_warm(started.agent.asked, started.template)


def test_a_session_of_a_scheduled_job_starts_with_the_template(started: Enabled) -> None:
    agent = started.agent
    made = agent("cron", "create", "30m", "say it", "--deliver", "local")
    job = re.search(r"Created job: (\w+)", made.out)
    assert job is not None
    agent("cron", "run", job[1])
    agent("cron", "tick")
    assert len(agent.asked) == 2
    assert_warm(agent.asked, started.template)


def test_a_part_of_a_task_that_is_handed_on_starts_without(agent: ScriptedHermes) -> None:
    made = Enabled(agent)
    made.start()
    agent.configure(ENABLED)
    agent.config.write_text(agent.config.read_text().replace("cli: [terminal]", "cli: [terminal, delegation]"))
    agent.model.scripts_by_goal[GOAL] = deque(
        [calls([("call_t", "terminal", {"command": "ls"})]), says("There are 3.")]
    )
    agent.model.script.extend([calls([("call_d", "delegate_task", {"goal": GOAL})]), says("All done.")])
    assert agent("-z", "count the files").code == 0
    theirs = [one for one in agent.asked if any(m["content"] == GOAL for m in one if m["role"] == "user")]
    ours = [one for one in agent.asked if one not in theirs]
    assert len(theirs) >= 1
    assert_cold(theirs)
    assert len(ours) >= 1
    assert all(is_warm(one) for one in ours)


def test_in_each_shape_it_is_what_hermes_makes_of_the_same_prefill(hermes_python: str, tmp_path: Path) -> None:
    script = Path(__file__).with_name("request_shapes.py")
    ran = subprocess.run(
        [hermes_python, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "HERMES_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert set(found) == {"chat", "anthropic", "anthropic by subscription", "responses"}
    for name in ("chat", "responses"):
        assert json.dumps(found[name]["plugin"]) == json.dumps(found[name]["prefill"]), "to the byte"
    for name in ("anthropic", "anthropic by subscription"):
        assert list(map(in_blocks, found[name]["plugin"])) == list(map(in_blocks, found[name]["prefill"]))
    blocks = [block for one in found["anthropic by subscription"]["plugin"] for block in in_blocks(one)["content"]]
    assert {block["name"] for block in blocks if "name" in block} == {"mcp__read_file", "mcp__terminal"}


def in_blocks(message: dict[str, Any]) -> dict[str, Any]:
    """A message of Anthropic's, its text as a block: both are the same to it."""
    content = message["content"]
    return {**message, "content": [{"type": "text", "text": content}] if isinstance(content, str) else content}
