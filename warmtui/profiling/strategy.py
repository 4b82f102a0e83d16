"""What recoveries of one fault did, as one plain sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from warmtui.profiling.models import ArgumentChange, Episode
from warmtui.text import one_line

_SHORT = 60  # characters up to which a value is told; a longer one is only said to differ


def strategy(recovered: Sequence[Episode]) -> tuple[str, Episode | None]:
    """Return a sentence that says what the recoveries did, and the episode that is most typical of them.

    The typical episode is the first of the most frequent kind, a kind being: which tools were called in
    between, which tool recovered, and which arguments changed.

    Args:
        recovered: recovered episodes of one signature; without any the sentence is empty.
    """
    if not recovered:
        return "", None
    kinds = Counter(_kind(episode) for episode in recovered)
    commonest = max(kinds.values())
    typical = next(episode for episode in recovered if kinds[_kind(episode)] == commonest)
    return _sentence(typical, all_alike=len(recovered) == 1), typical


def _kind(episode: Episode) -> tuple[object, ...]:
    return (
        tuple(dict.fromkeys(episode.between)),
        episode.recovery_tool,
        tuple(sorted(change.key for change in episode.changes)),
    )


def _sentence(episode: Episode, *, all_alike: bool) -> str:
    before = list(dict.fromkeys(tool for tool in episode.between if tool != episode.tool))[:2]
    first = f"{_and([f'`{tool}`' for tool in before])} first, then " if before else ""
    if episode.recovery_tool != episode.tool:
        return _capital(f"{first}`{episode.recovery_tool}` instead of `{episode.tool}`.")
    if not episode.changes:
        return _capital(f"{first}the same `{episode.tool}` call again.")
    changes = _and([_told(change, with_values=all_alike) for change in episode.changes[:3]])
    more = len(episode.changes) - 3
    rest = f" and {more} more" if more > 0 else ""
    return _capital(f"{first}`{episode.tool}` again with {changes}{rest}.")


def _told(change: ArgumentChange, *, with_values: bool) -> str:
    key = f"`{change.key}`"
    if change.before is None and change.after is not None:
        return f"{key} added" + (f" ({_value(change.after)})" if with_values and _is_short(change.after) else "")
    if change.after is None:
        return f"{key} left out"
    if with_values and _is_short(change.before) and _is_short(change.after):
        return f"{key} {_value(change.after)} instead of {_value(change.before)}"
    return f"another {key}"


def _is_short(value: Any) -> bool:
    text = str(value)
    is_cut = text.startswith("…") or text.endswith("…")
    return not isinstance(value, dict | list) and len(text) <= _SHORT and "\n" not in text and not is_cut


def _value(value: Any) -> str:
    return f"“{one_line(value)}”" if isinstance(value, str) else str(value)


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
