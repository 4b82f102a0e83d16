"""A Hermes home in which a scripted model speaks, and the real command ``hermes`` run in it.

    with ScriptedHermes(hermes, folder) as agent:
        agent.model.script.extend([calls([("call_1", "terminal", {"command": "echo hi"})]), says("All done.")])
        ran = agent("chat", "-q", "say hi")
        assert ran.code == 0
        first, second = agent.asked  # the messages of each request the agent made for its turns

`says`, `calls` and the model itself are those of ``tests.sessions.scripted_model``. Nothing but loopback is
reached: every other address goes to a proxy that is not there, and Hermes is told to install nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.sessions.scripted_model import ScriptedModel, calls, says

__all__ = ["Ran", "ScriptedHermes", "calls", "says"]

CONFIG = """\
model:
  provider: custom
  default: scripted
  base_url: {url}
platform_toolsets:
  cli: [terminal]
security:
  tirith_enabled: false
  allow_lazy_installs: false
auxiliary:
  title_generation:
    enabled: false
"""


class Ran:
    """What a finished command left behind."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr


class ScriptedHermes:
    """A home of its own under `folder`, and in it the installation that `hermes` belongs to.

    Args:
        hermes: the command ``hermes`` of an installation.
        folder: an empty folder; the home, the Hermes home in it and the folder that is worked in are made there.

    Attributes:
        model: what the agent speaks with; `model.script` is what it will say, `model.asked` what it was asked.
        home: ``$HOME``.
        hermes_home: ``$HERMES_HOME``.
        work: the folder commands run in.
    """

    def __init__(self, hermes: Path, folder: Path) -> None:
        self.hermes = hermes
        self.model = ScriptedModel()
        self.home = folder / "home"
        self.hermes_home = self.home / ".hermes"
        self.work = folder / "work"
        self.hermes_home.mkdir(parents=True)
        self.work.mkdir()
        self.configure()

    def configure(self, more: str = "") -> None:
        """Write ``config.yaml``: the scripted model, the tool ``terminal``, nothing of the network; then `more`."""
        self.config.write_text(CONFIG.format(url=self.model.url) + more, encoding="utf-8")

    @property
    def config(self) -> Path:
        """``config.yaml`` of the home."""
        return self.hermes_home / "config.yaml"

    @property
    def state_db(self) -> Path:
        """``state.db`` of the home."""
        return self.hermes_home / "state.db"

    @property
    def asked(self) -> list[list[dict[str, Any]]]:
        """The messages of every request that brought tools along: the calls of the turns, in order."""
        return [request["messages"] for request in self.model.asked if request.get("tools")]

    def environment(self, **more: str) -> dict[str, str]:
        """The whole environment commands run in, `more` over it."""
        nowhere = "http://127.0.0.1:9"
        return {
            "HOME": str(self.home),
            "HERMES_HOME": str(self.hermes_home),
            "PATH": f"{self.hermes.parent}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "OPENAI_API_KEY": "none",
            "HTTP_PROXY": nowhere,
            "HTTPS_PROXY": nowhere,
            "NO_PROXY": "127.0.0.1,localhost",
            **more,
        }

    def __call__(self, *arguments: str | Path, env: Mapping[str, str] | None = None, timeout: float = 90) -> Ran:
        """Run ``hermes`` with `arguments`."""
        return self.run([self.hermes, *arguments], env=env, timeout=timeout)

    def run(self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, timeout: float = 90) -> Ran:
        """Run any command in this home, stdin closed; `env` stands over the environment, `timeout` is in seconds."""
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.work,
            env=self.environment(**(env or {})),
            timeout=timeout,
        )
        return Ran(done)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.model.close()
