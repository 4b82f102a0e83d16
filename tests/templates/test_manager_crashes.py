"""Programs that are killed while they save, and several that save at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.templates.shelf import template
from warmtui.templates.manager import TemplateConflictError, TemplateManager


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a system on which a process can kill itself so")
@pytest.mark.parametrize("saves", [16, pytest.param(500, marks=pytest.mark.long)])
def test_a_save_killed_at_any_line_leaves_the_old_or_the_new_version_whole(tmp_path: Path, saves: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.templates.killed_saves", str(tmp_path / "templates"), str(saves)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
    left = json.loads(ran.stdout)
    assert left["killed"] >= saves * 0.8
    assert left["old"] + left["new"] == saves
    assert left["old"] and left["new"]
    assert left["temporary"] >= saves / 4, "too few were killed while they wrote"
    assert left["temporary_after"] == 0, "the next save sweeps up"


_WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from warmtui.templates.manager import TemplateManager
    from warmtui.templates.models import SessionTemplate

    manager = TemplateManager(Path(sys.argv[1]))
    template = manager.load_template("x") or manager.save_template(SessionTemplate(name="x"))
    first = int(template.notes.split()[0] if template.notes else 0) + 1
    for number in range(first, 100_000):
        template = manager.save_template(template.model_copy(update={"notes": f"{number} " * 200}))
        print(number, flush=True)
    """
)


@pytest.mark.long
def test_writers_killed_by_the_clock_lose_no_save_that_they_reported(tmp_path: Path) -> None:
    manager = TemplateManager(tmp_path / "templates")
    saves = rounds = 0
    while saves < 150:
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(manager.directory)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            reported = int(writer.stdout.readline())
            time.sleep(0.5 + 0.017 * (rounds % 40))
            writer.send_signal(signal.SIGKILL)
            reported = max([reported, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        loaded = manager.load_template("x")
        assert loaded is not None
        saves = int(loaded.notes.split()[0])
        assert reported <= saves <= reported + 1
        rounds += 1
    infos = manager.versions("x")
    assert not [info for info in infos if info.broken]
    assert [info.number for info in infos] == list(range(1, saves + 2))  # one before the first edit


def test_of_two_who_save_at_once_the_second_is_told(manager: TemplateManager) -> None:
    saved = manager.save_template(template())

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


def _rival(manager: TemplateManager, template_id: str, name: str, edits: int) -> subprocess.Popen[str]:
    arguments = [str(manager.directory), template_id, name, str(edits)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.templates.rival", *arguments], stdout=subprocess.PIPE, text=True
    )


def test_processes_that_edit_one_template_lose_no_edit(manager: TemplateManager) -> None:
    saved = manager.save_template(template())
    with _rival(manager, saved.template_id, "a", 6) as one, _rival(manager, saved.template_id, "b", 6) as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    loaded = manager.load_template(saved.template_id)
    assert loaded is not None
    assert sorted(loaded.notes.split()) == sorted(f"{name}{number}" for name in "ab" for number in range(6))
    assert sorted(info.note for info in manager.versions(saved.template_id)) == ["", *"a" * 6, *"b" * 6]

    # One more, with what was loaded before them: it is told, and loses nothing either way.
    mine = saved.model_copy(update={"notes": "mine"})
    with pytest.raises(TemplateConflictError) as caught:
        manager.save_template(mine, expected_version=saved.version)
    copy = manager.save_template(mine.model_copy(update={"template_id": ""}))
    assert (copy.template_id, copy.notes) == ("build-the-docs-2", "mine")
    manager.save_template(mine, expected_version=caught.value.found)
    theirs = manager.load_template(saved.template_id, len(manager.versions(saved.template_id)) - 1)
    assert theirs == loaded
