"""What a process and its children do to files and sockets, as the kernel saw it: strace, read line by line."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

# Everything that can change a file, a folder or what is known of them, or speak to somebody.
_CALLS = (
    "open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,mkdir,"
    "mkdirat,mknod,mknodat,truncate,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utime,utimes,"
    "write,pwrite64,writev,pwritev,pwritev2,utimensat,futimesat,setxattr,fsetxattr,lsetxattr,removexattr,socket,connect,bind,sendto,mount,umount2"
)
_WRITING = re.compile(r"\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b")
_SOCKET = re.compile(r"\bsocket\((\w+)")
_CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (?!\?)(.+)$")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPENED = re.compile(r"<((?:[^<>\\]|\\.)*)>")
_OPENING = frozenset({"open", "openat", "openat2"})
_LOCAL = frozenset({"AF_UNIX", "AF_LOCAL"})
_FILLING = frozenset({"write", "pwrite64", "writev", "pwritev", "pwritev2"})
# SQLite opens the WAL of a store it may only read for writing as well; as root it sees to the owner that it has.
_OPENING_A_WAL = frozenset({*_OPENING, "fchown"})
_SPEAKING = frozenset({"socket", "connect", "bind", "sendto"})


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen.

    Attributes:
        code, out, err: how the command ended, and what it printed; out and err are empty where it had a terminal.
        lines: the calls, one a line, as strace writes them.
    """

    code: int
    out: str
    err: str
    lines: tuple[str, ...]

    def opened(self, folder: Path) -> set[str]:
        """Return the files below `folder` that were opened, for whatever it was."""
        found = (
            path for line in self.lines if (call := _CALL.match(line)) and call[1] in _OPENING for path in _paths(line)
        )
        return {path for path in found if Path(path).is_relative_to(folder)}

    def changes(self, place: Path, *, is_live: bool) -> list[str]:
        """Return the calls that wrote to a folder, or to a file and what lies beside it under its name, or tried to.

        Args:
            place: the folder or the file.
            is_live: a store in it is being written, or was when its program died: SQLite then keeps a ``-shm``.
        """
        return [line for line in self.lines if _may_change(line, place, is_live)]

    def sockets(self) -> list[str]:
        """Return the calls that made a socket to anything but this machine."""
        families = ((line, _SOCKET.search(line)) for line in self.lines)
        return [line for line, family in families if family is not None and family[1] not in _LOCAL]


def _may_change(line: str, place: Path, is_live: bool) -> bool:
    call = _CALL.match(line)
    if call is None or call[1] in _SPEAKING or (call[1] in _OPENING and not _WRITING.search(line)):
        return False
    paths = _OPENED.findall(line)[:1] if call[1] in _FILLING else _paths(line)
    if is_live:
        may_open = call[1] in _OPENING_A_WAL
        paths = [path for path in paths if not path.endswith("-shm") and not (may_open and path.endswith("-wal"))]
    return any(Path(path).is_relative_to(place) or path.startswith(f"{place}-") for path in paths)


def _paths(line: str) -> list[str]:
    """Return the paths a call names, and those of the descriptors it works on, which strace shows beside them."""
    named = [os.path.normpath(found.encode().decode("unicode_escape")) for found in _PATH.findall(line)]
    folders = _OPENED.findall(line)
    joined = [os.path.join(folder, name) for folder in folders for name in named if name[:1] != "/"]  # noqa: PTH118
    return [*named, *folders, *joined]


def traced(command: Sequence[str | Path], trace: Path, env: Mapping[str, str], *, before: Sequence[str] = ()) -> Trace:
    """Run a command under strace, without a terminal, and return what it and its children did.

    Args:
        command: what to run.
        trace: a file for what is seen.
        env: its environment.
        before: what comes before strace in the command line.
    """
    done = subprocess.run(
        [*before, *strace(trace), *command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=dict(env),
        timeout=300,
    )
    return read_trace(trace, done.returncode, done.stdout, done.stderr)


def strace(trace: Path) -> list[str | Path]:
    """Return the beginning of a command line that traces the rest of it."""
    return ["strace", "-f", "-q", "-y", "-s", "16", "-e", f"trace={_there()}", "-e", "signal=none", "-o", trace]


def read_trace(trace: Path, code: int = 0, out: str = "", err: str = "") -> Trace:
    """Return what lies in a trace."""
    return Trace(code, out, err, tuple(_whole_lines(trace.read_text(errors="replace"))))


def _whole_lines(text: str) -> list[str]:
    """Return each call on one line, also where another process broke into it."""
    waiting: dict[str, str] = {}
    lines: list[str] = []
    for line in text.splitlines():
        process = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            waiting[process] = line.removesuffix("<unfinished ...>").rstrip()
        elif " resumed>" in line:
            lines.append(waiting.pop(process, process) + line.split(" resumed>", 1)[1])
        else:
            lines.append(line)
    return [*lines, *(f"{line}) = 0" for line in waiting.values())]  # of those that were killed, the worst is assumed


@cache
def _there() -> str:
    """Return the calls that this machine has: not every one has the old ones, and strace refuses what is not there."""
    return ",".join(f"?{name}" for name in _CALLS.split(","))


def need_strace() -> None:
    """Skip where no process may be traced."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    probe = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"no process may be traced here: {probe.stderr.strip()[-200:]}")


def state(folder: Path, *, is_live: bool = False) -> dict[str, tuple[object, ...]]:
    """Return everything there is in a folder with its kind, mode, owner, time, and a digest of its bytes.

    Args:
        folder: the folder. When it was read last is not looked at: reading changes that.
        is_live: SQLite may keep a ``-shm`` in it, and so change its time.
    """
    places = [path for path in sorted([folder, *folder.rglob("*")]) if not (is_live and path.name.endswith("-shm"))]
    return {str(path.relative_to(folder)): _state_of(path, with_time=path != folder or not is_live) for path in places}


def _state_of(path: Path, *, with_time: bool) -> tuple[object, ...]:
    status = path.lstat()
    told = status.st_mode, status.st_uid, status.st_gid, status.st_ino, status.st_mtime_ns if with_time else 0
    if stat.S_ISREG(status.st_mode):
        return *told, hashlib.sha256(path.read_bytes()).hexdigest()
    return *told, str(path.readlink()) if path.is_symlink() else ""


def warmtui_command(*arguments: str | Path) -> list[str | Path]:
    """Return the command line of this checkout."""
    return [sys.executable, "-m", "warmtui", *arguments]
