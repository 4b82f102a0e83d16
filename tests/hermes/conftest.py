"""The real Hermes with a scripted model; without an installation the tests skip and say what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hermes.scripted import ScriptedHermes


@pytest.fixture(scope="session")
def hermes_command(hermes_python: str) -> Path:
    """The command ``hermes`` of the installation that WARMTUI_TEST_HERMES names."""
    command = Path(hermes_python).with_name("hermes")
    if not command.exists():
        pytest.skip(f"needs the command of hermes-agent==0.19.0 beside WARMTUI_TEST_HERMES: {command} is not there")
    return command


@pytest.fixture
def agent(hermes_command: Path, tmp_path: Path) -> Iterator[ScriptedHermes]:
    """A Hermes home in which the scripted model speaks."""
    with ScriptedHermes(hermes_command, tmp_path) as made:
        yield made
