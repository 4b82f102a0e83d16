"""What several tests of reading stand on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="warmtui-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
