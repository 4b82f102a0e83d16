"""The command line, as whole processes without a terminal: what it prints, where, and how it exits."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path

import orjson
import pytest

from tests.command_line import Ran, Warmtui
from warmtui.demo import create_demo_store
from warmtui.warmstart.targets import check


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_demo_store(tmp_path_factory.mktemp("demo"))


@pytest.mark.long
def test_the_main_job_on_two_hundred_real_sessions(warmtui: Warmtui, airline_db: Path, tmp_path: Path) -> None:
    ran = warmtui("sessions", "--source", airline_db, "--json")
    assert ran.code == 0, ran.err
    found = ran.json["sessions"]
    assert len(found) == 200
    assert sum(one["messages"] for one in found) == 5108
    assert sum(one["calls"] for one in found) == 1164
    assert sum(one["failed"] for one in found) == 73
    assert sum(one["orphans"] for one in found) == 0
    scored = [one for one in found if one["score"] is not None]
    assert [one["score"] for one in scored] == sorted((one["score"] for one in scored), reverse=True)
    assert found[: len(scored)] == scored
    assert all(one["score_low"] <= one["score"] <= one["score_high"] for one in scored)

    best = found[0]["session_id"]
    templates = tmp_path / "templates"
    made = warmtui("create-template", best, "--source", airline_db, "--template-dir", templates, "--json")
    assert made.code == 0, made.err
    template_id = made.json["template_id"]
    for target in ("openai", "hermes"):
        arguments = ("test", template_id, "Book me a flight", "--target", target, "--json", "--template-dir", templates)
        stream = warmtui(*arguments)
        assert check(target, stream.json) == ()
        assert any(message.get("tool_calls") for message in stream.json)
        assert warmtui(*arguments).out == stream.out
    listed = warmtui("--template-dir", templates, "list-templates", "--json").json["templates"]
    assert [(one["template_id"], one["source_session_id"]) for one in listed] == [(template_id, best)]
    assert warmtui("show", template_id, "--template-dir", templates, "--json").json == made.json


def test_analyze_shows_the_same_score_as_the_ranking(warmtui: Warmtui, demo_db: Path) -> None:
    ranked = warmtui("sessions", "--source", demo_db, "--json", "--limit", "3").json["sessions"]
    for one in ranked:
        analysis = warmtui("analyze", one["session_id"], "--source", demo_db, "--json").json
        assert analysis["proficiency_score"] == one["score"]
        assert analysis["session_id"] == one["session_id"]
        assert sum(tool["calls"] for tool in analysis["tool_calls"].values()) == one["calls"]
        assert len(analysis["calls"]) == one["calls"]
    text = warmtui("analyze", ranked[0]["session_id"], "--source", demo_db, "--explain")
    assert "prior × strength" in text.out
    assert f"{ranked[0]['score']:.2f}" in text.out


def test_options_are_understood_before_and_after_the_command(warmtui: Warmtui, demo_db: Path) -> None:
    before = warmtui("--source", demo_db, "sessions", "--json")
    assert before.code == 0
    assert before.out == warmtui("sessions", "--json", "--source", demo_db).out


def test_prefixes_and_titles_name_a_session_and_an_ambiguous_one_lists_what_it_could_be(
    warmtui: Warmtui, demo_db: Path
) -> None:
    rows = warmtui("sessions", "--source", demo_db, "--json").json["sessions"]
    titled = next(one for one in rows if one["title"] and not one["title"].startswith("["))
    assert warmtui("analyze", titled["title"], "--source", demo_db, "--json").json["session_id"] == titled["session_id"]
    assert warmtui("analyze", "2", "--source", demo_db).failed("could be", "sessions")
    assert warmtui("analyze", "nowhere", "--source", demo_db).failed("no session has the id or title “nowhere”")


def _store(path: Path, sessions: list[tuple[str, str]]) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT, started_at REAL, title TEXT)")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content TEXT)")
    for session_id, title in sessions:
        connection.execute("INSERT INTO sessions VALUES (?, 'cli', 1, ?)", (session_id, title))
        connection.execute("INSERT INTO messages VALUES (NULL, ?, 'user', 'hello')", (session_id,))
    connection.commit()
    connection.close()
    return path


def test_an_exact_id_wins_over_a_title_and_a_store_can_be_named(warmtui: Warmtui, tmp_path: Path) -> None:
    one = _store(tmp_path / "one.db", [("abc", "first"), ("def", "abc")])
    assert warmtui("analyze", "abc", "--source", one, "--json").json["title"] == "first"
    other = _store(tmp_path / "other.db", [("abc", "elsewhere")])
    both = ("--source", one, "--source", other)
    assert warmtui("analyze", "abc", *both).failed("one:abc", "other:abc")
    assert warmtui("analyze", "other:abc", *both, "--json").json["title"] == "elsewhere"


@pytest.mark.long
def test_odd_bytes_in_arguments_are_no_traceback(warmtui: Warmtui, demo_db: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(b"a\xff")
    ran = warmtui("sessions", "--source", demo_db, "--query", odd)
    assert (ran.code, ran.out.strip()[:16]) == (0, "no session match")
    assert warmtui("analyze", odd, "--source", demo_db).failed("no session")
    assert "Traceback" not in warmtui("sessions", "--source", tmp_path / odd).err
    assert "Traceback" not in warmtui("sessions", "--source", "~nobody-of-that-name/x").err
    best = warmtui("sessions", "--source", demo_db, "--json").json["sessions"][0]["session_id"]
    made = warmtui("create-template", best, "--source", demo_db, "--template-dir", tmp_path, "--json").json
    stream = warmtui("test", made["template_id"], odd, "--template-dir", tmp_path, "--json")
    assert stream.json[-1]["content"] == "a\ufffd"


def test_a_terminal_that_lacks_characters_gets_others(warmtui: Warmtui, demo_db: Path) -> None:
    ran = warmtui("sessions", "--source", demo_db, PYTHONIOENCODING="latin-1:strict")
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) > 60


def test_what_a_stream_lacks_is_said_on_stderr_beside_its_json(warmtui: Warmtui, demo_db: Path, tmp_path: Path) -> None:
    best = warmtui("sessions", "--source", demo_db, "--json").json["sessions"][0]["session_id"]
    made = warmtui("create-template", best, "--source", demo_db, "--template-dir", tmp_path, "--json").json
    ran = warmtui("test", made["template_id"], "hi", "--examples", "0", "--template-dir", tmp_path, "--json")
    assert [message["role"] for message in ran.json] == ["system", "user"]
    assert "left out by the limits" in ran.err


def test_a_read_only_demo_saves_nothing(warmtui: Warmtui) -> None:
    ran = warmtui("--read-only", "demo")
    assert ran.code == 0, ran.err
    assert "Nothing was saved" in ran.out
    assert list((warmtui.home / ".cache").rglob("demo.json")) == []


def test_the_demo_without_a_terminal_does_the_job_in_text(warmtui: Warmtui) -> None:
    ran = warmtui("demo")
    assert ran.code == 0, ran.err
    for part in ("The first ten of", "The best of them", "The template made of it", "would begin with", "lies in"):
        assert part in ran.out
    path = Path(ran.out.strip().rsplit("lies in ", 1)[1])
    assert orjson.loads(path.read_bytes())["examples"]
    assert warmtui("demo").out == ran.out
    assert "\x1b" not in ran.out
    assert sorted(path.parent.glob("*.json")) == [path]


def test_the_app_without_a_terminal_says_so(warmtui: Warmtui) -> None:
    ran = warmtui()
    assert ran.code == 2
    assert ran.out == ""
    assert "needs a terminal" in ran.err
    assert "warmtui sessions" in ran.err


def _locked(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT, started_at REAL)")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content TEXT)")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("INSERT INTO sessions VALUES ('a', 'cli', 1)")
    return connection


@pytest.mark.long
def test_every_fault_of_a_store_is_one_sentence(warmtui: Warmtui, demo_db: Path, tmp_path: Path) -> None:
    def ran(path: Path) -> Ran:
        return warmtui("sessions", "--source", path)

    assert ran(tmp_path / "nowhere.db").failed(str(tmp_path / "nowhere.db"))
    text = tmp_path / "text.db"
    text.write_text("this is no database, only words\n" * 100)
    assert ran(text).failed(str(text))
    nothing = tmp_path / "nothing.db"
    nothing.touch()
    assert ran(nothing).failed(str(nothing))
    whole = demo_db.read_bytes()
    half = tmp_path / "half.db"
    half.write_bytes(whole[: len(whole) // 2])
    assert ran(half).failed(str(half))
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    connection.close()
    assert ran(other).failed(str(other))
    folder = tmp_path / "folder"
    folder.mkdir()
    assert ran(folder).failed(str(folder))
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "gone")
    assert ran(link).failed(str(link))
    locked = tmp_path / "locked.db"
    holder = _locked(locked)
    assert ran(locked).failed(str(locked), "lock")
    holder.close()
    assert warmtui("sessions", HERMES_HOME=str(tmp_path / "none")).failed("--source", "demo")


def test_an_empty_store_is_one_sentence(warmtui: Warmtui, tmp_path: Path) -> None:
    empty = tmp_path / "state.db"
    connection = _locked(empty)
    connection.execute("ROLLBACK")
    connection.close()
    assert warmtui("sessions", "--source", empty).failed("holds no sessions")


def test_a_template_directory_that_cannot_be_written_is_one_sentence(
    warmtui: Warmtui, demo_db: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file in the way")
    best = warmtui("sessions", "--source", demo_db, "--json", "--limit", "1").json["sessions"][0]["session_id"]
    arguments = ("create-template", best, "--source", demo_db, "--template-dir", blocked / "templates")
    assert warmtui(*arguments).failed(str(blocked))
    assert warmtui("--read-only", "create-template", best, "--source", demo_db).failed("--read-only")


def test_a_good_source_beside_a_bad_one_is_read_and_the_bad_one_named(
    warmtui: Warmtui, demo_db: Path, tmp_path: Path
) -> None:
    ran = warmtui("sessions", "--source", tmp_path / "gone", "--source", demo_db, "--json")
    assert ran.code == 0
    assert ran.json["sessions"]
    assert str(tmp_path / "gone") in ran.err


def test_wrong_usage_exits_with_2(warmtui: Warmtui, demo_db: Path) -> None:
    assert warmtui("sessions", "--sort", "luck").code == 2
    assert warmtui("create-template").code == 2
    assert warmtui("nonsense").code == 2
    assert warmtui("sessions", "--source", demo_db, "--query", "scroe>1").failed("there is no scroe")


def test_an_unknown_template_is_one_sentence(warmtui: Warmtui, tmp_path: Path) -> None:
    assert warmtui("show", "nope", "--template-dir", tmp_path).failed("nope")
    assert warmtui("test", "nope", "hi", "--template-dir", tmp_path).failed("nope")
    assert warmtui("list-templates", "--template-dir", tmp_path, "--json").json == {"templates": []}


def test_a_wrong_setting_names_its_origin(warmtui: Warmtui, tmp_path: Path) -> None:
    assert warmtui("list-templates", WARMTUI_BUDGET="lots").failed("WARMTUI_BUDGET", "budget")
    config = tmp_path / "config.toml"
    config.write_text("max_examples = 99\n")
    assert warmtui("list-templates", WARMTUI_CONFIG=str(config)).failed(str(config), "max_examples")
    config.write_text("max_examples = \n")
    assert warmtui("list-templates", WARMTUI_CONFIG=str(config)).failed(str(config), "TOML")


def test_doctor_says_what_is_read_and_what_is_not(warmtui: Warmtui, demo_db: Path, tmp_path: Path) -> None:
    ran = warmtui("doctor", "--source", demo_db)
    assert ran.code == 0, ran.err
    assert str(demo_db) in ran.out
    assert re.search(r"format +hermes, schema 22\n", ran.out)
    assert re.search(r"\d+ sessions, [\d,]+ messages, \d+ calls, \d+ orphans\n +\d+ ok, .*\d+ failed", ran.out)
    broken = warmtui("doctor", "--source", demo_db, "--source", tmp_path / "gone")
    assert broken.code == 1
    assert str(tmp_path / "gone") in broken.err


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    """A folder with two sessions of other agents, and two files that cannot be read."""
    call = {"type": "tool_use", "id": "c1", "name": "Bash", "input": {"command": "ls"}}
    result = {"type": "tool_result", "tool_use_id": "c1", "content": "Exit code 2\nno", "is_error": True}
    claude = [
        {"type": "user", "uuid": "a", "sessionId": "claude-1", "message": {"content": "list the files"}},
        {"type": "assistant", "uuid": "b", "sessionId": "claude-1", "message": {"content": [call]}},
        {"type": "user", "uuid": "c", "sessionId": "claude-1", "message": {"content": [result]}},
    ]
    folder = tmp_path / "transcripts"
    folder.mkdir()
    (folder / "claude-1.jsonl").write_bytes(b"\n".join(map(orjson.dumps, claude)))
    (folder / "chat.json").write_text('[{"role": "user", "content": "hello"}]')
    (folder / "broken.jsonl").write_text('{"role": "user"\n')
    (folder / "settings.json").write_text("{}")
    return folder


def test_sessions_of_other_agents_are_read_as_hermes_own_are(warmtui: Warmtui, transcripts: Path) -> None:
    rows = warmtui("sessions", "--source", transcripts, "--json").json["sessions"]
    assert {row["session_id"]: (row["source"], row["calls"], row["failed"]) for row in rows} == {
        "claude-1": ("claude-code", 1, 1),
        "chat": ("chat", 0, 0),
    }
    analysis = warmtui("analyze", "list the files", "--source", transcripts / "claude-1.jsonl", "--json").json
    (call,) = analysis["calls"]
    assert (call["message_id"], call["result_message_id"]) == ("b", "c")
    assert (call["tool"], call["outcome"]) == ("Bash", "failed")
    made = warmtui(
        "create-template", "claude-1", "--source", transcripts, "--template-dir", transcripts / "t", "--json"
    )
    assert made.json["source_session_id"] == "claude-1"


def test_doctor_names_the_files_that_cannot_be_read_and_carries_on(warmtui: Warmtui, transcripts: Path) -> None:
    ran = warmtui("doctor", "--source", transcripts)
    assert ran.code == 0, ran.err
    assert "chat × 1, claude-code × 1" in ran.out
    assert "2 sessions, 4 messages, 1 call, 0 orphans" in ran.out
    assert f"not read   {transcripts}/broken.jsonl: line 1: no JSON" in ran.out
    assert f"{transcripts}/settings.json: in no format that is known" in ran.out


def test_a_file_in_no_known_format_is_one_sentence(warmtui: Warmtui, transcripts: Path) -> None:
    assert warmtui("sessions", "--source", transcripts / "settings.json").failed("settings.json", "no format")


def test_without_a_source_the_agents_folders_are_looked_into(warmtui: Warmtui, transcripts: Path) -> None:
    assert warmtui("sessions").failed(".hermes", ".claude", ".codex", "warmtui demo")
    projects = warmtui.home / ".claude" / "projects" / "-w"
    projects.mkdir(parents=True)
    (transcripts / "claude-1.jsonl").rename(projects / "claude-1.jsonl")
    assert [row["session_id"] for row in warmtui("sessions", "--json").json["sessions"]] == ["claude-1"]


def test_the_folder_of_a_store_is_the_same_afterwards(warmtui: Warmtui, kinds_dir: Path) -> None:
    def bytes_of(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    before = bytes_of(kinds_dir)
    for path in sorted(kinds_dir.glob("*.db")):
        assert len(warmtui("sessions", "--source", path, "--json").json["sessions"]) == 8
    assert bytes_of(kinds_dir) == before


def test_hostile_text_reaches_the_terminal_as_text(warmtui: Warmtui, demo_db: Path) -> None:
    rows = warmtui("sessions", "--source", demo_db, "--json").json["sessions"]
    text = warmtui("sessions", "--source", demo_db).out
    analyses = "".join(
        warmtui("analyze", one["session_id"], "--source", demo_db).out
        for one in rows
        if "\x1b" in (one["title"] or "") or "[" in (one["title"] or "")
    )
    for shown in (text, analyses):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\x00" not in shown
