"""A screen with a draft on it: saving it, and asking before unsaved work is lost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work

from warmtui.errors import TemplateError
from warmtui.templates.draft import Draft
from warmtui.templates.manager import TemplateConflictError
from warmtui.templates.models import SessionTemplate
from warmtui.templates.validation import SECRET, InvalidTemplateError, ValidationFinding
from warmtui.text import plural
from warmtui.tui.background import report
from warmtui.tui.desk import Desk
from warmtui.tui.messages import SaveEnded
from warmtui.tui.screens.ask import Answer, AskScreen
from warmtui.tui.screens.save import SaveScreen, Words
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.pane import PaneScreen

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp


class DraftScreen(PaneScreen):
    """Keeps the draft safe; what it shows of it is its subclass's business. It has a `Banner`."""

    app: WarmtuiApp

    def __init__(self) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self._after_save: Callable[[], object] | None = None
        self._why = ""

    @abstractmethod
    def show_draft(self, *, now: bool = False) -> None:
        """Show the draft as it is."""

    @property
    def is_unsaved(self) -> bool:
        """Whether there is work that no template holds."""
        return self.desk is not None and (self.desk.is_unsaved or bool(self.unusable))

    @abstractmethod
    def take_up(self) -> bool:
        """Take what was typed into the draft; return whether it changed it."""

    @property
    @abstractmethod
    def unusable(self) -> list[str]:
        """The items with a field in which stands what cannot be used."""

    @abstractmethod
    def go_to_item(self, item_id: str) -> None:
        """Show an item and go to its fields."""

    @abstractmethod
    def go_to_field(self, item_id: str, path: str) -> None:
        """Show an item and go to one of its fields."""

    def after_typing(self, then: Callable[[], object]) -> None:
        """Do `then` when every key pressed before it has been typed and taken up: its key may overtake them."""

        def typed() -> None:
            self.take_up()
            then()

        (self.app.focused or self).call_later(self.call_later, typed)

    def action_save(self) -> None:
        """Ask for the words, then save."""
        self.after_typing(lambda: self._ask_words(then=None))

    def _ask_words(self, then: Callable[[], object] | None) -> None:
        desk = self.desk
        if desk is None:
            return
        if self.app.workspace.read_only:
            self.notify("Nothing is saved: warmtui was started read only.", severity="warning")
            return
        if self.unusable:
            self.go_to_item(self.unusable[0])
            self.notify("A field cannot be saved as it stands; it says why. ctrl+z takes back what was typed there.",
                        severity="warning")  # fmt: skip
            return
        self._after_save = then
        if isinstance(self.app.screen, SaveScreen):
            return  # it is being asked for already
        draft = desk.draft
        note = f"Saves a new version of {desk.template_id}." if desk.template_id else "Saves a new template."
        words = Words(draft.name, draft.description, draft.notes, self._why)
        self.app.push_screen(SaveScreen(words, note), self._save_as)

    def _save_as(self, answer: tuple[Words, bool] | None) -> None:
        words, confirmed = answer or (None, False)
        if words is None or self.desk is None:
            return
        self.keep_words(words)
        self.show_draft(now=True)
        if confirmed:
            self._write(self.desk.draft, self.desk.template(), self.desk.known_version)

    def keep_words(self, words: Words) -> None:
        """Take what was typed into the dialog into the draft; a template keeps its name rather than have none."""
        if self.desk is not None:
            name = words.name or self.desk.draft.name
            self.desk.set_words(name, words.description, words.notes)
        self._why = words.why

    @work(thread=True, exclusive=True, group="save")
    def _write(self, draft: Draft, template: SessionTemplate, expected: str | None) -> None:
        manager, why = self.app.workspace.manager, self._why

        def write() -> SaveEnded:
            try:
                saved = manager.save_template(template, expected_version=expected, note=why)
            except TemplateConflictError as error:
                return SaveEnded(conflict=str(error))
            except InvalidTemplateError as error:
                return SaveEnded(findings=error.findings, problem=str(error))
            is_unchanged = bool(template.template_id) and saved.version == template.version
            return SaveEnded(draft, saved, len(manager.versions(saved.template_id)), is_unchanged)

        report(self.app, self, write, lambda problem: SaveEnded(problem=problem))

    def on_save_ended(self, message: SaveEnded) -> None:
        """Say what came of it; then do what had to wait for it."""
        if message.conflict:
            self._ask_conflict(message.conflict)
            return
        if message.findings:
            self._say_invalid(message.problem, [finding for finding in message.findings if finding.is_error])
            return
        saved = message.saved
        if saved is None or message.draft is None or self.desk is None:
            self.query_one("#problems", Banner).say([message.problem])
            self.notify(message.problem, severity="error")
            return
        self.desk.note_saved(message.draft, saved)
        self._why = ""
        self.query_one("#problems", Banner).say([])
        self.show_draft(now=True)
        place = self.app.workspace.manager.directory / f"{saved.template_id}.json"
        done = "Nothing has changed since" if message.is_unchanged else "Saved"
        self.notify(f"{done}: {saved.template_id}, version {message.number}\n{place}", timeout=8)
        if self._after_save is not None:
            self._after_save()

    def _ask_conflict(self, conflict: str) -> None:
        answers = (
            Answer("copy", "c", "save as a copy, a template of its own"),
            Answer("overwrite", "o", "overwrite it; what is there becomes an earlier version"),
        )

        def answered(answer: str | None) -> None:
            if answer is not None and self.desk is not None:
                self._write(self.desk.draft, self.desk.template(as_copy=answer == "copy"), None)

        self.app.push_screen(AskScreen("Not saved", conflict, answers), answered)

    def _say_invalid(self, problem: str, errors: Sequence[ValidationFinding]) -> None:
        self.query_one("#problems", Banner).say([problem])
        secrets = [finding for finding in errors if finding.rule == SECRET]
        if not secrets:
            self._go_to_finding(errors[0])
            return

        def answered(answer: str | None) -> None:
            if answer is None:
                self._go_to_finding(secrets[0])
            else:
                self._redact_and_write()

        many = f" It stands in {plural(len(secrets), 'place')}." if len(secrets) > 1 else ""
        answers = (Answer("redact", "r", "redact it and save: a placeholder takes its place"),)
        self.app.push_screen(AskScreen("Not saved", f"{secrets[0]}.{many}", answers), answered)

    def _redact_and_write(self) -> None:
        if self.desk is None:
            return
        try:
            self.desk.redact()
        except TemplateError as error:
            self.notify(str(error), severity="error")
            return
        self.show_draft(now=True)
        self._write(self.desk.draft, self.desk.template(), self.desk.known_version)

    def _go_to_finding(self, finding: ValidationFinding) -> None:
        item_id, path = self.desk.place_of(finding.path) if self.desk is not None else (None, "")
        if item_id is not None:
            self.go_to_field(item_id, path)
        self.notify(f"Not saved: {path if item_id else finding.path} {finding.message}.", severity="error", timeout=10)

    def leave(self, then: Callable[[], object]) -> None:
        """Do `then`, after asking what becomes of unsaved work."""
        self.after_typing(lambda: self._leave(then))

    def _leave(self, then: Callable[[], object]) -> None:
        if isinstance(self.app.screen, SaveScreen):
            self.keep_words(self.app.screen.words)
        if isinstance(self.app.screen, AskScreen):
            return  # it is being asked already
        if self.desk is None or not self.is_unsaved:
            then()
            return

        def answered(answer: str | None) -> None:
            if answer == "discard":
                then()
            elif answer == "save":
                self._ask_words(then)

        count = len(self.desk.changed | set(self.unusable))
        what = plural(count, "changed item") if count else "other words or another order"
        answers = (Answer("save", "s", "save it"), Answer("discard", "d", "discard it"))
        self.app.push_screen(AskScreen("Unsaved work", f"There is unsaved work: {what}.", answers), answered)
