"""Everything a store can hold that a reader may stumble over, as it happens in real ones."""

from __future__ import annotations

from dataclasses import replace

from warmtui.demo import moves, tools
from warmtui.demo.steps import Compacted, Rewound, Scene, Skill, Step, Stray, Writing, ask, call, say, turn
from warmtui.demo.stories import pipeline, server, service

SUMMARY = (
    "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into the summary below.\n\n"
    "## Historical Task Snapshot\n{task}\n\n## Historical Remaining Work\n{rest}"
)
TASKS_KEPT = "[Your active task list was preserved across context compression]\n- [ ] 3. tests (pending)"


def old_encodings(scene: Scene) -> list[Step]:
    """A session of an older Hermes: calls encoded twice or in the legacy form, outputs pruned in place."""
    build = tools.terminal("make build")
    return [
        ask("does it still build after the cleanup?"),
        turn(replace(build, result="[terminal] ran `make build` -> exit 2, 12 lines output"), text=None),
        turn(replace(tools.read_file("Makefile", ""), result=tools.PRUNED), text=None, writing=Writing.TWICE),
        turn(replace(tools.read_file("Makefile", ""), result=tools.DUPLICATE), writing=Writing.LEGACY),
        turn(tools.patch(scene.project.root, "Makefile", "pyton", "python"), writing=Writing.LEGACY),
        turn(replace(build, result="[terminal] ran `make build` -> exit 0, 47 lines output"), writing=Writing.TWICE),
        tools.persisted("make test", '{"output": "' + "." * scene.number(300, 700), 120_000),
        say("It builds again; there was a typo in the Makefile."),
        ask("fine"),
    ]


def rejections(scene: Scene) -> list[Step]:
    """Calls that never ran: no such tool, arguments that do not parse, and what they drag along."""
    path = "notes/harbour.md"
    cut = '{"path": "notes/harbour.md", "content": "# Harbour\\n\\nThe slipway is '
    skipped = "Skipped: another tool call in this turn used an invalid name. Please retry this tool call."
    return [
        ask("write down in notes/harbour.md what we know about the slipway"),
        tools.broken_arguments(
            "write_file", cut, f"Unterminated string starting at: line 1 column {scene.number(30, 45)}"
        ),
        turn(
            tools.unknown_tool("[bold]search[/bold]", pattern="slipway"),
            replace(tools.read_file(path, ""), result=skipped),
            text="I'll look first.",
        ),
        *moves.grep_by_hand(scene, "slipway", "notes", ("notes/2025.md", 4, "the slipway is closed in winter")),
        tools.write_file(scene.project.root, path, "# Harbour\n\nThe slipway is closed in winter.\n"),
        say("It is in notes/harbour.md."),
    ]


def repeated_ids(scene: Scene) -> list[Step]:
    """A local model that numbers its calls from zero in every turn, loses one answer and gets one too many."""
    return [
        ask("list the three biggest tables, then the three biggest files"),
        tools.terminal("psql warehouse -c '\\dt+'", "readings 812 MB\ndaily_totals 40 MB\nstations 96 kB"),
        tools.terminal("ls -S raw | head -3", f"2026-0{scene.number(1, 9)}.csv\n2026-05.csv\n2025-12.csv"),
        call("terminal", None, command="ls -S exports | head -3"),
        Stray("tool", '{"output": "an answer to a call nobody made", "exit_code": 0, "error": null}', "terminal"),
        say("readings is by far the biggest; of the files it is last month's."),
        ask("and exports?"),
        tools.terminal("ls -S exports | head -3", "letter-2025.pdf"),
        say("One file, letter-2025.pdf."),
    ]


def interruptions(scene: Scene) -> list[Step]:
    """A person who speaks up in the middle of the work."""
    steered = tools.search_files("price", [("services/pricing.py", 4, "def quote(boat, start, end):")])
    return [
        ask("rename price to price_cents everywhere"),
        steered.followed_by(tools.mid_turn("stop, only in services/, the api keeps its name")),
        tools.terminal("sed -i s/price/price_cents/ services/*.py", "[Command interrupted]", 130),
        turn(
            tools.interrupted("terminal", command="pytest -q"),
            call(
                "patch",
                "[Tool execution skipped — patch was not started. User sent a new message]",
                mode="replace",
                path="services/pricing.py",
                old_string="price",
                new_string="price_cents",
            ),
        ),
        ask("not with sed! one file at a time, and show me each"),
        *moves.edit(
            scene,
            "services/pricing.py",
            service.PRICING.text,
            old="    rate = boat.hourly_rate",
            new="    rate = boat.hourly_rate_cents",
            guess="    rate = boat.rate",
        ),
        say("The first one. Shall I go on?"),
        ask("yes, go on"),
        say("Next is services/bookings.py."),
    ]


def suffixes(scene: Scene) -> list[Step]:
    """Results with something after their JSON."""
    hits = [(f"src/page{place}.md", place, "TODO") for place in range(1, 6)]
    return [
        ask("how many TODOs are left?"),
        tools.search_files("TODO", hits).followed_by("\n\n[Hint: Results truncated. Use offset=50 to see more]"),
        tools.read_file("docs/plan.md", "# Plan\n- [ ] harbour map\n").followed_by(
            "\n\n[Subdirectory context discovered: docs/AGENTS.md]\nPlans are written in the present tense."
        ),
        tools.search_files("FIXME"),
        tools.terminal("grep -rn XXX src", "", 1, meaning="No matches found (not an error)"),
        tools.no_such_path("TODO", "sources"),
        tools.execute_code("print(5 + 1)", "6"),
        say(f"Six: five in src and one in docs/plan.md. {scene.number(2, 9)} were done last week."),
    ]


