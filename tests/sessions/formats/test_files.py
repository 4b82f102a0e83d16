"""Transcript files as JSON values: packed, cut, damaged, odd in their encoding, or still being written."""

from __future__ import annotations

import gzip
import json
from math import inf
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.sessions.formats import files
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
        (b" \n\n", ["nothing but white space"]),
        (b"words\n", ["no JSON"]),
        (LINES.decode().encode("utf-16"), ["text in UTF-16 or UTF-32; only UTF-8 is read"]),
        (LINES.decode().encode("utf-16-le"), ["text in UTF-16 or UTF-32; only UTF-8 is read"]),
        (LINES.decode().encode("utf-16-be"), ["text in UTF-16 or UTF-32; only UTF-8 is read"]),
        (LINES.decode().encode("utf-32-le"), ["text in UTF-16 or UTF-32; only UTF-8 is read"]),
        (b'{"a": 1}\n' + b"\0" * 50 + b'\n{"a": 2}\n', [{"a": 1}, "line 2: no JSON", {"a": 2}]),
        (b"{broken", []),
        (b"\x1f\x8b\x08 damaged", ["a packed file that is damaged, or holds nothing"]),
        (gzip.compress(b"SQLite format 3\x00 and so on", mtime=0), ["a packed database; unpack it first"]),
    ],
)
def test_every_sound_value_is_read_and_the_rest_is_named(tmp_path: Path, content: bytes, found: list[object]) -> None:
    assert data_of(written(tmp_path, content)) == found


def test_what_no_honest_program_writes_hides_nothing_else(tmp_path: Path) -> None:
    deep, long_number = b"[" * 100_000 + b"]" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}"
    odd = b"\n".join([deep, long_number, b'{"a": 1, "a": -Infinity}', b"[2]"])
    assert data_of(written(tmp_path, odd)) == ["line 1: no JSON", "line 2: no JSON", {"a": -inf}, [2]]
    for content in (b" " * 3_000_000 + b"[1]", gzip.compress(b"\n" * 30_000_000)):
        assert data_of(written(tmp_path, content))[0] in (
            "nothing but white space",
            "a packed file that is damaged, or holds nothing",
        )


def test_a_packed_file_that_is_cut_gives_what_came_before(tmp_path: Path) -> None:
    rows = [{"number": number, "text": f"{number * 7919:x}" * 9} for number in range(500)]
    packed = gzip.compress(b"\n".join(map(orjson.dumps, rows)))
    found = list(values(written(tmp_path, packed[: len(packed) // 2])))
    assert isinstance(found[-1], Flaw)
    assert "cut off" in str(found[-1])
    assert [each.data for each in found[:-1] if isinstance(each, Value)] == rows[: len(found) - 1]
    assert len(found) > 100


@pytest.mark.parametrize(
    ("name", "is_lines"), [("one.json", False), ("one.jsonl", True), ("one.JSONL.gz", True), ("one.traj", False)]
)
def test_one_value_on_one_line_is_a_document_unless_its_name_says_otherwise(
    tmp_path: Path, name: str, is_lines: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"a": 1}\n')
    assert head(path).is_lines is is_lines
    path.write_bytes(LINES)
    assert head(path).is_lines


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_that_is_too_long_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(files, "_LONGEST_LINE", 100)
    monkeypatch.setattr(files, "_LARGEST_DOCUMENT", 1_000)
    long = b'{"a": "' + b"x" * 500 + b'"}\n'
    endless = b'{"a": "' + b"x" * 5_000
    content = b'{"a": 1}\n' + long + b'{"a": 2}\n' + endless
    path = written(tmp_path, gzip.compress(content) if packed else content)
    assert data_of(path) == [
        {"a": 1},
        "line 2: longer than 0 MB",
        {"a": 2},
        "line 4: longer than 0 MB",
        "after line 4: the rest is left out, because that line does not end",
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_that_holds_too_many_values_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(files, "_MOST_VALUES", 40)
    content = b'{"a": 1}\n[' + b'{"a":1},' * 40 + b'0]\n{"a": 2}\n'
    path = written(tmp_path, gzip.compress(content) if packed else content)
    assert data_of(path) == [{"a": 1}, "line 2: holds more than 20 million values", {"a": 2}]


@pytest.mark.parametrize("content", [b'[{"a":1},' * 40 + b"0]", b"[\n" + b'{"a":1},\n' * 40 + b"0]\n"])
def test_a_document_that_holds_too_many_values_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(files, "_MOST_VALUES", 40)
    assert data_of(written(tmp_path, content)) == ["holds more than 20 million values"]


def test_a_document_that_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LARGEST_DOCUMENT", 20)
    assert data_of(written(tmp_path, b'[\n"' + b"a" * 20 + b'"\n]')) == ["larger than 1024 MB"]


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
