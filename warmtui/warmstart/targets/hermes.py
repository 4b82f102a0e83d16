"""A Hermes prefill file: chat messages that are put between the agent's own prompt and the history."""

from __future__ import annotations

from typing import Any

from warmtui.warmstart.context import ACKNOWLEDGEMENT
from warmtui.warmstart.targets.chat import broken_alternation, broken_pairing, broken_shapes
from warmtui.warmstart.targets.target import Target


def _tool_name(name: str) -> str:
    # The agent's own tools are called by their own names; it makes them fit its provider by itself.
    return name or "tool"


def _context(text: str) -> list[dict[str, Any]]:
    # A second system message would destroy the agent's own prompt.
    return [{"role": "user", "content": text}, {"role": "assistant", "content": ACKNOWLEDGEMENT}]


def _check(document: Any) -> list[str]:
    broken = broken_shapes(document)
    if broken:
        return broken
    broken = [*broken_pairing(document), *broken_alternation(document)]
    if any(message["role"] == "system" for message in document):
        broken.append("a system message would replace the agent's own prompt")
    if document and document[0]["role"] != "user":
        broken.append("a prefill begins with a user message")
    if document and document[-1]["role"] != "assistant":
        broken.append("a prefill ends on an assistant message, because the new user message follows it")
    if document and document[-1].get("tool_calls"):
        broken.append("a prefill does not end on a call")
    return broken


HERMES = Target("hermes", check=_check, tool_name=_tool_name, context=_context, takes_user_message=False)
