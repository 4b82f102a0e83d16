"""Which language a person writes in, as far as rules about words need to know it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from warmtui.profiling.letters import words

ENGLISH = "en"
NO_LANGUAGE = "none"

LEAST_SHARE = 0.12
"""Share of the words below from which on messages look English.

English has them for a third of its words, and requests full of names and code still for a fifth; other languages
in Latin letters, for which no word in the list is a common one, have them by accident: for one in thirty.
"""

_FOREIGN_SHARE = 0.2  # letters of other scripts among all characters: names and code are Latin in a text of any script
_WORDS = 40  # words from which a language is told; more change nothing
_HEAD = 300  # characters of a message that are looked at: what a person pastes comes behind what they say
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")  # the same, and five times as fast, in lower-cased ASCII

# Words that are frequent in English and not in another language that is written with Latin letters ("no", "me", "in",
# "was" and "die" are left out), and with them the short words with which people ask, object and agree.
_COMMON = frozenset(
    "the and that this these those with for from of to it its is are you your my they their there then than but not "
    "what which why how when where who can could would should will have has had been does did doing don't doesn't "
    "didn't isn't can't won't let please just now only also into about after before again still if or be by at do all "
    "any some each here same other instead actually i'm i'd i've you're "
    "yes ok okay thanks thank nope wrong right stop wait undo revert great good nice perfect sorry sure "
    "add ask build change check create delete draw fix find get give generate go help keep list look make move "
    "need open plan question read remove rename report run search set show task tell test tests try update use using "
    "want well work works working write file files today better full big new".split()
)


_COMMON_LETTERS = frozenset(word.encode() for word in _COMMON)


def word_languages(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the languages whose word rules apply to what a person typed: English, or none.

    English applies where most letters are Latin and common English words have a share of at least 0.12, seen in the
    first forty words.

    Args:
        texts: what the person typed, in order.
    """
    number = known = foreign = length = 0
    for text in texts:
        head = text[:_HEAD].lower()
        if not head.isascii():
            head = head.replace("’", "'")
            foreign += len(_FOREIGN.findall(head))
        found, of_them_known = _words_in(head)
        number += found
        known += of_them_known
        length += len(head)
        if number >= _WORDS:
            break
    is_english = number > 0 and foreign <= _FOREIGN_SHARE * length and known >= LEAST_SHARE * number
    return (ENGLISH,) if is_english else (NO_LANGUAGE,)


def _words_in(head: str) -> tuple[int, int]:
    """Return how many words a lower-cased text has, and how many of them are common ones."""
    if head.isascii() and "'" not in head:
        letters = words(head)
        return len(letters), sum(map(_COMMON_LETTERS.__contains__, letters))
    found = (_ASCII_WORD if head.isascii() else _WORD).findall(head)
    if "'s" in head:
        found = [word.removesuffix("'s") for word in found]
    return len(found), sum(map(_COMMON.__contains__, found))
