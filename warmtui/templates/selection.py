"""Which examples a template starts with: those that add most, one after the other, under a token budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from warmtui.profiling.counts import OutcomeCounts
from warmtui.templates.candidates import Candidate
from warmtui.templates.models import Example
from warmtui.templates.tokens import estimate_tokens
from warmtui.text import json_text

_SURE = 0.05  # a tool that never failed is still worth a little
_SEEN = 0.25  # what a further example of the same tool is worth against the first
_SAME_REQUEST = 0.5  # … and of the same request
_MISSES = 30  # candidates over the budget that are tried before it counts as full
_RECOVERY = 2.0  # an example that recovers shows two things: the fault, and the way out


def choose(
    candidates: Sequence[Candidate], tools: Mapping[str, OutcomeCounts], *, budget: int, most: int
) -> list[Example]:
    """Return the chosen examples, the most valuable first, each saying why it was chosen.

    The value of a candidate is how often its tool is used × how often that fails × how new it is beside what
    was chosen before. Of near-duplicates only the shortest takes part.

    Args:
        candidates: what there is, of one session or of several.
        tools: for each tool how its calls ended.
        budget: estimated tokens that all examples may cost together.
        most: how many at most.
    """
    left = _distinct(candidates)
    chosen: list[Example] = []
    of_tool: Counter[str] = Counter()
    of_request: Counter[tuple[str, int]] = Counter()
    of_error: set[str] = set()
    spent = misses = 0
    calls = sum(counts.calls for counts in tools.values()) or 1
    while left and len(chosen) < most and misses < _MISSES:
        values = [_value(one, tools, calls) * _novelty(one, of_tool, of_request, of_error) for one in left]
        candidate = left.pop(max(range(len(left)), key=lambda place: (values[place], -place)))
        example = candidate.build()
        cost = example_tokens(example)
        if spent + cost > budget:
            misses += 1
            continue
        spent += cost
        of_tool[candidate.tool] += 1
        of_request[candidate.request] += 1
        of_error.add(candidate.error)
        chosen.append(example.model_copy(update={"reason": _reason(candidate, tools)}))
    return chosen


def example_tokens(example: Example) -> int:
    """Return what an example costs in a stream, in estimated tokens."""
    texts = [example.request, example.answer]
    for call in example.calls:
        texts += [call.tool_name, json_text(call.arguments), call.result]
    return sum(estimate_tokens(text) for text in texts)


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    shortest: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        key = (candidate.shape, candidate.error)
        kept = shortest.get(key)
        if kept is None or candidate.size < kept.size:
            shortest[key] = candidate
    return list(shortest.values())


def _value(candidate: Candidate, tools: Mapping[str, OutcomeCounts], calls: int) -> float:
    counts = tools[candidate.tool]
    return counts.calls / calls * (_SURE + (counts.error_rate or 0.0)) * (_RECOVERY if candidate.error else 1.0)


def _novelty(
    candidate: Candidate, of_tool: Counter[str], of_request: Counter[tuple[str, int]], of_error: set[str]
) -> float:
    new = _SEEN ** of_tool[candidate.tool] * _SAME_REQUEST ** of_request[candidate.request]
    return new / _RECOVERY if candidate.error and candidate.error in of_error else new


def _reason(candidate: Candidate, tools: Mapping[str, OutcomeCounts]) -> str:
    counts = tools[candidate.tool]
    shows = "recovers from an error of" if candidate.error else "shows a call of"
    return f"{shows} {candidate.tool}, which failed in {counts.errors} of {counts.eligible} calls"
