"""Taking results apart, and the line of an error that tells it."""

from __future__ import annotations

import json

import pytest

from warmtui.profiling.results import error_line, parse_result


def test_a_hint_after_the_json_does_not_hide_it() -> None:
    parsed = parse_result('{"total_count": 50}\n\n[Hint: Results truncated. Use offset=50 to see more]')
    assert parsed.value == {"total_count": 50}


def test_nested_mcp_text_is_opened_down_to_the_innermost() -> None:
    innermost = json.dumps({"error": "no such table"})
    inner = json.dumps({"_meta": None, "content": [{"type": "text", "text": innermost}], "isError": False}, indent=2)
    printed = f"meta=None content=[TextContent(type='text', text={inner!r}, annotations=None)] isError=False"
    parsed = parse_result(printed)
    assert parsed.value == {"error": "no such table"}
    assert parsed.is_error is False


def test_an_error_flag_of_any_layer_wins() -> None:
    inner = json.dumps({"content": [{"type": "text", "text": "Not Found"}], "isError": True})
    printed = f"meta=None content=[TextContent(type='text', text={inner!r}, annotations=None)] isError=False"
    parsed = parse_result(printed)
    assert parsed.is_error is True
    assert parsed.text == "Not Found"


def test_what_a_printed_text_escapes_comes_out_as_it_was() -> None:
    text = 'it\'s "quoted"\n\tünïcode 北京 \\ done'
    printed = f"meta=None content=[TextContent(type='text', text={text!r}, annotations=None)] isError=False"
    assert parse_result(printed).text == text


def test_content_parts_are_joined_and_images_left_out() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image", "data": "…"}, {"type": "input_text", "text": "b"}]
    assert parse_result(parts).text == "a\nb"


def test_the_words_of_a_file_or_a_program_are_not_opened() -> None:
    parsed = parse_result(json.dumps({"output": json.dumps({"error": "boom"}), "exit_code": 0}))
    assert parsed.value == {"output": '{"error": "boom"}', "exit_code": 0}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"exit_code": 2}', 2),
        ('{"output": "", "metadata": {"exit_code": 3}}', 3),
        ('{"stdout": "", "code": 4}', 4),
        ('{"code": 4}', None),
        ('{"exit_code": null}', None),
        ('{"exit_code": true}', None),
        ("Exit code: 5\nWall time: 1 seconds\nOutput:\nx", 5),
        ("Exit code 6\nx", 6),
        ("Chunk ID: a\nWall time: 0.1 seconds\nProcess exited with code 7\nOutput:\nx", 7),
        ("<returncode>-8</returncode>\n<output>\nx</output>", -8),
        ("[terminal] ran `make` -> exit 9, 3 lines output", 9),
        ("[terminal] ran `make` -> exit ?, 3 lines output", None),
        ("the exit code: 1 was seen", None),
        ("", None),
    ],
)
def test_exit_codes_are_read_from_where_agents_write_them(content: str, code: int | None) -> None:
    assert parse_result(content).exit_code == code


@pytest.mark.parametrize(
    ("content", "output"),
    [
        ("Exit code: 5\nWall time: 1 seconds\nOutput:\nx\ny", "x\ny"),
        ("Exit code 1\nx", "x"),
        ("<returncode>1</returncode>\n<output>\nx\n</output>", "x\n"),
        ('{"stdout": "a", "stderr": "b", "exit_code": 1}', "b\na"),
    ],
)
def test_the_output_of_a_program_that_failed_is_set_apart(content: str, output: str) -> None:
    assert parse_result(content).output == output


def test_of_a_cut_object_the_fields_before_the_cut_are_kept() -> None:
    parsed = parse_result('{"success": true, "data": [1, 2, {"a": ')
    assert parsed.is_cut
    assert parsed.envelope == {"success": True, "data": None}


def test_text_that_only_looks_like_json_stays_text() -> None:
    for text in ("[main abc1234] Add a thing", "[1] 4242", "{not json}", "{'a': --1"):
        parsed = parse_result(text)
        assert parsed.value is None
        assert parsed.text == text
        assert not parsed.is_cut


def test_the_heading_over_a_result_and_its_colours_come_off() -> None:
    assert parse_result("[read_file for 'a.py'] Result:\nx = 1").text == "x = 1"
    assert parse_result("[todo] Result: x").text == "[todo] Result: x"
    assert parse_result("\x1b[31mError\x1b[0m: boom").text == "Error: boom"


def test_a_list_that_holds_nothing_but_one_error_is_an_envelope() -> None:
    assert parse_result('[{"error": "no such table"}]').envelope == {"error": "no such table"}
    assert parse_result('[{"id": 1, "error": "boom"}]').envelope is None
    assert parse_result('[{"error": "a"}, {"error": "b"}]').envelope is None


def test_deeply_nested_json_and_lone_surrogates_are_no_trouble() -> None:
    assert parse_result("[" * 100_000).value is None
    assert parse_result('{"a":' * 100_000).is_cut
    assert parse_result('{"error": "\ud800"}').envelope == {"error": "\ud800"}


@pytest.mark.parametrize(
    ("tool", "content", "line"),
    [
        ("x", "Error: user not found", "user not found"),
        ("x", '{"error": "user not found"}', "user not found"),
        (
            "x",
            {"isError": True, "content": [{"type": "text", "text": "Error: user not found\nmore"}]},
            "user not found",
        ),
        ("x", '{"error": "\\n\\n  first\\nsecond"}', "first"),
        ("x", "ValueError: bad", "ValueError: bad"),
        ("x", 'Error: [\n  {\n    "code": "invalid_type",\n    "message": "Required"\n  }\n]', "Required"),
        ("x", "success: false\nerror: no tag found\n", "no tag found"),
        ("x", "ERROR:\nNo replacement was performed", "No replacement was performed"),
        ("x", '{"statusCode": 404}', "HTTP 404"),
        ("x", '{"errors": [{"message": "no field x"}], "data": null}', "no field x"),
        (
            "execute_code",
            '{"error": "Traceback (most recent call last):\\n  File \\"x\\"\\nZeroDivisionError: y\\n"}',
            "ZeroDivisionError: y",
        ),
        (
            "terminal",
            '{"output": "building\\nx.c:1: error: no such thing\\ndone", "exit_code": 2}',
            "x.c:1: error: no such thing",
        ),
        ("terminal", '{"output": "0 errors\\nlast words", "exit_code": 2}', "last words"),
        ("terminal", '{"output": "", "exit_code": 2}', "exit 2"),
        (
            "terminal",
            '{"output": "", "exit_code": 6, "exit_code_meaning": "Could not resolve host"}',
            "Could not resolve host",
        ),
        ("terminal", "[terminal] ran `make` -> exit 2, 3 lines output", "exit 2"),
        ("execute_bash", "boom happened\n[The command completed with exit code 1.]", "boom happened"),
        ("mcp_x", "Error executing tool 'x': timed out after 420s", "Error executing tool 'x': timed out after 420s"),
        ("x", "", ""),
        ("x", None, ""),
    ],
)
def test_the_telling_line_of_an_error(tool: str, content: object, line: str) -> None:
    assert error_line(tool, content) == line
