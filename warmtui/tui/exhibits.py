"""Evidence made ready to look at: the very messages a pattern was seen in, read from their store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from warmtui.errors import WarmtuiError
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.models import SessionAnalysis
from warmtui.sessions.models import Conversation, Message, MessageId, ToolCall
from warmtui.tui.cells import cut

if TYPE_CHECKING:
    from warmtui.workspace import Workspace

_LONGEST = 4_000
"""Characters of one message that are shown; results of a megabyte are real, and nobody reads them here."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One place a pattern was seen in.

    Attributes:
        heading: which session, message, role.
        outcome: what the call's result said; empty where the evidence is no call.
        paragraphs: what stands there, each with a word for what it is: ``text``, ``call``, ``result``,
            ``problem``.
    """

    heading: str
    outcome: str
    paragraphs: tuple[tuple[str, str], ...]


class ExhibitReader:
    """Reads evidence; what was read of a session is kept while the reader lives."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept: dict[tuple[str, str], tuple[Conversation, SessionAnalysis]] = {}
        self._lock = Lock()

    def read(self, evidence: Sequence[Evidence]) -> list[Exhibit]:
        """Read the messages of `evidence`, in order; one that cannot be read says why in its place."""
        return [self._exhibit(place) for place in evidence]

    def _exhibit(self, place: Evidence) -> Exhibit:
        heading = f"#{place.message_id} in {place.session_id}"
        try:
            conversation, analysis = self._session(place.store, place.session_id)
        except WarmtuiError as error:
            return Exhibit(heading, "", (("problem", str(error)),))
        message = _message(conversation, place.session_id, place.message_id)
        if message is None:
            return Exhibit(heading, "", (("problem", "The store holds this message no longer."),))
        calls = _calls_at(conversation, place)
        paragraphs = [("text", message.person_text or message.text)] if message.text.strip() else []
        if calls:
            paragraphs = paragraphs[:1] if message.role == "assistant" else []
        for call in calls:
            paragraphs.append(("call", f"{call.name} {_arguments(call)}"))
            result = call.result
            paragraphs.append(("result", result.text) if result else ("problem", "No result was recorded."))
        outcome = _outcome(analysis, place) if calls else ""
        return Exhibit(
            f"{message.role} #{place.message_id} · {place.session_id}",
            outcome,
            tuple((kind, cut(text, _LONGEST)) for kind, text in paragraphs),
        )

    def _session(self, store: str, session_id: str) -> tuple[Conversation, SessionAnalysis]:
        with self._lock:
            found = self._kept.get((store, session_id))
            if found is None:
                found = (
                    self._workspace.conversation(store, session_id),
                    self._workspace.analyze(store, session_id),
                )
                self._kept[store, session_id] = found
            return found


def _message(conversation: Conversation, session_id: str, message_id: MessageId) -> Message | None:
    for message in conversation.messages:
        if message.message_id == message_id and message.session_id == session_id:
            return message
    return None


def _calls_at(conversation: Conversation, place: Evidence) -> list[ToolCall]:
    """Return the call the evidence means; a message that made several is told apart by the result."""
    at = [
        call
        for call in conversation.calls
        if call.message_id == place.message_id and call.session_id == place.session_id
    ]
    if place.result_message_id is None:
        return at
    return [call for call in at if call.result and call.result.message_id == place.result_message_id]


def _outcome(analysis: SessionAnalysis, place: Evidence) -> str:
    for record in analysis.calls:
        if (record.session_id, record.message_id) == (place.session_id, place.message_id) and (
            place.result_message_id in (None, record.result_message_id)
        ):
            return record.outcome.value
    return ""


def _arguments(call: ToolCall) -> str:
    raw = call.raw_arguments
    return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
