"""The line-drawn views do no more work than what is on the screen, and what an edit changed."""

from __future__ import annotations

from textual.app import App, ComposeResult

from warmtui.catalog.models import SessionRow
from warmtui.tui.widgets.block_view import Block, BlockView
from warmtui.tui.widgets.line_view import Part
from warmtui.tui.widgets.session_table import SessionTable


def _row(number: int) -> SessionRow:
    return SessionRow(
        store="s",
        session_id=f"id-{number}",
        lineage_id=f"id-{number}",
        title=f"Session {number}",
        source="cli",
        model=None,
        started_at=None,
        messages=10,
        calls=5,
        ok=5,
        signal=0,
        failed=0,
        rejected=0,
        cancelled=0,
        unknown=0,
        orphans=0,
        error_rate=0.0,
        recovered=0,
        episodes=0,
        corrections=0,
        score=0.5,
        score_low=0.4,
        score_high=0.6,
        classic=0.5,
        warm_template=None,
        warm_version=None,
        warm_certainty=None,
        thin=False,
    )


class _CountingTable(SessionTable):
    drawn = 0

    def draw(self, index: int, width: int) -> list[Part]:
        self.drawn += 1
        return super().draw(index, width)


class _Views(App[None]):
    def compose(self) -> ComposeResult:
        yield _CountingTable("table")
        yield BlockView("blocks")


async def test_of_a_hundred_thousand_rows_only_those_on_the_screen_are_drawn() -> None:
    app = _Views()
    async with app.run_test(size=(100, 40)) as pilot:
        table = app.query_one(_CountingTable)
        table.show([_row(number) for number in range(100_000)], sorted_by="score", now=0.0)
        table.focus()
        await pilot.pause()
        assert table.drawn <= 40
        await pilot.press("G")
        assert table.drawn <= 80
        assert table.cursor == 99_999
        await pilot.press("up", "up")
        assert table.drawn <= 80


async def test_an_edit_wraps_the_block_it_is_in_and_no_other() -> None:
    app = _Views()
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.query_one(BlockView)
        blocks = [Block(f"message {number}", body=(("", f"words {number} " * 40),)) for number in range(500)]
        view.show(blocks)
        await pilot.pause()
        before = view.wraps
        blocks[250] = Block("message 250", body=(("", "other words"),))
        view.show(blocks)
        assert view.wraps == before + 1
        view.show([Block("another heading", body=block.body) for block in blocks])
        assert view.wraps == before + 1


async def test_a_change_below_is_brought_into_sight() -> None:
    app = _Views()
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.query_one(BlockView)
        blocks = [Block(f"message {number}", body=(("", "words"),)) for number in range(100)]
        view.show(blocks)
        await pilot.pause()
        blocks[80] = Block("message 80", body=(("", "other words"),))
        view.show_change(blocks)
        await pilot.pause()
        top = view.scroll_offset.y
        assert top <= 80 * 3 + 1 < top + view.size.height


async def test_new_rows_do_not_show_old_lines() -> None:
    app = _Views()
    async with app.run_test(size=(100, 40)) as pilot:
        table = app.query_one(_CountingTable)
        table.show([_row(1)], sorted_by="score", now=0.0)
        await pilot.pause()
        table.show([_row(2)], sorted_by="score", now=0.0)
        await pilot.pause()
        assert "Session 2" in table.render_line(1).text
        assert "Session 1" not in table.render_line(1).text


async def test_until_it_is_moved_the_cursor_stays_on_the_best_and_then_on_its_session() -> None:
    app = _Views()
    async with app.run_test(size=(100, 40)) as pilot:
        table = app.query_one(_CountingTable)
        table.show([_row(5)], sorted_by="score", now=0.0)
        table.show([_row(3), _row(5)], sorted_by="score", now=0.0)
        assert table.row == _row(3)
        table.focus()
        await pilot.press("down")
        table.show([_row(1), _row(3), _row(5)], sorted_by="score", now=0.0)
        assert table.row == _row(5)
