"""Every transcript format there is a reader for, and which of them a file is of."""

from __future__ import annotations

from pathlib import Path

from warmtui.sessions.formats import atif, chat, claude_code, codex, hermes_export, sharegpt, swe_agent
from warmtui.sessions.formats.transcript import TranscriptFormat

# A line a format. The first that matches reads a file: those that ask more of it stand before those that ask less.
FORMATS: tuple[TranscriptFormat, ...] = (
    claude_code,
    codex,
    atif,
    swe_agent,
    sharegpt,
    hermes_export,
    chat,
)


def format_of(path: Path) -> TranscriptFormat | None:
    """Return the format of a file by what it says of itself, or None.

    Raises:
        OSError: it cannot be read.
    """
    return next((each for each in FORMATS if each.matches(path)), None)
