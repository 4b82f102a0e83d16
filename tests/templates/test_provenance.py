"""Whether the sources of a template still say what it recorded: the same, changed, gone, or out of reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.templates.samples import TURNS, chat, extracted, store_of
from warmtui.errors import SourceError
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore
from warmtui.templates.models import ContextNote, Example, SessionTemplate
from warmtui.templates.provenance import State, check_provenance
from warmtui.templates.validation import validate


class Counting:
    """A store that counts what is read of it, and can be made to fail; everything else is the store's own."""

    def __init__(self, store: SessionStore, error: Exception | None = None) -> None:
        self._store, self._error = store, error
        self.read: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def conversation(self, session_id: str) -> Conversation:
        self.read[session_id] += 1
        if self._error is not None:
            raise self._error
        return self._store.conversation(session_id)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "docs.jsonl"


def states(template: SessionTemplate, *stores: SessionStore) -> list[str]:
    found = check_provenance(template, stores)
    return [call.state.value for example in found.examples for call in example.calls]


def changed(number: int, **fields: Any) -> dict[str, Any]:
    turns = list(TURNS)
    tool, arguments, result = turns[number]
    turns[number] = (fields.get("tool", tool), fields.get("arguments", arguments), fields.get("result", result))
    return chat(*turns)


def test_what_is_as_it_was_is_verified_and_each_conversation_read_once(path: Path) -> None:
    made = extracted(path)
    with open_store(path) as store:
        counting = Counting(store)
        found = check_provenance(made, [counting])
    assert [example.state for example in found.examples] == [State.VERIFIED, State.VERIFIED]
    assert not found.is_stale
    assert found.places > 0
    assert found.places_gone == 0
    assert found.sentence == "2 of 2 example calls verified"
    assert counting.read == {"s1": 1}
    assert validate(made, provenance=found) == ()


@pytest.mark.parametrize(
    "fields",
    [{"result": "{}"}, {"arguments": {"path": "README.md"}}, {"tool": "cat"}],
    ids=["result", "arguments", "tool"],
)
def test_another_result_or_another_call_is_a_change(path: Path, fields: Mapping[str, Any]) -> None:
    made = extracted(path)
    with store_of(path, changed(0, **fields)) as store:
        found = check_provenance(made, [store])
    reads = [example for example in found.examples if example.state is State.CHANGED]
    assert [example.calls[0].reason for example in reads] == [
        "the recorded result is another one now" if "result" in fields else "the recorded call is another one now"
    ]
    assert found.is_stale
    assert found.state is State.CHANGED
    assert found.sentence == "1 of 2 example calls verified, 1 changed since"
    assert [(one.rule, one.is_error) for one in validate(made, provenance=found)] == [("source-changed", False)]


def test_an_edit_of_the_template_is_no_change_of_its_source(path: Path) -> None:
    made = extracted(path)
    first = made.examples[0]
    edited = first.calls[0].model_copy(update={"result": "shorter", "arguments": {"path": "x"}})
    made = made.model_copy(update={"examples": (first.model_copy(update={"calls": (edited,)}),)})
    with open_store(path) as store:
        assert states(made, store) == ["verified"]


def test_a_session_or_a_message_that_is_no_longer_there_is_gone(path: Path) -> None:
    made = extracted(path)
    with store_of(path, chat(*TURNS, session_id="other")) as store:
        found = check_provenance(made, [store])
        assert found.counts() == {State.GONE: 2}
        assert found.places_gone == found.places > 0
        assert "the session s1 is there no longer" in found.examples[0].reason
        rules = [one.rule for one in validate(made, provenance=found)]
        assert rules == ["source-gone", "source-gone", "evidence-gone"]
    with store_of(path, chat(TURNS[0])) as store:
        assert sorted(states(made, store)) == ["gone", "verified"]
        assert [one.rule for one in validate(made, provenance=check_provenance(made, [store]))] == ["source-gone"]


def test_a_store_is_found_by_its_path_and_by_its_label_once_it_was_moved(path: Path, tmp_path: Path) -> None:
    made = extracted(path)
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    with open_store(link) as store:
        assert states(made, store) == ["verified", "verified"]
    link.unlink()
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    path.rename(other)
    with open_store(other) as store:
        assert states(made, store) == ["verified", "verified"]
    with store_of(other, chat(*TURNS, session_id="other")) as store:
        assert states(made, store) == ["gone", "gone"]


def test_another_store_of_the_same_label_says_nothing_of_a_session_it_lacks(path: Path, tmp_path: Path) -> None:
    made = extracted(path)
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    with store_of(other, chat(*TURNS, session_id="other")) as store:
        assert states(made, store) == ["unreachable", "unreachable"]


def test_a_store_that_is_not_open_or_cannot_be_read_is_out_of_reach(path: Path) -> None:
    made = extracted(path)
    found = check_provenance(made, [])
    assert found.counts() == {State.UNREACHABLE: 2}
    assert not found.is_stale
    assert found.notes == ("the store docs is not open",)
    assert validate(made, provenance=found) == ()
    with open_store(path) as store:
        failing = Counting(store, SourceError("it is locked"))
        found = check_provenance(made, [failing])
        assert found.notes == ("the store cannot be read: it is locked",)
        assert failing.read == {"s1": 1}
        assert states(made, Counting(store, PermissionError("no"))) == ["unreachable", "unreachable"]


def test_what_was_never_recorded_is_unknown(path: Path) -> None:
    made = extracted(path)
    first, second = made.examples
    older = first.calls[0].model_copy(update={"digest": None, "call_digest": None})
    without = second.calls[0].model_copy(update={"evidence": None})
    made = made.model_copy(
        update={
            "examples": (
                first.model_copy(update={"calls": (older,)}),
                Example(calls=(without,)),
                second.model_copy(update={"synthetic": True}),
            )
        }
    )
    with open_store(path) as store:
        found = check_provenance(made, [store])
    assert found.counts() == {State.UNKNOWN: 3}
    assert [example.reason for example in found.examples] == [
        "no digest of its result was kept",
        "it does not say where it was recorded",
        "it is made up, and recorded nowhere",
    ]


def test_a_file_of_before_the_call_was_noted_is_verified_by_its_result(path: Path) -> None:
    made = extracted(path)
    calls = made.examples[0].calls
    older = tuple(call.model_copy(update={"call_digest": None}) for call in calls)
    made = made.model_copy(update={"examples": (made.examples[0].model_copy(update={"calls": older}),)})
    with open_store(path) as store:
        assert states(made, store) == ["verified"]


def test_a_template_that_says_nothing_of_its_sources_is_unknown_and_not_stale() -> None:
    found = check_provenance(SessionTemplate(name="n", context_markers=(ContextNote(value="x"),)), [])
    assert found.state is State.UNKNOWN
    assert not found.is_stale
    assert found.sentence == "no recorded example"
    assert found.to_dict()["examples"] == []
