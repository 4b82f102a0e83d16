"""The folder of templates: whole files, every version, no collisions, and nothing outside it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmtui.errors import AmbiguousIdError, NotFoundError, TemplateError
from warmtui.templates.ids import is_safe_id, new_id
from warmtui.templates.manager import TemplateConflictError, TemplateManager
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate, ToolCallPattern

_NOBODY = 65534


def _clock() -> Callable[[], datetime]:
    times: Iterator[datetime] = (datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(hours=n) for n in range(10_000))
    return lambda: next(times)


@pytest.fixture
def manager(tmp_path: Path) -> TemplateManager:
    return TemplateManager(tmp_path / "templates", clock=_clock())


def _template(name: str = "Build the docs", **fields: str) -> SessionTemplate:
    patterns = (ToolCallPattern(tool_name="terminal"),)
    return SessionTemplate(name=name, tool_patterns=patterns).model_copy(update=fields)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Saving and loading


def test_a_new_template_gets_an_id_times_and_the_hash_of_its_content(manager: TemplateManager) -> None:
    saved = manager.save_template(_template())
    assert saved.template_id == "build-the-docs"
    assert saved.created_at == saved.updated_at == "2026-11-20T09:00:00+00:00"
    assert saved.version == saved.content_version()
    assert saved.format_version == FORMAT_VERSION
    assert manager.load_template("build-the-docs") == saved


def test_the_file_is_readable_private_and_the_same_for_the_same_template(tmp_path: Path) -> None:
    paths = []
    for place in ("one", "two"):
        manager = TemplateManager(tmp_path / place, clock=_clock())
        paths.append(manager.directory / f"{manager.save_template(_template()).template_id}.json")
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
    saved = manager.save_template(_template())
    path = manager.directory / "build-the-docs.json"
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert manager.save_template(saved) == saved
    assert manager.save_template(saved, expected_version=saved.version) == saved
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert len(manager.versions("build-the-docs")) == 1


def test_a_file_changed_by_hand_has_a_version_of_its_own(manager: TemplateManager) -> None:
    saved = manager.save_template(_template())
    path = manager.directory / "build-the-docs.json"
    path.write_bytes(path.read_bytes().replace(b'"notes": ""', b'"notes": "mine"'))
    loaded = manager.load_template("build-the-docs")
    assert loaded is not None and loaded.notes == "mine" and loaded.version != saved.version
    with pytest.raises(TemplateConflictError):
        manager.save_template(saved.model_copy(update={"notes": "yours"}), expected_version=saved.version)


def test_the_file_s_name_is_the_id_whatever_the_file_says(manager: TemplateManager) -> None:
    manager.save_template(_template())
    copy = manager.directory / "copy.json"
    copy.write_bytes((manager.directory / "build-the-docs.json").read_bytes())
    loaded = manager.load_template("copy")
    assert loaded is not None and loaded.template_id == "copy"
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs", "copy"]


# Versions


def test_every_version_is_kept_and_can_be_loaded_and_restored(manager: TemplateManager) -> None:
    first = manager.save_template(_template())
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
    first = manager.save_template(_template())
    kept = manager.directory / ".versions" / first.template_id
    kept.mkdir(parents=True)
    (kept / "0001.json").write_bytes((manager.directory / f"{first.template_id}.json").read_bytes())
    assert [info.number for info in manager.versions(first.template_id)] == [1]
    manager.save_template(first.model_copy(update={"notes": "second"}))
    assert [info.number for info in manager.versions(first.template_id)] == [1, 2]


def test_another_version_than_expected_is_a_conflict_and_nothing_is_written(manager: TemplateManager) -> None:
    mine = manager.save_template(_template())
    theirs = manager.save_template(mine.model_copy(update={"notes": "theirs"}), expected_version=mine.version)
    before = _files(manager.directory)
    with pytest.raises(TemplateConflictError) as caught:
        manager.save_template(mine.model_copy(update={"notes": "mine"}), expected_version=mine.version)
    assert (caught.value.expected, caught.value.found) == (mine.version, theirs.version)
    assert manager.load_template(mine.template_id) == theirs
    assert _files(manager.directory) == before
    manager.delete_template(mine.template_id)
    with pytest.raises(TemplateConflictError, match="deleted"):
        manager.save_template(mine, expected_version=mine.version)


# The older plain format


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


# Ids


@pytest.mark.parametrize(
    ("name", "template_id"),
    [
        ("Build the docs!", "build-the-docs"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "template-con"),
        ("nul", "template-nul"),
        ("", "template"),
        ("   ", "template"),
        ("Čeština über", "cestina-uber"),
        (".hidden", "hidden"),
        ("a" * 300, "a" * 60),
    ],
)
def test_an_id_is_a_slug_of_the_name(manager: TemplateManager, name: str, template_id: str) -> None:
    assert manager.save_template(_template(name)).template_id == template_id


def test_names_in_other_scripts_get_ids_that_differ(manager: TemplateManager) -> None:
    ids = [manager.save_template(_template(name)).template_id for name in ("旅行", "Сборка", "旅行")]
    assert len(set(ids)) == 3
    assert all(template_id.startswith("template-") for template_id in ids)


def test_ids_never_collide_even_with_what_was_deleted_or_differs_in_case(manager: TemplateManager) -> None:
    one = manager.save_template(_template("Docs"))
    two = manager.save_template(_template("docs"))
    manager.delete_template(one.template_id)
    three = manager.save_template(_template("DOCS"))
    assert [one.template_id, two.template_id, three.template_id] == ["docs", "docs-2", "docs-3"]
    assert manager.undelete_template("docs") == one
    with pytest.raises(TemplateError, match="case"):
        manager.save_template(_template().model_copy(update={"template_id": "Docs"}))


@given(st.text("ab/.\\ \x00Aéß旅:*-", max_size=80), st.sets(st.sampled_from(["a", "b", "A-2", "ab", "template"])))
def test_every_name_gives_a_safe_id_that_is_new(name: str, taken: set[str]) -> None:
    template_id = new_id(name, taken)
    assert is_safe_id(template_id)
    assert template_id.casefold() not in {other.casefold() for other in taken}


@pytest.mark.parametrize(
    "template_id",
    [
        "../outside",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        ".lock",
        "C:x",
        "con",
        "nul.txt",
        "x" * 300,
        "a\x00b",
        "a.",
    ],
)
def test_an_id_that_is_a_path_or_no_name_is_the_id_of_no_template(manager: TemplateManager, template_id: str) -> None:
    (manager.directory.parent / "outside.json").write_text('{"name": "outside"}')
    manager.save_template(_template())
    assert manager.load_template(template_id) is None
    assert manager.delete_template(template_id) is False
    assert manager.versions(template_id) == []
    if template_id:
        with pytest.raises(TemplateError, match="no possible template id"):
            manager.save_template(_template().model_copy(update={"template_id": template_id}))
    assert (manager.directory.parent / "outside.json").read_text() == '{"name": "outside"}'


# The list


def test_the_list_is_sorted_by_name(manager: TemplateManager) -> None:
    for name in ("beta", "Alpha", "gamma"):
        manager.save_template(_template(name, description=f"about {name}", source_session_id="s1"))
    infos = manager.list_templates()
    assert [info.name for info in infos] == ["Alpha", "beta", "gamma"]
    assert infos[0].model_dump() == {
        "template_id": "alpha",
        "name": "Alpha",
        "description": "about Alpha",
        "created_at": "2026-11-20T10:00:00+00:00",
        "source_session_id": "s1",
        "version": infos[0].version,
        "broken": None,
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no JSON"),
        (b'{"name": "x"', "no JSON"),
        (b"[1]", "no JSON object"),
        (b"{}", "name: field required"),
        (b'{"name": "x", "tool_patterns": [{"calls": "many"}]}', r"tool_patterns\.0\.tool_name"),
        (b'\xff\xfe{"name"', "no JSON"),
    ],
)
def test_a_broken_file_is_listed_with_its_reason_and_never_overwritten(
    manager: TemplateManager, content: bytes, reason: str
) -> None:
    manager.save_template(_template("fine"))
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
        manager.save_template(_template().model_copy(update={"template_id": "broken"}))
    assert path.read_bytes() == content
    assert manager.save_template(_template("broken")).template_id == "broken-2"


def test_hidden_files_and_other_files_are_no_templates(manager: TemplateManager) -> None:
    manager.save_template(_template())
    for name in (".hidden.json", "notes.txt", ".build-the-docs.json.x.tmp"):
        (manager.directory / name).write_text("{}")
    assert [info.template_id for info in manager.list_templates()] == ["build-the-docs"]


def test_a_folder_in_a_template_s_place_is_broken(manager: TemplateManager) -> None:
    (manager.directory / "folder.json").mkdir(parents=True)
    assert [info.broken for info in manager.list_templates()] == ["it is no file"]


def test_links_that_lead_out_or_nowhere_are_not_followed(manager: TemplateManager) -> None:
    inside = manager.save_template(_template())
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


def test_earlier_versions_are_not_written_through_a_link(manager: TemplateManager) -> None:
    saved = manager.save_template(_template())
    elsewhere = manager.directory.parent / "elsewhere"
    elsewhere.mkdir()
    (manager.directory / ".versions").symlink_to(elsewhere)
    with pytest.raises(TemplateError, match="leads out"):
        manager.save_template(saved.model_copy(update={"notes": "second"}))
    assert list(elsewhere.iterdir()) == []
    assert manager.load_template(saved.template_id) == saved


# Deleting


def test_what_was_deleted_comes_back_with_its_versions(manager: TemplateManager) -> None:
    first = manager.save_template(_template())
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
    first = manager.save_template(_template(notes="first"))
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


# Finding


def test_an_exact_id_comes_before_a_name_and_a_name_before_a_prefix(manager: TemplateManager) -> None:
    for name in ("docs", "Docs for all", "other"):
        manager.save_template(_template(name))
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


# Faults


def test_a_file_in_the_directory_s_place_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("x")
    manager = TemplateManager(tmp_path / "templates")
    for act in (manager.list_templates, lambda: manager.save_template(_template()), lambda: manager.load_template("x")):
        with pytest.raises(TemplateError, match="is a file, not a folder") as caught:
            act()
        assert str(tmp_path / "templates") in str(caught.value)
    with pytest.raises(TemplateError, match="cannot be saved"):
        TemplateManager(tmp_path / "templates" / "deeper").save_template(_template())


def test_a_folder_that_cannot_be_made_is_one_clear_sentence() -> None:
    with pytest.raises(TemplateError, match="cannot be saved in /proc/none"):
        TemplateManager(Path("/proc/none")).save_template(_template())


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
    saved = manager.save_template(_template())
    before = _files(manager.directory)
    with full_disk(), pytest.raises(TemplateError, match="cannot be saved in"):
        manager.save_template(saved.model_copy(update={"notes": "x" * 500}))
    with full_disk(), pytest.raises(TemplateError, match="cannot be saved in"):
        manager.save_template(_template("another"))
    assert _files(manager.directory) == before
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
    saved = manager.save_template(_template())
    manager.directory.chmod(0o500)
    (manager.directory / "build-the-docs.json").chmod(0o400)
    sentences = []
    for act in (lambda: manager.save_template(_template("b")), lambda: manager.delete_template(saved.template_id)):
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


def test_what_cannot_be_written_as_json_is_not_saved(manager: TemplateManager) -> None:
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(TemplateError, match="JSON"):
        manager.save_template(
            SessionTemplate(name="x", tool_patterns=(ToolCallPattern(tool_name="t", common_args={"a": deep}),))
        )
    assert manager.list_templates() == []


_WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from warmtui.templates.manager import TemplateManager
    from warmtui.templates.models import SessionTemplate

    manager = TemplateManager(Path(sys.argv[1]))
    template = manager.save_template(SessionTemplate(name="x"))
    for number in range(100_000):
        template = manager.save_template(template.model_copy(update={"notes": str(number) * 200}))
        print(number, flush=True)
    """
)


