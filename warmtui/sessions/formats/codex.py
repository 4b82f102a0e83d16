"""Codex CLI rollouts: what the model was sent and answered, an item a line, with the harness' events between.

Items make the conversation. Events add what items do not say: which user messages a person typed, how tools of MCP
servers and patches ended, and that turns were taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from warmtui.sessions.content import seconds
from warmtui.sessions.formats.codex_forks import Entry, copied_entries
from warmtui.sessions.formats.codex_items import Items
from warmtui.sessions.formats.files import Flaw, head, values
from warmtui.sessions.formats.transcript import (
    Transcript,
    first_words,
    id_in_file,
    is_one_of,
    text_or_none,
    title_of,
)
from warmtui.sessions.models import Session

NAME = "codex"

# What the header of the first form holds: whatever holds more than that is something else.
_FIRST_HEADER = frozenset({"id", "timestamp", "instructions"})
_FIRST_HEADER_WHOLE = _FIRST_HEADER | {"git"}
_LINE_TYPES = frozenset({"session_meta", "response_item", "turn_context", "event_msg", "compacted"})


def matches(path: Path) -> bool:
    """Tell whether a file is a rollout: of the present form, or of the first, whose items stood alone."""
    records = head(path).records
    if any(is_one_of(each.get("type"), _LINE_TYPES) and isinstance(each.get("payload"), dict) for each in records):
        return True
    first = records[0] if records else {}
    return _FIRST_HEADER <= first.keys() <= _FIRST_HEADER_WHOLE or _is_document(first)


def _is_document(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("session"), dict) and isinstance(record.get("items"), list)


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield the one session of a rollout, and the lines of it that are no JSON."""
    meta: dict[str, Any] = {}
    entries: list[Entry] = []
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
            continue
        for entry in _entries(found.data):
            if entry[0] == "session_meta" and not meta:
                meta = {**entry[1], "_at": entry[2]}
            else:
                entries.append(entry)
    if meta or entries:
        yield _transcript(_session_id(meta, path), meta, entries)


def _entries(record: Any) -> Iterator[Entry]:
    """Yield kind, payload and time of what a line holds; of the first forms, as if they were the present one."""
    if not isinstance(record, dict):
        return
    at, payload = record.get("timestamp"), record.get("payload")
    if isinstance(payload, dict):
        yield str(record.get("type")), payload, at
    elif _is_document(record):
        yield "session_meta", record["session"], record["session"].get("timestamp")
        yield from (("response_item", item, None) for item in record["items"] if isinstance(item, dict))
    elif isinstance(record.get("type"), str):
        yield "response_item", record, at
    elif "id" in record and "timestamp" in record:
        yield "session_meta", record, at


def _session_id(meta: Mapping[str, Any], path: Path) -> str:
    return text_or_none(meta.get("id")) or text_or_none(meta.get("session_id")) or id_in_file(path)


def _parent(meta: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return what kind of session it is, and the one it came from."""
    source = meta.get("source")
    if isinstance(source, dict) and "subagent" in source:
        inner = source["subagent"]
        spawn = inner.get("thread_spawn") if isinstance(inner, dict) else None
        return "delegate", text_or_none(spawn.get("parent_thread_id")) if isinstance(spawn, dict) else None
    forked = text_or_none(meta.get("forked_from_id"))
    return ("branch", forked) if forked else ("session", None)


def _transcript(session_id: str, meta: Mapping[str, Any], entries: Sequence[Entry]) -> Transcript:
    kind, parent = _parent(meta)
    # What a fork repeats happened in the session it was taken from, and counts there.
    copied = copied_entries(entries, meta) if parent else 0
    items = Items(session_id, is_delegated=kind == "delegate")
    for each, payload, _ in entries[:copied]:
        items.pass_over(each, payload)
    for each, payload, at in entries[copied:]:
        items.add(each, payload, at)
    items.finish()
    git = meta.get("git")
    source = meta.get("source")
    metadata = {
        "codex_version": meta.get("cli_version"),
        "originator": meta.get("originator"),
        "surface": source if isinstance(source, str) else None,
        "git_branch": git.get("branch") if isinstance(git, dict) else None,
        "rolled_back": items.rolled_back or None,
        "copied": sum(each == "response_item" for each, *_ in entries[:copied]) or None,
        **items.tokens,
    }
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=first_words(items.title) if items.title else title_of(items.messages),
        source=NAME,
        model=items.model,
        started_at=seconds(meta.get("timestamp")) or seconds(meta.get("_at")) or items.first_at,
        ended_at=None,
        parent_session_id=parent,
        kind=kind,
        cwd=text_or_none(meta.get("cwd")) or items.cwd,
        message_count=len(items.messages),
        metadata={key: value for key, value in metadata.items() if value is not None},
    )
    return Transcript(session, items.messages, may_go_on=True)
