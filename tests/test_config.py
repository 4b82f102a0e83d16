"""Settings: which of file, environment and flag wins, and what a wrong one says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warmtui.config import Settings, hermes_home
from warmtui.errors import ConfigError
from warmtui.settings_file import is_telemetry_on, state_dir, written_settings


def load(
    tmp_path: Path, text: str = "", env: dict[str, str] | None = None, flags: dict[str, object] | None = None
) -> Settings:
    config = tmp_path / "config.toml"
    config.write_text(text)
    return Settings.load(flags, {"WARMTUI_CONFIG": str(config), **(env or {})})


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    text = 'budget = 700\nmax_examples = 3\ntheme = "nord"\n[keys]\n"sessions.filter" = "f"\n'
    found = load(tmp_path, text, {"WARMTUI_BUDGET": "800", "WARMTUI_EXAMPLES": "4"}, {"budget": 900, "theme": None})
    assert (found.budget, found.max_examples, found.theme) == (900, 4, "nord")
    assert found.keys == {"sessions.filter": "f"}


def test_sources_from_the_environment_are_a_path_list(tmp_path: Path) -> None:
    found = load(tmp_path, env={"WARMTUI_SOURCES": os.pathsep.join(["/a", "~/b", ""])})
    assert found.sources == (Path("/a"), Path.home() / "b")


def test_templates_lie_in_the_hermes_home_where_there_is_one(tmp_path: Path, own_home: Path) -> None:
    assert ".hermes" not in str(load(tmp_path).template_dir)
    (own_home / ".hermes").mkdir()
    assert load(tmp_path).template_dir == own_home / ".hermes" / "session_templates"


def test_the_hermes_home_can_be_named(tmp_path: Path) -> None:
    assert hermes_home({"HERMES_HOME": str(tmp_path)}) == tmp_path
    assert hermes_home({}) == Path.home() / ".hermes"


@pytest.mark.parametrize(
    ("text", "env", "said"),
    [
        ("budget = 'lots'", {}, "config.toml: budget"),
        ("colour = 1", {}, "config.toml: colour"),
        ("", {"WARMTUI_BUDGET": "3"}, "WARMTUI_BUDGET: budget"),
        ("budget = ", {}, "is no valid TOML"),
    ],
)
def test_a_wrong_setting_says_where_it_stands(tmp_path: Path, text: str, env: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, text, env)


@pytest.mark.parametrize(
    ("flags", "env", "said"),
    [
        ({"sources": ("/a", "~nobody-here/x")}, {}, "--source: sources: ~nobody-here/x: there is no home ~nobody-here"),
        ({"template_dir": "~nobody-here/x"}, {}, "--template-dir: template_dir: ~nobody-here/x"),
        ({}, {"WARMTUI_SOURCES": "~nobody-here/x"}, "WARMTUI_SOURCES: sources: ~nobody-here/x"),
        ({}, {"WARMTUI_CONFIG": "~nobody-here/x"}, "WARMTUI_CONFIG: ~nobody-here/x"),
    ],
)
def test_the_home_of_somebody_who_has_none_is_named(
    tmp_path: Path, flags: dict[str, object], env: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, env=env, flags=flags)


def test_a_hermes_home_of_somebody_who_has_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERMES_HOME", "~nobody-here/x")
    with pytest.raises(ConfigError, match="HERMES_HOME: ~nobody-here/x"):
        Settings.load(env={})


def test_a_file_that_is_named_must_be_there_and_the_default_one_need_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there"):
        Settings.load(env={"WARMTUI_CONFIG": str(tmp_path / "none.toml")})
    assert Settings.load(env={}).budget == 1500


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ("", {}),
        ("telemetry = false\nstate_dir = '~/state'", {}),
        ("telemetry = 0", {"WARMTUI_STATE_DIR": "/elsewhere"}),
        ("telemetry = false", {"WARMTUI_TELEMETRY": "1"}),
        ("telemetry = 'no'", {"WARMTUI_TELEMETRY": ""}),
        *[("", {"WARMTUI_TELEMETRY": value}) for value in ("0", "off", "F", "False", "n", "NO", "yes", "on", "t")],
    ],
)
def test_the_settings_that_are_read_unchecked_are_those_that_are_checked(
    tmp_path: Path, text: str, env: dict[str, str]
) -> None:
    found = load(tmp_path, text, env)
    written = written_settings({"WARMTUI_CONFIG": str(tmp_path / "config.toml"), **env})
    assert state_dir(written) == found.state_dir
    assert is_telemetry_on(written) == found.telemetry
