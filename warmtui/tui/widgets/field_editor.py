"""One field with its label and, under it, what is wrong with what was typed; and the fields of one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static, TextArea

from warmtui.text import visible
from warmtui.tui.fields import Field, FieldKind, as_text, from_text
from warmtui.tui.messages import FieldEdited
from warmtui.tui.widgets.inputs import LineInput
from warmtui.tui.widgets.text_input import TextInput

_NOTHING = "nothing yet"


class FieldEditor(Vertical):
    """Edits one field. It says with `FieldEdited` that something was typed; `take` then gives what stands there."""

    def __init__(self, item_id: str, field: Field, typed: str | None = None) -> None:
        """Take the field, and what was typed into it earlier and could not be used."""
        super().__init__(classes=f"field -{field.kind.value}")
        self.item_id = item_id
        self._field = field
        self._value: Any = field.value
        self._seen = as_text(field.kind, field.value)
        self._first = self._seen if typed is None else typed
        self._problem = ""

    @property
    def path(self) -> str:
        """The place of the field in its part."""
        return self._field.path

    @property
    def label(self) -> str:
        """What a person reads above it."""
        return self._field.label

    @property
    def unusable(self) -> str | None:
        """What was typed, where it cannot be used."""
        return self._text if self._problem else None

    def compose(self) -> ComposeResult:
        """Lay out label, editor and problem."""
        yield Static(Content(visible(self._field.label)), classes="field-label")
        if self._field.kind is FieldKind.LINE:
            yield LineInput(self._first, placeholder=_NOTHING, compact=True, select_on_focus=False)
        else:
            yield TextInput(
                self._first,
                compact=True,
                soft_wrap=True,
                tab_behavior="focus",
                highlight_cursor_line=False,
                placeholder=_NOTHING,
            )
        yield Static(classes="field-problem")

    def on_mount(self) -> None:
        """Say again what is wrong with what was typed earlier."""
        if self._first != self._seen:
            self.post_message(FieldEdited())

    @property
    def _text(self) -> str:
        for area in self.query(TextArea):
            return area.text
        for line in self.query(Input):
            return line.value
        return self._seen

    def take(self) -> Any:
        """Return what was typed since this was last asked; None where nothing was, or nothing that can be used."""
        text = self._text
        if text == self._seen:
            return None
        self._seen = text
        try:
            value = from_text(self._field.kind, text)
        except ValueError as error:
            self.complain(str(error))
            return None
        had_problem = bool(self._problem)
        self.complain("")
        if value == self._value and not had_problem:
            return None
        self._value = value
        return value

    def put(self, value: Any) -> None:
        """Show `value`, as the draft has it; what was typed and cannot be used stays until it is dropped."""
        if self._problem or value == self._value:
            return
        self._show(value)

    def drop(self) -> None:
        """Show what the draft has in place of what cannot be used."""
        self._show(self._field.value)

    def _show(self, value: Any) -> None:
        self._field = replace(self._field, value=value)
        self._value = value
        self._seen = as_text(self._field.kind, value)
        self.complain("")
        for line in self.query(Input):
            with line.prevent(Input.Changed):
                line.value = self._seen
        for area in self.query(TextArea):
            with area.prevent(TextArea.Changed):
                area.replace(self._seen, (0, 0), area.document.end)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        self.post_message(FieldEdited())

    def complain(self, problem: str) -> None:
        """Say what is wrong with what was typed, or nothing; the draft keeps what it had."""
        if problem != self._problem:
            self._problem = problem
            self.set_class(bool(problem), "-wrong")
            self.query_one(".field-problem", Static).update(Content(visible(problem)))


class _Fields(Vertical):
    """The fields of one item."""

    def __init__(self, item_id: str, fields: Sequence[Field], unusable: Mapping[str, str]) -> None:
        self.item_id = item_id
        self.shape = _shape(item_id, fields)
        self.editors = [FieldEditor(item_id, field, unusable.get(field.path)) for field in fields]
        super().__init__(*self.editors, classes="fields")


def _shape(item_id: str, fields: Sequence[Field]) -> tuple[str, ...]:
    return (item_id, *(field.path for field in fields))


class ItemEditor(VerticalScroll, can_focus=False):
    """What was counted of an item, and its fields; what was typed and cannot be used is kept for each item."""

    def __init__(self) -> None:
        super().__init__(id="item-editor")
        self._facts = ""
        self._fields: _Fields | None = None
        self._unusable: dict[str, dict[str, str]] = {}

    def compose(self) -> ComposeResult:
        """Lay out the facts; the fields come with an item."""
        yield Static(id="item-facts")

    @property
    def editors(self) -> Sequence[FieldEditor]:
        """The editors of the item that is shown."""
        return self._fields.editors if self._fields is not None else ()

    @property
    def unusable(self) -> list[str]:
        """The items with a field in which stands what cannot be used; the one that is shown first."""
        here = [editor.item_id for editor in self.editors if editor.unusable is not None]
        return list(dict.fromkeys([*here, *self._unusable]))

    def drop_unusable(self) -> bool:
        """Drop what was typed into the fields of this item and cannot be used; return whether there was any."""
        wrong = [editor for editor in self.editors if editor.unusable is not None]
        for editor in wrong:
            editor.drop()
        return bool(wrong)

    def focus_field(self, path: str) -> None:
        """Put the focus on the field that `path` is or lies in, else on the first; as soon as it is there."""
        fitting = [editor for editor in self.editors if f"{path}.".startswith(f"{editor.path}.")]
        for editor in (fitting or list(self.editors))[:1]:
            inputs = list(editor.query("Input, TextArea"))
            if inputs:
                inputs[0].focus(scroll_visible=False)
            else:
                self.call_after_refresh(self.focus_field, path)

    def show(self, item_id: str, facts: Sequence[str], fields: Sequence[Field]) -> None:
        """Show an item; where it is the one that is shown, only the values that differ are put in."""
        words = visible("\n".join(facts))
        if words != self._facts:
            self._facts = words
            self.query_one("#item-facts", Static).update(Content(words))
        old = self._fields
        if old is not None and old.shape == _shape(item_id, fields):
            for editor, field in zip(old.editors, fields, strict=True):
                editor.put(field.value)
            return
        # Neither is waited for: whoever cancelled the wait would cancel the widgets' own tasks with it.
        if old is not None:
            self._keep_unusable(old)
            old.display = False
            old.remove()
        self._fields = _Fields(item_id, fields, self._unusable.pop(item_id, {}))
        self.mount(self._fields)
        self.scroll_home(animate=False)

    def _keep_unusable(self, fields: _Fields) -> None:
        kept = {editor.path: editor.unusable for editor in fields.editors if editor.unusable is not None}
        if kept:
            self._unusable[fields.item_id] = kept

    def on_resize(self) -> None:
        """Draw the texts again: one that has as many lines as before would keep its old line breaks."""
        for area in self.query(TextArea):
            self.call_after_refresh(area.refresh)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Bring the whole field into sight, its label too; with the first one the facts above it."""
        for editor in self.editors:
            if editor in event.widget.ancestors:
                self.call_after_refresh(self._show_field, editor)

    def _show_field(self, editor: FieldEditor) -> None:
        if editor is self.editors[0]:
            self.scroll_home(animate=False)
        else:
            self.scroll_to_widget(editor, animate=False)
