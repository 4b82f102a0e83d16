"""Understanding command lines: their program, and whether a non-zero exit is an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtui.profiling.commands import command_of, program, simple_commands
from warmtui.profiling.runners import RunVerdict, verdict_of
from warmtui.profiling.signals import answers, shows_red_tests


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("ls -la", "ls"),
        ("cd src && FOO=1 sudo -u app pytest -q 2>&1 | tail -5", "pytest"),
        ("/usr/bin/grep x y", "grep"),
        ("./run_tests.sh", "run_tests.sh"),
        ("export A=1; source venv/bin/activate; make", "make"),
        ("bash -lc 'cd x; grep -n foo bar'", "grep"),
        (["bash", "-lc", "cat nope"], "cat"),
        (["git", "status"], "git"),
        ("timeout 60 uv run --with x python -m pytest tests", "pytest"),
        ("env -u A B=1 npx jest --ci", "jest"),
        ("time nice -n 5 make -j8", "make"),
        ('for f in *.py; do grep x "$f"; done', "grep"),
        ("if ! grep -q x f; then echo no; fi", "grep"),
        ("(cd a && make test) || true", "make"),
        ("cat > a.py <<'EOF'\nimport os && grep\nEOF\npython a.py", "cat"),
        ("python - <<'EOF'\nprint('grep')\nEOF", "python"),
        ("echo hi # && grep", "echo"),
        ("A=$(cat x | y) ./go", "go"),
        ("nohup ./server &>log &", "server"),
        ("docker exec -it -e A=1 web pytest -q", "pytest"),
        ("docker compose -f a.yml exec -T web sh -c 'cd /w && grep x y'", "grep"),
        ("docker build .", "docker"),
        ("docker exec", "docker"),
        ("kubectl exec -n prod deploy/api -- rg x", "rg"),
        ("ssh -p 22 a@host 'test -f /etc/x'", "test"),
        ("ssh host", "ssh"),
        ("cd /tmp", "cd"),
        ("\\\nls", "ls"),
        ("", None),
        ("   ", None),
        ([], None),
    ],
)
def test_the_program_a_command_is_about(command: str | list[str], name: str | None) -> None:
    assert program(command) == name


def test_quotes_keep_words_and_operators_together() -> None:
    (simple,) = simple_commands("""grep 'a && b' "c | \\"d\\"" e\\ f > out 2>/dev/null""")
    assert simple.words == ("grep", "a && b", 'c | "d"', "e f")


def test_a_here_document_is_no_command() -> None:
    simples = simple_commands("cat <<A <<-'B'\nrm -rf /\nA\n\tmore\n\tB\nls")
    assert [simple.words for simple in simples] == [("cat",), ("ls",)]


@given(st.text() | st.text("ab'\"\\$()`|&;<>\n #{}=! -x", max_size=60) | st.lists(st.text(max_size=9), max_size=5))
def test_any_command_at_all_has_a_program_or_none(command: str | list[str]) -> None:
    name = program(command)
    assert name is None or name
    assert all(simple.words for simple in simple_commands(command))


def test_the_command_is_found_among_arguments() -> None:
    assert command_of({"command": "ls"}) == "ls"
    assert command_of({"cmd": ["ls", "-l"]}) == ["ls", "-l"]
    assert command_of({"command": 3, "path": "x"}) is None
    assert command_of({"action": {"type": "exec", "command": ["rg", "x"]}}) == ["rg", "x"]
    assert command_of({"action": "poll"}) is None
    assert command_of({"keystrokes": "make\n"}) == "make\n"


@pytest.mark.parametrize(
    ("command", "code", "output", "is_answer"),
    [
        ("grep x y", 1, "", True),
        ("grep x y", 2, "grep: y: No such file or directory", False),
        ("cd /nope && grep x y", 1, "bash: line 1: cd: /nope: No such file or directory", False),
        ("cat nope | grep x", 1, "cat: nope: No such file or directory", False),
        ("A=1 sudo timeout 5 rg -n x", 1, "", True),
        (["bash", "-lc", "cd a && grep x y | head"], 1, "", False),
        ("grep -q x f && python run.py", 1, "", True),
        ("grep -q x f && python run.py", 1, "boom", False),
        ("diff a b", 1, "1c1\n< error: x\n---\n> y", True),
        ("git diff --exit-code", 1, "diff --git a/x b/x", True),
        ("git diff", 1, "", False),
        ("git -C repo diff --quiet", 1, "", True),
        ("[ -f x ] || exit 1", 1, "", True),
        ("find . | xargs grep foo", 123, "", True),
        ("docker exec web grep -c x log", 1, "0", True),
        ("ssh host 'grep -q x log'", 1, "", True),
        ("jq -e .a x.json", 1, "null", True),
        ("jq .a x.json", 1, "", False),
        ("rg x", 1, "Output: \nError: (none)\nExit Code: 1", True),
        ("pytest", 1, "1 failed, 2 passed in 0.11s", True),
        ("pytest", 124, "1 failed, 2 passed in 0.11s", False),
        ("cat log", 1, "1 failed, 2 passed in 0.11s", False),
        ("git commit -m x", 1, "pytest\n1 failed, 2 passed in 0.11s", False),
        ("pytest && mypy .", 1, "5 passed in 0.1s\nx.py:1: error: bad", False),
        ("pytest --cov", 1, "FAIL Required test coverage of 90% not reached\n5 passed in 0.1s", True),
        (None, 1, "", False),
        ("", 1, "", False),
    ],
)
def test_a_non_zero_exit_is_an_answer_where_the_command_asked(
    command: str | list[str] | None, code: int, output: str, is_answer: bool
) -> None:
    assert answers(command, code, output) is is_answer


def test_red_tests_without_an_exit_code_count_unless_a_pipe_swallowed_it() -> None:
    assert shows_red_tests("pytest -q", "1 failed in 0.1s")
    assert not shows_red_tests("pytest -q | tail -3", "1 failed in 0.1s")
    assert not shows_red_tests("pytest -q", "1 passed in 0.1s")


RED, GREEN, NONE = RunVerdict.RED, RunVerdict.GREEN, RunVerdict.NONE


@pytest.mark.parametrize(
    ("output", "ran"),
    [
        ("===== 1 failed, 2 passed, 1 warning in 1.20s =====", RED),
        ("\x1b[31m1 failed\x1b[0m, \x1b[32m2 passed\x1b[0m in 0.11s", RED),
        ("3 passed in 0.11s", GREEN),
        ("1 error in 0.12s", NONE),
        ("2 passed, 1 error in 0.12s", RED),
        ("no tests ran in 0.00s", NONE),
        ("Ran 2 tests in 0.000s\n\nFAILED (failures=1)", RED),
        ("Ran 2 tests in 0.000s\n\nOK", GREEN),
        ("Ran 0 tests in 0.000s\n\nNO TESTS RAN", NONE),
        ("ERROR: x (unittest.loader._FailedTest.x)\nRan 1 test in 0.0s\n\nFAILED (errors=1)", NONE),
        ("Tests:       1 failed, 2 passed, 3 total", RED),
        ("Test suite failed to run\nTests:       0 total", NONE),
        ("      Tests  1 failed | 2 passed (3)", RED),
        ("      Tests  3 passed (3)", GREEN),
        ("  2 passing (10ms)\n  1 failing", RED),
        ("# pass 2\n# fail 1", RED),
        ("# pass 2\n# fail 0", GREEN),
        ("--- FAIL: TestAdd (0.00s)\nFAIL\tx\t0.003s", RED),
        ("# x\n./a.go:3:2: undefined: y\nFAIL\tx [build failed]", NONE),
        ("ok  \tx\t0.1s", GREEN),
        ("test result: FAILED. 1 passed; 1 failed; 0 ignored", RED),
        ("test result: ok. 0 passed; 0 failed; 0 ignored", NONE),
        ("error: could not compile `a`", NONE),
        ("[ERROR] Tests run: 3, Failures: 0, Errors: 1, Skipped: 0", RED),
        ("[ERROR] COMPILATION ERROR :", NONE),
        ("3 tests completed, 1 failed", RED),
        ("5 examples, 1 failure", RED),
        ("0 examples, 0 failures, 1 error occurred outside of examples", NONE),
        ("Tests: 3, Assertions: 3, Failures: 1.", RED),
        ("OK (3 tests, 3 assertions)", GREEN),
        ("67% tests passed, 1 tests failed out of 3", RED),
        ("100% tests passed, 0 tests failed out of 3", GREEN),
        ("12 runs, 20 assertions, 1 failures, 0 errors, 0 skips", RED),
        ("not ok 2 - adds\n1..2", RED),
        ("Failed!  - Failed:     1, Passed:     9, Skipped:     0, Total:    10", RED),
        ("everything failed with 3 errors", NONE),
        ("", NONE),
    ],
)
def test_the_summaries_of_test_runners(output: str, ran: RunVerdict) -> None:
    assert verdict_of(output) is ran


def test_a_summary_is_found_at_the_end_of_a_long_output() -> None:
    assert verdict_of("line\n" * 200_000 + "1 failed, 2 passed in 0.11s\n") is RED
