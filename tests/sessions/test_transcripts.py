"""A folder of transcripts as a store: what is found in it, what changes, what is the same, and what cannot be read."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_all
from tests.sessions.test_opening import store_at
from warmtui.errors import NotFoundError, SourceError, UnknownFormatError
from warmtui.sessions import transcripts
from warmtui.sessions.formats import codex
from warmtui.sessions.formats.files import Flaw
from warmtui.sessions.formats.transcript import Transcript
from warmtui.sessions.opening import open_store, open_stores
from warmtui.sessions.places import expand_source, find_sources, usual_places
from warmtui.sessions.store import SessionStore
from warmtui.sessions.transcripts import TranscriptStore


def chat(words: str, **fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": words}], **fields}


def claude(path: Path, session_id: str, *prompts: str) -> Path:
    records = [
        {"type": "user", "uuid": f"{session_id}-{number}", "sessionId": session_id, "message": {"content": prompt}}
        for number, prompt in enumerate(prompts)
    ]
    return lines(path, records)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with transcripts of three formats at several depths, and much that is none."""
    root = tmp_path / "transcripts"
    claude(root / "-w" / "one.jsonl", "one", "fix it")
    lines(root / "sets" / "deep" / "data.jsonl.gz", [chat("a", session_id="a"), "broken", chat("b")], packed=True)
    header = {"type": "session_meta", "payload": {"id": "cx", "timestamp": "2026-11-20T09:00:00Z"}}
    lines(root / "rollout.jsonl", [header])
    (root / "README.md").write_text("# Notes")
    (root / "empty.jsonl").touch()
    (root / "cut.jsonl.gz").write_bytes(gzip.compress(b"x" * 999)[:12])
    document(root / "settings.json", {"theme": "dark"})
    lines(root / ".git" / "hidden.jsonl", [chat("never")])
    (root / "loop").symlink_to(root)
    (root / "gone.jsonl").symlink_to(root / "nowhere")
    return root


