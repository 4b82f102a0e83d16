"""The records of a Claude Code transcript as messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warmtui.sessions.blocks import Blocks, sort_blocks
from warmtui.sessions.content import content_text, identifier
from warmtui.sessions.formats.claude_code_chain import Record
from warmtui.sessions.formats.claude_code_people import authorship, is_mid_turn, is_summary
from warmtui.sessions.formats.transcript import TranscriptBuilder, text_or_none
from warmtui.sessions.models import Author, Message

_TOKENS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_creation_input_tokens": "cache_write_tokens",
}
# Of a message that is for the agent only, one that only the transcript shows, one that was made up.
_HARNESS_MARKS = ("isMeta", "isVisibleInTranscriptOnly", "isSynthetic")
# The harness speaks in the agent's place: an error of the API, an answer nobody asked for.
_NO_MODEL = "<synthetic>"


@dataclass(slots=True)
class _Answer:
    """One answer of the API, which comes in several records: its message, and what was said and called so far."""

    message: Message
    said: set[str] = field(default_factory=set)
    called: set[str | None] = field(default_factory=set)


class Reader:
    """Reads a conversation record by record.

    Args:
        session_id: the session they belong to.
        is_delegated: True where another agent speaks as the user.

    Attributes:
        model: the model of the latest answer, or None.
    """

    def __init__(self, session_id: str, *, is_delegated: bool = False) -> None:
        self._builder = TranscriptBuilder(session_id, authorship, is_delegated=is_delegated)
        self._answers: dict[tuple[str, str | None], _Answer] = {}  # of this turn, by the API's ids
        self._usage: dict[str, Mapping[str, Any]] = {}
        self.model: str | None = None

    @property
    def messages(self) -> list[Message]:
        """The messages so far."""
        return self._builder.messages

    def title(self) -> str | None:
        """Return the first words a person typed."""
        return self._builder.title()

    def tokens(self) -> dict[str, int]:
        """Return what the answers used, each counted once, by the names of `Session.metadata`."""
        sums = {
            ours: sum(count for usage in self._usage.values() if isinstance(count := usage.get(theirs), int))
            for theirs, ours in _TOKENS.items()
        }
        return {name: total for name, total in sums.items() if total}

    def add(self, record: Record) -> None:
        """Add one record."""
        if record.type == "assistant":
            self._answer(record)
        elif record.type == "user":
            self._user(record)
        elif record.type == "attachment":
            self._attachment(record)

    def _answer(self, record: Record) -> None:
        message, at = record.message, record.data.get("timestamp")
        blocks = sort_blocks(message.get("content"))
        if message.get("model") == _NO_MODEL or record.data.get("isApiErrorMessage"):
            self._builder.system(blocks.words, at=at, message_id=record.uuid)
            return
        self.model = text_or_none(message.get("model")) or self.model
        api_id = identifier(message.get("id"))
        if api_id and isinstance(message.get("usage"), dict):
            self._usage[api_id] = message["usage"]
        # Proxies give every answer the same id; the request's then tells them apart.
        key = (api_id, identifier(record.data.get("requestId"))) if api_id else None
        answer = self._answers.get(key) if key else None
        if answer is None:
            answer = _Answer(self._builder.assistant("", at=at, message_id=record.uuid))
            if key:
                self._answers[key] = answer
        self._join(answer, blocks, at)
        self._results(record, blocks, first=1)

    def _join(self, answer: _Answer, blocks: Blocks, at: object) -> None:
        """Add what a record brings to an answer; older versions repeat in it what came before."""
        message = answer.message
        for said in filter(None, map(content_text, blocks.words)):
            if said not in answer.said:
                answer.said.add(said)
                message.text = f"{message.text}\n{said}" if message.text else said
        calls = [call for call in blocks.calls if call[0] is None or call[0] not in answer.called]
        answer.called.update(call[0] for call in calls)
        self._builder.more_calls(message, calls, at=at)

    def _user(self, record: Record) -> None:
        content, at = record.message.get("content"), record.data.get("timestamp")
        blocks = sort_blocks(content)
        is_marked = record.data.get("isCompactSummary") is True
        if is_marked or (not blocks.results and is_summary(content_text(blocks.words))):
            self._builder.compaction(content, at=at, message_id=record.uuid)
            return
        self._results(record, blocks)
        if blocks.words:
            is_harness = _is_harness(record.data) and not is_mid_turn(content_text(blocks.words).lstrip())
            author = Author.HARNESS if is_harness else None
            own_id = _part_id(record, len(blocks.results))
            message = self._builder.user(blocks.words, at=at, message_id=own_id, author=author)
            if message.author is not Author.HARNESS:  # no answer goes on behind a prompt
                self._answers.clear()

    def _results(self, record: Record, blocks: Blocks, first: int = 0) -> None:
        for number, result in enumerate(blocks.results, start=first):
            self._builder.result(
                result.content,
                call_id=result.call_id,
                is_error=result.is_error,
                at=record.data.get("timestamp"),
                message_id=_part_id(record, number),
            )

    def _attachment(self, record: Record) -> None:
        """Add what a person typed while the agent worked; it is kept nowhere else."""
        attached = record.data.get("attachment")
        if not isinstance(attached, dict) or attached.get("type") != "queued_command":
            return
        is_prompt = attached.get("commandMode", "prompt") == "prompt" and not _is_harness(attached)
        author = None if is_prompt else Author.HARNESS
        at = record.data.get("timestamp")
        self._builder.user(attached.get("prompt"), at=at, message_id=record.uuid, author=author)


def _is_harness(data: Mapping[str, Any]) -> bool:
    origin = data.get("origin")
    kind = origin.get("kind") if isinstance(origin, dict) else None
    is_marked = any(data.get(mark) is True for mark in _HARNESS_MARKS)
    return is_marked or (kind is not None and kind != "human")


def _part_id(record: Record, number: int) -> str:
    """Return the id of one of several messages that a record holds: the first has the record's own."""
    return f"{record.uuid}#{number}" if number else record.uuid
