"""The demo store: the same every time, whole or not there, and with every trouble of a real one in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from warmtui.demo import DEMO_NOW, DEMO_START, DEMO_VERSION, create_demo_store
from warmtui.demo.ddl import DDL
from warmtui.errors import WarmtuiError

Row = dict[str, Any]


class Rows:
    """Everything a store holds, as its tables have it."""

    def __init__(self, path: Path) -> None:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            self.sessions: list[Row] = [dict(row) for row in connection.execute("SELECT * FROM sessions")]
            self.messages: list[Row] = [dict(row) for row in connection.execute("SELECT * FROM messages ORDER BY id")]
        self.version_of: dict[str, Row] = {row["id"]: row for row in self.sessions}

    def of(self, session_id: str) -> list[Row]:
        """The messages of one session in order."""
        return [row for row in self.messages if row["session_id"] == session_id]

    def sessions_with(self, text: str) -> set[str]:
        """The sessions in whose results `text` occurs."""
        return {row["session_id"] for row in self.messages if row["role"] == "tool" and text in (row["content"] or "")}


@pytest.fixture(scope="module", params=[7, 8], ids=["seed 7", "seed 8"])
def rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return Rows(create_demo_store(tmp_path_factory.mktemp("demo"), seed=request.param))


def _calls(row: Row) -> list[dict[str, Any]]:
    value: object = row["tool_calls"]
    while isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, list) else []


def _ids(rows: Rows, session_id: str) -> list[str]:
    return [call.get("id", "") for row in rows.of(session_id) for call in _calls(row)]


def _answered(rows: Rows, session_id: str) -> set[str]:
    return {row["tool_call_id"] for row in rows.of(session_id) if row["role"] == "tool"}


def _written_arguments(rows: Rows) -> list[str]:
    return [call["function"]["arguments"] for row in rows.messages for call in _calls(row) if "function" in call]


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _result(text: str) -> Callable[[Rows], bool]:
    return lambda rows: bool(rows.sessions_with(text))


def _user(text: str) -> Callable[[Rows], bool]:
    return lambda rows: any(row["role"] == "user" and text in (row["content"] or "") for row in rows.messages)


def _anywhere(text: str) -> Callable[[Rows], bool]:
    """`text` as it is, or as JSON has it, in any content or title."""
    forms = {text, json.dumps(text, ensure_ascii=False)[1:-1]}
    return lambda rows: any(
        form in value
        for form in forms
        for value in [*(row["content"] or "" for row in rows.messages), *(row["title"] or "" for row in rows.sessions)]
    )


def _matches(pattern: str) -> Callable[[Rows], bool]:
    return lambda rows: any(re.search(pattern, row["content"] or "") for row in rows.messages)


def _is_rewound(row: Row) -> bool:
    return not row["active"] and not row["compacted"]


TROUBLES: dict[str, Callable[[Rows], bool]] = {
    "list content with an image": lambda rows: any(
        (row["content"] or "").startswith("\x00json:[") and "image_url" in row["content"] for row in rows.messages
    ),
    "dict content": lambda rows: any((row["content"] or "").startswith("\x00json:{") for row in rows.messages),
    "NULL assistant content": lambda rows: any(
        row["role"] == "assistant" and row["content"] is None for row in rows.messages
    ),
    "empty assistant content": lambda rows: any(
        row["role"] == "assistant" and row["content"] == "" for row in rows.messages
    ),
    "NULL tool_name of a rejected call": lambda rows: any(
        row["role"] == "tool" and row["tool_name"] is None and "does not exist" in row["content"]
        for row in rows.messages
    ),
    "calls encoded twice": lambda rows: any((row["tool_calls"] or "").startswith('"[') for row in rows.messages),
    "legacy calls": lambda rows: any(
        set(call) == {"name", "arguments"} for row in rows.messages for call in _calls(row)
    ),
    "arguments that do not parse": lambda rows: not all(_parses(text) for text in _written_arguments(rows)),
    "call ids that repeat within a session": lambda rows: any(
        max(Counter(filter(None, _ids(rows, session))).values(), default=0) > 2 for session in rows.version_of
    ),
    "a call without a result": lambda rows: any(
        set(filter(None, _ids(rows, session))) - _answered(rows, session) for session in rows.version_of
    ),
    "a result without a call": lambda rows: any(
        _answered(rows, session) - {None} - set(_ids(rows, session)) for session in rows.version_of
    ),
    "several calls in one turn": lambda rows: any(len(_calls(row)) > 1 for row in rows.messages),
    "a wrapped result": _result('<untrusted_tool_result source="web_search">'),
    "a nested result with isError": _result('"isError": false'),
    "a hint after the JSON": _result("\n\n[Hint: "),
    "a loop warning after the JSON": _result("\n\n[Tool loop warning: "),
    "a folder's context after the JSON": _result("\n\n[Subdirectory context discovered: "),
    "a cancelled call": _result("[Tool execution cancelled — "),
    "a skipped call": _result("[Tool execution skipped — "),
    "a call skipped for another's fault": _result("Skipped: "),
    "an interrupted command": _result('"exit_code": 130'),
    "a blocked command": _result('"status": "blocked"'),
    "a command that waits for approval": _result('"status": "pending_approval"'),
    "a refused timeout without exit code": _result('{"error": "Foreground timeout'),
    "a harmless exit code": _result("No matches found (not an error)"),
    "a harmful exit code with a meaning": _result("Could not resolve host"),
    "a red test": _result("1 failed, "),
    "a lint error of a write that landed": _result('"lint": {"status": "error"'),
    "invalid arguments, as Hermes says it": _result("Error: Invalid JSON arguments"),
    "a file read again, unchanged": _result('"status": "unchanged"'),
    "pruned output": _result("[Old tool output cleared to save context space]"),
    "duplicate output": _result("[Duplicate tool output — "),
    "persisted output": _result("<persisted-output>"),
    "a compactor's line with exit 0": _matches(r"^\[terminal\] ran `.+` -> exit 0"),
    "a compactor's line with another exit": _matches(r"^\[terminal\] ran `.+` -> exit [1-9]"),
    "archived rows": lambda rows: any(not row["active"] and row["compacted"] for row in rows.messages),
    "a summary of compaction": _user("[CONTEXT COMPACTION — REFERENCE ONLY]"),
    "the older summary": _user("[CONTEXT SUMMARY]:"),
    "a kept task list": _user("[Your active task list was preserved across context compression]"),
    "rows inserted again": lambda rows: any(
        {row["tool_call_id"] for row in rows.of(session) if row["compacted"] and row["tool_call_id"]}
        & {row["tool_call_id"] for row in rows.of(session) if row["active"] and row["tool_call_id"]}
        for session in rows.version_of
    ),
    "a rotation": lambda rows: any(
        row["end_reason"] == "compression" and other["title"] == f"{row['title']} #2"
        for row in rows.sessions
        for other in rows.sessions
        if other["parent_session_id"] == row["id"]
    ),
    "a rewind": lambda rows: (
        any(_is_rewound(row) for row in rows.messages) and any(row["rewind_count"] for row in rows.sessions)
    ),
    "a branch": lambda rows: any("_branched_from" in row["model_config"] for row in rows.sessions),
    "a delegate": lambda rows: any(
        "_delegate_from" in row["model_config"] and row["source"] == "subagent" for row in rows.sessions
    ),
    "a chat with its marker": lambda rows: any(
        row["role"] == "session_meta"
        and row["content"] is None
        and rows.version_of[row["session_id"]]["source"] == "telegram"
        for row in rows.messages
    ),
    "words glued in front: voice": _user("[Voice input — "),
    "words glued in front: model": _user("[Note: model was just switched"),
    "words glued in front: image": _user("[The user attached an image"),
    "words glued in front: sticker": _user("[The user sent "),
    "a skill invocation": _user('[IMPORTANT: The user has invoked the "'),
    "a background notice": _user("[IMPORTANT: Background process"),
    "an older background notice": _user("[Background process "),
    "a delegation's notice": _user("[ASYNC DELEGATION"),
    "a note of the system": _user("[System note: "),
    "the end of all iterations": _user("You've reached the maximum number of tool-calling iterations"),
    "a cron prompt": _user("[IMPORTANT: You are running as a scheduled cron job."),
    "a person's words in a result": _result("[OUT-OF-BAND USER MESSAGE — "),
    "api_content that differs": lambda rows: any(row["api_content"] for row in rows.messages),
    "an empty session": lambda rows: any(not rows.of(session) for session in rows.version_of),
    "a live session": lambda rows: (
        rows.sessions[-1]["ended_at"] is None and rows.of(rows.sessions[-1]["id"])[-1]["role"] == "assistant"
    ),
    "a session without title": lambda rows: any(row["title"] is None for row in rows.sessions),
    "Chinese characters": _anywhere("氷の上のサギ"),
    "right-to-left text": _anywhere("العربية"),
    "joined emoji": _anywhere("👩🏽\u200d🔬"),
    "markup": _anywhere("[/]"),
    "a link in markup": _anywhere("[@click=app.quit]x[/]"),
    "a style in markup": _anywhere("[bold red]"),
    "markup in a title": lambda rows: any("[@click=app.quit]x[/]" in (row["title"] or "") for row in rows.sessions),
    "markup in a tool's name": lambda rows: any(
        "[bold]" in call["function"]["name"] for row in rows.messages for call in _calls(row) if "function" in call
    ),
    "escapes": _anywhere("\x1b[2J"),
    "a link in escapes": _anywhere("\x1b]8;;https://"),
    "a write to the clipboard": _anywhere("\x1b]52;c;"),
    "an override of direction": _anywhere("\u202e"),
    "a NUL in text": lambda rows: any("\x00nul" in (row["content"] or "") for row in rows.messages),
    "a lost surrogate": _anywhere("\ufffd.txt"),
    "sixty thousand characters in a line": lambda rows: any(
        len(row["content"] or "") > 60_000 and "\n" not in row["content"] for row in rows.messages
    ),
    "a secret key": _matches(r"PAYMENTS_KEY=sk-live-[0-9a-f]{40}"),
    "a bearer token": lambda rows: any(
        re.search("Authorization: Bearer ey", text) for text in _written_arguments(rows)
    ),
    "a password in an address": lambda rows: any(
        re.search(r"postgresql://\w+:[0-9a-f]{16}@db\.example\.org", text) for text in _written_arguments(rows)
    ),
    "a home directory": _anywhere("/home/maya/"),
    "an e-mail address": _anywhere("maya@example.org"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_it_holds(trouble: str, rows: Rows) -> None:
    assert TROUBLES[trouble](rows)


FAULTS = [
    "Could not find a match for old_string in the file",
    "File not found: ",
    "ModuleNotFoundError: No module named",
    "ERROR:  column ",
    "[Command timed out after ",
    "permission denied while trying to connect to the Docker daemon socket",
    "error: failed to push some refs to",
    "KeyError: ",
    "labels are: ",
    "Tool 'grep' does not exist.",
    "HTTP 403 Forbidden for ",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_recurring_fault_is_met_in_three_sessions_and_never_quite_the_same(fault: str, rows: Rows) -> None:
    assert len(rows.sessions_with(fault)) >= 3
    told = {row["content"] for row in rows.messages if row["role"] == "tool" and fault in (row["content"] or "")}
    arguments = {
        json.dumps(call, sort_keys=True)
        for row in rows.messages
        for call in _calls(row)
        if call.get("id") in {other["tool_call_id"] for other in rows.messages if other["content"] in told}
    }
    assert len(arguments) >= 3


def test_it_holds_about_sixty_sessions_of_all_kinds(rows: Rows) -> None:
    sources = Counter(row["source"] for row in rows.sessions)

    assert 55 <= len(rows.sessions) <= 70
    assert sources["cron"] >= 8
    assert set(sources) == {"cli", "tui", "telegram", "cron", "subagent"}


def test_sessions_have_none_to_a_hundred_and_forty_messages(rows: Rows) -> None:
    lengths = Counter(row["session_id"] for row in rows.messages)

    assert min(lengths.values()) == 2
    assert 120 <= max(lengths.values()) <= 160


def test_messages_of_people_are_two_words_to_a_paragraph(rows: Rows) -> None:
    typed = [row["content"] for row in rows.messages if row["role"] == "user" and row["content"][:1] not in "\x00["]

    assert min(len(text.split()) for text in typed) <= 2
    assert max(len(text) for text in typed) > 300


def test_most_tools_of_hermes_are_used(rows: Rows) -> None:
    used = {row["tool_name"] for row in rows.messages}

    assert used >= {
        "terminal", "read_file", "write_file", "patch", "search_files", "web_search", "web_extract", "execute_code",
        "process", "delegate_task", "memory", "todo", "clarify", "mcp_tracker_create_issue", "mcp_tracker_get_issue",
    }  # fmt: skip


def test_every_time_lies_between_start_and_now(rows: Rows) -> None:
    times = [row["timestamp"] for row in rows.messages]

    assert min(times) > DEMO_START
    assert max(times) < DEMO_NOW
    assert all(row["ended_at"] is None or row["started_at"] < row["ended_at"] < DEMO_NOW for row in rows.sessions)
    starts = [row["started_at"] for row in rows.sessions]
    assert starts == sorted(starts)


def test_the_counts_of_a_session_are_those_of_its_live_rows(rows: Rows) -> None:
    for session in rows.sessions:
        live = [row for row in rows.of(session["id"]) if row["active"] and row["role"] != "session_meta"]
        assert session["message_count"] == len(live)
        assert session["tool_call_count"] == sum(len(_calls(row)) for row in live)


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    first, second, third = (
        create_demo_store(tmp_path / name, seed=seed).read_bytes() for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )

    assert first == second
    assert first != third


def test_it_is_written_once_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    path = create_demo_store(tmp_path / "made" / "on the way")
    before = path.stat()

    assert create_demo_store(path.parent) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [file.name for file in path.parent.iterdir()] == ["state.db"]


@pytest.mark.parametrize("length", [0, 40, 4096, 300_000])
def test_a_half_written_leftover_is_replaced(tmp_path: Path, length: int) -> None:
    path = create_demo_store(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    (tmp_path / "state.db-wal").write_bytes(b"left by somebody")

    create_demo_store(tmp_path)

    assert path.read_bytes() == whole
    assert [file.name for file in tmp_path.iterdir()] == ["state.db"]


def test_a_damaged_page_is_found_and_replaced(tmp_path: Path) -> None:
    path = create_demo_store(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + bytes(4096) + whole[12288:])

    create_demo_store(tmp_path)

    assert path.read_bytes() == whole


def test_a_store_of_another_version_or_seed_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = create_demo_store(tmp_path)
    seventh = path.read_bytes()

    assert create_demo_store(tmp_path, seed=8).read_bytes() != seventh

    monkeypatch.setattr("warmtui.demo.store.DEMO_VERSION", DEMO_VERSION + 1)
    newer = create_demo_store(tmp_path, seed=7).read_bytes()
    assert newer != seventh


def test_a_database_of_somebody_else_is_never_touched(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE sessions (id TEXT)")
        connection.commit()
    before = path.read_bytes()

    with pytest.raises(WarmtuiError, match="choose another directory") as caught:
        create_demo_store(tmp_path)

    assert path.read_bytes() == before
    assert str(path) in str(caught.value)


def test_a_directory_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(WarmtuiError) as caught:
        create_demo_store(tmp_path / "file" / "demo")

    assert re.fullmatch(r"The demo store cannot be written to .*file/demo: Not a directory\.", str(caught.value))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system knows no file modes")
def test_a_directory_that_may_not_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)  # root may write everywhere: try as nobody
    try:
        with pytest.raises(WarmtuiError, match=r"cannot be written to .*: Permission denied\.$"):
            create_demo_store(tmp_path)
    finally:
        if me == 0:
            os.seteuid(0)
        tmp_path.chmod(0o700)


def test_a_full_disk_is_one_clear_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A disk of ten pages: SQLite itself then says that it is full.
    monkeypatch.setattr("warmtui.demo.store.DDL", "PRAGMA max_page_count = 10;" + DDL)

    with pytest.raises(WarmtuiError, match=r"cannot be written to .*: database or disk is full\.$"):
        create_demo_store(tmp_path)

    assert not list(tmp_path.iterdir())


def test_two_processes_at_once_leave_one_whole_store(tmp_path: Path) -> None:
    program = "import sys, pathlib, warmtui.demo as d; print(d.create_demo_store(pathlib.Path(sys.argv[1])))"
    folder = tmp_path / "shared"
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    printed = [process.communicate(timeout=60)[0].strip() for process in running]

    assert [process.returncode for process in running] == [0, 0, 0]
    assert printed == [str(folder / "state.db")] * 3
    assert [file.name for file in folder.iterdir()] == ["state.db"]
    assert (folder / "state.db").read_bytes() == create_demo_store(tmp_path / "alone").read_bytes()


_READ_WITH_HERMES = """
import json, pathlib, sys
from hermes_state import SessionDB
path, read_only = pathlib.Path(sys.argv[1]), sys.argv[2] == "read-only"
db = SessionDB(path, read_only=read_only)
listed = db.list_sessions_rich(limit=200)
everything = db.list_sessions_rich(limit=200, include_children=True, project_compression_tips=False)
print(json.dumps({
    "listed": [row["id"] for row in listed],
    "messages": {row["id"]: len(db.get_messages(row["id"], include_inactive=True)) for row in everything},
    "decoded": sum(isinstance(m["content"], (list, dict)) for row in everything for m in db.get_messages(row["id"])),
}))
db.close()
"""


@pytest.mark.parametrize("mode", ["read-only", "writable copy"])
def test_hermes_itself_reads_it(mode: str, hermes_python: str, tmp_path: Path) -> None:
    path = create_demo_store(tmp_path)
    copy = Path(shutil.copy(path, tmp_path / "copy.db"))
    before = path.read_bytes()
    target = path if mode == "read-only" else copy

    done = subprocess.run(
        [hermes_python, "-c", _READ_WITH_HERMES, str(target), mode], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    rows = Rows(path)
    assert seen["messages"] == {row["id"]: len(rows.of(row["id"])) for row in rows.sessions}
    assert 50 <= len(seen["listed"]) < len(rows.sessions)
    assert seen["decoded"] == 3
    assert path.read_bytes() == before
