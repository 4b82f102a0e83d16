"""Names of tools, as those who publish a pattern for them take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


def plain_name(name: str, longest: int) -> str:
    """Return `name` in letters, digits, ``_`` and ``-``, at most `longest` of them; "tool" where it is empty."""
    return _NOT_IN_NAMES.sub("_", name)[:longest] or "tool"


def distinct_names(names: Iterable[str], taken: Callable[[str], str]) -> Mapping[str, str]:
    """Return how each of `names` is written, no two alike: of those that would be, all but one end in a number.

    Args:
        names: names of tools, in the order in which they are given numbers.
        taken: a name as it is taken; what is taken already stays as it is.
    """
    different = list(dict.fromkeys(names))
    written = {name: name for name in different if taken(name) == name}
    used = set(written)
    for name in different:
        if name not in written:
            written[name] = next(one for one in _numbered(taken(name), taken) if one not in used)
            used.add(written[name])
    return written


def _numbered(name: str, taken: Callable[[str], str]) -> Iterable[str]:
    yield name
    for number in count(2):
        ending = f"_{number}"
        longer = name + ending
        yield longer if taken(longer) == longer else name[: -len(ending)] + ending
