"""Calls that could be examples: real ones that worked, that nobody took back, and whose arguments parse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.goals import command_text, goal, only_looks, path_of
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.models import EpisodeEnd, SessionAnalysis
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.signatures import mask
from warmtui.sessions.models import Conversation, Message, MessageId
from warmtui.templates.models import Example, ExampleCall
from warmtui.templates.provenance import recorded_call_digest, recorded_result_digest
from warmtui.templates.redaction import Redactor
from warmtui.templates.trimming import trim_text, trim_value
from warmtui.text import one_line

_AFTER = 3  # calls within which a correction or a re-edit of the same target takes a call back
_WORDS = 200  # characters of a request or an answer
_SHAPE = 80  # characters of an argument that tell near-duplicates
_RESULT = 700  # characters of a result
_ARGUMENTS = 700  # characters of a call's arguments


@dataclass(frozen=True, slots=True)
class Candidate:
    """An example that could be taken; it is redacted and trimmed only when it is built.

    Attributes:
        tool: the tool it shows.
        shape: tool and masked arguments: what makes two candidates near-duplicates.
        error: the signature of the error it recovers from; empty where it shows a plain call.
        request: the message the calls followed from, as session id and place.
        size: characters of its calls as recorded.
        build: makes the example.
    """

    tool: str
    shape: str
    error: str
    request: tuple[str, int]
    size: int
    build: Callable[[], Example]


def find_candidates(
    conversation: Conversation, analysis: SessionAnalysis, calls: Sequence[JudgedCall], redactor: Redactor
) -> list[Candidate]:
    """Return the candidates of one conversation: first its recoveries, then its plain calls, each in order.

    Args:
        conversation: the conversation.
        analysis: its analysis, for its episodes.
        calls: its judged calls.
        redactor: what takes secrets out of every text and value.
    """
    finder = _Finder(_Words(conversation, analysis), conversation.session.cwd, calls, redactor)
    found: list[Candidate] = []
    by_place = {call.evidence: call for call in calls}
    shown: set[int] = set()
    for episode in analysis.episodes:
        if episode.end is EpisodeEnd.RECOVERED and episode.recovery is not None:
            failed, fixed = by_place[episode.failed], by_place[episode.recovery]
            steps = _steps(calls, failed, fixed, analysis.cwd)
            if all(call.call.arguments is not None for call in steps) and finder.stands(fixed):
                found.append(finder.candidate(steps, episode.signature))
                shown.update(step.place for step in steps)
    found.extend(
        finder.candidate([call])
        for call in calls
        if call.outcome is Outcome.OK
        and call.place not in shown
        and call.call.arguments is not None
        and finder.stands(call)
    )
    return found


def _steps(calls: Sequence[JudgedCall], failed: JudgedCall, fixed: JudgedCall, cwd: str | None) -> list[JudgedCall]:
    """Return the failure, the last look at the same goal (else the last call that worked), and the repair."""
    between = [call for call in calls[failed.place + 1 : fixed.place] if call.outcome.is_success]
    about = goal(fixed.call, cwd)
    looks = [call for call in between if goal(call.call, cwd) == about] or between
    return [failed, *looks[-1:], fixed]


class _Words:
    """What was said around the calls of a conversation."""

    def __init__(self, conversation: Conversation, analysis: SessionAnalysis) -> None:
        corrections = analysis.user_patterns.corrections
        self._corrections = {(one.evidence.session_id, one.evidence.message_id) for one in corrections}
        self._messages = [message for message in conversation.messages if not message.is_compaction]
        self._place = {_key(message): place for place, message in enumerate(self._messages)}

    def request(self, call: JudgedCall) -> str:
        """The person's words that the call followed from; empty where there are none."""
        for message in reversed(self._messages[: self._start(call)]):
            if message.person_text:
                return message.person_text
        return ""

    def answer(self, call: JudgedCall) -> str:
        """What the agent said next, before the person spoke again; empty where it said nothing."""
        for message in self._messages[self._start(call) + 1 :]:
            if message.person_text and message.role == "user":
                break
            if message.role == "assistant" and message.text.strip():
                return message.text
        return ""

    def is_corrected(self, call: JudgedCall) -> bool:
        """Whether the person corrects the agent before it made three further calls."""
        further = 0
        for message in self._messages[self._start(call) + 1 :]:
            further += len(message.calls)
            if further > _AFTER:
                return False
            if _key(message) in self._corrections:
                return True
        return False

    def _start(self, call: JudgedCall) -> int:
        return self._place.get((call.call.session_id, call.call.message_id), 0)


def _key(message: Message) -> tuple[str, MessageId]:
    return message.session_id, message.message_id


class _Finder:
    """Tells which calls can be examples, and makes them."""

    def __init__(self, words: _Words, cwd: str | None, calls: Sequence[JudgedCall], redactor: Redactor) -> None:
        self._words, self._cwd, self._calls, self._redactor = words, cwd, calls, redactor

    def stands(self, call: JudgedCall) -> bool:
        """Whether nobody took the call back: no correction and no re-edit of its target soon after it."""
        if self._words.is_corrected(call):
            return False
        if only_looks(call.tool):
            return True
        after = self._calls[call.place + 1 : call.place + 1 + _AFTER]
        return not any(self._changes_again(one, call) for one in after if not only_looks(one.tool))

    def _changes_again(self, later: JudgedCall, call: JudgedCall) -> bool:
        """Whether `later` changes the path that `call` changed, be it by a command that names it."""
        path = path_of(later.call.arguments or {})
        if path is None:
            return False
        command = command_text(call.call.arguments or {})
        if command is not None:
            return path in command
        return goal(call.call, self._cwd) == goal(later.call, self._cwd)

    def candidate(self, steps: Sequence[JudgedCall], error: str = "") -> Candidate:
        """Return the candidate that shows `steps`, the last of which worked."""
        last = steps[-1]
        size = sum(len(str(step.call.raw_arguments)) + _result_size(step) for step in steps)
        shape = f"{last.tool} {_masked(last.call.arguments or {})}"
        request = (steps[0].call.session_id, steps[0].turn)
        return Candidate(last.tool, shape, error, request, size, lambda: self._example(steps))

    def _example(self, steps: Sequence[JudgedCall]) -> Example:
        return Example(
            request=one_line(self._redactor.text(self._words.request(steps[0])), _WORDS),
            calls=tuple(self._call(step) for step in steps),
            answer=one_line(self._redactor.text(self._words.answer(steps[-1])), _WORDS),
        )

    def _call(self, call: JudgedCall) -> ExampleCall:
        result = call.call.result
        text = result.text if result else ""
        return ExampleCall(
            tool_name=call.tool,
            arguments=trim_value(self._redactor.value(call.call.arguments or {}), _ARGUMENTS),
            result=trim_text(self._redactor.text(text), _RESULT),
            outcome=call.outcome.value,
            evidence=Evidence.of_call(call.store, call.call),
            digest=recorded_result_digest(call.call),
            call_digest=recorded_call_digest(call.call),
        )


def _result_size(call: JudgedCall) -> int:
    return len(call.call.result.text) if call.call.result else 0


def _masked(arguments: Mapping[str, Any]) -> str:
    return " ".join(_masked_parts(arguments))


def _masked_parts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Mapping) and depth < 4:
        for key in sorted(value):
            yield f"{key}="
            yield from _masked_parts(value[key], depth + 1)
    elif isinstance(value, str):
        yield mask(value[:_SHAPE])
    elif isinstance(value, list):
        yield f"[{len(value)}]"
    else:
        yield type(value).__name__
