"""Precision, recall and the confusion table of the outcome rules on labelled tool results."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from warmtui.profiling.outcomes import Outcome, classify_outcome
from warmtui.profiling.rates import Rate

OWN_CASES = Path(__file__).parent.parent / "profiling" / "outcome_cases.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A tool result and what it says."""

    place: str
    tool: str
    arguments: Any
    content: Any
    is_error: bool | None
    outcome: Outcome
    why: str

    @property
    def judged(self) -> Outcome:
        return classify_outcome(self.tool, self.arguments, self.content, self.is_error)


def load(path: Path) -> list[Case]:
    """Read labelled results, one JSON object a line."""
    cases = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        row = orjson.loads(line)
        cases.append(
            Case(
                place=f"{path.name}:{number}",
                tool=row["tool"],
                arguments=row["arguments"],
                content=row["content"],
                is_error=row.get("is_error"),
                outcome=Outcome(row["outcome"]),
                why=row.get("why", ""),
            )
        )
    return cases


def case_files() -> list[Path]:
    """Our own cases, and those of the data folder where there is one."""
    data = os.environ.get("WARMTUI_TEST_DATA")
    return [OWN_CASES, *([Path(data) / "outcomes" / "cases.jsonl"] if data else [])]


def precision(pairs: Iterable[tuple[Outcome, Outcome]], positive: set[Outcome]) -> Rate:
    """Of what was judged `positive`, the share that is; pairs are (label, judged)."""
    hits = [label in positive for label, judged in pairs if judged in positive]
    return Rate(count=sum(hits), total=len(hits))


def recall(pairs: Iterable[tuple[Outcome, Outcome]], positive: set[Outcome]) -> Rate:
    """Of what is `positive`, the share that was judged so; pairs are (label, judged)."""
    hits = [judged in positive for label, judged in pairs if label in positive]
    return Rate(count=sum(hits), total=len(hits))


NOT_OK = set(Outcome) - {Outcome.OK}
ERRORS = {Outcome.FAILED, Outcome.REJECTED}


def report(files: Sequence[Path] | None = None) -> str:
    """Return the measurement as text, a part for each file."""
    parts = [_report(path.name, load(path)) for path in (case_files() if files is None else files)]
    parts.append("The rules were written with these cases in sight: sessions they have not seen are judged less well.")
    return "\n\n".join(parts)


def _report(name: str, cases: list[Case]) -> str:
    pairs = [(case.outcome, case.judged) for case in cases]
    lines = [
        f"{name}: {len(cases)} labelled results",
        f"  right                          {Rate(count=sum(a == b for a, b in pairs), total=len(pairs))}",
    ]
    for title, positive in (("not ok", NOT_OK), ("failed or rejected", ERRORS)):
        lines.append(f"  {title + ': precision':<31}{precision(pairs, positive)}")
        lines.append(f"  {title + ': recall':<31}{recall(pairs, positive)}")
    lines += ["", *_table(pairs)]
    wrong = [case for case in cases if case.judged is not case.outcome]
    lines += [f"  {case.place} {case.outcome} judged {case.judged}: {case.tool}, {case.why}" for case in wrong]
    return "\n".join(lines)


def _table(pairs: list[tuple[Outcome, Outcome]]) -> list[str]:
    counts = Counter(pairs)
    rows = [f"  {'label ↓  judged →':<18}" + "".join(f"{outcome.value:>10}" for outcome in Outcome)]
    rows.extend(
        f"  {label.value:<18}" + "".join(f"{counts[label, judged] or '·':>10}" for judged in Outcome)
        for label in Outcome
    )
    return rows
