"""Which items of two lists are the same one: by key, else by what they share; and which of them changed places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from warmtui.text import json_text

_ALIKE = 0.5  # share of evidence or of words that two items have in common, to be one that was edited
_WORD = re.compile(r"\w+")
_SAYS_LITTLE = frozenset({"kind", "outcome", "reason", "digest", "call_digest"})

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """One pattern, note, example or source as it is compared.

    Attributes:
        key: what names it within its template; several may have the same.
        name: what a person calls it.
        data: its fields as plain JSON values.
        text: the same as one text, equal for equal fields.
    """

    key: str
    name: str
    data: dict[str, Any]
    text: str = field(default="")

    @classmethod
    def of(cls, key: str, name: str, data: dict[str, Any]) -> Item:
        """Return the item with its text."""
        return cls(key, name, data, json_text(data))


def match(before: Sequence[Item], after: Sequence[Item]) -> list[Pair]:
    """Return which places of `before` and of `after` hold the same item, in the order of `before`.

    First what is equal, then what has the same key (several in their order), then what is most alike, if no other
    is as much: an item whose tool was renamed keeps its evidence or most of its words.
    """
    left_before, left_after = set(range(len(before))), set(range(len(after)))
    pairs: list[Pair] = []

    def take(found: Sequence[Pair]) -> None:
        pairs.extend(found)
        left_before.difference_update(one for one, _ in found)
        left_after.difference_update(other for _, other in found)

    take(_by(lambda item: item.text, before, after, left_before, left_after))
    take(_by(lambda item: item.key, before, after, left_before, left_after))
    take(_by_likeness(before, after, left_before, left_after))
    return sorted(pairs)


def moved(pairs: Sequence[Pair], before: Sequence[Item], after: Sequence[Item]) -> set[Pair]:
    """Return the fewest pairs that must change places to turn the order of `before` into that of `after`.

    Of several choices of the same size it is the same one, whichever of the two lists comes first.
    """
    ordered = sorted(pairs)
    count = len(ordered)
    if [other for _, other in ordered] == sorted(other for _, other in ordered):
        return set()
    ranks = sorted(range(count), key=lambda n: sorted((before[ordered[n][0]].text, after[ordered[n][1]].text)))
    # Counts first, then a power of two each: no two choices weigh the same.
    weight = {place: (1 << count) + (1 << rank) for rank, place in enumerate(ranks)}
    best = [0] * count
    came_from: list[int | None] = [None] * count
    for here in range(count):
        behind = [there for there in range(here) if ordered[there][1] < ordered[here][1]]
        came_from[here] = max(behind, key=best.__getitem__, default=None)
        last = came_from[here]
        best[here] = weight[here] + (best[last] if last is not None else 0)
    stays: set[Pair] = set()
    step: int | None = max(range(count), key=best.__getitem__)
    while step is not None:
        stays.add(ordered[step])
        step = came_from[step]
    return set(ordered) - stays


def _by(
    what: Callable[[Item], Hashable],
    before: Sequence[Item],
    after: Sequence[Item],
    left_before: set[int],
    left_after: set[int],
) -> list[Pair]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for other in sorted(left_after):
        places[what(after[other])].append(other)
    return [(one, places[what(before[one])].pop(0)) for one in sorted(left_before) if places[what(before[one])]]


# Likeness


@dataclass(frozen=True, slots=True)
class _Traces:
    kind: object
    places: frozenset[str]
    words: frozenset[str]


def _by_likeness(
    before: Sequence[Item], after: Sequence[Item], left_before: set[int], left_after: set[int]
) -> list[Pair]:
    ones = {place: _traces(before[place].data) for place in left_before}
    others = {place: _traces(after[place].data) for place in left_after}
    scores = {
        (place, other): score
        for place, one_traces in ones.items()
        for other, other_traces in others.items()
        if (score := _likeness(one_traces, other_traces))
    }
    best_of_one = _only_best(scores, 0)
    best_of_other = _only_best(scores, 1)
    return [pair for pair in scores if best_of_one.get(pair[0]) == pair and best_of_other.get(pair[1]) == pair]


def _only_best(scores: dict[Pair, float], side: int) -> dict[int, Pair]:
    """Return for each place of one side the pair that scores most, where no other scores as much."""
    of_place: dict[int, list[Pair]] = defaultdict(list)
    for pair in scores:
        of_place[pair[side]].append(pair)
    best = {}
    for place, pairs in of_place.items():
        pairs.sort(key=scores.__getitem__, reverse=True)
        if len(pairs) == 1 or scores[pairs[0]] > scores[pairs[1]]:
            best[place] = pairs[0]
    return best


def _likeness(one: _Traces, other: _Traces) -> float:
    """Return how much two items have in common, 0–2; 0 for those that are not one that was edited."""
    if one.kind != other.kind:
        return 0.0
    words = _share(one.words, other.words)
    if one.places and other.places:
        places = _share(one.places, other.places)
        return places + words if places >= _ALIKE else 0.0
    return words if words > _ALIKE else 0.0


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one | other)
    return len(one & other) / both if both else 0.0


def _traces(data: dict[str, Any]) -> _Traces:
    places: set[str] = set()
    words: set[str] = set()
    _collect(data, "", places, words)
    return _Traces(data.get("kind"), frozenset(places), frozenset(words))


def _collect(value: Any, name: str, places: set[str], words: set[str]) -> None:
    if name == "evidence":
        for place in value if isinstance(value, list) else [value] if value else []:
            places.add(json_text(place))
    elif name in _SAYS_LITTLE:
        return
    elif isinstance(value, dict):
        for key, inner in value.items():
            _collect(inner, key, places, words)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, "", places, words)
    elif isinstance(value, str):
        words.update(_WORD.findall(value.lower()))
    elif isinstance(value, int | float) and value not in {0, 1}:
        words.add(f"{name}={value}")
