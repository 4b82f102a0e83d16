"""The folder of templates: saved whole, loaded, listed and found."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.templates.shelf import clock, template
from warmtui.errors import AmbiguousIdError, NotFoundError, TemplateError
from warmtui.templates.manager import TemplateConflictError, TemplateManager
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate, ToolCallPattern


def test_a_new_template_gets_an_id_times_and_the_hash_of_its_content(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    assert saved.template_id == "build-the-docs"
    assert saved.created_at == saved.updated_at == "2026-11-20T09:00:00+00:00"
    assert saved.version == saved.content_version()
    assert saved.format_version == FORMAT_VERSION
    assert manager.load_template("build-the-docs") == saved


def test_the_file_is_readable_private_and_the_same_for_the_same_template(tmp_path: Path) -> None:
    paths = []
    for place in ("one", "two"):
        manager = TemplateManager(tmp_path / place, clock=clock())
        paths.append(manager.directory / f"{manager.save_template(template()).template_id}.json")
    data = paths[0].read_bytes()
    assert data == paths[1].read_bytes()
    assert data.startswith(b'{\n  "template_id": "build-the-docs",\n') and data.endswith(b"}\n")
    assert stat.S_IMODE(paths[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(paths[0].parent.stat().st_mode) == 0o700


def test_reading_makes_nothing(manager: TemplateManager) -> None:
    assert manager.list_templates() == []
    assert manager.load_template("x") is None
    assert manager.versions("x") == []
    assert manager.delete_template("x") is False
    with pytest.raises(NotFoundError):
        manager.undelete_template("x")
    assert not manager.directory.exists()


def test_unchanged_content_is_not_written_again(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    path = manager.directory / "build-the-docs.json"
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert manager.save_template(saved) == saved
    assert manager.save_template(saved, expected_version=saved.version) == saved
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert len(manager.versions("build-the-docs")) == 1


def test_a_file_changed_by_hand_has_a_version_of_its_own(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    path = manager.directory / "build-the-docs.json"
    path.write_bytes(path.read_bytes().replace(b'"notes": ""', b'"notes": "mine"'))
    loaded = manager.load_template("build-the-docs")
    assert loaded is not None and loaded.notes == "mine" and loaded.version != saved.version
    with pytest.raises(TemplateConflictError):
        manager.save_template(saved.model_copy(update={"notes": "yours"}), expected_version=saved.version)


def test_the_file_s_name_is_the_id_whatever_the_file_says(manager: TemplateManager) -> None:
    manager.save_template(template())
    copy = manager.directory / "copy.json"
    copy.write_bytes((manager.directory / "build-the-docs.json").read_bytes())
    loaded = manager.load_template("copy")
    assert loaded is not None and loaded.template_id == "copy"
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs", "copy"]


def test_the_list_is_sorted_by_name(manager: TemplateManager) -> None:
    for name in ("beta", "Alpha", "gamma"):
        manager.save_template(template(name, description=f"about {name}", source_session_id="s1"))
    infos = manager.list_templates()
    assert [info.name for info in infos] == ["Alpha", "beta", "gamma"]
    assert infos[0].model_dump() == {
        "template_id": "alpha",
        "name": "Alpha",
        "description": "about Alpha",
        "created_at": "2026-11-20T10:00:00+00:00",
        "updated_at": "2026-11-20T10:00:00+00:00",
        "source_session_id": "s1",
        "version": infos[0].version,
        "applies_to": {"folders": (), "words": ()},
        "broken": None,
        "errors": None,
        "warnings": None,
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no JSON"),
        (b'{"name": "x"', "no JSON"),
        (b"[1]", "no JSON object"),
        (b"{}", "name: field required"),
        (b'{"name": "x", "tool_patterns": [{"calls": "many"}]}', r"tool_patterns\.0\.tool_name"),
        (b'\xff\xfe{"name"', "no text in UTF-8"),
    ],
)
def test_a_broken_file_is_listed_with_its_reason_and_never_overwritten(
    manager: TemplateManager, content: bytes, reason: str
) -> None:
    manager.save_template(template("fine"))
    path = manager.directory / "broken.json"
    path.write_bytes(content)
    infos = {info.template_id: info for info in manager.list_templates()}
    assert infos["fine"].broken is None
    assert infos["broken"].broken is not None
    with pytest.raises(TemplateError, match=reason) as caught:
        manager.load_template("broken")
    assert str(path) in str(caught.value)
    assert infos["broken"].broken in str(caught.value)
    with pytest.raises(TemplateError):
        manager.save_template(template().model_copy(update={"template_id": "broken"}))
    assert path.read_bytes() == content
    assert manager.save_template(template("broken")).template_id == "broken-2"


def test_hidden_files_and_other_files_are_no_templates(manager: TemplateManager) -> None:
    manager.save_template(template())
    for name in (".hidden.json", "notes.txt", ".build-the-docs.json.x.tmp"):
        (manager.directory / name).write_text("{}")
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs"]


def test_a_folder_in_a_template_s_place_is_broken(manager: TemplateManager) -> None:
    (manager.directory / "folder.json").mkdir(parents=True)
    assert [info.broken for info in manager.list_templates()] == ["it is no file"]


def test_an_exact_id_comes_before_a_name_and_a_name_before_a_prefix(manager: TemplateManager) -> None:
    for name in ("docs", "Docs for all", "other"):
        manager.save_template(template(name))
    assert manager.resolve("docs") == "docs"
    assert manager.resolve("Docs for all") == "docs-for-all"
    assert manager.resolve("o") == "other"
    with pytest.raises(AmbiguousIdError) as caught:
        manager.resolve("d")
    assert caught.value.candidates == ("docs", "docs-for-all")
    assert "docs, docs-for-all" in str(caught.value)
    for missing in ("zzz", ""):
        with pytest.raises(NotFoundError):
            manager.resolve(missing)


def test_what_cannot_be_written_as_json_is_not_saved(manager: TemplateManager) -> None:
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(TemplateError, match="nested"):
        manager.save_template(
            SessionTemplate(name="x", tool_patterns=(ToolCallPattern(tool_name="t", common_args={"a": deep}),))
        )
    assert manager.list_templates() == []
