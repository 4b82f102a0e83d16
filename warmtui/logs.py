"""The log: a file in the state directory, made when there is something to say."""

from __future__ import annotations

import logging
from pathlib import Path

_LARGEST = 1_000_000  # bytes before a new file is begun; one older one is kept


def log_path(state_dir: Path) -> Path:
    """Return where the log lies, whether or not it is there yet."""
    return state_dir / "warmtui.log"


def start_logging(state_dir: Path) -> None:
    """Send warnings and worse of this package to the log; without a place to write, nowhere.

    Args:
        state_dir: the folder for it, made for its owner alone where it is missing.
    """
    logger = logging.getLogger("warmtui")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    # Nothing of it goes to stderr: the app draws there, and a command prints there for people.
    logger.propagate = False
    logging.raiseExceptions = False
    logger.addHandler(_WhenNeeded(log_path(state_dir)))


def write_line(state_dir: Path, name: str, said: str) -> None:
    """Add one warning to the log, from within a program that has logging of its own and may have switched it off.

    Where it cannot be written, nothing is: a host's terminal is not ours to complain in.

    Args:
        state_dir: the folder for it, made for its owner alone where it is missing.
        name: who says it.
        said: one line.
    """
    handler = _handler(log_path(state_dir))
    handler.handleError = _ignore  # type: ignore[method-assign]
    handler.handle(logging.LogRecord(name, logging.WARNING, "", 0, said, None, None))
    handler.close()


def _ignore(record: logging.LogRecord) -> None:
    """Let a record go that cannot be written."""


class _WhenNeeded(logging.Handler):
    """Makes what writes the file when there is something to say: few commands ever say anything."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._writing: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._writing is None:
            self._writing = _handler(self._path)
        self._writing.handle(record)

    def close(self) -> None:
        if self._writing is not None:
            self._writing.close()
        super().close()


def _handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler  # brings sockets and pickles with it

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return logging.NullHandler()
    handler = RotatingFileHandler(
        path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="replace", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
