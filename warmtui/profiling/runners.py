"""Test runners by the summaries they print: whether tests ran, and whether all of them passed."""

from __future__ import annotations

import re
from enum import Enum

from warmtui.profiling.letters import word_set, words

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
    if _TELLING.isdisjoint(words(tail)) and _TELLING.isdisjoint(words(head)):
        return RunVerdict.NONE
    if _NOT_BUILT.search(tail) or _NOT_BUILT.search(head):
        return RunVerdict.NONE
    likely = (summary for needle, summary in _SUMMARIES if needle in tail)
    found = [_of_counts(match) for summary in likely for match in summary.finditer(tail)]
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

# Whatever shows that tests ran has one of these words: most programs print none, and no form need be looked for.
_TELLING = word_set(
    "DONE Errors Executed FAIL FAILED FAILURES Failed Failures Files OK PASS Passed Ran Tests assertions example "
    "examples fail failed failing failure failures ok pass passed passing scenario scenarios spec specs test tests "
    "xfailed xpassed"
)
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


def _summary(needle: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    """Return a summary's form, and what stands in every one: to look for that first is a hundred times faster."""
    return needle, re.compile(pattern, re.MULTILINE)


# Groups: total, passed, failed (also failed2 for a second kind of red); a group that is missing is 0.
_SUMMARIES = (
    # unittest, also Django's and Clojure's
    _summary("Ran ", r"^Ran (?P<total>\d+) tests? in[^\n]{0,60}\n+(?:OK\b|FAILED \((?P<failed>[^)\n]{1,80})\))?"),
    _summary("Ran ", r"^Ran (?P<total>\d+) tests containing \d+ assertions\.\n(?P<failed>\d+) failures"),
    # jest: "Tests:       1 failed, 2 passed, 3 total"
    _summary("Tests:", r"^Tests:[ \t]+(?:(?P<failed>\d+) failed, )?[^\n]{0,80}?\b(?P<total>\d+) total"),
    # vitest and Pest: "Tests  1 failed | 2 passed (3)"
    _summary(
        "Tests", r"^[ \t]*Tests:?[ \t]+(?:(?P<failed>\d+) failed[ |,]+)?(?:(?P<passed>\d+) passed)?[^\n(]{0,60}\(\d+"
    ),
    # mocha, jasmine
    _summary(
        " passing",
        r"^[ \t]*(?P<passed>\d+) passing\b(?:[^\n]{0,40}\n(?:[ \t]*\d+ pending\n)?[ \t]*(?P<failed>\d+) failing\b)?",
    ),
    _summary(" failing", r"^[ \t]*(?P<failed>\d+) failing\b"),
    _summary(" spec", r"^(?P<total>\d+) specs?, (?P<failed>\d+) failures?"),
    # node --test, bun, deno, playwright, cypress
    _summary(" pass ", r"^(?:#|ℹ) pass {1,4}(?P<passed>\d+)$"),
    _summary(" fail ", r"^(?:#|ℹ) fail {1,4}(?P<failed>\d+)$"),
    _summary(" pass", r"^[ \t]*(?P<passed>\d+) pass$"),
    _summary(" fail", r"^[ \t]*(?P<failed>\d+) fail$"),
    _summary(" passed", r"^(?:ok|FAILED) \| (?P<passed>\d+) passed[^|\n]{0,40}\| (?P<failed>\d+) failed"),
    _summary(" passed (", r"^ {2}(?P<passed>\d+) passed \([\d.]+m?s\)$"),
    _summary(" failed", r"^ {2}(?P<failed>\d+) failed$"),
    # go
    _summary("ok  \t", r"^ok  \t\S+\t[\d.]+s(?P<passed>)"),
    _summary("DONE ", r"^DONE (?P<total>\d+) tests?(?:, \d+ skipped)?(?:, (?P<failed>\d+) failures?)?"),
    # cargo test, nextest
    _summary("test result: ", r"^test result: (?:ok|FAILED)\. (?P<passed>\d+) passed; (?P<failed>\d+) failed"),
    _summary(
        "Summary [",
        r"Summary \[[^\]\n]{0,20}\][ \t]+(?P<total>\d+) tests? run: \d+ passed[^\n,]{0,40}"
        r"(?:, (?P<failed>\d+) failed)?",
    ),
    # maven, gradle, ant
    _summary("Tests run: ", r"Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<failed2>\d+)"),
    _summary(" completed", r"^(?P<total>\d+) tests? completed(?:, (?P<failed>\d+) failed)?"),
    # rspec, ExUnit, minitest, Test::Unit
    _summary(" example", r"^(?P<total>\d+) examples?, (?P<failed>\d+) failures?"),
    _summary(" test", r"^(?:\d+ \w+, )?(?P<total>\d+) tests?, (?P<failed>\d+) failures?"),
    _summary(
        " assertions, ",
        r"^(?P<total>\d+) (?:runs|tests), \d+ assertions, (?P<failed>\d+) failures, (?P<failed2>\d+) errors",
    ),
    # phpunit
    _summary("OK", r"^OK(?:, but[^\n]{0,80}\n)? \((?P<total>\d+) tests?, \d+ assertions?\)"),
    _summary(
        "Assertions: ",
        r"^Tests: (?P<total>\d+), Assertions: \d+(?:, Errors: (?P<failed2>\d+))?(?:, Failures: (?P<failed>\d+))?",
    ),
    # automake, ctest, googletest, TAP and prove, Catch2
    _summary("# PASS: ", r"^# PASS: +(?P<passed>\d+)$"),
    _summary("# FAIL: ", r"^# FAIL: +(?P<failed>\d+)$"),
    _summary("% tests passed", r"^\d+% tests passed, (?P<failed>\d+) tests? failed out of (?P<total>\d+)"),
    _summary("[==========] ", r"^\[==========\] (?P<total>\d+) tests? from \d+ test (?:suites?|cases?) ran"),
    _summary("[  FAILED  ] ", r"^\[  FAILED  \] (?P<failed>\d+) tests?"),
    _summary("Files=", r"^Files=\d+, Tests=(?P<total>\d+),"),
    _summary(
        "test cases: ", r"^(?:\[doctest\] )?test cases: +(?P<total>\d+) \|(?:[^\n]{0,40}?(?P<failed>\d+) failed)?"
    ),
    # .NET, Swift, karma, cucumber and behave
    _summary("Passed: ", r"Failed: +(?P<failed>\d+), Passed: +(?P<passed>\d+)"),
    _summary(
        "Total tests: ", r"^Total tests: (?P<total>\d+)\n(?:[ \t]+Passed: \d+\n)?(?:[ \t]+Failed: (?P<failed>\d+))?"
    ),
    _summary("Executed ", r"Executed (?P<total>\d+) tests?, with (?P<failed>\d+) failures?"),
    _summary("Executed ", r"Executed (?P<total>\d+) of \d+ (?:\((?P<failed>\d+) FAILED\))?"),
    _summary(" scenario", r"^(?P<total>\d+) scenarios? \((?:(?P<failed>\d+) failed)?"),
    _summary(" scenario", r"^(?P<passed>\d+) scenarios? passed, (?P<failed>\d+) failed"),
    # Robot Framework, ava, doctest, Flutter, Bazel, sbt
    _summary(" passed, ", r"^(?P<total>\d+) tests?, \d+ passed, (?P<failed>\d+) failed"),
    _summary(" failed", r"^[ \t]*(?P<failed>\d+) tests? failed$"),
    _summary("***Test Failed***", r"^\*\*\*Test Failed\*\*\* (?P<failed>\d+) failures?"),
    _summary(" tests", r"^\d\d:\d\d \+(?P<passed>\d+)(?: ~\d+)?(?: -(?P<failed>\d+))?: (?:Some|All) tests"),
    _summary("Executed ", r"^Executed (?P<total>\d+) out of \d+ tests?: [^\n]{0,60}?(?P<failed>\d+) fails?\b"),
    _summary(": Total ", r"(?:Failed|Passed): Total (?P<total>\d+), Failed (?P<failed>\d+), Errors (?P<failed2>\d+)"),
    _summary("Tests: succeeded ", r"Tests: succeeded (?P<passed>\d+), failed (?P<failed>\d+)"),
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
