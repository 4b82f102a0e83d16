"""What is kept of every session is what its analysis says, whatever the session."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given

from tests.conversations import FAILED, OK, Talk
from tests.profiling.test_invariants import built, steps
from warmtui.profiling.basis import classic_score
from warmtui.profiling.models import EpisodeEnd
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.profiler import analyze
from warmtui.profiling.summary import summarize
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

SAME = (
    *("store", "session_id", "lineage", "lineage_id", "title", "source", "model", "started_at", "ended_at", "cwd"),
    *("message_count", "outcomes", "orphans", "score_counts", "classic", "calls"),
)


def assert_agree(conversation: Conversation) -> None:
    summary, analysis = summarize(conversation), analyze(conversation)
    for name in SAME:
        assert getattr(summary, name) == getattr(analysis, name), name
    assert Counter(summary.ends) == Counter(episode.end for episode in analysis.episodes)
    assert summary.score_counts.corrections == len(analysis.user_patterns.corrections)


@given(steps)
def test_a_summary_says_what_the_analysis_says(made: list[tuple[str, Any]]) -> None:
    assert_agree(built("s", made))


def test_it_does_so_of_real_sessions(airline_db: Path) -> None:
    with open_store(airline_db) as store:
        for conversation in store.conversations():
            assert_agree(conversation)


def test_a_corrected_outcome_wins_in_both() -> None:
    talk = Talk().ask("go").call("read", {"path": "a"}, OK).end()
    result = talk.calls[0].result
    assert result is not None
    corrections = {(result.session_id, result.message_id): Outcome.FAILED}
    summary = summarize(talk, corrections=corrections)
    assert (summary.outcomes.failed, summary.calls[0].corrected) == (1, True)
    assert summary.calls == analyze(talk, corrections=corrections).calls
    assert summary.ends[EpisodeEnd.ABANDONED] == 1


def test_every_end_is_named_also_where_no_episode_ended_so() -> None:
    talk = Talk().ask("go").call("patch", {"path": "a"}, FAILED).call("patch", {"path": "a"}, OK).end()
    assert summarize(talk).ends == {
        EpisodeEnd.RECOVERED: 1,
        EpisodeEnd.USER_RESCUED: 0,
        EpisodeEnd.ABANDONED: 0,
        EpisodeEnd.CENSORED: 0,
    }


def test_the_older_score_reads_lower_cased_text_whatever_letters_are_in_it() -> None:
    def clean(text: str) -> bool:
        talk = Talk()
        for _ in range(5):
            talk.ask("go")
        conversation = talk.call("read", {}, text).ask("a").ask("b").ask("c").end()
        return classic_score(conversation, 10) > 0.5

    others = [chr(code) for code in range(0x80, sys.maxunicode + 1)]
    changing = [each for each in others if each.lower() != each or each.upper() != each]
    for word in ("error", "failed", "eRRor", "FAILED"):
        assert not clean(f"é {word}")
        assert not clean(f"x {word}")
    for word in ("error", "failed"):
        for place in range(len(word)):
            texts = [f"{word[:place]}{other}{word[place + 1 :]}" for other in changing]
            assert [clean(text) for text in texts] == [
                "error" not in t and "failed" not in t for t in map(str.lower, texts)
            ]
