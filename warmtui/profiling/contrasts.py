"""Which traits of a tool's arguments set the calls that failed apart from those that worked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import exp, fsum, log
from typing import Any

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.rates import Rate
from warmtui.profiling.shapes import is_enum, shape_of, type_of
from warmtui.profiling.tool_models import ArgumentContrast
from warmtui.text import one_line, plural

LEAST = 5
"""Calls of each side from which on anything is said."""

CHANCE = 0.05
"""A difference is shown where chance alone makes one as great, in any of the traits, less often than this."""

_MOST = 5
_EVIDENCE = 3
_SHORT = 80  # characters of a value that is shown
_TRAITS = ("presence", "type", "shape", "value")
# What was worked on, not how: a file that resists is no convention.
_WORKED_ON = frozenset({"url", "date", "absolute path", "relative path", "identifier"})
_SEVERAL = 3  # entries of a list that are counted one by one; more are one shape


@dataclass(frozen=True, slots=True)
class _Trait:
    """One thing a call's arguments can be: of a key its absence, its type, its shape or its value."""

    key: str
    kind: str
    value: str


@dataclass(frozen=True)
class _Table:
    """How often a trait was seen on both sides: calls that have it, of those that could."""

    trait: _Trait
    failed: tuple[int, int]
    worked: tuple[int, int]

    @property
    def gap(self) -> float:
        """Share of the failed calls with the trait, less that of those that worked."""
        return self.failed[0] / self.failed[1] - self.worked[0] / self.worked[1]

    @cached_property
    def chance(self) -> float:
        """How probable a difference as great is where there is none."""
        return exact_chance(self.failed, self.worked)


def argument_contrasts(calls: Sequence[JudgedCall]) -> tuple[ArgumentContrast, ...]:
    """Return the traits of arguments that failed calls had more often, the strongest first, at most five.

    A trait of a key is that it was left out (or given), its JSON type, its shape (of a string the form, of a list
    how many entries), or its value where few values recur. Calls that failed or were rejected stand against those
    that were ok or gave a signal. Type, shape and value are counted among the calls that gave the key.

    A trait is shown where both sides have at least five calls and Fisher's exact test, two-sided, gives a
    probability of at most 0.05 after it is multiplied with the number of traits compared (Bonferroni). Compared is
    what at least five calls have and at least five have not: which traits those are is settled before anybody
    looks at who failed, so leaving the others out favours nothing. The test takes calls as independent; an agent
    that repeats its mistake makes a difference look surer than it is. Of one key only the strongest trait is shown.

    Args:
        calls: the judged calls of one tool, of one conversation or of several.
    """
    failed = [call for call in calls if call.outcome.is_error]
    worked = [call for call in calls if call.outcome.is_success]
    if len(failed) < LEAST or len(worked) < LEAST:  # of most tools in most sessions: no argument need be parsed
        return ()
    failed = [call for call in failed if call.call.arguments is not None]
    worked = [call for call in worked if call.call.arguments is not None]
    if len(failed) < LEAST or len(worked) < LEAST:
        return ()
    tables = list(
        _tables([call.call.arguments or {} for call in failed], [call.call.arguments or {} for call in worked])
    )
    ranked = sorted(tables, key=lambda one: (one.chance, -one.gap, one.trait.key, _TRAITS.index(one.trait.kind)))
    strongest: dict[str, _Table] = {}
    for table in ranked:
        if table.gap > 0 and table.chance * len(tables) <= CHANCE:
            strongest.setdefault(table.trait.key, table)
    return tuple(_contrast(table, len(tables), failed, worked) for table in list(strongest.values())[:_MOST])


def exact_chance(failed: tuple[int, int], worked: tuple[int, int]) -> float:
    """Return the two-sided p-value of Fisher's exact test.

    Args:
        failed: how many of the failed calls have a trait, and how many there are.
        worked: the same of the calls that worked.

    Returns:
        The probability, 0 to 1, of a table at least as unlikely, the sums of rows and columns being what they are.

    Source: R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98 (1935).
    """
    (one, of_one), (other, of_other) = failed, worked
    having = one + other
    least, most = max(0, having - of_other), min(of_one, having)
    # In logarithms and from one table to the next: factorials of a thousand calls fit no float.
    logs = [0.0]
    for have in range(least, most):
        odds = (of_one - have) * (having - have) / ((have + 1) * (of_other - having + have + 1))
        logs.append(logs[-1] + log(odds))
    highest = max(logs)
    chances = [exp(each - highest) for each in logs]
    # Tables as unlikely as the one seen differ from it in the last digits.
    seen = chances[one - least] * (1 + 1e-9)
    return min(1.0, fsum(chance for chance in chances if chance <= seen) / fsum(chances))


