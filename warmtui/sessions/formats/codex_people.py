"""Who wrote a user message of Codex CLI: a person, the harness, or both."""

from __future__ import annotations

from warmtui.sessions.models import Author

# What Codex puts into the conversation as the user.
_HARNESS = (
    "<environment_context>",
    "<user_instructions>",
    "<INSTRUCTIONS>",
    "<permissions instructions>",
    "<collaboration_mode>",
    "<turn_aborted>",
    "<user_shell_command>",
    "<skill>",
    "<skills_instructions>",
    "<apps_instructions>",
    "<plugins_instructions>",
    "<subagent_notification>",
    "<hook_prompt",
    "<user_action>",
    "<goal_context>",
    "<personality_spec>",
    "<model_switch>",
    "# AGENTS.md instructions",
    "Warning: ",
    "Approved command prefix saved:",
    "Another language model started to solve this problem",
)
# An editor puts what it has open in front of the person's words.
_EDITOR = ("# Context from my IDE setup:", "# Files mentioned by the user:")
_REQUEST = ("## My request for Codex:", "## My request:")


def authorship(text: str) -> tuple[Author, str]:
    """Tell who wrote a user message, and which words are a person's."""
    words = text.lstrip()
    if words.startswith(_HARNESS):
        return Author.HARNESS, ""
    if words.startswith(_EDITOR):
        for mark in _REQUEST:
            _, found, request = words.partition(mark)
            if found:
                return (Author.BOTH, request.strip()) if request.strip() else (Author.HARNESS, "")
        return Author.HARNESS, ""
    return Author.PERSON, text
