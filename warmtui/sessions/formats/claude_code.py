"""Claude Code transcripts: a record a line, chained by their ids; also the web's, in one document.

A file holds a session, in older versions its sub-agents' sidechains too; newer ones keep each in a file of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
_TITLES = {"custom-title": "customTitle", "ai-title": "aiTitle", "summary": "summary"}


def matches(path: Path) -> bool:
    """Tell whether a file is a transcript of Claude Code."""
    return any(_is_record(record) or _is_document(record) for record in head(path).records)


def _is_record(record: dict[str, Any]) -> bool:
    if is_one_of(record.get("type"), _SPOKEN) and isinstance(record.get("message"), dict):
        return "uuid" in record or "sessionId" in record
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
        yield _transcript(main, session_id, title=_title(found, records))
    for agent, chain in _sidechains(records):
        own_id = f"{session_id}/{agent}"
        yield _transcript(chain, own_id, parent=session_id)


def _session_id(records: Sequence[Record], path: Path) -> str:
    """Return the id most records name; a session that was taken up again may keep some of the one before."""
    named = Counter(name for record in records if (name := identifier(record.data.get("sessionId"))))
    own = id_in_file(path)
    return own if own in named or not named else named.most_common(1)[0][0]


def _sidechains(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """Return the records of each sub-agent by a name for it: its own id, else where its chain begins."""
    roots: dict[str, str] = {}
    chains: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.is_sidechain:
            agent = identifier(record.data.get("agentId"))
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
        if title and (kind != "summary" or record.get("leafUuid") in own):
            titles[kind] = title
    return next((titles[kind] for kind in _TITLES if kind in titles), None)


def _transcript(
    records: Sequence[Record], session_id: str, *, title: str | None = None, parent: str | None = None
) -> Transcript:
    kept = without_rewound(records)
    origin = parent or _forked_from(kept)
    reader = Reader(session_id, is_delegated=parent is not None)
    for record in kept:
        reader.add(record)
    times = [at for record in kept if (at := seconds(record.data.get("timestamp"))) is not None]
    rewound = sum(record.type in _SPOKEN for record in records) - sum(record.type in _SPOKEN for record in kept)
    metadata = {
        "claude_code_version": _latest(kept, "version"),
        "git_branch": _latest(kept, "gitBranch"),
        "rewound": rewound or None,
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
        cwd=text_or_none(next((record.data["cwd"] for record in kept if record.data.get("cwd")), None)),
        message_count=len(reader.messages),
        metadata={key: value for key, value in metadata.items() if value is not None},
    )
    return Transcript(session, reader.messages, may_go_on=True)


def _latest(records: Sequence[Record], key: str) -> str | None:
    return next((found for record in reversed(records) if (found := text_or_none(record.data.get(key)))), None)


def _forked_from(records: Sequence[Record]) -> str | None:
    """Return the session whose first records were copied into this one, where a person branched off from it."""
    for record in records:
        source = record.data.get("forkedFrom")
        if isinstance(source, dict) and text_or_none(source.get("sessionId")):
            return str(source["sessionId"])
    return None
