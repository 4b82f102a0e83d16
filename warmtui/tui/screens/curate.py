"""Choosing and editing what a template holds: patterns, edit pane with evidence, message stream."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from warmtui.errors import WarmtuiError
from warmtui.profiling.evidence import Evidence
from warmtui.templates.draft import DraftFieldError, Group, Part
from warmtui.templates.models import Example, SessionTemplate
from warmtui.text import one_line
from warmtui.tui.background import report
from warmtui.tui.commands import bindings
from warmtui.tui.desk import OPENING, Desk
from warmtui.tui.exhibits import ExhibitReader
from warmtui.tui.facts import facts_of
from warmtui.tui.fields import Field, FieldKind, fields_of
from warmtui.tui.messages import CandidatesRead, FieldEdited
from warmtui.tui.screens.drafting import DraftScreen
from warmtui.tui.styles import BAD, MUTED
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.evidence_pane import EvidencePane
from warmtui.tui.widgets.evidence_view import EvidenceView
from warmtui.tui.widgets.field_editor import ItemEditor
from warmtui.tui.widgets.line_view import LineView
from warmtui.tui.widgets.lines import KeyLine, TopLine
from warmtui.tui.widgets.pane import Pane
from warmtui.tui.widgets.pattern_list import PatternList
from warmtui.tui.widgets.preview import PreviewPane
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.models import Stream
from warmtui.warmstart.targets import MESSAGE_TARGETS


class CurateScreen(DraftScreen):
    """One draft, from sessions or from a saved template, until it is saved or left."""

    BINDINGS = bindings("curate")
    HELP_GROUPS: ClassVar[tuple[str, ...]] = ("curate", "evidence", "lists", "everywhere")

    def __init__(self, *, keys: tuple[tuple[str, str], ...] = (), template_id: str | None = None) -> None:
        """Take the sessions to begin from, or the id of the template to go on with."""
        super().__init__()
        self._keys = keys
        self._template_id = template_id
        self._target = MESSAGE_TARGETS[0]

    def compose(self) -> ComposeResult:
        """Lay out the three panes."""
        reader = ExhibitReader(self.app.workspace)
        yield TopLine()
        yield Banner()
        yield Static(id="curate-page")
        with Horizontal(id="curate-panes"):
            yield Pane("Patterns", PatternList("pattern-list"), widget_id="patterns")
            yield Pane("Edit", ItemEditor(), EvidencePane(reader.read), widget_id="editing")
            yield PreviewPane(_build_stream, self.app.workspace.settings.budget)
        yield KeyLine()

    def on_mount(self) -> None:
        """Read what there is to choose from."""
        self._top.where = "Curate"
        self.show_pane(0)
        self.action_retry()

    # Reading

    def action_retry(self) -> None:
        """Read the sessions, where that has not been done."""
        if self.desk is None:
            self._say_page("reading the sessions …")
            self._read_candidates()

    @work(thread=True, exclusive=True, group="candidates")
    def _read_candidates(self) -> None:
        report(self.app, self, self._candidates, lambda problem: CandidatesRead(None, problem=problem))

    def _candidates(self) -> CandidatesRead:
        workspace = self.app.workspace
        if self._template_id is None:
            found = workspace.extract(self._keys)
            return CandidatesRead(found.candidates, found.template)
        saved = workspace.manager.load_template(self._template_id)
        if saved is None:
            return CandidatesRead(None, problem=f"The template {self._template_id} is there no longer.")
        keys = [(source.store, source.session_id) for source in saved.sources]
        if not keys:
            return CandidatesRead(saved, saved, warning="This template names no session it was made from.")
        try:
            return CandidatesRead(workspace.extract(keys).candidates, saved)
        except WarmtuiError as error:
            return CandidatesRead(saved, saved, warning=f"Only what is saved can be shown: {error}")

    def on_candidates_read(self, message: CandidatesRead) -> None:
        """Open the draft."""
        if message.candidates is None:
            self._say_page(f"{message.problem}\n\nr tries again, esc goes back.", is_problem=True)
            return
        self._say_page("")
        self.desk = Desk(message.candidates, message.saved)
        self.query_one("#problems", Banner).say([message.warning])
        self.go_to_pane(0)
        self.show_draft(now=True)

    def _say_page(self, text: str, *, is_problem: bool = False) -> None:
        page = self.query_one("#curate-page", Static)
        page.display = bool(text)
        self.query_one("#curate-panes").display = not text
        lines = [one_line(line, 400) for line in text.split("\n")]
        page.update(Content.styled("\n".join(lines), BAD if is_problem else MUTED))

    # Showing

    def show_draft(self, *, now: bool = False) -> None:
        """Show the draft as it is; the stream soon, or at once where nobody is typing."""
        desk = self.desk
        if desk is None:
            return
        draft = desk.draft
        self._patterns.show(draft, desk.changed)
        self._show_item()
        self._preview.show(draft.chosen(), self._target, now=now)
        ticked = sum(item.included for item in draft.items)
        self.query_one("#patterns", Pane).say(f"{ticked} of {len(draft.items)} ticked")
        self._top.where = f"Curate · {one_line(draft.name, 50)} · {desk.template_id or 'not saved yet'}"
        states = ["unsaved changes"] if desk.is_unsaved else []
        self._top.state = " · ".join(states + (["read only"] if self.app.workspace.read_only else []))

    def _show_item(self) -> None:
        chosen = self._patterns.chosen
        if self.desk is None or chosen is None:
            return
        draft = self.desk.draft
        if chosen == OPENING:
            facts = ["Said before everything else, in your own words; and where the template is offered first."]
            fields = [
                Field("context", "The opening words", FieldKind.TEXT, draft.context),
                Field("folders", "For work in these folders, one a line", FieldKind.LIST, draft.applies_to.folders),
                Field("words", "For tasks with these words, one a line", FieldKind.LIST, draft.applies_to.words),
            ]
            evidence: tuple[Evidence, ...] = ()
            stream_part = "context"
        else:
            item = draft.item(chosen)
            facts, fields, evidence = facts_of(item.part), fields_of(item.part), _evidence(item.part)
            stream_part = item.part.key if item.group is Group.EXAMPLES else "context"
        self.query_one(ItemEditor).show(chosen, facts, fields)
        self.query_one(EvidencePane).show(evidence)
        self._preview.view.choose(stream_part)

    @on(LineView.Moved, "#pattern-list")
    def _moved(self) -> None:
        self.take_up()
        self._show_item()

    # Editing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Ticks and moves are for the list of patterns; retrying is for sessions that could not be read."""
        if action in ("tick", "edit", "move_up", "move_down"):
            return self.desk is not None and self.focused is self._patterns
        if action == "transcript":
            return self.query_one(EvidenceView).place is not None
        if action == "retry":
            return self.desk is None
        return super().check_action(action, parameters)

    @on(FieldEdited)
    def _edited(self) -> None:
        if self.take_up():
            self.show_draft()

    def take_up(self) -> bool:
        """Take what was typed into the draft: what stands in the fields now, not what stood there key by key."""
        taken = False
        for editor in self.query_one(ItemEditor).editors if self.desk is not None else ():
            value = editor.take()
            if value is None or self.desk is None:
                continue
            try:
                self.desk.edit(editor.item_id, editor.path, value)
            except DraftFieldError as error:
                editor.complain(f"It {error.reason}.")
            else:
                taken = True
        return taken

    @property
    def unusable(self) -> list[str]:
        """The items with a field in which stands what cannot be used."""
        return self.query_one(ItemEditor).unusable

    def go_to_item(self, item_id: str) -> None:
        """Show an item and go to its fields."""
        self._patterns.choose(item_id)
        self._show_item()
        self.go_to_pane(1)

    def go_to_field(self, item_id: str, path: str) -> None:
        """Show an item and go to one of its fields."""
        self.go_to_item(item_id)
        self.call_after_refresh(self.query_one(ItemEditor).focus_field, path)  # after the pane took the focus

    def action_tick(self) -> None:
        """Take the item under the cursor in, or leave it out."""
        if self.desk is not None and self._patterns.chosen is not None:
            self.desk.toggle(self._patterns.chosen)
            self.show_draft(now=True)

    def action_move_up(self) -> None:
        """Move an example towards the start."""
        self._move(-1)

    def action_move_down(self) -> None:
        """Move an example towards the end."""
        self._move(1)

    def _move(self, by: int) -> None:
        if self.desk is not None and self._patterns.chosen is not None:
            self.desk.move(self._patterns.chosen, by)
            self.show_draft(now=True)

    @on(LineView.Chosen, "#pattern-list")
    def action_edit(self) -> None:
        """Go to the first field of the chosen item."""
        self.go_to_pane(1)

    @on(LineView.Chosen, "#evidence-view")
    def action_transcript(self) -> None:
        """Read the session at the evidence that is looked at."""
        place = self.query_one(EvidenceView).place
        if place is not None and self.is_current:
            self.app.read_session(place.store, place.session_id, place)

    def action_undo(self) -> None:
        """Undo the last change."""
        self.after_typing(self._undo)

    def _undo(self) -> None:
        if self.desk is not None and not self.query_one(ItemEditor).drop_unusable():
            self._go_to_change(self.desk.undo())

    def action_redo(self) -> None:
        """Redo what was undone."""
        self.after_typing(lambda: self._go_to_change(self.desk.redo()) if self.desk is not None else None)

    def _go_to_change(self, item_id: str | None) -> None:
        if item_id is not None:
            self._patterns.choose(item_id)
        self.show_draft(now=True)

    def action_target(self) -> None:
        """Show the stream as the next target has it."""
        self._target = MESSAGE_TARGETS[(MESSAGE_TARGETS.index(self._target) + 1) % len(MESSAGE_TARGETS)]
        self.show_draft(now=True)

    def action_leave(self) -> None:
        """Go back: from another pane to the patterns, from there to where one came from."""
        if self.desk is not None and self.current != 0:
            self.go_to_pane(0)
        else:
            self.leave(self.go_back)

    @property
    def _top(self) -> TopLine:
        return self.query_one(TopLine)

    @property
    def _patterns(self) -> PatternList:
        return self.query_one(PatternList)

    @property
    def _preview(self) -> PreviewPane:
        return self.query_one(PreviewPane)


def _build_stream(template: SessionTemplate, target: str) -> Stream:
    return WarmSessionBootstrapper().build_stream(template, target=target)


def _evidence(part: Part) -> tuple[Evidence, ...]:
    if isinstance(part, Example):
        return tuple(call.evidence for call in part.calls if call.evidence is not None)
    return part.evidence
