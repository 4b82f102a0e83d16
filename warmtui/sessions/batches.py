"""Which messages were written in one go: their times tell what compaction inserted from what was appended later."""

from __future__ import annotations

from collections.abc import Sequence, Set

from warmtui.sessions.models import Message

# Rows inserted together get times that go up by a millionth of a second a row, or keep the times they had. Between
# two rows that were appended one after the other lies a commit, which takes a hundred times as long.
_STEP = 2e-6
# More is not kept in front of a summary; it bounds the work on what was made to look like copies.
_LONGEST_HEAD = 100


class Batches:
    """Finds the messages that were written together with a compaction summary.

    Args:
        messages: one lineage in order.
        rewound: where in it those stand that the user took back.
    """

    def __init__(self, messages: Sequence[Message], rewound: Set[int]) -> None:
        self._messages = messages
        self._rewound = rewound
        self._times = [message.timestamp or 0.0 for message in messages]
        self._first: dict[float, int] = {}  # where each time stands first: a copy may have kept it
        for at, time in enumerate(self._times):
            self._first.setdefault(time, at)

    def around(self, summary: int) -> tuple[int, int | None] | None:
        """Return where the messages written with a summary begin and end; None where their times do not tell.

        The end is None where the summary has the time of the message it was merged with: that of what follows
        then proves nothing.
        """
        if self._is_kept(summary):
            begin = self._begin_of_kept(summary)
            return None if begin == summary else (begin, None)
        begin, end = self._begin(summary), self._end(summary)
        is_alone = self._is_same_row(begin, end - 1)
        return None if is_alone else (begin, end)

    def _begin_of_kept(self, summary: int) -> int:
        begin = summary
        longest = max(0, summary - _LONGEST_HEAD)
        while begin > longest and self._is_together(begin - 1, summary) and self._is_kept(begin - 1):
            begin -= 1
        goes_back = begin > 0 and self._times[begin] < self._times[begin - 1]
        return begin if goes_back else summary

    def _begin(self, summary: int) -> int:
        begin = timed = summary
        longest = max(0, summary - _LONGEST_HEAD)
        while begin > longest and self._is_together(begin - 1, summary):
            at = begin - 1
            if 0 < self._times[timed] - self._times[at] <= _STEP * (timed - at):
                timed = at
            elif not self._is_older(at, timed) and not self._is_same_row(at, begin):
                break
            begin = at
        return begin

    def _end(self, summary: int) -> int:
        at, timed = summary + 1, summary
        while at < len(self._messages) and self._is_together(at, summary):
            if 0 < self._times[at] - self._times[timed] <= _STEP * (at - timed):
                timed = at
            elif not self._is_older(at, timed) and not self._is_same_row(at, at - 1):
                break
            at += 1
        return at

    def _is_kept(self, at: int) -> bool:
        """Tell whether a message has the very time of an earlier one, as only copies do where times are exact."""
        return self._first[self._times[at]] < at

    def _is_older(self, at: int, timed: int) -> bool:
        """Tell whether a message kept the time of an earlier one among messages that have a time of their own."""
        return self._is_kept(at) and self._times[at] < self._times[timed]

    def _is_same_row(self, at: int, other: int) -> bool:
        """Tell whether two messages are one row: a summary and what it was merged with."""
        return self._messages[at].message_id == self._messages[other].message_id

    def _is_together(self, at: int, summary: int) -> bool:
        one, other = self._messages[at], self._messages[summary]
        return one.session_id == other.session_id and (one.is_archived == other.is_archived or at in self._rewound)
