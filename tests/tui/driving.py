"""How the tests drive the app: by keys, waiting until nothing is under way any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from warmtui.demo import DEMO_NOW
from warmtui.tui.app import WarmtuiApp
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.widgets.block_view import BlockView
from warmtui.tui.widgets.line_view import LineView
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.workspace import Workspace

NOW = float(DEMO_NOW)
"""The clock of every test stands still here."""

_CALM = 2
"""Looks in a row that must find nothing under way."""
_MOMENT = 0.002
_LONGEST = 60.0
WIDE = (140, 45)
ROOMY = (110, 32)
"""As wide as it takes for all panes at once; every cell that is not drawn is time saved."""
NARROW = (80, 24)


def make_app(workspace: Workspace) -> WarmtuiApp:
    """Return an app whose clock stands still and whose cursor does not blink."""
    return WarmtuiApp(workspace, clock=lambda: NOW)


@asynccontextmanager
async def running(workspace: Workspace, size: tuple[int, int] = ROOMY) -> AsyncIterator[Pilot[None]]:
    """Run the app and wait until the ranking is there."""
    async with make_app(workspace).run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


@asynccontextmanager
async def curating(workspace: Workspace, size: tuple[int, int] = ROOMY) -> AsyncIterator[Pilot[None]]:
    """Run the app and open Curate on the best session in which an error was recovered from."""
    async with running(workspace, size) as pilot:
        rows = workspace.rows("recovered>0")
        assert isinstance(pilot.app, WarmtuiApp)
        pilot.app.curate_sessions([rows[0].key])
        await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: no key, no message, no drawing, no worker, no timer that is about to start one.

    What is under way is looked at, not waited out, so a slow machine makes the tests slower and not different.
    """
    calm = 0
    until = monotonic() + _LONGEST
    while pilot.app.is_running and calm < _CALM:
        await pilot.pause(0)
        calm = 0 if _is_working(pilot.app) or not _is_drawn(pilot) else calm + 1
        if not calm:
            await asyncio.sleep(_MOMENT)
        if monotonic() > until:
            raise AssertionError(f"the app does not come to rest:\n{screen_text(pilot)}")


def _is_drawn(pilot: Pilot[None]) -> bool:
    """Whether all messages are through and what they changed is on the screen."""
    screen = pilot.app.screen
    nodes = [pilot.app, *pilot.app.screen_stack, *screen.walk_children()]
    return not (
        any(node.message_queue_size or node._next_callbacks for node in nodes)
        or screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def _is_working(app: App[None]) -> bool:
    """Whether a worker runs, or a timer of ours is about to start one; toasts may stay."""
    if any(not worker.is_finished for worker in app.workers):
        return True
    nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
    return any(
        timer._repeat == 0 and timer._interval < 1 and timer._task is not None and not timer._task.done()
        for node in nodes
        for timer in node._timers
    )


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one, each when what the one before did is done."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type `text` into what has the focus, faster than anybody can."""
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


def curate_of(pilot: Pilot[None]) -> CurateScreen:
    """Return the Curate screen, which must be the one that is shown."""
    screen = pilot.app.screen
    assert isinstance(screen, CurateScreen)
    return screen


def toasts(pilot: Pilot[None]) -> str:
    """Return what the toasts say."""
    return "\n".join(toast.message for toast in pilot.app._notifications)


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
