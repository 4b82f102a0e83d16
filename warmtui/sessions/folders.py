"""The files of a folder that may hold sessions, in an order that is the same every time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

# What other programs keep there holds no sessions, and can be a great many files.
_PASSED_OVER = frozenset({".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"})


def files_below(path: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield the files of a folder and of all folders in it, by name; of a file only itself.

    Links to folders are not followed, so that a loop of them has an end; links to files are.

    Args:
        path: the folder, or a file.
        refused: called for each folder that cannot be looked into; it is passed over.
    """
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        for name in sorted(files):
            file = Path(folder) / name
            if file.is_file():
                yield file
