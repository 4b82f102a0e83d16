"""Content blocks as Anthropic's API has them: which are words, which are calls, and which are results."""

from __future__ import annotations

from typing import Any, NamedTuple

from warmtui.sessions.content import RawCall, identifier, written_arguments

_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


class BlockResult(NamedTuple):
    """What a result block holds: the call it answers, its content, and its own flag or None."""

    call_id: str | None
    content: Any
    is_error: bool | None


class Blocks(NamedTuple):
    """The content of one message, sorted.

    Attributes:
        words: texts, images and whatever is neither call nor result; thoughts are left out.
        calls: the calls, in order.
        results: the results, in order; those of the provider's own tools stand in the agent's message.
    """

    words: list[Any]
    calls: list[RawCall]
    results: list[BlockResult]


def has_blocks(content: object) -> bool:
    """Tell whether content is a list with calls, results or thoughts in it, which no other API writes there."""
    return isinstance(content, list) and any(
        isinstance(block, dict) and (_is_call(block) or _is_result(block) or _type(block) in _THOUGHTS)
        for block in content
    )


def sort_blocks(content: object) -> Blocks:
    """Sort the blocks of one message; a plain string is a word."""
    found = Blocks([], [], [])
    blocks = content if isinstance(content, list) else [content]
    for block in blocks:
        if not isinstance(block, dict):
            if block is not None:
                found.words.append(block)
        elif _is_call(block):
            found.calls.append(_call(block))
        elif _is_result(block):
            found.results.append(_result(block))
        elif _type(block) not in _THOUGHTS:
            found.words.append(block)
    return found


def _type(block: dict[str, Any]) -> str:
    kind = block.get("type")
    return kind if isinstance(kind, str) else ""


def _is_call(block: dict[str, Any]) -> bool:
    return _type(block).endswith("tool_use") and "name" in block


def _is_result(block: dict[str, Any]) -> bool:
    return _type(block).endswith("tool_result") and "tool_use_id" in block


def _call(block: dict[str, Any]) -> RawCall:
    return identifier(block.get("id")), None, str(block.get("name") or "unknown"), written_arguments(block.get("input"))


def _result(block: dict[str, Any]) -> BlockResult:
    flag = block.get("is_error")
    return BlockResult(
        identifier(block.get("tool_use_id")), block.get("content"), flag if isinstance(flag, bool) else None
    )
