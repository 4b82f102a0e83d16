"""Stores written by Hermes' own ``SessionDB``, read from the file and through the object."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from warmtui.sessions.opening import open_store

Shown = dict[str, Any]


@pytest.fixture(scope="module")
def written(hermes_python: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Shown]]]:
    """A store as Hermes left it, and what was read of it in Hermes' own process."""
    path = tmp_path_factory.mktemp("hermes") / "state.db"
    script = Path(__file__).with_name("real_hermes.py")
    ran = subprocess.run(
        [hermes_python, str(script), str(path)], capture_output=True, text=True, check=False, cwd=path.parent
    )
    assert ran.returncode == 0, ran.stderr
    return path, json.loads(ran.stdout)


def test_the_object_and_the_file_give_the_same_conversations(
    written: tuple[Path, dict[str, dict[str, Shown]]],
) -> None:
    for session_id, shown in written[1].items():
        assert shown["object"] == shown["file"], session_id


def test_two_compactions_by_hermes_lose_no_call_and_show_no_message_twice(
    written: tuple[Path, dict[str, dict[str, Shown]]],
) -> None:
    shown = written[1]["compacted"]["file"]
    assert shown["texts"] == [
        *("go on", "", "", "go on", "half done"),
        *("SUMMARY", "go on", "done"),
        *("SUMMARY", "thanks", "welcome"),
    ]
    assert len(shown["results"]) == 2
    assert shown["results"][0] > 900
    assert shown["orphans"] == 0
    assert shown["ids"] == sorted(shown["ids"])


def test_what_was_rewound_is_gone(written: tuple[Path, dict[str, dict[str, Shown]]]) -> None:
    assert written[1]["rewound"]["file"]["texts"] == ["first", "one", "better question", "better answer"]


def test_a_rotation_is_one_conversation_with_its_copies_once(
    written: tuple[Path, dict[str, dict[str, Shown]]],
) -> None:
    shown = written[1]["rotated"]["file"]
    assert shown == written[1]["rotated2"]["file"]
    assert shown["lineage"] == ["rotated", "rotated2"]
    assert shown["texts"] == ["long task", "began", "", "go on", "more", "SUMMARY", "go on", "finished"]
    assert len(shown["results"]) == 1


def test_branches_and_delegates_point_at_their_parents(written: tuple[Path, dict[str, dict[str, Shown]]]) -> None:
    branch, child = written[1]["branch"]["file"], written[1]["child"]["file"]
    assert (branch["kind"], branch["parent"]) == ("branch", "rotated2")
    assert (child["kind"], child["parent"]) == ("delegate", "rewound")
    assert child["texts"] == ["look\n[image]"]


def test_the_closed_store_reads_as_the_open_one_did(written: tuple[Path, dict[str, dict[str, Shown]]]) -> None:
    path, shown = written
    with open_store(path) as store:
        assert store.format == "hermes 22"
        assert {session.lineage_id for session in store.sessions()} == {
            *("compacted", "rewound", "rotated", "branch", "child")
        }
        messages = store.conversation("compacted").messages
    assert [message.message_id for message in messages] == shown["compacted"]["file"]["ids"]


APPENDING = """
import sys
from pathlib import Path
from hermes_state import SessionDB
db = SessionDB(Path(sys.argv[1]))
db.create_session("busy", "cli")
print("ready", flush=True)
for number in range(300):
    db.append_message("busy", ("user", "assistant")[number % 2], f"message {number} " + "x" * 200)
print(db.session_count(), db.message_count("busy"))
db.close()
"""


def test_a_running_hermes_is_read_while_it_writes_and_notices_nothing(hermes_python: str, tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    command = [hermes_python, "-c", APPENDING, str(path)]
    seen = [0]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with open_store(path) as store:
            while writer.poll() is None:
                seen.append(store.conversation("busy").message_count)
            said, complaints = writer.communicate()
            seen.append(store.conversation("busy").message_count)
    assert (writer.returncode, said, complaints) == (0, "1 300\n", "")
    assert seen == sorted(seen)
    assert seen[-1] == 300
    assert len(set(seen)) > 3
