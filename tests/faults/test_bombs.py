"""Files that are small on disk and huge in memory: read or refused, within bounds of space and time."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.walk import Fate

pytestmark = pytest.mark.long

_MB = 1024 * 1024
_MOST_MB = 3_000
"""Somewhat more than the largest file that is read at all costs; without bounds these would take ten times as much."""
_MOST_SECONDS = 60
_ROOT = Path(__file__).parents[2]

# A process of its own, because it has a greatest size of its own; bounded, for the sake of the machine.
_READER = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
from tests.faults.walk import walk_unhurried
fate = walk_unhurried(Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(fate, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime, sep="|")
"""

Chunks = Iterator[bytes]


def _deep_lists() -> Chunks:
    yield b"[" * 1_000_000 + b"]" * 1_000_000


def _deep_objects() -> Chunks:
    yield b'{"role": "user", "content": ' + b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000 + b"}\n"


def _ten_million_numbers() -> Chunks:
    """Beside the content, and some of it in the content, each of which is a part of its text."""
    yield b'[{"role": "user", "content": [' + b"7," * 200_000 + b'7], "other": [' + b"7," * 10_000_000 + b"7]}]"


def _many_objects() -> Chunks:
    yield b"["
    for _ in range(256):
        yield b'{"a":1},' * (_MB // 8)
    yield b"0]"


def _a_long_line() -> Chunks:
    yield b'{"role": "user", "content": "'
    for _ in range(200):
        yield b"Look at /srv/app and fix it. " * (_MB // 29)
    yield b'"}\n{"role": "assistant", "content": "Done."}\n'


def _a_long_result() -> Chunks:
    """What a tool printed is JSON in a string of JSON, and read as such when outcomes are told."""
    yield b'{"role": "user", "content": "go"}\n{"role": "assistant", "tool_calls": [{"id": "c", "function": '
    yield b'{"name": "get", "arguments": "{}"}}]}\n{"role": "tool", "tool_call_id": "c", "content": "['
    for _ in range(12):
        yield rb"{\"a\":1}," * (_MB // 10)
    yield b'0]"}\n'


def _white_space() -> Chunks:
    for _ in range(1_500):
        yield b" " * _MB


def _a_long_word() -> Chunks:
    yield b'{"messages": [{"role": "user", "content": "'
    for _ in range(1_500):
        yield b"a" * _MB
    yield b'"}]}'


def _many_messages() -> Chunks:
    yield b'{"role": "user", "content": "again"}\n' * 60_000


_BOMBS: dict[Callable[[], Chunks], Fate] = {
    _deep_lists: Fate.REFUSED,
    _deep_objects: Fate.REFUSED,
    _ten_million_numbers: Fate.READ,
    _many_objects: Fate.REFUSED,
    _a_long_line: Fate.READ,
    _a_long_result: Fate.READ,
    _white_space: Fate.REFUSED,
    _a_long_word: Fate.REFUSED,
    _many_messages: Fate.READ,
}


@pytest.mark.parametrize("bomb", _BOMBS, ids=lambda bomb: bomb.__name__.strip("_"))
def test_a_bomb_is_read_or_refused_within_bounds(tmp_path: Path, bomb: Callable[[], Chunks]) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.writelines(bomb())
    command = [sys.executable, "-c", _READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=_ROOT, env=os.environ, timeout=600)
    assert done.returncode == 0, done.stderr
    fate, megabytes, seconds = done.stdout.strip().split("|")
    assert fate == _BOMBS[bomb]
    assert int(megabytes) < _MOST_MB
    assert float(seconds) < _MOST_SECONDS


def test_the_bounds_are_noticed(tmp_path: Path) -> None:
    """What is measured is the process that reads, and what it takes."""
    small = tmp_path / "small.jsonl.gz"
    small.write_bytes(gzip.compress(b'{"role": "user", "content": "go"}\n' * 2))
    code = _READER.replace("used =", "kept = bytearray(1 << 30); used =")
    done = subprocess.run(
        [sys.executable, "-c", code, str(small)], capture_output=True, text=True, check=True, cwd=_ROOT
    )
    assert int(done.stdout.split("|")[1]) > 1_000
