"""Which rows of Hermes' table of sessions are one conversation, and what kind of session each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from warmtui.sessions.content import parse_json, seconds
from warmtui.sessions.models import Session

SessionRow = Mapping[str, Any]
"""One row of the table, by column; a column the schema does not have is None or missing."""

LastActivity = Callable[[Sequence[str]], Mapping[str, float]]
"""Gives the time of the last message for session ids; asked only where several sessions continue one."""

# Added up over a lineage: each session counts its own.
_SUMMED = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "api_call_count",
    "estimated_cost_usd",
    "actual_cost_usd",
    "rewind_count",
)
# Taken from the newest session that has it.
_KEPT = (
    "archived",
    "git_branch",
    "git_repo_root",
    "profile_name",
    "user_id",
    "chat_id",
    "chat_type",
    "thread_id",
    "display_name",
    "billing_provider",
)
SESSION_COLUMNS = (
    "id",
    "source",
    "model",
    "model_config",
    "parent_session_id",
    "started_at",
    "ended_at",
    "end_reason",
    "message_count",
    "tool_call_count",
    "title",
    "cwd",
    *_SUMMED,
    *_KEPT,
)
"""The columns `lineages` and `session_of` look at, as far as a schema has them."""


def lineages(rows: Iterable[SessionRow], last_activity: LastActivity) -> list[tuple[SessionRow, ...]]:
    """Group session rows into conversations, each oldest first.

    A session that compaction ended is continued by one of its children: one that was itself compacted goes
    before a live one, a live one before one that has ended, then the one with the latest message. Children
    that lose are sessions of their own. A loop of parents is cut where it is first entered.
    """
    by_id = {str(row["id"]): row for row in rows}
    following = _continuations(by_id, last_activity)
    continued = set(following.values())
    found: list[tuple[SessionRow, ...]] = []
    seen: set[str] = set()
    # Those that continue nothing come first; what is then left can only be a loop.
    for start in sorted(by_id, key=lambda session_id: (session_id in continued, session_id)):
        line: list[SessionRow] = []
        at: str | None = start
        while at is not None and at not in seen:
            seen.add(at)
            line.append(by_id[at])
            at = following.get(at)
        if line:
            found.append(tuple(line))
    return found


def _continuations(by_id: Mapping[str, SessionRow], last_activity: LastActivity) -> dict[str, str]:
    """Return for each session that was continued the one that continues it."""
    candidates: defaultdict[str, list[str]] = defaultdict(list)
    for session_id, row in by_id.items():
        parent = by_id.get(str(row.get("parent_session_id")))
        if parent is not None and is_continuation(row, parent):
            candidates[str(parent["id"])].append(session_id)
    contested = [session_id for children in candidates.values() if len(children) > 1 for session_id in children]
    activity = last_activity(contested) if contested else {}

    def precedence(session_id: str) -> tuple[int, float, float, str]:
        row = by_id[session_id]
        state = 2 if row.get("end_reason") == "compression" else 1 if row.get("ended_at") is None else 0
        started = seconds(row.get("started_at")) or 0.0
        return state, activity.get(session_id, started), started, session_id

    return {parent: max(children, key=precedence) for parent, children in candidates.items()}


def is_continuation(row: SessionRow, parent: SessionRow) -> bool:
    """Tell whether a session may be the continuation of its parent after a compaction.

    What continues a branch or a delegate carries the same mark as it; what was begun from it names it.
    """
    if parent.get("end_reason") != "compression" or row["id"] == parent["id"]:
        return False
    marks = _marks(row)
    if marks:
        return marks == _marks(parent)
    return row.get("source") not in ("subagent", "tool")


def session_of(line: Sequence[SessionRow], parent: SessionRow | None = None) -> Session:
    """Return what the rows of one lineage say of the conversation.

    Args:
        line: its rows, oldest first.
        parent: the row of the first one's parent, where there is one.
    """
    first, newest = line[0], line[-1]
    kind, parent_id = _kind(first, parent)
    return Session(
        session_id=str(newest["id"]),
        lineage=tuple(str(row["id"]) for row in line),
        title=_text(_latest(line, "title")),
        source=_text(_latest(line, "source")) or "",
        model=_text(_latest(line, "model")),
        started_at=seconds(first.get("started_at")),
        ended_at=seconds(newest.get("ended_at")),
        end_reason=_text(newest.get("end_reason")),
        parent_session_id=parent_id,
        kind=kind,
        cwd=_text(_latest(line, "cwd")),
        message_count=int(_sum(line, "message_count") or 0),
        metadata=_metadata(line),
    )


def _kind(row: SessionRow, parent: SessionRow | None) -> tuple[str, str | None]:
    """Return what kind of session a row begins, and the session it came from."""
    marks = _marks(row)
    parent_id = _text(row.get("parent_session_id"))
    if "_delegate_from" in marks or row.get("source") == "subagent":
        return "delegate", parent_id or _text(marks.get("_delegate_from"))
    if "_branched_from" in marks:
        return "branch", parent_id or _text(marks["_branched_from"])
    if parent_id and row.get("source") == "tool":
        return "delegate", parent_id
    if parent is not None and parent.get("end_reason") == "branched" and _began_after(row, parent):
        return "branch", parent_id
    return "session", None


def _began_after(row: SessionRow, parent: SessionRow) -> bool:
    """Before there was a mark, a branch was told by beginning after the session it was taken from had ended."""
    began, ended = seconds(row.get("started_at")), seconds(parent.get("ended_at"))
    return began is not None and ended is not None and began >= ended


def _marks(row: SessionRow) -> Mapping[str, Any]:
    """Return the marks of a branch or a delegate, by name."""
    config = row.get("model_config")
    if isinstance(config, str | bytes) and config:
        try:
            config = parse_json(config)
        except ValueError:
            return {}
    if not isinstance(config, Mapping):
        return {}
    names = ("_branched_from", "_delegate_from")
    return {name: config[name] for name in names if config.get(name) is not None}


def _metadata(line: Sequence[SessionRow]) -> dict[str, Any]:
    if len(line) == 1:
        row = line[0]
        return {column: row[column] for column in (*_SUMMED, *_KEPT) if row.get(column) is not None}
    metadata = {column: _latest(line, column) for column in _KEPT}
    metadata |= {column: _sum(line, column) for column in _SUMMED}
    return {column: value for column, value in metadata.items() if value is not None}


def _sum(line: Sequence[SessionRow], column: str) -> float | None:
    values = [row[column] for row in line if isinstance(row.get(column), int | float) and isfinite(row[column])]
    return sum(values) if values else None


def _latest(line: Sequence[SessionRow], column: str) -> Any:
    for row in reversed(line):
        value = row.get(column)
        if value is not None:
            return value
    return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return None if value is None or value == "" else str(value)
