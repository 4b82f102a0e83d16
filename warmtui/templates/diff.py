"""What two templates, or two versions of one, differ in: items and fields, as a person would say it; no text diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from warmtui.templates.matching import Item, match, moved
from warmtui.templates.models import (
    NOT_CONTENT,
    ContextNote,
    Example,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)
from warmtui.text import json_text, one_line

_NAME = 80
_BY_PLACE = frozenset({"calls"})  # lists whose entries have a place each: the steps of an example

Part = ToolCallPattern | UserPattern | RecoveryPattern | ContextNote | Example | Source


class Change(StrEnum):
    """What happened to an item or a field."""

    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"
    MOVED = "moved"


class Group(StrEnum):
    """What an item of a template is."""

    TOOL = "tool"
    USER = "user"
    RECOVERY = "recovery"
    CONTEXT = "context"
    EXAMPLE = "example"
    SOURCE = "source"


class FieldChange(BaseModel):
    """One difference of a field: of a text or number, of a list, or of one key of a dictionary.

    Attributes:
        path: the field, then the keys and places (from 0) within it: ``("calls", 1, "arguments", "path")``.
        change: ``added`` and ``removed`` say that the key is there on one side only; else ``edited``.
        before, after: the whole values; None where there is none.
        added, removed: of a list, the entries that only one side has; none of either where the order alone changed.
    """

    model_config = ConfigDict(frozen=True)

    path: tuple[str | int, ...]
    change: Change
    before: Any = None
    after: Any = None
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """The path as one word: ``calls.2.arguments.path``, places from 1."""
        return ".".join(str(step + 1 if isinstance(step, int) else step) for step in self.path)


class ItemChange(BaseModel):
    """What happened to one pattern, note, example or source.

    Attributes:
        group: what it is.
        change: ``moved`` where nothing but its place changed.
        key: what named it within its template before; of what was added, what names it now.
        name: what a person calls it, on one line and safe to show.
        place_before, place_after: its places within its group, from 1; None where it is not.
        moved: whether it changed its place among those that are in both.
        fields: what was edited.
        item: the whole item as it is, or was, where it was added or removed.
    """

    model_config = ConfigDict(frozen=True)

    group: Group
    change: Change
    key: str
    name: str
    place_before: int | None = None
    place_after: int | None = None
    moved: bool = False
    fields: tuple[FieldChange, ...] = ()
    item: dict[str, Any] | None = None


class TemplateDiff(BaseModel):
    """All that two templates differ in; empty where they have the same content.

    Attributes:
        fields: the template's own fields: name, description, notes, context, where it applies.
        items: its patterns, notes, examples and sources, each at most once, a group after the other: those that are
            there in their order, then those that are gone.
    """

    model_config = ConfigDict(frozen=True)

    fields: tuple[FieldChange, ...] = ()
    items: tuple[ItemChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the content is the same."""
        return not self.fields and not self.items

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return self.model_dump(mode="json")


def diff_templates(before: SessionTemplate, after: SessionTemplate) -> TemplateDiff:
    """Return what changed from one template to the other: nothing exactly where their `canonical` content is equal.

    Args:
        before: a template, or a version of one.
        after: another.

    Raises:
        TemplateError: one holds what JSON cannot.
    """
    one, other = _content(before), _content(after)
    items = [
        change
        for field, (group, name) in _GROUPS.items()
        for change in _items(
            group, _listed(getattr(before, field), one[field], name), _listed(getattr(after, field), other[field], name)
        )
    ]
    own_one, own_other = ({name: side[name] for name in side if name not in _GROUPS} for side in (one, other))
    return TemplateDiff(fields=tuple(_entries(own_one, own_other, ())), items=tuple(items))


def _content(template: SessionTemplate) -> dict[str, Any]:
    data = {name: value for name, value in template.to_dict().items() if name not in NOT_CONTENT}
    for source in data["sources"]:
        source.pop("path", None)  # a store that was moved is the same one
    return data


