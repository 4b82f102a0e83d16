"""Where the tests find real stores and a real Hermes; without them they skip and say why."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.command_line import Warmtui


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a home of its own: nothing of the person's who runs it is read or written."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("WARMTUI_", "HERMES_", "XDG_"))]:
        if not name.startswith("WARMTUI_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def warmtui(tmp_path: Path) -> Warmtui:
    """The command line, in a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    return Warmtui(home)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with real stores and sessions that WARMTUI_TEST_DATA names."""
    named = os.environ.get("WARMTUI_TEST_DATA")
    if not named:
        pytest.skip("needs the folder of real sessions: set WARMTUI_TEST_DATA")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"needs the folder of real sessions: {folder}, from WARMTUI_TEST_DATA, is no folder")
    return folder


@pytest.fixture(scope="session")
def kinds_dir(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of the three stores that hold one session of each kind of trouble."""
    folder = tmp_path_factory.mktemp("kinds")
    for source in (data_dir / "hermes").glob("kinds-*.db"):
        shutil.copy(source, folder / source.name)
    return folder


@pytest.fixture(scope="session")
def airline_db(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of 200 real sessions, unpacked into a folder of its own."""
    target = tmp_path_factory.mktemp("airline") / "state.db"
    with gzip.open(data_dir / "hermes" / "airline-0.19.db.gz") as packed, target.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    return target


@pytest.fixture(scope="session")
def hermes_python() -> str:
    """The Python of an installation that has hermes-agent 0.19.0 and warmtui."""
    python = os.environ.get("WARMTUI_TEST_HERMES")
    if not python:
        pytest.skip("needs a Python with hermes-agent==0.19.0 and warmtui: set WARMTUI_TEST_HERMES")
    probe = subprocess.run([python, "-c", "import hermes_state, warmtui"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"WARMTUI_TEST_HERMES={python} cannot import hermes_state and warmtui: {probe.stderr[-200:]}")
    return python


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted, all of them together: the properties they recorded as ``count: what``."""
    counts: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "teardown":
                counts.update({name: value for name, value in report.user_properties if name.startswith("count: ")})
    for name, number in counts.items():
        terminalreporter.write_line(f"{name.removeprefix('count: ')}: {number:,}")
