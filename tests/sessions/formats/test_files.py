"""Transcript files as JSON values: packed, cut, damaged, odd in their encoding, or still being written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.sessions.formats.files import Flaw, Value, head, is_sqlite, values
from warmtui.sessions.formats.known import FORMATS, format_of

LINES = b'{"a": 1}\n\n{"a": 2}\n'


def data_of(path: Path) -> list[object]:
    return [each.data if isinstance(each, Value) else str(each) for each in values(path)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (LINES, [{"a": 1}, {"a": 2}]),
        (gzip.compress(LINES, mtime=0), [{"a": 1}, {"a": 2}]),
        (b"\xef\xbb\xbf" + LINES, [{"a": 1}, {"a": 2}]),
        (LINES.replace(b"\n", b"\r\n"), [{"a": 1}, {"a": 2}]),
        (b'{\n "a": [1,\n 2]\n}\n', [{"a": [1, 2]}]),
        (b'\xef\xbb\xbf[\n {"a": 1}\n]', [[{"a": 1}]]),
        (b'{"a": 1}', [{"a": 1}]),
        (b'{"a": "\xff"}\n', [{"a": "�"}]),
        (b'{"a": "\\ud800"}\n', [{"a": "�"}]),
        (b'{"a": 1}\nbroken\n{"a": 2}\n', [{"a": 1}, "line 2: no JSON", {"a": 2}]),
        (b'{broken\n{"a": 2}\n', ["line 1: no JSON", {"a": 2}]),
        (b'{"a": 1}\n{"a": 2, "b', [{"a": 1}]),
        (b"", ["empty (0 bytes)"]),
        (b"words\n", ["no JSON"]),
        (b"{broken", []),
        (b"\x1f\x8b\x08 damaged", ["a packed file that is damaged, or holds nothing"]),
    ],
)
def test_every_sound_value_is_read_and_the_rest_is_named(tmp_path: Path, content: bytes, found: list[object]) -> None:
    assert data_of(written(tmp_path, content)) == found


def test_a_packed_file_that_is_cut_gives_what_came_before(tmp_path: Path) -> None:
    rows = [{"number": number, "text": f"{number * 7919:x}" * 9} for number in range(500)]
    packed = gzip.compress(b"\n".join(map(orjson.dumps, rows)))
    found = list(values(written(tmp_path, packed[: len(packed) // 2])))
    assert isinstance(found[-1], Flaw)
    assert "cut off" in str(found[-1])
    assert [each.data for each in found[:-1] if isinstance(each, Value)] == rows[: len(found) - 1]
    assert len(found) > 100


def test_the_head_follows_a_file_that_changes(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"a": 1}\n')
    assert head(path).records == ({"a": 1},)
    path.write_bytes(b'{"a": 22}\n')
    assert head(path).records == ({"a": 22},)


def test_a_line_has_a_mark_of_its_own_and_a_document_has_none(tmp_path: Path) -> None:
    first, second = (each.mark for each in values(written(tmp_path, LINES)) if isinstance(each, Value))
    assert first
    assert first != second
    (whole,) = values(written(tmp_path, b"[\n1]"))
    assert isinstance(whole, Value)
    assert whole.mark == ""


def test_a_database_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_sqlite(written(tmp_path, b"SQLite format 3\x00rest"))
    assert not is_sqlite(written(tmp_path, LINES))
    assert not is_sqlite(tmp_path / "gone")


def test_every_format_has_a_name_of_its_own() -> None:
    names = [each.NAME for each in FORMATS]
    assert len(set(names)) == len(names)


_KEYS = st.sampled_from(
    "type payload message messages role content tool_calls tool_call_id id uuid parentUuid sessionId session_id "
    "timestamp steps schema_version source observation results conversations from value history trajectory "
    "loglines isSidechain agentId attachment items session call_id name arguments output segments started_at "
    "parent_session_id end_reason".split()
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=8), inner, max_size=6),
    max_leaves=20,
)
_TYPES = st.sampled_from(
    "user assistant system tool summary session_meta response_item event_msg compacted function_call "
    "function_call_output message custom_tool_call tool_use tool_result text ATIF-v1.7 human gpt".split()
)


@given(st.lists(st.dictionaries(_KEYS, _JSON | _TYPES, max_size=9), max_size=6), st.booleans())
def test_any_json_at_all_is_read_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, records: list[object], as_document: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.jsonl"
    path.write_text(json.dumps(records) if as_document else "\n".join(map(json.dumps, records)))
    for each in FORMATS:
        each.matches(path)
    found = format_of(path)
    if found is not None:
        list(found.read(path))


@given(st.binary(max_size=400), st.sampled_from([b"", b"{", b"[", b"\x1f\x8b\x08"]))
def test_any_bytes_at_all_are_of_a_format_or_of_none(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any"
    path.write_bytes(start + content)
    list(values(path))
    format_of(path)
