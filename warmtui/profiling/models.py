"""What profiling finds in one conversation; every finding carries its count and its evidence.

The findings of tools, of recoveries and of the person have modules of their own; all can be had from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import orjson
from pydantic import Field, computed_field

from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.explanation import ScoreTable, score_table
from warmtui.profiling.finding import KEPT, Finding
from warmtui.profiling.outcome import Outcome
from warmtui.profiling.recovery_models import ArgumentChange, Episode, EpisodeEnd, RecoveryProfile
from warmtui.profiling.rules import OUTCOME_RULES_VERSION
from warmtui.profiling.tool_models import (
    ArgumentContrast,
    ArgumentConvention,
    Durations,
    ErrorPattern,
    ToolProfile,
)
from warmtui.profiling.user_models import UserProfile, UserRemark
from warmtui.sessions.models import MessageId

__all__ = [
    "ArgumentChange",
    "ArgumentContrast",
    "ArgumentConvention",
    "CallRecord",
    "Component",
    "ContextMarker",
    "Durations",
    "Episode",
    "EpisodeEnd",
    "ErrorPattern",
    "Proficiency",
    "RecoveryProfile",
    "ScoreCounts",
    "ScoreTable",
    "SessionAnalysis",
    "ToolProfile",
    "UserProfile",
    "UserRemark",
]


@dataclass(frozen=True, slots=True)
class ContextMarker:
    """Something the work was about.

    Attributes:
        kind: ``file``, ``directory``, ``url``, ``command`` or ``language``.
        value: the path, address, program or language.
        count: how often it was used.
        last_used: where in the session it was last used, 0 (start) to 1 (end).
        evidence: where, up to five.
    """

    __pydantic_config__ = KEPT

    kind: str
    value: str
    count: int
    last_used: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)  # there are millions of them
class CallRecord:
    """One call in a line.

    Attributes:
        session_id: the stored session of its message.
        message_id: the assistant message that made it.
        result_message_id: the message with its result, or None for an orphan.
        tool: the tool.
        outcome: what its result says; ``unknown`` for an orphan.
        corrected: True where a person corrected the outcome.
    """

    session_id: str
    message_id: MessageId
    result_message_id: MessageId | None
    tool: str
    outcome: Outcome
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the proficiency score: 1 − faults / (total + strength).

    Attributes:
        name: ``success``, ``recovery``, ``economy``, ``guidance`` or ``closure``.
        count: how often it went well.
        total: of how many; 0 where the component is missing.
        faults: what the others weigh together, 0 to total − count.
        prior: the share of faultless observations that is presumed before anything is counted: 1.
        strength: how many observations the prior weighs.
        usual: the share of faultless observations in the baseline, 0–1; the interval follows from it.
        value: 1 − faults / (total + strength), 0–1; None where the component is missing.
        variance: of the share, with what is usual for its prior.
        weight: its share of the score after the missing ones are left out, 0–1.
        explanation: one sentence that says what was counted.
    """

    __pydantic_config__ = KEPT

    name: str
    count: float
    total: float
    faults: float
    prior: float
    strength: float
    usual: float
    value: float | None
    variance: float
    weight: float
    explanation: str


class Proficiency(Finding):
    """How well the process of a session went: a description, not a forecast.

    Attributes:
        value: 0–1; None without eligible calls.
        low: lower bound of its 95 % interval.
        high: upper bound.
        thin: True under five eligible calls.
        components: the parts, missing ones among them.
        baseline: the version of the baseline it was made with.
    """

    value: float | None
    low: float | None
    high: float | None
    thin: bool
    components: tuple[Component, ...]
    baseline: str


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """What the score of one session is made of: counts only, so that a new baseline needs no second reading.

    Attributes:
        tools: for each tool its successes and its eligible calls.
        recovered: episodes that the agent recovered by itself.
        episodes: episodes that are not censored.
        wasted: calls that repeat a failing call, or the same call a third time and more in a row.
        attempts: eligible calls.
        corrections: messages of the person that correct the agent.
        turns: messages of the person after the agent's first answer.
        closed: whether the session does not end in an unrecovered failure; None without eligible calls.
    """

    __pydantic_config__ = KEPT

    tools: dict[str, tuple[int, int]]
    recovered: int = 0
    episodes: int = 0
    wasted: int = 0
    attempts: int = 0
    corrections: int = 0
    turns: int = 0
    closed: bool | None = None

    def to_json(self) -> str:
        """Return it as the text of a JSON object."""
        return orjson.dumps(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Build it from what `to_json` returned."""
        data = orjson.loads(text)
        return cls(**{**data, "tools": {tool: (good, total) for tool, (good, total) in data["tools"].items()}})


class SessionAnalysis(Finding):
    """Everything found in one session.

    Attributes:
        store: the label of the store.
        session_id: the newest id of the lineage.
        lineage: its ids, oldest first.
        title, source, model, started_at, ended_at, cwd: as the store has them.
        message_count: user, assistant and tool messages.
        outcomes: its calls by outcome.
        orphans: calls without a result and results without a call.
        tool_calls: what was seen of each tool, the most used first.
        error_patterns: its errors, the most frequent first.
        episodes: its episodes in order.
        recovery_patterns: its recoveries by signature, best lower bound first.
        user_patterns: how the person wrote.
        context_markers: what it was about, at most twenty.
        proficiency: the score with its interval.
        score_counts: what the score is made of.
        classic: the older score, 0–1, beside it.
        calls: one record a call, in order.
        outcome_rules_version: the version of the rules that judged the results.
    """

    store: str
    session_id: str
    lineage: tuple[str, ...]
    title: str | None = None
    source: str = ""
    model: str | None = None
    started_at: float | None = None
    ended_at: float | None = None
    cwd: str | None = None
    message_count: int
    outcomes: OutcomeCounts
    orphans: int
    tool_calls: dict[str, ToolProfile]
    error_patterns: tuple[ErrorPattern, ...]
    episodes: tuple[Episode, ...]
    recovery_patterns: tuple[RecoveryProfile, ...]
    user_patterns: UserProfile
    context_markers: tuple[ContextMarker, ...]
    proficiency: Proficiency
    score_counts: ScoreCounts
    classic: float
    calls: tuple[CallRecord, ...]
    outcome_rules_version: int = Field(default=OUTCOME_RULES_VERSION)

    @computed_field
    @property
    def proficiency_score(self) -> float | None:
        """The score's value, 0–1; None without eligible calls."""
        return self.proficiency.value

    @computed_field
    @property
    def components(self) -> tuple[Component, ...]:
        """The score's parts."""
        return self.proficiency.components

    @property
    def lineage_id(self) -> str:
        """The first id of the lineage."""
        return self.lineage[0]

    def explain(self) -> ScoreTable:
        """Return the score's sum, row by row, as a table that a person can check by hand."""
        return score_table(self.proficiency)

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the analysis as plain JSON values, as ``analyze --json`` prints it.

        Args:
            explain: with the score's sum beside it, under ``explanation``.
        """
        data = self.model_dump(mode="json")
        return {**data, "explanation": self.explain().model_dump(mode="json")} if explain else data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build an analysis from what `to_dict` returned.

        Raises:
            pydantic.ValidationError: the data has another shape.
        """
        return cls.model_validate(data)
