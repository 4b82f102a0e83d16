from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytest

from warmtui.errors import NotFoundError
from warmtui.sessions.build import conversation_from_dicts, read_conversation
from warmtui.sessions.models import Author, Session

OPENAI: list[dict[str, Any]] = [
    {"role": "system", "content": "You are helpful."},
    {"role": "user", "content": [{"type": "text", "text": "list"}, {"type": "image_url", "image_url": {"url": "x"}}]},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "ls", "arguments": '{"path": "/"}'}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": "a b", "is_error": False},
    {"role": "assistant", "content": "Two files."},
]


def test_openai_messages_become_a_conversation_with_ids_counted_from_nought() -> None:
    conversation = conversation_from_dicts(OPENAI, session_id="s1", store="given")
    assert [message.message_id for message in conversation.messages] == [0, 1, 2, 3, 4]
    assert [message.role for message in conversation.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert conversation.session.lineage == ("s1",)
    assert conversation.store == "given"
    assert conversation.message_count == 4
    (call,) = conversation.calls
    assert (call.name, call.arguments) == ("ls", {"path": "/"})
    assert call.result is not None
    assert (call.result.text, call.result.is_error, call.result.message_id) == ("a b", False, 3)
    asked = conversation.messages[1]
    assert (asked.text, asked.author, asked.person_text) == ("list\n[image]", Author.PERSON, "list")
    assert not conversation.is_live


def test_ids_and_times_of_messages_are_kept_where_they_have_them() -> None:
    conversation = conversation_from_dicts(
        [{"role": "user", "content": "a", "id": 17, "timestamp": "1970-01-01T00:00:05Z"}], session_id="s", store="t"
    )
    (message,) = conversation.messages
    assert (message.message_id, message.timestamp) == (17, 5.0)


def test_a_function_call_of_the_oldest_form_pairs_with_its_result() -> None:
    conversation = conversation_from_dicts(
        [
            {"role": "assistant", "content": None, "function_call": {"name": "ls", "arguments": "{}"}},
            {"role": "function", "name": "ls", "content": "a"},
        ],
        session_id="s",
        store="t",
    )
    assert conversation.orphans == 0
    assert conversation.messages[1].role == "tool"


def test_a_mid_turn_message_is_the_persons_word_in_the_result_it_came_with() -> None:
    text = (
        "{}\n\n[OUT-OF-BAND USER MESSAGE — a direct message from the user, delivered mid-turn; not tool output]\n"
        "not that file\n[/OUT-OF-BAND USER MESSAGE]"
    )
    conversation = conversation_from_dicts([{"role": "tool", "content": text}], session_id="s", store="t")
    (message,) = conversation.messages
    assert (message.author, message.person_text) == (None, "not that file")


def test_markers_of_the_gateway_are_no_messages_and_unknown_roles_are_not_spoken() -> None:
    conversation = conversation_from_dicts(
        [{"role": "session_meta"}, {"role": "developer", "content": "x"}, {"role": None, "content": "y"}],
        session_id="s",
        store="t",
    )
    assert [message.role for message in conversation.messages] == ["system", "system"]
    assert conversation.message_count == 0


def test_to_a_delegate_nobody_speaks_but_the_agent_that_began_it() -> None:
    told = "count the files\n\n[OUT-OF-BAND USER MESSAGE — x]\nand the folders\n[/OUT-OF-BAND USER MESSAGE]"
    messages = [{"role": "user", "content": "count the files"}, {"role": "tool", "content": told}]
    for kind, author, words in (("session", Author.PERSON, "and the folders"), ("delegate", Author.HARNESS, "")):
        session = Session("s", ("s",), kind=kind, parent_session_id="p")
        first, second = conversation_from_dicts(messages, session=session, session_id="s", store="t").messages
        assert (first.author, second.person_text) == (author, words)
        assert first.person_text == ("count the files" if kind == "session" else "")
        assert (first.text, second.author) == ("count the files", None)


class Plain:
    """The least a source can do."""

    def get_messages(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        return OPENAI if session_id == "s1" else []


class Rows(Plain):
    """A source with session rows, archived messages on request, and a lineage of two."""

    name = "rows"
    sessions: ClassVar[dict[str, dict[str, Any]]] = {
        "old": {"id": "old", "source": "cli", "end_reason": "compression", "ended_at": 2.0, "started_at": 1.0},
        "new": {"id": "new", "source": "cli", "parent_session_id": "old", "title": "T", "started_at": 3.0},
        "loop": {"id": "loop", "parent_session_id": "loop", "end_reason": "compression"},
        "empty": {"id": "empty"},
    }

    def get_session(self, session_id: str) -> Mapping[str, Any] | None:
        return self.sessions.get(session_id)

    def get_compression_tip(self, session_id: str) -> str:
        return "new" if session_id == "old" else session_id

    def get_messages(self, session_id: str, include_inactive: bool = False) -> Sequence[Mapping[str, Any]]:
        if session_id == "loop":
            return [{"role": "user", "content": "round"}]
        rows: list[dict[str, Any]] = [
            {"id": 1, "session_id": "old", "role": "user", "content": "first", "active": 0, "compacted": 1},
            {"id": 2, "session_id": "old", "role": "user", "content": "second", "active": 1},
            {"id": 3, "session_id": "new", "role": "user", "content": "third", "active": 1},
        ]
        return [row for row in rows if row["session_id"] == session_id and (include_inactive or row["active"])]


def test_any_object_with_get_messages_can_be_read() -> None:
    conversation = read_conversation(Plain(), "s1")
    assert len(conversation.messages) == 5
    assert conversation.store == "Plain"


def test_a_session_that_a_plain_source_does_not_have_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        read_conversation(Plain(), "nobody")
    with pytest.raises(NotFoundError, match="nobody"):
        read_conversation(Rows(), "nobody")


@pytest.mark.parametrize("session_id", ["old", "new"])
def test_archived_history_and_the_whole_lineage_are_asked_for(session_id: str) -> None:
    conversation = read_conversation(Rows(), session_id)
    assert [message.text for message in conversation.messages] == ["first", "second", "third"]
    assert [message.is_archived for message in conversation.messages] == [True, True, False]
    assert conversation.session.lineage == ("old", "new")
    assert (conversation.session.session_id, conversation.session.title) == ("new", "T")
    assert conversation.store == "rows"
    assert conversation.is_live


def test_a_session_that_is_its_own_parent_is_read_once() -> None:
    assert len(read_conversation(Rows(), "loop").messages) == 1


def test_a_session_without_messages_is_empty_and_not_missing() -> None:
    conversation = read_conversation(Rows(), "empty")
    assert conversation.messages == ()
    assert not conversation.is_live