def test_a_killed_writer_leaves_a_whole_file_and_the_next_one_sweeps_up(tmp_path: Path) -> None:
    manager = TemplateManager(tmp_path / "templates")
    for round_ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(manager.directory)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.03 + 0.017 * round_)
            writer.send_signal(signal.SIGKILL)
        for info in manager.list_templates():
            assert info.broken is None
            assert not [version for version in manager.versions(info.template_id) if version.broken]
    for info in manager.list_templates():
        loaded = manager.load_template(info.template_id)
        assert loaded is not None
        manager.save_template(loaded.model_copy(update={"notes": "after"}))
    assert not list(manager.directory.rglob("*.tmp"))


def test_of_two_who_save_at_once_the_second_is_told(manager: TemplateManager) -> None:
    saved = manager.save_template(_template())

    def edit(number: int) -> str:
        try:
            mine = TemplateManager(manager.directory)
            return mine.save_template(
                saved.model_copy(update={"notes": str(number)}), expected_version=saved.version
            ).notes
        except TemplateConflictError:
            return "told"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(edit, range(8)))
    assert results.count("told") == 7
    loaded = manager.load_template(saved.template_id)
    assert loaded is not None and loaded.notes in results


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("ab", max_size=2), min_size=1, max_size=6))
def test_versions_tell_the_whole_story_of_any_run_of_saves(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str]
) -> None:
    manager = TemplateManager(tmp_path_factory.mktemp("story"), clock=_clock())
    template = manager.save_template(_template(notes="first"))
    story = ["first"]
    for note in notes:
        template = manager.save_template(template.model_copy(update={"notes": note}), expected_version=template.version)
        if note != story[-1]:
            story.append(note)
    loaded = [
        manager.load_template(template.template_id, info.number) for info in manager.versions(template.template_id)
    ]
    assert [one.notes for one in loaded if one] == story
