"""The commands about saved templates: versions, differences, restoring and the trash."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.command_line import Ran, Warmtui
from tests.templates.shelf import clock
from warmtui.cli import main
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import AppliesTo, SessionTemplate, ToolCallPattern


class Here:
    """Runs commands on one folder of templates, in this process: what they print is the same, and it is quicker."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.manager = TemplateManager(directory, clock=clock())

    def __call__(self, *arguments: str, typed: str | None = None) -> Ran:
        done = CliRunner().invoke(main, ["--template-dir", str(self.directory), *arguments], input=typed)
        return Ran(subprocess.CompletedProcess([], done.exit_code, done.stdout, done.stderr))


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """A folder with one template of three versions: without guidance, with some, with other."""
    here = Here(tmp_path / "templates")
    template = SessionTemplate(name="Build the docs", tool_patterns=(ToolCallPattern(tool_name="terminal"),))
    saved = here.manager.save_template(template, note="from the good run")
    for guidance, note in (("Run make.", ""), ("Run make docs.", "bad\x1b[31m\nnote\u202e")):
        tool = saved.tool_patterns[0].model_copy(update={"guidance": guidance})
        saved = here.manager.save_template(saved.model_copy(update={"tool_patterns": (tool,)}), note=note)
    return here


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("warmtui.cli.templates.has_terminal", lambda: True)
    yield


# Versions


def test_versions_are_listed_newest_first_with_their_notes(here: Here) -> None:
    ran = here("show", "build", "--versions")
    versions = here.manager.versions("build-the-docs")
    assert ran.out.splitlines() == [
        "number       version     saved (UTC)       note",
        f"3 (current)  {versions[2].version[:10]}  2026-11-20 11:00  bad␛[31m note‹202e›",
        f"2            {versions[1].version[:10]}  2026-11-20 10:00",
        f"1            {versions[0].version[:10]}  2026-11-20 09:00  from the good run",
    ]
    listed = here("show", "build", "--versions", "--json").json
    assert listed["template_id"] == "build-the-docs"
    assert [(one["number"], one["version"], one["note"]) for one in listed["versions"]] == [
        (one.number, one.version, one.note) for one in versions
    ]


def test_an_earlier_version_is_shown_by_number_or_by_hash(here: Here) -> None:
    first = here.manager.load_template("build-the-docs", 1)
    assert first is not None
    assert here("show", "build-the-docs", "--version", "1", "--json").json == first.to_dict()
    assert here("show", "Build the docs", "--version", first.version[:6], "--json").json == first.to_dict()
    text = here("show", "build", "--version", "1").out
    assert text.startswith("version 1 of 3, saved 2026-11-20 09:00 UTC: “from the good run”\nBuild the docs\n")
    assert here("show", "build", "--version", "7").failed("no version “7”", "versions 1 to 3")
    assert here("show", "build", "--version", "1", "--versions").code == 2


def test_the_list_says_when_each_was_saved_last(here: Here) -> None:
    (one,) = here("list-templates", "--json").json["templates"]
    assert (one["created_at"], one["updated_at"]) == ("2026-11-20T09:00:00+00:00", "2026-11-20T11:00:00+00:00")
    assert {"template_id", "name", "description", "source_session_id", "version", "broken"} <= one.keys()


# Differences


def test_a_difference_is_a_line_a_field(here: Here) -> None:
    versions = [one.version[:10] for one in here.manager.versions("build-the-docs")]
    expected = [
        f"build-the-docs version 2 ({versions[1]}) → build-the-docs version 3 ({versions[2]}, current)",
        "~ tool terminal · guidance: “Run make.” → “Run make docs.”",
    ]
    for arguments in ([], ["2"], ["2", "current"], [versions[1], "3"]):
        assert here("diff", "build", *arguments).out.splitlines() == expected
    assert here("diff", "build", "3", "2").out.splitlines()[1] == (
        "~ tool terminal · guidance: “Run make docs.” → “Run make.”"
    )
    assert here("diff", "build", "3", "3").out.splitlines()[1:] == ["no difference"]


