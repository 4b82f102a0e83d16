"""The journal of warm starts: what was noted is found again, whoever else writes and however much there is."""

from __future__ import annotations

import stat
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from warmtui.warmstart.hermes import journal as module
from warmtui.warmstart.hermes.journal import FILE_NAME, OLDER_NAME, Journal, WarmStart


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state")


def note(
    journal: Journal, home: Path, session_id: str, template_id: str = "greeting", certainty: str = "started"
) -> None:
    sure: module.Certainty = "started" if certainty == "started" else "probably"
    journal.note_session(session_id, home=home, template_id=template_id, version="v1", how="start", certainty=sure)


def found(journal: Journal, home: Path, *ids: str, at: float | None = None, source: str = "cli") -> WarmStart | None:
    return journal.warm_starts().of(ids, home, started_at=at, source=source)


def test_a_noted_session_is_found_by_any_id_of_its_lineage_and_in_its_home_only(
    journal: Journal, home: Path, tmp_path: Path
) -> None:
    note(journal, home, "b")
    assert found(journal, home, "a", "b") == WarmStart("greeting", "v1", "start", "started")
    assert found(journal, home, "a") is None
    assert found(journal, tmp_path, "b") is None


def test_a_home_is_the_same_by_whatever_link_it_is_reached(journal: Journal, home: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(home)
    note(journal, link, "a")
    assert found(journal, home, "a") is not None


def test_what_is_certain_stands_above_what_is_probable_and_the_first_word_above_the_second(
    journal: Journal, home: Path
) -> None:
    note(journal, home, "a", "first", "probably")
    note(journal, home, "a", "second", "probably")
    assert found(journal, home, "a") == WarmStart("first", "v1", "start", "probably")
    note(journal, home, "a", "third")
    note(journal, home, "a", "fourth")
    assert found(journal, home, "a") == WarmStart("third", "v1", "start", "started")


def test_a_session_that_began_while_a_template_was_active_began_probably_with_it(
    journal: Journal, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at, template_id in ((100.0, "one"), (200.0, "two"), (300.0, None)):
        monkeypatch.setattr(time, "time", lambda at=at: at)
        if template_id is None:
            journal.note_deactivation(home)
        else:
            journal.note_activation(home, template_id=template_id, version="v")
    told = [found(journal, home, "x", at=at) for at in (99.0, 100.0, 250.0, 300.0)]
    assert told == [
        None,
        WarmStart("one", "v", "activate", "probably"),
        WarmStart("two", "v", "activate", "probably"),
        None,
    ]
    assert found(journal, home, "x", at=None) is None


def test_a_clock_that_is_set_back_brings_nothing_to_life_again(
    journal: Journal, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 200.0)
    journal.note_activation(home, template_id="one", version="v")
    monkeypatch.setattr(time, "time", lambda: 100.0)
    journal.note_deactivation(home)
    assert journal.warm_starts().default_of(home) is None
    assert [found(journal, home, "x", at=at) for at in (50.0, 150.0, 1_000.0)] == [None] * 3


@pytest.mark.parametrize("source", ["tui", "desktop", "acp", "api_server"])
def test_where_no_prefill_is_read_an_active_template_warms_nothing(journal: Journal, home: Path, source: str) -> None:
    journal.note_activation(home, template_id="one", version="v")
    assert found(journal, home, "x", at=time.time() + 1, source=source) is None
    assert found(journal, home, "x", at=time.time() + 1, source="telegram") is not None


def test_the_file_is_for_its_owner_alone_and_nothing_is_made_by_reading(
    journal: Journal, home: Path, tmp_path: Path
) -> None:
    assert not journal.warm_starts()
    assert not (tmp_path / "state").exists()
    note(journal, home, "a")
    assert stat.S_IMODE((tmp_path / "state" / FILE_NAME).stat().st_mode) == 0o600


def test_lines_that_make_no_sense_are_passed_over_and_a_torn_one_costs_only_itself(
    journal: Journal, home: Path, tmp_path: Path
) -> None:
    note(journal, home, "a")
    file = tmp_path / "state" / FILE_NAME
    whole = file.read_bytes()
    odd = [b"\xff\xfe", b"[1]", b'{"at":1}', b'{"at":"x","event":"deactivated","home":"h"}', b'{"event":[],"at":1}']
    file.write_bytes(whole + b"\n".join(odd) + b"\n" + whole[:40])
    note(journal, home, "b")
    assert found(journal, home, "a") is not None
    assert found(journal, home, "b") is not None


def test_a_full_file_is_moved_aside_and_what_is_still_active_is_not_forgotten(
    journal: Journal, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 2_000)
    journal.note_activation(home, template_id="one", version="v")
    for number in range(100):
        note(journal, home, f"s{number}")
    state = tmp_path / "state"
    assert [(state / name).stat().st_size <= 2_000 for name in (FILE_NAME, OLDER_NAME)] == [True, True]
    assert sorted(path.name for path in state.glob("*.jsonl")) == sorted([FILE_NAME, OLDER_NAME])
    assert found(journal, home, "s99") is not None
    assert found(journal, home, "s0") is None
    assert found(journal, home, "x", at=time.time() + 1) == WarmStart("one", "v", "activate", "probably")


def _note_many(state: Path, home: Path, name: str) -> None:
    for number in range(25):
        Journal(state).note_session(f"{name}{number}", home=home, template_id="t", version="v", how="plugin")


def test_several_programs_may_note_at_once_and_no_line_is_lost(home: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        for done in [pool.submit(_note_many, state, home, name) for name in "abcd"]:
            done.result()
    starts = Journal(state).warm_starts()
    ids = [f"{name}{number}" for name in "abcd" for number in range(25)]
    assert all(starts.of([one], home, started_at=None, source="") for one in ids)
