"""The message stream as the new session would receive it: each message with its part and its tokens."""

from __future__ import annotations

import json
from typing import Any

from warmtui.text import one_line
from warmtui.tui import figures
from warmtui.tui.widgets.block_view import Block, BlockView, Paragraph
from warmtui.warmstart.models import Stream, StreamMessage

_ROLE_STYLES = {
    "system": "line--dim",
    "user": "line--accent",
    "assistant": "line--good",
    "tool": "line--warn",
}


class StreamView(BlockView):
    """A message stream; the messages that come from the chosen item carry a bar."""

    def __init__(self, widget_id: str | None = None) -> None:
        super().__init__(widget_id)
        self._stream: Stream | None = None
        self._chosen: str | None = None

    def show_stream(self, stream: Stream) -> None:
        """Show `stream`, and bring what an edit changed into sight."""
        blocks = _blocks(stream, self._chosen)
        if self._stream is not None and self._stream.target == stream.target:
            self.show_change(blocks)
        else:
            self.show(blocks)
        self._stream = stream

    def choose(self, part: str | None) -> None:
        """Mark the messages of `part` (a `StreamMessage.part`) and bring the first into sight."""
        if part != self._chosen:
            self._chosen = part
            if self._stream is not None:
                self.show(_blocks(self._stream, part))
                self.show_marked()


def _blocks(stream: Stream, chosen: str | None) -> list[Block]:
    examples: dict[str, int] = {}
    blocks = []
    for number, item in enumerate(stream.messages, 1):
        if item.part not in ("context", "user"):
            examples.setdefault(item.part, len(examples) + 1)
        role = str(item.message.get("role", ""))
        example = examples.get(item.part)
        where = f"example {example}" if example else item.part
        blocks.append(
            Block(
                heading=f"{number} {role} · {where}",
                note=figures.tokens(item.tokens),
                style=_ROLE_STYLES.get(role, "line--bold"),
                body=tuple(_body(item)),
                is_marked=item.part == chosen,
            )
        )
    return blocks


def _body(item: StreamMessage) -> list[Paragraph]:
    message = item.message
    paragraphs: list[Paragraph] = []
    content = message.get("content")
    if content:
        paragraphs.append(("", content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)))
    paragraphs.extend(("line--bold", _call(call)) for call in message.get("tool_calls") or ())
    return paragraphs


def _call(call: dict[str, Any]) -> str:
    function = call.get("function", {})
    return f"→ {one_line(str(function.get('name', '')))} {function.get('arguments', '')}"
