"""What stands in the way of a save: other files, full disks, modes, links."""

from __future__ import annotations

import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.templates.shelf import clock, files_of, template
from warmtui.errors import NotFoundError, TemplateError
from warmtui.templates.folder import TemplateFolder
from warmtui.templates.manager import TemplateManager

_NOBODY = 65534


def test_a_file_in_the_directory_s_place_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("x")
    manager = TemplateManager(tmp_path / "templates")
    for act in (manager.list_templates, lambda: manager.save_template(template()), lambda: manager.load_template("x")):
        with pytest.raises(TemplateError, match="is a file, not a folder") as caught:
            act()
        assert str(tmp_path / "templates") in str(caught.value)
    with pytest.raises(TemplateError, match="cannot be saved"):
        TemplateManager(tmp_path / "templates" / "deeper").save_template(template())


def test_a_folder_that_cannot_be_made_is_one_clear_sentence() -> None:
    with pytest.raises(TemplateError, match="cannot be saved in /proc/none"):
        TemplateManager(Path("/proc/none")).save_template(template())


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a few bytes, as a full disk does; not for longer than that: pytest writes a log too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_file_whole_and_nothing_beside_it(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    before = files_of(manager.directory)
    with full_disk(), pytest.raises(TemplateError, match="cannot be saved in"):
        manager.save_template(saved.model_copy(update={"notes": "x" * 500}))
    with full_disk(), pytest.raises(TemplateError, match="cannot be saved in"):
        manager.save_template(template("another"))
    assert files_of(manager.directory) == before
    assert manager.load_template(saved.template_id) == saved


@pytest.fixture
def folder_of_an_ordinary_user() -> Iterator[Path]:
    """A folder whose modes count: the superuser, as who tests may run, is somebody else while it is used."""
    folder = Path(tempfile.mkdtemp())
    is_superuser = os.geteuid() == 0
    if is_superuser:
        os.chown(folder, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    yield folder
    if is_superuser:
        os.seteuid(0)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_read_and_not_written(folder_of_an_ordinary_user: Path) -> None:
    manager = TemplateManager(folder_of_an_ordinary_user / "templates")
    saved = manager.save_template(template())
    manager.directory.chmod(0o500)
    (manager.directory / "build-the-docs.json").chmod(0o400)
    sentences = []
    for act in (lambda: manager.save_template(template("b")), lambda: manager.delete_template(saved.template_id)):
        try:
            act()
        except TemplateError as error:
            sentences.append(str(error))
    loaded = manager.load_template(saved.template_id)
    manager.directory.chmod(0o700)
    assert sentences == [
        f"The template “b” cannot be saved in {manager.directory}: permission denied.",
        f"The template build-the-docs cannot be deleted in {manager.directory}: permission denied.",
    ]
    assert loaded == saved


def test_links_that_lead_out_or_nowhere_are_not_followed(manager: TemplateManager) -> None:
    inside = manager.save_template(template())
    outside = manager.directory.parent / "outside.json"
    outside.write_text('{"name": "outside"}')
    (manager.directory / "out.json").symlink_to(outside)
    (manager.directory / "nowhere.json").symlink_to(manager.directory / "gone.json")
    (manager.directory / "loop.json").symlink_to(manager.directory / "loop.json")
    (manager.directory / "within.json").symlink_to(manager.directory / "build-the-docs.json")
    infos = {info.template_id: info for info in manager.list_templates()}
    assert infos["out"].broken == "it is a link that leads out of the directory"
    assert infos["nowhere"].broken == "it is a link to nothing"
    assert infos["loop"].broken
    assert infos["within"].name == inside.name
    with pytest.raises(TemplateError, match="leads out"):
        manager.load_template("out")
    assert manager.delete_template("out") is True
    assert outside.read_text() == '{"name": "outside"}'


def test_nothing_is_written_or_listed_through_a_link_in_the_place_of_a_kept_folder(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    elsewhere = manager.directory.parent / "elsewhere"
    (elsewhere / saved.template_id).mkdir(parents=True)
    (elsewhere / saved.template_id / "0001.json").write_text('{"name": "outside"}')
    acts: dict[str, Callable[[], object]] = {
        ".versions": lambda: manager.save_template(saved.model_copy(update={"notes": "second"})),
        ".trash": lambda: manager.delete_template(saved.template_id),
    }
    for kind, act in acts.items():
        for link, target in (
            (manager.directory / kind, elsewhere),
            (manager.directory / kind / saved.template_id, elsewhere / saved.template_id),
            (manager.directory / kind / saved.template_id, manager.directory),  # where living templates are
        ):
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(target)
            with pytest.raises(TemplateError, match="is a link, and nothing is done there"):
                act()
            assert len(manager.versions(saved.template_id)) == 1
            assert manager.trash() == manager.purge() == []
            with pytest.raises(NotFoundError):
                manager.undelete_template(saved.template_id)
            link.unlink()
    assert files_of(elsewhere) == ["build-the-docs/0001.json"]
    assert manager.load_template(saved.template_id) == saved


def test_a_version_that_is_a_link_out_is_broken_and_not_followed(manager: TemplateManager) -> None:
    first = manager.save_template(template())
    manager.save_template(first.model_copy(update={"notes": "second"}))
    outside = manager.directory.parent / "outside.json"
    outside.write_text('{"name": "outside"}')
    version = manager.directory / ".versions" / first.template_id / "0001.json"
    version.unlink()
    version.symlink_to(outside)
    assert "leads out" in str(manager.versions(first.template_id)[0].broken)
    with pytest.raises(TemplateError, match="leads out"):
        manager.restore_version(first.template_id, 1)
    manager.save_template(first.model_copy(update={"notes": "third"}))
    manager.delete_template(first.template_id)
    manager.purge()
    assert outside.read_text() == '{"name": "outside"}'
    assert files_of(manager.directory) == [".lock"]


def test_no_lock_is_taken_through_a_link(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    outside = manager.directory.parent / "outside.txt"
    outside.write_text("mine")
    lock = manager.directory / ".lock"
    lock.unlink()
    lock.symlink_to(outside)
    with pytest.raises(TemplateError, match="is a link, and nothing is locked"):
        manager.save_template(saved.model_copy(update={"notes": "second"}))
    assert outside.read_text() == "mine"
    assert manager.load_template(saved.template_id) == saved


def _modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) & 0o077
        for path in [folder, *folder.rglob("*")]
    }


def test_everything_is_private_and_what_was_not_becomes_so_when_it_is_written(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        manager = TemplateManager(tmp_path / "new" / "templates", clock=clock())
        for name in ("one", "two"):
            saved = manager.save_template(template(name))
            manager.save_template(saved.model_copy(update={"notes": "second"}))
        manager.delete_template("two")
        assert {*_modes(tmp_path / "new").values()} == {0}
        for path in (tmp_path / "new" / "templates").rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        manager.undelete_template("two")
        for template_id in ("one", "two"):
            manager.restore_version(template_id, 1)
        manager.delete_template("one")
        loose = {name for name, mode in _modes(tmp_path / "new").items() if mode}
        # An earlier version is not written again: the folder it lies in keeps others out.
        assert loose == {f"templates/.versions/{name}/0001.json" for name in ("one", "two")}
    finally:
        os.umask(before)


def test_a_folder_that_was_there_keeps_its_mode(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    manager.directory.chmod(0o755)
    manager.save_template(template())
    assert stat.S_IMODE(manager.directory.stat().st_mode) == 0o755


def test_a_file_of_a_newer_program_is_broken_and_never_saved_over(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    path = manager.directory / "build-the-docs.json"
    newer = path.read_bytes().replace(b'"format_version": 2', b'"format_version": 3')
    path.write_bytes(newer)
    assert [info.broken for info in manager.list_templates()] == [
        "it is of a newer warmtui (format version 3; this one reads 2)"
    ]
    with pytest.raises(TemplateError, match="newer warmtui"):
        manager.save_template(saved.model_copy(update={"notes": "mine"}))
    assert path.read_bytes() == newer


@pytest.mark.parametrize(
    ("data", "broken"),
    [(b"\xef\xbb\xbf" + b'{"name": "x"}', None), ('{"name": "x"}'.encode("utf-16"), "no text in UTF-8")],
)
def test_what_other_editors_save_is_read_or_named(manager: TemplateManager, data: bytes, broken: str | None) -> None:
    manager.directory.mkdir()
    (manager.directory / "x.json").write_bytes(data)
    assert [info.broken for info in manager.list_templates()] == [broken]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only there")
def test_a_file_whose_name_is_no_text_is_listed_and_can_be_printed(manager: TemplateManager) -> None:
    manager.directory.mkdir()
    (manager.directory / os.fsdecode(b"\xff.json")).write_text("{}")
    (manager.directory / "con.json").write_text('{"name": "x"}')
    infos = manager.list_templates()
    assert {info.broken for info in infos} == {"its name is no possible id, rename it"}
    assert [info.model_dump(mode="json")["name"] for info in infos] == ["con", "\N{REPLACEMENT CHARACTER}"]
    with pytest.raises(TemplateError, match="rename it"):
        manager.load_template("con")
    for info in infos:
        assert manager.delete_template(info.template_id)
    assert [one.model_dump(mode="json")["template_id"] for one in manager.trash()] == [
        "con",
        "\N{REPLACEMENT CHARACTER}",
    ]
    for info in infos:
        with pytest.raises(TemplateError, match="as broken as it was"):
            manager.undelete_template(info.template_id)
    assert [info.template_id for info in manager.list_templates()] == [info.template_id for info in infos]


def test_what_is_taken_away_while_it_is_listed_is_not_broken(
    manager: TemplateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.save_template(template())
    monkeypatch.setattr(TemplateFolder, "ids", lambda _: ["build-the-docs", "gone-since"])
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs"]
