"""A folder of templates to try things on: a clock that moves by the hour, a small template, what lies on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warmtui.templates.models import SessionTemplate, ToolCallPattern


def clock() -> Callable[[], datetime]:
    """An hour later each time it is asked, from nine o'clock on."""
    times: Iterator[datetime] = (datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(hours=n) for n in range(10_000))
    return lambda: next(times)


def template(name: str = "Build the docs", **fields: str) -> SessionTemplate:
    patterns = (ToolCallPattern(tool_name="terminal"),)
    return SessionTemplate(name=name, tool_patterns=patterns).model_copy(update=fields)


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
