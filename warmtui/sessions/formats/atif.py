"""The Agent Trajectory Interchange Format, 1.x: one document of steps, with those of sub-agents inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from warmtui.sessions.content import RawCall, content_text, identifier, seconds, written_arguments
from warmtui.sessions.formats.files import Flaw, head, values
from warmtui.sessions.formats.transcript import Transcript, TranscriptBuilder, id_in_file, text_or_none
from warmtui.sessions.models import Session

NAME = "atif"

_VERSION = "ATIF-v"
_DEEPEST = 8  # sub-agents of sub-agents
_TOKENS = {
    "total_prompt_tokens": "input_tokens",
    "total_completion_tokens": "output_tokens",
    "total_cached_tokens": "cache_read_tokens",
    "total_cost_usd": "actual_cost_usd",
}
_AGENTS_OWN = ("tool_calls", "metrics", "reasoning_content", "model_name")


def matches(path: Path) -> bool:
    """Tell whether a file holds trajectories in this format."""
    return any(_is_trajectory(record) for record in head(path).records)


def read(path: Path) -> Iterator[Transcript | Flaw]:
    """Yield a trajectory and those of its sub-agents, and what in a file is none."""
    for found in values(path):
        if isinstance(found, Flaw):
            yield found
        elif isinstance(found.data, dict) and _is_trajectory(found.data):
            yield from _transcripts(found.data, id_in_file(path, found.line), found.mark)
        else:
            yield Flaw(f"line {found.line}" if found.line else "", "no trajectory")


def _is_trajectory(record: Mapping[str, Any]) -> bool:
    version = record.get("schema_version")
    return isinstance(version, str) and version.startswith(_VERSION) and isinstance(record.get("steps"), list)


def _transcripts(
    record: Mapping[str, Any], own_id: str, mark: str, parent: str | None = None, depth: int = 0
) -> Iterator[Transcript]:
    # Of a sub-agent the trajectory's id is its own, and the session's may be its parent's.
    ids = [identifier(record.get(key)) for key in ("session_id", "trajectory_id")]
    session_id = next((each for each in (reversed(ids) if parent else ids) if each and each != parent), own_id)
    yield _transcript(record, session_id, mark, parent)
    inner = record.get("subagent_trajectories")
    if isinstance(inner, list) and depth < _DEEPEST:
        for number, one in enumerate(inner, start=1):
            if isinstance(one, dict) and isinstance(one.get("steps"), list):
                inner_mark = f"{mark}/{number}" if mark else ""
                yield from _transcripts(one, f"{session_id}/{number}", inner_mark, session_id, depth + 1)


def _transcript(record: Mapping[str, Any], session_id: str, mark: str, parent: str | None) -> Transcript:
    builder = TranscriptBuilder(session_id, is_delegated=parent is not None)
    copied = 0
    for step in record["steps"]:
        if not isinstance(step, dict):
            continue
        if step.get("is_copied_context") is True:
            copied += 1  # it happened in another trajectory, and counts there
        else:
            _add_step(builder, step)
    agent = record.get("agent")
    known = agent if isinstance(agent, dict) else {}
    times = [at for step in record["steps"] if isinstance(step, dict) and (at := seconds(step.get("timestamp")))]
    session = Session(
        session_id=session_id,
        lineage=(session_id,),
        title=builder.title(),
        source=text_or_none(known.get("name")) or NAME,
        model=text_or_none(known.get("model_name")),
        started_at=min(times, default=None),
        ended_at=max(times, default=None),
        parent_session_id=parent,
        kind="delegate" if parent else "session",
        message_count=len(builder.messages),
        metadata=_metadata(record, known, copied),
    )
    return Transcript(session, builder.messages, mark=mark)


def _metadata(record: Mapping[str, Any], agent: Mapping[str, Any], copied: int) -> dict[str, Any]:
    totals = record.get("final_metrics")
    metrics = totals if isinstance(totals, dict) else {}
    metadata = {ours: metrics[theirs] for theirs, ours in _TOKENS.items() if metrics.get(theirs) is not None}
    for key in ("schema_version", "trajectory_id", "notes", "continued_trajectory_ref"):
        if record.get(key) is not None:
            metadata[key] = record[key]
    if agent.get("version") is not None:
        metadata["agent_version"] = agent["version"]
    return metadata | ({"copied_steps": copied} if copied else {})


def _add_step(builder: TranscriptBuilder, step: Mapping[str, Any]) -> None:
    message, at = step.get("message"), step.get("timestamp")
    results = _results(step)
    source = step.get("source")
    if source == "user":
        builder.user(message, at=at)
        if results:
            builder.system(_joined(results), at=at)
    elif source == "agent" or (source != "system" and any(step.get(key) for key in _AGENTS_OWN)):
        calls = _calls(step)
        builder.assistant(message, calls, at=at)
        if len(results) == len(calls) and not any(result.get("source_call_id") for result in results):
            results = [{**one, "source_call_id": call[0]} for one, call in zip(results, calls, strict=True)]
        for result in results:
            builder.result(result.get("content"), call_id=result.get("source_call_id"), at=at)
    else:  # what the environment said of itself answers no call
        builder.system("\n".join(filter(None, (content_text(message), _joined(results)))), at=at)


def _joined(results: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(filter(None, (content_text(result.get("content")) for result in results)))


def _results(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    observation = step.get("observation")
    results = observation.get("results") if isinstance(observation, dict) else None
    return [result for result in results if isinstance(result, dict)] if isinstance(results, list) else []


def _calls(step: Mapping[str, Any]) -> list[RawCall]:
    calls = step.get("tool_calls")
    return [_call(call) for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []


def _call(call: Mapping[str, Any]) -> RawCall:
    name = str(call.get("function_name") or "unknown")
    return identifier(call.get("tool_call_id")), None, name, written_arguments(call.get("arguments"))
