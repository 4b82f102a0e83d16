"""One field with its label and, under it, what is wrong with what was typed; and the fields of one item."""

from __future__ import annotations

from collections.abc import Sequence
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


class FieldEditor(Vertical):
    """Edits one field; says so with `FieldEdited` whenever what stands there can be used."""

    def __init__(self, item_id: str, field: Field) -> None:
        super().__init__(classes=f"field -{field.kind.value}")
        self._item_id = item_id
        self._field = field
        self._value: Any = field.value

    @property
    def path(self) -> str:
        """The place of the field in its part."""
        return self._field.path

    def compose(self) -> ComposeResult:
        """Lay out label, editor and problem."""
        text = as_text(self._field.kind, self._field.value)
        yield Static(Content(visible(self._field.label)), classes="field-label")
        if self._field.kind is FieldKind.LINE:
            yield Input(text, compact=True, select_on_focus=False)
        else:
            yield TextArea(text, compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)
        yield Static(classes="field-problem")

    def put(self, value: Any) -> None:
        """Show `value`, as undo or redo restored it; what was typed goes."""
        if value == self._value and not self.has_class("-wrong"):
            return
        self._value = value
        text = as_text(self._field.kind, value)
        self.complain("")
        for line in self.query(Input):
            with line.prevent(Input.Changed):
                line.value = text
        for area in self.query(TextArea):
            with area.prevent(TextArea.Changed):
                area.replace(text, (0, 0), area.document.end)

    @on(Input.Changed)
    def _line_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._typed(event.value)

    @on(TextArea.Changed)
    def _text_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._typed(event.text_area.text)

    def _typed(self, text: str) -> None:
        try:
            value = from_text(self._field.kind, text)
        except ValueError as error:
            self.complain(str(error))
            return
        self.complain("")
        if value != self._value:
            self._value = value
            self.post_message(FieldEdited(self._item_id, self.path, value))

    def complain(self, problem: str) -> None:
        """Say what is wrong with what was typed, or nothing; the draft keeps what it had."""
        self.set_class(bool(problem), "-wrong")
        self.query_one(".field-problem", Static).update(Content(visible(problem)))


class _Fields(Vertical):
    """The fields of one item."""

    def __init__(self, item_id: str, fields: Sequence[Field]) -> None:
        self.shape = _shape(item_id, fields)
        self.editors = [FieldEditor(item_id, field) for field in fields]
        super().__init__(*self.editors, classes="fields")


def _shape(item_id: str, fields: Sequence[Field]) -> tuple[str, ...]:
    return (item_id, *(field.path for field in fields))


class ItemEditor(VerticalScroll, can_focus=False):
    """What was counted of an item, and its fields."""

    def __init__(self) -> None:
        super().__init__(id="item-editor")
        self._fields: _Fields | None = None

    def compose(self) -> ComposeResult:
        """Lay out the facts; the fields come with an item."""
        yield Static(id="item-facts")

    def show(self, item_id: str, facts: Sequence[str], fields: Sequence[Field]) -> None:
        """Show an item; where it is the one that is shown, only the values that differ are put in."""
        self.query_one("#item-facts", Static).update(Content(visible("\n".join(facts))))
        old = self._fields
        if old is not None and old.shape == _shape(item_id, fields):
            for editor, field in zip(old.editors, fields, strict=True):
                editor.put(field.value)
            return
        # Neither is waited for: whoever cancelled the wait would cancel the widgets' own tasks with it.
        if old is not None:
            old.display = False
            old.remove()
        self._fields = _Fields(item_id, fields)
        self.mount(self._fields)
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Draw the texts again: one that has as many lines as before would keep its old line breaks."""
        for area in self.query(TextArea):
            self.call_after_refresh(area.refresh)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Bring the whole field into sight, its label too; with the first one the facts above it."""
        for editor in self._fields.editors if self._fields is not None else ():
            if editor in event.widget.ancestors:
                self.call_after_refresh(self._show_field, editor)

    def _show_field(self, editor: FieldEditor) -> None:
        if self._fields is not None and editor is self._fields.editors[0]:
            self.scroll_home(animate=False)
        else:
            self.scroll_to_widget(editor, animate=False)

    def complain(self, path: str, problem: str) -> None:
        """Say at the field at `path` what is wrong with it."""
        for editor in self._fields.editors if self._fields is not None else ():
            if editor.path == path:
                editor.complain(problem)
