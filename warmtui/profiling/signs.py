"""Signs in any language that a person stepped in: when they wrote, what they had written before, which command."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.outcomes import Outcome
from warmtui.sessions.models import Conversation, Message, MessageId

SECONDS = 10.0
"""From a call, or its result, to a message that still counts as written because of it.

Nobody reads a long result, thinks and types in so short a time; somebody who has seen the call and objects does.
"""

ALIKE = 0.9
"""Share of the words of two messages together that both have, from which on they are the same request."""

LEAST_WORDS = 4
"""Different words that a request has at least to be told again: "go on" is said many times without reproach."""

STOPPED = "stopped a call within seconds"
REPEATED = "the same request again"
STEERED = "steered while the agent worked"
COMMANDED = "took it back with a command"
SAID_BEFORE = "steered with the same words before"
"""Of no correction: a harness writes what was steered once as a command and once beside a tool's result."""

_WINDOW = 10  # earlier messages that one is compared with
_HEAD = 1000  # characters of a message that are compared
_CALLS = 20  # calls of one message that are looked at
_COMMAND = re.compile(r"\s*/(steer|stop|undo|retry|rewind)(?![\w/.-])", re.IGNORECASE)
# Of scripts written without spaces between words each character counts as a word.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]|\w+"
)


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
    conversation: Conversation, calls: Sequence[JudgedCall], approving: Set[str], asks: Callable[[str], bool]
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
        conversation: the conversation.
        calls: its judged calls.
        approving: what was typed that approves; empty in a language whose words are not known.
        asks: whether a message asks.
    """
    found: dict[tuple[str, MessageId], Sign] = {}
    steered: set[frozenset[str]] = set()
    stops: set[Evidence] = set()
    may_stop = any(call.outcome is Outcome.CANCELLED for call in calls)
    for typed, made, earlier in _walk(conversation, approving):
        message = typed.message
        command = _COMMAND.match(message.person_text) if "/" in message.person_text[:8] else None
        said = _steering(message, command, approving, asks)
        sign: Sign | None
        if said is not None:
            words = words_of(said)
            sign = Sign(SAID_BEFORE if words in steered else STEERED)
            steered.add(words)
        elif command is not None:
            sign = Sign(COMMANDED)
        else:
            stopped = _stopped(message, calls, made) if may_stop else None
            is_first = stopped is not None and stopped.evidence not in stops
            sign = (
                Sign(STOPPED, stopped.evidence) if stopped and is_first else _repeat(typed, earlier, conversation.store)
            )
            stops.update({stopped.evidence} if stopped else ())
        if sign is not None:
            found[message.session_id, message.message_id] = sign
    return found


def words_of(text: str) -> frozenset[str]:
    """Return the different words of a text, whatever their case; of scripts without spaces the characters."""
    return frozenset(_WORD.findall(text[:_HEAD].casefold()))


class _Typed:
    """A message a person typed, and what it is compared by, taken from it once and only if asked for."""

    __slots__ = ("_pieces", "_words", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self._pieces: frozenset[str] | None = None
        self._words: frozenset[str] | None = None

    def could_be_like(self, other: _Typed) -> bool:
        """Whether two messages are half alike in what stands between spaces: seen faster than whole words are."""
        one, two = self._split(), other._split()
        return min(len(one), len(two)) < LEAST_WORDS or 2 * len(one & two) >= len(one | two)

    def is_like(self, other: _Typed) -> bool:
        """Whether two messages say nearly the same."""
        one, two = self._in_words(), other._in_words()
        return min(len(one), len(two)) >= LEAST_WORDS and len(one & two) >= ALIKE * len(one | two)

    def _split(self) -> frozenset[str]:
        if self._pieces is None:
            self._pieces = frozenset(self.message.person_text[:_HEAD].lower().split())
        return self._pieces

    def _in_words(self) -> frozenset[str]:
        if self._words is None:
            self._words = words_of(self.message.person_text)
        return self._words


def _walk(conversation: Conversation, approving: Set[str]) -> Iterator[tuple[_Typed, int, deque[_Typed]]]:
    """Yield the messages after the first answer, how many calls came before, and what each may repeat."""
    made = 0
    answered: deque[_Typed] = deque(maxlen=_WINDOW)  # what the agent has answered since, the latest first
    waiting: list[_Typed] = []
    has_answered = False
    for message in conversation.messages:
        if message.role == "assistant" and not message.is_compaction:
            has_answered = True
            answered.extendleft(waiting)
            waiting.clear()
        made += len(message.calls)
        if not message.person_text or not message.person_text.strip():
            continue
        typed = _Typed(message)
        if has_answered:
            yield typed, made, answered
        if message.person_text in approving:
            answered.clear()
            waiting.clear()
        else:
            waiting.append(typed)


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
    is_next_cancelled = made < len(calls) and calls[made].outcome is Outcome.CANCELLED
    for call in reversed(calls[max(0, made - _CALLS) : made]):
        if (call.call.session_id, call.call.message_id) != (last.session_id, last.message_id):
            break
        result = call.call.result
        times = (call.call.timestamp, result.timestamp if result else None)
        is_soon = any(time is not None and 0 <= message.timestamp - time <= SECONDS for time in times)
        if is_soon and (is_next_cancelled or call.outcome is Outcome.CANCELLED):
            return call
    return None


def _repeat(typed: _Typed, earlier: Iterable[_Typed], store: str) -> Sign | None:
    """Return the sign that a message says what an earlier one said, or None."""
    text = typed.message.person_text
    if text.startswith("/"):
        return None
    length = min(len(text), _HEAD)
    for other in earlier:
        other_length = min(len(other.message.person_text), _HEAD)
        # What differs much in length differs in words; most pairs are seen off by that.
        if min(length, other_length) < 0.75 * max(length, other_length):
            continue
        if typed.could_be_like(other) and typed.is_like(other):
            place = other.message
            return Sign(REPEATED, Evidence(store=store, session_id=place.session_id, message_id=place.message_id))
    return None
