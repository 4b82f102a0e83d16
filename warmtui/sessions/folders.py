"""The files of a folder that may hold sessions, in an order that is the same every time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

# What other programs keep there holds no sessions, and can be a great many files; what tools of Claude Code brought
# back lies beside its transcripts, and may be anything: a transcript that somebody looked at, too.
_PASSED_OVER = frozenset({".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules", "tool-results"})


def files_below(path: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield the files of a folder and of all folders in it, by name; of a file only itself.

    Links to folders are not followed, so that a loop of them has an end; links to files are.

    Args:
        path: the folder, or a file.
        refused: called for each folder that cannot be looked into, and for each file that cannot be looked at; it is
            passed over.
    """
    if not is_folder(path):
        yield path
        return
    for folder, folders, files in os.walk(path, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        for name in sorted(files):
            file = Path(folder) / name
            try:
                is_file = file.is_file()
            except OSError as error:  # a folder that may be listed, and no more
                if refused is not None:
                    refused(error)
                continue
            if is_file:
                yield file


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; False where it may not be looked at, which opening it explains."""
    try:
        return path.is_dir()
    except OSError:
        return False
