"""Whether what a person typed asks or commands."""

from __future__ import annotations

import re

_QUESTION = re.compile(
    r"(what|why|how|when|where|which|who|whose|can|could|would|should|is|are|do|does|did|will|has|have)\b",
    re.IGNORECASE,
)
_COMMANDS = frozenset(
    "add analyze apply build change check clean clone commit compare convert copy create debug delete deploy describe "
    "document download explain extract fetch find fix format generate get give implement improve install list look "
    "make merge migrate move open optimize parse plan print push read rebuild refactor remove rename replace restart "
    "review rewrite run save search send set setup show sort start stop summarize test translate try tweak undo update "
    "upgrade upload use verify write".split()
)
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_LEADING = re.compile(
    r"^(please|pls|now|then|ok(ay)?|and|also|next|first|just|go ahead and|can you|could you)\b[\s,:]*", re.IGNORECASE
)


def is_question(text: str) -> bool:
    """Whether a message asks: it ends in a question mark, or opens with a question word and has one."""
    stripped = text.rstrip()
    return stripped.endswith(("?", "？", "؟")) or ("?" in stripped and bool(_QUESTION.match(stripped.lstrip())))


def is_command(text: str) -> bool:
    """Whether a message commands: it opens with a verb of doing, after words like "please", and does not ask."""
    if is_question(text) and not _LEADING.match(text):
        return False
    rest = _without_leading(_without_leading(text.strip()))
    if rest.startswith("/"):
        return True
    word = _FIRST_WORD.match(rest)
    return word is not None and word.group().lower() in _COMMANDS


def _without_leading(text: str) -> str:
    leading = _LEADING.match(text)
    return text if leading is None else text[leading.end() :]
