"""The draft that is worked on: its history, what of it is saved, and the template to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from warmtui.templates.cleaning import cleaned
from warmtui.templates.draft import Draft, DraftFieldError, DraftItem, Group, History, Part
from warmtui.templates.models import SessionTemplate
from warmtui.templates.redaction import Redactor
from warmtui.text import one_line
from warmtui.tui.fields import change

OPENING = "opening words"
"""Stands among the items for the words the stream's context opens with, which are no pattern."""

_GROUPS = {
    "tool_patterns": Group.TOOLS,
    "user_patterns": Group.USER,
    "recovery_patterns": Group.RECOVERY,
    "context_markers": Group.CONTEXT,
    "examples": Group.EXAMPLES,
}
"""The fields of a template that are made of items, and the group each is."""


class Desk:
    """One draft from its opening on. Nothing here draws."""

    def __init__(self, candidates: SessionTemplate, saved: SessionTemplate | None = None) -> None:
        self._saved = Draft.of(candidates, saved)
        self._history = History(self._saved)

    @property
    def draft(self) -> Draft:
        """The draft as it is now; it goes on from what was saved last, however far back it was undone."""
        return replace(self._history.state, base=self._saved.base)

    @property
    def template_id(self) -> str:
        """The template it was saved as; empty while there is none."""
        return self._saved.base.template_id

    @property
    def known_version(self) -> str | None:
        """The version that was loaded or saved last; None while there is none."""
        return self._saved.base.version if self.template_id else None

    @property
    def is_unsaved(self) -> bool:
        """Whether there is work that no template holds."""
        return self.draft != self._saved

    @property
    def changed(self) -> frozenset[str]:
        """The items that differ from what is saved."""
        changed = self.draft.changed_since(self._saved)
        return changed if _same_opening(self.draft, self._saved) else changed | {OPENING}

    def toggle(self, item_id: str) -> None:
        """Tick an item, or untick it."""
        if item_id != OPENING:
            self._history.push(self.draft.toggle(item_id))

    def move(self, item_id: str, by: int) -> None:
        """Move an item within its group."""
        if item_id != OPENING:
            self._history.push(self.draft.move(item_id, by))

    def edit(self, item_id: str, path: str, value: Any) -> None:
        """Set what stands at `path` of an item; letters typed into one field are one step to undo.

        Raises:
            DraftFieldError: the value does not fit; the draft is as it was.
        """
        draft = self.draft
        if item_id == OPENING:
            edited = _opening_edited(draft, path, value)
        else:
            field, whole = change(draft.item(item_id).part, path, value)
            edited = draft.set_field(item_id, field, whole)
        self._history.push(edited, f"{item_id} {path}")

    def set_words(self, name: str, description: str, notes: str) -> None:
        """Set what the person says of the template."""
        self._history.push(self.draft.set_info(name=name, description=description, notes=notes))

    def place_of(self, path: str) -> tuple[str | None, str]:
        """Return the item that a place in the template belongs to, and the place within it.

        Args:
            path: such as a finding's: ``examples.0.calls.1.result``.

        Returns:
            The item's id, `OPENING`, or None for what belongs to no item; and the rest of the path.
        """
        if path == "context":
            return OPENING, path
        if path.startswith("applies_to."):
            return OPENING, path.split(".")[1]
        field, _, rest = path.partition(".")
        number, _, within = rest.partition(".")
        if field not in _GROUPS or not number.isdecimal():
            return None, path
        ticked = self._ticked(_GROUPS[field])
        return (ticked[int(number)].item_id, within) if int(number) < len(ticked) else (None, path)

    def redact(self) -> None:
        """Take the secrets out of everything that is ticked, and of the words; one step to undo.

        Raises:
            TemplateError: something cannot be redacted; the draft is as it was.
        """
        draft = self.draft
        clean = cleaned(draft.chosen(), Redactor())
        parts: dict[str, Part] = {}
        for field, group in _GROUPS.items():
            ticked = self._ticked(group)
            parts |= {item.item_id: part for item, part in zip(ticked, getattr(clean, field), strict=True)}
        items = tuple(replace(item, part=parts.get(item.item_id, item.part)) for item in draft.items)
        words = draft.set_info(name=clean.name, description=clean.description, notes=clean.notes, context=clean.context)
        self._history.push(replace(words, items=items, sources=clean.sources))
        self._saved = replace(self._saved, base=clean)  # what is in no item, and no edit can bring back

    def _ticked(self, group: Group) -> list[DraftItem]:
        return [item for item in self.draft.group(group) if item.included]

    def undo(self) -> str | None:
        """Undo the last step; return the one item it was about, or None where it was about more or none."""
        return self._travel(self._history.undo)

    def redo(self) -> str | None:
        """Redo what was undone; return as `undo` does."""
        return self._travel(self._history.redo)

    def _travel(self, go: Callable[[], Draft]) -> str | None:
        before = self.draft
        go()
        if not _same_opening(self.draft, before):
            return OPENING
        changed = self.draft.changed_since(before)
        return next(iter(changed)) if len(changed) == 1 else None

    def template(self, *, as_copy: bool = False) -> SessionTemplate:
        """Return the template to write; as a copy it becomes a template of its own."""
        template = self.draft.chosen()
        return template.model_copy(update={"template_id": "", "created_at": ""}) if as_copy else template

    def note_saved(self, draft: Draft, saved: SessionTemplate) -> None:
        """Take note that `draft` was saved as `saved`."""
        self._saved = replace(draft, base=saved)


def _opening_edited(draft: Draft, path: str, value: Any) -> Draft:
    """Return the draft with what is said of it as a whole set: its opening words, or where it applies."""
    if path == "context":
        return draft.set_info(context=value)
    for folder in value if path == "folders" else ():
        if not folder.startswith("~") and not PurePath(folder).is_absolute():
            raise DraftFieldError(path, f"must name whole folders, from ~ or the root on: “{one_line(folder, 40)}”")
    return draft.set_info(applies_to=draft.applies_to.model_copy(update={path: tuple(value)}))


def _same_opening(one: Draft, other: Draft) -> bool:
    return (one.context, one.applies_to) == (other.context, other.applies_to)
