"""Transcripts of every format, damaged in thousands of ways: what is left is read, and nothing is raised."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.sessions.formats.damage import damaged, swapped
from tests.sessions.formats.samples import ALONE, FILES
from warmtui.errors import SourceError
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

_VARIANTS = 60  # of each file; a run of a hundred times as many found nothing that these do not stand for


def _variant(name: str, number: int) -> bytes:
    chance = random.Random(f"{name}/{number}")
    records = swapped(FILES[name], chance) if number % 2 else FILES[name]
    if number % 3:
        data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    else:
        data = json.dumps(records[0] if name in ALONE else records, indent=1).encode()
    return data if number % 4 == 1 else damaged(data, chance)


def check_whole(conversation: Conversation) -> None:
    messages = conversation.messages
    ids = Counter((each.session_id, each.message_id) for each in messages if not each.is_compaction)
    assert all(count == 1 for count in ids.values())
    assert sum(len(message.calls) for message in messages) == len(conversation.calls)
    answered = sum(one.result is not None for one in conversation.calls)
    results = sum(message.result is not None for message in messages)
    assert results == answered + len(conversation.orphan_results)
    json.dumps([message.to_dict() for message in messages])


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_transcript_is_read_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.jsonl"
    opened = 0
    for number in range(_VARIANTS):
        path.write_bytes(_variant(name, number))
        os.utime(path, (number, number))
        try:
            store = open_store(path)
        except SourceError:
            continue
        with store:
            opened += 1
            found = {one.session.session_id: one for one in store.conversations()}
            assert {session.session_id for session in store.sessions()} == found.keys()
            assert {one.session.lineage_id for one in found.values()} == store.fingerprints().keys()
            assert all(isinstance(flaw, str) for flaw in store.flaws)
            for session_id, conversation in found.items():
                check_whole(conversation)
                assert store.conversation(session_id) == conversation
    assert opened > _VARIANTS / 3