def test_a_difference_is_printed_as_json_with_both_values(here: Here) -> None:
    found = here("diff", "build", "1", "--json").json
    assert [(found[side]["number"], found[side]["current"]) for side in ("before", "after")] == [(1, False), (3, True)]
    (item,) = found["items"]
    assert (item["group"], item["key"], item["change"]) == ("tool", "tool:terminal", "edited")
    assert [(one["path"], one["before"], one["after"]) for one in item["fields"]] == [
        (["guidance"], "", "Run make docs.")
    ]
    assert found["fields"] == []


def test_every_kind_of_change_has_its_line_and_hostile_text_is_made_visible(here: Here) -> None:
    saved = here.manager.load_template("build-the-docs")
    assert saved is not None
    (tool,) = saved.tool_patterns
    before = tool.model_copy(
        update={"common_args": {"path": "/a", "mode": "r"}, "error_recovery": ("one", "two"), "guidance": "a  b"}
    )
    other, third = ToolCallPattern(tool_name="evil\x1b]0;x\x07\u202e"), ToolCallPattern(tool_name="patch")
    here.manager.save_template(saved.model_copy(update={"tool_patterns": (before, other, third), "notes": "x" * 300}))
    after = before.model_copy(
        update={"common_args": {"path": "/b", "limit": 5}, "error_recovery": ("two", "three"), "guidance": "a b"}
    )
    here.manager.save_template(
        saved.model_copy(
            update={
                "tool_patterns": (third, after),
                "notes": "x" * 299 + "y",
                "applies_to": AppliesTo(words=("a\x1b",)),
            }
        )
    )
    lines = here("diff", "build").out.splitlines()[1:]
    assert lines == [
        "~ notes: “…xxxxxxxxxxxxxxxxxxxxxxxxx” → “…xxxxxxxxxxxxxxxxxxxxxxxxy”",
        "~ applies_to.words + “a␛”",
        "~ tool terminal · moved from place 1 to 2",
        "~ tool terminal · guidance: “a b”, in white space alone",
        "~ tool terminal · common_args.path: “/a” → “/b”",
        "~ tool terminal · common_args.mode - “r”",
        "~ tool terminal · common_args.limit + 5",
        "~ tool terminal · error_recovery - “one”",
        "~ tool terminal · error_recovery + “three”",
        "- tool evil␛]0;x␇‹202e›",
    ]


def test_two_templates_are_compared(here: Here) -> None:
    here.manager.save_template(SessionTemplate(name="Other", tool_patterns=(ToolCallPattern(tool_name="patch"),)))
    assert here("diff", "build", "--with", "other").out.splitlines()[1:] == [
        "~ name: “Build the docs” → “Other”",
        "+ tool patch",
        "- tool terminal",
    ]
    assert here("diff", "other").failed("no earlier version")
    assert here("diff", "build", "--with", "nope").failed("nope")
    assert here("diff", "build", "1", "9").failed("no version “9”")


# Restoring


def test_restoring_saves_the_old_content_as_a_new_version(here: Here) -> None:
    first = here.manager.versions("build-the-docs")[0]
    assert here("restore", "build", "1").out == (
        f"restored version 1 of build-the-docs as version 4 ({first.version[:10]})\n"
    )
    assert here("restore", "build", "2", "--note", "after all", "--json").json["version_note"] == "after all"
    assert [one.note for one in here.manager.versions("build-the-docs")][3:] == ["restored from version 1", "after all"]
    assert here("restore", "build", "2").out == (
        "build-the-docs has the content of version 2 already: nothing was saved\n"
    )
    assert len(here.manager.versions("build-the-docs")) == 5
    assert here("restore", "build", "9").failed("no version “9”")
    assert here("restore", "build").code == 2


