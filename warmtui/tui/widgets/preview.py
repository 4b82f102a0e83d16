"""The pane of the message stream: built anew a moment after the last key, in a worker, and never out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work
from textual.timer import Timer

from warmtui.templates.models import SessionTemplate
from warmtui.tui import delays, figures
from warmtui.tui.background import report
from warmtui.tui.messages import StreamBuilt
from warmtui.tui.widgets.banner import Banner
from warmtui.tui.widgets.pane import Pane
from warmtui.tui.widgets.stream_view import StreamView
from warmtui.warmstart.models import Stream

if TYPE_CHECKING:
    from warmtui.tui.app import WarmtuiApp

Build = Callable[[SessionTemplate, str], Stream]


class PreviewPane(Pane):
    """Warnings over the stream; tokens in all, and the budget, in the border."""

    app: WarmtuiApp

    def __init__(self, build: Build, budget: int) -> None:
        super().__init__("Stream", Banner("warnings"), StreamView("stream"), widget_id="streaming")
        self._build = build
        self._budget = budget
        self._generation = 0
        self._timer: Timer | None = None

    @property
    def _warnings(self) -> Banner:
        return self.query_one(Banner)

    @property
    def view(self) -> StreamView:
        """The stream itself."""
        return self.query_one(StreamView)

    def show(self, template: SessionTemplate, target: str, *, now: bool = False) -> None:
        """Show the stream of `template` soon; at once where nobody is typing."""
        self._generation += 1
        generation = self._generation
        if self._timer:
            self._timer.stop()
        if now:
            self._build_stream(generation, template, target)
        else:
            self._timer = self.set_timer(delays.PREVIEW, lambda: self._build_stream(generation, template, target))

    @work(thread=True, exclusive=True, group="preview")
    def _build_stream(self, generation: int, template: SessionTemplate, target: str) -> None:
        report(
            self.app,
            self,
            lambda: StreamBuilt(generation, self._build(template, target)),
            lambda problem: StreamBuilt(generation, None, problem),
        )

    def on_stream_built(self, message: StreamBuilt) -> None:
        """Show it, unless the draft has moved on."""
        message.stop()
        if message.generation != self._generation:
            return
        stream = message.stream
        if stream is None:
            self._warnings.say([message.problem])
            self.say("no stream")
            return
        self._warnings.say(stream.warnings)
        self.view.show_stream(stream)
        examples = sum(item.tokens for item in stream.messages if item.part not in ("context", "user"))
        budget = f"examples {examples:,} of {self._budget:,}{' !' if examples > self._budget else ''}"
        self.say(f"{stream.target} · {figures.tokens(stream.tokens)} · {budget}")
