"""Turns the steps of a story into the rows Hermes would have stored for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from warmtui.demo.steps import Ask, Call, Compacted, Rewound, Say, Step, Steps, Stray, Turn, Writing

_ENCODED = "\x00json:"  # Hermes' mark before content that is no string


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One row of the table ``messages``, but for its id; the attributes are columns."""

    session_id: str
    role: str
    timestamp: float
    content: str | None = None
    tool_call_id: str | None = None
    tool_calls: str | None = None
    tool_name: str | None = None
    finish_reason: str | None = None
    platform_message_id: str | None = None
    active: int = 1
    compacted: int = 0
    api_content: str | None = None
    observed: int = 0


@dataclass(slots=True)
class Recorder:
    """Writes one session down, row by row, while its clock runs.

    Attributes:
        session_id: the session.
        clock: seconds since the epoch; moves on with every row.
        dice: what pauses and call ids are drawn from.
        repeats_ids: whether calls are numbered from 0 in every turn, as some local models do.
        platform: the chat platform whose message ids user rows carry, or empty.
        rows: what has been written.
    """

    session_id: str
    clock: float
    dice: Random
    repeats_ids: bool = False
    platform: str = ""
    rows: list[MessageRow] = field(default_factory=list)
    _last_call_id: str = ""

    def play(self, steps: Steps) -> None:
        """Write down `steps`."""
        for step in steps:
            self._play(step)

    def copy(self, rows: list[MessageRow]) -> None:
        """Insert rows again, as this session's own: live, and at the present time."""
        for row in rows:
            self._wait(0.001, 0.002)
            again = replace(row, session_id=self.session_id, timestamp=self.clock, active=1, compacted=0)
            self.rows.append(again)

    def _play(self, step: Step) -> None:
        match step:
            case Ask():
                self._ask(step)
            case Call():
                self._turn(Turn((step,)))
            case Turn():
                self._turn(step)
            case Say():
                self._wait(2, 14)
                self._add("assistant", content=_stored(step.content), finish_reason="stop")
            case Stray():
                self._wait(0.1, 0.5)
                self._add(step.role, content=step.content, tool_name=step.tool_name, tool_call_id=self._stray_id(step))
            case Rewound():
                self._mark(step.steps, active=0, compacted=0)
            case Compacted():
                self._compact(step)

    def _ask(self, step: Ask) -> None:
        if step.pause is None:
            self._wait(15, 240)
        else:
            self.clock += step.pause
        platform_id = f"{self.platform[:2]}-{self.dice.randint(900, 9999)}" if self.platform else None
        self._add(
            "user",
            content=_stored(step.content),
            api_content=step.api_content,
            platform_message_id=platform_id,
        )

    def _turn(self, step: Turn) -> None:
        self._wait(2, 11)
        ids = [self._call_id(place) for place in range(len(step.calls))]
        written = [_written(call, call_id, step.writing) for call, call_id in zip(step.calls, ids, strict=True)]
        tool_calls = json.dumps(written)
        self._add(
            "assistant",
            content=step.text,
            tool_calls=json.dumps(tool_calls) if step.writing is Writing.TWICE else tool_calls,
            finish_reason="tool_calls",
        )
        for call, call_id in zip(step.calls, ids, strict=True):
            self._answer(call, None if step.writing is Writing.LEGACY else call_id)

    def _answer(self, call: Call, call_id: str | None) -> None:
        if call.result is None:
            return
        if call.seconds is None:
            self._wait(0.2, 4)
        else:
            self.clock += call.seconds
        name = call.tool if call.is_named else None
        self._add("tool", content=_stored(call.result), tool_call_id=call_id, tool_name=name)

    def _mark(self, steps: Steps, *, active: int, compacted: int) -> None:
        first = len(self.rows)
        self.play(steps)
        self.rows[first:] = [replace(row, active=active, compacted=compacted) for row in self.rows[first:]]

    def _compact(self, step: Compacted) -> None:
        first = len(self.rows)
        self._mark(step.steps, active=0, compacted=1)
        archived = self.rows[first:]
        turns = [place for place, row in enumerate(archived) if row.role == "user"]
        self.copy(archived[:1])
        self._wait(0.001, 0.002)
        self._add("user", content=step.summary)
        self.copy(archived[turns[-step.kept_turns] :])

    def _call_id(self, place: int) -> str:
        self._last_call_id = f"call_{place}" if self.repeats_ids else f"call_{self.dice.getrandbits(96):024x}"
        return self._last_call_id

    def _stray_id(self, step: Stray) -> str | None:
        return f"call_{self.dice.getrandbits(96):024x}" if step.role == "tool" else None

    def _wait(self, least: float, most: float) -> None:
        self.clock += self.dice.uniform(least, most)

    def _add(self, role: str, **columns: Any) -> None:
        self.rows.append(MessageRow(self.session_id, role, round(self.clock, 3), **columns))


def _stored(content: str | list[Any] | dict[str, Any] | None) -> str | None:
    if content is None or isinstance(content, str):
        return content
    return _ENCODED + json.dumps(content)


def _written(call: Call, call_id: str, writing: Writing) -> dict[str, Any]:
    arguments = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
    if writing is Writing.LEGACY:
        return {"name": call.tool, "arguments": arguments}
    return {
        "id": call_id,
        "call_id": call_id,
        "response_item_id": call_id.replace("call_", "fc_"),
        "type": "function",
        "function": {"name": call.tool, "arguments": arguments},
    }


def count_calls(rows: list[MessageRow]) -> int:
    """Return how many tool calls `rows` hold, however they were written."""
    total = 0
    for row in rows:
        calls: object = row.tool_calls
        while isinstance(calls, str):
            calls = json.loads(calls)
        total += len(calls) if isinstance(calls, list) else 0
    return total


def tokens(rows: list[MessageRow]) -> Mapping[str, int]:
    """Return the token counts Hermes would have kept: characters / 4, the history read again on every call."""
    seen = sent = cached = out = requests = 0
    for row in rows:
        size = (len(row.content or "") + len(row.tool_calls or "")) // 4
        if row.role == "assistant":
            requests += 1
            sent, cached, out = sent + seen - cached_part(seen), cached + cached_part(seen), out + size
        seen += size
    return {
        "input_tokens": sent,
        "output_tokens": out,
        "cache_read_tokens": cached,
        "api_call_count": requests,
    }


def cached_part(history: int) -> int:
    """Return how many of the tokens of a history the provider had in its cache: in steps of 1,024."""
    return history // 1024 * 1024
