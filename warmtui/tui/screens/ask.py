"""A question with a few answers; the letter of an answer, or enter on it, gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from warmtui.text import visible
from warmtui.tui.commands import bindings
from warmtui.tui.screens.dialog import Dialog
from warmtui.tui.widgets.lines import KeyLine


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its value, the letter that gives it, and what it means."""

    value: str
    letter: str
    label: str


class AskScreen(Dialog[str | None]):
    """Asks, and returns the value of the answer; None where the person would rather not say."""

    BINDINGS = bindings("question")

    def __init__(self, title: str, question: str, answers: Sequence[Answer]) -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """Lay out the question over its answers."""
        options = [
            Option(Content.assemble((f" {answer.letter}  ", "bold"), answer.label), id=answer.value)
            for answer in self._answers
        ]
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Static(Content(visible(self._question)), classes="question")
            yield OptionList(*options, compact=True)
        yield KeyLine()

    def action_stay(self) -> None:
        """Answer nothing."""
        self.answer(None)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.answer(event.option.id)

    def on_key(self, event: Key) -> None:
        """Take the letter of an answer."""
        for answer in self._answers:
            if event.key == answer.letter:
                event.stop()
                self.answer(answer.value)
