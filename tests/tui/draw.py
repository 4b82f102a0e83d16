"""Draws the pictures of the README: `python -m tests.tui.draw [--check] [--out FOLDER]`.

The app itself draws them, on the demo store, with the same bytes every time. With --check nothing is written;
the exit code is 1 where a picture is not what the app draws now.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.driving import WIDE, go_to_item, open_session, press, running
from warmtui.config import Settings
from warmtui.demo import create_demo_store
from warmtui.workspace import Workspace

FOLDER = Path(__file__).parents[2] / "screenshots"
_UNIQUE_ID = re.compile(r"terminal-\d+")


async def _sessions(pilot: Pilot[None]) -> None:
    await press(pilot, "j", "j", "j", "j")


async def _curate(pilot: Pilot[None]) -> None:
    await open_session(pilot, "recovered>3")
    await go_to_item(pilot, "recovery:")


async def _save(pilot: Pilot[None]) -> None:
    await _curate(pilot)
    await press(pilot, "ctrl+s")


async def _transcript(pilot: Pilot[None]) -> None:
    await press(pilot, "slash")
    pilot.app.screen.query_one("#filter", Input).value = "recovered>3"
    await press(pilot, "enter", "v", "n", "space")


PICTURES: dict[str, Callable[[Pilot[None]], Awaitable[None]]] = {
    "sessions": _sessions,
    "curate": _curate,
    "save": _save,
    "transcript": _transcript,
}


async def draw(name: str, folder: Path) -> str:
    """Return one picture as SVG; the workspace it is drawn from is made in `folder`."""
    settings = Settings(
        sources=(create_demo_store(folder / "demo"),),
        template_dir=folder / "templates",
        cache_dir=folder / "cache",
        data_dir=folder / "data",
        state_dir=folder / "state",
    )
    with Workspace.open(settings) as workspace:
        async with running(workspace, WIDE) as pilot:
            await PICTURES[name](pilot)
            svg = pilot.app.export_screenshot(title="warmtui", simplify=True)
    # Rich numbers the picture by its content; without the number two pictures differ only where they do.
    return _UNIQUE_ID.sub("terminal", svg).rstrip() + "\n"


def main() -> int:
    """Draw or compare all pictures; return the exit code."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the README.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of the pictures")
    options = parser.parse_args()
    stale = []
    for name in PICTURES:
        path = options.out / f"{name}.svg"
        with TemporaryDirectory() as folder:
            svg = asyncio.run(draw(name, Path(folder)))
        if options.check:
            if not path.is_file() or path.read_text(encoding="utf-8") != svg:
                stale.append(str(path))
            continue
        options.out.mkdir(parents=True, exist_ok=True)
        path.write_text(svg, encoding="utf-8", newline="\n")
    for path_name in stale:
        print(f"{path_name} is not what the app draws; run python -m tests.tui.draw", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
