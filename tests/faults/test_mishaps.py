"""Full disks, forbidden folders, locks, kills, files that vanish: nothing is lost, and one sentence says why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.commands import HOME, READING, TEMPLATES, Step
from tests.faults.processes import environment, holding, make_home, ordinary
from tests.faults.traced import need_strace, warmtui_command
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate, ToolCallPattern

pytestmark = pytest.mark.long

_SESSION = "three"
_SAVING = [step for step in (*TEMPLATES, *HOME) if step.saves]
_CHANGES = frozenset({"purge", "activate", "deactivate"})
"""What is there to remove something, or to write into a file that is there."""


def _struck(fault: str) -> list[str]:
    """Return the beginning of a command line under which the kernel answers some calls with a fault, or a signal."""
    return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject={fault}"]


_RENAMES = "rename,renameat,renameat2"
_STRIKES = {
    "no space at the end of a write": _struck("fsync,fdatasync:error=ENOSPC:when=1+"),
    "files that may not grow": ["prlimit", "--fsize=600"],
    "a rename that is refused": _struck(f"{_RENAMES}:error=EACCES:when=1+"),
    "a disk that fails": _struck("fsync,fdatasync:error=EIO:when=2+"),
    "a kill before the first rename": _struck(f"{_RENAMES}:signal=KILL:when=1"),
    "a kill before the second rename": _struck(f"{_RENAMES}:signal=KILL:when=2"),
    "a kill in a write": _struck("fsync,fdatasync:signal=KILL:when=1"),
    "an end in a write": _struck("fsync,fdatasync:signal=TERM:when=2"),
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Hermes home, and what is the person's own: two templates, one with two versions, and a bundle."""
    folder = tmp_path_factory.mktemp("ready")
    make_home(folder / "hermes")
    own = folder / "own"
    for line in (
        *(step.line for step in READING),
        "create-template {session} --name second",
        "create-template {session} one --name third",
        "export first --target bundle -o {own}/bundle.json",
        "delete third",
    ):
        ran = _run(Step(line), folder)
        assert ran.returncode == 0, ran.stderr
    assert list((own / "template").glob("*.json"))
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    """A copy of it for a test of its own."""
    return Path(shutil.copytree(ready, tmp_path / "copy"))


def _run(step: Step, folder: Path, *, before: Sequence[str] = (), **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command on what lies in `folder`."""
    own, home = folder / "own", folder / "hermes"
    hermes = folder / "bin" / "hermes"
    if not hermes.exists():
        hermes.parent.mkdir()
        hermes.write_text("#!/bin/sh\nexit 0\n")
        hermes.chmod(0o755)
    path = f"{hermes.parent}{os.pathsep}{os.environ['PATH']}"
    flags: list[str | Path] = [] if step.name in ("demo", "schema") else ["--source", home]
    return subprocess.run(
        [*before, *warmtui_command(*flags, *step.arguments(_SESSION, own))],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=environment(own, HERMES_HOME=str(home), PATH=path, **more),
        timeout=300,
    )


def _is_told(ran: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence a command that could not do its work ended with."""
    assert ran.returncode == 1, ran.stderr
    lines = ran.stderr.strip().splitlines()
    assert lines and all(line.startswith("warmtui: ") for line in lines), ran.stderr
    assert len(lines[-1]) < 600
    return lines[-1]


def _kept(folder: Path) -> Counter[bytes]:
    """Return what all files of the person's hold: templates with their versions and the trash, bundles, the home."""
    own, home = folder / "own", folder / "hermes"
    files = [path for path in (own / "template").rglob("*.json") if not path.name.endswith(".tmp")]
    files += [own / "bundle.json", home / "state.db", *home.glob("config.yaml")]
    return Counter(path.read_bytes() for path in files if path.is_file())


def _is_whole(folder: Path) -> None:
    """Check that every file is whole, and that nothing that was there before is broken or gone."""
    templates = folder / "own" / "template"
    for path in templates.rglob("*.json"):
        json.loads(path.read_bytes())
    found = TemplateManager(templates).list_templates()
    assert "first" in {one.template_id for one in found}
    assert all(one.broken is None for one in found)


@pytest.mark.parametrize("strike", _STRIKES)
@pytest.mark.parametrize("step", _SAVING, ids=lambda step: step.line)
def test_what_is_struck_while_it_saves_loses_nothing(folder: Path, step: Step, strike: str) -> None:
    need_strace()
    if step.name == "undelete":
        assert _run(Step("delete second"), folder).returncode == 0
    if step.name == "deactivate":
        assert _run(Step("activate first"), folder).returncode == 0
    before = _kept(folder)
    ran = _run(step, folder, before=_STRIKES[strike])
    assert "Traceback" not in ran.stderr
    if ran.returncode > 0:
        _is_told(ran)
    assert step.name in _CHANGES or before <= _kept(folder)
    _is_whole(folder)


_READING_STRIKES = {
    "it vanishes": "openat:error=ENOENT:when=2+",
    "it vanishes late": "openat:error=ENOENT:when=5+",
    "it is forbidden": "openat:error=EACCES:when=1+",
    "its disk fails": "read,pread64:error=EIO:when=3+",
    "its disk fails at once": "read,pread64:error=EIO:when=1+",
    "no handle is left": "openat:error=EMFILE:when=2+",
}


@pytest.mark.parametrize("strike", _READING_STRIKES)
@pytest.mark.parametrize("step", READING, ids=lambda step: step.name)
def test_a_source_that_fails_while_it_is_read_is_one_sentence(folder: Path, step: Step, strike: str) -> None:
    need_strace()
    store = folder / "hermes" / "state.db"
    ran = _run(step, folder, before=[*_struck(_READING_STRIKES[strike]), "-P", str(store)])
    assert "Traceback" not in ran.stderr
    if ran.returncode:
        assert str(store) in _is_told(ran)
    else:
        assert ran.stdout
    _is_whole(folder)


@contextmanager
def _small_disk(place: Path, size: str) -> Iterator[None]:
    """Let a folder be a disk of its own."""
    place.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()[-200:]}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_on_a_disk_that_takes_nothing_more_all_that_was_there_stays(ready: Path, tmp_path: Path, how: str) -> None:
    shutil.copytree(ready / "hermes", tmp_path / "hermes")
    with _small_disk(tmp_path / "own", "2m"):
        shutil.copytree(ready / "own", tmp_path / "own", dirs_exist_ok=True)
        if how == "full":
            _fill_up(tmp_path / "own" / "ballast")
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "own")], check=True)
        before = _kept(tmp_path)
        for step in _SAVING:
            if step in HOME or step.name in _CHANGES:
                continue
            ran = _run(step, tmp_path)
            assert "Traceback" not in ran.stderr
            if ran.returncode:
                _is_told(ran)
            assert before <= _kept(tmp_path)
        told = _is_told(_run(Step("create-template {session} --name fourth"), tmp_path))
        assert str(tmp_path / "own" / "template") in told
        for step in READING[:2]:
            assert _run(step, tmp_path).returncode == 0
        _is_whole(tmp_path)
        assert not list((tmp_path / "own").rglob("*.tmp"))