def content_of(folder: Path) -> dict[Path, tuple[bytes, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def test_every_transcript_below_a_folder_is_found_and_the_rest_is_named(folder: Path) -> None:
    before = content_of(folder)
    with open_store(folder) as store:
        assert isinstance(store, SessionStore)
        assert {session.session_id for session in store.sessions()} == {"one", "a", "data-3", "cx"}
        assert store.format == "chat × 1, claude-code × 1, codex × 1"
        assert [flaw.removeprefix(f"{folder}/") for flaw in store.flaws] == [
            "cut.jsonl.gz: a packed file that is damaged, or holds nothing",
            "empty.jsonl: empty (0 bytes)",
            "settings.json: in no format that is known",
            "sets/deep/data.jsonl.gz: line 2: no JSON",
        ]
    assert content_of(folder) == before


def test_one_file_is_a_store_too(folder: Path) -> None:
    with open_store(folder / "sets" / "deep" / "data.jsonl.gz") as store:
        assert (store.name, store.format) == ("data", "chat")
        assert store.conversation("a").messages[0].text == "a"
        with pytest.raises(NotFoundError, match="'b'"):
            store.conversation("b")


def test_a_format_is_told_by_what_a_file_says_and_not_by_its_name(tmp_path: Path) -> None:
    path = claude(tmp_path / "notes.txt", "s", "hi")
    with open_store(path) as store:
        assert store.format == "claude-code"
    with open_store(tmp_path) as store:
        assert [session.session_id for session in store.sessions()] == ["s"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"words", "no JSON"), (b'{"a": 1}', "in no format that is known"), (b"", r"empty \(0 bytes\)")],
)
def test_a_file_that_is_no_transcript_says_why(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(UnknownFormatError, match=says) as raised:
        open_store(path)
    assert str(raised.value).startswith(str(path))


def test_a_folder_without_any_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(SourceError, match="no transcript"):
        open_store(tmp_path)


def test_only_what_changed_has_another_mark(folder: Path) -> None:
    with open_store(folder) as store:
        before = store.fingerprints()
        assert store.fingerprints() == before
        claude(folder / "-w" / "one.jsonl", "one", "fix it", "and this")
        rows = [chat("a", session_id="a"), "broken", chat("b, changed"), chat("c")]
        lines(folder / "sets" / "deep" / "data.jsonl.gz", rows, packed=True)
        (folder / "rollout.jsonl").unlink()
        after = store.fingerprints()
        assert after.keys() == {"one", "a", "data-3", "data-4"}
        assert after["a"] == before["a"]
        assert all(after[each] != before[each] for each in ("one", "data-3"))
        assert len(store.conversation("one").messages) == 2


def test_a_copy_is_the_same_session_and_another_of_its_id_is_told_apart(tmp_path: Path) -> None:
    claude(tmp_path / "a" / "one.jsonl", "one", "hello")
    (tmp_path / "b").mkdir()
    shutil.copy(tmp_path / "a" / "one.jsonl", tmp_path / "b" / "one.jsonl")
    claude(tmp_path / "c" / "one.jsonl", "one", "another")
    (tmp_path / "d").mkdir()
    shutil.copy(tmp_path / "c" / "one.jsonl", tmp_path / "d" / "one.jsonl")
    found = read_all(tmp_path)
    by_text = {one.messages[0].text: session_id for session_id, one in found.items()}
    assert by_text == {"hello": "one", "another": max(found)}
    other = by_text["another"]
    assert re.fullmatch("one#[0-9a-f]{8}", other)
    assert found[other].session.lineage == (other,)
    # What points at a message points at this session.
    assert {message.session_id for message in found[other].messages} == {other}


def test_ids_stay_when_files_of_the_same_name_come_and_go(tmp_path: Path) -> None:
    for number, folder in enumerate("bcd", start=1):
        document(tmp_path / folder / "run.json", chat(folder, started_at=number))
    before = {one.messages[0].text: session_id for session_id, one in read_all(tmp_path).items()}
    assert before["b"] == "run"
    document(tmp_path / "a" / "run.json", chat("a", started_at=9))
    (tmp_path / "c" / "run.json").unlink()
    after = {one.messages[0].text: session_id for session_id, one in read_all(tmp_path).items()}
    assert {text: after[text] for text in "bd"} == {text: before[text] for text in "bd"}


def test_files_that_differ_only_far_inside_are_two_sessions(tmp_path: Path) -> None:
    for name in ("a", "b"):
        messages = [{"role": "user", "content": "x" * 9_000}, {"role": "assistant", "content": name}]
        document(tmp_path / name / "run.json", {"messages": [*messages, *messages[:1]]})
    assert sorted(one.messages[1].text for one in read_all(tmp_path).values()) == ["a", "b"]


def test_a_file_that_was_only_touched_has_the_same_mark(folder: Path) -> None:
    with open_store(folder) as store:
        before = store.fingerprints()
        for file in folder.rglob("*.jsonl"):
            if file.is_file():
                os.utime(file, (1, 1))
        assert store.fingerprints() == before


def test_another_conversation_in_the_place_of_one_is_not_read_for_it(tmp_path: Path) -> None:
    path = lines(tmp_path / "set.jsonl", [chat("a", id="a"), chat("b", id="b"), chat("c", id="c")])
    os.utime(path, (1, 1))  # what changed last is read first
    lines(tmp_path / "later.jsonl", [chat("x", id="first")])
    with open_store(tmp_path) as store:
        reading = store.conversations()
        assert next(reading).session.session_id == "first"
        lines(path, [chat("new", id="new"), chat("c", id="c"), chat("c, changed", id="c")])
        assert [(one.session.session_id, one.messages[0].text) for one in reading] == [("c", "c, changed")]


def test_what_tools_brought_back_and_notes_beside_transcripts_are_passed_over(tmp_path: Path) -> None:
    claude(tmp_path / "s.jsonl", "s", "hi")
    claude(tmp_path / "s" / "tool-results" / "looked-at.txt", "other", "hi")
    document(tmp_path / "s" / "subagents" / "agent-1.meta.json", {"agentType": "Explore"})
    document(tmp_path / "sessions-index.json", {"entries": []})
    with open_store(tmp_path) as store:
        assert [session.session_id for session in store.sessions()] == ["s"]
        assert list(store.flaws) == []


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claude(tmp_path / "a.jsonl", "a", "hi")
    secret = claude(tmp_path / "b.jsonl", "b", "hi")
    with open_store(tmp_path) as store:
        real = Path.open

        def refuse(path: Path, *rest: Any, **named: Any) -> Any:
            if path == secret:
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *rest, **named)

        monkeypatch.setattr(Path, "open", refuse)
        assert list(store.flaws) == [f"{secret}: cannot be read: Permission denied"]
        monkeypatch.undo()  # whoever may read it now did not change it
        assert {session.session_id for session in store.sessions()} == {"a", "b"}
        assert list(store.flaws) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    path = claude(tmp_path / "a.jsonl", "a", "hi")
    with open_store(path) as store:
        assert len(store.sessions()) == 1
        path.unlink()
        os.mkfifo(path)
        assert store.sessions() == []
        assert list(store.flaws) == [f"{path}: cannot be read: It is no file"]
        with pytest.raises(NotFoundError):
            store.conversation("a")
    path.rename(tmp_path / "pipe.jsonl")
    claude(path, "a", "hi")
    with open_store(tmp_path) as store:
        assert len(store.sessions()) == 1


