"""A session's own compaction summary as a note that a person may take along: what the agent knew by then."""

from __future__ import annotations

from warmtui.profiling.evidence import Evidence
from warmtui.sessions.models import Conversation
from warmtui.sessions.summaries import latest_summary, summary_words
from warmtui.templates.models import SUMMARY, ContextNote
from warmtui.templates.redaction import Redactor
from warmtui.templates.trimming import trim_text

_LONGEST = 4_000  # characters: about a thousand tokens, as much as a handful of examples


def summary_note(conversation: Conversation, redactor: Redactor) -> ContextNote | None:
    """Return the last compaction summary of a conversation as a note, redacted, its middle left out where it is long.

    Args:
        conversation: the conversation.
        redactor: takes secrets out before anything is cut.

    Returns:
        The note; None where nothing was compacted, or the summary says nothing.
    """
    message = latest_summary(conversation)
    words = summary_words(message) if message is not None else ""
    if message is None or not words:
        return None
    place = Evidence(store=conversation.store, session_id=message.session_id, message_id=message.message_id)
    return ContextNote(kind=SUMMARY, value=trim_text(redactor.text(words), _LONGEST), count=1, evidence=(place,))
