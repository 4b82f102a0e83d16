"""How the tests drive the app: by keys, waiting until nothing is under way any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from textual.pilot import Pilot
from textual.widgets import Input, Static
from textual.worker import WorkerCancelled

from warmtui.demo import DEMO_NOW
from warmtui.tui.app import WarmtuiApp
from warmtui.tui.widgets.block_view import BlockView
from warmtui.tui.widgets.line_view import LineView
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.workspace import Workspace

NOW = float(DEMO_NOW)
"""The clock of every test stands still here."""

_STILL = 0.04
WIDE = (140, 45)
NARROW = (80, 24)


def make_app(workspace: Workspace) -> WarmtuiApp:
    """Return an app whose clock stands still and whose cursor does not blink."""
    return WarmtuiApp(workspace, clock=lambda: NOW)


@asynccontextmanager
async def running(workspace: Workspace, size: tuple[int, int] = WIDE) -> AsyncIterator[Pilot[None]]:
    """Run the app and wait until the ranking is there."""
    async with make_app(workspace).run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Wait until no worker runs and the screen stands still for longer than any timer of ours."""
    before = ""
    for _ in range(50):
        await pilot.pause(_STILL)
        with suppress(WorkerCancelled):  # one that a newer one took the place of
            await pilot.app.workers.wait_for_complete()
        now = screen_text(pilot)
        if now == before:
            return
        before = now
    raise AssertionError("the screen does not come to rest")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one and wait until what they did is done."""
    await pilot.press(*keys)
    await settle(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type `text` into what has the focus."""
    await pilot.press(*("space" if character == " " else character for character in text))
    await settle(pilot)


def screen_text(pilot: Pilot[None]) -> str:
    """Return what is on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


def lines_of(view: LineView) -> list[str]:
    """Return every line of a line-drawn view, those out of sight too."""
    width = view.scrollable_content_region.width
    return ["".join(text for text, _ in view.draw(index, width)) for index in range(view.line_count())]


def text_of(pilot: Pilot[None], selector: str) -> str:
    """Return what a view, or a plain label, says."""
    widget = pilot.app.screen.query_one(selector)
    if isinstance(widget, BlockView | LineView):
        return "\n".join(lines_of(widget))
    assert isinstance(widget, Static)
    return str(widget.render())


async def open_session(pilot: Pilot[None], query: str) -> None:
    """Filter the ranking, and curate the best session that is left."""
    await press(pilot, "slash")
    pilot.app.screen.query_one("#filter", Input).value = query
    await settle(pilot)
    await press(pilot, "enter", "enter")


def stream_words(pilot: Pilot[None]) -> str:
    """Return what the stream says, without its line breaks."""
    return " ".join(line[2:].strip() for line in text_of(pilot, "#stream").split("\n"))


async def go_to_item(pilot: Pilot[None], prefix: str) -> str:
    """Move the cursor of the pattern list to the first item whose id begins with `prefix`, and return the id."""
    patterns = pilot.app.screen.query_one(PatternList)
    await press(pilot, "1", "g")
    for _ in range(patterns.line_count()):
        if (patterns.chosen or "").startswith(prefix):
            await settle(pilot)
            return str(patterns.chosen)
        patterns.action_cursor_down()
    raise AssertionError(f"no item {prefix} among {lines_of(patterns)}")