def _tables(failed: Sequence[Mapping[str, Any]], worked: Sequence[Mapping[str, Any]]) -> Iterator[_Table]:
    """Yield the traits that are compared, each with its counts on both sides."""
    for key, given in _given(failed, worked).items():
        if sum(map(len, given)) < LEAST:
            continue
        presence = [
            Counter({"given": len(values), "left out": len(side) - len(values)})
            for values, side in zip(given, (failed, worked), strict=True)
        ]
        yield from _compared(key, "presence", *presence)
        if min(map(len, given)) < LEAST:
            continue
        yield from _compared(key, "type", *(Counter(map(type_of, values)) for values in given))
        yield from _compared(key, "shape", *(Counter(map(_shape, values)) for values in given))
        choices = [Counter(map(_choice, values)) for values in given]
        together = choices[0] + choices[1]
        if "" not in together and is_enum(together, together.total()):
            yield from _compared(key, "value", *choices)


def _given(
    failed: Sequence[Mapping[str, Any]], worked: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the values of every key on both sides, in the order in which the keys come: the same each time."""
    values: dict[str, tuple[list[Any], list[Any]]] = {}
    for side, calls in ((1, worked), (0, failed)):
        for arguments in calls:
            for key, value in arguments.items():
                values.setdefault(key, ([], []))[side].append(value)
    return values


def _compared(key: str, kind: str, failed: Counter[str], worked: Counter[str]) -> Iterator[_Table]:
    of_failed, of_worked = failed.total(), worked.total()
    together = failed + worked
    tables = [
        _Table(_Trait(key, kind, value), (failed[value], of_failed), (worked[value], of_worked))
        for value in sorted(together)
        if value and LEAST <= together[value] <= of_failed + of_worked - LEAST
    ]
    # Of two that are all there is, one is the other's mirror: they are one comparison.
    yield from [max(tables, key=lambda table: table.gap)] if len(together) == 2 and tables else tables


def _shape(value: Any) -> str:
    """Return the form of a string, how many entries a list has, or the sign of a number."""
    if isinstance(value, str):
        return _form(value)
    if isinstance(value, list):
        return plural(len(value), "entry", "entries") if len(value) < _SEVERAL else f"{_SEVERAL} or more entries"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "zero" if value == 0 else "positive" if value > 0 else "negative"
    return ""


def _form(text: str) -> str:
    shape = shape_of(text) if text else "empty"
    # Whether an id has a digit in it is an accident of that id.
    return "one word" if shape in ("text", "identifier") and not any(map(str.isspace, text)) else shape


def _choice(value: Any) -> str:
    """Return a value that can be one of a few choices, as text; empty for what was worked on, and for the rest."""
    if isinstance(value, str):
        return "" if shape_of(value) in _WORKED_ON else value
    return str(value).lower() if isinstance(value, bool | int) else ""


def _contrast(
    table: _Table, compared: int, failed: Sequence[JudgedCall], worked: Sequence[JudgedCall]
) -> ArgumentContrast:
    trait = table.trait
    return ArgumentContrast(
        key=trait.key,
        trait=trait.kind,
        is_left_out=trait.value == "left out" and trait.kind == "presence",
        value="" if trait.kind == "presence" else one_line(trait.value, _SHORT),
        failed=Rate(count=table.failed[0], total=table.failed[1]),
        worked=Rate(count=table.worked[0], total=table.worked[1]),
        p_value=min(1.0, table.chance * compared),
        failed_evidence=_places(failed, trait, has_it=True),
        worked_evidence=_places(worked, trait, has_it=False),
    )


def _places(calls: Sequence[JudgedCall], trait: _Trait, *, has_it: bool) -> tuple[Evidence, ...]:
    found = (call.evidence for call in calls if _has(call.call.arguments or {}, trait) is has_it)
    return tuple(islice(found, _EVIDENCE))


def _has(arguments: Mapping[str, Any], trait: _Trait) -> bool | None:
    """Whether arguments have a trait; None where they do not give the key that it is a trait of."""
    if trait.kind == "presence":
        return (trait.key in arguments) is (trait.value == "given")
    if trait.key not in arguments:
        return None
    return _READ[trait.kind](arguments[trait.key]) == trait.value


_READ: Mapping[str, Callable[[Any], str]] = {"type": type_of, "shape": _shape, "value": _choice}
