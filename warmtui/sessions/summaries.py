"""What an agent wrote down for itself when its history was compacted, without its harness' words around it."""

from __future__ import annotations

from warmtui.sessions.models import Conversation, Message

# The line a harness puts in front: what the summary is, and how to treat it.
_PREFACES = (
    "[CONTEXT COMPACTION — REFERENCE ONLY]",
    "This session is being continued from a previous conversation",
    "Another language model started to solve this problem",
)
_LEGACY = "[CONTEXT SUMMARY]:"
_END = "--- END OF CONTEXT SUMMARY"


def latest_summary(conversation: Conversation) -> Message | None:
    """Return the last compaction summary of a conversation, which takes in those before it; None without any."""
    return next((message for message in reversed(conversation.messages) if message.is_compaction), None)


def summary_words(message: Message) -> str:
    """Return what a compaction summary says, empty where nothing is left without the harness' words."""
    text = message.text.strip().removeprefix(_LEGACY)
    first, _, rest = text.partition("\n")
    if first.startswith(_PREFACES):
        text = rest
    return text.partition(_END)[0].strip()
