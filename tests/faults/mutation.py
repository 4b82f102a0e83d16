"""Damage to transcripts: values of other kinds, ids that point elsewhere, broken text, packed files that are cut."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.sessions.formats.damage import damaged, places, swapped

_DEEP = json.loads("[" * 300 + "]" * 300)
_ODD: list[Any] = [
    *(
        _DEEP,
        {"text": _DEEP},
        ["x"] * 2_000,
        "x" * 20_000,
        "\x00" * 20,
        "\x1b]0;x\x07",
        "\ud800\udfff",
        "\u202ea\u200f",
    ),
    *(10**400, -(10**30), 1e308, float("nan"), float("inf"), -0.0, 2**63, "9" * 400, "1e999"),
    *("\x00json:" + "[" * 2_000, "\x00json:{", '{"error": ' * 400, '"' * 999, "Exit code: " + "9" * 5_000, "/" * 3_000),
    *({"type": "text", "text": None}, {"error": {"error": {"error": []}}}, [{"type": "tool_result", "content": {}}]),
]
# What stands in text and in no value: keys twice, values that only some parsers take, bytes that are no UTF-8.
_SPLICES = [
    b'"role":null,"role":"tool",',
    b'"id":1,"id":[],',
    b'"content":{},"content":"x",',
    b'"":NaN,',
    b'"x":-Infinity,',
    b'"x":1e99999,',
    b'"x":' + b"9" * 5_000 + b",",
    b'"x":' + b"[" * 5_000,
    b'"x":"\\ud800",',
    b'"x":"\xc3\x28\xed\xa0\x80\xf5",',
    b'"x":"\x00\x00",',
    b'"\\u0000":"\\u0000",',
]


def mutate(records: list[Any], chance: random.Random, *, alone: bool = False) -> bytes:
    """Return a file of `records` to which one to three things have happened.

    Args:
        records: what the sound file holds.
        chance: what is drawn from.
        alone: the format is one document, and never a list of them.
    """
    for _ in range(chance.choice([0, 1, 1, 2])):
        records = chance.choice(_OF_VALUES)(records, chance)
    data = _written(records, chance, alone)
    for _ in range(chance.choice([0, 0, 1, 2])):
        data = chance.choice(_OF_BYTES)(data, chance) if data else data
    return data


def _written(records: list[Any], chance: random.Random, alone: bool) -> bytes:
    if chance.random() < 0.6 or not records:
        return b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return json.dumps(records[0] if alone else records, indent=chance.choice([None, 1])).encode()


def _odd(records: list[Any], chance: random.Random) -> list[Any]:
    """Put values there that no program writes."""
    return _changed(records, chance, lambda _: chance.choice(_ODD))


def _pointed_elsewhere(records: list[Any], chance: random.Random) -> list[Any]:
    """Put a value in the place of another one: ids that are not there, that stand twice, that go in a loop."""

    def another(spots: list[tuple[Any, Any]]) -> Any:
        container, key = chance.choice(spots)
        return container[key] if isinstance(container[key], str | int) else str(key)

    return _changed(records, chance, another)


def _without(records: list[Any], chance: random.Random) -> list[Any]:
    records = json.loads(json.dumps(records))
    for container, key in chance.sample(list(places(records)), 1) if records else ():
        del container[key]
    return records


def _mixed_up(records: list[Any], chance: random.Random) -> list[Any]:
    """Records in another order, twice, or not at all."""
    return [record for record in chance.sample(records, len(records)) for _ in range(chance.choice([0, 1, 1, 1, 2]))]


def _changed(records: list[Any], chance: random.Random, value: Callable[[list[tuple[Any, Any]]], Any]) -> list[Any]:
    records = json.loads(json.dumps(records))
    spots = list(places(records))
    for container, key in chance.sample(spots, min(len(spots), chance.choice([1, 1, 2, 6]))):
        container[key] = value(spots)
    return records


def _spliced(data: bytes, chance: random.Random) -> bytes:
    opened = [at for at, byte in enumerate(data) if byte == ord("{")]
    if not opened:
        return data
    at = chance.choice(opened) + 1
    return data[:at] + chance.choice(_SPLICES) + data[at:]


def _packed(data: bytes, chance: random.Random) -> bytes:
    """Pack a file, and then let it be cut, damaged, or followed by another one."""
    packed = gzip.compress(data, mtime=0)
    at = chance.randrange(len(packed))
    return chance.choice([
        packed,
        packed[:at],
        packed[:at] + bytes([packed[at] ^ 1 << chance.randrange(8)]) + packed[at + 1 :],
        packed + packed[:at],
        packed + data[:at],
        gzip.compress(packed, mtime=0),
    ])  # fmt: skip


def _recoded(data: bytes, chance: random.Random) -> bytes:
    return chance.choice([
        b"\xef\xbb\xbf" + data,
        data.replace(b"\n", b"\r\n"),
        data.decode("utf-8", "replace").encode("utf-16"),
        b"\n" * 300 + data,
        data.rstrip(b"\n"),
        data.replace(b"a", b"\xff"),
        b"",
    ])  # fmt: skip


def _flipped(data: bytes, chance: random.Random) -> bytes:
    return bytes(_each_flipped(data, chance))


def _each_flipped(data: bytes, chance: random.Random) -> Iterator[int]:
    hit = {chance.randrange(len(data)) for _ in range(chance.choice([1, 4, 40]))}
    return (byte ^ 1 << chance.randrange(8) if at in hit else byte for at, byte in enumerate(data))


_OF_VALUES = (swapped, _odd, _pointed_elsewhere, _without, _mixed_up)
_OF_BYTES = (damaged, damaged, _spliced, _spliced, _packed, _recoded, _flipped)
