"""Names of tools, as those who publish a pattern for them take them."""

from __future__ import annotations

import re

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


def plain_name(name: str, longest: int) -> str:
    """Return `name` in letters, digits, ``_`` and ``-``, at most `longest` of them; "tool" where it is empty."""
    return _NOT_IN_NAMES.sub("_", name)[:longest] or "tool"
