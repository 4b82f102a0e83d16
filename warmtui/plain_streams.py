"""What the command line prints of message streams: plain text, every figure of tokens an estimate and labelled so."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.plain import table
from warmtui.text import one_line, plural
from warmtui.warmstart.ablation import Ablation
from warmtui.warmstart.models import Stream, StreamMessage
from warmtui.warmstart.targets import MESSAGE_TARGETS, takes_user_message

_ESTIMATE = "tokens are estimates: characters / 4"


def stream(found: Stream, *, width: int = 100, most: int | None = None) -> str:
    """Return a message stream: a line a message, then what each part adds, then the warnings.

    Args:
        found: the stream; of one without messages only what its parts add.
        width: characters of a message that are shown.
        most: how many messages are shown; all of them if None.
    """
    shown = found.messages if most is None else found.messages[:most]
    lines = [
        f"{message.message['role']:<9} {message.tokens:>5}  {one_line(_said(message), width)}" for message in shown
    ]
    if len(shown) < len(found.messages):
        lines.append(f"… {plural(len(found.messages) - len(shown), 'message')} more")
    blocks = ["\n".join(lines)] if lines else []
    return "\n\n".join([*blocks, parts(found)])


def parts(found: Stream) -> str:
    """Return what each part of a stream adds, the sum, and the warnings."""
    rows = [[part.title, f"{part.tokens:,}", f"{part.share:.0%}"] for part in found.parts]
    lines = [table(["part", "tokens", "share"], rows, right=" rr")] if rows else []
    size = f"{plural(len(found.messages), 'message')}, " if found.messages or not found.parts else ""
    lines.append(f"{found.target}: {size}about {found.tokens:,} tokens; {_ESTIMATE}")
    if found.target in MESSAGE_TARGETS and not takes_user_message(found.target):
        lines.append(f"your message is not in it: {found.target.capitalize()} adds it after these")
    lines += [f"note: {warning}" for warning in found.warnings]
    return "\n".join(lines)


def ablation(steps: Sequence[Ablation]) -> str:
    """Return the series of streams, a line a step: what it has, what it adds, and what that costs."""
    with_messages = any(step.stream.messages for step in steps)
    rows = [
        [
            step.name,
            str(step.examples),
            *([str(len(step.stream.messages))] if with_messages else []),
            f"{step.stream.tokens:,}",
            f"+{step.added_tokens:,}",
            step.added or ("" if place == 0 else "nothing"),
        ]
        for place, step in enumerate(steps)
    ]
    header = ["step", "examples", *(["messages"] if with_messages else []), "tokens", "added", "what was added"]
    lines = [table(header, rows, right=" rrrr" if with_messages else " rrr")]
    lines.append(f"{steps[-1].stream.target}; {_ESTIMATE}")
    lines += [f"note: {warning}" for warning in steps[-1].stream.warnings]
    return "\n".join(lines)


def _said(message: StreamMessage) -> str:
    said = message.message
    calls = [f"{call['function']['name']}({call['function']['arguments']})" for call in said.get("tool_calls", ())]
    return " ".join(calls) or str(said["content"])
