"""The steps a story is told in: a person asks, the agent calls tools, and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any


class Skill(StrEnum):
    """How well the agent of a session knows its way."""

    SURE = "sure"  # right the first time
    RECOVERS = "recovers"  # wrong, looks, right
    RESCUED = "rescued"  # wrong again and again, until the person helps
    STUCK = "stuck"  # wrong again and again, and gives up


class Writing(StrEnum):
    """How the calls of one turn were written into the store."""

    USUAL = "usual"
    TWICE = "twice"  # JSON within JSON
    LEGACY = "legacy"  # {name, arguments} alone


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call with what came back; alone in a story it is a turn of its own.

    Attributes:
        tool: the tool, as the agent named it.
        arguments: its arguments; a string stands as it was written, whether it parses or not.
        result: the content of the result; None where none ever came.
        seconds: how long the result took; None lets the recorder choose.
        is_named: whether the result names its tool. Hermes leaves it out where it rejected the call.
    """

    tool: str
    arguments: dict[str, Any] | str
    result: str | list[Any] | dict[str, Any] | None
    seconds: float | None = None
    is_named: bool = True

    def followed_by(self, suffix: str) -> Call:
        """Return the call with something appended to its result, as Hermes appends hints and warnings."""
        return replace(self, result=f"{self.result}{suffix}")


@dataclass(frozen=True, slots=True)
class Turn:
    """Several calls at once, or one with words before it."""

    calls: tuple[Call, ...]
    text: str | None = ""
    writing: Writing = Writing.USUAL


@dataclass(frozen=True, slots=True)
class Ask:
    """A user message. `api_content` is what the model was sent where that differs."""

    content: str | list[Any]
    api_content: str | None = None
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """The agent's words at the end of a turn."""

    content: str | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Stray:
    """A row that belongs to no exchange: a gateway's marker, a result that answers no call."""

    role: str
    content: str | None = None
    tool_name: str | None = None


@dataclass(frozen=True, slots=True)
class Rewound:
    """What the person took back: the rows stay in the store, and are no history."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Compacted:
    """What compaction moved out of the agent's sight: archived, and partly inserted again.

    Attributes:
        steps: the history.
        summary: what stands for it from then on.
        kept_turns: so many last turns, each from a user message on, come again after it; before it comes the
            first message of all.
    """

    steps: tuple[Step, ...]
    summary: str
    kept_turns: int = 2


Step = Ask | Call | Turn | Say | Stray | Rewound | Compacted
Steps = Sequence[Step]


@dataclass(frozen=True, slots=True)
class Project:
    """What the person works on.

    Attributes:
        name: its short name.
        root: its folder.
        branch: the branch that is checked out; None where it is no repository.
    """

    name: str
    root: str
    branch: str | None = "main"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a story takes place, how well its agent knows its way, and the dice it is varied by."""

    project: Project
    skill: Skill
    dice: Random

    @property
    def gives_up(self) -> bool:
        """Whether what goes wrong stays wrong."""
        return self.skill is Skill.STUCK

    def by(self, skill: Skill) -> Scene:
        """Return the same scene with an agent of another skill."""
        return replace(self, skill=skill)

    def pick(self, *options: str) -> str:
        """Return one of `options`."""
        return self.dice.choice(options)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        return self.dice.randint(low, high)

    def hex(self, length: int) -> str:
        """Return `length` hexadecimal digits."""
        return f"{self.dice.getrandbits(4 * length):0{length}x}"


def ask(content: str | list[Any], *, api_content: str | None = None, pause: float | None = None) -> Ask:
    """Return a user message; `pause` is how long the person took, in seconds."""
    return Ask(content, api_content, pause)


def say(content: str | dict[str, Any] | None) -> Say:
    """Return the agent's closing words."""
    return Say(content)


def call(tool: str, result: str | list[Any] | dict[str, Any] | None, /, **arguments: Any) -> Call:
    """Return a call of any tool; a `result` of None never came."""
    return Call(tool, arguments, result)


def turn(*calls: Call, text: str | None = "", writing: Writing = Writing.USUAL) -> Turn:
    """Return calls made at once, with words before them."""
    return Turn(calls, text, writing)
