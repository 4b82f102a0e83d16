"""The command line as a whole process without a terminal, in a home of its own, and what it left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson


class Ran:
    """What a finished command left behind."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)

    def failed(self, *said: str) -> bool:
        """Exit code 1, nothing on stdout, one line on stderr that says all of `said`."""
        lines = self.err.strip().splitlines()
        assert self.code == 1, self.err
        assert self.out == ""
        assert len(lines) == 1, self.err
        assert lines[0].startswith("warmtui: ")
        for part in said:
            assert part in lines[0]
        return True


class Warmtui:
    """Runs the command line in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str | Path, **env: str) -> Ran:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("WARMTUI", "HERMES"))}
        done = subprocess.run(
            [sys.executable, "-m", "warmtui", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment | {"HOME": str(self.home)} | env,
            timeout=120,
        )
        return Ran(done)
