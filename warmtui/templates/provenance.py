"""Whether the sessions a template was made from still say what its examples say: looked up, never written."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from warmtui.errors import NotFoundError, WarmtuiError
from warmtui.profiling.evidence import Evidence
from warmtui.sessions.models import Conversation, MessageId, ToolCall
from warmtui.sessions.store import SessionStore
from warmtui.templates.models import (
    ContextNote,
    Example,
    ExampleCall,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)
from warmtui.text import json_text, one_line, plural


class State(StrEnum):
    """What the source says of something that was recorded, the worst first."""

    GONE = "gone"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    VERIFIED = "verified"


class CallProvenance(BaseModel):
    """What the source says of one recorded call.

    Attributes:
        path: where the call stands in the template: ``examples.0.calls.1``.
        state: what was found.
        reason: why, one sentence; empty for what is verified.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    state: State
    reason: str = ""


class ExampleProvenance(BaseModel):
    """What the sources say of one example.

    Attributes:
        path: where it stands in the template: ``examples.0``.
        calls: what was found of each of its calls, in order.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    calls: tuple[CallProvenance, ...]

    @property
    def state(self) -> State:
        """The worst of its calls' states; ``unknown`` where it has none."""
        return _worst(call.state for call in self.calls)

    @property
    def reason(self) -> str:
        """Why it is not verified: the reason of the first call in its state; empty where it is."""
        return next((call.reason for call in self.calls if call.state is self.state), "")


class TemplateProvenance(BaseModel):
    """What the sources say of a template.

    Attributes:
        template_id: the template; empty where it is not saved.
        examples: what was found of each example, in order.
        places: messages that its patterns were seen in and that could be looked for.
        places_gone: those of them that are there no longer.
        notes: what kept a source from being read, a sentence each.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str = ""
    examples: tuple[ExampleProvenance, ...] = ()
    places: int = 0
    places_gone: int = 0
    notes: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The worst state of its examples; ``unknown`` where it has none."""
        return _worst(example.state for example in self.examples)

    @property
    def is_stale(self) -> bool:
        """Whether a source is gone, or has changed since."""
        return self.places_gone > 0 or any(one.state in (State.GONE, State.CHANGED) for one in self.examples)

    def counts(self) -> dict[State, int]:
        """Return how many example calls are in each state, those that occur."""
        states = [call.state for example in self.examples for call in example.calls]
        return {state: states.count(state) for state in State if state in states}

    @property
    def sentence(self) -> str:
        """All of it in a line: "3 of 5 example calls verified, 1 changed since, 1 gone"."""
        counts = self.counts()
        total = sum(counts.values())
        said = []
        if total:
            said.append(f"{counts.get(State.VERIFIED, 0)} of {plural(total, 'example call')} verified")
            said += [f"{count} {_WORDS[state]}" for state, count in counts.items() if state is not State.VERIFIED]
        if self.places_gone:
            said.append(f"{self.places_gone:,} of {plural(self.places, 'message')} behind its patterns gone")
        return ", ".join(said) or "no recorded example"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values, with the states that follow from the calls' own."""
        return {
            "state": self.state.value,
            "counts": {state.value: count for state, count in self.counts().items()},
            "places": self.places,
            "places_gone": self.places_gone,
            "notes": list(self.notes),
            "examples": [
                {"state": one.state.value, "reason": one.reason, **one.model_dump(mode="json")} for one in self.examples
            ],
        }


_WORDS = {
    State.GONE: "gone",
    State.CHANGED: "changed since",
    State.UNREACHABLE: "out of reach",
    State.UNKNOWN: "without a record to compare with",
}


def recorded_result_digest(call: ToolCall) -> str:
    """Return the SHA-256 of a call's result as it is stored, in hex; of nothing where there is no result."""
    return _sha256(call.result.text if call.result else "")


def recorded_call_digest(call: ToolCall) -> str:
    """Return the SHA-256 of a call's tool and arguments as they are stored, in hex."""
    arguments: Any = call.arguments if call.arguments is not None else call.raw_arguments
    return _sha256(json_text([call.name, arguments]))


def check_provenance(template: SessionTemplate, stores: Sequence[SessionStore]) -> TemplateProvenance:
    """Look up what a template recorded in the stores it came from; each conversation is read once.

    A store is found by its path, else by its label. A store that cannot be read makes its calls ``unreachable``,
    and is named in the notes; the others are still looked up.

    Args:
        template: the template.
        stores: the stores that are open.
    """
    archive = _Archive(template.sources, stores)
    examples = tuple(_example(place, example, archive) for place, example in enumerate(template.examples))
    places = dict.fromkeys(_pattern_places(template))
    there = [archive.holds(place) for place in places]
    return TemplateProvenance(
        template_id=template.template_id,
        examples=examples,
        places=sum(found is not None for found in there),
        places_gone=sum(found is False for found in there),
        notes=tuple(archive.notes),
    )


def _example(place: int, example: Example, archive: _Archive) -> ExampleProvenance:
    path = f"examples.{place}"
    calls = []
    for number, call in enumerate(example.calls):
        state, reason = _look_up(call, archive, synthetic=example.synthetic)
        calls.append(CallProvenance(path=f"{path}.calls.{number}", state=state, reason=reason))
    return ExampleProvenance(path=path, calls=tuple(calls))


