"""Durations of calls: what is written and kept, and what is told of them again."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from warmtui import telemetry
from warmtui.config import Settings
from warmtui.demo import create_demo_store
from warmtui.profiling.models import SessionAnalysis
from warmtui.telemetry import note_call, read_timings, timings_of, timings_path
from warmtui.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return timings_path(tmp_path / "state")


def note(path: Path, call: str, seconds: float, session: str = "s", status: str = "ok", tool: str = "terminal") -> None:
    note_call(
        path, session_id=session, tool_call_id=call, tool_name=tool, duration=seconds, status=status, at=1_700_000_000.5
    )


def test_a_call_is_a_line_and_the_file_is_for_its_owner_alone(path: Path) -> None:
    note(path, "call_1", 0.25, status="error")
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {
            "session_id": "s",
            "tool_call_id": "call_1",
            "tool_name": "terminal",
            "duration": 0.25,
            "status": "error",
            "time": 1_700_000_000.5,
        }
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_durations_are_told_by_session_and_call(path: Path) -> None:
    note(path, "call_1", 0.25)
    note(path, "call_1", 2.0, session="other")
    note(path, "call_2", 0.5)
    assert read_timings(path) == {("s", "call_1"): 0.25, ("other", "call_1"): 2.0, ("s", "call_2"): 0.5}
    assert timings_of(path, ["s"]) == {"call_1": 0.25, "call_2": 0.5}
    assert timings_of(path, ["nobody"]) == {}


def test_the_sessions_of_one_conversation_are_told_together(path: Path) -> None:
    note(path, "call_1", 0.25)
    note(path, "call_2", 0.5, session="after the compaction")
    assert timings_of(path, ["s", "after the compaction"]) == {"call_1": 0.25, "call_2": 0.5}


def test_an_id_that_stands_for_two_calls_tells_neither(path: Path) -> None:
    note(path, "call_0", 0.25)
    note(path, "call_0", 9.0)
    note(path, "call_1", 0.5)
    note(path, "call_1", 0.5, session="later")
    assert timings_of(path, ["s"]) == {"call_1": 0.5}
    assert timings_of(path, ["s", "later"]) == {}


def test_a_call_that_was_blocked_took_no_time_that_says_anything(path: Path) -> None:
    note(path, "call_1", 0.0, status="blocked")
    note(path, "call_2", 1.5, status="cancelled")
    assert read_timings(path) == {("s", "call_2"): 1.5}


def test_lines_that_make_no_sense_are_passed_over(path: Path) -> None:
    note(path, "call_1", 0.25)
    with path.open("ab") as file:
        file.write(b'\xff\n{"session_id":"s"\n[]\nnull\n{"session_id":"s","tool_call_id":"x","duration":"1"}\n')
        file.write(b'{"session_id":"s","tool_call_id":"y","duration":NaN}\n{"session_id":"s","tool_call_id":3}\n')
    note(path, "call_2", 0.5)
    assert read_timings(path) == {("s", "call_1"): 0.25, ("s", "call_2"): 0.5}


def test_no_file_tells_nothing(path: Path) -> None:
    assert read_timings(path) == {}
    assert timings_of(path, ["s"]) == {}


def test_a_full_file_is_moved_aside_and_one_older_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "LARGEST", 1_000)
    for number in range(100):
        note(path, f"call_{number}", number)
    kept = sorted(read_timings(path).values())
    assert kept == list(range(100))[-len(kept) :]
    assert 5 < len(kept) < 40
    assert sum(one.stat().st_size for one in path.parent.iterdir()) < 3_000


def test_of_several_that_see_a_full_file_only_one_moves_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "LARGEST", 10_000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: note(path, f"call_{number}", number), range(900)))
    older = path.with_name(telemetry.OLDER_NAME)
    assert older.stat().st_size >= 10_000, "whole, not the beginning of the next"


def test_a_file_whose_writer_was_killed_before_it_was_moved_is_moved_at_the_next_turn(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "LARGEST", 1_000)
    path.parent.mkdir()
    path.write_bytes(b"\n" * 1_050)
    for number in range(20):
        note(path, f"call_{number}", number)
    assert path.stat().st_size < 1_000
    assert path.with_name(telemetry.OLDER_NAME).stat().st_size < 2_200


def test_a_name_a_model_made_up_is_cut(path: Path) -> None:
    note(path, "call_1", 0.25, tool="x" * 100_000)
    assert path.stat().st_size < 1_000


def test_lines_of_several_writers_are_whole(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: note(path, f"call_{number}", number), range(400)))
    assert read_timings(path) == {("s", f"call_{number}"): number for number in range(400)}


def test_a_profile_takes_the_durations_that_were_noted(tmp_path: Path) -> None:
    store = create_demo_store(tmp_path / "demo")
    settings = Settings(sources=(store,), cache_dir=tmp_path / "cache", state_dir=tmp_path / "state")
    with Workspace.open(settings) as workspace:
        workspace.refresh()
        row = next(row for row in workspace.rows() if row.calls > 5)
        calls = workspace.conversation(row.store, row.session_id).calls
        once = [call for call in calls if [other.call_id for other in calls].count(call.call_id) == 1]
        assert not recorded(workspace.analyze(row.store, row.session_id))
        for call in once:
            assert call.call_id is not None
            note(timings_path(settings.state_dir), call.call_id, 0.123, session=row.session_id)
        assert recorded(workspace.analyze(row.store, row.session_id)) == len(once)


def test_durations_that_cannot_be_read_take_no_profile_away(tmp_path: Path) -> None:
    store = create_demo_store(tmp_path / "demo")
    settings = Settings(sources=(store,), cache_dir=tmp_path / "cache", state_dir=tmp_path / "state")
    timings_path(settings.state_dir).mkdir(parents=True)
    with Workspace.open(settings) as workspace:
        workspace.refresh()
        row = workspace.rows(limit=1)[0]
        assert not recorded(workspace.analyze(row.store, row.session_id))


def recorded(analysis: SessionAnalysis) -> int:
    """How many durations of a profile were noted, not told from the times of messages."""
    return sum(profile.durations.recorded for profile in analysis.tool_calls.values() if profile.durations is not None)
