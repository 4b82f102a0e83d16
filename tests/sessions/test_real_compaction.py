"""Sessions that Hermes' own agent compacted, rotated, took back, branched and delegated are read as they were.

What was called and said is known from the model on the other side, which only says what it is told.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from warmtui.sessions.models import Author, Conversation
from warmtui.sessions.opening import open_store

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.long  # an agent that starts, talks and compacts takes its time


class Worked:
    """A home in which agents worked, and what they really did."""

    def __init__(self, hermes_python: str, home: Path, names: Sequence[str]) -> None:
        command = [hermes_python, "-m", "tests.sessions.real_agent", str(home), *names]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert ran.returncode == 0, ran.stderr[-3000:]
        told = json.loads(ran.stdout)
        self.runs: dict[str, dict[str, Any]] = told["runs"]
        self.differing: list[str] = told["differing"]
        self.path = home / "state.db"

    def read(self, session_id: str) -> Conversation:
        with open_store(self.path) as store:
            return store.conversation(session_id)

    def assert_read_as_it_was(self, name: str) -> None:
        run = self.runs[name]
        conversation = self.read(run["ids"][-1])
        assert called(conversation) == run["called"], name
        assert conversation.orphans == 0, name
        people = [message.person_text for message in conversation.messages if message.person_text]
        assert people == run["said"], name


def called(conversation: Conversation) -> list[list[Any]]:
    return [
        [call.name, call.arguments, call.result.text if call.result and call.name == "echo" else None]
        for call in conversation.calls
    ]


@pytest.fixture(scope="module")
def worked(hermes_python: str, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    names = ["hundred_and_two", "four_rotations", "branch", "delegate", "1"]
    return Worked(hermes_python, tmp_path_factory.mktemp("home"), names)


def test_of_102_calls_of_which_a_compaction_left_hermes_few_all_are_read_once(worked: Worked) -> None:
    assert len(worked.runs["hundred_and_two"]["called"]) == 102
    assert worked.runs["hundred_and_two"]["counted_by_hermes"] < 20
    worked.assert_read_as_it_was("hundred_and_two")
    (summary,) = (m for m in worked.read(worked.runs["hundred_and_two"]["ids"][0]).messages if m.is_compaction)
    assert summary.person_text == ""


def test_four_rotations_with_compactions_in_place_between_them_are_one_conversation(worked: Worked) -> None:
    run = worked.runs["four_rotations"]
    worked.assert_read_as_it_was("four_rotations")
    conversation = worked.read(run["ids"][0])
    lineage = conversation.session.lineage
    assert len(lineage) == 5
    assert all(worked.read(session_id) == conversation for session_id in lineage)
    assert conversation.session.title == "Long work #5"
    assert [lineage.index(message.session_id) for message in conversation.messages] == sorted(
        lineage.index(message.session_id) for message in conversation.messages
    )
    summaries = [message for message in conversation.messages if message.is_compaction]
    assert len(summaries) == 8
    assert len({summary.text for summary in summaries}) == 8


def test_a_branch_is_a_session_of_its_own_with_the_history_it_was_taken_with(worked: Worked) -> None:
    run = worked.runs["branch"]
    worked.assert_read_as_it_was("branch")
    parent, child = worked.read(run["ids"][0]), worked.read(run["child"])
    assert (child.session.kind, child.session.parent_session_id) == ("branch", parent.session.session_id)
    assert child.session.lineage == (run["child"],)
    assert called(child) == called(parent)


def test_a_delegate_that_was_rotated_is_one_conversation_in_which_nobody_typed(worked: Worked) -> None:
    run = worked.runs["delegate"]
    worked.assert_read_as_it_was("delegate")
    assert len(run["children"]) == 2
    child = worked.read(run["children"][0])
    assert child.session.lineage == tuple(run["children"])
    assert (child.session.kind, child.session.parent_session_id) == ("delegate", run["ids"][0])
    assert [call.arguments for call in child.calls] == [{"say": f"answer {number}"} for number in range(13)]
    assert child.messages[0].text == run["goal"]
    assert {message.author for message in child.messages if message.role == "user"} == {Author.HARNESS}
    assert not any(message.person_text for message in child.messages)


def test_turns_of_any_shape_are_read_as_they_were(worked: Worked) -> None:
    worked.assert_read_as_it_was("1")


def test_the_object_and_the_file_give_the_same_conversations(worked: Worked) -> None:
    assert worked.differing == []


def test_whatever_is_compacted_resumed_and_taken_back_every_call_and_word_is_read_once(
    hermes_python: str, tmp_path: Path
) -> None:
    worked = Worked(hermes_python, tmp_path, [str(seed) for seed in range(10, 18)])
    for name in worked.runs:
        worked.assert_read_as_it_was(name)
    assert worked.differing == []
