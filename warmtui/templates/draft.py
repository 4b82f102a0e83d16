"""The person's working copy while curating: frozen, every edit gives a new draft, and a history of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warmtui.errors import NotFoundError, TemplateError
from warmtui.templates.models import (
    AppliesTo,
    ContextNote,
    Example,
    RecoveryPattern,
    SessionTemplate,
    Source,
    ToolCallPattern,
    UserPattern,
)

T = TypeVar("T")

Part = ToolCallPattern | UserPattern | RecoveryPattern | ContextNote | Example


class Group(StrEnum):
    """The groups a template's items are curated in."""

    TOOLS = "tools"
    USER = "user"
    RECOVERY = "recovery"
    CONTEXT = "context"
    EXAMPLES = "examples"


_FIELDS = {
    Group.TOOLS: "tool_patterns",
    Group.USER: "user_patterns",
    Group.RECOVERY: "recovery_patterns",
    Group.CONTEXT: "context_markers",
    Group.EXAMPLES: "examples",
}
_RATIOS = frozenset({"success_rate", "question_ratio", "command_ratio"})
_COUNTS = frozenset(
    {"calls", "errors", "eligible", "message_count", "avg_message_length", "corrections", "episodes"}
    | {"recovered", "sessions", "count"}
)
_REASONS = {
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "missing": "is missing",
}


