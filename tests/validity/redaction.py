"""Recall and false positives of redaction on the labelled corpus; a miss is told by its name, never by its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.templates.redaction_corpus import Harmless, Kind, Secret
from tests.templates.redaction_corpus_all import NEGATIVE, POSITIVE
from warmtui.profiling.rates import Rate
from warmtui.templates.redaction import RedactionLevel, Redactor

RECALL_GOAL = 0.98
FALSE_POSITIVE_GOAL = 0.02

_MARKER = re.compile(r"-----(?:BEGIN|END)[A-Z ]*-----")
_PIECE = 8  # characters of a secret that may not be left in a row; of a shorter one all of it


def leaves_nothing(case: Secret) -> bool:
    """Whether nothing of a secret is left in its text, at the level that is to hide its kind."""
    redacted = _MARKER.sub("", Redactor(case.kind.level).text(case.text))
    hidden = case.hidden
    return not any(hidden[at : at + _PIECE] in redacted for at in range(max(1, len(hidden) - _PIECE + 1)))


def stays(case: Harmless) -> bool:
    """Whether a text without a secret stays as it is."""
    return Redactor(case.level).text(case.text) == case.text


def recall(cases: Sequence[Secret]) -> Rate:
    """Return the share of secrets of which nothing is left."""
    return Rate(count=sum(map(leaves_nothing, cases)), total=len(cases))


def false_positives(cases: Sequence[Harmless]) -> Rate:
    """Return the share of texts without a secret that were changed."""
    return Rate(count=sum(not stays(case) for case in cases), total=len(cases))


def report() -> str:
    """Return the measurement of the whole corpus as text."""
    return part(POSITIVE, NEGATIVE)


def part(positive: Sequence[Secret], negative: Sequence[Harmless]) -> str:
    """Return the measurement of some cases."""
    lines = [
        f"redaction: {len(positive):,} texts with a secret, {len(negative):,} without; in brackets 95 % intervals",
        f"  nothing left of the secret           {recall(positive)}",
    ]
    for kind in Kind:
        cases = [case for case in positive if case.kind is kind]
        lines.append(f"    {kind:<35}{recall(cases)}")
    lines.append(f"  changed without a secret             {false_positives(negative)}")
    for level in RedactionLevel:
        texts = [case for case in negative if case.level is level]
        lines.append(f"    {f'at the level {level}':<35}{false_positives(texts)}")
    lines += [f"  missed: {case.kind}: {case.name}" for case in positive if not leaves_nothing(case)]
    lines += [f"  changed: {case.name}" for case in negative if not stays(case)]
    lines.append("The rules were written with these cases in sight: texts they have not seen are judged less well.")
    return "\n".join(lines)
