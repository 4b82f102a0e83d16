"""Test runners by the summaries they print: whether tests ran, and whether all of them passed."""

from __future__ import annotations

import re
from enum import Enum

_TAIL = 6_000  # the summary stands at the end
_HEAD = 3_000  # what keeps tests from running is said early


class RunVerdict(Enum):
    """What an output shows of tests."""

    NONE = "none"
    GREEN = "green"
    RED = "red"


def verdict_of(output: str) -> RunVerdict:
    """Return whether `output` is that of a test run, and whether a test in it failed.

    A run that was stopped by a compile error, or that found nothing to run, is none.

    Args:
        output: what a program printed; only its ends are read.
    """
    tail = _ESCAPES.sub("", output[-_TAIL:])
    head = _ESCAPES.sub("", output[:_HEAD]) if len(output) > _TAIL else ""
    if _NOT_BUILT.search(tail) or _NOT_BUILT.search(head):
        return RunVerdict.NONE
    found = [_of_counts(match) for summary in _SUMMARIES for match in summary.finditer(tail)]
    found.extend(_of_words(match.group(1)) for match in _PYTEST.finditer(tail))
    if _FAILED_TEST.search(tail) or _FAILED_TEST.search(head):
        found.append(RunVerdict.RED)
    if _only_imports_failed(tail):
        return RunVerdict.NONE
    for verdict in (RunVerdict.RED, RunVerdict.GREEN):
        if verdict in found:
            return verdict
    return RunVerdict.NONE


_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")

_NOT_BUILT = re.compile(
    r"\[(?:build|setup) failed\]|^error: could not compile|^error(?:\[E\d+\])?: aborting due to|COMPILATION ERROR|"
    r"Compilation failed|compileJava FAILED|compileTestJava FAILED|compileKotlin FAILED|compileTestKotlin FAILED|"
    r"BuildFailed|^make(?:\[\d+\])?: \*\*\* \[[^\n\]]{0,200}\.o\b",
    re.MULTILINE,
)
# pytest names its counts in any order: "1 failed, 2 passed, 1 warning in 0.11s".
_PYTEST = re.compile(
    r"^(?:=+ )?((?:\d+ [a-z]+(?: passed)?(?:, )?){1,8})(?: in \d[\d.]*(?:s| seconds)\b|$)", re.MULTILINE
)
_COUNTED = re.compile(r"(\d+) ([a-z]+)")
_FAILED_TEST = re.compile(
    r"^=+ FAILURES =+$|^[ \t]{0,12}--- FAIL: |^FAILED \S+::\S+|^not ok \d+ |^There were failing tests|"
    r"^> There were failing tests|^FAIL\t\S+\t[\d.]+s$|^\[  FAILED  \] \S|^failures:\n|"
    r"^Files=\d+, Tests=[1-9]\d*,[^\n]{0,200}\nResult: FAIL$",
    re.MULTILINE,
)
_LOADER_FAILED = re.compile(r"^(?:ERROR: )?[^\n]{0,200}\bunittest\.loader\._FailedTest\b", re.MULTILINE)
_UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in", re.MULTILINE)
_UNITTEST_ERRORS = re.compile(r"^FAILED \(errors=(\d+)\)", re.MULTILINE)


