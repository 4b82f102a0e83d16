"""Whole processes in a home of their own: what a person waits for who types a command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from tests.benchmarks.stores import hermes_store, scratch

SESSIONS, MESSAGES = 1_000, 40_000
MODULE = (sys.executable, "-m", "warmtui")
"""The command line as a module."""

SCRIPT = (str(Path(sys.executable).with_name("warmtui")),)
"""The command line as it is installed."""

_LONGEST = 600.0  # seconds any of them may take


@dataclass(frozen=True, slots=True)
class Home:
    """A person's home, with a store of theirs beside it.

    Attributes:
        folder: the home directory; everything warmtui keeps lies in it.
        store: a Hermes database.
    """

    folder: Path
    store: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that is at home here."""
        # Without PYTHONDONTWRITEBYTECODE and the like: who installed warmtui has its bytecode.
        ours = ("WARMTUI", "HERMES", "XDG", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {"HOME": str(self.folder), "WARMTUI_SOURCES": str(self.store)}

    def run(self, command: Sequence[str]) -> str:
        """Run a command to its end, without a terminal, and return what it printed.

        Raises:
            RuntimeError: it failed.
        """
        done = subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout


@cache
def warm_home(sessions: int = SESSIONS, messages: int = MESSAGES) -> Home:
    """Return a home whose catalog knows all of its store, and which has a few templates; made once a run."""
    home = new_home(f"warm-{sessions}-{messages}", hermes_store(sessions, messages).path)
    ranked = home.run([*MODULE, "sessions", "--limit", "5", "--json"])
    for row in orjson.loads(ranked)["sessions"]:
        home.run([*MODULE, "create-template", row["session_id"], "--name", f"From {row['session_id']}"])
    return home


def new_home(name: str, store: Path) -> Home:
    """Make a home in which nothing was done yet."""
    folder = scratch() / name
    folder.mkdir()
    return Home(folder, store)


def python(code: str) -> tuple[str, ...]:
    """Return the command that runs `code` in this Python."""
    return sys.executable, "-c", code
