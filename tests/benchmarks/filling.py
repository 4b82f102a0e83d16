"""Filling an empty catalog from a store, in a process of its own: ``python -m tests.benchmarks.filling STORE FOLDER``.

Prints how long that took and how much memory, of the process and of the largest that it started, as JSON.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from tests.benchmarks.stores import MadeStore, scratch
from warmtui.config import Settings
from warmtui.workspace import Workspace

_KILOBYTE = 1 if sys.platform == "darwin" else 1024  # getrusage counts in bytes there, in kilobytes elsewhere


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling a catalog took.

    Attributes:
        profiled: conversations that were profiled.
        seconds: from the open workspace to the full catalog.
        peak: bytes of memory, at most, of the process.
        peak_of_child: the same of the largest process that it started; 0 without any.
    """

    profiled: int
    seconds: float
    peak: int
    peak_of_child: int


def fill(made: MadeStore) -> Filled:
    """Fill a catalog from a store, in a process of its own.

    Raises:
        RuntimeError: not every conversation was profiled.
    """
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        command = [sys.executable, "-m", __name__, str(made.path), folder]
        filled = Filled(**orjson.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    if filled.profiled != made.planned.conversations:
        raise RuntimeError(f"{filled.profiled} of {made.planned.conversations} conversations were profiled")
    return filled


def _fill_here(store: Path, folder: Path) -> Filled:
    folders: dict[str, Any] = {name: folder / name for name in ("template_dir", "cache_dir", "data_dir", "state_dir")}
    with Workspace.open(Settings(sources=(store,), **folders)) as workspace:
        start = perf_counter()
        report = workspace.refresh()
        seconds = perf_counter() - start
    return Filled(report.profiled, seconds, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN))


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss * _KILOBYTE


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asdict(_fill_here(Path(sys.argv[1]), Path(sys.argv[2])))))
