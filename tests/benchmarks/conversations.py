"""One made-up conversation as rows of a Hermes store: turns, calls, results, and what compaction leaves of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from tests.benchmarks.tools import TOOLS, Prose, Tool

SUMMARY = "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into the summary below.\n\n"
_SYSTEM_PROMPT_SIZE = 9_000
_REWOUND, _UNANSWERED, _STRAY, _NOTED = 0.02, 0.005, 0.003, 0.05
_MOST_CALLS = 3
# Of a turn: how many steps of calls and results it has, and a step how many calls.
_STEPS, _STEP_WEIGHTS = (0, 1, 2, 3, 5, 8), (10, 20, 25, 20, 15, 10)
_CALL_WEIGHTS = (75, 18, 7)
# Seconds between two rows, and between two that are inserted in one go.
_BETWEEN, _BETWEEN_INSERTED = 1.25, 1e-6


@dataclass(slots=True)
class Row:
    """A row of messages, and beside its columns what a reader should make of it."""

    session_id: str
    role: str
    content: str
    timestamp: float
    tool_call_id: str | None = None
    tool_calls: str | None = None
    tool_name: str | None = None
    finish_reason: str | None = None
    reasoning: str | None = None
    active: int = 1
    compacted: int = 0
    calls: int = 0
    unanswered: int = 0
    is_stray: bool = False
    is_copy: bool = False

    @property
    def is_history(self) -> bool:
        """Whether a reader finds it: neither rewound nor written a second time by a compaction."""
        return not self.is_copy and (self.active == 1 or self.compacted == 1)


class Conversation:
    """A conversation of so many rows, in one session or two.

    Args:
        prose: what it is made of.
        began: when, in seconds since the epoch.
        length: how many rows it has.
        is_compacted: half way, what was said before is archived behind a summary.
        is_rotated: and it goes on in a second session.
    """

    def __init__(self, prose: Prose, began: float, length: int, *, is_compacted: bool, is_rotated: bool) -> None:
        self._prose, self._random, self._began, self._length = prose, prose.random, began, length
        self.session_ids = [self._new_id()]
        self.rows: list[Row] = []
        self._write(compact_at=length // 2 if is_compacted else length, is_rotated=is_rotated)

    def session_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of its sessions."""
        parents = [None, *self.session_ids]
        prompt = self._prose.text(_SYSTEM_PROMPT_SIZE)
        config = json.dumps({"max_iterations": 90, "reasoning_config": {"effort": "medium"}})
        return [
            (
                session_id,
                "cli",
                "vendor/model",
                config,
                prompt,
                parent,
                self._began + number,
                self._began + 3_000,
                "cli_close" if session_id == self.session_ids[-1] else "compression",
            )
            for number, (session_id, parent) in enumerate(zip(self.session_ids, parents, strict=False))
        ]

    @property
    def _left(self) -> int:
        return self._length - len(self.rows)

    def _write(self, compact_at: int, *, is_rotated: bool) -> None:
        while self._left:
            turn = len(self.rows)
            self._turn()
            if self._random.random() < _REWOUND and self._left:
                for row in self.rows[turn:]:
                    row.active = 0
            elif len(self.rows) >= compact_at and len(self.session_ids) == 1:
                compact_at = self._length
                self._compact(turn, is_rotated=is_rotated)

    def _turn(self) -> None:
        """Write what a person asked, what was done about it, and the answer, as far as there is room."""
        note = "[The user sent a voice message]\n\n" if self._random.random() < _NOTED else ""
        self._add("user", note + self._prose.text(int(min(4_000, self._random.lognormvariate(4.6, 0.9))) + 8))
        for _ in range(self._random.choices(_STEPS, _STEP_WEIGHTS)[0]):
            if self._left < _MOST_CALLS + 2:
                break
            self._step()
        if self._left:
            self._add("assistant", self._prose.text(self._random.randint(50, 1_500)), finish_reason="stop")

    def _step(self) -> None:
        """Write an assistant's message with calls, and their results."""
        tools = self._random.choices(TOOLS, [tool.weight for tool in TOOLS], k=self._number_of_calls())
        ids = [f"call_{self._random.getrandbits(96):024x}" for _ in tools]
        said = self._prose.words(20, 200) if self._random.random() < 0.4 else ""
        thought = self._prose.text(self._random.randint(200, 1_500)) if self._random.random() < 0.5 else None
        calls = json.dumps([self._call(tool, call_id) for tool, call_id in zip(tools, ids, strict=True)])
        asking = self._add("assistant", said, tool_calls=calls, finish_reason="tool_calls", reasoning=thought)
        asking.calls = len(tools)
        for tool, call_id in zip(tools, ids, strict=True):
            self._answer(asking, tool, call_id)

    def _number_of_calls(self) -> int:
        return self._random.choices(range(1, _MOST_CALLS + 1), _CALL_WEIGHTS)[0]

    def _call(self, tool: Tool, call_id: str) -> dict[str, object]:
        arguments = json.dumps(tool.arguments(self._prose))
        function = {"name": tool.name, "arguments": arguments}
        item_id = call_id.replace("call", "fc")
        return {
            "id": call_id,
            "call_id": call_id,
            "response_item_id": item_id,
            "type": "function",
            "function": function,
        }

    def _answer(self, asking: Row, tool: Tool, call_id: str) -> None:
        """Write one call's result; seldom there is none, or one that answers nothing."""
        chance = self._random.random()
        if chance < _UNANSWERED + _STRAY:
            asking.unanswered += 1
        if chance < _UNANSWERED:
            return
        result = tool.result(self._prose, self._prose.size())
        row = self._add("tool", result, tool_call_id=call_id, tool_name=tool.name)
        if chance < _UNANSWERED + _STRAY:
            row.tool_call_id, row.is_stray = f"lost_{call_id}", True

    def _compact(self, last_turn: int, *, is_rotated: bool) -> None:
        """Write the first message again, a summary, and the last turn again, as far as there is room."""
        seen = [row for row in self.rows if row.active]
        kept = self.rows[last_turn:]
        if self._left < len(kept) + 3:
            return
        if is_rotated:
            self.session_ids.append(self._new_id())
        else:
            for row in seen:
                row.active, row.compacted = 0, 1
        summary = Row(self.session_ids[-1], "user", SUMMARY + self._prose.text(2_000), 0.0)
        now = self._now()
        for row in (self._copy(seen[0]), summary, *map(self._copy, kept)):
            now += _BETWEEN_INSERTED
            row.timestamp = now
            self.rows.append(row)

    def _copy(self, row: Row) -> Row:
        return replace(row, session_id=self.session_ids[-1], active=1, compacted=0, is_copy=True)

    def _add(self, role: str, content: str, **columns: str | None) -> Row:
        row = Row(self.session_ids[-1], role, content, self._now(), **columns)  # type: ignore[arg-type]
        self.rows.append(row)
        return row

    def _now(self) -> float:
        return self._began + len(self.rows) * _BETWEEN

    def _new_id(self) -> str:
        return f"20251009_{self._random.randrange(10**6):06}_{self._random.getrandbits(24):06x}"