def machine_words(scene: Scene) -> list[Step]:
    """User messages that no person typed, or only in part."""
    skill = (
        '[IMPORTANT: The user has invoked the "release-notes" skill, indicating they want you to follow its '
        "instructions. The full skill content is loaded below.]\n\n# Release notes\nList changes by audience.\n\n"
        "The user has provided the following instruction alongside the skill invocation: only what members notice"
    )
    return [
        ask(skill),
        tools.terminal(
            "git log --oneline v1.8..", f"{scene.hex(7)} Bookings can be extended\n{scene.hex(7)} Fix weekend rate"
        ),
        say("- Bookings can be extended\n- Saturdays cost the weekend rate"),
        ask("[Note: model was just switched from claude-sonnet-4.6 to gpt-5 via OpenRouter. Adjust.]\n\nshorter"),
        say("Extend bookings; weekend rate fixed."),
        ask("[System note: the gateway was restarted.]"),
        say("Understood."),
        ask("[ASYNC DELEGATION COMPLETED]\nTask: proofread the notes\nResult: no mistakes"),
        say("The proofreading found nothing."),
        ask("[Background process proc_7f finished with exit code 0~ Here's the final output:\nok]"),
        say("And the build is through."),
        ask("You've reached the maximum number of tool-calling iterations allowed. Please provide a summary."),
        say("Release notes written, proofread and built."),
    ]


def taken_back(scene: Scene) -> list[Step]:
    """A turn the person rewound: its rows stay, and are no history."""
    gone: list[Step] = [
        ask("drop the table stations_old"),
        tools.terminal('psql warehouse -c "drop table stations_old"', 'ERROR:  table "stations_old" does not exist', 1),
        say("There is no such table."),
    ]
    return [
        ask("what is in the stations table?"),
        tools.terminal('psql warehouse -c "select count(*) from stations"', f" {scene.number(200, 300)}\n(1 row)"),
        say("A few hundred rows."),
        Rewound(tuple(gone)),
        ask("is there a backup of it from spring?"),
        tools.terminal("ls /srv/backup | grep stations", "stations-2026-04-01.sql.gz"),
        say("Yes, of the first of April."),
    ]


def compacted_in_place(scene: Scene) -> list[Step]:
    """A long session whose history was archived beneath it, and which went on."""
    before = [*pipeline.cleaning_rule(scene), *pipeline.csv_question(scene), *pipeline.nightly_import(scene)]
    summary = SUMMARY.format(task="Add a cleaning rule and its test.", rest="Look at the first days of the month.")
    return [
        Compacted(tuple(before), summary),
        ask(TASKS_KEPT),
        *pipeline.bad_column(scene),
        say({"odd": "an answer that was kept as an object", "rows": 3}),
    ]


def before_rotation(scene: Scene) -> list[Step]:
    """The first part of a session that an older Hermes continued in a new one."""
    return [
        *service.new_endpoint(scene),
        *service.red_test(service.PAGES, scene.by(Skill.RECOVERS)),
        *service.migration(scene),
    ]


def after_rotation(scene: Scene) -> list[Step]:
    """Its continuation: a summary first, then more work."""
    return [
        ask("[CONTEXT SUMMARY]: An endpoint was added and the paging test mended; a question about uploads is open."),
        say("Both are in. The question about uploads is next."),
        *service.question(scene),
        *service.push_only(scene),
        *service.red_test(service.TOKENS, scene),
    ]


def marathon(scene: Scene) -> list[Step]:
    """A whole day's work in one session."""
    day: list[Step] = []
    for bug in (service.PRICING, service.TOKENS):
        day += [*service.red_test(bug, scene), *service.push_only(scene)]
    day += [*service.new_endpoint(scene), *service.migration(scene), *service.review(scene)]
    return [*day, *server.container_down(scene)]


def branch_point(scene: Scene) -> list[Step]:
    """A question from which the person branches off to try something."""
    return [*service.question(scene), ask("let me try that in a branch"), say("Go ahead, this one stays as it is.")]


def branched(scene: Scene) -> list[Step]:
    """What was tried in the branch."""
    old, new = "    data = file.file.read()", "    data = read_limited(file.file, MAX_SCAN)"
    text = "def scan(file: UploadFile, who: Member):\n    data = file.file.read()\n"
    return [
        ask("so, replace the read() by one with a limit"),
        *moves.edit(scene, "api/members.py", text, old=old, new=new, guess="    data = await file.read()"),
        say("Done in api/members.py."),
    ]


def delegated(scene: Scene) -> list[Step]:
    """What a child agent did on its own."""
    return [
        ask("Read the tests of services/refunds.py and list what is not covered"),
        *moves.find(
            scene, "tests/refunds_test.py", "tests/test_refunds.py", "def test_full_refund(booking):\n    ...\n"
        ),
        tools.search_files("price", [("services/refunds.py", 2, "    return booking.price * 0.8")]),
        say("refund() uses the old price field and rounds nowhere; no test covers a free booking."),
    ]


def still_running(scene: Scene) -> list[Step]:
    """A session that is going on right now: its last call has no answer yet."""
    return [
        ask("can you see why the totals for K417 look wrong since tuesday?"),
        tools.terminal(
            "psql warehouse -c 'select day, amount_mm from daily_totals limit 3'",
            f"2026-11-19 | {scene.number(100, 400)}",
        ),
        tools.execute_code("print(float('6553.5'))", "", "ValueError: amount above any plausible value"),
        call("terminal", None, command="python -m etl.clean --station K417"),
    ]


def hello(scene: Scene) -> list[Step]:
    """The shortest conversation there is."""
    return [ask(scene.pick("hi there", "good morning")), say("Hello! What shall we do?")]
