"""What profiling finds in one conversation; every finding carries its count and its evidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field

from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.outcomes import OUTCOME_RULES_VERSION, Outcome
from warmtui.profiling.rates import Rate
from warmtui.sessions.models import MessageId


class _Finding(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArgumentConvention(_Finding):
    """How one argument of a tool is used.

    Attributes:
        key: the argument.
        present: calls that gave it, among the calls whose arguments parse.
        type: its most frequent JSON type: ``string``, ``integer``, ``number``, ``boolean``, ``array``,
            ``object``, ``null``.
        shape: what its strings usually look like: ``absolute path``, ``relative path``, ``url``, ``enum``,
            ``date``, ``identifier``, ``text``; empty for other types.
        values: for an ``enum`` its few values, the most frequent first; else up to three short ones,
            of free text only such as recur.
    """

    key: str
    present: Rate
    type: str
    shape: str = ""
    values: tuple[str, ...] = ()


class ToolProfile(OutcomeCounts):
    """What was seen of one tool.

    Attributes:
        tool: its name.
        conventions: its arguments, the most frequent first.
        evidence: calls that succeeded, up to five, the earliest first.
        error_evidence: calls that failed or were rejected, up to five.
    """

    tool: str
    conventions: tuple[ArgumentConvention, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    error_evidence: tuple[Evidence, ...] = ()


class ErrorPattern(_Finding):
    """Errors of one tool that are the same fault, however their numbers and paths differ.

    Attributes:
        tool: the tool.
        signature: tool, error type and first telling line with paths, numbers, ids and quotes masked.
        example: the first such line as it was.
        count: how often.
        evidence: where, the earliest first.
    """

    tool: str
    signature: str
    example: str
    count: int
    evidence: tuple[Evidence, ...]


class ArgumentChange(_Finding):
    """One difference between the arguments of the failed and of the recovering call.

    Attributes:
        key: the argument; a dotted path where a nested value changed.
        before: its value in the failed call, None where it was absent.
        after: its value in the recovering call, None where it was left out.
    """

    key: str
    before: Any = None
    after: Any = None


class EpisodeEnd(StrEnum):
    """How an episode ended."""

    RECOVERED = "recovered"
    USER_RESCUED = "user_rescued"
    ABANDONED = "abandoned"
    CENSORED = "censored"


class Episode(_Finding):
    """From a failed or rejected call to its recovery, or to where none came.

    Attributes:
        tool: the tool that failed.
        signature: the error signature of its first failure.
        example: the first telling line of the error as it was.
        goal: what the call was about: its target, see `warmtui.profiling.goals`.
        end: how it ended.
        failures: failed or rejected calls on the goal within the episode, at least 1.
        failed: the first failed call.
        recovery: the call that succeeded, or None.
        recovery_tool: the tool of that call, or None.
        between: tools called between the first failure and the recovery.
        changes: what changed between the last failed call of the same tool and the recovering one.
    """

    tool: str
    signature: str
    example: str
    goal: str
    end: EpisodeEnd
    failures: int
    failed: Evidence
    recovery: Evidence | None = None
    recovery_tool: str | None = None
    between: tuple[str, ...] = ()
    changes: tuple[ArgumentChange, ...] = ()


class RecoveryProfile(_Finding):
    """How often, and how, errors of one signature were recovered from.

    Attributes:
        tool: the tool.
        signature: the error signature.
        example: the first telling line of such an error as it was.
        episodes: all episodes of the signature.
        recovered: those the agent recovered by itself.
        user_rescued: those that took a user turn.
        abandoned: those that were given up.
        censored: those cut before one could tell; in no rate.
        sessions: how many sessions had such an episode.
        sessions_recovered: how many had one that the agent recovered.
        base: recovered episodes of the tool, whatever the error: the base rate beside it.
        strategy: what the recoveries did, as one sentence; empty where none recovered.
        changes: the argument changes of the recovery that was most typical.
        evidence: failed calls, and where there was one the recovering call after its failed one.
    """

    tool: str
    signature: str
    example: str
    episodes: int
    recovered: int
    user_rescued: int
    abandoned: int
    censored: int
    sessions: int
    sessions_recovered: int
    base: Rate
    strategy: str = ""
    changes: tuple[ArgumentChange, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @computed_field
    @property
    def rate(self) -> Rate:
        """Recovered among all but the censored episodes."""
        return Rate(count=self.recovered, total=self.episodes - self.censored)

    @computed_field
    @property
    def is_anecdote(self) -> bool:
        """True while it was seen in fewer than three sessions."""
        return self.sessions < 3


class UserRemark(_Finding):
    """A message of the person that corrects or approves.

    Attributes:
        text: what was typed, cut to 200 characters.
        rule: the rule that found it.
        evidence: the message.
    """

    text: str
    rule: str
    evidence: Evidence


class UserProfile(_Finding):
    """How the person wrote: only what a person typed counts.

    Attributes:
        message_count: messages a person typed.
        avg_message_length: mean characters a message; None without messages.
        median_length: median characters.
        length_quartiles: lower and upper quartile.
        question_ratio: share of messages that ask, 0–1.
        command_ratio: share of messages that command, 0–1.
        style: ``command_driven``, ``conversational``, ``terse``, ``detailed`` or ``balanced``;
            empty without messages.
        feedback_style: ``corrections_only``, ``terse``, ``detailed``, ``balanced``; empty without feedback.
        corrections: messages that correct the agent.
        approvals: messages that approve.
        turns: messages after the agent's first answer: those that could have corrected.
        domains: what it was about: the most frequent first.
        preferred_tools: tools named by the person, or used most.
        languages: the language rules that were applied to find corrections and approvals.
        evidence: the typed messages, up to twenty.
    """

    message_count: int = 0
    avg_message_length: float | None = None
    median_length: float | None = None
    length_quartiles: tuple[float, float] | None = None
    question_ratio: float | None = None
    command_ratio: float | None = None
    style: str = ""
    feedback_style: str = ""
    corrections: tuple[UserRemark, ...] = ()
    approvals: tuple[UserRemark, ...] = ()
    turns: int = 0
    domains: tuple[str, ...] = ()
    preferred_tools: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class ContextMarker(_Finding):
    """Something the work was about.

    Attributes:
        kind: ``file``, ``directory``, ``url``, ``command`` or ``language``.
        value: the path, address, program or language.
        count: how often it was used.
        last_used: where in the session it was last used, 0 (start) to 1 (end).
        evidence: where, up to five.
    """

    kind: str
    value: str
    count: int
    last_used: float
    evidence: tuple[Evidence, ...] = ()


class CallRecord(_Finding):
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


class Component(_Finding):
    """One part of the proficiency score: a rate shrunk towards the baseline.

    Attributes:
        name: ``success``, ``recovery``, ``economy``, ``guidance`` or ``closure``.
        count: how often it went well.
        total: of how many; 0 where the component is missing.
        prior: what the baseline expects, 0–1.
        strength: how many observations the prior weighs.
        value: the shrunk rate, 0–1; None where the component is missing.
        variance: of the shrunk rate.
        weight: its share of the score after the missing ones are left out, 0–1.
        explanation: one sentence that says what was counted.
    """

    name: str
    count: float
    total: float
    prior: float
    strength: float
    value: float | None
    variance: float
    weight: float
    explanation: str


class Proficiency(_Finding):
    """How well the process of a session went: a description, not a forecast.

    Attributes:
        value: 0–1; None without eligible calls.
        low: lower bound of its 95 % interval.
        high: upper bound.
        thin: True under five eligible calls.
        components: the parts, missing ones among them.
        baseline: the version of the baseline it was shrunk towards.
    """

    value: float | None
    low: float | None
    high: float | None
    thin: bool
    components: tuple[Component, ...]
    baseline: str


class ScoreCounts(_Finding):
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

    tools: dict[str, tuple[int, int]]
    recovered: int = 0
    episodes: int = 0
    wasted: int = 0
    attempts: int = 0
    corrections: int = 0
    turns: int = 0
    closed: bool | None = None


class SessionAnalysis(_Finding):
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

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as plain JSON values, as ``analyze --json`` prints it."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build an analysis from what `to_dict` returned.

        Raises:
            pydantic.ValidationError: the data has another shape.
        """
        return cls.model_validate(data)
