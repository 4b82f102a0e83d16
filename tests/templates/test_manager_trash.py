"""The trash: what was deleted comes back with its versions, or goes for good."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from tests.templates.shelf import files_of, template
from warmtui.errors import NotFoundError, TemplateError
from warmtui.templates import files, trash
from warmtui.templates.manager import TemplateManager


def test_what_was_deleted_comes_back_with_its_versions(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    second = manager.save_template(first.model_copy(update={"notes": "second"}))
    assert manager.delete_template(first.template_id) is True
    assert manager.delete_template(first.template_id) is False
    assert manager.load_template(first.template_id) is None
    assert manager.list_templates() == []
    assert manager.undelete_template(first.template_id) == second
    assert [info.number for info in manager.versions(first.template_id)] == [1, 2]
    with pytest.raises(NotFoundError):
        manager.undelete_template(first.template_id)


def test_deleting_twice_loses_neither_and_undelete_takes_no_place_that_is_taken(manager: TemplateManager) -> None:
    first = manager.save_template(template(notes="first"))
    manager.delete_template(first.template_id)
    again = manager.save_template(first.model_copy(update={"notes": "again"}))
    with pytest.raises(TemplateError, match="already"):
        manager.undelete_template(first.template_id)
    manager.delete_template(first.template_id)
    assert manager.undelete_template(first.template_id) == again
    assert len(list((manager.directory / ".trash" / first.template_id).glob("*.json"))) == 1


def test_a_broken_file_can_be_deleted_and_keeps_its_bytes(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    (manager.directory / "broken.json").write_bytes(b"{")
    assert manager.delete_template("broken") is True
    with pytest.raises(TemplateError, match="no JSON"):
        manager.undelete_template("broken")
    assert (manager.directory / "broken.json").read_bytes() == b"{"


def test_the_trash_says_what_it_holds_and_since_when(manager: TemplateManager) -> None:
    for name in ("Alpha", "Beta"):
        saved = manager.save_template(template(name))
        manager.save_template(saved.model_copy(update={"notes": "second"}))
    assert manager.trash() == []
    manager.delete_template("beta")
    manager.delete_template("alpha")
    assert [info.model_dump() for info in manager.trash()] == [
        {
            "template_id": "alpha",
            "name": "Alpha",
            "deleted_at": "2026-11-20T14:00:00+00:00",
            "count": 1,
            "versions": 1,
        },
        {"template_id": "beta", "name": "Beta", "deleted_at": "2026-11-20T13:00:00+00:00", "count": 1, "versions": 1},
    ]
    assert manager.resolve_deleted("Beta") == manager.resolve_deleted("b") == "beta"
    manager.undelete_template("beta")
    assert [info.template_id for info in manager.trash()] == ["alpha"]
    with pytest.raises(NotFoundError, match="in the trash"):
        manager.resolve_deleted("beta")


def _story(manager: TemplateManager, template_id: str) -> list[str]:
    numbers = [info.number for info in manager.versions(template_id)]
    return [one.notes for number in numbers if (one := manager.load_template(template_id, number))]


def test_another_template_under_the_id_of_a_deleted_one_shares_no_history_with_it(manager: TemplateManager) -> None:
    first = manager.save_template(template(notes="a1"))
    second = manager.save_template(first.model_copy(update={"notes": "a2"}))
    manager.delete_template(first.template_id)
    fresh = manager.save_template(template(notes="c1"))
    assert fresh.template_id == "build-the-docs-2"

    other = manager.save_template(template(notes="b1").model_copy(update={"template_id": first.template_id}))
    manager.save_template(other.model_copy(update={"notes": "b2"}))
    assert _story(manager, first.template_id) == ["b1", "b2"]
    with pytest.raises(TemplateError, match="already"):
        manager.undelete_template(first.template_id)
    copy = manager.undelete_template(first.template_id, as_copy=True)
    assert (copy.template_id, copy.version) == ("build-the-docs-3", second.version)
    assert _story(manager, copy.template_id) == ["a1", "a2"]
    assert _story(manager, first.template_id) == ["b1", "b2"]
    assert manager.trash() == []


def test_two_deleted_under_one_id_come_back_one_after_the_other_each_with_its_own_versions(
    manager: TemplateManager,
) -> None:
    for letter in "ab":
        saved = manager.save_template(template(notes=f"{letter}1").model_copy(update={"template_id": "docs"}))
        manager.save_template(saved.model_copy(update={"notes": f"{letter}2"}))
        manager.delete_template("docs")
    assert [(info.count, info.versions) for info in manager.trash()] == [(2, 2)]
    manager.undelete_template("docs")
    assert _story(manager, "docs") == ["b1", "b2"]
    assert manager.undelete_template("docs", as_copy=True).template_id == "docs-2"
    assert _story(manager, "docs-2") == ["a1", "a2"]


def test_purging_removes_what_was_deleted_and_nothing_of_what_is_there(manager: TemplateManager) -> None:
    for name in ("kept", "gone", "spared"):
        saved = manager.save_template(template(name))
        manager.save_template(saved.model_copy(update={"notes": "second"}))
    before = [name for name in files_of(manager.directory) if "kept" in name]
    manager.delete_template("gone")
    manager.delete_template("spared")
    assert [info.template_id for info in manager.purge("gone")] == ["gone"]
    assert [name for name in files_of(manager.directory) if "gone" in name] == []
    assert manager.undelete_template("spared").notes == "second"
    with pytest.raises(NotFoundError):
        manager.purge("kept")
    assert manager.purge() == []
    assert [name for name in files_of(manager.directory) if "kept" in name] == before
    assert _story(manager, "spared") == ["", "second"]


def test_purging_an_id_that_lives_again_leaves_the_living_one_its_versions(manager: TemplateManager) -> None:
    for letter in "ab":
        saved = manager.save_template(template(notes=f"{letter}1").model_copy(update={"template_id": "docs"}))
        manager.save_template(saved.model_copy(update={"notes": f"{letter}2"}))
        if letter == "a":
            manager.delete_template("docs")
    assert [(info.count, info.versions) for info in manager.purge()] == [(1, 1)]
    assert _story(manager, "docs") == ["b1", "b2"]
    assert manager.trash() == []


def test_versions_whose_file_was_removed_by_hand_are_in_the_trash_too(manager: TemplateManager) -> None:
    saved = manager.save_template(template(notes="first"))
    manager.save_template(saved.model_copy(update={"notes": "second"}))
    (manager.directory / "build-the-docs.json").unlink()
    assert [(info.name, info.count, info.versions, info.deleted_at) for info in manager.trash()] == [
        ("Build the docs", 0, 1, "")
    ]
    assert manager.undelete_template(saved.template_id) == saved
    (manager.directory / "build-the-docs.json").unlink()
    manager.save_template(template("unrelated"))
    assert manager.trash() == []


class _Killed(BaseException):
    """What ends a program at once."""


@pytest.mark.parametrize("moves", [0, 1, 2])
@pytest.mark.parametrize("as_copy", [True, False])
def test_an_undelete_that_is_cut_short_loses_nothing_to_a_purge(
    manager: TemplateManager, monkeypatch: pytest.MonkeyPatch, moves: int, as_copy: bool
) -> None:
    for letter in "ab":
        saved = manager.save_template(template(notes=f"{letter}1").model_copy(update={"template_id": "docs"}))
        manager.save_template(saved.model_copy(update={"notes": f"{letter}2"}))
        if letter == "a":
            manager.delete_template("docs")
    if not as_copy:
        (manager.directory / "docs.json").unlink()
        shutil.rmtree(manager.directory / ".versions" / "docs")
    left = moves

    def move(source: Path, target: Path) -> None:
        nonlocal left
        if not left:
            raise _Killed
        left -= 1
        files.move(source, target)

    monkeypatch.setattr(trash, "move", move)
    with suppress(_Killed):
        manager.undelete_template("docs", as_copy=as_copy)
    monkeypatch.undo()
    manager.save_template(template("another"))  # whoever writes next makes it good
    assert _story(manager, "docs-2" if as_copy else "docs") == ["a1", "a2"]
    assert manager.trash() == manager.purge() == []
    assert _story(manager, "docs") == (["b1", "b2"] if as_copy else ["a1", "a2"])


@pytest.mark.parametrize("written", [b"../outside", b"build-the-docs", b"\xff"])
def test_a_note_that_leads_elsewhere_brings_nothing_back(manager: TemplateManager, written: bytes) -> None:
    manager.save_template(template("gone", notes="gone"))
    manager.delete_template("gone")
    saved = manager.save_template(template(notes="kept"))
    (manager.directory / ".trash" / "gone" / "0001.back").write_bytes(written)
    assert manager.save_template(saved.model_copy(update={"notes": "second"})).notes == "second"
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs"]
    assert manager.undelete_template("gone").notes == "gone"


def test_a_deleted_template_without_versions_gets_none_of_another_that_was_removed_by_hand(
    manager: TemplateManager,
) -> None:
    manager.save_template(template(notes="a1").model_copy(update={"template_id": "docs"}))
    manager.delete_template("docs")
    saved = manager.save_template(template(notes="b1").model_copy(update={"template_id": "docs"}))
    manager.save_template(saved.model_copy(update={"notes": "b2"}))
    (manager.directory / "docs.json").unlink()
    assert manager.undelete_template("docs").notes == "b1"
    manager.undelete_template("docs", as_copy=True)
    assert (_story(manager, "docs"), _story(manager, "docs-2")) == (["b1"], ["a1"])


def test_nothing_is_purged_but_what_was_shown(manager: TemplateManager) -> None:
    for name in ("one", "two"):
        manager.save_template(template(name))
    manager.delete_template("one")
    shown = manager.trash()
    manager.delete_template("two")
    with pytest.raises(TemplateError, match="something else by now"):
        manager.purge(shown=shown)
    assert manager.purge("one", shown=shown) == shown
    assert [info.template_id for info in manager.trash()] == ["two"]


def test_a_broken_file_that_is_undeleted_is_said_to_be_back(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    (manager.directory / "broken.json").write_bytes(b"{")
    manager.delete_template("broken")
    with pytest.raises(TemplateError, match=r"broken is back, and as broken as it was: .*no JSON"):
        manager.undelete_template("broken")
