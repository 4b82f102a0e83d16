"""What the rollout of a fork repeats of the session it was taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from warmtui.sessions.content import seconds

Entry = tuple[str, dict[str, Any], Any]
"""Kind, payload and time of one line."""

_TIMED = 7  # the version of ids that begin with the time they were made


def copied_entries(entries: Sequence[Entry], meta: Mapping[str, Any]) -> int:
    """Return how many of the first entries happened in the session a fork was taken from.

    They are written anew, with the time of the fork, and nothing marks them. But each turn has an id that tells when
    it began: those from before the fork are not its own.

    Args:
        entries: the rollout's, without its header.
        meta: its header.

    Returns:
        0 where nothing proves that anything was repeated.
    """
    born = _made_at(meta.get("id"))
    if born is None:
        born = seconds(meta.get("timestamp"))
    if born is None:
        return 0
    is_proven = False
    for place, (kind, payload, _) in enumerate(entries):
        began = _made_at(payload.get("turn_id"))
        if began is None:
            is_proven = is_proven or (kind == "session_meta" and payload.get("id") != meta.get("id"))
        elif began >= born:
            return place if is_proven else 0
        else:
            is_proven = True
    has_turns = any(_made_at(payload.get("turn_id")) is not None for _, payload, _ in entries)
    return len(entries) if is_proven and has_turns else 0


def _made_at(identifier: object) -> float | None:
    """Return when an id was made, in seconds since the epoch; None where it does not tell."""
    try:
        parsed = UUID(identifier) if isinstance(identifier, str) else None
    except ValueError:
        return None
    return (parsed.int >> 80) / 1000 if parsed is not None and parsed.version == _TIMED else None
