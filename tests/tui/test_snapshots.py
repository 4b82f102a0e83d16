"""What every screen looks like, small and large; a change is looked at before it is accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import NARROW, WIDE, go_to_item, make_app, open_session, press, settle, type_text
from warmtui.workspace import Workspace

Steps = Callable[[Pilot[None]], Awaitable[None]]
Look = Callable[..., bool]

both_sizes = pytest.mark.parametrize(
    "size", [pytest.param(NARROW, marks=pytest.mark.long), WIDE], ids=["80x24", "140x45"]
)


@pytest.fixture
def look(snap_compare: Any) -> Look:
    """Compares the screen after some steps with what it looked like when somebody last looked."""

    def compare(workspace: Workspace, size: tuple[int, int], steps: Steps | None = None) -> bool:
        async def run(pilot: Pilot[None]) -> None:
            await settle(pilot)
            if steps is not None:
                await steps(pilot)

        return bool(snap_compare(make_app(workspace), terminal_size=size, run_before=run))

    return compare


def keys(*names: str) -> Steps:
    """Return the steps of pressing keys."""

    async def run(pilot: Pilot[None]) -> None:
        await press(pilot, *names)

    return run


def curating(prefix: str, *names: str) -> Steps:
    """Return the steps to an item of a session that had troubles and recovered, and on by keys."""

    async def run(pilot: Pilot[None]) -> None:
        await open_session(pilot, "recovered>3")
        await go_to_item(pilot, prefix)
        await press(pilot, *names)

    return run


class TestSessions:
    """The ranking, with what explains the session under the cursor."""

    @both_sizes
    def test_ranking(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """The best session first, under the cursor; the detail pane beside it where there is room."""
        assert look(demo, size, keys("j", "j", "j", "j"))

    @pytest.mark.long
    def test_detail_has_the_narrow_screen_for_itself(self, look: Look, demo: Workspace) -> None:
        """The border names both panes, and brackets the one that is shown."""
        assert look(demo, NARROW, keys("j", "j", "j", "j", "tab"))

    @both_sizes
    def test_filter_with_a_term_that_makes_no_sense(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """The filter line says beside the term what is wrong with it; the ranking stays."""

        async def steps(pilot: Pilot[None]) -> None:
            await press(pilot, "slash")
            pilot.app.screen.query_one(Input).value = "calls>many"
            await settle(pilot)

        assert look(demo, size, steps)

    def test_marks_and_another_order(self, look: Look, demo: Workspace) -> None:
        """Two marked sessions carry a dot, and the column that ranks an arrow."""
        assert look(demo, WIDE, keys("space", "space", "s"))

    @pytest.mark.long
    @both_sizes
    def test_no_session_anywhere(self, look: Look, make_workspace: MakeWorkspace, size: tuple[int, int]) -> None:
        """The page says where it looked, and offers a store elsewhere and the demo."""
        assert look(make_workspace(Path("/nowhere/state.db")), size)

    @pytest.mark.long
    @both_sizes
    def test_a_store_that_cannot_be_read(
        self,
        look: Look,
        make_workspace: MakeWorkspace,
        demo_db: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        size: tuple[int, int],
    ) -> None:
        """One sentence over the ranking of the stores that can be read."""
        monkeypatch.chdir(tmp_path)
        Path("broken.db").write_bytes(b"not a database at all" * 100)
        assert look(make_workspace(Path("broken.db"), demo_db), size)

    @pytest.mark.long
    @both_sizes
    def test_hostile_titles(
        self, look: Look, make_workspace: MakeWorkspace, hostile_db: Path, size: tuple[int, int]
    ) -> None:
        """Markup, escapes and overrides stand in the table as text, and the columns stay columns."""
        assert look(make_workspace(hostile_db), size)


class TestCurate:
    """Patterns, fields with evidence, and the stream."""

    @both_sizes
    def test_a_tool_pattern(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """The cursor is on a tool; its fields and calls stand beside it, the stream at the right."""
        assert look(demo, size, curating("tool:"))

    @both_sizes
    def test_a_recovery_being_edited(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """The field has the focus, the failed and the recovering call stand under it, a star marks the change."""

        async def steps(pilot: Pilot[None]) -> None:
            await curating("recovery:", "enter")(pilot)
            await type_text(pilot, "Look first. ")

        assert look(demo, size, steps)

    @both_sizes
    def test_an_example(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """Its messages carry a bar in the stream."""
        assert look(demo, size, curating("example:"))

    @pytest.mark.long
    def test_stream_has_the_narrow_screen_for_itself(self, look: Look, demo: Workspace) -> None:
        """Tokens of each message and in all."""
        assert look(demo, NARROW, curating("example:", "3"))

    def test_broken_json(self, look: Look, demo: Workspace) -> None:
        """Under the field it says in which line and column the JSON breaks."""

        async def steps(pilot: Pilot[None]) -> None:
            await curating("tool:", "enter", "tab")(pilot)
            await type_text(pilot, "x")

        assert look(demo, WIDE, steps)

    @pytest.mark.long
    @both_sizes
    def test_hostile_session(
        self, look: Look, make_workspace: MakeWorkspace, hostile_db: Path, size: tuple[int, int]
    ) -> None:
        """Its text is text in the list, the fields, the evidence and the stream."""
        assert look(make_workspace(hostile_db), size, curating("tool:"))


class TestTranscript:
    """The session itself."""

    @both_sizes
    def test_a_failure_unfolded(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """Arguments a line each over what came back; every call with the letter of its outcome."""

        async def steps(pilot: Pilot[None]) -> None:
            await press(pilot, "slash")
            pilot.app.screen.query_one(Input).value = "recovered>3"
            await settle(pilot)
            await press(pilot, "enter", "v", "n", "space")

        assert look(demo, size, steps)


class TestDialogs:
    """What lies over a screen."""

    @both_sizes
    def test_save(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """Name, purpose and notes, and what saving will do."""
        assert look(demo, size, curating("tool:", "ctrl+s"))

    @both_sizes
    def test_unsaved_work(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """What is unsaved, and the three ways out."""
        assert look(demo, size, curating("tool:", "space", "escape"))

    @both_sizes
    def test_help(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """The keys of the screen it was asked on, then those of everywhere."""
        assert look(demo, size, keys("question_mark"))

    def test_palette(self, look: Look, demo: Workspace) -> None:
        """Every command of the screen with its keys and a sentence."""
        assert look(demo, WIDE, keys("ctrl+p"))


class TestTemplates:
    """The saved templates."""

    @both_sizes
    def test_list(self, look: Look, demo: Workspace, size: tuple[int, int]) -> None:
        """Name, version, date and source; a broken file with its reason."""
        demo.refresh()
        for row in demo.rows()[:3]:
            template = demo.extract([row.key], max_examples=1).template
            # The path of the test's own store would make the version another one each time.
            demo.manager.save_template(template.model_copy(update={"sources": ()}))
        (demo.settings.template_dir / "broken.json").write_text("{")
        assert look(demo, size, keys("t"))
