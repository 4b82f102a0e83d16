"""What episodes and errors show: what had to change, what they have in common, how often they were mended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from warmtui.profiling.differences import argument_changes
from warmtui.profiling.episodes import FollowedEpisode, follow
from warmtui.profiling.evidence import Evidence
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.rates import Rate
from warmtui.profiling.recovery_models import Episode, EpisodeEnd, RecoveryProfile
from warmtui.profiling.signatures import signature
from warmtui.profiling.steps import BEFORE, steps
from warmtui.profiling.strategy import strategy
from warmtui.profiling.tool_models import ErrorPattern

_EVIDENCE = 5


def find_episodes(calls: Sequence[JudgedCall], *, cwd: str | None = None, is_live: bool = False) -> list[Episode]:
    """Return the episodes of a conversation, in the order of their first failures, see `episodes.follow`.

    Args:
        calls: the judged calls of one conversation, in order.
        cwd: the folder relative paths are meant from.
        is_live: whether the conversation may still go on.
    """
    return [episode_of(followed, calls, cwd) for followed in follow(calls, cwd=cwd, is_live=is_live)]


def episode_of(followed: FollowedEpisode, calls: Sequence[JudgedCall], cwd: str | None = None) -> Episode:
    """Return what there is to say of an episode.

    Args:
        followed: the episode.
        calls: the calls of its conversation.
        cwd: the folder relative paths are meant from.
    """
    first, last, by = followed.first, followed.last, followed.recovery
    line = first.error
    begun = {
        "tool": first.tool,
        "signature": signature(first.tool, line),
        "example": line,
        "goal": followed.goal,
        "end": followed.end,
        "failures": followed.failures,
        "failed": followed.failed,
        "parses": last.call.arguments is not None,
    }
    if by is None:
        return Episode(**begun)
    earlier = calls[max(0, first.place - BEFORE) : first.place]
    return Episode(
        **begun,
        recovery=by.evidence,
        recovery_tool=by.tool,
        between=tuple(call.tool for call in followed.between),
        steps=steps(followed.between, first, earlier, cwd),
        changes=argument_changes(last.call.arguments, by.call.arguments) if by.tool == last.tool else (),
    )


def error_patterns(calls: Iterable[JudgedCall]) -> tuple[ErrorPattern, ...]:
    """Return the errors among `calls` by signature, the most frequent first."""
    seen: dict[str, list[JudgedCall]] = defaultdict(list)
    for call in calls:
        if call.outcome.is_error:
            seen[signature(call.tool, call.error)].append(call)
    patterns = [
        ErrorPattern(
            tool=found[0].tool,
            signature=name,
            example=found[0].error,
            count=len(found),
            evidence=tuple(call.evidence for call in found[:_EVIDENCE]),
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