# Items


def _listed(parts: Sequence[Part], data: Sequence[dict[str, Any]], name: Callable[[Any], str]) -> list[Item]:
    return [Item.of(_key(part), one_line(name(part), _NAME), fields) for part, fields in zip(parts, data, strict=True)]


def _key(part: Part) -> str:
    return f"source:{part.store}:{part.session_id}" if isinstance(part, Source) else part.key


def _items(group: Group, before: Sequence[Item], after: Sequence[Item]) -> Iterator[ItemChange]:
    pairs = match(before, after)
    movers = moved(pairs, before, after)
    known = {other: one for one, other in pairs}
    for place, item in enumerate(after):
        if place not in known:
            yield ItemChange(
                group=group, change=Change.ADDED, key=item.key, name=item.name, place_after=place + 1, item=item.data
            )
            continue
        was = before[known[place]]
        fields = tuple(_entries(was.data, item.data, ()))
        is_moved = (known[place], place) in movers
        if fields or is_moved:
            yield ItemChange(
                group=group,
                change=Change.EDITED if fields else Change.MOVED,
                key=was.key,
                name=was.name,
                place_before=known[place] + 1,
                place_after=place + 1,
                moved=is_moved,
                fields=fields,
            )
    kept = {one for one, _ in pairs}
    for place, item in enumerate(before):
        if place not in kept:
            yield ItemChange(
                group=group, change=Change.REMOVED, key=item.key, name=item.name, place_before=place + 1, item=item.data
            )


def _recovery_name(part: RecoveryPattern) -> str:
    return ": ".join(filter(None, [part.tool_name, part.error_example or part.error_signature]))


def _example_name(part: Example) -> str:
    tools = " → ".join(call.tool_name for call in part.calls)
    return f"{tools}: {part.request}" if part.request else tools


_GROUPS: dict[str, tuple[Group, Callable[[Any], str]]] = {
    "tool_patterns": (Group.TOOL, lambda part: part.tool_name),
    "user_patterns": (Group.USER, lambda part: part.style),
    "recovery_patterns": (Group.RECOVERY, _recovery_name),
    "context_markers": (Group.CONTEXT, lambda part: f"{part.kind} {part.value}"),
    "examples": (Group.EXAMPLE, _example_name),
    "sources": (Group.SOURCE, lambda part: part.title or part.session_id),
}
"""The fields of a template that hold items, with what each is and how one is called."""


# Fields


def _entries(before: dict[str, Any], after: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    for key in [*before, *(key for key in after if key not in before)]:
        here = (*path, key)
        if key not in after:
            yield FieldChange(path=here, change=Change.REMOVED, before=before[key])
        elif key not in before:
            yield FieldChange(path=here, change=Change.ADDED, after=after[key])
        else:
            yield from _values(before[key], after[key], here)


def _values(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    if json_text(before) == json_text(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _entries(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    else:
        yield FieldChange(path=path, change=Change.EDITED, before=before, after=after)


def _lists(before: list[Any], after: list[Any], path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    if path[-1] not in _BY_PLACE:
        yield FieldChange(
            path=path,
            change=Change.EDITED,
            before=before,
            after=after,
            added=tuple(_only_in(after, before)),
            removed=tuple(_only_in(before, after)),
        )
        return
    both = min(len(before), len(after))
    for place in range(both):
        yield from _values(before[place], after[place], (*path, place))
    for place, value in enumerate(before[both:], both):
        yield FieldChange(path=(*path, place), change=Change.REMOVED, before=value)
    for place, value in enumerate(after[both:], both):
        yield FieldChange(path=(*path, place), change=Change.ADDED, after=value)


def _only_in(values: list[Any], others: list[Any]) -> Iterator[Any]:
    left = Counter(json_text(other) for other in others)
    for value in values:
        text = json_text(value)
        if left[text]:
            left[text] -= 1
        else:
            yield value
