"""Sessions within a running Hermes: each keeps what it began with, and what goes wrong is said once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.warmstart.examples import TEMPLATE
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.hermes.choice import chosen, let_go
from warmtui.warmstart.hermes.choice_file import choice_path
from warmtui.warmstart.hermes.journal import Journal
from warmtui.warmstart.hermes.plugin_start import start_with
from warmtui.warmstart.hermes.running_sessions import Asking, RunningSessions

REQUEST = {
    "messages": [{"role": "system", "content": "You are Hermes."}, {"role": "user", "content": "do it"}],
    "tools": [{"type": "function", "function": {"name": "terminal"}}],
}


class Process:
    """A Hermes process in a home of its own, and what it has said."""

    def __init__(self, home: Path, state_dir: Path) -> None:
        self.home = home
        self.said: list[str] = []
        self.sessions = RunningSessions(state_dir, self.said.append)

    def begins_with(self, session: str, *, is_new: bool = False, mode: str = "chat_completions") -> str:
        """The words a session begins with after the prompt; empty where it has no stream."""
        asking = Asking(self.home, session, mode, is_new=is_new)
        changed = self.sessions.request(asking, REQUEST)
        return json.dumps(changed["messages"][1:-1]) if changed is not None else ""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "hermes"
    folder.mkdir()
    return folder


@pytest.fixture
def manager(home: Path) -> TemplateManager:
    return TemplateManager(home / "session_templates")


@pytest.fixture
def template(home: Path, manager: TemplateManager) -> SessionTemplate:
    saved = manager.save_template(TEMPLATE)
    start_with(home, manager, saved.template_id)
    return saved


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def process(home: Path, state_dir: Path) -> Process:
    return Process(home, state_dir)


def edit(manager: TemplateManager, template: SessionTemplate, context: str) -> SessionTemplate:
    return manager.save_template(template.model_copy(update={"context": context}))


def test_the_choice_is_kept_for_its_owner_alone_and_let_go(home: Path, template: SessionTemplate) -> None:
    found = chosen(home)
    assert found is not None
    assert (found.template_id, found.template_dir) == (template.template_id, home / "session_templates")
    assert choice_path(home).stat().st_mode & 0o777 == 0o600
    assert let_go(home)
    assert not let_go(home)
    assert chosen(home) is None


@pytest.mark.usefixtures("template")
def test_every_request_of_a_session_begins_with_the_same_bytes(process: Process) -> None:
    first = process.begins_with("s")
    assert "The service lives in /srv/app." in first
    assert process.begins_with("s") == first
    assert process.begins_with("another") == first


def test_a_running_session_keeps_what_it_began_with_and_a_new_one_gets_what_is_there(
    process: Process, manager: TemplateManager, template: SessionTemplate
) -> None:
    first = process.begins_with("old")
    edit(manager, template, "The service moved.")
    assert process.begins_with("old") == first
    assert "The service moved." in process.begins_with("new")


def test_a_session_that_is_resumed_begins_as_it_did(
    process: Process, manager: TemplateManager, template: SessionTemplate, home: Path, state_dir: Path
) -> None:
    first = process.begins_with("s", is_new=True)
    edit(manager, template, "The service moved.")
    other = manager.save_template(SessionTemplate(name="Other", context="Something else."))
    start_with(home, manager, other.template_id)
    later = Process(home, state_dir)
    assert later.begins_with("s") == first
    assert "Something else." in later.begins_with("new", is_new=True)


def test_the_journal_knows_which_session_began_with_which_version(
    process: Process, template: SessionTemplate, home: Path, state_dir: Path
) -> None:
    process.begins_with("resumed")
    process.begins_with("new", is_new=True)
    process.begins_with("new", is_new=True)
    starts = Journal(state_dir).warm_starts()
    found = starts.of(["new"], home, started_at=None, source="cli")
    assert found is not None
    assert (found.template_id, found.version, found.how) == (template.template_id, template.version, "plugin")
    assert starts.of(["resumed"], home, started_at=None, source="cli") is None
    assert len((state_dir / "warm_starts.jsonl").read_text().splitlines()) == 1


@pytest.mark.usefixtures("template")
def test_a_session_that_has_a_prefill_of_ours_is_not_noted_as_the_plugins(process: Process, state_dir: Path) -> None:
    asking = Asking(process.home, "s", "chat_completions", is_new=True)
    warm = process.sessions.request(Asking(process.home, "other", "chat_completions"), REQUEST)
    assert warm is not None
    assert process.sessions.request(asking, warm) is None
    assert not state_dir.exists()


@pytest.mark.usefixtures("template")
def test_a_broken_template_takes_nothing_from_the_session_it_broke_under(process: Process, home: Path) -> None:
    first = process.begins_with("old")
    [file] = (home / "session_templates").glob("*.json")
    file.write_text("{")
    assert process.begins_with("old") == first
    assert process.begins_with("new") == ""
    assert process.begins_with("new") == ""
    [said] = process.said
    assert str(file) in said


def test_a_template_that_is_gone_leaves_sessions_without(
    process: Process, manager: TemplateManager, template: SessionTemplate
) -> None:
    manager.delete_template(template.template_id)
    assert process.begins_with("s") == ""
    assert "is gone" in process.said[0]


@pytest.mark.parametrize(
    "written", ["", "[]", '{"template_id": "x"}', '{"template_id": 3, "template_dir": "/"}', "\xff"]
)
def test_a_choice_that_says_nothing_leaves_sessions_without(process: Process, home: Path, written: str) -> None:
    choice_path(home).parent.mkdir()
    choice_path(home).write_bytes(written.encode("latin-1"))
    assert process.begins_with("s") == ""
    assert str(choice_path(home)) in process.said[0]


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("mode", ["bedrock_converse", ""])
def test_a_request_of_an_unknown_shape_is_left_as_it_is_and_said(process: Process, mode: str) -> None:
    assert process.begins_with("s", mode=mode) == ""
    assert mode in process.said[0]


@pytest.mark.usefixtures("template")
def test_a_session_whose_provider_changes_begins_with_the_same(process: Process) -> None:
    answered: Any = process.sessions.request(Asking(process.home, "s", "anthropic_messages"), {**REQUEST})
    assert answered["messages"][3]["content"] == "fix it"
    assert "fix it" in process.begins_with("s")


@pytest.mark.usefixtures("template")
def test_a_process_that_runs_for_weeks_forgets_the_oldest_sessions(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmtui.warmstart.hermes.running_sessions._MOST_SESSIONS", 3)
    for number in range(10):
        assert process.begins_with(f"s{number}")
    assert len(process.sessions._sessions) == 3
    assert process.begins_with("s7")
    process.begins_with("s10")
    process.begins_with("s11")
    assert (process.home, "s7") in process.sessions._sessions, "what is still at work is not forgotten"


@pytest.mark.usefixtures("template")
def test_a_session_that_cannot_be_noted_is_warm_from_its_first_request_on(process: Process, state_dir: Path) -> None:
    state_dir.mkdir()
    (state_dir / ".lock").symlink_to(state_dir / "elsewhere")
    first = process.begins_with("s", is_new=True)
    assert first
    assert process.begins_with("s", is_new=True) == first
    [said] = process.said
    assert "journal" in said


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has pipes with a name")
@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("kind", ["pipe", "folder"])
@pytest.mark.parametrize("which", ["template", "choice"])
def test_what_is_no_file_is_not_waited_for(process: Process, home: Path, kind: str, which: str) -> None:
    [file] = (home / "session_templates").glob("*.json")
    path = file if which == "template" else choice_path(home)
    path.unlink()
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    assert process.begins_with("s") == ""
    [said] = process.said
    assert "no plain file" in said
    assert str(path) in said


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("mode", ["chat_completions", "anthropic_messages", "codex_responses"])
def test_whatever_becomes_of_a_request_the_next_begins_with_the_same(process: Process, mode: str) -> None:
    asking = Asking(process.home, "s", mode)
    request = {**REQUEST, "input": REQUEST["messages"]}

    def begun() -> str:
        changed = process.sessions.request(asking, request)
        assert changed is not None
        told = json.dumps(changed)
        for message in changed["input" if mode == "codex_responses" else "messages"][1:-1]:
            spoil(message)
        return told

    assert begun() == begun()


def spoil(value: Any) -> None:
    """Change all that can be changed in a value."""
    for one in list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []:
        spoil(one)
    if isinstance(value, dict | list):
        value.clear()
