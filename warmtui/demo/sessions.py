"""Holds the planned sessions one after the other, and gives their rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from warmtui.demo.plan import DAYS, Plan
from warmtui.demo.record import MessageRow, Recorder, count_calls, tokens
from warmtui.demo.steps import Rewound, Scene

DEMO_START = datetime(2026, 11, 2, tzinfo=UTC).timestamp()
"""Midnight before the first session, in seconds since the epoch: every time in the store counts from here."""

DEMO_NOW = datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp()
"""A moment shortly after the last message; a program that shows ages can take it for the present."""

_FIRST_HOUR = 8.6
_END_REASONS = {
    "cli": "cli_close",
    "tui": "tui_close",
    "telegram": "session_reset",
    "cron": "cron_complete",
    "subagent": "agent_close",
}
_ENDED_BY_CHILD = {"rotation": "compression", "branch": "branched"}
_CHAT = {
    "user_id": "7042",
    "session_key": "agent:main:telegram:dm:7042",
    "chat_id": "7042",
    "chat_type": "dm",
    "display_name": "maya",
}


@dataclass(frozen=True)
class Held:
    """A session that took place: its row of the table ``sessions``, and its messages."""

    session_id: str
    started_at: float
    columns: dict[str, Any]
    messages: list[MessageRow]

    @property
    def last(self) -> float:
        """When its last message was stored; without any, when it began."""
        return self.messages[-1].timestamp if self.messages else self.started_at


def hold_sessions(seed: int) -> list[Held]:
    """Return every session in the order they began; the same `seed` gives the same ones."""
    held: list[Held] = []
    by_key: dict[str, Held] = {}
    for day, plans in enumerate(DAYS):
        midnight = DEMO_START + timedelta(days=day).total_seconds()
        free = midnight + _FIRST_HOUR * 3600
        for place, plan in enumerate(plans):
            dice = Random(f"{seed}/{day}/{place}")
            parent = by_key.get(plan.parent)
            start = _start(plan, parent, midnight, free, dice)
            session = _hold(plan, parent, start, dice)
            held.append(session)
            if plan.key:
                by_key[plan.key] = session
            free = max(free, session.last)
    return held


def _start(plan: Plan, parent: Held | None, midnight: float, free: float, dice: Random) -> float:
    if plan.hour is not None:
        return midnight + plan.hour * 3600 + dice.uniform(1, 9)
    if parent is None or plan.link == "branch":
        return free + dice.uniform(1200, 7200)
    if plan.link == "rotation":
        return parent.last + 1
    return parent.started_at + dice.uniform(20, 40)  # a child begins while its parent works


def _hold(plan: Plan, parent: Held | None, start: float, dice: Random) -> Held:
    platform = plan.source if plan.source == "telegram" else ""
    recorder = Recorder(_session_id(plan, start, dice), start, dice, plan.repeats_ids, platform)
    steps = plan.story(Scene(plan.project, plan.skill, dice)) if plan.story else []
    if parent is not None and plan.link == "branch":
        recorder.copy(parent.messages)
    recorder.play(steps)
    columns = {
        "id": recorder.session_id,
        "source": plan.source,
        "model": plan.model,
        "model_config": json.dumps(_model_config(plan, parent)),
        "parent_session_id": parent.session_id if parent else None,
        "started_at": round(start, 3),
        "title": plan.title,
        "cwd": plan.project.root,
        "git_branch": plan.project.branch,
        "git_repo_root": plan.project.root if plan.project.branch else None,
        "rewind_count": sum(isinstance(step, Rewound) for step in steps),
        **(_CHAT if platform else {}),
        **_end(plan, recorder.clock),
        **_counts(recorder.rows),
    }
    return Held(recorder.session_id, round(start, 3), columns, recorder.rows)


def _session_id(plan: Plan, start: float, dice: Random) -> str:
    stamp = datetime.fromtimestamp(start, UTC).strftime("%Y%m%d_%H%M%S")
    if plan.source == "cron":
        return f"cron_{dice.getrandbits(48):012x}_{stamp}"
    digits = 8 if plan.source == "telegram" else 6
    return f"{stamp}_{dice.getrandbits(4 * digits):0{digits}x}"


def _model_config(plan: Plan, parent: Held | None) -> dict[str, Any]:
    config: dict[str, Any] = {"max_iterations": 90}
    if parent is not None and plan.link == "branch":
        config["_branched_from"] = parent.session_id
    if parent is not None and plan.link == "delegate":
        config["_delegate_from"] = parent.session_id
    return config


def _end(plan: Plan, clock: float) -> dict[str, Any]:
    if plan.is_open:
        return {"ended_at": None, "end_reason": None}
    child = next((later for day in DAYS for later in day if plan.key and later.parent == plan.key), None)
    reason = _ENDED_BY_CHILD.get(child.link if child else "", _END_REASONS[plan.source])
    return {"ended_at": round(clock + 0.5, 3), "end_reason": reason}


def _counts(rows: list[MessageRow]) -> dict[str, int]:
    live = [row for row in rows if row.active and row.role != "session_meta"]
    return {"message_count": len(live), "tool_call_count": count_calls(live), **tokens(live)}