def _summary(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


# Groups: total, passed, failed (also failed2 for a second kind of red); a group that is missing is 0.
_SUMMARIES = (
    # unittest, also Django's and Clojure's
    _summary(r"^Ran (?P<total>\d+) tests? in[^\n]{0,60}\n+(?:OK\b|FAILED \((?P<failed>[^)\n]{1,80})\))?"),
    _summary(r"^Ran (?P<total>\d+) tests containing \d+ assertions\.\n(?P<failed>\d+) failures"),
    # jest: "Tests:       1 failed, 2 passed, 3 total"
    _summary(r"^Tests:[ \t]+(?:(?P<failed>\d+) failed, )?[^\n]{0,80}?\b(?P<total>\d+) total"),
    # vitest and Pest: "Tests  1 failed | 2 passed (3)"
    _summary(r"^[ \t]*Tests:?[ \t]+(?:(?P<failed>\d+) failed[ |,]+)?(?:(?P<passed>\d+) passed)?[^\n(]{0,60}\(\d+"),
    # mocha, jasmine
    _summary(
        r"^[ \t]*(?P<passed>\d+) passing\b(?:[^\n]{0,40}\n(?:[ \t]*\d+ pending\n)?[ \t]*(?P<failed>\d+) failing\b)?"
    ),
    _summary(r"^[ \t]*(?P<failed>\d+) failing\b"),
    _summary(r"^(?P<total>\d+) specs?, (?P<failed>\d+) failures?"),
    # node --test, bun, deno, playwright, cypress
    _summary(r"^(?:#|ℹ) pass {1,4}(?P<passed>\d+)$"),
    _summary(r"^(?:#|ℹ) fail {1,4}(?P<failed>\d+)$"),
    _summary(r"^[ \t]*(?P<passed>\d+) pass$"),
    _summary(r"^[ \t]*(?P<failed>\d+) fail$"),
    _summary(r"^(?:ok|FAILED) \| (?P<passed>\d+) passed[^|\n]{0,40}\| (?P<failed>\d+) failed"),
    _summary(r"^ {2}(?P<passed>\d+) passed \([\d.]+m?s\)$"),
    _summary(r"^ {2}(?P<failed>\d+) failed$"),
    # go
    _summary(r"^ok  \t\S+\t[\d.]+s(?P<passed>)"),
    _summary(r"^DONE (?P<total>\d+) tests?(?:, \d+ skipped)?(?:, (?P<failed>\d+) failures?)?"),
    # cargo test, nextest
    _summary(r"^test result: (?:ok|FAILED)\. (?P<passed>\d+) passed; (?P<failed>\d+) failed"),
    _summary(
        r"Summary \[[^\]\n]{0,20}\][ \t]+(?P<total>\d+) tests? run: \d+ passed[^\n,]{0,40}(?:, (?P<failed>\d+) failed)?"
    ),
    # maven, gradle, ant
    _summary(r"Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<failed2>\d+)"),
    _summary(r"^(?P<total>\d+) tests? completed(?:, (?P<failed>\d+) failed)?"),
    # rspec, ExUnit, minitest, Test::Unit
    _summary(r"^(?P<total>\d+) examples?, (?P<failed>\d+) failures?"),
    _summary(r"^(?:\d+ \w+, )?(?P<total>\d+) tests?, (?P<failed>\d+) failures?"),
    _summary(r"^(?P<total>\d+) (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures, (?P<failed2>\d+) errors"),
    # phpunit
    _summary(r"^OK(?:, but[^\n]{0,80}\n)? \((?P<total>\d+) tests?, \d+ assertions?\)"),
    _summary(r"^Tests: (?P<total>\d+), Assertions: \d+(?:, Errors: (?P<failed2>\d+))?(?:, Failures: (?P<failed>\d+))?"),
    # automake, ctest, googletest, TAP and prove, Catch2
    _summary(r"^# PASS: +(?P<passed>\d+)$"),
    _summary(r"^# FAIL: +(?P<failed>\d+)$"),
    _summary(r"^\d+% tests passed, (?P<failed>\d+) tests? failed out of (?P<total>\d+)"),
    _summary(r"^\[==========\] (?P<total>\d+) tests? from \d+ test (?:suites?|cases?) ran"),
    _summary(r"^\[  FAILED  \] (?P<failed>\d+) tests?"),
    _summary(r"^Files=\d+, Tests=(?P<total>\d+),"),
    _summary(r"^(?:\[doctest\] )?test cases: +(?P<total>\d+) \|(?:[^\n]{0,40}?(?P<failed>\d+) failed)?"),
    # .NET, Swift, karma, cucumber and behave
    _summary(r"Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+)"),
    _summary(r"^Total tests: (?P<total>\d+)\n(?:[ \t]+Passed: \d+\n)?(?:[ \t]+Failed: (?P<failed>\d+))?"),
    _summary(r"Executed (?P<total>\d+) tests?, with (?P<failed>\d+) failures?"),
    _summary(r"Executed (?P<total>\d+) of \d+ (?:\((?P<failed>\d+) FAILED\))?"),
    _summary(r"^(?P<total>\d+) scenarios? \((?:(?P<failed>\d+) failed)?"),
    _summary(r"^(?P<passed>\d+) scenarios? passed, (?P<failed>\d+) failed"),
    # Robot Framework, ava, doctest, Flutter, Bazel, sbt
    _summary(r"^(?P<total>\d+) tests?, \d+ passed, (?P<failed>\d+) failed"),
    _summary(r"^[ \t]*(?P<failed>\d+) tests? failed$"),
    _summary(r"^\*\*\*Test Failed\*\*\* (?P<failed>\d+) failures?"),
    _summary(r"^\d\d:\d\d \+(?P<passed>\d+)(?: ~\d+)?(?: -(?P<failed>\d+))?: (?:Some|All) tests"),
    _summary(r"^Executed (?P<total>\d+) out of \d+ tests?: [^\n]{0,60}?(?P<failed>\d+) fails?\b"),
    _summary(r"(?:Failed|Passed): Total (?P<total>\d+), Failed (?P<failed>\d+), Errors (?P<failed2>\d+)"),
    _summary(r"Tests: succeeded (?P<passed>\d+), failed (?P<failed>\d+)"),
)


def _of_counts(match: re.Match[str]) -> RunVerdict:
    groups = match.groupdict()
    failed = any(_count(groups.get(name)) for name in ("failed", "failed2"))
    if "total" in groups and not _count(groups["total"]):
        return RunVerdict.NONE
    if failed:
        return RunVerdict.RED
    ran = _count(groups.get("total")) or _count(groups.get("passed")) or groups.get("passed") == ""
    return RunVerdict.GREEN if ran else RunVerdict.NONE


def _count(text: str | None) -> int:
    """Return the number in a group: of unittest's "failures=1, errors=2" any that is not 0 will do."""
    numbers = re.findall(r"\d+", text or "")
    return max((int(number[:9]) for number in numbers), default=0)


def _of_words(counts: str) -> RunVerdict:
    """Judge pytest's line: an error alone is a test file that could not be read, and nothing ran."""
    by_word = {word: int(number[:9]) for number, word in _COUNTED.findall(counts)}
    ran = sum(by_word.get(word, 0) for word in ("passed", "failed", "xfailed", "xpassed"))
    if not ran:
        return RunVerdict.NONE
    red = by_word.get("failed", 0) or by_word.get("error", 0) or by_word.get("errors", 0)
    return RunVerdict.RED if red else RunVerdict.GREEN


def _only_imports_failed(tail: str) -> bool:
    """Whether unittest counted nothing but modules that could not be imported."""
    ran, errors = _UNITTEST_RAN.search(tail), _UNITTEST_ERRORS.search(tail)
    return bool(ran and errors and ran.group(1) == errors.group(1) and _LOADER_FAILED.search(tail))
