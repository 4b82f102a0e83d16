"""The installed app in a real terminal: tmux draws it, keys drive it, and it leaves the terminal as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

pytestmark = pytest.mark.long


class Terminal:
    """One tmux session of a server of its own."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self._socket = str(folder / "tmux.sock")
        self._run("new-session", "-d", "-s", "t", "-x", str(columns), "-y", str(rows), "env", "PS1=$ ", "sh")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True, env=os.environ
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Send keys by tmux's names; text as it is."""
        self._run("send-keys", "-t", "t", *keys)

    def screen(self) -> str:
        """What is on the screen now."""
        return self._run("capture-pane", "-p", "-t", "t")

    def wait_for(self, *words: str, gone: bool = False) -> str:
        """Wait until all of `words` are on the screen (or none, if `gone`); the screen is returned."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            screen = self.screen()
            if all((word in screen) is not gone for word in words):
                return screen
            time.sleep(0.05)  # a look at another process, which cannot be awaited
        raise AssertionError(f"no {words} on the screen:\n{self.screen()}")

    def close(self) -> None:
        """End the server with all that runs in it."""
        self._run("kill-server")


@pytest.fixture(params=[(140, 45), (80, 24)], ids=["140x45", "80x24"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        pytest.skip("needs tmux")
    opened = Terminal(tmp_path, *request.param)
    yield opened
    opened.close()


def test_from_the_start_to_a_saved_template_and_out_again(terminal: Terminal, own_home: Path) -> None:
    terminal.type(f"{sys.executable} -m warmtui demo", "Enter")
    terminal.wait_for("An endpoint with tests", "curate")
    terminal.type("Enter")
    terminal.wait_for("Patterns", "search_files")
    terminal.type("C-s")
    terminal.wait_for("Save the template")
    terminal.type("Enter")
    terminal.wait_for("Saved")
    terminal.type("C-q")
    screen = terminal.wait_for("Patterns", gone=True)
    terminal.type("echo still $((40 + 2))", "Enter")
    screen = terminal.wait_for("still 42")
    assert "Traceback" not in screen
    [saved] = (own_home / ".cache" / "warmtui" / "demo" / "session_templates").glob("*.json")
    assert orjson.loads(saved.read_bytes())["examples"]
