"""The log: a file in the state directory, made when there is something to say."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
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
    logger.addHandler(_handler(log_path(state_dir)))


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return logging.NullHandler()
    handler = RotatingFileHandler(
        path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="replace", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
