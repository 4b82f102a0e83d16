"""SWE-agent's ``.traj`` files: the history of one run, as chat messages with its own marks on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warmtui.sessions.content import RawCall, read_calls
from warmtui.sessions.formats.files import Flaw, head, values
from warmtui.sessions.formats.transcript import Transcript, TranscriptBuilder, id_in_file
from warmtui.sessions.models import Session

NAME = "swe-agent"

# Where the agent writes its commands as text, they run in a shell.
_SHELL = "bash"


def matches(path: Path) -> bool:
    """Tell whether a file is a trajectory of SWE-agent."""
    return any(_is_run(record) for record in head(path).records)


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield the run of a file, or those that stand in it one a line, and what in it is none."""
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
        elif isinstance(found.data, dict) and _is_run(found.data):
            yield _transcript(found.data, id_in_file(path, found.line), found.mark)
        else:
            yield Flaw(f"line {found.line}" if found.line else "", "no run")


def _is_run(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("trajectory"), list) and isinstance(record.get("history"), list)


def _transcript(document: Mapping[str, Any], session_id: str, mark: str) -> Transcript:
    builder = TranscriptBuilder(session_id)
    waits = False  # for the answer to a command that was written as text
    for message in document["history"]:
        if isinstance(message, dict):
            waits = _add(builder, message, waits=waits)
    info = document.get("info")
    known = info if isinstance(info, dict) else {}
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=builder.title(),
        source=NAME,
        message_count=len(builder.messages),
        metadata={key: known[key] for key in ("exit_status", "model_stats", "swe_agent_version") if key in known},
    )
    return Transcript(session, builder.messages, mark=mark)


def _add(builder: TranscriptBuilder, message: Mapping[str, Any], *, waits: bool) -> bool:
    """Add one message; True where it is a command as text, which the next message answers."""
    role, content = message.get("role"), message.get("content")
    if message.get("is_demo") or message.get("message_type") == "demonstration":
        builder.system(content)  # an example the agent was shown, and no part of its run
    elif role == "assistant":
        calls = read_calls(message.get("tool_calls")) or _command(message)
        builder.assistant(content, calls)
        return bool(calls) and not message.get("tool_calls")
    elif role == "tool":
        ids = message.get("tool_call_ids")
        builder.result(content, call_id=ids[0] if isinstance(ids, list) and ids else message.get("tool_call_id"))
    elif role == "user" and waits and message.get("message_type") == "observation":
        builder.result(content)
    elif role == "user":
        builder.user(content)
    else:
        builder.system(content)
    return False


def _command(message: Mapping[str, Any]) -> list[RawCall]:
    action = message.get("action")
    return [(None, None, _SHELL, {"command": action})] if isinstance(action, str) and action.strip() else []
