from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.sessions.content import JSON_MARK, content_text, decode_content, parse_json, read_calls, seconds


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("plain", "plain"),
        (None, ""),
        ("", ""),
        (b"bytes \xff", "bytes \N{REPLACEMENT CHARACTER}"),
        (7, "7"),
        (JSON_MARK + '[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]', "a\nb"),
        (JSON_MARK + '[{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {}}]', "see\n[image]"),
        (JSON_MARK + '["a", "b"]', "a\nb"),
        (JSON_MARK + '{"odd": "dict"}', '{"odd": "dict"}'),
        (JSON_MARK + '{"_multimodal": true, "content": [], "text_summary": "a screen"}', "a screen"),
        (JSON_MARK + "{broken", "{broken"),
        ("\x00other", "\x00other"),
        ([{"type": "tool_result", "content": [{"type": "text", "text": "deep"}]}], "deep"),
        ([{"type": "input_audio", "data": "…"}], "[input_audio]"),
    ],
)
def test_stored_content_becomes_plain_text(stored: Any, text: str) -> None:
    assert content_text(decode_content(stored)) == text


def test_images_can_be_left_out_of_the_text() -> None:
    assert content_text([{"type": "image"}, {"type": "text", "text": "look"}], image="") == "look"


def test_a_lone_surrogate_in_json_becomes_a_replacement_character() -> None:
    decoded = decode_content(JSON_MARK + json.dumps([{"type": "text", "text": "a\ud800b"}]))
    assert content_text(decoded) == "a\N{REPLACEMENT CHARACTER}b"
    orjson.dumps(decoded)  # nothing is left that cannot be written


def test_json_that_is_nested_without_end_is_no_json_and_raises_nothing_else() -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json("[" * 100_000)
    assert content_text(decode_content(JSON_MARK + "[" * 900 + "]" * 900))


CALL = {"id": "a", "function": {"name": "terminal", "arguments": '{"command": "ls"}'}}


@pytest.mark.parametrize(
    "stored",
    [
        [CALL],
        json.dumps([CALL]),
        json.dumps(json.dumps([CALL])),
        json.dumps(CALL),
        json.dumps([{"id": "a", "name": "terminal", "arguments": '{"command": "ls"}'}]),
    ],
)
def test_calls_are_read_from_every_shape_they_are_stored_in(stored: Any) -> None:
    assert read_calls(stored) == [("a", None, "terminal", '{"command": "ls"}')]


def test_both_ids_of_a_call_are_kept() -> None:
    assert read_calls([{"id": "fc_1", "call_id": "call_1", "name": "x"}]) == [("fc_1", "call_1", "x", "")]
    assert read_calls([{"id": "same", "call_id": "same", "name": "x"}]) == [("same", None, "x", "")]
    assert read_calls([{"call_id": "only", "name": "x"}]) == [("only", None, "x", "")]


@pytest.mark.parametrize("stored", [None, "", "[]", "{broken", '"text"', "7", "[1, null, []]", '"{broken"'])
def test_calls_that_cannot_be_read_are_none(stored: Any) -> None:
    assert read_calls(stored) == []


@pytest.mark.parametrize("arguments", [{"a": 1}, "", "not json"])
def test_arguments_stay_as_they_were_written(arguments: Any) -> None:
    assert read_calls([{"name": "x", "arguments": arguments}])[0][3] == arguments


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (1780000000.5, 1780000000.5),
        (1780000000500, 1780000000.5),
        ("1780000000.5", 1780000000.5),
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T01:01:00+01:00", 60.0),
        ("1970-01-01 00:01:00", 60.0),
        ("yesterday", None),
        (None, None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_a_time_is_read_as_seconds_since_the_epoch(stored: Any, expected: float | None) -> None:
    assert seconds(stored) == expected


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_any_content_has_a_text_and_any_value_is_read_for_calls(value: Any) -> None:
    assert isinstance(content_text(decode_content(value)), str)
    assert isinstance(content_text(decode_content(JSON_MARK + json.dumps(value))), str)
    assert isinstance(read_calls(json.dumps(value)), list)
    assert isinstance(read_calls(value), list)
