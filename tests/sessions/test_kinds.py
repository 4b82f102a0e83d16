"""Stores of three versions with one session of each kind: what each holds, counted by hand from its rows."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from warmtui.sessions.models import Author, Conversation, MessageId
from warmtui.sessions.opening import open_store

Ids = list[MessageId]
PARENT = "20261121_090000_e00001"


@dataclass
class Expected:
    """One conversation.

    Attributes:
        lineage: the sessions it lies in.
        messages: the ids of its messages.
        calls: of each call its tool and the message that answers it.
        people: what persons typed, in order.
        harness: the user messages that no human typed.
        summaries: the messages that are compaction markers.
    """

    lineage: tuple[str, ...]
    source: str
    messages: Ids
    calls: list[tuple[str, MessageId]] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    harness: Ids = field(default_factory=list)
    summaries: Ids = field(default_factory=list)
    kind: tuple[str, str | None] = ("session", None)
    title: str | None = None
    is_live: bool = False


def compacted(messages: Ids, people: list[str]) -> Expected:
    return Expected(("20261121_080000_d15ea5",), "tui", messages, [], people, [43], [43])


# Before 0.19 the rows that compaction replaced, and those the user took back, are not in the store.
COMPACTED = {
    "0.13": compacted([43, 44, 45, 46, 49, 50], ["q3", "better question"]),
    "0.16": compacted([43, 44, 45, 46, 49, 50], ["q3", "better question"]),
    "0.19": compacted([*range(35, 45), 49, 50], ["q0", "q1", "q2", "q3", "better question"]),
}
OTHERS = [
    Expected(("20261121_100000_empty0",), "cli", []),
    Expected(
        ("20261121_090500_e00003",),
        "cli",
        [57, 58, 59],
        people=["branch question", "lone surrogate \N{REPLACEMENT CHARACTER} here"],
        kind=("branch", PARENT),
        is_live=True,
    ),
    Expected(("20261121_090100_e00002",), "subagent", [55, 56], harness=[55], kind=("delegate", PARENT)),
    Expected((PARENT,), "cli", [51, 52, 53, 54], [("delegate_task", 53)], ["delegate this"]),
    Expected(
        ("20261120_110000_c0ffee", "20261120_123000_c0ffe2"),
        "cli",
        list(range(25, 35)),
        people=["long task step 0", "long task step 1", "long task step 2", "go on"],
        harness=[31],
        summaries=[31],
        title="Long task #2",
    ),
    Expected(
        ("20261120_101500_0f1e2d3c",),
        "telegram",
        list(range(15, 25)),
        [("web_search", 17), ("wrong_tool", 18), ("web_extract", 20), ("terminal", 22)],
        ["what is in this picture?", "never mind, thanks"],
    ),
    Expected(
        ("20261120_091500_a1b2c3",),
        "cli",
        list(range(1, 14)),
        [("terminal", 3), ("read_file", 5), ("read_file", 6), ("patch", 8), ("patch", 10), ("terminal", 12)],
        ["Run the tests and fix what fails"],
        title="Fix failing test",
    ),
]


def shown(conversation: Conversation) -> Expected:
    session = conversation.session
    assert conversation.orphans == 0
    return Expected(
        lineage=session.lineage,
        source=session.source,
        messages=[message.message_id for message in conversation.messages],
        calls=[(call.name, call.result.message_id) for call in conversation.calls if call.result],
        people=[message.person_text for message in conversation.messages if message.person_text],
        harness=[message.message_id for message in conversation.messages if message.author is Author.HARNESS],
        summaries=[message.message_id for message in conversation.messages if message.is_compaction],
        kind=(session.kind, session.parent_session_id),
        title=session.title,
        is_live=conversation.is_live,
    )


@pytest.mark.parametrize("version", sorted(COMPACTED))
def test_each_of_the_nine_sessions_is_read_as_its_rows_say(kinds_dir: Path, tmp_path: Path, version: str) -> None:
    path = Path(shutil.copy(kinds_dir / f"kinds-{version}.db", tmp_path))
    with open_store(path) as store:
        found = [shown(conversation) for conversation in store.conversations()]
    assert found == [*OTHERS[:4], COMPACTED[version], *OTHERS[4:]]
    assert sum(len(each.lineage) for each in found) == 9
