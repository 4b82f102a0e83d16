"""What Hermes itself exports, read back: the same conversations as from its store."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import lines, read_all, results, shape
from warmtui.sessions.opening import open_store

WRITER = """
import json, sys, types
from pathlib import Path
from hermes_state import SessionDB

folder = Path(sys.argv[1])
db = SessionDB(folder / "state.db")
CALL = [{"id": "c1", "type": "function", "function": {"name": "terminal", "arguments": '{"command": "ls"}'}}]

def work(session_id, command):
    db.append_message(session_id, "user", "please " + command)
    db.append_message(session_id, "assistant", "", tool_calls=CALL)
    content = json.dumps({"output": "a", "exit_code": 0, "error": None})
    db.append_message(session_id, "tool", content, tool_call_id="c1", tool_name="terminal")
    db.append_message(session_id, "assistant", "done")

db.create_session("plain", "cli", model="m")
db.set_session_title("plain", "A plain one")
work("plain", "list")
db.create_session("first", "cli")
work("first", "build")
db.end_session("first", "compression")
db.create_session("second", "cli", parent_session_id="first")
db.append_message("second", "user", "[CONTEXT COMPACTION — REFERENCE ONLY] what was done")
work("second", "ship")
db.create_session("branch", "cli", parent_session_id="second", model_config={"_branched_from": "second"})
work("branch", "try")

def export(name, records):
    (folder / name).write_text("".join(json.dumps(each, default=str) + "\\n" for each in records))

export("all.jsonl", db.export_all())
export("lineage.jsonl", [db.export_session_lineage("second")])

from agent.agent_runtime_helpers import convert_to_trajectory_format
from agent.trajectory import save_trajectory
agent = types.SimpleNamespace(_format_tools_for_system_message=lambda: "[]")
messages = db.get_messages_as_conversation("plain")
turns = convert_to_trajectory_format(agent, messages, messages[0]["content"], True)
save_trajectory(turns, "m", True, filename=str(folder / "trajectory_samples.jsonl"))
"""


@pytest.fixture(scope="module")
def exports(hermes_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of the real Hermes, and what it exported."""
    folder = tmp_path_factory.mktemp("exports")
    environment = {"HERMES_HOME": str(folder / "home"), "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    subprocess.run([hermes_python, "-c", WRITER, str(folder)], check=True, env=environment, capture_output=True)
    return folder


def told(path: Path) -> dict[str, Any]:
    return {
        session_id: (one.session.lineage, one.session.kind, one.session.parent_session_id, shape(one), results(one))
        for session_id, one in read_all(path).items()
    }


def test_what_hermes_exports_is_what_its_store_holds(exports: Path) -> None:
    stored = told(exports / "state.db")
    assert stored.keys() == {"plain", "second", "branch"}
    assert told(exports / "all.jsonl") == stored
    assert told(exports / "lineage.jsonl") == {"second": stored["second"]}


def test_it_is_told_from_other_lines_with_messages(exports: Path) -> None:
    with open_store(exports / "all.jsonl") as store:
        assert store.format == "hermes-export"
        titles = {session.session_id: session.title for session in store.sessions()}
    assert titles["plain"] == "A plain one"


def test_a_trajectory_that_hermes_saved_holds_the_same_calls(exports: Path) -> None:
    (found,) = told(exports / "trajectory_samples.jsonl").values()
    *_, stored_results = told(exports / "state.db")["plain"]
    assert found[-1] == stored_results


def test_a_session_that_stands_there_twice_is_read_once(tmp_path: Path) -> None:
    columns = {"source": "cli", "started_at": 1.0, "parent_session_id": None, "end_reason": None}
    row = {"id": "a", **columns, "messages": [{"role": "user", "content": "hi"}]}
    path = lines(tmp_path / "export.jsonl", [row, row, {"other": 1}])
    assert list(read_all(path)) == ["a"]
    with open_store(path) as store:
        assert [flaw.partition(": ")[2] for flaw in store.flaws] == [
            "line 2: a session that stood there before",
            "line 3: no exported session",
        ]
