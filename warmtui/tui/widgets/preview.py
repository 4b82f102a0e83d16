"""The pane of the message stream: built anew a moment after the last key, in a worker, and never out of date."""

from __future__ import annotations

from collections.abc import Callable

from textual import work
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from warmtui.errors import WarmtuiError
from warmtui.templates.models import SessionTemplate
from warmtui.text import one_line
from warmtui.tui import delays, figures
from warmtui.tui.messages import StreamBuilt
from warmtui.tui.widgets.pane import Pane
from warmtui.tui.widgets.stream_view import StreamView
from warmtui.warmstart.models import Stream

Build = Callable[[SessionTemplate, str], Stream]


class PreviewPane(Pane):
    """Warnings over the stream; tokens in all, and the budget, in the border."""

    def __init__(self, build: Build, budget: int) -> None:
        super().__init__("Stream", Static(id="warnings"), StreamView("stream"), widget_id="streaming")
        self._build = build
        self._budget = budget
        self._generation = 0
        self._timer: Timer | None = None

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
        try:
            stream = self._build(template, target)
        except WarmtuiError as error:
            self.post_message(StreamBuilt(generation, None, str(error)))
            return
        self.post_message(StreamBuilt(generation, stream))

    def on_stream_built(self, message: StreamBuilt) -> None:
        """Show it, unless the draft has moved on."""
        message.stop()
        if message.generation != self._generation:
            return
        stream = message.stream
        if stream is None:
            self._warn((message.problem,))
            self.say("no stream")
            return
        self._warn(stream.warnings)
        self.view.show_stream(stream)
        examples = sum(item.tokens for item in stream.messages if item.part not in ("context", "user"))
        budget = f"examples {examples:,} of {self._budget:,}{' !' if examples > self._budget else ''}"
        self.say(f"{stream.target} · {figures.tokens(stream.tokens)} · {budget}")

    def _warn(self, warnings: tuple[str, ...]) -> None:
        banner = self.query_one("#warnings", Static)
        banner.display = bool(warnings)
        banner.update(Content("\n").join([Content(f"! {one_line(warning, 300)}") for warning in warnings]))
