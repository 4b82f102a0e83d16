"""Signs in any language that a person stepped in: when they wrote, what they had written before, which command."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.typed import TypedMessage, words_of
from warmtui.sessions.models import Message, MessageId

SECONDS = 10.0
"""From a call, or its result, to a message that still counts as written because of it.

Nobody reads a long result, thinks and types in so short a time; somebody who has seen the call and objects does.
"""

STOPPED = "stopped a call within seconds"
REPEATED = "the same request again"
STEERED = "steered while the agent worked"
COMMANDED = "took it back with a command"
SAID_BEFORE = "steered with the same words before"
"""Of no correction: a harness writes what was steered once as a command and once beside a tool's result."""

_CANCELLED = Outcome.CANCELLED
_WINDOW = 10  # earlier messages that one is compared with
_CALLS = 20  # calls of one message that are looked at
_COMMAND = re.compile(r"\s*/(steer|stop|undo|retry|rewind)(?![\w/.-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that a message corrects.

    Attributes:
        rule: the name of the rule that found it.
        answers: what it is about: the call it stopped, the request it repeats; None where that is not told.
    """

    rule: str
    answers: Evidence | None = None


def signs(
    typed: Sequence[TypedMessage],
    calls: Sequence[JudgedCall],
    approving: Set[str],
    asks: Callable[[str], bool],
    *,
    store: str,
) -> dict[tuple[str, MessageId], Sign]:
    """Return the signs among the messages after the agent's first answer, by session and message.

    A message is a sign, by the first of these that holds, if

    - it is a command that steers, stops or takes back (``/steer …``, ``/stop``, ``/undo``, ``/retry``, ``/rewind``),
      or was said while a tool ran and neither approves nor asks; the same words count once, see `SAID_BEFORE`;
    - it came at most ten seconds after a call or its result, and that call or the next one was cancelled; of
      several messages about one call the first;
    - it says nearly the same as one of the ten messages before it, the agent having answered and the person having
      approved of nothing in between.

    Args:
        typed: what a person typed, in order.
        calls: the judged calls of the conversation.
        approving: what was typed that approves; empty in a language whose words are not known.
        asks: whether a message asks.
        store: the label of the store.
    """
    found: dict[tuple[str, MessageId], Sign] = {}
    steered: set[frozenset[str]] = set()
    stops: set[Evidence] = set()
    may_stop = any(call.outcome is _CANCELLED for call in calls)
    for one, earlier in _later(typed, approving):
        message = one.message
        words = message.person_text
        command = _COMMAND.match(words) if "/" in words[:8] else None
        sign: Sign | None
        if command is None and message.role != "tool" and not may_stop:  # nearly all
            sign = _repeat(one, earlier, store)
        elif (said := _steering(message, command, approving, asks)) is not None:
            told = words_of(said)
            sign = Sign(SAID_BEFORE if told in steered else STEERED)
            steered.add(told)
        elif command is not None:
            sign = Sign(COMMANDED)
        elif (stopped := _stopped(message, calls, one.calls)) is not None and stopped.evidence not in stops:
            sign = Sign(STOPPED, stopped.evidence)
            stops.add(stopped.evidence)
        else:
            sign = _repeat(one, earlier, store)
        if sign is not None:
            found[message.session_id, message.message_id] = sign
    return found


def _later(typed: Sequence[TypedMessage], approving: Set[str]) -> Iterator[tuple[TypedMessage, deque[TypedMessage]]]:
    """Yield the messages after the first answer, each with those it may repeat, the latest first."""
    answered: deque[TypedMessage] = deque(maxlen=_WINDOW)  # what the agent has answered since
    waiting: list[TypedMessage] = []
    answers = 0
    for one in typed:
        if one.answers != answers:
            answers = one.answers
            answered.extendleft(waiting)
            waiting.clear()
        if answers:
            yield one, answered
        if one.message.person_text in approving:
            answered.clear()
            waiting.clear()
        else:
            waiting.append(one)


def _steering(
    message: Message, command: re.Match[str] | None, approving: Set[str], asks: Callable[[str], bool]
) -> str | None:
    """Return the words with which a message steers the agent while it works, or None where it does not."""
    words = message.person_text
    if command is not None:
        return words[command.end() :] if command.group(1).lower() == "steer" else None
    return words if message.role == "tool" and words not in approving and not asks(words) else None


def _stopped(message: Message, calls: Sequence[JudgedCall], made: int) -> JudgedCall | None:
    """Return the call that a message stopped, of those the agent made last; None where it stopped none."""
    if message.timestamp is None or not made:
        return None
    last = calls[made - 1].call
    is_next_cancelled = made < len(calls) and calls[made].outcome is _CANCELLED
    for call in reversed(calls[max(0, made - _CALLS) : made]):
        if (call.call.session_id, call.call.message_id) != (last.session_id, last.message_id):
            break
        result = call.call.result
        times = (call.call.timestamp, result.timestamp if result else None)
        is_soon = any(time is not None and 0 <= message.timestamp - time <= SECONDS for time in times)
        if is_soon and (is_next_cancelled or call.outcome is _CANCELLED):
            return call
    return None


def _repeat(one: TypedMessage, earlier: Iterable[TypedMessage], store: str) -> Sign | None:
    """Return the sign that a message says what an earlier one said, or None."""
    if one.message.person_text.startswith("/"):
        return None
    length = one.length
    for other in earlier:
        # What differs much in length differs in words; most pairs are seen off by that.
        if length < 0.75 * other.length or other.length < 0.75 * length:
            continue
        if one.is_like(other):
            place = other.message
            return Sign(REPEATED, Evidence(store=store, session_id=place.session_id, message_id=place.message_id))
    return None
