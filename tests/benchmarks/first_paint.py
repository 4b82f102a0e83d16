"""The app until its ranking is on the screen, against a Textual app that shows one word, both in a real terminal.

A terminal is a pty of our own; the clock runs from the start of the process until the bytes that draw what is waited
for have come out of it. What the app does afterwards, looking for new sessions first of all, is not measured.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
from collections.abc import Iterator, Sequence
from time import perf_counter

import orjson

from tests.benchmarks.benchmark import Benchmark, Measured
from tests.benchmarks.processes import MODULE, SCRIPT, Home, python, warm_home

_COLUMNS, _ROWS = 140, 45
_LONGEST = 60.0  # seconds until something that does not paint has failed
_WORD = "painted"
_FLOOR = python(
    f"""
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("{_WORD}")

Empty().run()
"""
)


def measure() -> Iterator[Measured]:
    """Measure the app as a module and as the installed script."""
    home = warm_home()
    yield measured(home, "-m warmtui", MODULE)
    yield measured(home, "warmtui", SCRIPT)


def measured(home: Home, shown: str, program: Sequence[str], *, rounds: int = 11) -> Measured:
    """Measure the app in turns with the empty one, each run once before, unmeasured."""
    ranked = orjson.loads(home.run((*MODULE, "sessions", "--limit", "1", "--json")))
    first = ranked["sessions"][0]
    waited_for = str(first["title"] or first["session_id"])
    pairs = [(until_painted(home, program, waited_for), until_painted(home, _FLOOR, _WORD)) for _ in range(rounds + 1)]
    return Measured(shown, tuple(ours for ours, _ in pairs[1:]), tuple(floor for _, floor in pairs[1:]))


def until_painted(home: Home, command: Sequence[str], waited_for: str) -> float:
    """Run a program in a terminal until something is on its screen; return the seconds that took, and end it.

    Raises:
        RuntimeError: it ended, or took too long.
    """
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    start = perf_counter()
    process = subprocess.Popen(
        command,
        env=home.environment | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)  # so that reading ends when the program does
    try:
        _read_until(ours, waited_for.encode(), start + _LONGEST)
        return perf_counter() - start
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read_until(terminal: int, waited_for: bytes, deadline: float) -> None:
    seen = bytearray()
    while waited_for not in seen:
        left = deadline - perf_counter()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            raise RuntimeError(f"{waited_for!r} was not painted; the last that was: {bytes(seen[-500:])!r}")
        try:
            seen += os.read(terminal, 65_536)
        except OSError as error:  # the other end is closed: the program has ended
            raise RuntimeError(f"it ended before {waited_for!r} was painted: {bytes(seen[-500:])!r}") from error


BENCHMARK = Benchmark(
    name="first-paint",
    statement="the app from its start until the ranking is on the screen, against a Textual app that shows a word.",
    goal=1.8,
    measure=measure,
)
