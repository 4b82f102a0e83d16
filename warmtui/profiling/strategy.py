"""What recoveries of one fault did, as one plain sentence: what was done in between, then what was changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from warmtui.profiling.changes_told import is_text, told, told_command
from warmtui.profiling.recovery_models import ArgumentChange, Episode, Step, StepKind
from warmtui.profiling.tool_families import CALLED_KEYS, HANDED_KEYS, is_caller
from warmtui.text import one_line, shorten

LONGEST = 160
"""Characters of a sentence at most."""

_MOST_STEPS = 2
_MOST_CHANGES = 3
_HANDED = re.compile(rf"^(?:{'|'.join(HANDED_KEYS)})\.")
# The fault is that a text was not where it was looked for.
_NOT_FOUND = re.compile(r"not? (?:be )?f(?:ou|i)nd|no match|not match|no such|no occurrences", re.IGNORECASE)
_NO_FILE = re.compile(
    r"no such file|\bfile not found|\b(?:file|path)\b.{0,200} (?:not found|does not exist)", re.IGNORECASE
)
_WEIGHTIEST = (
    StepKind.LOOKED_AGAIN,
    StepKind.LOOKED,
    StepKind.RAN,
    StepKind.CHANGED,
    StepKind.SEARCHED,
    StepKind.LISTED,
    StepKind.CALLED,
)
_DONE = {
    StepKind.LOOKED: "read the file",
    StepKind.LOOKED_AGAIN: "read the file",
    StepKind.LISTED: "listed the folder",
    StepKind.SEARCHED: "searched",
    StepKind.CHANGED: "changed a file",
}


def strategy(recovered: Sequence[Episode]) -> tuple[str, Episode | None]:
    """Return a sentence that says what the recoveries did, and the episode that is most typical of them.

    The typical episode is the first of the most frequent kind. Of one kind are those of which the same is said
    when no values are told. Where there are other kinds, too, the sentence ends with how many are of this one.

    Args:
        recovered: recovered episodes of one signature; without any the sentence is empty.
    """
    if not recovered:
        return "", None
    kinds = [_sentence(episode, with_values=False) for episode in recovered]
    (kind, count) = Counter(kinds).most_common(1)[0]
    alike = [episode for episode, other in zip(recovered, kinds, strict=True) if other == kind]
    in_full = {_sentence(episode, with_values=True) for episode in alike}
    share = f" ({count} of {len(recovered)})" if count < len(recovered) else ""
    room = LONGEST - len(share) - 1
    fitting = [sentence for sentence in (in_full if len(in_full) == 1 else ()) if len(sentence) <= room]
    sentence = fitting[0] if fitting else shorten(kind, room)
    return f"{sentence[0].upper()}{sentence[1:]}{share}.", alike[0]


def _sentence(episode: Episode, *, with_values: bool) -> str:
    steps = [_step(step, with_values=with_values) for step in _told_steps(episode.steps)]
    first = f"{_and(list(dict.fromkeys(steps)))}, then " if steps else ""
    return one_line(first + _call(episode, with_values=with_values))


def _told_steps(steps: Sequence[Step]) -> list[Step]:
    """Return the two steps that say most, in the order in which they came."""
    chosen = sorted(steps, key=lambda step: _WEIGHTIEST.index(step.kind))[:_MOST_STEPS]
    return [step for step in steps if step in chosen]


def _step(step: Step, *, with_values: bool) -> str:
    if step.kind is StepKind.LOOKED_AGAIN and with_values:
        return "read the file again"
    if step.kind is StepKind.RAN:
        return f"ran `{step.program}`"
    return _DONE.get(step.kind, f"called `{step.tool}`")


def _call(episode: Episode, *, with_values: bool) -> str:
    """Say of the call that worked how it differs from the one that did not."""
    if episode.recovery_tool != episode.tool:
        return f"`{episode.recovery_tool}` instead of `{episode.tool}`"
    if not episode.parses:
        return f"`{episode.tool}` with arguments that are valid JSON"
    if not episode.changes:
        return "the same call again" + (f", on the {_ordinal(episode.failures + 1)} try" if with_values else "")
    other = _other_called(episode)
    if other:
        return other
    return f"`{episode.tool}` {_ways(list(_changes(episode)), episode, with_values=with_values)}"


def _other_called(episode: Episode) -> str:
    """Say which tool was called instead, where a tool only hands calls on to others."""
    if not is_caller(episode.tool):
        return ""
    for change in episode.changes:
        if change.key in CALLED_KEYS and isinstance(change.before, str) and isinstance(change.after, str):
            return f"`{change.after}` instead of `{change.before}`, through `{episode.tool}`"
    return ""


def _changes(episode: Episode) -> Iterator[ArgumentChange]:
    handed = is_caller(episode.tool)
    for change in episode.changes:
        yield replace(change, key=_HANDED.sub("", change.key)) if handed else change


def _ways(changes: Sequence[ArgumentChange], episode: Episode, *, with_values: bool) -> str:
    exact = _exact(changes, episode)
    if exact is not None:
        lines = "text" if not with_values else "lines" if "\n" in str(exact.after).strip() else "line"
        # The other texts of the call follow from the one that had to be found.
        rest = [told(change, with_values=with_values) for change in changes if not is_text(change)]
        return "with " + _and([f"the exact {lines}", *rest[: _MOST_CHANGES - 1]])
    commands = [words for change in changes if (words := told_command(change))]
    renamed, others = _renamed([change for change in changes if not told_command(change)])
    ways = [*renamed, *(told(change, with_values=with_values) for change in others)]
    shown = ways[: _MOST_CHANGES - len(commands)]
    more = len(ways) - len(shown)
    if more > 0:
        shown = [*shown[:-1], f"{shown[-1]}, {more} more"] if len(shown) == 1 else [*shown, f"{more} more"]
    if not shown:
        return f"again {_and(commands)}" if commands else "again"
    return " and ".join([*commands, f"with {_and(shown)}"])


def _exact(changes: Sequence[ArgumentChange], episode: Episode) -> ArgumentChange | None:
    """Return the text that was not found and then, after a look at the file, was; None in other stories."""
    looked = {StepKind.LOOKED, StepKind.LOOKED_AGAIN} & {step.kind for step in episode.steps}
    if not looked or not _NOT_FOUND.search(episode.example) or _NO_FILE.search(episode.example):
        return None
    texts = [change for change in changes if is_text(change)]
    named = [change for change in texts if change.key.rpartition(".")[2] in episode.example]
    return next(iter(named or texts), None)


def _renamed(changes: Sequence[ArgumentChange]) -> tuple[list[str], list[ArgumentChange]]:
    """Tell of keys that only have another name now; return the other changes beside."""
    renamed: list[str] = []
    others = list(changes)
    for gone in [change for change in changes if change.after is None]:
        come = next((change for change in others if change.before is None and change.after == gone.before), None)
        if come is not None:
            renamed.append(f"`{come.key}` instead of `{gone.key}`")
            others = [change for change in others if change not in (gone, come)]
    return renamed, others


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
