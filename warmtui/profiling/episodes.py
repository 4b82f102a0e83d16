"""Episodes by their calls: from a failed or rejected call on, was it mended, and by whom.

Only what tells how an episode ends is looked at here; `warmtui.profiling.recovery` says what had to change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from warmtui.profiling.evidence import Evidence
from warmtui.profiling.goals import goal, only_looks, reached, same_name
from warmtui.profiling.judged import JudgedCall
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.recovery_models import EpisodeEnd

WINDOW = 8
"""Calls after the first failure within which it must be mended to count as recovered."""

_OK, _UNKNOWN = Outcome.OK, Outcome.UNKNOWN


@dataclass(slots=True)
class FollowedEpisode:
    """An episode and its calls.

    Attributes:
        first: the call that failed first.
        last: the last failed call of that one's tool: the one that a recovery is compared with.
        goal: what the calls were about.
        failures: failed or rejected calls on the goal, at least 1.
        between: the calls in between that did not try the same again.
        end: how it ended; while it has not, as if it were given up.
        recovery: the call that succeeded, or None.
    """

    first: JudgedCall
    last: JudgedCall
    goal: str
    failures: int = 1
    between: list[JudgedCall] = field(default_factory=list)
    end: EpisodeEnd = EpisodeEnd.ABANDONED
    recovery: JudgedCall | None = None
    _saw_unknown: bool = False

    @property
    def failed(self) -> Evidence:
        """The failed call that it is shown by: before a recovery the last one of the tool, else the first."""
        return (self.first if self.recovery is None else self.last).evidence

    def meet(self, call: JudgedCall, about: str) -> tuple[bool, bool]:
        """Take a later call in; return whether it ends the episode, and whether it was about the same goal."""
        if call.place - self.first.place > WINDOW:
            self._give_up(is_cut=self._saw_unknown)
            return True, False
        if about != self.goal and not self._is_of_the_same_name(call, about):
            self.between.append(call)
            return False, False
        outcome = call.outcome
        if outcome.is_error:
            self.failures += 1
            if call.tool == self.first.tool:
                self.last = call
        elif outcome is _OK:
            return self._meet_success(call), True
        elif outcome is _UNKNOWN:
            self._saw_unknown = True
        return False, True

    def end_with_session(self, last: int, *, is_live: bool) -> None:
        """Say how it ended where no further call comes; `last` is the place of the last one."""
        self._give_up(is_cut=self._saw_unknown or (is_live and last - self.first.place < WINDOW))

    def _meet_success(self, call: JudgedCall) -> bool:
        # A call made in the same message as the failure cannot have answered it.
        if call.call.message_id == self.last.call.message_id and call.call.session_id == self.last.call.session_id:
            return False
        if only_looks(_tool(call)) and not only_looks(_tool(self.first)):
            self.between.append(call)
            return False
        self.recovery = call
        self.end = EpisodeEnd.USER_RESCUED if call.turn > self.first.turn else EpisodeEnd.RECOVERED
        return True

    def _give_up(self, *, is_cut: bool) -> None:
        self.end = EpisodeEnd.CENSORED if is_cut else EpisodeEnd.ABANDONED

    def _is_of_the_same_name(self, call: JudgedCall, about: str) -> bool:
        """Whether a file that was not there is looked for in another folder."""
        if not same_name(about, self.goal) or _tool(call) != _tool(self.first):
            return False
        line = self.first.error.lower()
        return "not found" in line or "no such" in line


def follow(calls: Sequence[JudgedCall], *, cwd: str | None = None, is_live: bool = False) -> list[FollowedEpisode]:
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
    begun: list[FollowedEpisode] = []
    opened: list[FollowedEpisode] = []
    for call in calls:
        is_error = call.outcome.is_error
        if not opened and not is_error:
            continue
        about = goal(call.call, cwd)
        still_open = []
        met = False
        for episode in opened:
            has_ended, is_same = episode.meet(call, about)
            met = met or is_same
            if not has_ended:
                still_open.append(episode)
        opened = still_open
        if is_error and not met:
            opened.append(FollowedEpisode(call, call, about))
            begun.append(opened[-1])
    for episode in opened:
        episode.end_with_session(len(calls) - 1, is_live=is_live)
    return begun


def _tool(call: JudgedCall) -> str:
    return reached(call.call)[0]