def test_a_file_that_grows_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = "".join(json.dumps(chat(str(number), id=f"s{number}")) + "\n" for number in range(4))
    path.write_text(rows[:1])
    known: dict[str, str] = {}
    for end in range(2, len(rows) + 1):
        path.write_text(rows[:end])
        os.utime(path, (end, end))
        try:
            store = open_store(path)
        except UnknownFormatError:  # its first line is still being written
            assert not known
            continue
        with store:
            assert list(store.flaws) == []
            now = store.fingerprints()
        assert known.items() <= now.items()
        known = dict(now)
    assert len(known) == 4


def test_a_file_full_of_damage_is_told_in_a_few_lines(tmp_path: Path) -> None:
    path = lines(tmp_path / "set.jsonl", [chat("a"), *["{broken"] * 1_000])
    with open_store(path) as store:
        assert len(store.flaws) == 21
        assert store.flaws[-1] == f"{path}: 980 more parts cannot be read"


def test_names_that_are_no_utf8_are_told_in_text_that_can_be_kept(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd\xff.jsonl"))
    try:
        lines(path, [chat("a"), "{broken"])
    except OSError:
        pytest.skip("this file system takes no such name")
    with open_store(path) as store:
        assert [session.session_id for session in store.sessions()] == ["odd\\xff-1"]
        assert store.flaws[0].encode().endswith(b"odd\\xff.jsonl: line 2: no JSON")
    path.write_text("[1]")
    with pytest.raises(UnknownFormatError) as raised:
        open_store(path)
    assert str(raised.value).encode()


def test_a_conversation_is_read_without_a_look_at_the_other_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(folder) as store:
        store.sessions()
        monkeypatch.setattr(transcripts, "files_below", lambda *_: pytest.fail("they were all looked at"))
        assert store.conversation("a").messages[0].text == "a"
        monkeypatch.undo()
        claude(folder / "-w" / "one.jsonl", "one", "fix it", "and this")
        assert len(store.conversation("one").messages) == 2


def test_files_that_vanish_while_others_are_read_are_left_out(folder: Path) -> None:
    with open_store(folder) as store:
        seen: list[str] = []
        for conversation in store.conversations():
            seen.append(conversation.session.session_id)
            for file in folder.rglob("*.jsonl*"):
                file.unlink()
        assert len(seen) in (1, 2)  # the rest of an open file can still be read
        assert store.sessions() == []
        with pytest.raises(NotFoundError):
            store.conversation("one")


def test_several_are_read_in_one_go_through_each_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(folder) as store:
        store.sessions()
        opened: list[Path] = []
        real = Path.open

        def counted(path: Path, *rest: Any, **named: Any) -> Any:
            opened.append(path)
            return real(path, *rest, **named)

        monkeypatch.setattr(Path, "open", counted)
        assert {one.session.session_id for one in store.conversations(["a", "data-3", "no such"])} == {"a", "data-3"}
        assert {path.name for path in opened} == {"data.jsonl.gz"}


def test_a_mistake_of_a_reader_hides_no_other_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(path: Path) -> Iterator[Transcript | Flaw]:
        raise KeyError(path.name)

    monkeypatch.setattr(codex, "read", wrong)
    with open_store(folder) as store:
        assert {session.session_id for session in store.sessions()} == {"one", "a", "data-3"}
        assert f"{folder}/rollout.jsonl: cannot be read: KeyError: 'rollout.jsonl'" in store.flaws
        assert len(list(store.conversations())) == 3


def test_it_is_read_from_several_threads(folder: Path) -> None:
    with open_store(folder) as store, ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: store.conversation("one").messages[0].text, range(40)))
    assert set(texts) == {"fix it"}


