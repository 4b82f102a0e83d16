"""Episodes: from a failed or rejected call on, was it mended, by whom, and what had to change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warmtui.profiling.differences import argument_changes
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.goals import goal, only_looks, reached, same_name
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.rates import Rate
from warmtui.profiling.recovery_models import Episode, EpisodeEnd, RecoveryProfile
from warmtui.profiling.results import error_line
from warmtui.profiling.signatures import signature
from warmtui.profiling.steps import BEFORE, steps
from warmtui.profiling.strategy import strategy
from warmtui.profiling.tool_models import ErrorPattern

WINDOW = 8
"""Calls after the first failure within which it must be mended to count as recovered."""

_EVIDENCE = 5


@dataclass(slots=True)
class _Open:
    """An episode that has not ended yet."""

    first: JudgedCall
    last: JudgedCall  # the last failed call of the first one's tool: the one a recovery is compared with
    goal: str
    signature: str
    example: str
    is_missing: bool
    earlier: Sequence[JudgedCall]  # the calls before the first
    cwd: str | None
    failures: int = 1
    saw_unknown: bool = False
    between: list[JudgedCall] = field(default_factory=list)


def find_episodes(calls: Sequence[JudgedCall], *, cwd: str | None = None, is_live: bool = False) -> list[Episode]:
    """Return the episodes of a conversation, in the order of their first failures.

    A success on the same goal within eight calls ends an episode: as ``recovered`` if no person spoke in
    between, else as ``user_rescued``. A call made in the same message as the failure cannot have answered it.
    Otherwise the episode is ``abandoned``, or ``censored`` where the session may still go on or a result on
    the same goal within the eight calls is lost.

    Args:
        calls: the judged calls of one conversation, in order.
        cwd: the folder relative paths are meant from.
        is_live: whether the conversation may still go on.
    """
    ended: list[tuple[int, Episode]] = []
    opened: list[_Open] = []
    for call in calls:
        about = goal(call.call, cwd) if opened or call.outcome.is_error else ""
        still_open = []
        met = False
        for episode in opened:
            finished, same = _advance(episode, call, about)
            met = met or same
            if finished is not None:
                ended.append((episode.first.place, finished))
            else:
                still_open.append(episode)
        opened = still_open
        if call.outcome.is_error and not met:
            opened.append(_begin(call, about, calls[max(0, call.place - BEFORE) : call.place], cwd))
    last = len(calls) - 1
    for episode in opened:
        is_cut = episode.saw_unknown or (is_live and last - episode.first.place < WINDOW)
        end = EpisodeEnd.CENSORED if is_cut else EpisodeEnd.ABANDONED
        ended.append((episode.first.place, _close(episode, end)))
    return [episode for _, episode in sorted(ended, key=lambda pair: pair[0])]


def _begin(call: JudgedCall, about: str, earlier: Sequence[JudgedCall], cwd: str | None) -> _Open:
    line = error_of(call)
    return _Open(
        first=call,
        last=call,
        goal=about,
        signature=signature(call.tool, line),
        example=line,
        is_missing="not found" in line.lower() or "no such" in line.lower(),
        earlier=earlier,
        cwd=cwd,
    )


def error_of(call: JudgedCall) -> str:
    """Return the first telling line of a failed call's result; empty where it has none."""
    if call.error is None:  # episodes and error patterns both ask, and a result is long to take apart
        call.error = error_line(call.tool, call.call.result.content) if call.call.result else ""
    return call.error


def _advance(episode: _Open, call: JudgedCall, about: str) -> tuple[Episode | None, bool]:
    """Return the episode if `call` ends it, and whether `call` was about the same goal."""
    if call.place - episode.first.place > WINDOW:
        end = EpisodeEnd.CENSORED if episode.saw_unknown else EpisodeEnd.ABANDONED
        return _close(episode, end), False
    same = about == episode.goal or (
        episode.is_missing and _tool(call) == _tool(episode.first) and same_name(about, episode.goal)
    )
    if not same:
        episode.between.append(call)
        return None, False
    if call.outcome.is_error:
        episode.failures += 1
        if call.tool == episode.first.tool:
            episode.last = call
    elif call.outcome is Outcome.OK:
        if _are_of_one_message(call, episode.last):
            return None, True
        if only_looks(_tool(call)) and not only_looks(_tool(episode.first)):
            episode.between.append(call)
            return None, True
        rescued = call.turn > episode.first.turn
        return _close(episode, EpisodeEnd.USER_RESCUED if rescued else EpisodeEnd.RECOVERED, call), True
    elif call.outcome is Outcome.UNKNOWN:
        episode.saw_unknown = True
    return None, True