class DraftFieldError(TemplateError):
    """A value does not fit the field it was meant for; the draft is as it was.

    Attributes:
        field: the field.
        reason: what is wrong, to be read after the field's name: "must be an object".
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}.")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One pattern, note or example that can be ticked and edited.

    Attributes:
        item_id: what it is found by; stays the same however its fields are edited.
        group: the group it is shown in.
        part: the item as edited.
        included: True where it is ticked: in the template.
    """

    item_id: str
    group: Group
    part: Part
    included: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A template in the making: all its candidates, which of them are ticked, and every edit.

    Attributes:
        items: every candidate; within a group in the order they are written.
        name, description, notes, context, applies_to: as in the template.
        sources: the sessions the candidates were found in.
        base: the template it started from; gives the id, the version and what this program does not know.
    """

    items: tuple[DraftItem, ...]
    name: str
    description: str
    notes: str
    context: str
    applies_to: AppliesTo
    sources: tuple[Source, ...]
    base: SessionTemplate

    @classmethod
    def of(cls, candidates: SessionTemplate, saved: SessionTemplate | None = None) -> Draft:
        """Return the draft to begin with.

        Args:
            candidates: everything that was found.
            saved: the template that is edited further, or None. Its items come first, ticked and as they are:
                an edit by hand wins over what was found again. The other candidates follow, unticked.
        """
        base = candidates if saved is None else saved
        items = list(_items(base, included=True, taken=()))
        if saved is not None:
            kept = {item.part.key for item in items}
            found = _items(candidates, included=False, taken={item.item_id for item in items})
            items += [item for item in found if item.part.key not in kept]
        return cls(
            items=tuple(sorted(items, key=lambda item: tuple(Group).index(item.group))),
            name=base.name,
            description=base.description,
            notes=base.notes,
            context=base.context,
            applies_to=base.applies_to,
            sources=_distinct(chain(base.sources, candidates.sources)),
            base=base,
        )

    def item(self, item_id: str) -> DraftItem:
        """Return one item.

        Raises:
            NotFoundError: the draft has none of that id.
        """
        return self.items[self._index(item_id)]

    def group(self, group: Group) -> tuple[DraftItem, ...]:
        """Return the items of one group in order."""
        return tuple(item for item in self.items if item.group == group)

    def toggle(self, item_id: str) -> Draft:
        """Return the draft with one item ticked, or unticked if it was ticked."""
        item = self.item(item_id)
        return self._with(replace(item, included=not item.included))

    def set_field(self, item_id: str, field: str, value: object) -> Draft:
        """Return the draft with one field of one item set.

        Args:
            item_id: the item.
            field: a field of its model, or one that it came with.
            value: its new value, as JSON values.

        Raises:
            DraftFieldError: there is no such field, or the value does not fit it.
            NotFoundError: the draft has no such item.
        """
        item = self.item(item_id)
        return self._with(replace(item, part=_edited(item.part, field, value)))

    def move(self, item_id: str, by: int) -> Draft:
        """Return the draft with one item moved within its group, at most to its end.

        Args:
            item_id: the item.
            by: how many places; negative is up.
        """
        item = self.item(item_id)
        peers = list(self.group(item.group))
        at = peers.index(item)
        peers.insert(min(max(0, at + by), len(peers) - 1), peers.pop(at))
        first = self.items.index(self.group(item.group)[0])
        return replace(self, items=(*self.items[:first], *peers, *self.items[first + len(peers) :]))

    def set_info(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        notes: str | None = None,
        context: str | None = None,
        applies_to: AppliesTo | None = None,
    ) -> Draft:
        """Return the draft with its name or its texts set; None leaves one as it is."""
        return replace(
            self,
            name=self.name if name is None else name,
            description=self.description if description is None else description,
            notes=self.notes if notes is None else notes,
            context=self.context if context is None else context,
            applies_to=self.applies_to if applies_to is None else applies_to,
        )

    def chosen(self) -> SessionTemplate:
        """Return the template of the ticked items.

        Its id, its times, its version and the fields this program does not know are those it started from.
        """
        ticked: dict[str, Any] = {
            field: tuple(item.part for item in self.group(group) if item.included) for group, field in _FIELDS.items()
        }
        return self.base.model_copy(
            update={
                **ticked,
                "name": self.name,
                "description": self.description,
                "notes": self.notes,
                "context": self.context,
                "applies_to": self.applies_to,
                "sources": self.sources,
            }
        )

    def changed_since(self, other: Draft) -> frozenset[str]:
        """Return the ids of the items that `other` does not have so: edited, ticked, unticked or new.

        The order of items is no change of an item; drafts that differ in any way are unequal.
        """
        before = {item.item_id: item for item in other.items}
        now = {item.item_id: item for item in self.items}
        return frozenset(item_id for item_id in {**before, **now} if before.get(item_id) != now.get(item_id))

    def _index(self, item_id: str) -> int:
        for index, item in enumerate(self.items):
            if item.item_id == item_id:
                return index
        raise NotFoundError(f"The draft has no item {item_id}.")

    def _with(self, item: DraftItem) -> Draft:
        index = self._index(item.item_id)
        return replace(self, items=(*self.items[:index], item, *self.items[index + 1 :]))


class History(Generic[T]):
    """Frozen states that can be undone and redone, back to the first.

    Args:
        state: the state to begin with.
    """

    def __init__(self, state: T) -> None:
        self._states = [state]
        self._at = 0
        self._label: str | None = None

    @property
    def state(self) -> T:
        """The state that holds now."""
        return self._states[self._at]

    @property
    def can_undo(self) -> bool:
        """True where there is a former state."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """True where a state was undone and nothing was done since."""
        return self._at < len(self._states) - 1

    def push(self, state: T, label: str | None = None) -> None:
        """Make `state` the one that holds; what was undone before can no longer be redone.

        A state equal to the one that holds changes nothing.

        Args:
            state: the new state.
            label: what is being edited, such as an item's field. Consecutive states of one label are one
                step to undo: letters typed into a field. None is always a step of its own.
        """
        if state == self.state:
            return
        del self._states[self._at + 1 :]
        if label is not None and label == self._label:
            self._states[self._at] = state
        else:
            self._states.append(state)
            self._at += 1
        self._label = label

    def undo(self) -> T:
        """Go back to the former state and return it; at the first one, that one."""
        return self._go(-1)

    def redo(self) -> T:
        """Go forward again to the state that was undone last and return it; at the last one, that one."""
        return self._go(1)

    def _go(self, step: int) -> T:
        self._at = min(max(0, self._at + step), len(self._states) - 1)
        self._label = None  # what is typed after an undo is a step of its own
        return self.state


def _items(template: SessionTemplate, *, included: bool, taken: Iterable[str]) -> Iterator[DraftItem]:
    used = set(taken)
    for group, field in _FIELDS.items():
        for part in getattr(template, field):
            item_id, number = part.key, 1
            while item_id in used:  # an older file may hold two patterns of one key
                number += 1
                item_id = f"{part.key}#{number}"
            used.add(item_id)
            yield DraftItem(item_id, group, part, included)


def _distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    first: dict[tuple[str, str], Source] = {}
    for source in sources:
        first.setdefault((source.store, source.session_id), source)
    return tuple(first.values())


def _edited(part: Part, field: str, value: object) -> Part:
    fields = dict(part)
    if field not in fields:
        raise DraftFieldError(field, f"is no field of {part.key}")
    try:
        edited = type(part).model_validate({**fields, field: value})
        edited.to_dict()
    except ValidationError as error:
        raise DraftFieldError(field, _reason(error.errors(include_url=False)[0])) from error
    except TemplateError as error:
        raise DraftFieldError(field, f"holds what JSON cannot: {error.__cause__}") from error
    _check_bounds(edited, field)
    return edited


def _check_bounds(part: Part, field: str) -> None:
    value = getattr(part, field)
    known = type(part).model_fields.get(field)
    if value == "" and known is not None and known.is_required():
        raise DraftFieldError(field, "must not be empty")
    if not isinstance(value, int | float):
        return
    if field in _RATIOS and not 0 <= value <= 1:
        raise DraftFieldError(field, "must lie between 0 and 1")
    if field in _COUNTS and value < 0:
        raise DraftFieldError(field, "must not be negative")


def _reason(error: ErrorDetails) -> str:
    reason = _REASONS.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
    inner = ".".join(str(step) for step in error["loc"][1:])
    return f"at {inner}: {reason}" if inner else reason
