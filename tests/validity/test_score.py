"""The measurement of the score, on sessions made up so that the answer is known, and on the real ones."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.validity import score
from tests.validity.__main__ import main, measurements
from tests.validity._labelled import Dataset, first_and_second, is_faultless, load, odd_and_even

WORKED = '{"success": true}'
FAILED = '{"success": false, "error": "no such flight"}'


def _line(number: int, outcomes: Sequence[bool], *, reward: float, task: str = "", group: str = "g") -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "go"}]
    for place, worked in enumerate(outcomes):
        name, call_id = f"tool_{place % 2}", f"c{place}"
        function = {"name": name, "arguments": orjson.dumps({"id": place}).decode()}
        calls = [{"id": call_id, "type": "function", "function": function}]
        messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        messages.append({"role": "tool", "tool_call_id": call_id, "content": WORKED if worked else FAILED})
    messages.append({"role": "assistant", "content": "done"})
    labels = {"session_id": f"s{number:02}", "task": task or str(number), "group": group, "reward": reward}
    return {**labels, "messages": messages}


def _write(path: Path, lines: Sequence[dict[str, Any]]) -> Path:
    with gzip.open(path, "wb") as packed:
        packed.write(b"\n".join(orjson.dumps(line) for line in lines))
    return path


def _ordered() -> list[dict[str, Any]]:
    """Rewarded sessions without an error and others with some, of all lengths."""
    good = [_line(number, [True] * (2 + number), reward=1.0) for number in range(8)]
    bad = [_line(10 + number, [False, True] * (2 + number), reward=0.0) for number in range(8)]
    return [*good, *bad]


@pytest.fixture
def ordered(tmp_path: Path) -> Dataset:
    return load(_write(tmp_path / "ordered.jsonl.gz", _ordered()))


def _row(dataset: Dataset, name: str) -> score.Row:
    return next(row for row in score.rows(dataset, score.scored_sessions(dataset)) if row.name.strip() == name)


def test_a_score_that_orders_all_sessions_has_the_auc_one(ordered: Dataset) -> None:
    found = _row(ordered, "score")
    assert (found.in_groups.value, found.in_groups.low, found.in_groups.count) == (1.0, 1.0, 64)
    assert _row(ordered, "success").in_groups.value == 1.0
    assert found.in_tasks.count == 0  # each has a task of its own
    assert 0 < found.as_long.count < 64


def test_faultless_sessions_have_one_score_and_the_auc_a_half_however_long_they_are(tmp_path: Path) -> None:
    lines = [_line(number, [True] * (1 + number), reward=float(number > 5)) for number in range(12)]
    dataset = load(_write(tmp_path / "faultless.jsonl", lines))
    assert {score.value(dataset, one) for one in dataset.sessions} == {1.0}
    assert all(is_faultless(one.analysis.score_counts) for one in dataset.sessions)
    assert _row(dataset, "score").in_groups.value == 0.5
    assert _row(dataset, "shortness, 1 / (1 + calls)").in_groups.value == 0.0


def test_sessions_of_two_groups_are_never_compared(tmp_path: Path) -> None:
    lines = [
        _line(0, [True] * 6, reward=1.0),
        _line(1, [False] * 6, reward=0.0),
        _line(2, [True] * 6, reward=0.0, group="h"),
        _line(3, [False] * 6, reward=0.0, group="h"),
    ]
    found = _row(load(_write(tmp_path / "two.jsonl.gz", lines)), "score")
    assert (found.in_groups.value, found.in_groups.count) == (1.0, 1)


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    lines = _ordered()
    shuffled = random.Random(3).sample(lines, len(lines))
    (tmp_path / "other").mkdir()
    one = score.part(load(_write(tmp_path / "x.jsonl.gz", lines)))
    two = score.part(load(_write(tmp_path / "other" / "x.jsonl.gz", shuffled)))
    assert one == two


def test_sessions_without_a_score_or_a_reward_are_left_out_and_counted(tmp_path: Path) -> None:
    talk = _line(90, [], reward=1.0)
    unlabelled = {key: held for key, held in _line(91, [True], reward=0.0).items() if key != "reward"}
    dataset = load(_write(tmp_path / "x.jsonl.gz", [*_ordered(), talk, unlabelled]))
    told = score.part(dataset)
    assert "17 sessions, 17 tasks, 1 group; 9 rewarded; 1 without a reward are left out" in told
    assert "1 have no score, for want of a call that could be judged, and are left out (1 of them rewarded)" in told
    assert len(score.scored_sessions(dataset)) == 16


def test_halves_are_cut_by_calls(tmp_path: Path) -> None:
    lines = [_line(0, [True, False] * 3, reward=1.0), _line(1, [True] * 5, reward=1.0)]
    long, short = load(_write(tmp_path / "x.jsonl", lines)).sessions
    cut = odd_and_even(long)
    assert cut is not None
    odd, even = cut
    assert (odd.tools, even.tools) == ({"tool_0": (3, 3)}, {"tool_1": (0, 3)})
    assert (odd.episodes, even.episodes, odd.closed, odd.turns) == (0, 3, None, 0)
    halves = first_and_second(long)
    assert halves is not None
    assert halves.first.tools == {"tool_0": (2, 2), "tool_1": (0, 1)}
    assert halves.first_errors == pytest.approx(1 / 3)
    assert halves.second_errors == pytest.approx(2 / 3)
    assert odd_and_even(short) is None
    assert first_and_second(short) is None


def test_what_lasts_through_a_session_is_reliable_and_foretells_its_second_half(tmp_path: Path) -> None:
    lines = [_line(number, [True, True, False, False] * 3, reward=0.0) for number in range(8)]
    lines += [_line(10 + number, [True] * (6 + number), reward=1.0) for number in range(8)]
    dataset = load(_write(tmp_path / "lasting.jsonl.gz", lines))
    assert score.reliability(dataset).value > 0.5
    found = score.second_half(dataset)
    assert found["score of the first half"].value < -0.5
    assert found["error rate of the first half"].value > 0.5


def test_the_command_names_its_measurements_and_reads_the_files_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARMTUI_TEST_DATA", raising=False)
    assert measurements() == ["outcomes", "redaction", "score"]
    path = _write(tmp_path / "ordered.jsonl.gz", _ordered())
    assert main(["score", str(path)]) == 0
    assert "ordered.jsonl.gz: 16 sessions" in capsys.readouterr().out
    assert main(["score"]) == 0
    assert "WARMTUI_TEST_DATA" in capsys.readouterr().out
    assert main(["score", str(tmp_path / "gone.jsonl")]) == 1
    assert "gone.jsonl" in capsys.readouterr().err
    assert main(["guess"]) == main(["redaction", str(path)]) == main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_on_real_sessions_the_score_orders_better_than_chance_and_than_the_older_one(data_dir: Path) -> None:
    for path in score.data_files():
        dataset = load(path)
        found, classic = _row(dataset, "score"), _row(dataset, "classic")
        assert found.in_groups.value >= 0.56
        assert found.in_groups.value > classic.in_groups.value + 0.1
        assert score.reliability(dataset).value > 0.5
