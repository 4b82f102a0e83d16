"""Claude Code transcripts: chains of records, streamed answers, sidechains, what was taken back, who typed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.formats.reading import document, lines, read_all, read_one, results, shape, typed
from warmtui.profiling.outcomes import Outcome
from warmtui.profiling.profiler import analyze
from warmtui.sessions.formats.claude_code_people import authorship
from warmtui.sessions.models import Author

SESSION = "0a6afc57-2f31-4cb4-8ff0-01247f50c64c"


class Chain:
    """Writes records that follow one another, each from the one before unless it says otherwise."""

    def __init__(self, session_id: str = SESSION, **fields: Any) -> None:
        self.records: list[dict[str, Any]] = []
        self._fields = {"sessionId": session_id, "isSidechain": False, "cwd": "/w", "version": "2.1.0", **fields}
        self._last: str | None = None

    def add(self, kind: str, *, uuid: str | None = None, parent: str | None = "", **fields: Any) -> str:
        uuid = uuid or f"u{len(self.records)}-{self._fields['sessionId'][:4]}"
        follows = self._last if parent == "" else parent
        at = f"2026-11-20T09:00:{len(self.records):02d}.000Z"
        record = {"uuid": uuid, "parentUuid": follows, "type": kind, "timestamp": at, **self._fields, **fields}
        self.records.append(record)
        self._last = uuid
        return uuid

    def user(self, content: Any, **fields: Any) -> str:
        return self.add("user", message={"role": "user", "content": content}, **fields)

    def result(self, call_id: str, content: Any, *, is_error: bool | None = None, **fields: Any) -> str:
        block = {"type": "tool_result", "tool_use_id": call_id, "content": content}
        return self.user([block if is_error is None else {**block, "is_error": is_error}], **fields)

    def answer(self, *blocks: dict[str, Any], api_id: str | None = None, model: str = "claude-x", **fields: Any) -> str:
        message = {"id": api_id, "role": "assistant", "model": model, "content": list(blocks), "usage": USAGE}
        return self.add("assistant", message=message, **fields)


USAGE = {"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 3}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def use(call_id: str, name: str = "Bash", **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def test_a_session_is_read_with_its_calls_results_and_what_is_known_of_it(tmp_path: Path) -> None:
    chain = Chain(gitBranch="main")
    chain.user("list the files")
    chain.answer({"type": "thinking", "thinking": "hm"}, text("Listing."), use("c1", command="ls"), api_id="m1")
    chain.result("c1", "a.py\nb.py", is_error=False)
    chain.answer(text("Two files."), api_id="m2")
    conversation = read_one(lines(tmp_path / f"{SESSION}.jsonl", chain.records))
    assert shape(conversation) == [
        ("user", "list the files"),
        ("assistant", "Listing."),
        ("call", "Bash"),
        ("tool", "a.py\nb.py"),
        ("assistant", "Two files."),
    ]
    session = conversation.session
    assert (session.session_id, session.source, session.kind, session.model) == (
        SESSION,
        "claude-code",
        "session",
        "claude-x",
    )
    assert (session.title, session.cwd, session.started_at) == ("list the files", "/w", 1795165200.0)
    assert session.metadata == {
        "claude_code_version": "2.1.0",
        "git_branch": "main",
        "input_tokens": 20,
        "output_tokens": 10,
        "cache_read_tokens": 6,
    }
    assert [message.message_id for message in conversation.messages] == [each["uuid"] for each in chain.records]
    assert conversation.calls[0].arguments == {"command": "ls"}
    assert not conversation.is_live


def test_parts_of_one_streamed_answer_are_one_message(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go")
    chain.answer(text("I look."), api_id="m1")
    chain.answer(use("c1", command="ls"), api_id="m1")
    chain.result("c1", "a", uuid="r1")
    chain.answer(use("c2", command="pwd"), api_id="m1")
    chain.result("c2", "/w", uuid="r2")
    chain.answer(text("I look."), use("c2", command="pwd"), api_id="m1")  # as older versions repeat it
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert shape(conversation) == [
        ("user", "go"),
        ("assistant", "I look."),
        ("call", "Bash"),
        ("call", "Bash"),
        ("tool", "a"),
        ("tool", "/w"),
    ]
    assert results(conversation) == [("Bash", "a"), ("Bash", "/w")]
    assert [call.index for call in conversation.calls] == [0, 1]
    assert conversation.session.metadata["input_tokens"] == 10


def test_results_of_calls_that_ran_at_once_are_history_though_the_chain_forks(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go", uuid="p")
    first = chain.answer(use("c1"), api_id="m1", uuid="a1")
    second = chain.answer(use("c2"), api_id="m1", uuid="a2")
    chain.result("c1", "one", parent=first)
    chain.result("c2", "two", parent=second)
    chain.answer(text("done"), api_id="m2")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert results(conversation) == [("Bash", "one"), ("Bash", "two")]
    assert conversation.orphans == 0


def test_several_results_and_words_in_one_record_are_messages_with_ids_of_their_own(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go", uuid="p")
    chain.answer(use("c1"), use("c2"), api_id="m1", uuid="a")
    blocks = [
        {"type": "tool_result", "tool_use_id": "c1", "content": [text("one"), {"type": "image", "source": {}}]},
        {"type": "tool_result", "tool_use_id": "c2", "content": "two", "is_error": True},
        text("and hurry"),
    ]
    chain.user(blocks, uuid="r")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert [message.message_id for message in conversation.messages] == ["p", "a", "r", "r#1", "r#2"]
    assert results(conversation) == [("Bash", "one\n[image]"), ("Bash", "two")]
    assert [call.result.is_error for call in conversation.calls if call.result] == [None, True]
    assert typed(conversation) == ["go", "and hurry"]


def test_what_a_person_took_back_is_no_history(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("start", uuid="p1")
    root = chain.answer(text("ready"), api_id="m1", uuid="a1")
    chain.user("wrong question", uuid="p2")
    chain.answer(use("c1", command="rm"), api_id="m2")
    chain.result("c1", "gone")
    chain.user("better question", uuid="p3", parent=root)
    chain.answer(text("better answer"), api_id="m3")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert typed(conversation) == ["start", "better question"]
    assert conversation.calls == ()
    assert conversation.session.metadata["rewound"] == 3


def test_a_summary_stands_apart_and_what_it_replaced_is_archived(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("long task")
    chain.answer(use("c1"), api_id="m1")
    chain.result("c1", "x")
    chain.add("system", subtype="compact_boundary", content="Conversation compacted", parent=None)
    chain.user("This session is being continued from a previous conversation…", isCompactSummary=True)
    chain.user("go on")
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert [role for role, _ in shape(conversation)] == ["user", "assistant", "call", "tool", "summary", "user"]
    assert [message.is_archived for message in conversation.messages] == [True, True, True, False, False]
    assert typed(conversation) == ["long task", "go on"]
    assert conversation.message_count == 4


def test_sidechains_in_the_same_file_are_sessions_that_point_at_their_parent(tmp_path: Path) -> None:
    main, side, other = Chain(), Chain(isSidechain=True), Chain(isSidechain=True, agentId="77aa")
    main.user("research this")
    main.answer(use("t1", "Task", prompt="look"), api_id="m1")
    side.user("look", uuid="s1", parent=None)
    side.answer(use("c1", "Grep", pattern="x"), api_id="m2", uuid="s2")
    side.result("c1", "3 hits", uuid="s3")
    other.user("look elsewhere", uuid="o1", parent=None)
    other.answer(text("nothing"), api_id="m3", uuid="o2")
    main.result("t1", "found 3")
    found = read_all(lines(tmp_path / f"{SESSION}.jsonl", [*main.records, *side.records, *other.records]))
    assert list(found) == [SESSION, f"{SESSION}/sidechain-s1", f"{SESSION}/agent-77aa"]
    assert results(found[SESSION]) == [("Task", "found 3")]
    inner = found[f"{SESSION}/sidechain-s1"]
    assert results(inner) == [("Grep", "3 hits")]
    assert (inner.session.kind, inner.session.parent_session_id) == ("delegate", SESSION)
    assert inner.messages[0].author is Author.HARNESS
    assert typed(inner) == []


def test_a_sub_agents_own_file_is_a_session_of_its_parent(tmp_path: Path) -> None:
    main, agent = Chain(), Chain(isSidechain=True, agentId="a748733")
    main.user("go")
    agent.user("look", parent=None)
    agent.answer(text("nothing"), api_id="m1")
    lines(tmp_path / f"{SESSION}.jsonl", main.records)
    lines(tmp_path / SESSION / "subagents" / "agent-a748733.jsonl", agent.records)
    found = read_all(tmp_path)
    assert found.keys() == {SESSION, f"{SESSION}/agent-a748733"}
    assert found[f"{SESSION}/agent-a748733"].session.parent_session_id == SESSION


def test_a_fork_points_at_the_session_it_was_taken_from(tmp_path: Path) -> None:
    chain = Chain("fork-id", forkedFrom={"sessionId": SESSION, "messageUuid": "m"})
    chain.user("go")
    session = read_one(lines(tmp_path / "fork-id.jsonl", chain.records)).session
    assert (session.session_id, session.kind, session.parent_session_id) == ("fork-id", "branch", SESSION)


def test_a_message_queued_while_the_agent_worked_is_typed_and_a_notification_is_not(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go")
    chain.answer(use("c1"), api_id="m1")
    chain.add("attachment", attachment={"type": "queued_command", "prompt": "also the logs", "commandMode": "prompt"})
    note = {"type": "queued_command", "prompt": "<task-notification>x</task-notification>"}
    chain.add("attachment", attachment={**note, "commandMode": "task-notification"})
    chain.add("attachment", attachment={**note, "prompt": "a peer", "origin": {"kind": "peer"}})
    chain.add("attachment", attachment={"type": "todo_reminder", "content": []})
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert typed(conversation) == ["go", "also the logs"]
    assert [message.author for message in conversation.messages if message.role == "user"] == [
        Author.PERSON,
        Author.PERSON,
        Author.HARNESS,
        Author.HARNESS,
    ]


@pytest.mark.parametrize(
    ("written", "author", "words"),
    [
        ("fix it", Author.PERSON, "fix it"),
        ("use </a> tags", Author.PERSON, "use </a> tags"),
        ("<system-reminder>note</system-reminder>", Author.HARNESS, ""),
        ("<system-reminder>note</system-reminder>\nfix it", Author.BOTH, "fix it"),
        ("fix\n<system-reminder>a</system-reminder> it <system-reminder>b</system-reminder>", Author.BOTH, "fix\n it"),
        ("<system-reminder>never closed </b>", Author.PERSON, "<system-reminder>never closed </b>"),
        ("<ide_opened_file>The user opened a.py</ide_opened_file>fix it", Author.BOTH, "fix it"),
        ("<command-name>/clear</command-name>\n<command-args></command-args>", Author.BOTH, "/clear"),
        (
            "<command-message>review</command-message>\n<command-name>/review</command-name>\n"
            "<command-args>the tests</command-args>",
            Author.BOTH,
            "/review the tests",
        ),
        ("<bash-input>git status</bash-input>", Author.BOTH, "git status"),
        ("<bash-stdout>clean</bash-stdout><bash-stderr></bash-stderr>", Author.HARNESS, ""),
        ("<local-command-stdout>ok</local-command-stdout>", Author.HARNESS, ""),
        ("[Request interrupted by user for tool use]", Author.HARNESS, ""),
        ("Caveat: The messages below were generated by the user while running local commands. …", Author.HARNESS, ""),
        (
            "The user sent a new message while you were working:\nstop that\n\n"
            "This is how Claude Code surfaces messages the user sends mid-turn",
            Author.BOTH,
            "stop that",
        ),
    ],
)
def test_who_wrote_a_message(written: str, author: Author, words: str) -> None:
    assert authorship(written) == (author, words)


def test_tags_that_are_opened_over_and_over_cost_no_more_than_their_length() -> None:
    begun = time.perf_counter()
    for tag in ("command-name", "command-args", "bash-input", "system-reminder"):
        assert authorship(f"<command-name>/x</command-name>{f'<{tag}>' * 30_000}</a>")[1].startswith("/x")
        authorship(f"<{tag}>" * 30_000 + "</a>")
    assert time.perf_counter() - begun < 5  # and minutes, were each looked for an end


def test_what_the_harness_wrote_in_the_agents_place_is_not_the_agent(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go")
    chain.answer(text("API Error: 529"), model="<synthetic>", isApiErrorMessage=True)
    chain.user("a hook's words", isMeta=True)
    conversation = read_one(lines(tmp_path / "s.jsonl", chain.records))
    assert [(message.role, message.author) for message in conversation.messages] == [
        ("user", Author.PERSON),
        ("system", None),
        ("user", Author.HARNESS),
    ]
    assert conversation.session.model is None


def test_the_title_a_person_gave_comes_first(tmp_path: Path) -> None:
    chain = Chain()
    last = chain.user("go")
    summary = {"type": "summary", "summary": "Of this session", "leafUuid": last}
    other = {"type": "summary", "summary": "Of another session", "leafUuid": "elsewhere"}
    path = lines(tmp_path / "s.jsonl", [other, summary, *chain.records])
    assert read_one(path).session.title == "Of this session"
    made = {"type": "ai-title", "aiTitle": "Made", "sessionId": SESSION}
    given = {"type": "custom-title", "customTitle": "Given", "sessionId": SESSION}
    lines(path, [other, summary, *chain.records, given, made])
    assert read_one(path).session.title == "Given"


def test_bookkeeping_alone_is_a_transcript_without_a_session(tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", [{"type": "summary", "summary": "x", "leafUuid": "y"}])
    chain = Chain()
    chain.user("go")
    lines(tmp_path / "b.jsonl", chain.records)
    assert len(read_all(tmp_path)) == 1


def test_outcomes_of_its_results_are_told(tmp_path: Path) -> None:
    chain = Chain()
    chain.user("go")
    told = [
        ("Bash", "Exit code 1\nboom", True, Outcome.FAILED),
        ("Bash", "fine", False, Outcome.OK),
        ("Edit", "<tool_use_error>String to replace not found in file.</tool_use_error>", True, Outcome.FAILED),
        ("Bash", "The user doesn't want to proceed with this tool use. …", True, Outcome.CANCELLED),
        ("Read", "     1→error: this is a file", None, Outcome.OK),
    ]  # fmt: skip
    for number, (tool, content, flag, _) in enumerate(told):
        chain.answer(use(f"c{number}", tool, command="x"), api_id=f"m{number}")
        chain.result(f"c{number}", content, is_error=flag)
    analysis = analyze(read_one(lines(tmp_path / "s.jsonl", chain.records)))
    assert [call.outcome for call in analysis.calls] == [outcome for *_, outcome in told]


def test_the_webs_document_is_read_too(tmp_path: Path) -> None:
    loglines = [
        {"type": "user", "message": {"role": "user", "content": "add"}, "timestamp": "2025-12-24T10:00:00.000Z"},
        {"type": "assistant", "message": {"role": "assistant", "content": [use("c1", "Write", file_path="/a")]}},
        {"type": "user", "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1"}]}},
    ]
    conversation = read_one(document(tmp_path / "session.json", {"loglines": loglines}))
    assert conversation.session.session_id == "session"
    assert results(conversation) == [("Write", "")]


def test_the_samples_are_read_whole(data_dir: Path) -> None:
    first = read_one(data_dir / "formats" / "claude-code-1.jsonl")
    assert (first.session.session_id, first.message_count, first.orphans) == ("test_session", 11, 0)
    assert [call.name for call in first.calls] == ["Edit", "Bash"]
    web = read_one(data_dir / "formats" / "claude-code-web.json")
    assert (web.message_count, len(web.calls), web.orphans) == (32, 12, 0)
    assert sum(message.is_compaction for message in web.messages) == 1
    assert len(typed(web)) == 5
