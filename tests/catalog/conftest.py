"""A catalog in a folder of its own, and a store to fill it from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog.shelves import Shelf, bad, good
from tests.conversations import Talk
from warmtui.catalog.index import Catalog


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf", [bad("bad"), good("good"), Talk("talk").ask("hi").say("hi").end()])


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "cache" / "catalog.db")
    yield opened
    opened.close()
