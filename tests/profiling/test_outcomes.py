"""What a result says: labelled cases, real sessions, and anything at all."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validity import outcomes as validity
from warmtui.profiling.outcomes import Outcome, classify, classify_outcome
from warmtui.profiling.results import error_line, parse_result


def test_every_labelled_result_of_the_data_folder_is_judged_right(data_dir: Path) -> None:
    cases = validity.load(data_dir / "outcomes" / "cases.jsonl")
    assert [case.place for case in cases if case.judged is not case.outcome] == []


def test_our_own_labelled_results_are_judged_with_at_least_97_percent_precision_and_recall() -> None:
    cases = validity.load(validity.OWN_CASES)
    pairs = [(case.outcome, case.judged) for case in cases]
    assert len(pairs) >= 150
    for positive in (validity.NOT_OK, validity.ERRORS):
        assert (validity.precision(pairs, positive).value or 0) >= 0.97
        assert (validity.recall(pairs, positive).value or 0) >= 0.97
    assert sum(label is judged for label, judged in pairs) / len(pairs) >= 0.97


def test_our_own_labelled_results_know_every_outcome_and_say_where_they_come_from() -> None:
    rows = [orjson.loads(line) for line in validity.OWN_CASES.read_bytes().splitlines()]
    assert {row["outcome"] for row in rows} == set(Outcome)
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ('{"build": {"status": "failed", "number": 3}}', Outcome.OK),
        ('{"build": {"status": "failed", "reason": "no such branch"}}', Outcome.FAILED),
        ('{"build": {"status": "failed", "error": "no such branch"}}', Outcome.FAILED),
        ('{"result": {"status": "failed"}}', Outcome.FAILED),
    ],
)
def test_the_state_of_a_thing_that_was_asked_for_is_not_the_calls(result: str, outcome: Outcome) -> None:
    assert classify_outcome("get_build", {"id": 3}, result) is outcome


def test_the_measurement_prints_precision_recall_and_the_confusion_table() -> None:
    text = validity.report([validity.OWN_CASES])
    assert "not ok: precision" in text
    assert "not ok: recall" in text
    assert "label ↓  judged →" in text


def _calls(path: Path) -> list[tuple[str, Any, str]]:
    """The tool, arguments and result of every call in a file of chat sessions."""
    found = []
    with gzip.open(path) as lines:
        for line in lines:
            asked: dict[str, dict[str, Any]] = {}
            for message in orjson.loads(line)["messages"]:
                for call in message.get("tool_calls") or []:
                    asked[call["id"]] = call["function"]
                if message["role"] == "tool":
                    function = asked.get(message.get("tool_call_id"), {})
                    found.append((function.get("name", ""), function.get("arguments"), message["content"]))
    return found


def test_of_1164_real_airline_calls_those_that_begin_with_error_fail_and_no_others(data_dir: Path) -> None:
    calls = _calls(data_dir / "sessions" / "tau_bench_airline.jsonl.gz")
    judged = Counter(classify_outcome(*call) for call in calls)
    assert judged == {Outcome.OK: 1091, Outcome.FAILED: 73}
    assert all(classify_outcome(*call).is_error == call[2].startswith("Error") for call in calls)


def test_real_mcp_results_are_not_taken_for_errors_because_they_say_is_error_false(data_dir: Path) -> None:
    calls = _calls(data_dir / "sessions" / "livemcpbench.jsonl.gz")
    judged = [classify_outcome(*call) for call in calls]
    flagged = [outcome for outcome, call in zip(judged, calls, strict=True) if call[2].endswith("isError=True")]
    assert flagged
    assert all(outcome.is_error for outcome in flagged)
    assert sum(outcome.is_error for outcome in judged) / len(judged) < 0.25
    assert sum(outcome is Outcome.OK for outcome in judged) / len(judged) > 0.7


@pytest.mark.parametrize(
    ("is_error", "outcome"), [(True, Outcome.FAILED), (False, Outcome.OK), (None, Outcome.UNKNOWN)]
)
def test_an_explicit_flag_tells_even_where_the_content_was_pruned(is_error: bool | None, outcome: Outcome) -> None:
    assert classify_outcome("Read", {}, "[Old tool result content cleared]", is_error) is outcome


def test_a_flagged_program_without_an_exit_code_may_still_have_answered() -> None:
    assert classify_outcome("Bash", {"command": "grep -q x y"}, "", True) is Outcome.SIGNAL
    assert classify_outcome("Bash", {"command": "pytest"}, "1 failed, 2 passed in 0.1s", True) is Outcome.SIGNAL
    assert (
        classify_outcome("Bash", {"command": "grep x y"}, "grep: y: No such file or directory", True) is Outcome.FAILED
    )
    assert classify_outcome("Bash", {"command": "make"}, "", True) is Outcome.FAILED
    assert classify_outcome("Bash", {"command": "grep x y"}, "Action rejected by user", True) is Outcome.CANCELLED


def test_without_content_and_flag_nothing_can_be_told() -> None:
    assert classify_outcome("x", {}, None) is Outcome.UNKNOWN
    assert classify_outcome("x", {}, "") is Outcome.OK


def test_arguments_that_do_not_parse_and_an_error_that_says_so_are_rejected() -> None:
    said = "Error: Expecting ',' delimiter: line 1 column 9 (char 8)"
    assert classify_outcome("x", '{"a": 1', said) is Outcome.REJECTED
    assert classify_outcome("x", '{"a": 1}', said) is Outcome.FAILED
    assert classify_outcome("x", '{"a": 1', "Error: no such user") is Outcome.FAILED


def test_a_result_parsed_once_is_judged_as_the_content_itself() -> None:
    for case in validity.load(validity.OWN_CASES):
        parsed = parse_result(case.content)
        assert classify(case.tool, case.arguments, parsed, case.is_error) is case.judged, case.place


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("suffix", ["", "\n\n[Hint: more]", "\n\n[Tool loop warning: x; count=2; y]"])
@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ({"output": "x", "exit_code": 0, "error": None}, Outcome.OK),
        ({"output": "x", "exit_code": 3, "error": None}, Outcome.FAILED),
        ({"success": False, "error": "boom"}, Outcome.FAILED),
        ({"success": True, "data": {"failed": 0, "error": None}}, Outcome.OK),
        ({"output": "", "exit_code": -1, "error": "BLOCKED: no", "status": "blocked"}, Outcome.CANCELLED),
    ],
)
def test_wrappers_and_suffixes_change_no_outcome(
    value: dict[str, Any], outcome: Outcome, suffix: str, wrapped: bool
) -> None:
    text = orjson.dumps(value).decode()
    if wrapped:
        text = f'<untrusted_tool_result source="mcp_x">\n{text}\n</untrusted_tool_result>'
    assert classify_outcome("terminal", {"command": "./x"}, text + suffix) is outcome


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "error success status exit_code output results result content isError is_error message code errors "
                "type text data metadata guardrail stdout detail a response errorMessages __type hint "
                "exceptionDetails valid line exitCode stderr command action _meta jsonrpc".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_WORDS = (
    *"Error error: failed could not be found is The 'x' No active session must be but by user was rejected".split(),
    *(
        "\n",
        "\x1b[31m",
        "Exit code",
        "1",
        "Process exited with code 1",
        "<returncode>",
        "</returncode>",
        "[exit code:",
        "]",
    ),
    *("isError=True", "meta=None content=[", "TextContent(type='text', text='", "Result:\n", "[a for 'b'] Result:\n"),
    *("New Terminal Output:\n", "root@a:/app# ", "Traceback (most recent call last):", "ERROR", "INFO", "{", "}", "[{"),
)
_SENTENCE_LIKE = st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join)
_TOOLS = st.sampled_from(
    ["terminal", "read_file", "x", "use_mcp_tool", "check_x", "get_log", "Bash", "mcp__a__b", "apply_patch", ""]
)
_ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)  # lone surrogates too


@given(
    content=_ANY_TEXT | _JSON,
    arguments=_ANY_TEXT | st.dictionaries(st.text(max_size=9), _JSON),
    flag=st.none() | st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_content_at_all_has_an_outcome_and_a_line(content: Any, arguments: Any, flag: bool | None) -> None:
    for tool in ("terminal", "read_file", "x"):
        assert classify_outcome(tool, arguments, content, flag) in Outcome
        assert "\n" not in error_line(tool, content)


@given(
    content=_SENTENCE_LIKE | st.lists(_SENTENCE_LIKE, max_size=3) | st.dictionaries(_SENTENCE_LIKE, _JSON, max_size=3),
    arguments=_SENTENCE_LIKE
    | st.fixed_dictionaries({}, optional={"command": _SENTENCE_LIKE, "tool_name": _TOOLS, "arguments": _JSON}),
    tool=_TOOLS,
    flag=st.none() | st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_words_of_tools_in_any_order_have_an_outcome(
    content: Any, arguments: Any, tool: str, flag: bool | None
) -> None:
    outcome = classify_outcome(tool, arguments, content, flag)
    assert outcome in Outcome
    assert classify_outcome(tool, arguments, content, flag) is outcome
    assert "\n" not in error_line(tool, content)


@given(inner=_JSON, layers=st.integers(1, 12), tool=_TOOLS)
@settings(max_examples=150, deadline=None)
def test_any_number_of_wrappers_around_anything_has_an_outcome(inner: Any, layers: int, tool: str) -> None:
    content = inner
    for layer in range(layers):
        shapes: list[Any] = [
            {"content": [{"type": "text", "text": content if isinstance(content, str) else repr(content)}]},
            {"result": content},
            [{"type": "text", "text": str(content)}],
            {"error": "", "response": str(content)},
            f"<untrusted_tool_result source='x'>\n{content}",
        ]
        content = shapes[layer % len(shapes)]
    assert classify_outcome(tool, {}, content) in Outcome


@given(value=_JSON, tool=st.sampled_from(["terminal", "x", "mcp_a_b"]))
@settings(max_examples=300, deadline=None)
def test_a_value_and_its_json_text_have_the_same_outcome(value: Any, tool: str) -> None:
    if isinstance(value, dict | list):
        try:
            text = orjson.dumps(value).decode()
        except orjson.JSONEncodeError:  # an integer beyond 64 bits
            return
        assert classify_outcome(tool, {}, orjson.loads(text)) is classify_outcome(tool, {}, text)


_HOSTILE = (
    *("[", "{", '{"a":', '[{"type":"text","text":"', "\\", "'", '"', "\n", " ", "\ud800", "a", "1 failed, "),
    *("<untrusted_tool_result>\n", "meta=None content=[TextContent(type='text', text='\\'", "{'a': ", "Error: "),
    *("Traceback (most recent call last):\n", "Exit code: ", "[terminal] ran `", "error: the ", "$(", "<<A\n", "a&&"),
    *(
        "is not ",
        "\x1b[31m",
        "root@a:/app# \n",
        "root@a:/app# ",
        "New Terminal Output:\n",
        "[a for '",
        "ERROR x\n",
        "Files=1, Tests=1, \n",
    ),
    *("docker exec a ", "ssh a ", '[{"error":', '{"error":"","response":"', "1 tests, 1 passed, ", "Error\n", "'a' "),
)


@pytest.mark.parametrize("piece", _HOSTILE, ids=repr)
def test_two_megabytes_of_anything_are_judged_in_a_moment(piece: str) -> None:
    text = (piece * (2_000_000 // len(piece) + 1))[:2_000_000]
    started = time.perf_counter()
    for content in (text, '{"output": "x", "exit_code": 1}' + text, f"Exit code: 1\n{text}"):
        assert classify_outcome("terminal", {"command": text}, content) in Outcome
    assert classify_outcome("x", text, text) in Outcome
    assert time.perf_counter() - started < 3


def test_the_cost_grows_no_faster_than_the_text() -> None:
    def cost(size: int) -> float:
        text = ("Error: {'a': [1, " * (size // 10 + 1))[:size]
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            classify_outcome("terminal", {"command": "x"}, '{"output": "' + text)
            best = min(best, time.perf_counter() - started)
        return best

    assert cost(1_600_000) < 40 * max(cost(100_000), 0.000_5)
