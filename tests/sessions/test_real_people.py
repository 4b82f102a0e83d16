"""What Hermes' own functions put into user messages is told from what a person typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from warmtui.sessions.compaction import split_summary
from warmtui.sessions.people import authorship, mid_turn_words

SAID = "only the staging one, please"

# Prints what Hermes 0.19.0 writes with the role of a user: without a word of a person, with one, and as summaries.
SCRIPT = f"""
import json
from types import SimpleNamespace
SAID = {SAID!r}
from agent import background_review, context_compressor, conversation_compression, conversation_loop, prompt_builder
from agent import skill_commands
import cron.scheduler, gateway.run, hermes_cli.goals as goals, tools.process_registry as processes
from tools.todo_tool import TodoStore

compressor = context_compressor.ContextCompressor
summaries = [compressor._with_summary_prefix("What was done."), context_compressor.LEGACY_SUMMARY_PREFIX + " x"]
summaries += [prefix + " x" for prefix in context_compressor._HISTORICAL_SUMMARY_PREFIXES]

tasks = TodoStore()
tasks.write([dict(id="1", content="test", status="pending")])
nobody = []
conversation_compression._ensure_compressed_has_user_turn([], nobody)
media = SimpleNamespace(
    media_urls=["/a.png", "/b.ogg", "/c.mp4", "/d.pdf"],
    media_types=["image/png", "audio/ogg", "video/mp4", "application/pdf"],
    message_type=None,
)
event = dict(session_id="proc_1", command="make", pattern="ERR", output="ERR: x", exit_code=0)
harness = [
    tasks.format_for_injection(),
    nobody[0]["content"],
    *(prefix + " x" for prefix in conversation_compression._SYNTHETIC_USER_PREFIXES),
    *(getattr(goals, name) for name in dir(goals) if "CONTINUATION" in name or "FINALIZE" in name),
    *(getattr(background_review, name) for name in dir(background_review) if name.endswith("REVIEW_PROMPT")),
    conversation_loop._CODEX_INCOMPLETE_NUDGE,
    conversation_loop._get_continuation_prompt(False, None),
    conversation_loop._get_continuation_prompt(True, []),
    conversation_loop._get_continuation_prompt(True, ["write_file"]),
    gateway.run.build_resume_recovery_note("restart_timeout", ""),
    gateway.run._build_media_placeholder(media),
    processes.format_process_notification(event),
    processes.format_process_notification({{**event, "exit_code": -15, "completion_reason": "killed"}}),
    processes.format_process_notification({{**event, "type": "watch_match", "suppressed": 2}}),
    processes.format_process_notification(dict(type="watch_disabled", message="Watch patterns disabled for x")),
    processes.format_process_notification(dict(type="watch_disabled", message="Watch-pattern overflow: >9")),
    processes.format_process_notification(dict(type="async_delegation", delegation_id="d", goal="g", status="ok")),
    processes.format_process_notification(dict(type="async_delegation", results=[dict(status="ok", summary="s")])),
    cron.scheduler._build_job_prompt(dict(id="j", name="job", prompt="tell me the weather")),
]
skill = skill_commands._build_skill_message(
    dict(content="How to deploy.", name="deploy"), None,
    '[IMPORTANT: The user has invoked the "deploy" skill, indicating they want you to follow its instructions.]',
)
harness.append(skill)
both = [
    gateway.run._build_document_context_note("a.txt", "/a.txt", "text/plain") + "\\n\\n" + SAID,
    gateway.run._build_document_context_note("a.pdf", "/a.pdf", "application/pdf") + "\\n\\n" + SAID,
    gateway.run.build_resume_recovery_note("restart_timeout", SAID),
    skill_commands._build_skill_message(
        dict(content="How to deploy.", name="deploy"), None,
        '[IMPORTANT: The user has invoked the "deploy" skill, indicating they want you to follow its instructions.]',
        user_instruction=SAID, runtime_note="on a phone",
    ),
    SAID + "\\n\\n" + tasks.format_for_injection(),
]
steered = json.dumps(dict(output="ok", exit_code=0)) + prompt_builder.format_steer_marker(SAID)
print(json.dumps(dict(summaries=summaries, harness=harness, both=both, steered=steered)))
"""


@pytest.fixture(scope="module")
def written(hermes_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "HERMES_HOME": str(home)}
    ran = subprocess.run(
        [hermes_python, "-c", SCRIPT], capture_output=True, text=True, check=False, cwd=home, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, list[str]] = json.loads(ran.stdout)
    return told


def test_what_no_human_typed_is_the_harness(written: dict[str, list[str]]) -> None:
    assert [text for text in written["harness"] if authorship(text) != ("harness", "")] == []
    assert len(written["harness"]) > 25


def test_of_what_is_glued_to_a_persons_words_only_they_are_left(written: dict[str, list[str]]) -> None:
    assert [authorship(text) for text in written["both"]] == [("both", SAID)] * len(written["both"])


def test_every_form_of_summary_that_hermes_has_had_is_one(written: dict[str, list[str]]) -> None:
    assert [text for text in written["summaries"] if split_summary(text) != (text, "")] == []
    assert len(written["summaries"]) > 3


def test_a_message_that_hermes_delivers_in_the_middle_of_a_turn_is_the_persons(written: dict[str, list[str]]) -> None:
    assert mid_turn_words("".join(written["steered"])) == SAID


# Where Hermes begins a text with a bracket and such a word, to hand it to the agent as what the user said.
WORDS = (
    "System|IMPORTANT|The user|User attached|User sent|Continuing|Voice input|Note: model|ASYNC|Session was|Replying"
    "|Triggering|Background process|Cron delivery|Delivered from|Content of|The work looks|Recent channel|Quoted"
)
SOURCES = f"""
import json, re
from pathlib import Path
import gateway
root = Path(gateway.__file__).parents[1]
begins = re.compile(r'[\"\\'](\\[(?:{WORDS})[^\"\\'{{\\\\]*)')
folders = ("agent", "gateway", "cron", "tools", "hermes_cli", "tui_gateway", "plugins", "acp_adapter")
files = [root / "cli.py", *(file for folder in folders for file in (root / folder).rglob("*.py"))]
print(json.dumps(sorted({{each for file in files for each in begins.findall(file.read_text(encoding="utf-8"))}})))
"""
# Names of .NET, part of the system prompt, and beginnings that a quotation mark or an event's own message follows.
ELSEWHERE = re.compile(r"\[System\.|\[IMPORTANT: The user launched|\[IMPORTANT: (The )?$")


def test_no_bracketed_beginning_in_the_source_of_hermes_is_taken_for_a_persons_words(
    hermes_python: str, tmp_path: Path
) -> None:
    ran = subprocess.run([hermes_python, "-c", SOURCES], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    beginnings = [each for each in json.loads(ran.stdout) if not ELSEWHERE.match(each)]
    assert len(beginnings) > 40
    assert [each for each in beginnings if authorship(f"{each} x]")[0] == "person"] == []
