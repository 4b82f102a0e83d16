"""Trajectories as Hermes and others write them for training: ShareGPT turns, calls and results in tags.

``{"conversations": [{"from", "value"}], …}``, one a line: ``trajectory_samples.jsonl``,
``failed_trajectories.jsonl`` and the output of batch runs, which carry more keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warmtui.sessions.content import RawCall, identifier, parse_json, seconds, written_arguments
from warmtui.sessions.formats.files import Flaw, head, values
from warmtui.sessions.formats.transcript import Transcript, TranscriptBuilder, id_in_file, is_one_of, text_or_none
from warmtui.sessions.models import Session
from warmtui.text import json_text

NAME = "sharegpt"

_ROLES = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "function_call": "call",
    "tool_call": "call",
    "tool": "tool",
    "observation": "tool",
    "function_response": "tool",
    "tool_response": "tool",
}
_TAG = re.compile(r"<(think|tool_call)>|<REASONING_SCRATCHPAD>")
_RESPONSE = re.compile(r"<tool_response>\s*")
_DECODER = json.JSONDecoder(strict=False)


def matches(path: Path) -> bool:
    """Tell whether a file holds ShareGPT conversations."""
    return any(_turns(record) for record in _records(head(path).values))


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield the conversations of a file, and what in it is none."""
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
            continue
        for place, record in enumerate(_records((found.data,)), start=found.line or 1):
            if isinstance(record.get("conversations"), list):
                yield _transcript(record, id_in_file(path, place), found.mark)
            else:
                yield Flaw(f"line {place}", "no list of turns")


def _records(found: tuple[Any, ...]) -> list[dict[str, Any]]:
    flat = [each for value in found for each in (value if isinstance(value, list) else [value])]
    return [record for record in flat if isinstance(record, dict)]


def _turns(record: Mapping[str, Any]) -> bool:
    turns = record.get("conversations")
    return isinstance(turns, list) and any(
        isinstance(turn, dict) and is_one_of(turn.get("from"), _ROLES) for turn in turns
    )


def _transcript(record: Mapping[str, Any], own_id: str, mark: str) -> Transcript:
    session_id = identifier(record.get("session_id") or record.get("id")) or own_id
    builder = TranscriptBuilder(session_id)
    for turn in record["conversations"]:
        if isinstance(turn, dict):
            value = turn.get("value")
            _add_turn(
                builder,
                _ROLES.get(str(turn.get("from")), "system"),
                value if isinstance(value, str) else json_text(value),
            )
    metadata = record.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=builder.title(),
        source=text_or_none(record.get("source")) or NAME,
        model=text_or_none(record.get("model")) or text_or_none(known.get("model")),
        started_at=seconds(record.get("timestamp")) or seconds(known.get("timestamp")),
        message_count=len(builder.messages),
        metadata={key: value for key, value in record.items() if key not in ("conversations", "model", "source")},
    )
    return Transcript(session, builder.messages, mark=mark)


def _add_turn(builder: TranscriptBuilder, role: str, text: str) -> None:
    if role == "user":
        builder.user(text)
    elif role == "assistant":
        words, calls = _split(text)
        builder.assistant(words, calls)
    elif role == "call":
        builder.assistant("", _calls(text))
    elif role == "tool":
        for tool, content in _responses(text):
            # Calls carry no id, so neither may their results: both stand in the order of the calls.
            builder.result(content, tool=tool)
    else:
        builder.system(text)


def _split(text: str) -> tuple[str, list[RawCall]]:
    """Return what the agent said aloud, and its calls; thoughts are left out."""
    said: list[str] = []
    calls: list[RawCall] = []
    at = 0
    while tag := _TAG.search(text, at):
        said.append(text[at : tag.start()])
        if tag[1] == "tool_call":
            inner, at = _tagged(text, tag.end(), "</tool_call>")
            if text.endswith("</tool_call>", 0, at) or inner[:1] in ("{", "["):
                calls += _calls(inner)
            else:  # the tag is only spoken of
                said.append(text[tag.start() : at])
        else:
            closing = "</think>" if tag[1] else "</REASONING_SCRATCHPAD>"
            end = text.find(closing, tag.end())
            at = len(text) if end < 0 else end + len(closing)
    said.append(text[at:])
    return "\n".join(part for part in map(str.strip, said) if part), calls


def _tagged(text: str, start: int, closing: str) -> tuple[str, int]:
    """Return the JSON behind a tag, and where its closing tag ends: the JSON itself may hold that tag in a string."""
    while start < len(text) and text[start].isspace():
        start += 1
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        end = start
    closed = text.find(closing, end)
    if closed < 0:
        return text[start:].strip(), len(text)
    return text[start:closed].strip(), closed + len(closing)


def _calls(written: str) -> list[RawCall]:
    """Return the call that is written somewhere, or each of a list of them; what is no JSON is one to no known tool."""
    try:
        value = parse_json(written)
    except ValueError:
        value = None
    found = value if isinstance(value, list) and value else [value]
    if not all(isinstance(one, dict) for one in found):
        return [(None, None, "unknown", written)]
    return [_call(one) for one in found]


def _call(value: Mapping[str, Any]) -> RawCall:
    written_as = value.get("arguments", value.get("parameters"))
    return None, None, str(value.get("name") or "unknown"), written_arguments(written_as)


def _responses(text: str) -> Iterator[tuple[str | None, Any]]:
    """Yield the results of a turn, each with the tool it names; a turn without tags is one result."""
    at = 0
    found = False
    while opening := _RESPONSE.search(text, at):
        found = True
        inner, at = _tagged(text, opening.end(), "</tool_response>")
        yield _response(inner)
    if not found:
        yield None, text


def _response(written: str) -> tuple[str | None, Any]:
    try:
        value = parse_json(written)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "content" not in value:
        return None, written
    return identifier(value.get("name")), _as_seen(value["content"])


def _as_seen(content: object) -> str:
    """Return a result as the agent saw it: one that was JSON in a string was written as the value."""
    if isinstance(content, str):
        return content
    try:
        return json.dumps(content, ensure_ascii=False)
    except RecursionError:
        return json_text(content)
