"""What is told of short texts is remembered: tools say the same few sentences over and over."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps

_SHORT = 300  # characters: longer texts seldom recur, and are not kept alive for it
_MOST = 2048


def remembered(test: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return `test`, a pure function of a text, with its answers about short texts kept."""
    known = lru_cache(maxsize=_MOST)(test)

    @wraps(test)
    def told(text: str) -> bool:
        return known(text) if len(text) <= _SHORT else test(text)

    return told
