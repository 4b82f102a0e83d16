"""Processes beside the one that is tested: with the rights of an ordinary user, or with a store of their own open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import stores
from tests.sessions.hermes_files import create

_ROOT = Path(__file__).parents[2]

# Writes what is asked for, and says so; ends when its input does.
_WRITER = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    store.execute(statement).fetchall()
print("ready", flush=True)
sys.stdin.read()
"""


def ordinary() -> list[str]:
    """Return the beginning of a command line for which modes of files hold, which root passes over."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may do anything, and needs setpriv to do less")
    command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    probe = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"root may do anything, and this one cannot do less: {probe.stderr.strip()[-200:]}")
    return command


@contextmanager
def holding(path: Path, *statements: str) -> Iterator[None]:
    """Let another process have a store open, with what some statements left it with."""
    command = [sys.executable, "-c", _WRITER, str(path), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            process.stdin.close()


def make_home(folder: Path, *, journal: str = "wal") -> Path:
    """Make a Hermes home with a store that was closed, and return the home."""
    folder.mkdir(parents=True)
    connection = create(folder / "state.db", journal=journal)
    stores.fill(connection)
    connection.close()
    return folder


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment in which all that warmtui writes of its own lies in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WARMTUI_", "HERMES_", "XDG_"))}
    own = {f"WARMTUI_{name}_DIR": str(folder / name.lower()) for name in ("TEMPLATE", "CACHE", "DATA", "STATE")}
    return {
        **kept,
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        **own,
        **more,
    }