def test_a_store_that_was_closed_says_so(folder: Path) -> None:
    store = open_store(folder)
    store.close()
    with pytest.raises(SourceError, match="was closed"):
        store.sessions()


# Root may read everything: the reading is then done by somebody else, who imports first.
READER = """
import os, sys
from pathlib import Path
import warmtui.sessions.formats.known, warmtui.sessions.transcripts  # while it may be read
from warmtui.sessions.opening import open_store
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with open_store(Path(sys.argv[1])) as store:
    print(len(store.sessions()), *store.flaws, sep="\\n")
"""


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files are not closed to others in this way here")
def test_a_file_that_may_not_be_read_is_named_and_hides_no_other(public_folder: Path) -> None:
    claude(public_folder / "one.jsonl", "one", "x")
    secret = claude(public_folder / "secret.jsonl", "s", "x")
    secret.chmod(0)
    (public_folder / "closed").mkdir(mode=0)
    listed = claude(public_folder / "listed" / "two.jsonl", "two", "x")
    listed.parent.chmod(0o444)
    command = [sys.executable, "-c", READER, str(public_folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if "PermissionError" in ran.stderr and "setgroups" in ran.stderr:
        pytest.skip("root may read everything, and this root may not become somebody else")
    closed = public_folder / "closed"
    assert ran.stdout.splitlines() == [
        "1",
        f"{secret}: cannot be read: Permission denied",
        f"{closed}: cannot be looked into: Permission denied",
        f"{listed}: cannot be looked into: Permission denied",
    ], ran.stderr


# --- Where they are found -----------------------------------------------------------------------------------------


def test_the_folders_of_other_agents_are_found_where_they_hold_transcripts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    database = store_at(home / ".hermes" / "state.db")
    projects = home / ".claude" / "projects"
    claude(projects / "-w" / "s.jsonl", "s", "hi")
    (home / ".codex" / "sessions").mkdir(parents=True)
    assert find_sources({}, home) == [database, projects]
    header = {"type": "session_meta", "payload": {"id": "cx"}}
    lines(home / ".codex" / "sessions" / "2026" / "11" / "20" / "rollout.jsonl", [header])
    lines(home / ".codex" / "archived_sessions" / "rollout.jsonl", [header])
    codex = [home / ".codex" / "sessions", home / ".codex" / "archived_sessions"]
    assert find_sources({}, home) == [database, projects, *codex]
    stores, problems = open_stores(find_sources({}, home))
    assert [store.name for store in stores] == ["hermes", "claude", "codex", "codex-archived"]
    assert problems == []
    for store in stores:
        store.close()


def test_variables_move_them(tmp_path: Path) -> None:
    env = {"CLAUDE_CONFIG_DIR": str(tmp_path / "c"), "CODEX_HOME": str(tmp_path / "x"), "HERMES_HOME": str(tmp_path)}
    assert usual_places(env, Path("/nowhere")) == [
        tmp_path,
        Path("/nowhere/.hermes"),
        tmp_path / "c" / "projects",
        tmp_path / "x" / "sessions",
        tmp_path / "x" / "archived_sessions",
    ]


def test_an_agents_home_stands_for_the_transcripts_in_it(tmp_path: Path) -> None:
    home = tmp_path / ".claude"
    claude(home / "projects" / "-w" / "s.jsonl", "s", "hi")
    lines(home / "history.jsonl", [chat("no session of its own")])
    assert expand_source(home) == [home / "projects"]


def test_a_folder_stands_for_the_databases_and_the_transcripts_in_it(tmp_path: Path) -> None:
    older = store_at(tmp_path / "backup" / "older.sqlite3")
    newer = store_at(tmp_path / "backup" / "newer.db")
    claude(tmp_path / "s.jsonl", "s", "hi")
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\x00 cut")
    assert expand_source(tmp_path) == [tmp_path / "other.db", newer, older, tmp_path]
    stores, problems = open_stores([tmp_path])
    assert [type(store).__name__ for store in stores] == ["HermesStore", "HermesStore", "TranscriptStore"]
    assert ["other.db" in str(problem) for problem in problems] == [True]
    assert [list(store.flaws) for store in stores] == [[], [], []]
    for store in stores:
        store.close()
    with pytest.raises(
        SourceError, match=r"several databases; name one of them: other\.db, backup/newer\.db, backup/older"
    ):
        open_store(tmp_path)
    with open_store(tmp_path / "s.jsonl") as store:
        assert isinstance(store, TranscriptStore)
