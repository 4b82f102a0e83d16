"""Damage to a file and to the values in it: what crashes, full disks and other programs leave behind."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from typing import Any

VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, 1e308, 10**30, -(10**400), "", "x", "user", "assistant", "\x00", "\ud800"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", [], {}, [[]], [None], ["a"], [{}], {"": {}}),
    *({"type": "text"}, {"type": []}, [{"type": {}}], [{"type": "tool_use", "name": None, "id": []}]),
]
_BYTES = [b"\x00", b"\n", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"]", b'"', b"\\"]


def places(value: Any) -> Iterable[tuple[Any, Any]]:
    """Yield every place in a value: what it lies in, and its key or number there."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def swapped(records: list[Any], chance: random.Random) -> list[Any]:
    """Put values of other kinds in random places."""
    records = json.loads(json.dumps(records))
    spots = list(places(records))
    for container, key in chance.sample(spots, min(len(spots), chance.choice([1, 1, 2, 9]))):
        container[key] = chance.choice(VALUES)
    return records


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Flip a bit, cut the file, put bytes into it, or mix up its lines."""
    at = chance.randrange(len(data))
    rows = data.splitlines(keepends=True)
    match chance.randrange(5):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + chance.choice(_BYTES) + data[at:]
        case 3:
            chance.shuffle(rows)
            return b"".join(rows)
        case _:
            return b"".join(row * chance.choice([0, 1, 1, 2]) for row in rows)
