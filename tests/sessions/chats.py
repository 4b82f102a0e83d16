"""Chat messages in a few words, and what a conversation read from them says: for tests of compaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from warmtui.sessions.build import conversation_from_dicts
from warmtui.sessions.models import Conversation

SUMMARY = "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into the summary below."
Chat = dict[str, Any]


def user(text: Any) -> Chat:
    return {"role": "user", "content": text}


def says(text: str) -> Chat:
    return {"role": "assistant", "content": text}


def calls(call_id: str, command: str = "ls") -> Chat:
    function = {"name": "terminal", "arguments": json.dumps({"command": command})}
    return {"role": "assistant", "content": "", "tool_calls": [{"id": call_id, "function": function}]}


def result(call_id: str, text: str = "{}") -> Chat:
    return {"role": "tool", "content": text, "tool_call_id": call_id}


def archived(messages: Sequence[Chat]) -> list[Chat]:
    return [{**message, "active": 0, "compacted": 1} for message in messages]


def rotated(before: Sequence[Chat], after: Sequence[Chat]) -> list[Chat]:
    """A compaction that begins a new session: the messages before it stay in the old one."""
    return [
        *({**message, "session_id": "a"} for message in before),
        *({**message, "session_id": "s"} for message in after),
    ]


def in_place(before: Sequence[Chat], after: Sequence[Chat]) -> list[Chat]:
    return [*archived(before), *after]


def read(messages: Sequence[Chat]) -> Conversation:
    return conversation_from_dicts(list(messages), session_id="s", store="test")


def texts(conversation: Conversation) -> list[str]:
    return ["SUMMARY" if message.is_compaction else message.text for message in conversation.messages]


def results(conversation: Conversation) -> list[str | None]:
    return [call.result.text if call.result else None for call in conversation.calls]


def pair(number: int, *, text: str | None = None, call_id: str = "call_0") -> list[Chat]:
    return [calls(call_id, f"make {number}"), result(call_id, text or f"made {number}")]
