"""The records of a Claude Code transcript as a chain: which of them are history, and which a person took back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warmtui.sessions.blocks import sort_blocks
from warmtui.sessions.content import content_text, identifier
from warmtui.sessions.formats.claude_code_people import authorship
from warmtui.sessions.formats.transcript import is_one_of
from warmtui.sessions.models import Author

_KINDS = frozenset({"user", "assistant", "system", "attachment", "progress"})


@dataclass(slots=True, eq=False)
class Record:
    """One record of the conversation.

    Attributes:
        uuid: its id; counted where it has none.
        parent: the record it follows, or None.
        type: ``user``, ``assistant``, ``system``, ``attachment`` or ``progress``.
        data: all of it.
    """

    uuid: str
    parent: str | None
    type: str
    data: dict[str, Any]

    @property
    def agent(self) -> str | None:
        """What names the sub-agent it belongs to: its own id or the call that began it; None where nothing does."""
        return identifier(self.data.get("agentId")) or identifier(self.data.get("parent_tool_use_id"))

    @property
    def is_sidechain(self) -> bool:
        """Whether it belongs to a sub-agent."""
        return self.data.get("isSidechain") is True or isinstance(self.data.get("parent_tool_use_id"), str)

    @property
    def is_copied(self) -> bool:
        """Whether it happened in another session, from which a person branched off."""
        source = self.data.get("forkedFrom")
        return isinstance(source, dict) and source.get("messageUuid") == self.uuid

    @property
    def message(self) -> dict[str, Any]:
        """The message it holds, empty where it holds none."""
        message = self.data.get("message")
        return message if isinstance(message, dict) else {}

    @property
    def before(self) -> str | None:
        """The record it follows, also across a compaction, at which the chain begins anew."""
        return self.parent or identifier(self.data.get("logicalParentUuid"))


def as_records(found: Iterable[dict[str, Any]]) -> list[Record]:
    """Return the records that make a conversation, each id once: a session taken up again may repeat some."""
    records: dict[str, Record] = {}
    for number, data in enumerate(found):
        kind = data.get("type")
        if is_one_of(kind, _KINDS):
            uuid = identifier(data.get("uuid")) or f"record-{number}"
            records.setdefault(uuid, Record(uuid, identifier(data.get("parentUuid")), str(kind), data))
    return list(records.values())


def without_rewound(records: Sequence[Record], leaf: str | None = None) -> list[Record]:
    """Return the records without what a person took back.

    Going back in a conversation writes the new prompt behind the record the old one stood behind: of several
    prompts with one parent the last is history, and what followed from the others is not. Nothing else branches a
    conversation; calls that run at once do branch the chain, so being off the last record's path proves nothing.

    Args:
        records: the conversation's, in the order they were written.
        leaf: the record at which the conversation stands, where the transcript says so. It tells which of several
            beginnings is history, after going back to the first prompt.
    """
    following: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.before is not None:
            following[record.before].append(record)
    waiting = [prompt for branches in following.values() for prompt in _prompts(branches)[:-1]]
    waiting += _earlier_beginnings(records, leaf)
    gone: set[str] = set()
    while waiting:
        record = waiting.pop()
        if record.uuid not in gone:
            gone.add(record.uuid)
            waiting += following.get(record.uuid, ())
    return [record for record in records if record.uuid not in gone]


def _prompts(branches: Sequence[Record]) -> list[Record]:
    """Return which of the records behind one and the same are prompts; none where nothing branches there."""
    asked = [record for record in branches if record.type == "user" and record.parent is not None]
    return [record for record in asked if _is_prompt(record)] if len(asked) > 1 else []


def _earlier_beginnings(records: Sequence[Record], leaf: str | None) -> list[Record]:
    """Return the first prompts that stand before the one that led to the leaf; none where another record did."""
    by_id = {record.uuid: record for record in records}
    beginning = _beginning(by_id, leaf)
    if beginning is None or not _is_first_prompt(beginning):
        return []
    until = next(place for place, record in enumerate(records) if record is beginning)
    return [record for record in records[:until] if _is_first_prompt(record)]


def _beginning(by_id: Mapping[str, Record], leaf: str | None) -> Record | None:
    record = by_id.get(leaf or "")
    seen: set[str] = set()
    while record is not None and record.before is not None and record.uuid not in seen:
        seen.add(record.uuid)
        record = by_id.get(record.before)
    return record


def _is_first_prompt(record: Record) -> bool:
    """Tell whether a prompt says itself that it follows nothing; one that says nothing may be anywhere."""
    data = record.data
    return record.type == "user" and "parentUuid" in data and data["parentUuid"] is None and _is_prompt(record)


def _is_prompt(record: Record) -> bool:
    """Tell whether a user record is a message that a person typed to the agent."""
    if record.data.get("isMeta") or record.data.get("isCompactSummary"):
        return False
    blocks = sort_blocks(record.message.get("content"))
    if blocks.results or not blocks.words:
        return False
    return authorship(content_text(blocks.words, image=""))[0] is not Author.HARNESS
