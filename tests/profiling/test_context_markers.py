"""What a session was about, and what only looks like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import OK, Talk
from warmtui.demo import create_demo_store
from warmtui.profiling.context import context_markers
from warmtui.profiling.judged import judge
from warmtui.profiling.models import ContextMarker
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

VERSION = re.compile(r"v?\d+(\.\d+)+\w*", re.IGNORECASE)


def found_in(conversation: Conversation) -> tuple[ContextMarker, ...]:
    return context_markers(conversation, judge(conversation))


def said(text: str) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in found_in(Talk().ask(text).end())}


def ran(command: str) -> set[tuple[str, str]]:
    talk = Talk().ask("go").call("terminal", {"command": command}, '{"output": "", "exit_code": 0}')
    return {(one.kind, one.value) for one in found_in(talk.end())}


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3, v2.0 and 10.4.1-rc1",
        "it is 3.14, or .5, or 12.50 EUR",
        "and so on... or … or a.. b",
        "src/very/long/pa…",
        "see /srv/app/very/lo...",
        "and/or, GET/POST, n/a, 24/7, TCP/IP, w/o, km/h",
        "1/2, 3/4/5, 2024/05/13, 13/05/2024",
        "Mozilla/5.0, HTTP/1.1, curl/8.1.2 and python/3.11",
        "Next.js, node.js and D3.js",
        "https://… and https://x and http:// and //",
        "https://exam...",
        "e.g. this, i.e. that, etc.",
        "section 2.c and 3.r",
        "the ratio is 0.5/0.25",
        "/help and /compact",
    ],
)
def test_noise_is_no_marker(text: str) -> None:
    assert said(text) == set()


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("look at services/app.py.", {("file", "services/app.py"), ("directory", "services"), ("language", "Python")}),
        ("the folder src/api/handlers/ is new", {("directory", "src/api/handlers")}),
        ("read /usr/lib/python3.11", {("directory", "/usr/lib/python3.11")}),
        ("put it in ~/notes/.env", {("file", "~/notes/.env"), ("directory", "~/notes")}),
        ("the hooks in ./app/.git", {("directory", "app/.git")}),
        ("edit README.md and 2024-plan.csv", {("file", "README.md"), ("file", "2024-plan.csv")}),
        ("see https://docs.example.org/a?b=1#c.", {("url", "https://docs.example.org/a?b=1#c")}),
        ("see docs.example.org/guide/start", {("url", "docs.example.org/guide/start")}),
        ("on http://localhost:8080/x it fails", {("url", "http://localhost:8080/x")}),
    ],
)
def test_what_was_worked_on_is_one(text: str, markers: set[tuple[str, str]]) -> None:
    assert said(text) == markers


def test_expressions_refs_and_variables_in_a_command_are_none() -> None:
    assert ran("sed -i s/price/price_cents/ a.py") >= {("command", "sed"), ("file", "a.py")}
    assert ("directory", "s/price/price_cents") not in ran("sed -i s/price/price_cents/ a.py")
    assert ran("git fetch origin pull/46/head") == {("command", "git")}
    assert ran("git merge origin/feature/rates") == {("command", "git")}
    assert ran("$PY -V") == set()
    assert ran("... and so on") == set()


def test_what_is_not_seen_ends_no_address() -> None:
    assert said("see https://example.org/a\x1b]8;;x\x07 now") >= {("url", "https://example.org/a")}
    assert said("see https://example.org/a\u202etxt.exe") >= {("url", "https://example.org/a")}


def test_every_marker_says_how_often_how_late_and_where() -> None:
    talk = Talk().ask("look at services/app.py").call("read_file", {"path": "services/app.py"}, OK).say("done")
    [file] = [one for one in found_in(talk.end()) if one.kind == "file"]
    assert (file.value, file.count, file.last_used) == ("services/app.py", 2, 0.3333)
    assert [place.message_id for place in file.evidence] == [1, 2]


@given(st.text(alphabet="ab./1:~…-_ \n", max_size=120))
def test_no_text_makes_a_version_a_number_or_an_ellipsis_a_marker(text: str) -> None:
    for _, value in said(text):
        assert not VERSION.fullmatch(value)
        assert not re.fullmatch(r"[\d./:-]*", value)
        assert "…" not in value
        assert "..." not in value


# --- Whole stores --------------------------------------------------------------------------------------------------


def is_sound(marker: ContextMarker) -> bool:
    """Whether a marker is something: no version, number or ellipsis, and an address with a domain."""
    value = marker.value
    if VERSION.fullmatch(value) or re.fullmatch(r"[\d.,:/-]*", value) or "..." in value or "…" in value:
        return False
    if any(VERSION.fullmatch(part) for part in value.split("/")[-1:]) and marker.kind == "file":
        return False
    if marker.kind == "url":
        host = value.partition("://")[2].partition("/")[0] if "://" in value else value.partition("/")[0]
        return host.startswith("localhost") or "." in host.strip(".")
    return bool(re.search(r"[^\W\d_]", value)) and value.isprintable()


def markers_of(path: Path) -> Iterator[ContextMarker]:
    with open_store(path) as store:
        for conversation in store.conversations():
            yield from found_in(conversation)


def test_no_marker_of_the_demo_store_is_noise(tmp_path: Path) -> None:
    create_demo_store(tmp_path / "state.db")
    markers = list(markers_of(tmp_path / "state.db"))
    assert len(markers) > 100
    assert [marker for marker in markers if not is_sound(marker)] == []
    assert not {"pull/46/head", "s/price/price_cents", "Next.js"} & {marker.value for marker in markers}


def test_no_marker_of_two_hundred_real_sessions_is_noise(airline_db: Path) -> None:
    assert [marker for marker in markers_of(airline_db) if not is_sound(marker)] == []


def test_no_marker_of_other_agents_transcripts_is_noise(data_dir: Path) -> None:
    markers = list(markers_of(data_dir / "formats"))
    assert len(markers) > 10
    assert [marker for marker in markers if not is_sound(marker)] == []
