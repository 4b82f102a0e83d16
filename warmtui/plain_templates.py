"""What the command line prints for people of versions, differences and the trash: plain text, safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from warmtui.plain import counted, table
from warmtui.templates.diff import Change, FieldChange, ItemChange, TemplateDiff
from warmtui.templates.manager import TemplateInfo, TrashInfo, VersionInfo
from warmtui.text import json_text, one_line, plural, shorten

_HASH = 10
_LONG = 70  # characters of a text that is shown whole
_AROUND = 24  # characters of a long text that are shown before and behind what changed
_VALUE = 160
_NAME = 48  # characters of an item's name before what was edited in it
_FITS = {True: "yes", False: "no", None: ""}
_SIGNS = {Change.ADDED: "+", Change.REMOVED: "-", Change.EDITED: "~", Change.MOVED: "~"}


class Side(NamedTuple):
    """What is compared: a version of a template."""

    template_id: str
    info: VersionInfo
    is_current: bool


def templates(found: Sequence[tuple[TemplateInfo, bool | None]]) -> str:
    """Return templates, a line each, with whether each fits where that can be said of any."""
    with_fits = any(fits is not None for _, fits in found)
    rows = [
        [
            *([_FITS[fits]] if with_fits else []),
            one_line(one.template_id, 60),
            one_line(one.name, _NAME),
            "broken: " + one_line(one.broken, 80) if one.broken else one_line(one.version[:_HASH]),
            one_line(one.created_at[:10]),
            "" if one.errors is None or one.warnings is None else counted(one.errors, one.warnings) or "none",
            one_line(one.source_session_id or "", _NAME),
        ]
        for one, fits in found
    ]
    return table(f"{'fits ' * with_fits}id name version created findings source".split(), rows)


def versions(found: Sequence[VersionInfo]) -> str:
    """Return the versions of a template, a line each, the newest first."""
    current = found[-1].number if found else 0
    rows = [
        [
            f"{one.number}{' (current)' if one.number == current else ''}",
            "broken" if one.broken else one_line(one.version[:_HASH]),
            moment(one.updated_at),
            one_line(one.broken or one.note, _VALUE),
        ]
        for one in reversed(found)
    ]
    return table(["number", "version", "saved (UTC)", "note"], rows)


def version(one: VersionInfo, of: int) -> str:
    """Return "version 1 of 3, saved 2026-11-20 09:00 UTC"."""
    saved = f", saved {moment(one.updated_at)} UTC" if one.updated_at else ""
    return f"version {one.number} of {of}{saved}"


def trash(found: Sequence[TrashInfo]) -> str:
    """Return what the trash holds, a line each."""
    rows = [[one_line(one.template_id, 60), one_line(one.name, 44), _deleted(one), str(one.versions)] for one in found]
    return table(["id", "name", "deleted (UTC)", "earlier versions"], rows)


def _deleted(one: TrashInfo) -> str:
    if not one.count:
        return "its file was removed by hand"
    before = f", and {one.count - 1:,} before it" if one.count > 1 else ""
    return moment(one.deleted_at) + before


def moment(iso: str) -> str:
    """Return "2026-11-20 09:00" of an ISO 8601 time, as far as it goes."""
    return one_line(iso[:16].replace("T", " "))


def difference(before: Side, after: Side, found: TemplateDiff) -> str:
    """Return what two versions differ in: a line for each field and each item, and the versions above them."""
    lines = ["no difference"] if found.is_empty else _lines(found)
    return "\n".join([f"{_side(before)} → {_side(after)}", *lines])


def _side(side: Side) -> str:
    current = ", current" if side.is_current else ""
    return f"{side.template_id} version {side.info.number} ({one_line(side.info.version[:_HASH])}{current})"


def _lines(found: TemplateDiff) -> Iterator[str]:
    for change in found.fields:
        for said in _field(change):
            yield f"~ {said}"
    for item in found.items:
        yield from _item(item)


def _item(item: ItemChange) -> Iterator[str]:
    sign, name = _SIGNS[item.change], item.name or "(no name)"
    if item.change in {Change.ADDED, Change.REMOVED}:
        yield f"{sign} {item.group} {name}"
    head = f"{sign} {item.group} {shorten(name, _NAME)}"
    if item.moved:
        yield f"{head} · moved from place {item.place_before} to {item.place_after}"
    for change in item.fields:
        for said in _field(change):
            yield f"{head} · {said}"


def _field(change: FieldChange) -> Iterator[str]:
    name = one_line(change.name, 80)
    if change.change is Change.ADDED:
        yield f"{name} + {_value(change.after)}"
    elif change.change is Change.REMOVED:
        yield f"{name} - {_value(change.before)}"
    elif isinstance(change.before, list) and isinstance(change.after, list):
        yield from _list(name, change)
    elif isinstance(change.before, str) and isinstance(change.after, str):
        yield f"{name}: {_texts(change.before, change.after)}"
    else:
        yield f"{name}: {_both(change.before, change.after)}"


def _list(name: str, change: FieldChange) -> Iterator[str]:
    if change.path[-1] == "evidence":  # places say little by themselves
        yield f"{name}: {plural(len(change.before), 'place')} → {len(change.after):,}"
        return
    if not change.added and not change.removed:
        yield f"{name}: the same in another order"
    added = list(change.added)
    for value in change.removed:
        twin = next((place for place, other in enumerate(added) if _value(other) == _value(value)), None)
        yield f"{name} - {_value(value)}" if twin is None else f"{name}: {_both(value, added.pop(twin))}"
    for value in added:
        yield f"{name} + {_value(value)}"


def _both(before: Any, after: Any) -> str:
    """Return two values; where they differ only in what is not shown of them, as far as they differ."""
    one, other = _value(before), _value(after)
    return f"{one} → {other}" if one != other else _texts(json_text(before), json_text(after))


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"“{one_line(value, _VALUE)}”"
    return one_line(json_text(value), _VALUE)


def _texts(before: str, after: str) -> str:
    """Return both texts, long ones as far as they differ."""
    one, other = one_line(before), one_line(after)
    if one == other:
        return f"“{shorten(one, _LONG)}”, in white space alone"
    if max(len(one), len(other)) <= _LONG:
        return f"“{one}” → “{other}”"
    start = _same_start(one, other)
    end = _same_start(one[start:][::-1], other[start:][::-1])
    return f"“{_middle(one, start, end)}” → “{_middle(other, start, end)}”"


def _same_start(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _middle(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), len(text) - max(0, end - _AROUND)
    shown = ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")
    return shorten(shown, _VALUE)
