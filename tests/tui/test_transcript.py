"""The transcript: everything in its place, folded and unfolded, searched, and reached from where one is."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeWorkspace
from tests.tui.driving import curating, go_to_item, lines_of, press, running, settle, text_of, toasts
from warmtui.profiling.judged import judge
from warmtui.profiling.outcomes import Outcome
from warmtui.tui.screens.curate import CurateScreen
from warmtui.tui.screens.transcript import TranscriptScreen
from warmtui.tui.transcript import Entry, entries_of
from warmtui.tui.widgets.transcript_view import TranscriptView
from warmtui.workspace import Workspace


def view_of(pilot: Pilot[None]) -> TranscriptView:
    return pilot.app.screen.query_one(TranscriptView)


def current(pilot: Pilot[None]) -> Entry:
    view = view_of(pilot)
    return view.entries[view.current]


def shown(entry: Entry) -> str:
    return " ".join([entry.tool, *(text for _, text in entry.paragraphs())])


async def search(pilot: Pilot[None], words: str) -> None:
    await press(pilot, "slash")
    pilot.app.screen.query_one("#filter", Input).value = words
    await settle(pilot)
    await press(pilot, "enter")


class TestEntries:
    """What a conversation is made of."""

    def test_every_message_and_call_has_its_place(self, demo: Workspace) -> None:
        for row in demo.rows():
            conversation = demo.conversation(row.store, row.session_id)
            entries = entries_of(conversation, judge(conversation))
            calls = [entry for entry in entries if entry.is_call]
            assert [entry.tool for entry in calls] == [call.name for call in conversation.calls]
            strays = [entry for entry in entries if entry.who == "tool" and not entry.is_call]
            assert len(strays) == len(conversation.orphan_results)
            said = {(e.session_id, e.message_id) for e in entries}
            spoken = {(m.session_id, m.message_id) for m in conversation.messages if m.result is None}
            assert spoken <= said

    def test_a_call_says_its_arguments_a_line_each_and_what_came_back(self) -> None:
        call = Entry("tool", "s", 1, '{"path":"a.py","limit":3}', 2, "read_file", Outcome.OK, "print()")
        assert list(call.paragraphs()) == [("arguments", "path: a.py\nlimit: 3"), ("result", "print()")]

    def test_arguments_that_do_not_parse_are_shown_as_they_were_written(self) -> None:
        call = Entry("tool", "s", 1, '{"path": ', None, "read_file", Outcome.REJECTED, "no JSON")
        assert next(call.paragraphs()) == ("arguments", '{"path": ')


class TestScreen:
    """Moving through a session by keys."""

    async def test_v_reads_the_session_under_the_cursor_and_q_goes_back(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            row = demo.rows()[1]
            await press(pilot, "j", "v")
            assert isinstance(pilot.app.screen, TranscriptScreen)
            assert current(pilot).session_id in (row.session_id, row.lineage_id)
            assert len(view_of(pilot).entries) == view_of(pilot).line_count()
            await press(pilot, "q")
            assert not isinstance(pilot.app.screen, TranscriptScreen)

    @pytest.mark.long
    async def test_n_goes_from_failure_to_failure_and_says_when_there_is_none(self, demo: Workspace) -> None:
        row = demo.rows("failed>1")[0]
        async with running(demo) as pilot:
            pilot.app.read_session(row.store, row.session_id)  # type: ignore[attr-defined]
            await settle(pilot)
            failures = [at for at, entry in enumerate(view_of(pilot).entries) if entry.is_failure]
            assert len(failures) == row.failed + row.rejected
            for at in failures:
                await press(pilot, "n")
                assert view_of(pilot).current == at
            await press(pilot, "n")
            assert view_of(pilot).current == failures[-1]
            assert "No failure after this" in toasts(pilot)
            await press(pilot, "N")
            assert view_of(pilot).current == failures[-2]

    async def test_u_goes_from_message_to_message_of_the_user(self, demo: Workspace) -> None:
        row = max(demo.rows(), key=lambda row: row.corrections)
        async with running(demo) as pilot:
            pilot.app.read_session(row.store, row.session_id)  # type: ignore[attr-defined]
            await settle(pilot)
            turns = [at for at, entry in enumerate(view_of(pilot).entries) if entry.who == "user"]
            await press(pilot, "G")
            for at in reversed([turn for turn in turns if turn < view_of(pilot).current]):
                await press(pilot, "U")
                assert view_of(pilot).current == at

    async def test_space_unfolds_an_entry_in_place_and_folds_it_again(self, demo: Workspace) -> None:
        row = demo.rows("failed>0")[0]
        async with running(demo) as pilot:
            pilot.app.read_session(row.store, row.session_id)  # type: ignore[attr-defined]
            await settle(pilot)
            await press(pilot, "n")
            before, at = view_of(pilot).line_count(), view_of(pilot).current
            await press(pilot, "space")
            failure = current(pilot)
            opened = lines_of(view_of(pilot))
            assert view_of(pilot).line_count() > before
            assert view_of(pilot).current == at
            assert "".join(orjson.loads(failure.result)["error"].split())[:200] in "".join("".join(opened).split())
            await press(pilot, "j", "j", "space")
            assert view_of(pilot).line_count() == before
            assert view_of(pilot).cursor == at

    async def test_everything_unfolds_and_folds_with_the_cursor_on_its_entry(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            await press(pilot, "v", "j", "j", "j")
            count = view_of(pilot).line_count()
            await press(pilot, "z")
            assert view_of(pilot).current == 3
            assert view_of(pilot).line_count() > 2 * count
            await press(pilot, "z")
            assert (view_of(pilot).current, view_of(pilot).line_count()) == (3, count)

    @pytest.mark.long
    async def test_a_search_unfolds_what_it_finds_and_n_goes_on(self, demo: Workspace) -> None:
        row = demo.rows("calls>5")[0]
        async with running(demo) as pilot:
            pilot.app.read_session(row.store, row.session_id)  # type: ignore[attr-defined]
            await settle(pilot)
            words = next(entry for entry in reversed(view_of(pilot).entries) if entry.is_call).tool
            holding = [at for at, entry in enumerate(view_of(pilot).entries) if words in shown(entry)]
            await search(pilot, words.upper())
            assert view_of(pilot).current == holding[0]
            visited = {view_of(pilot).current}
            for _ in range(200):
                before = view_of(pilot).cursor
                await press(pilot, "n")
                visited.add(view_of(pilot).current)
                if view_of(pilot).cursor == before:
                    break
            assert sorted(visited) == holding
            assert f"in {len(holding)} entr" in str(pilot.app.screen.query_one("#transcript").border_subtitle)
            await press(pilot, "escape", "g", "n")
            assert current(pilot).is_failure or "No failure" in toasts(pilot)

    async def test_a_search_that_finds_nothing_says_so_and_moves_nothing(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            await press(pilot, "v", "j")
            await search(pilot, "nobody ever wrote this")
            assert view_of(pilot).current == 1
            assert "nowhere in this session" in text_of(pilot, "#filter-problem")

    async def test_a_session_that_is_gone_says_so_in_place(self, demo: Workspace) -> None:
        async with running(demo) as pilot:
            pilot.app.read_session(demo.stores[0].name, "no-such-session")  # type: ignore[attr-defined]
            await settle(pilot)
            assert "no-such-session" in text_of(pilot, "#problems")
            await press(pilot, "n", "space", "z", "slash", "escape")
            assert not isinstance(pilot.app.screen, TranscriptScreen)

    @pytest.mark.long
    async def test_hostile_text_changes_no_line(self, make_workspace: MakeWorkspace, hostile_db: Path) -> None:
        workspace = make_workspace(hostile_db)
        async with running(workspace) as pilot:
            for _ in range(3):
                await press(pilot, "v", "z")
                for line in lines_of(view_of(pilot))[:2000]:
                    assert "\x1b" not in line
                    assert "\x00" not in line
                    assert "\n" not in line
                await press(pilot, "q", "j")


class TestFromEvidence:
    """Curate leads to the very place a pattern was seen in."""

    async def test_enter_on_evidence_opens_the_session_there_and_back_is_where_one_was(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await go_to_item(pilot, "recovery:")
            await press(pilot, "2")
            pilot.app.screen.query_one("#evidence-view").focus()
            await settle(pilot)
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, TranscriptScreen)
            assert current(pilot).is_failure
            assert view_of(pilot).line_count() > len(view_of(pilot).entries)
            await press(pilot, "q")
            assert isinstance(pilot.app.screen, CurateScreen)

    async def test_v_in_curate_reads_the_place_of_the_evidence_under_the_cursor(self, demo: Workspace) -> None:
        async with curating(demo) as pilot:
            await go_to_item(pilot, "example:")
            await press(pilot, "v")
            example = current(pilot)
            await press(pilot, "q")
            assert isinstance(pilot.app.screen, CurateScreen)
            assert example.is_call
            assert example.tool in text_of(pilot, "#evidence-view")
