"""Real workspaces over real stores, and an app that a test drives by its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import textual.app
import textual.pilot

from tests.tui.driving import NOW
from tests.tui.hostile import poison
from warmtui.config import Settings
from warmtui.demo import create_demo_store
from warmtui.templates.manager import TemplateManager
from warmtui.tui import delays
from warmtui.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody types here: what waits for the last key waits no longer than it must.

    The pilot waits 40 ms and more after each key for the processor to be idle; `settle` looks at what is under
    way instead.
    """
    for delay in ("PREVIEW", "FILTER", "LOOK"):
        monkeypatch.setattr(delays, delay, 0.01)
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", _give_way)


async def _give_way(*_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store, made once."""
    return create_demo_store(tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture(scope="session")
def ready_catalog(demo_db: Path, hostile_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog that knows the demo store and the hostile one, profiled once."""
    folder = tmp_path_factory.mktemp("ready")
    with Workspace.open(Settings(sources=(demo_db, hostile_db), cache_dir=folder)) as workspace:
        workspace.refresh()
    return folder / "catalog.db"


@pytest.fixture
def make_workspace(tmp_path: Path, ready_catalog: Path) -> Iterator[MakeWorkspace]:
    """Opens workspaces over given sources; everything they write lies in the test's own folder."""
    opened: list[Workspace] = []
    (tmp_path / "cache_dir").mkdir()
    copyfile(ready_catalog, tmp_path / "cache_dir" / "catalog.db")

    def make(*sources: Path, **settings: Any) -> Workspace:
        folders = {name: tmp_path / name for name in ("template_dir", "cache_dir", "data_dir", "state_dir")}
        workspace = Workspace.open(Settings(**{**folders, "sources": sources, **settings}))
        workspace.manager = TemplateManager(
            workspace.settings.template_dir, clock=lambda: datetime.fromtimestamp(NOW, UTC)
        )
        opened.append(workspace)
        return workspace

    yield make
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="session")
def hostile_db(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store with hostile text wherever a session can hold text."""
    folder = tmp_path_factory.mktemp("made") / "hostile"
    folder.mkdir()
    return poison(demo_db, folder / "state.db")


@pytest.fixture
def demo(make_workspace: MakeWorkspace, demo_db: Path) -> Workspace:
    """A workspace over the demo store."""
    return make_workspace(demo_db)
