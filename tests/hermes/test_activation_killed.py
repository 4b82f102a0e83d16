"""Activating and deactivating, killed at every step: Hermes works all the same, and the next command puts it right."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.hermes.test_activation import CONFIG, Home
from tests.warmstart.examples import TEMPLATE
from warmtui.warmstart.hermes.homes import KEY
from warmtui.warmstart.hermes.journal import Journal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a process is forked to be killed")

STEPS = ("os.rename", "os.remove", "os.chmod", "os.mkdir")
OTHER = TEMPLATE.model_copy(update={"name": "Other", "context": "Elsewhere."})


def killed(work: Callable[[], object], step: int) -> bool:
    """Do `work` in a process that is gone before one of its steps, with nothing tidied up; False after the last."""
    child = os.fork()
    if not child:
        left = [step]

        def die(event: str, arguments: tuple[Any, ...]) -> None:
            is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if event in STEPS or is_write:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        sys.addaudithook(die)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def first(home: Home) -> Callable[[], object]:
    return home.activate


def second(home: Home) -> Callable[[], object]:
    home.activate()
    other = home.manager.save_template(OTHER)
    return lambda: home.activate(other)


def taking_back(home: Home) -> Callable[[], object]:
    home.activate()
    return home.deactivate


def cases(folder: Path, prepared: Callable[[Home], Callable[[], object]]) -> Iterator[Home]:
    """A home for each step that a command can be killed before."""
    for step in range(100):
        (folder / str(step)).mkdir()
        home = Home(folder / str(step))
        home.config.write_text(CONFIG)
        if not killed(prepared(home), step):
            assert step > 5
            return
        yield home
    raise AssertionError("it never comes to an end")


def begins_with(home: Home) -> list[dict[str, Any]]:
    """What Hermes reads; the configuration has to be whole."""
    config = YAML(typ="safe").load(home.config.read_text())
    assert {key: value for key, value in config.items() if key != KEY} == YAML(typ="safe").load(CONFIG)
    if KEY not in config:
        return []
    messages: list[dict[str, Any]] = json.loads((home.path / config[KEY]).read_bytes())
    return messages


def noted(home: Home) -> tuple[str, str] | None:
    return Journal(home.state).warm_starts().default_of(home.path)


def check_all_is_taken_back(home: Home) -> None:
    home.deactivate()
    assert home.config.read_text() == CONFIG
    assert [name for name in home.files() if not re.fullmatch(r"config\.yaml(\.before-warmtui\.\d)?", name)] == []
    assert noted(home) is None
    assert home.standing().problems == ()


every_command = pytest.mark.parametrize(
    "prepared", [pytest.param(first, marks=pytest.mark.long), second, pytest.param(taking_back, marks=pytest.mark.long)]
)


@pytest.mark.long
@every_command
def test_whatever_is_left_works_and_is_said_and_taken_back(
    tmp_path: Path, prepared: Callable[[Home], Callable[[], object]]
) -> None:
    said: set[str] = set()
    for home in cases(tmp_path, prepared):
        begins_with(home)
        said.update(home.standing().problems)
        check_all_is_taken_back(home)
    is_known = (
        "was broken off, and sessions begin as before it",
        "was broken off and left files",
        "sessions begin cold",
    )
    assert said
    assert not [problem for problem in said if not any(known in problem for known in is_known)]


@every_command
def test_whatever_is_left_another_activation_puts_right(
    tmp_path: Path, prepared: Callable[[Home], Callable[[], object]]
) -> None:
    for home in cases(tmp_path, prepared):
        home.activate()
        assert begins_with(home) == home.prefill
        assert noted(home) == (home.template.template_id, home.template.version)
        assert home.standing().problems == ()
        check_all_is_taken_back(home)
