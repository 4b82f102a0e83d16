"""Work on a pipeline of rain gauge readings: imports, queries, backfills."""

from __future__ import annotations

from warmtui.demo import moves, tools
from warmtui.demo.steps import Project, Scene, Skill, Step, ask, say, turn

RAINFALL = Project("rainfall", "/home/maya/code/rainfall")

_COLUMNS = (
    "   Column   |       Type       | Nullable\n------------+------------------+---------\n"
    " station_id | text             | not null\n day        | date             | not null\n"
    " amount_mm  | double precision |\n quality    | smallint         | not null"
)


def bad_column(scene: Scene) -> list[Step]:
    """Answer a question from the warehouse."""
    station = scene.pick("K417", "K102", "H055", "H230")
    year = scene.number(2021, 2025)
    column = scene.pick("rain", "precipitation", "mm")
    where = f"from readings where station_id = '{station}' and extract(year from day) = {year}"
    amount = f"{scene.number(480, 910)}.{scene.number(0, 9)}"
    request = scene.pick(
        f"How much rain fell at {station} in {year}?",
        f"sum {station} {year}",
        f"what was the total for station {station} in {year}? I need it for the yearly letter",
    )
    steps: list[Step] = [ask(request)]
    wrong, right = f"select sum({column}) {where}", f"select sum(amount_mm) {where}"
    steps += moves.query(
        scene,
        "warehouse",
        wrong=wrong,
        column=column,
        table="readings",
        columns=_COLUMNS,
        right=right,
        rows=f" {amount}\n(1 row)",
    )
    if scene.gives_up:
        return steps
    steps += [say(f"{amount} mm at {station} in {year}."), ask(scene.pick("and how many days had none?", "dry days?"))]
    days = f"select count(*) {where} and amount_mm = 0"
    return [
        *steps,
        tools.terminal(f'psql warehouse -c "{days}"', f" {scene.number(140, 220)}\n(1 row)"),
        say("That many days had a reading of exactly zero; days without a reading are not counted."),
        *moves.thanks(scene),
    ]


def backfill(scene: Scene) -> list[Step]:
    """Fill a year again, which takes longer than a command may."""
    year = scene.number(2012, 2024)
    command = f"python -m etl.backfill --year {year}"
    rows = scene.number(80_000, 190_000)
    steps: list[Step] = [
        ask(scene.pick(f"backfill {year}", f"please run the backfill for {year} again, the gauges were recalibrated"))
    ]
    steps += moves.long_job(scene, command, f"{year}-03 …", f"{rows} rows written for {year}\n")
    if scene.gives_up:
        return [*steps, ask("ok I'll run it by hand tonight")]
    notice = (
        f"[IMPORTANT: Background process proc_{scene.hex(12)} completed normally (exit code 0).\n"
        f"Command: {command}\nOutput:\n{rows} rows]"
    )
    return [*steps, say(f"{year} is filled again: {rows:,} rows."), ask(notice), say("That was the last of it.")]


def nightly_import(scene: Scene) -> list[Step]:
    """Find out why an import does not start."""
    module, package = {
        "etl.ingest": ("polars", "polars"),
        "etl.clean": ("dateutil", "python-dateutil"),
        "etl.publish": ("yaml", "pyyaml"),
    }[name := scene.pick("etl.ingest", "etl.clean", "etl.publish")]
    count = scene.number(900, 4000)
    steps: list[Step] = [
        ask(
            scene.pick(
                "the nightly import dies, have a look",
                f"{name} broken. fix",
                f"why does {name} not start on the new laptop?",
            )
        )
    ]
    steps += moves.run_module(scene, f"python -m {name}", module=module, package=package, output=f"{count} readings ok")
    if scene.gives_up:
        return [*steps, ask("leave it, wrong environment anyway")]
    return [
        *steps,
        *moves.edit(
            scene.by(Skill.SURE),
            "requirements.txt",
            "duckdb\npsycopg\n",
            old="psycopg\n",
            new=f"psycopg\n{package}\n",
            guess="",
        ),
        say(f"It ran: {count} readings. {package} was missing, and is in requirements.txt now."),
        *moves.thanks(scene),
    ]


