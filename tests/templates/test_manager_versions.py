"""Every version of a template: kept, noted, found, restored, and no edit lost."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.templates.samples import TOKEN
from tests.templates.shelf import clock, files_of, template
from warmtui.errors import AmbiguousIdError, NotFoundError
from warmtui.templates.folder import TemplateFolder
from warmtui.templates.manager import TemplateConflictError, TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.templates.validation import InvalidTemplateError


def test_every_version_is_kept_and_can_be_loaded_and_restored(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    second = manager.save_template(first.model_copy(update={"notes": "second"}))
    third = manager.save_template(second.model_copy(update={"notes": "third"}), expected_version=second.version)
    assert third.created_at == first.created_at != third.updated_at
    assert [(info.number, info.version) for info in manager.versions(first.template_id)] == [
        (1, first.version),
        (2, second.version),
        (3, third.version),
    ]
    assert manager.load_template(first.template_id, version_number=1) == first
    assert manager.load_template(first.template_id, version_number=3) == third
    assert manager.load_template(first.template_id, version_number=4) is None
    restored = manager.save_template(first)
    assert (restored.version, restored.updated_at) == (first.version, "2026-11-20T12:00:00+00:00")
    assert [info.number for info in manager.versions(first.template_id)] == [1, 2, 3, 4]


def test_a_version_that_a_crash_kept_twice_counts_once(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    kept = manager.directory / ".versions" / first.template_id
    kept.mkdir(parents=True)
    (kept / "0001.json").write_bytes((manager.directory / f"{first.template_id}.json").read_bytes())
    assert [info.number for info in manager.versions(first.template_id)] == [1]
    manager.save_template(first.model_copy(update={"notes": "second"}))
    assert [info.number for info in manager.versions(first.template_id)] == [1, 2]


def test_another_version_than_expected_is_a_conflict_and_nothing_is_written(manager: TemplateManager) -> None:
    mine = manager.save_template(template())
    theirs = manager.save_template(mine.model_copy(update={"notes": "theirs"}), expected_version=mine.version)
    before = files_of(manager.directory)
    with pytest.raises(TemplateConflictError) as caught:
        manager.save_template(mine.model_copy(update={"notes": "mine"}), expected_version=mine.version)
    assert (caught.value.expected, caught.value.found) == (mine.version, theirs.version)
    assert manager.load_template(mine.template_id) == theirs
    assert files_of(manager.directory) == before
    manager.delete_template(mine.template_id)
    with pytest.raises(TemplateConflictError, match="deleted"):
        manager.save_template(mine, expected_version=mine.version)


def test_an_older_file_loads_as_it_is_and_is_rewritten_only_when_it_changes(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    older: dict[str, object] = {
        "template_id": "old",
        "name": "Old",
        "tool_patterns": None,
        "version": "1.0",
        "mood": {"x": [1]},
    }
    older |= {"user_patterns": [{"request_style": "direct", "feedback_style": "brief"}], "created_at": "2025-01-01"}
    path = manager.directory / "old.json"
    path.write_bytes(orjson.dumps(older))
    loaded = manager.load_template("old")
    assert loaded is not None
    assert (loaded.version, loaded.user_patterns[0].style) == ("1.0", "direct")
    assert manager.save_template(loaded, expected_version="1.0") == loaded
    assert path.read_bytes() == orjson.dumps(older)
    saved = manager.save_template(loaded.model_copy(update={"notes": "new"}), expected_version="1.0")
    on_disk = orjson.loads(path.read_bytes())
    assert (on_disk["mood"], on_disk["created_at"], on_disk["version"]) == ({"x": [1]}, "2025-01-01", saved.version)
    assert [info.version for info in manager.versions("old")] == ["1.0", saved.version]
    assert (manager.directory / ".versions/old/0001.json").read_bytes() == orjson.dumps(older)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text("ab", max_size=2), min_size=1, max_size=6))
def test_versions_tell_the_whole_story_of_any_run_of_saves(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str]
) -> None:
    manager = TemplateManager(tmp_path_factory.mktemp("story"), clock=clock())
    saved = manager.save_template(template(notes="first"))
    story = ["first"]
    for note in notes:
        saved = manager.save_template(saved.model_copy(update={"notes": note}), expected_version=saved.version)
        if note != story[-1]:
            story.append(note)
    loaded = [manager.load_template(saved.template_id, info.number) for info in manager.versions(saved.template_id)]
    assert [one.notes for one in loaded if one] == story


# Notes, and finding a version


def test_a_note_belongs_to_its_version_and_to_no_content(manager: TemplateManager) -> None:
    first = manager.save_template(template(), note="  from the good run\n")
    second = manager.save_template(first.model_copy(update={"notes": "second"}))
    third = manager.save_template(second.model_copy(update={"notes": "third"}), note="clearer")
    assert [info.note for info in manager.versions(first.template_id)] == ["from the good run", "", "clearer"]
    assert first.version == manager.save_template(template("other").model_copy(update={"name": first.name})).version
    earlier = manager.load_template(first.template_id, 1)
    assert earlier is not None and earlier.version_note == "from the good run"
    assert manager.save_template(third, note="nothing new") == third
    assert len(manager.versions(first.template_id)) == 3
    assert manager.list_templates()[0].updated_at == third.updated_at


def test_a_version_is_meant_by_its_number_its_hash_or_as_the_current_one(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    second = manager.save_template(first.model_copy(update={"notes": "second"}))
    template_id = first.template_id

    def number(wanted: str) -> int:
        return manager.find_version(template_id, wanted).number

    assert (number("1"), number("2"), number("current")) == (1, 2, 2)
    assert (number(first.version[:8]), number(second.version.upper())) == (1, 2)
    manager.restore_version(template_id, 1)
    assert number(first.version[:8]) == 3  # of equal content the newest
    for wanted in ("4", "0", "", "-1", first.version[:3], "zzzz", "²"):
        with pytest.raises(NotFoundError, match="it has versions 1 to 3"):
            number(wanted)
    with pytest.raises(NotFoundError, match="No template nope is in"):
        manager.find_version("nope", "1")


def test_a_hash_that_begins_several_versions_lists_them(manager: TemplateManager) -> None:
    older = {"name": "Old", "version": "1.0.7"}
    manager.directory.mkdir()
    (manager.directory / "old.json").write_bytes(orjson.dumps(older))
    kept = manager.directory / ".versions" / "old"
    kept.mkdir(parents=True)
    (kept / "0001.json").write_bytes(orjson.dumps({**older, "version": "1.0.8"}))
    with pytest.raises(AmbiguousIdError, match=r"could be 2 versions: 1 \(1.0.8\), 2 \(1.0.7\)"):
        manager.find_version("old", "1.0.")
    assert manager.find_version("old", "1.0.8").number == 1


# Restoring


def test_restoring_makes_a_new_version_of_the_old_content(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    second = manager.save_template(first.model_copy(update={"notes": "second"}))
    restored = manager.restore_version(first.template_id, 1, expected_version=second.version)
    assert restored.canonical() == first.canonical()
    assert (restored.version, restored.created_at) == (first.version, first.created_at)
    infos = manager.versions(first.template_id)
    assert [(info.number, info.note) for info in infos] == [(1, ""), (2, ""), (3, "restored from version 1")]
    assert manager.load_template(first.template_id, 2) == second
    assert manager.restore_version(first.template_id, 2, note="after all").version_note == "after all"


def test_restoring_what_is_current_saves_nothing(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    manager.save_template(first.model_copy(update={"notes": "second"}))
    restored = manager.restore_version(first.template_id, 1)
    before = files_of(manager.directory)
    for number in (1, 3):
        assert manager.restore_version(first.template_id, number, note="again") == restored
    assert files_of(manager.directory) == before


def test_restoring_asks_for_a_version_that_is_there_and_for_the_one_that_was_loaded(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    manager.save_template(first.model_copy(update={"notes": "second"}))
    with pytest.raises(TemplateConflictError):
        manager.restore_version(first.template_id, 1, expected_version=first.version)
    with pytest.raises(NotFoundError, match="no version “3”, it has versions 1 to 2"):
        manager.restore_version(first.template_id, 3)
    with pytest.raises(NotFoundError):
        manager.restore_version("../outside", 1)
    assert len(manager.versions(first.template_id)) == 2


def test_an_earlier_version_replaces_a_broken_file_which_is_kept(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    manager.save_template(first.model_copy(update={"notes": "second"}))
    path = manager.directory / "build-the-docs.json"
    path.write_bytes(b"{ not whole")
    assert manager.restore_version(first.template_id, 1).version == first.version
    assert [bool(info.broken) for info in manager.versions(first.template_id)] == [False, True, False]
    assert (manager.directory / ".versions/build-the-docs/0002.json").read_bytes() == b"{ not whole"


def test_only_files_named_as_versions_are_versions(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    manager.save_template(first.model_copy(update={"notes": "second"}))
    kept = manager.directory / ".versions" / first.template_id
    for name in ("1.json", "00001.json", "٠٠٠٢.json", "notes.json", ".0003.json.x.tmp"):
        (kept / name).write_bytes((kept / "0001.json").read_bytes())
    assert [info.number for info in manager.versions(first.template_id)] == [1, 2]


def test_a_version_with_a_secret_is_not_restored_over_a_sound_one(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    older = {"name": "Docs", "version": "1.0", "tool_patterns": [{"tool_name": "x", "guidance": TOKEN}]}
    (manager.directory / "docs.json").write_bytes(orjson.dumps(older))
    first = manager.load_template("docs")
    assert first is not None
    clean = first.tool_patterns[0].model_copy(update={"guidance": ""})
    saved = manager.save_template(first.model_copy(update={"tool_patterns": (clean,)}))
    for expected in (None, saved.version):
        with pytest.raises(InvalidTemplateError, match=r"tool_patterns\.0\.guidance holds a secret"):
            manager.restore_version("docs", 1, expected_version=expected)
    (manager.directory / "docs.json").write_bytes(b"{")
    with pytest.raises(InvalidTemplateError):
        manager.restore_version("docs", 1)
    assert (manager.directory / "docs.json").read_bytes() == b"{"


def test_the_current_version_is_found_without_reading_the_others(
    manager: TemplateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = manager.save_template(template())
    for number in range(3):
        saved = manager.save_template(saved.model_copy(update={"notes": str(number)}))
    read: list[Path] = []
    parsed = TemplateFolder.parsed

    def noted(self: TemplateFolder, path: Path, template_id: str) -> SessionTemplate | None:
        read.append(path)
        return parsed(self, path, template_id)

    monkeypatch.setattr(TemplateFolder, "parsed", noted)
    assert manager.find_version("build-the-docs", "current").number == 4
    assert manager.find_version("build-the-docs", "2").number == 2
    assert [path.name for path in read] == ["build-the-docs.json", "0002.json"]
