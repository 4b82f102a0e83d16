"""What is found of tools: how their calls ended, what their arguments look like, how long they took."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import computed_field

from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.finding import KEPT, Finding
from warmtui.profiling.rates import Rate
from warmtui.text import one_line

_SHORT = 80  # characters of a key that are told


@dataclass(frozen=True, slots=True)
class ArgumentConvention:
    """How one argument of a tool is used.

    Attributes:
        key: the argument.
        present: calls that gave it, among the calls whose arguments parse.
        type: its most frequent JSON type: ``string``, ``integer``, ``number``, ``boolean``, ``array``,
            ``object``, ``null``.
        shape: what its strings usually look like: ``absolute path``, ``relative path``, ``url``, ``enum``,
            ``date``, ``identifier``, ``text``; empty for other types.
        values: for an ``enum`` its few values, the most frequent first; else up to three short ones,
            of free text only such as recur.
    """

    __pydantic_config__ = KEPT

    key: str
    present: Rate
    type: str
    shape: str = ""
    values: tuple[str, ...] = ()


class ArgumentContrast(Finding):
    """A trait of one argument that calls which failed had more often than calls which worked.

    Attributes:
        key: the argument.
        trait: what is compared: ``presence``, ``type``, ``shape`` or ``value``.
        is_left_out: True where the trait is that the argument was not given, with `trait` ``presence``.
        value: the type, shape or value; empty for ``presence``.
        failed: failed and rejected calls with the trait, among all of them that show whether they have it.
        worked: the same of the calls that worked.
        p_value: how probable a difference as great is by chance alone, 0–1, times the traits that were compared.
        failed_evidence: failed calls that have the trait, up to three, the earliest first.
        worked_evidence: calls that worked and do not have it, up to three.
    """

    key: str
    trait: str
    is_left_out: bool = False
    value: str = ""
    failed: Rate
    worked: Rate
    p_value: float
    failed_evidence: tuple[Evidence, ...] = ()
    worked_evidence: tuple[Evidence, ...] = ()

    @computed_field
    @property
    def sentence(self) -> str:
        """It in words: "`path`: relative path in 6 of 7 failed calls, in 1 of 23 that worked"."""
        what = self.value
        if self.trait == "presence":
            what = "left out" if self.is_left_out else "given"
        elif self.trait == "value":
            what = f"“{self.value}”"
        failed, worked = self.failed, self.worked
        return (
            f"`{one_line(self.key, _SHORT)}`: {what} in {failed.count} of {failed.total} failed calls,"
            f" in {worked.count} of {worked.total} that worked"
        )


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the calls of one tool took, where that is known.

    Attributes:
        count: calls whose time is known.
        median: seconds a call took: as recorded, else from the message that called to the one with the result.
        upper_quartile: seconds that three quarters of the calls took at most.
        recorded: how many of the calls' times were recorded, 0 to `count`; the others are taken from messages.
    """

    __pydantic_config__ = KEPT

    count: int
    median: float
    upper_quartile: float
    recorded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolProfile(OutcomeCounts):
    """What was seen of one tool.

    Attributes:
        tool: its name.
        conventions: its arguments, the most frequent first.
        contrasts: traits of its arguments that set failed calls apart, the strongest first, at most five.
        durations: how long its calls took; None where the store does not say.
        evidence: calls that succeeded, up to five, the earliest first.
        error_evidence: calls that failed or were rejected, up to five.
    """

    tool: str
    conventions: tuple[ArgumentConvention, ...] = ()
    contrasts: tuple[ArgumentContrast, ...] = ()
    durations: Durations | None = None
    evidence: tuple[Evidence, ...] = ()
    error_evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPattern:
    """Errors of one tool that are the same fault, however their numbers and paths differ.

    Attributes:
        tool: the tool.
        signature: tool, error type and first telling line with paths, numbers, ids and quotes masked.
        example: the first such line as it was.
        count: how often.
        evidence: where, the earliest first.
    """

    __pydantic_config__ = KEPT

    tool: str
    signature: str
    example: str
    count: int
    evidence: tuple[Evidence, ...]
