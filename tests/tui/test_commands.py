"""Keys, footer, help and palette come from one list, and a remapped key never silently takes another's."""

from __future__ import annotations

import pytest

from warmtui.tui.app import WarmtuiApp
from warmtui.tui.commands import COMMANDS, Command, checked_keymap, shown_keys
from warmtui.tui.screens.ask import AskScreen
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.help import HelpScreen
from warmtui.tui.screens.save import SaveScreen
from warmtui.tui.screens.sessions import SessionsScreen
from warmtui.tui.screens.templates import TemplatesScreen
from warmtui.tui.screens.transcript import TranscriptScreen
from warmtui.tui.widgets.evidence_view import EvidenceView
from warmtui.tui.widgets.line_view import LineView

_PLACES = {
    "sessions": SessionsScreen,
    "curate": CurateScreen,
    "templates": TemplatesScreen,
    "transcript": TranscriptScreen,
    "evidence": EvidenceView,
    "save": SaveScreen,
    "question": AskScreen,
    "help": HelpScreen,
    "lists": LineView,
    "everywhere": WarmtuiApp,
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_does_something_where_it_says(command: Command) -> None:
    assert hasattr(_PLACES[command.group], f"action_{command.action}")


def test_the_keys_as_they_come_do_not_clash() -> None:
    assert checked_keymap({command.id: command.keys for command in COMMANDS}) == (
        {command.id: command.keys for command in COMMANDS},
        [],
    )


def test_a_key_can_be_remapped() -> None:
    keymap, problems = checked_keymap({"sessions.refresh": "f5"})
    assert problems == []
    assert keymap == {"sessions.refresh": "f5"}
    refresh = next(command for command in COMMANDS if command.id == "sessions.refresh")
    assert shown_keys(refresh, keymap) == "f5"


@pytest.mark.parametrize("key", ["s", "j", "ctrl+q", "?", "x,/"])
def test_a_key_that_another_command_has_is_refused_by_name(key: str) -> None:
    keymap, problems = checked_keymap({"sessions.refresh": key})
    assert keymap == {}
    assert len(problems) == 1
    assert "sessions.refresh" in problems[0]


def test_a_key_of_another_screen_is_free() -> None:
    assert checked_keymap({"sessions.refresh": "o"})[1] == []


def test_an_unknown_command_is_named() -> None:
    assert "no such command" in checked_keymap({"sessions.fly": "x"})[1][0]


@pytest.mark.parametrize("key", ["a", "enter", "shift+up", "space", "?"])
def test_what_works_while_one_types_takes_no_key_that_types(key: str) -> None:
    keymap, problems = checked_keymap({"curate.save": key})
    assert keymap == {}
    assert "needed to type" in problems[0]


@pytest.mark.parametrize("key", ["", " ", "a,,b"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    assert "which is none" in checked_keymap({"sessions.refresh": key})[1][0]
