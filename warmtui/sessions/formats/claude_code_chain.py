"""The records of a Claude Code transcript as a chain: which of them are history, and which a person took back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    def is_sidechain(self) -> bool:
        """Whether it belongs to a sub-agent."""
        return self.data.get("isSidechain") is True

    @property
    def message(self) -> dict[str, Any]:
        """The message it holds, empty where it holds none."""
        message = self.data.get("message")
        return message if isinstance(message, dict) else {}


def as_records(found: Iterable[dict[str, Any]]) -> list[Record]:
    """Return the records that make a conversation, each id once: a session taken up again may repeat some."""
    records: dict[str, Record] = {}
    for number, data in enumerate(found):
        kind = data.get("type")
        if is_one_of(kind, _KINDS):
            uuid = identifier(data.get("uuid")) or f"record-{number}"
            records.setdefault(uuid, Record(uuid, identifier(data.get("parentUuid")), str(kind), data))
    return list(records.values())


def without_rewound(records: Sequence[Record]) -> list[Record]:
    """Return the records without what a person took back.

    Going back in a conversation writes the new prompt behind the record the old one stood behind: of several
    prompts with one parent the last is history, and what followed from the others is not. Nothing else branches a
    conversation; calls that run at once do branch the chain, so being off the last record's path proves nothing.
    """
    following: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.type == "user" and record.parent is not None:
            following[record.parent].append(record)
    gone: set[str] = set()
    for siblings in following.values():
        if len(siblings) > 1:
            prompts = [record.uuid for record in siblings if _is_prompt(record)]
            gone.update(prompts[:-1])
    if not gone:
        return list(records)
    kept: list[Record] = []
    for record in records:  # a parent stands before what follows from it
        if record.uuid in gone or record.parent in gone:
            gone.add(record.uuid)
        else:
            kept.append(record)
    return kept


def _is_prompt(record: Record) -> bool:
    """Tell whether a user record is a message that a person typed to the agent."""
    if record.data.get("isMeta") or record.data.get("isCompactSummary"):
        return False
    blocks = sort_blocks(record.message.get("content"))
    if blocks.results or not blocks.words:
        return False
    return authorship(content_text(blocks.words, image=""))[0] is not Author.HARNESS
