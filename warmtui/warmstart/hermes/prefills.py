"""Prefill files of Hermes: a JSON array of messages that every call of a session begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from warmtui.errors import HomeError
from warmtui.warmstart.hermes.home_files import read_plain
from warmtui.warmstart.targets import check


def prefill_bytes(messages: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the file that holds `messages`: the same bytes for the same messages."""
    return orjson.dumps(list(messages), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_prefill(path: Path) -> list[dict[str, Any]]:
    """Read somebody's prefill file.

    Raises:
        HomeError: it cannot be read, or holds something other than an array of messages.
    """
    try:
        messages = orjson.loads(read_plain(path))
    except OSError as error:
        raise HomeError(f"the prefill {path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except orjson.JSONDecodeError as error:
        raise HomeError(f"the prefill {path} is no valid JSON: {error}") from error
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise HomeError(f"the prefill {path} holds no array of messages")
    return messages


def joined(theirs: Path, ours: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a person's own prefill with our messages behind it.

    Raises:
        HomeError: theirs cannot be read, or both together are no valid prefill.
    """
    messages = [*read_prefill(theirs), *ours]
    broken = check("hermes", messages)
    if broken:
        raise HomeError(f"the prefill {theirs} and the template together are no valid prefill: {broken[0]}")
    return messages
