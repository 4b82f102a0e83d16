"""The ranking: shown, filtered, sorted, marked, explained, refreshed; with faults in their place."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from shutil import copy

from textual.widgets import Input

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import NARROW, press, running, screen_text, settle, text_of, type_text
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.widgets.lines import KeyLine
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.tui.widgets.session_table import SessionTable
from warmtui.workspace import Workspace


async def test_the_best_session_stands_first_and_is_explained(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        scores = [row.score for row in table.rows if row.score is not None]
        assert len(scores) > 40
        assert scores == sorted(scores, reverse=True)
        assert "Process quality" in text_of(pilot, "#detail-score")
        assert "closure" in text_of(pilot, "#detail-score")
        best = demo.analyze(table.rows[0].store, table.rows[0].session_id)
        assert next(iter(best.tool_calls)) in text_of(pilot, "#detail-tools")


async def test_the_filter_works_while_one_types_and_esc_takes_it_off(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        everything = len(table.rows)
        await press(pilot, "slash")
        await type_text(pilot, "source:cron")
        assert {row.source for row in table.rows} == {"cron"}
        await press(pilot, "escape")
        assert len(table.rows) == everything
        assert table.has_focus


async def test_enter_keeps_the_filter_and_goes_to_the_table(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        await press(pilot, "slash")
        await type_text(pilot, "calls>20")
        await press(pilot, "enter")
        assert table.has_focus
        assert all(row.calls > 20 for row in table.rows)
        await press(pilot, "escape")
        assert any(row.calls <= 20 for row in table.rows)


async def test_a_term_that_makes_no_sense_is_explained_in_place_and_the_rows_stay(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        before = table.rows
        await press(pilot, "slash")
        pilot.app.screen.query_one(Input).value = "calls>many"  # at once: on the way there it is a word
        await settle(pilot)
        assert "many is no number" in text_of(pilot, "#filter-problem")
        assert table.rows == before


async def test_letters_are_letters_while_one_types_a_filter(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "qts")
        assert pilot.app.screen.query_one(Input).value == "qts"
        assert pilot.app.is_running


async def test_s_ranks_by_the_next_column(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await press(pilot, "s")
        calls = [row.calls for row in pilot.app.screen.query_one(SessionTable).rows]
        assert calls == sorted(calls, reverse=True)
        assert "calls▾" in screen_text(pilot)


async def test_marked_sessions_make_one_template(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        await press(pilot, "space", "space")
        assert len(table.marked) == 2
        assert "2 marked" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CurateScreen)
        draft = pilot.app.screen.desk.draft if pilot.app.screen.desk else None
        assert draft is not None
        assert len(draft.sources) == 2


async def test_esc_takes_the_marks_off(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await press(pilot, "space", "escape")
        assert not pilot.app.screen.query_one(SessionTable).marked


async def test_the_cursor_stays_on_its_session_through_sort_and_refresh(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        await press(pilot, "j", "j", "j")
        row = table.row
        assert row is not None
        await press(pilot, "s")
        assert table.row is not None
        assert table.row.key == row.key
        await press(pilot, "r")
        assert table.row.key == row.key


async def test_the_keys_of_a_list_go_to_its_ends(demo: Workspace) -> None:
    async with running(demo) as pilot:
        table = pilot.app.screen.query_one(SessionTable)
        await press(pilot, "G")
        assert table.cursor == len(table.rows) - 1
        await press(pilot, "g")
        assert table.cursor == 0
        await press(pilot, "pagedown", "pageup", "end", "home", "down", "up")
        assert table.cursor == 0


async def test_a_narrow_screen_shows_one_pane_and_tab_the_other(demo: Workspace) -> None:
    async with running(demo, NARROW) as pilot:
        assert "title" in screen_text(pilot)
        assert "Process quality" not in screen_text(pilot)
        await press(pilot, "tab")
        assert "Process quality" in screen_text(pilot)
        assert "[2 Detail]" in screen_text(pilot)
        await press(pilot, "1")
        assert "Process quality" not in screen_text(pilot)


async def test_resizing_keeps_the_place(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await press(pilot, "G")
        table = pilot.app.screen.query_one(SessionTable)
        row = table.row
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert table.row == row
        assert row is not None
        assert (row.title or row.session_id)[:10] in screen_text(pilot)


async def test_without_a_session_the_page_says_where_it_looked_and_what_to_do(
    make_workspace: MakeWorkspace, own_home: Path
) -> None:
    async with running(make_workspace()) as pilot:
        text = screen_text(pilot)
        assert "No sessions were found" in text
        assert str(own_home)[:40] in text
        assert "--source" in text
        assert "warmtui demo" in text
        await press(pilot, "enter", "space", "s", "j")
        assert pilot.app.is_running


async def test_a_file_that_is_no_store_is_said_in_place_and_the_others_are_shown(
    make_workspace: MakeWorkspace, demo_db: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all" * 100)
    async with running(make_workspace(broken, demo_db)) as pilot:
        assert "broken.db" in text_of(pilot, "#problems")
        assert pilot.app.screen.query_one(SessionTable).rows


async def test_a_session_that_went_away_says_so_in_the_detail_pane(
    make_workspace: MakeWorkspace, demo_db: Path, tmp_path: Path
) -> None:
    store = Path(copy(demo_db, tmp_path / "state.db"))
    async with running(make_workspace(store)) as pilot:
        with sqlite3.connect(store) as connection:
            connection.execute("DELETE FROM sessions")
            connection.execute("DELETE FROM messages")
        connection.close()
        await press(pilot, "j")
        assert "session" in text_of(pilot, "#detail-tools")
        await press(pilot, "enter")
        assert "r tries again" in text_of(pilot, "#curate-page")
        await press(pilot, "r", "escape")
        assert pilot.app.screen.query_one(SessionTable)


async def test_the_footer_names_only_what_works_here(demo: Workspace) -> None:
    async with running(demo) as pilot:
        footer = str(pilot.app.screen.query_one(KeyLine).render())
        assert "filter" in footer
        assert "? help" in footer
        await press(pilot, "slash")
        assert "s sort" not in str(pilot.app.screen.query_one(KeyLine).render())


async def test_a_remapped_key_works_and_is_shown(make_workspace: MakeWorkspace, demo_db: Path) -> None:
    async with running(make_workspace(demo_db, keys={"sessions.sort": "o"})) as pilot:
        assert "o sort" in str(pilot.app.screen.query_one(KeyLine).render())
        await press(pilot, "o")
        assert "calls▾" in screen_text(pilot)


async def test_a_remapped_key_that_clashes_is_reported(make_workspace: MakeWorkspace, demo_db: Path) -> None:
    async with running(make_workspace(demo_db, keys={"sessions.sort": "slash"})) as pilot:
        assert any("sessions.filter" in toast.message for toast in pilot.app._notifications)


async def test_the_mouse_chooses_a_line_and_opens_it(demo: Workspace) -> None:
    async with running(demo) as pilot:
        await pilot.click("#table", offset=(20, 4))
        assert pilot.app.screen.query_one(SessionTable).cursor == 3
        await pilot.click("#table", offset=(20, 4), times=2)
        await settle(pilot)
        assert pilot.app.screen.query_one(PatternList)
