"""The same stream, built up part by part: what each part adds, and what a session without it would begin with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.models import CONTEXT, USER, Level, Stream
from warmtui.warmstart.targets import MESSAGE_TARGETS

NONE = "none"
FULL = "full"


@dataclass(frozen=True, slots=True)
class Ablation:
    """One step of the series.

    Attributes:
        name: ``none`` (the user's message alone), ``context`` (and the words), ``+1``, ``+2``, … (and so many
            examples), ``full`` for the last of those.
        examples: how many examples it has.
        stream: the stream, valid for its target.
        added: the title of what it adds to the step before; empty where that is nothing.
        added_tokens: estimated tokens it adds to the step before (characters / 4).
    """

    name: str
    examples: int
    stream: Stream
    added: str
    added_tokens: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; ``messages`` is how many there are, ``document`` what the target is given."""
        return {
            "name": self.name,
            "examples": self.examples,
            "messages": len(self.stream.messages),
            "tokens": self.stream.tokens,
            "added_tokens": self.added_tokens,
            "added": self.added,
            "document": self.stream.document(),
        }


def ablations(
    template: SessionTemplate,
    message: str | None = None,
    *,
    target: str = "openai",
    max_examples: int | None = None,
    budget: int | None = None,
    synthetic: bool = False,
    known_tools: Collection[str] | None = None,
    known_by: str = "",
) -> tuple[Ablation, ...]:
    """Return the series none → context → +1 → +2 … → full; the same template gives the same bytes.

    Each step is valid for the target and goes on where the one before ends: the same messages before the user's,
    then more. Only the context message grows once, at the first example, by the sentence that says that examples
    follow; that sentence belongs to the examples, and so do its tokens, for without them it would be untrue.

    Args:
        template: the template.
        message: the new user message, at the end of every step where the target has it.
        target: the target; a ``skill`` begins at ``context``, for it cannot be of nothing.
        max_examples: at most so many of the template's examples; all of them if None.
        budget: estimated tokens the examples may cost together; no limit if None.
        synthetic: make up an example for each pattern that has no recorded one and says enough.
        known_tools, known_by: the tools there are where the streams will be used, and who says so; see `build_stream`.

    Raises:
        StreamError: the target is unknown, or the template cannot be written for it.
    """
    bootstrapper = WarmSessionBootstrapper()

    def build(level: Level, most: int | None) -> Stream:
        return bootstrapper.build_stream(
            template,
            message,
            target=target,
            level=level,
            max_examples=most,
            budget=budget,
            synthetic=synthetic,
            known_tools=known_tools,
            known_by=known_by,
        )

    full = build(Level.BOTH, max_examples)
    titles = [part.title for part in full.parts if part.key not in (CONTEXT, USER)]
    steps: list[tuple[str, str, Stream]] = []
    if target in MESSAGE_TARGETS:
        nothing = SessionTemplate(name=template.name)
        steps.append((NONE, "", bootstrapper.build_stream(nothing, message, target=target)))
    steps.append((CONTEXT, "context", build(Level.CONTEXT, None) if titles else full))
    steps += [(f"+{count}", title, build(Level.BOTH, count)) for count, title in enumerate(titles[:-1], 1)]
    if titles:
        steps.append((FULL, titles[-1], full))
    return tuple(_counted(steps))


def _counted(steps: Sequence[tuple[str, str, Stream]]) -> Iterator[Ablation]:
    before = 0
    for name, added, stream in steps:
        examples = sum(part.key not in (CONTEXT, USER) for part in stream.parts)
        more = stream.tokens - before
        yield Ablation(name, examples, stream, added if more else "", more)
        before = stream.tokens