def _fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for piece in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * piece)
            except OSError:
                continue


def test_a_folder_that_may_not_be_written_is_one_sentence(folder: Path) -> None:
    own = folder / "own"
    for path in [own, *own.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = _kept(folder)
    told = _is_told(_run(Step("create-template {session} --name fourth"), folder, before=ordinary()))
    assert str(own / "template") in told
    assert _run(READING[0], folder, before=ordinary()).returncode == 0
    assert _kept(folder) == before


def test_a_catalog_that_another_program_keeps_locked_is_one_sentence(folder: Path) -> None:
    with holding(folder / "own" / "cache" / "catalog.db", "BEGIN EXCLUSIVE"):
        assert "catalog" in _is_told(_run(Step("create-template {session} --name fourth"), folder))
    assert _run(READING[0], folder).returncode == 0


def test_a_store_that_its_program_keeps_locked_is_one_sentence(tmp_path: Path) -> None:
    home = make_home(tmp_path / "hermes", journal="delete")
    with holding(home / "state.db", "BEGIN EXCLUSIVE"):
        told = _is_told(_run(READING[0], tmp_path))
        assert str(home / "state.db") in told
        assert "try again" in told
    assert _run(READING[0], tmp_path).returncode == 0


@pytest.mark.parametrize("step", [*READING, *TEMPLATES[:2]], ids=lambda step: step.line)
def test_whoever_stops_reading_gets_no_traceback(folder: Path, step: Step) -> None:
    command = warmtui_command("--source", folder / "hermes", *step.arguments(_SESSION, folder / "own"))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, env=environment(folder / "own")
        )
    finally:
        os.close(writing)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    _is_whole(folder)


@pytest.mark.parametrize("step", [*READING, *TEMPLATES[:2]], ids=lambda step: step.line)
def test_output_that_nobody_can_take_is_one_sentence(folder: Path, step: Step) -> None:
    command = warmtui_command("--source", folder / "hermes", *step.arguments(_SESSION, folder / "own"))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment(folder / "own")
        )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 1
    assert "space" in done.stderr.lower()


def test_a_clock_that_goes_backwards_mixes_up_no_versions(tmp_path: Path) -> None:
    times = iter(datetime(2026, 11, 20, tzinfo=UTC) - timedelta(days=day) for day in range(9))
    manager = TemplateManager(tmp_path, clock=lambda: next(times))
    first = manager.save_template(SessionTemplate(name="A", tool_patterns=(ToolCallPattern(tool_name="ls"),)))
    second = manager.save_template(first.model_copy(update={"notes": "later"}))
    assert [one.version for one in manager.versions(first.template_id)] == [first.version, second.version]
    assert manager.load_template(first.template_id) == second
    assert second.created_at == first.created_at
