"""The conversation itself: every message and call in its place, folded and unfolded, searched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import judge
from warmtui.profiling.outcomes import Outcome
from warmtui.text import one_line, plural
from warmtui.tui import delays
from warmtui.tui.background import report
from warmtui.tui.commands import bindings
from warmtui.tui.messages import TranscriptRead
from warmtui.tui.transcript import Entry, entries_of
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.filter_line import FilterLine
from warmtui.tui.widgets.line_view import LineView
from warmtui.tui.widgets.lines import KeyLine, TopLine
from warmtui.tui.widgets.pane import Pane, PaneScreen
from warmtui.tui.widgets.transcript_view import TranscriptView

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp


class TranscriptScreen(PaneScreen):
    """Shows one session from its first message to its last."""

    app: WarmtuiApp
    BINDINGS = bindings("transcript")
    HELP_GROUPS: ClassVar[tuple[str, ...]] = ("transcript", "lists", "everywhere")

    def __init__(self, store: str, session_id: str, place: Evidence | None = None) -> None:
        """Take the session to show, and where in it to begin."""
        super().__init__()
        self._store = store
        self._session_id = session_id
        self._place = place
        self._words = ""
        self._seek_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the search line over the conversation."""
        yield TopLine()
        yield Banner()
        yield Pane("Transcript", FilterLine(), TranscriptView(), widget_id="transcript")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read the session."""
        self.query_one(TopLine).where = "Transcript"
        self.query_one(Pane).say("reading the session …")
        self.go_to_pane(0)
        self._read()

    @work(thread=True, exclusive=True, group="transcript")
    def _read(self) -> None:
        def read() -> TranscriptRead:
            conversation = self.app.workspace.conversation(self._store, self._session_id)
            title = conversation.session.title or conversation.session.session_id
            return TranscriptRead(title, entries_of(conversation, judge(conversation)))

        report(self.app, self, read, lambda problem: TranscriptRead("", [], problem))

    def on_transcript_read(self, message: TranscriptRead) -> None:
        """Show it, at the place that was asked for."""
        self.query_one("#problems", Banner).say([message.problem])
        self.query_one(TopLine).where = f"Transcript · {one_line(message.title or self._session_id, 60)}"
        self.query_one(Pane).say("" if message.problem else _counts(message.entries))
        self._view.show(message.entries)
        self.refresh_bindings()
        place = self._place
        at = next((at for at, one in enumerate(message.entries) if place is not None and one.is_at(place)), None)
        if at is not None:
            self._view.go_to_entry(at, unfold=True)
        elif place is not None and not message.problem:
            self.notify("The store holds this message no longer.", severity="warning")

    # Moving

    def action_next(self) -> None:
        """Go to the next place of what is searched for, else to the next failure."""
        self._next(1)

    def action_previous(self) -> None:
        """Go to the place before of what is searched for, else to the failure before."""
        self._next(-1)

    def _next(self, step: int) -> None:
        if self._words:
            found = self._view.go_to_sought(step)
        else:
            found = self._view.go_to_next(lambda entry: entry.is_failure, step)
        if not found:
            what = f"place with “{one_line(self._words, 30)}”" if self._words else "failure"
            self.notify(f"No {what} {_where(step)}.")

    def action_next_turn(self) -> None:
        """Go to the person's next message."""
        self._turn(1)

    def action_previous_turn(self) -> None:
        """Go to the person's message before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if not self._view.go_to_next(lambda entry: entry.who == "user", step):
            self.notify(f"No message of the user {_where(step)}.")

    @on(LineView.Chosen, "#transcript-view")
    def action_fold(self) -> None:
        """Unfold what the cursor is on, or fold it."""
        self._view.toggle()

    def action_fold_all(self) -> None:
        """Unfold everything, or fold everything."""
        self._view.toggle_all()

    # Searching

    def action_search(self) -> None:
        """Open the search line."""
        self._line.open()

    @on(Input.Changed, "#filter")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._words = event.value
        if self._seek_timer:
            self._seek_timer.stop()
        self._seek_timer = self.set_timer(delays.FILTER, self._seek)

    def _seek(self) -> None:
        found = self._view.seek(self._words)
        if not self._words:
            self._line.say("")
        elif found:
            self._line.say("")
            self.query_one(Pane).say(f"“{one_line(self._words, 30)}” in {plural(found, 'entry', 'entries')}")
            self._view.go_to_sought(1, here=True)
        else:
            self._line.say("nowhere in this session")
        if not self._words:
            self.query_one(Pane).say(_counts(list(self._view.entries)))
        self.refresh_bindings()

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self._line.close(keep=bool(self._words))
        self._view.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about entries needs some."""
        if action in ("fold", "fold_all", "next", "previous", "next_turn", "previous_turn", "search"):
            return bool(self._view.entries) and not self._line.has_focus_within
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Leave the search, then go back to where one came from."""
        if self._line.display:
            self._line.close()
            self._view.focus()
        else:
            self.go_back()

    @property
    def _view(self) -> TranscriptView:
        return self.query_one(TranscriptView)

    @property
    def _line(self) -> FilterLine:
        return self.query_one(FilterLine)


def _where(step: int) -> str:
    return "after this" if step > 0 else "before this"


def _counts(entries: list[Entry]) -> str:
    outcomes = Counter(entry.outcome for entry in entries if entry.outcome is not None)
    ended = ", ".join(f"{outcomes[outcome]:,} {outcome.value}" for outcome in Outcome if outcomes[outcome])
    said = sum(entry.who == "user" for entry in entries)
    words = f"{plural(said, 'message')} of the user · {plural(outcomes.total(), 'call')}"
    return f"{words}: {ended}" if ended else words