def csv_question(scene: Scene) -> list[Step]:
    """Compute something from a raw file."""
    month = scene.number(1, 9)
    table = f"/home/maya/code/rainfall/raw/2026-{month:02d}.csv"
    total = f"{scene.number(20, 140)}.{scene.number(0, 9)}"
    wrong = scene.pick("rain", "mm", "value")
    steps: list[Step] = [
        ask(f"total of {table}?"),
        *moves.find(
            scene.by(Skill.SURE), table, f"raw/2026-{month:02d}.csv", "station,day,amount_mm,quality\nK417,1,2.4,1\n"
        ),
        *moves.analyse(scene, table, column="amount_mm", wrong_column=wrong, output=total),
    ]
    if scene.gives_up:
        return [*steps, ask("no. stop. I'll open it in a spreadsheet")]
    return [*steps, say(f"{total} mm."), *moves.thanks(scene)]


def cleaning_rule(scene: Scene) -> list[Step]:
    """Add a rule that drops impossible readings."""
    text = "def plausible(row):\n    return row['quality'] > 0\n"
    old, new = "    return row['quality'] > 0", "    return row['quality'] > 0 and 0 <= row['amount_mm'] <= 400"
    test = "from etl.clean import plausible\n\n\ndef test_a_broken_gauge_is_dropped"
    body = "    assert not plausible({'quality': 1, 'amount_mm': -99.9})\n"
    limit = scene.number(300, 400)
    steps: list[Step] = [
        ask(
            "Some gauges report -99.9 or 6553.5 when they are broken. Those rows have to go before the daily totals are"
            f" built. Anything below zero or above {limit} mm a day is impossible here. Write it as a rule in"
            " etl/clean.py, with a test."
        ),
        *moves.find(scene, "clean.py", "etl/clean.py", text),
    ]
    if scene.gives_up:
        return steps
    return [
        *steps,
        *moves.edit(
            scene, "etl/clean.py", text, old=old, new=new.replace("400", str(limit)), guess="    return row.quality > 0"
        ),
        tools.write_file(scene.project.root, "tests/test_clean.py", f"{test}()\n{body}", lint="expected ':' (line 4)"),
        tools.terminal("pytest -q", "ERROR tests/test_clean.py\nE   SyntaxError: expected ':'\n1 error in 0.21s", 2),
        tools.patch(scene.project.root, "tests/test_clean.py", f"{test}()", f"{test}():"),
        tools.terminal("pytest -q", f"{scene.number(21, 41)} passed in 1.{scene.number(10, 99)}s"),
        say("The rule is in etl/clean.py and the test is green."),
        ask("good. open a ticket that the old years need a rerun"),
        *moves.file_issue(scene, "Rerun cleaning for the old years", "data", "backfill"),
        say("Filed."),
    ]


def schema_tour(scene: Scene) -> list[Step]:
    """Explain the tables to somebody who comes back after a while."""
    return [
        ask("I haven't touched this in half a year. which tables are there and which one feeds the yearly letter?"),
        turn(
            tools.terminal(
                "psql warehouse -c '\\dt'", " public | daily_totals\n public | readings\n public | stations"
            ),
            tools.search_files("yearly_letter", [("sql/yearly_letter.sql", 1, "-- yearly_letter, from daily_totals")]),
            text="Looking at the database and at what uses it.",
        ),
        *moves.find(
            scene, "yearly_letter.sql", "sql/yearly_letter.sql", "-- yearly_letter, from daily_totals\nselect 1;\n"
        ),
        say("Three tables. The yearly letter is built by sql/yearly_letter.sql from daily_totals."),
        ask("and who fills daily_totals?"),
        tools.search_files("daily_totals", [("etl/publish.py", 18, "insert into daily_totals")], output_mode="content"),
        say("etl/publish.py, each night after cleaning."),
        *moves.thanks(scene),
    ]
