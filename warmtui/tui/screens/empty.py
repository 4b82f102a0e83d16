"""The page that stands where sessions would be: what was looked for, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from warmtui.text import one_line
from warmtui.tui.styles import KEY, MUTED

if TYPE_CHECKING:
    from warmtui.workspace import Workspace


def empty_page(workspace: Workspace) -> Content:
    """Return what to say where no session was found."""
    lines = [Content.styled("No sessions were found", "bold"), Content("")]
    lines.append(Content("Looked for sessions in"))
    looked = workspace.looked_in
    lines.extend(Content.styled(f"  {one_line(str(path), 120)}", MUTED) for path in looked)
    lines.extend(
        [
            Content(""),
            Content.assemble(("warmtui --source PATH", KEY), "   reads a store that lies elsewhere"),
            Content.assemble(("warmtui demo", KEY), "            shows around with made-up sessions"),
        ]
    )
    return Content("\n").join(lines)
