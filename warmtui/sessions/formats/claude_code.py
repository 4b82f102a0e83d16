"""Claude Code transcripts: a record a line, chained by their ids; also the web's, in one document.

A file holds a session, in older versions its sub-agents' sidechains too; newer ones keep each in a file of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from warmtui.sessions.content import identifier, seconds
from warmtui.sessions.formats.claude_code_chain import Record, as_records, without_rewound
from warmtui.sessions.formats.claude_code_records import Reader
from warmtui.sessions.formats.files import Flaw, head, values
from warmtui.sessions.formats.transcript import Transcript, first_words, id_in_file, is_one_of, text_or_none
from warmtui.sessions.models import Session

NAME = "claude-code"

_SPOKEN = ("user", "assistant")
# Lines of bookkeeping with which a file may begin, or which are all it holds.
_BOOKKEEPING = frozenset(
    {"summary", "file-history-snapshot", "queue-operation", "custom-title", "ai-title", "agent-name", "last-prompt"}
    | {"permission-mode", "progress", "attachment", "system", "mode", "tag", "pr-link"}
)
_OWN_KEYS = frozenset({"sessionId", "leafUuid", "messageId"})
_SESSION_KEYS = ("sessionId", "session_id")  # the second in what `--output-format stream-json` prints
_TITLES = {"custom-title": "customTitle", "ai-title": "aiTitle", "summary": "summary"}


def matches(path: Path) -> bool:
    """Tell whether a file is a transcript of Claude Code."""
    return any(_is_record(record) or _is_document(record) for record in head(path).records)


def _is_record(record: dict[str, Any]) -> bool:
    if is_one_of(record.get("type"), _SPOKEN) and isinstance(record.get("message"), dict):
        return "uuid" in record or not record.keys().isdisjoint(_SESSION_KEYS)
    return is_one_of(record.get("type"), _BOOKKEEPING) and not _OWN_KEYS.isdisjoint(record)


def _is_document(record: dict[str, Any]) -> bool:
    lines = record.get("loglines")
    return isinstance(lines, list) and any(
        isinstance(each, dict) and is_one_of(each.get("type"), _SPOKEN) for each in lines
    )


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield the session of a file, then its sidechains, and the lines of it that are no JSON."""
    found: list[dict[str, Any]] = []
    for value in values(path):
        if isinstance(value, Flaw):
            yield value
        elif isinstance(value.data, dict):
            lines = value.data.get("loglines")
            found += [each for each in lines if isinstance(each, dict)] if isinstance(lines, list) else [value.data]
    records = as_records(found)
    session_id = _session_id(records, path)
    main = [record for record in records if not record.is_sidechain]
    if any(record.type in _SPOKEN for record in main):
        yield _transcript(without_rewound(main, _leaf(found)), main, session_id, title=_title(found, records))
    for agent, chain in _sidechains(records):
        yield _transcript(without_rewound(chain), chain, f"{session_id}/{agent}", parent=session_id)


def _session_id(records: Sequence[Record], path: Path) -> str:
    """Return the id in the file's name where a record names it, as a session that was taken up again may keep
    records of the one before; else the one named first, which stays the same however the file grows.
    """
    ids = (identifier(record.data.get(key)) for record in records for key in _SESSION_KEYS)
    named = dict.fromkeys(filter(None, ids))
    own = id_in_file(path)
    return own if own in named else next(iter(named), own)


def _leaf(found: Sequence[dict[str, Any]]) -> str | None:
    """Return the record at which the conversation stands, as the latest note of it says."""
    notes = (record.get("leafUuid") for record in reversed(found) if record.get("type") == "last-prompt")
    return next(filter(None, map(text_or_none, notes)), None)


def _sidechains(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Return the records of each sub-agent by a name for it: its own id, else where its chain begins."""
    roots: dict[str, str] = {}
    chains: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.is_sidechain:
            agent = record.agent
            root = roots.get(record.parent or "", f"sidechain-{record.uuid}")
            roots[record.uuid] = root
            chains[f"agent-{agent}" if agent else root].append(record)
    return [(name, chain) for name, chain in chains.items() if any(record.type in _SPOKEN for record in chain)]


def _title(found: Sequence[dict[str, Any]], records: Sequence[Record]) -> str | None:
    """Return the title a person gave, else the agent's, else the last summary of this session."""
    own = {record.uuid for record in records}
    titles: dict[str, str] = {}
    for record in found:
        kind = str(record.get("type"))
        title = text_or_none(record.get(_TITLES.get(kind, "")))
        if title and (kind != "summary" or is_one_of(record.get("leafUuid"), own)):
            titles[kind] = title
    return next((titles[kind] for kind in _TITLES if kind in titles), None)


def _transcript(
    history: Sequence[Record],
    records: Sequence[Record],
    session_id: str,
    *,
    title: str | None = None,
    parent: str | None = None,
) -> Transcript:
    """Return the conversation that the history among some records makes.

    What was copied from the session a person branched off from happened there, and counts there.
    """
    kept = [record for record in history if not record.is_copied]
    origin = parent or _forked_from(history)
    reader = Reader(session_id, is_delegated=parent is not None)
    for record in kept:
        reader.add(record)
    times = [at for record in kept or history if (at := seconds(record.data.get("timestamp"))) is not None]
    metadata = {
        "claude_code_version": _latest(history, "version"),
        "git_branch": _latest(history, "gitBranch"),
        "rewound": _spoken(records) - _spoken(history) or None,
        "copied": _spoken(history) - _spoken(kept) or None,
        **reader.tokens(),
    }
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=first_words(title) if title else reader.title(),
        source=NAME,
        model=reader.model,
        started_at=min(times, default=None),
        parent_session_id=origin,
        kind="delegate" if parent else "branch" if origin else "session",
        cwd=text_or_none(next((record.data["cwd"] for record in history if record.data.get("cwd")), None)),
        message_count=len(reader.messages),
        metadata={key: value for key, value in metadata.items() if value is not None},
    )
    return Transcript(session, reader.messages, may_go_on=True)


def _spoken(records: Sequence[Record]) -> int:
    return sum(record.type in _SPOKEN for record in records)


def _latest(records: Sequence[Record], key: str) -> str | None:
    return next((found for record in reversed(records) if (found := text_or_none(record.data.get(key)))), None)


def _forked_from(records: Sequence[Record]) -> str | None:
    """Return the session whose first records were copied into this one, where a person branched off from it."""
    for record in records:
        source = record.data.get("forkedFrom")
        if isinstance(source, dict) and text_or_none(source.get("sessionId")):
            return str(source["sessionId"])
    return None
