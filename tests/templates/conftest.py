"""A manager whose folder is empty and whose clock moves by the hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.templates.shelf import clock
from warmtui.templates.manager import TemplateManager


@pytest.fixture
def manager(tmp_path: Path) -> TemplateManager:
    return TemplateManager(tmp_path / "templates", clock=clock())
