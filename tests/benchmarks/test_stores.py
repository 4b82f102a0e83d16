from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.reading import Seen, floor, read
from tests.benchmarks.stores import MadeStore, hermes_store, write_store
from warmtui.sessions.formats.hermes import HermesStore
from warmtui.sessions.models import Conversation

SESSIONS, MESSAGES = 60, 2_400


@pytest.fixture(scope="module")
def made() -> MadeStore:
    return hermes_store(SESSIONS, MESSAGES)


@pytest.fixture(scope="module")
def conversations(made: MadeStore) -> list[Conversation]:
    with HermesStore(made.path) as store:
        return list(store.conversations())


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_the_same_seed_gives_the_same_store_and_another_one_another(tmp_path: Path, made: MadeStore) -> None:
    again = write_store(tmp_path / "again.db", SESSIONS, MESSAGES, seed=7)
    other = write_store(tmp_path / "other.db", SESSIONS, MESSAGES, seed=8)
    assert again == made.planned != other
    assert dump(tmp_path / "again.db") == dump(made.path) != dump(tmp_path / "other.db")


def test_a_store_is_written_once_a_run(made: MadeStore) -> None:
    assert hermes_store(SESSIONS, MESSAGES) is made


def test_a_store_has_the_size_that_was_asked_for(made: MadeStore) -> None:
    assert (made.planned.sessions, made.planned.rows) == (SESSIONS, MESSAGES)


def test_a_reader_finds_what_was_planned(made: MadeStore, conversations: list[Conversation]) -> None:
    planned = made.planned
    assert len(conversations) == planned.conversations
    assert sum(len(each.messages) for each in conversations) == planned.messages
    assert sum(len(each.calls) for each in conversations) == planned.calls
    assert sum(each.orphan_calls for each in conversations) == planned.orphan_calls
    assert sum(len(each.orphan_results) for each in conversations) == planned.orphan_results


def test_a_store_has_some_of_everything_that_makes_reading_hard(
    made: MadeStore, conversations: list[Conversation]
) -> None:
    planned = made.planned
    assert planned.messages < planned.rows, "rewound messages and copies"
    assert planned.orphan_calls and planned.orphan_results
    assert any(len(each.session.lineage) == 2 for each in conversations), "a rotated lineage"
    assert any(
        len(each.session.lineage) == 1 and any(message.is_archived for message in each.messages)
        for each in conversations
    ), "a compaction in place"
    results = [call.result.text for each in conversations for call in each.calls if call.result]
    envelopes = sum(text.startswith("{") for text in results)
    assert 0.7 < envelopes / len(results) < 0.95, "most results are JSON, and some are wrapped or plain"
    assert max(map(len, results)) > 20_000, "seldom one is huge"


def test_the_floor_and_the_reader_see_the_same_rows_and_calls(made: MadeStore) -> None:
    planned = made.planned
    assert floor(made.path) == Seen(planned.rows, planned.row_calls)
    with HermesStore(made.path) as store:
        assert read(store) == Seen(planned.messages, planned.calls)
