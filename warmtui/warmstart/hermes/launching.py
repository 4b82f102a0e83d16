"""Running a command whose sessions begin warm: the terminal is its own, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from warmtui.templates.files import make_private
from warmtui.warmstart.hermes.homes import VARIABLE

_FOLDER = "prefills"


@contextmanager
def private_prefill(state_dir: Path, data: bytes) -> Iterator[Path]:
    """Give a prefill file that only its owner can read, and take it away at the end.

    What runs that were killed have left is taken away first.

    Raises:
        OSError: it cannot be written.
    """
    folder = state_dir / _FOLDER
    make_private(folder)
    _sweep(folder)
    handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=".json", dir=folder)
    path = Path(name).absolute()  # Hermes takes a relative one from its home
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        yield path
    finally:
        path.unlink(missing_ok=True)


def run(command: Sequence[str], env: Mapping[str, str], prefill: Path) -> int:
    """Run a command to its end as if it had taken our place, and return its exit code.

    The terminal's keys reach it directly, and signals sent to us are handed on. A command that a signal ended
    gives 128 + the signal's number, as a shell has it.

    Args:
        command: the program and its arguments.
        env: its environment, without the prefill.
        prefill: the file it is told of.

    Raises:
        OSError: it cannot be started.
    """
    early: list[int] = []
    with _handlers(early.append):
        process = subprocess.Popen(list(command), env={**env, VARIABLE: str(prefill)})
        with _handlers(process.send_signal):
            for number in early:
                process.send_signal(number)
            code = process.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _handlers(hand_on: Callable[[int], object]) -> Iterator[None]:
    """Hand signals on; there are handlers before there is a command, or one that comes in between ends us alone."""

    def take(number: int, _: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            hand_on(number)

    def leave_to_it(_: int, __: FrameType | None) -> None:
        """The terminal sends its keys' signals to the command as well: what they mean is the command's business."""

    handlers = {signal.SIGINT: leave_to_it, signal.SIGTERM: take}
    if os.name == "posix":
        handlers |= {signal.SIGQUIT: leave_to_it, signal.SIGHUP: take}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sweep(folder: Path) -> None:
    if os.name != "posix":
        return
    for path in folder.glob("*-*.json"):
        owner = path.name.partition("-")[0]
        if owner.isdecimal() and not _is_running(int(owner)):
            path.unlink(missing_ok=True)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