def _look_up(call: ExampleCall, archive: _Archive, *, synthetic: bool) -> tuple[State, str]:
    if synthetic:
        return State.UNKNOWN, "it is made up, and recorded nowhere"
    if call.evidence is None:
        return State.UNKNOWN, "it does not say where it was recorded"
    found = archive.read(call.evidence)
    if isinstance(found, _Missing):
        return found.state, found.reason
    calls = found.calls.get(_place(call.evidence))
    if calls is None:
        return State.GONE, f"message {call.evidence.message_id} of the session is there no longer"
    return _compared(call, calls)


def _compared(call: ExampleCall, calls: Sequence[_Recorded]) -> tuple[State, str]:
    if call.digest is None:
        return State.UNKNOWN, "no digest of its result was kept"
    same = [one for one in calls if call.digest == one.result_digest]
    if not same:
        return State.CHANGED, "the recorded result is another one now"
    if not any(one.tool == call.tool_name and call.call_digest in (None, one.call_digest) for one in same):
        return State.CHANGED, "the recorded call is another one now"
    return State.VERIFIED, ""


def _pattern_places(template: SessionTemplate) -> Iterator[Evidence]:
    patterns: list[ToolCallPattern | UserPattern | RecoveryPattern | ContextNote] = [
        *template.tool_patterns,
        *template.user_patterns,
        *template.recovery_patterns,
        *template.context_markers,
    ]
    for pattern in patterns:
        yield from pattern.evidence


class _Missing(NamedTuple):
    state: State
    reason: str


class _Recorded(NamedTuple):
    tool: str
    call_digest: str
    result_digest: str


_CallPlace = tuple[str, MessageId, MessageId | None]


@dataclass(slots=True)
class _Contents:
    """What of a conversation is compared; its texts are not kept."""

    messages: set[tuple[str, MessageId]] = field(default_factory=set)
    calls: dict[_CallPlace, list[_Recorded]] = field(default_factory=lambda: defaultdict(list))


class _Archive:
    """The sources of one template, each conversation read when it is first asked for."""

    def __init__(self, sources: Sequence[Source], stores: Sequence[SessionStore]) -> None:
        self._sources = sources
        self._stores = stores
        self._read: dict[tuple[str, str], _Contents | _Missing] = {}
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> Iterable[str]:
        """What kept a source from being read."""
        return self._notes

    def holds(self, place: Evidence) -> bool | None:
        """Whether a message is still there; None where that cannot be said."""
        found = self.read(place)
        if isinstance(found, _Missing):
            return False if found.state is State.GONE else None
        return (place.session_id, place.message_id) in found.messages

    def read(self, place: Evidence) -> _Contents | _Missing:
        """Return what the conversation of a place holds, or why it cannot be had."""
        key = (place.store, place.session_id)
        if key not in self._read:
            self._read[key] = self._look(place)
        return self._read[key]

    def _look(self, place: Evidence) -> _Contents | _Missing:
        missing = _Missing(State.UNREACHABLE, f"the store {one_line(place.store, 60)} is not open")
        for store, is_sure in self._candidates(place):
            try:
                conversation = store.conversation(place.session_id)
            except NotFoundError:
                session = one_line(place.session_id, 80)
                if is_sure:
                    return _Missing(State.GONE, f"the session {session} is there no longer")
                missing = _Missing(State.UNREACHABLE, f"{_open_elsewhere(store)} has no session {session}")
            except (WarmtuiError, OSError) as error:
                missing = _Missing(State.UNREACHABLE, f"the store cannot be read: {one_line(str(error), 200)}")
            else:
                return self._take(place, conversation)
        self._notes[missing.reason] = None
        return missing

    def _take(self, place: Evidence, conversation: Conversation) -> _Contents:
        contents = _contents(conversation)
        for session_id in conversation.session.lineage:
            self._read.setdefault((place.store, session_id), contents)
        return contents

    def _candidates(self, place: Evidence) -> Iterator[tuple[SessionStore, bool]]:
        """Yield the stores that could hold a place, with whether a session that is not in it is gone for sure.

        A store is the one the template names where its path is the same. One of the same label is another where the
        named path is still there, and the same, moved, where it is not.
        """
        paths = self._paths(place)
        by_path = [store for store in self._stores if _resolved(store.path) in paths]
        yield from ((store, True) for store in by_path)
        elsewhere = any(path.exists() for path in paths)
        for store in self._stores:
            if store.name == place.store and store not in by_path:
                yield store, not by_path and not elsewhere

    def _paths(self, place: Evidence) -> set[Path]:
        own = [source for source in self._sources if source.store == place.store]
        exact = [source for source in own if place.session_id in (source.session_id, source.lineage_id)]
        return {_resolved(Path(source.path)) for source in exact or own if source.path}


def _contents(conversation: Conversation) -> _Contents:
    found = _Contents({(message.session_id, message.message_id) for message in conversation.messages})
    for call in conversation.calls:
        result = call.result.message_id if call.result else None
        recorded = _Recorded(call.name, recorded_call_digest(call), recorded_result_digest(call))
        found.calls[call.session_id, call.message_id, result].append(recorded)
    return found


def _place(evidence: Evidence) -> _CallPlace:
    return evidence.session_id, evidence.message_id, evidence.result_message_id


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, no home, a path that no system has
        return path


def _open_elsewhere(store: SessionStore) -> str:
    return f"{one_line(str(store.path), 200)}, the open store of that label,"


def _worst(states: Iterable[State]) -> State:
    found = set(states)
    return next((state for state in State if state in found), State.UNKNOWN)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
