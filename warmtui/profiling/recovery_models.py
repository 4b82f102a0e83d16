"""What is found of recoveries: episodes, what changed in them, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import computed_field

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.finding import KEPT, Finding
from warmtui.profiling.rates import Rate


@dataclass(frozen=True, slots=True)
class ArgumentChange:
    """One difference between the arguments of the failed and of the recovering call.

    Attributes:
        key: the argument; a dotted path where a nested value changed.
        before: its value in the failed call, None where it was absent.
        after: its value in the recovering call, None where it was left out.
    """

    __pydantic_config__ = KEPT

    key: str
    before: Any = None
    after: Any = None


class StepKind(StrEnum):
    """What a call between a failure and its recovery did."""

    LOOKED = "looked"
    LOOKED_AGAIN = "looked again"
    LISTED = "listed"
    SEARCHED = "searched"
    RAN = "ran"
    CHANGED = "changed"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Step:
    """A call that worked between a failure and its recovery.

    Attributes:
        tool: the tool; of a call that another only handed on, the one behind it.
        kind: what it did. ``looked`` is at the target of the failed call, ``looked again`` where that was looked at
            before the failure, too; ``changed`` is another file.
        program: the program that it ran, with the subcommand where that follows at once; empty where it ran none.
    """

    __pydantic_config__ = KEPT

    tool: str
    kind: StepKind
    program: str = ""


class EpisodeEnd(StrEnum):
    """How an episode ended."""

    RECOVERED = "recovered"
    USER_RESCUED = "user_rescued"
    ABANDONED = "abandoned"
    CENSORED = "censored"


class Episode(Finding):
    """From a failed or rejected call to its recovery, or to where none came.

    Attributes:
        tool: the tool that failed.
        signature: the error signature of its first failure.
        example: the first telling line of the error as it was.
        goal: what the call was about: its target, see `warmtui.profiling.goals`.
        end: how it ended.
        failures: failed or rejected calls on the goal within the episode, at least 1.
        failed: the failed call: before a recovery the last one of the tool, which `changes` compares; else the first.
        recovery: the call that succeeded, or None.
        recovery_tool: the tool of that call, or None.
        between: tools of the calls between the first failure and the recovery that did not try the same again.
        steps: what those calls did that worked; empty without a recovery.
        parses: False where the arguments of the last failed call are no JSON object, so that nothing can be
            compared.
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
    steps: tuple[Step, ...] = ()
    parses: bool = True
    changes: tuple[ArgumentChange, ...] = ()


class RecoveryProfile(Finding):
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
        strategy: what the recoveries did, as one sentence of at most 160 characters; empty where none recovered.
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
