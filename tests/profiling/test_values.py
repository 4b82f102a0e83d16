"""Values in results: what is no sound JSON is read as far as it goes, and can be written down afterwards."""

from __future__ import annotations

import orjson
import pytest

from tests.conversations import Talk
from warmtui.profiling.profiler import analyze
from warmtui.profiling.values import decode, unescape


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"error": "bad char \ud83d"}', {"error": "bad char �"}),
        (r'{"error": "\ud83d\ude00 \\ud83d \udc00"}', {"error": "😀 \\ud83d �"}),
        (r'{"error": "\ud83d"}' + "\n\n[Hint: look]", {"error": "�"}),
        (r'{"error": "cut off \ud83d', {"error": "cut off �"}),
        (r"{'error': '\ud83d\ude00 \ud83d \U0000d83d'}", {"error": "😀 � �"}),
    ],
)
def test_a_lone_surrogate_is_read_as_a_replacement_character(text: str, value: object) -> None:
    assert decode(text)[0] == value


def test_a_quoted_string_holds_no_lone_surrogate_either() -> None:
    assert unescape(r"é \ud83d\ude00 \ud83d") == "é 😀 �"


@pytest.mark.parametrize("result", [r'{"error": "bad char \ud83d"}', r"{'error': 'bad char \ud83d'}"])
def test_an_analysis_of_such_a_result_can_be_written_as_json(result: str) -> None:
    talk = Talk().ask("go").call("patch", {"path": "a"}, result).call("patch", {"path": "a"}, result).end()
    assert "bad char" in orjson.dumps(analyze(talk).to_dict()).decode()
