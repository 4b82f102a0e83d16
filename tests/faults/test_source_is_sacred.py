"""Nothing of a source is ever written to, and nobody is spoken to: the kernel's own record of every command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import stores
from tests.faults.commands import HOME, READING, TEMPLATES, Step
from tests.faults.processes import environment, holding, make_home, ordinary
from tests.faults.traced import Trace, need_strace, read_trace, state, strace, traced, warmtui_command
from tests.sessions.formats.samples import FILES
from tests.tui.test_terminal import Terminal

pytestmark = pytest.mark.long


@dataclass(frozen=True, slots=True)
class Source:
    """A source to read: how it is made, and what goes on beside it meanwhile.

    Attributes:
        make: makes it in a folder that is not there.
        session: an id in it.
        meanwhile: what another process does while it is read.
        is_live: it has a ``-wal``, for which SQLite keeps a ``-shm``.
        is_closed_to_us: its folder may not be written.
    """

    make: Callable[[Path], Path]
    session: str = "three"
    meanwhile: Callable[[Path], AbstractContextManager[None]] = lambda _: nullcontext()
    is_live: bool = False
    is_closed_to_us: bool = False


def _crashed(folder: Path) -> Path:
    folder.mkdir()
    for name, data in zip(("state.db", "state.db-wal"), stores.crashed_store(), strict=True):
        (folder / name).write_bytes(data)
    return folder


def _rollback(folder: Path) -> Path:
    return make_home(folder, journal="delete")


def _transcripts(folder: Path) -> Path:
    below = folder / "projects"
    below.mkdir(parents=True)
    for name, records in FILES.items():
        (below / f"{name}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    (below / "notes.txt").write_text("no transcript")
    (below / "again.jsonl").symlink_to("messages.jsonl")
    return folder


def _written_to(home: Path) -> AbstractContextManager[None]:
    return holding(
        home / "state.db", "INSERT INTO messages (session_id, role, content) VALUES ('three', 'user', 'And now?')"
    )


_SOURCES = {
    "closed": Source(make_home),
    "crashed": Source(_crashed, is_live=True),
    "being written": Source(make_home, meanwhile=_written_to, is_live=True),
    "rollback journal": Source(_rollback),
    "read-only folder": Source(make_home, is_closed_to_us=True),
    "crashed in a read-only folder": Source(_crashed, is_live=True, is_closed_to_us=True),
    "transcripts": Source(_transcripts, session="messages"),
}


@contextmanager
def _made(source: Source, folder: Path) -> Iterator[Path]:
    home = source.make(folder)
    with ExitStack() as stack:
        stack.enter_context(source.meanwhile(home))
        if source.is_closed_to_us:
            for path in [home, *home.rglob("*")]:
                path.chmod(0o555 if path.is_dir() else 0o444)
        yield home
    home.chmod(0o755)


@pytest.fixture(autouse=True)
def _needs_strace() -> None:
    need_strace()


@pytest.mark.parametrize("name", _SOURCES)
def test_no_command_touches_a_source(tmp_path: Path, name: str) -> None:
    source, own = _SOURCES[name], tmp_path / "own"
    with _made(source, tmp_path / "home") as home:
        before = state(home, is_live=source.is_live)
        for step in [*READING, *(TEMPLATES if name == "closed" else ())]:
            trace = _trace(step, source, home, own)
            assert not step.reads or trace.opened(home)
            assert trace.changes(home, is_live=source.is_live) == []
            assert state(home, is_live=source.is_live) == before


def test_what_changes_a_home_leaves_its_sessions_alone(tmp_path: Path) -> None:
    source, own = _SOURCES["closed"], tmp_path / "own"
    hermes = own / "bin" / "hermes"
    hermes.parent.mkdir(parents=True)
    hermes.write_text("#!/bin/sh\nexit 0\n")
    hermes.chmod(0o755)
    with _made(source, tmp_path / "home") as home:
        before = {name: told for name, told in state(home).items() if name.startswith("state.db")}
        more = {"HERMES_HOME": str(home), "PATH": f"{hermes.parent}{os.pathsep}{os.environ['PATH']}"}
        for step in (READING[2], *HOME):
            trace = _trace(step, source, home, own, **more)
            assert trace.changes(home / "state.db", is_live=False) == []
            assert {name: told for name, told in state(home).items() if name.startswith("state.db")} == before


def _trace(step: Step, source: Source, home: Path, own: Path, **more: str) -> Trace:
    """Run a command, which has to do what it is for, and speak to nobody."""
    flags: list[str | Path] = [] if step.name in ("demo", "schema") else ["--source", home]
    command = warmtui_command(*flags, *step.arguments(source.session, own))
    beginning = ordinary() if source.is_closed_to_us else []
    trace = traced(command, own.parent / "trace", environment(own, **more), before=beginning)
    assert trace.code in step.codes, f"{step.line}: {trace.err}"
    assert "Traceback" not in trace.err
    assert trace.sockets() == []
    return trace


@pytest.mark.parametrize("name", ["closed", "being written", "transcripts"])
def test_the_app_touches_no_source(tmp_path: Path, name: str) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("needs tmux")
    source, env = _SOURCES[name], environment(tmp_path / "own")
    with _made(source, tmp_path / "home") as home:
        before = state(home, is_live=source.is_live)
        log = tmp_path / "trace"
        _work_in_app([*strace(log), *warmtui_command("--source", home)], env, tmp_path)
        trace = read_trace(log)
        assert trace.opened(home)
        assert trace.changes(home, is_live=source.is_live) == []
        assert trace.sockets() == []
        assert state(home, is_live=source.is_live) == before
    assert list((tmp_path / "own" / "template").glob("*.json"))


def _work_in_app(command: list[str | Path], env: dict[str, str], folder: Path) -> None:
    """Open the app in a terminal, curate the best session, save a template of it, and leave."""
    script = folder / "run"
    settings = "\n".join(
        f"export {key}='{value}'" for key, value in env.items() if key.startswith(("WARMTUI_", "HOME"))
    )
    script.write_text(
        f"{settings}\nexport PYTHONPATH='{env['PYTHONPATH']}'\n{' '.join(map(str, command))}\necho left\n"
    )
    terminal = Terminal(folder, 140, 45)
    try:
        terminal.type(f"sh {script}", "Enter")
        terminal.wait_for("curate")
        terminal.type("Enter")
        terminal.wait_for("Patterns")
        terminal.type("C-s")
        terminal.wait_for("Save the template")
        terminal.type("Enter")
        terminal.wait_for("Saved")
        terminal.type("C-q")
        assert "Traceback" not in terminal.wait_for("left")
    finally:
        terminal.close()


_CULPRITS = {
    "opens for writing": "open(home / 'state.db', 'r+b')",
    "changes a mode": "(home / 'state.db').chmod(0o600)",
    "makes a file": "(home / 'state.db-journal').touch()",
    "makes a folder": "(home / 'x').mkdir()",
    "renames": "(home / 'state.db').rename(home / 'y')",
    "truncates": "import os; os.truncate(home / 'state.db', 0)",
    "changes a time": "import os; os.utime(home / 'state.db')",
    "relative to the folder": "import os; os.chdir(home); open('z', 'w')",
    "by a descriptor": "import os; os.mkdir('w', dir_fd=os.open(home, os.O_RDONLY))",
    "in a child": "import subprocess, sys; subprocess.run([sys.executable, '-c', 'open(%r, \"a\")' % str(home / 'v')])",
    "to a WAL": "import os; os.write(os.open(home / 'state.db-wal', os.O_RDWR | os.O_CREAT), b'x')",
    "in SQLite": "import sqlite3; sqlite3.connect(home / 'state.db').execute('CREATE TABLE t (a)')",
}


@pytest.mark.parametrize("deed", _CULPRITS)
def test_whoever_writes_is_caught(tmp_path: Path, deed: str) -> None:
    home = make_home(tmp_path / "home")
    code = f"from pathlib import Path; home = Path({str(home)!r}); {_CULPRITS[deed]}"
    before = state(home)
    trace = traced([sys.executable, "-c", code], tmp_path / "trace", environment(tmp_path / "own"))
    assert trace.code == 0, trace.err
    assert trace.changes(home, is_live=True)
    assert deed == "opens for writing" or state(home) != before


def test_whoever_leaves_an_shm_beside_a_closed_store_is_caught(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    code = (
        f"import sqlite3; sqlite3.connect('file:{home}/state.db?mode=ro', uri=True).execute('SELECT * FROM messages')"
    )
    trace = traced([sys.executable, "-c", code], tmp_path / "trace", environment(tmp_path / "own"))
    assert trace.changes(home, is_live=False)


def test_whoever_speaks_is_caught(tmp_path: Path) -> None:
    code = "import socket; socket.socket(socket.AF_UNIX); socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
    trace = traced([sys.executable, "-c", code], tmp_path / "trace", environment(tmp_path / "own"))
    assert len(trace.sockets()) == 1


def test_every_command_is_traced() -> None:
    shown = subprocess.run(warmtui_command("--help"), capture_output=True, text=True, check=True).stdout
    commands = {line.split()[0] for line in shown.split("Commands:")[1].splitlines() if line[2:3].isalpha()}
    assert commands == {step.name for step in (*READING, *TEMPLATES, *HOME)}
