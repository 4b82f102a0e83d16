"""What an import brings with it: measured in a process of its own, because a clean slate cannot be faked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

BELOW_TUI = [
    "warmtui",
    "warmtui.errors",
    "warmtui.text",
    "warmtui.config",
    "warmtui.sessions.opening",
    "warmtui.sessions.build",
    "warmtui.profiling.profiler",
    "warmtui.templates.extraction",
    "warmtui.templates.manager",
    "warmtui.templates.draft",
    "warmtui.catalog.index",
    "warmtui.catalog.refresh",
    "warmtui.warmstart.bootstrapper",
    "warmtui.workspace",
    "warmtui.plain",
    "warmtui.plain_streams",
    "warmtui.doctor",
    "warmtui.demo",
    "warmtui.cli",
]


def modules_after(code: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def any_of(found: set[str], names: Sequence[str]) -> list[str]:
    return sorted(module for module in found if any(module == name or module.startswith(name + ".") for name in names))


def test_nothing_below_the_app_imports_textual() -> None:
    # What all of them together do not bring, none of them does.
    found = modules_after(f"import {', '.join(BELOW_TUI)}")
    assert set(BELOW_TUI) <= found
    assert any_of(found, ["textual"]) == []


def test_importing_warmtui_brings_no_reader_catalog_or_library() -> None:
    heavy = ["textual", "rich", "pydantic", "click", "sqlite3", "warmtui.sessions", "warmtui.catalog", "warmtui.tui"]
    assert any_of(modules_after("import warmtui"), heavy) == []


def test_the_public_names_are_there_and_bring_no_more_than_they_need() -> None:
    code = "import warmtui\nfor name in warmtui.__all__: getattr(warmtui, name)\nassert dir(warmtui)"
    assert any_of(modules_after(code), ["textual", "warmtui.tui", "warmtui.cli"]) == []


def test_help_brings_neither_pydantic_models_of_patterns_nor_textual() -> None:
    code = "import warmtui.cli\nfrom click.testing import CliRunner\nCliRunner().invoke(warmtui.cli.main, ['--help'])"
    assert any_of(modules_after(code), ["textual", "warmtui.profiling", "warmtui.catalog", "warmtui.templates"]) == []


def test_a_wrong_name_is_an_attribute_error() -> None:
    import warmtui

    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        getattr(warmtui, "no" + "pe")
