"""The whole labelled corpus of redaction: every batch, one after the other."""

from __future__ import annotations

from tests.templates.redaction_corpus import NEGATIVE as FIRST_NEGATIVE
from tests.templates.redaction_corpus import POSITIVE as FIRST_POSITIVE
from tests.templates.redaction_corpus_second import SECOND_NEGATIVE, SECOND_POSITIVE
from tests.templates.redaction_corpus_third import THIRD_NEGATIVE, THIRD_POSITIVE

POSITIVE = [*FIRST_POSITIVE, *SECOND_POSITIVE, *THIRD_POSITIVE]
NEGATIVE = [*FIRST_NEGATIVE, *SECOND_NEGATIVE, *THIRD_NEGATIVE]

KNOWN = frozenset({"third: not personal 10"})
"""What the rules are known to take for something: a version of four numbers is an address to them."""