def _tool(call: JudgedCall) -> str:
    return reached(call.call)[0]


def _are_of_one_message(one: JudgedCall, other: JudgedCall) -> bool:
    return (one.call.session_id, one.call.message_id) == (other.call.session_id, other.call.message_id)


def _close(episode: _Open, end: EpisodeEnd, by: JudgedCall | None = None) -> Episode:
    changes = (
        argument_changes(episode.last.call.arguments, by.call.arguments)
        if by is not None and by.tool == episode.last.tool
        else ()
    )
    return Episode(
        tool=episode.first.tool,
        signature=episode.signature,
        example=episode.example,
        goal=episode.goal,
        end=end,
        failures=episode.failures,
        failed=episode.last.evidence if by is not None else episode.first.evidence,
        recovery=by.evidence if by is not None else None,
        recovery_tool=by.tool if by is not None else None,
        between=tuple(call.tool for call in episode.between) if by is not None else (),
        steps=steps(episode.between, episode.first, episode.earlier, episode.cwd) if by is not None else (),
        parses=episode.last.call.arguments is not None,
        changes=changes,
    )


def error_patterns(calls: Iterable[JudgedCall]) -> tuple[ErrorPattern, ...]:
    """Return the errors among `calls` by signature, the most frequent first."""
    seen: dict[str, list[tuple[JudgedCall, str]]] = defaultdict(list)
    for call in calls:
        if call.outcome.is_error:
            line = error_of(call)
            seen[signature(call.tool, line)].append((call, line))
    patterns = [
        ErrorPattern(
            tool=found[0][0].tool,
            signature=name,
            example=found[0][1],
            count=len(found),
            evidence=tuple(call.evidence for call, _ in found[:_EVIDENCE]),
        )
        for name, found in seen.items()
    ]
    return tuple(sorted(patterns, key=lambda pattern: (-pattern.count, pattern.signature)))


def recovery_patterns(episodes: Iterable[tuple[str, Episode]]) -> tuple[RecoveryProfile, ...]:
    """Return episodes grouped by signature, ranked by the lower bound of their recovery rate.

    Args:
        episodes: the lineage id of the session with each episode, of one session or of several.
    """
    by_signature: dict[str, list[tuple[str, Episode]]] = defaultdict(list)
    by_tool: dict[str, list[Episode]] = defaultdict(list)
    for lineage_id, episode in episodes:
        by_signature[episode.signature].append((lineage_id, episode))
        by_tool[episode.tool].append(episode)
    profiles = [_profile(found, _base(by_tool[found[0][1].tool])) for found in by_signature.values()]
    return tuple(sorted(profiles, key=lambda one: (-(one.rate.low or 0.0), -one.episodes, one.signature)))


def _base(episodes: Sequence[Episode]) -> Rate:
    ends = Counter(episode.end for episode in episodes)
    return Rate(count=ends[EpisodeEnd.RECOVERED], total=len(episodes) - ends[EpisodeEnd.CENSORED])


def _profile(found: Sequence[tuple[str, Episode]], base: Rate) -> RecoveryProfile:
    episodes = [episode for _, episode in found]
    recovered = [pair for pair in found if pair[1].end is EpisodeEnd.RECOVERED]
    ends = Counter(episode.end for episode in episodes)
    sentence, typical = strategy([episode for _, episode in recovered])
    return RecoveryProfile(
        tool=episodes[0].tool,
        signature=episodes[0].signature,
        example=episodes[0].example,
        episodes=len(episodes),
        recovered=ends[EpisodeEnd.RECOVERED],
        user_rescued=ends[EpisodeEnd.USER_RESCUED],
        abandoned=ends[EpisodeEnd.ABANDONED],
        censored=ends[EpisodeEnd.CENSORED],
        sessions=len({lineage_id for lineage_id, _ in found}),
        sessions_recovered=len({lineage_id for lineage_id, _ in recovered}),
        base=base,
        strategy=sentence,
        changes=typical.changes if typical else (),
        evidence=_places(typical, episodes),
    )


def _places(typical: Episode | None, episodes: Sequence[Episode]) -> tuple[Evidence, ...]:
    """Return where it was seen: the typical recovery first, a failure before the call that mended it."""
    places: dict[Evidence, None] = {}
    for episode in [typical, *episodes] if typical else episodes:
        places.update(dict.fromkeys(place for place in (episode.failed, episode.recovery) if place is not None))
        if len(places) >= 2 * _EVIDENCE:
            break
    return tuple(places)[: 2 * _EVIDENCE]
