"""What is read, from where, and what could not be: the first thing to look at when a number surprises."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from warmtui import __version__
from warmtui.catalog.models import SessionRow
from warmtui.config import Settings
from warmtui.plain import outcomes
from warmtui.profiling.counts import OutcomeCounts
from warmtui.profiling.outcomes import OUTCOME_RULES_VERSION
from warmtui.sessions.store import SessionStore
from warmtui.text import one_line, plural, visible
from warmtui.warmstart.hermes.standing import installed_hermes, standings
from warmtui.workspace import Workspace

_MOST_NAMED = 20  # parts of one source that could not be read


@dataclass(frozen=True, slots=True)
class Report:
    """What was found.

    Attributes:
        lines: for people to read.
        problems: what could not be read or written, a sentence each.
    """

    lines: tuple[str, ...]
    problems: tuple[str, ...]


def examine(settings: Settings) -> Report:
    """Open every source, bring the catalog up to date, and say what there is.

    Raises:
        CatalogError: another program keeps the catalog locked.
    """
    with Workspace.open(settings) as workspace:
        refreshed = workspace.refresh()
        problems = [*workspace.problems, *refreshed.problems]
        lines = [*_program(), *_own_files(workspace)]
        rows = workspace.rows()
        for store in workspace.stores:
            found = [row for row in rows if row.store == store.name]
            lines += [f"source     {visible(store.name)}: {visible(str(store.path))}", f"format     {_format(store)}"]
            lines += [*_source(found), *_unread(store.flaws)]
        if not workspace.stores:
            lines.append("source     none; looked in " + ", ".join(str(place) for place in workspace.looked_in))
        for part in (_templates(workspace), _homes(workspace)):
            lines += part.lines
            problems += part.problems
    return Report(tuple(lines), tuple(visible(problem) for problem in problems))


def _templates(workspace: Workspace) -> Report:
    """Say of which templates the sources are gone or have changed since; one whose store is not open is no problem."""
    lines: list[str] = []
    problems: list[str] = []
    for info in workspace.manager.list_templates():
        name = f"template {one_line(info.template_id, 60)}"
        checked = workspace.check_template(info)
        found = checked.provenance
        if found is None:
            problems.append(f"{name}: {checked.broken}")
        elif found.is_stale:
            problems.append(f"{name}: {found.sentence}")
        elif found.notes:
            lines.append(f"{'not open' if not lines else '':<11}{name}: {one_line('; '.join(found.notes), 300)}")
    return Report(tuple(lines), tuple(problems))


def _homes(workspace: Workspace) -> Report:
    """Say which `hermes` would run, and what the sessions of each Hermes home begin with."""
    lines: list[str] = []
    problems: list[str] = []
    hermes = installed_hermes(os.environ)
    if hermes is not None:
        lines.append(f"hermes     {visible(str(hermes[0]))}, version {hermes[1] or 'unknown'}")
    for found in standings(workspace.manager, os.environ):
        record = found.record
        begin = f"begin with “{one_line(record.name, 60)}”" if record is not None else "begin without a template"
        lines.append(f"{'home':<11}{visible(str(found.home))}: sessions {begin}")
        problems += [f"{found.home}: {problem}" for problem in found.problems]
    return Report(tuple(lines), tuple(problems))


def _program() -> Iterator[str]:
    yield f"warmtui    {__version__}, outcome rules {OUTCOME_RULES_VERSION}"
    yield (
        f"with       Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"Textual {version('textual')}, pydantic {version('pydantic')}"
    )


def _own_files(workspace: Workspace) -> Iterator[str]:
    settings = workspace.settings
    count = len(workspace.manager.list_templates())
    yield f"templates  {settings.template_dir} ({plural(count, 'template')}{_writable(settings.template_dir)})"
    notice = f"; {workspace.catalog.notice}" if workspace.catalog.notice else ""
    yield f"catalog    {settings.cache_dir / 'catalog.db'}{notice}"


def _writable(folder: Path) -> str:
    """Say so where a folder, or the nearest one above it that is there, cannot be written."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return "" if os.access(there, os.W_OK) else ", cannot be written"


def _format(store: SessionStore) -> str:
    name, _, version = store.format.partition(" ")
    return f"{name}, schema {version}" if version.isdigit() else store.format


def _source(rows: list[SessionRow]) -> Iterator[str]:
    counts = OutcomeCounts(
        **{
            name: sum(getattr(row, name) for row in rows)
            for name in ("ok", "signal", "failed", "rejected", "cancelled", "unknown")
        }
    )
    messages = sum(row.messages for row in rows)
    orphans = sum(row.orphans for row in rows)
    yield (
        f"           {plural(len(rows), 'session')}, {plural(messages, 'message')}, "
        f"{plural(counts.calls, 'call')}, {plural(orphans, 'orphan')}"
    )
    yield f"           {outcomes(counts)}"


def _unread(flaws: Sequence[str]) -> Iterator[str]:
    """Yield what of a source could not be read: no trouble for the rest of it, and good to know."""
    for number, flaw in enumerate(flaws[:_MOST_NAMED]):
        yield f"{'not read' if number == 0 else '':<11}{one_line(flaw, 400)}"
    if len(flaws) > _MOST_NAMED:
        yield f"{'':<11}and {len(flaws) - _MOST_NAMED:,} more"
