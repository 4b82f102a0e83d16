"""The pictures of the README show what the app draws today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.draw import FOLDER, PICTURES, draw


@pytest.mark.long
@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_what_the_app_draws(name: str, tmp_path: Path) -> None:
    drawn = await draw(name, tmp_path)
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == drawn, "run python -m tests.tui.draw"
