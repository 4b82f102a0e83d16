"""Every command there is, in an order in which each finds what it needs: a further one is a further line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One command.

    Attributes:
        line: its arguments; ``{session}``, ``{own}`` and ``{folder}`` stand for an id in the source, for the folder of
            what is the person's own, and for that of its templates.
        reads: it reads the sources that are named.
        saves: it is to save something of the person's.
        codes: what it may end with.
    """

    line: str
    reads: bool = False
    saves: bool = False
    codes: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        """The command."""
        return self.line.split()[0]

    def arguments(self, session: str, own: Path) -> list[str]:
        """Return the arguments with what their names stand for."""
        return [part.format(session=session, own=own) for part in self.line.split()]


READING = (
    Step("sessions --json", reads=True),
    Step("analyze {session} --explain", reads=True),
    Step("create-template {session} --name first", reads=True, saves=True),
    Step("doctor", reads=True),
)
"""Those that read a source."""

TEMPLATES = (
    Step("list-templates"),
    Step("show first"),
    Step("create-template {session} --name second", reads=True, saves=True),
    Step("diff first --with second"),
    Step("restore first 1", saves=True),
    Step("delete second", saves=True),
    Step("undelete second", saves=True),
    Step("check", reads=True),
    Step("schema"),
    Step("test first go"),
    Step("test first go --target hermes --json"),
    Step("export first --target bundle -o {own}/bundle.json", saves=True),
    Step("import {own}/bundle.json --yes", saves=True),
    Step("delete second", saves=True),
    Step("purge --yes", saves=True),
    Step("demo"),
)
"""Those that work on what the ones above saved."""

HOME = (
    Step("status"),
    Step("activate first", saves=True),
    Step("status"),
    Step("deactivate", saves=True),
    Step("start first -- hermes chat"),
)
"""Those that change a Hermes home on purpose, and nothing of its sessions."""