def test_a_broken_file_is_replaced_by_an_earlier_version(here: Here) -> None:
    (here.directory / "build-the-docs.json").write_text("{")
    assert here("show", "build").failed("cannot be read as a template")
    assert "as version 4" in here("restore", "build", "2").out
    assert "no JSON" in here("show", "build", "--versions").out


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    load = TemplateManager.load_template

    def load_while_another_saves(
        self: TemplateManager, template_id: str, version_number: int | None = None
    ) -> SessionTemplate | None:
        loaded = load(self, template_id, version_number)
        monkeypatch.undo()
        assert loaded is not None
        here.manager.save_template(loaded.model_copy(update={"notes": "theirs"}))
        return loaded

    monkeypatch.setattr(TemplateManager, "load_template", load_while_another_saves)
    assert here("restore", "build", "1").failed("changed by someone else since it was loaded")
    loaded = here.manager.load_template("build-the-docs")
    assert loaded is not None and loaded.notes == "theirs"


# The trash


def test_what_was_deleted_is_in_the_trash_and_comes_back_with_its_versions(here: Here) -> None:
    assert "warmtui undelete build-the-docs" in here("delete", "build").out
    assert here("list-templates", "--json").json == {"templates": []}
    assert here("show", "build-the-docs").failed("is in the trash", "undelete")
    assert here("delete", "build").failed("No template “build”")
    (info,) = here("list-templates", "--deleted", "--json").json["deleted"]
    assert (info["template_id"], info["name"], info["count"], info["versions"]) == (
        "build-the-docs",
        "Build the docs",
        1,
        2,
    )
    assert "build-the-docs  Build the docs" in here("list-templates", "--deleted").out
    assert here("undelete", "build").out == "build-the-docs is back, with 2 earlier versions\n"
    assert here("undelete", "build").failed("No template “build” is in the trash")
    assert "is empty" in here("list-templates", "--deleted").out


def test_one_whose_place_was_taken_comes_back_as_a_copy(here: Here) -> None:
    here("delete", "build")
    taken = SessionTemplate(template_id="build-the-docs", name="New")
    here.manager.save_template(taken)
    assert here("undelete", "build").failed("already", "as a copy")
    assert here("undelete", "build", "--as-copy").out == "build-the-docs-2 is back, with 2 earlier versions\n"
    assert len(here.manager.versions("build-the-docs")) == 1


def test_nothing_is_purged_unasked(here: Here) -> None:
    assert "is empty" in here("purge").out
    here("delete", "build")
    for arguments in (["purge"], ["purge", "--json"], ["purge", "build"]):
        assert here(*arguments).failed("--yes")
    assert len(here.manager.trash()) == 1
    assert here("purge", "nope", "--yes").failed("No template “nope”")
    assert [one["template_id"] for one in here("purge", "--yes", "--json").json["purged"]] == ["build-the-docs"]
    assert sorted(path.name for path in here.directory.rglob("*.json")) == []


def test_purging_shows_what_it_is_about_and_asks(here: Here, terminal: None) -> None:
    here("delete", "build")
    ran = here("purge", typed="n\n")
    assert (ran.code, "Build the docs" in ran.out, "nothing was removed" in ran.out) == (0, True, True)
    assert len(here.manager.trash()) == 1
    assert "removed for good: build-the-docs" in here("purge", typed="y\n").out
    assert here.manager.trash() == []


@pytest.mark.parametrize(
    "arguments", [["delete", "build"], ["undelete", "build"], ["restore", "build", "1"], ["purge", "--yes"]]
)
def test_nothing_is_changed_with_read_only(here: Here, arguments: list[str]) -> None:
    assert here("--read-only", *arguments).failed("--read-only")
    assert len(here.manager.versions("build-the-docs")) == 3


def test_purging_in_a_process_without_a_terminal_is_refused(warmtui: Warmtui, here: Here) -> None:
    here.manager.delete_template("build-the-docs")
    assert warmtui("purge", "--template-dir", here.directory).failed("--yes")
    assert [info.template_id for info in here.manager.trash()] == ["build-the-docs"]
