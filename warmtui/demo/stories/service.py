"""Work on a booking service for a boat-sharing club: tests, endpoints, migrations, reviews."""

from __future__ import annotations

from dataclasses import dataclass

from warmtui.demo import moves, tools
from warmtui.demo.steps import Call, Project, Scene, Skill, Step, ask, say, turn

BOATSHARE = Project("boatshare", "/home/maya/code/boatshare")


@dataclass(frozen=True)
class Bug:
    """A red test and what mends it.

    Attributes:
        test, name: the file and the test.
        failure: the line pytest shows.
        path, text: the module at fault.
        old, new: the change that mends it.
        guess: what an agent that has not looked believes to stand there.
        cause: why it was red.
    """

    test: str
    name: str
    failure: str
    path: str
    text: str
    old: str
    new: str
    guess: str
    cause: str


PRICING = Bug(
    "tests/test_pricing.py",
    "test_weekend_rate",
    "E       assert 96.0 == 120.0",
    "services/pricing.py",
    'WEEKEND_FACTOR = 1.25\n\n\ndef quote(boat, start, end):\n    """Price of a booking in euros."""\n'
    "    hours = (end - start).total_seconds() / 3600\n    rate = boat.hourly_rate\n"
    "    if start.weekday() > 5:\n        rate *= WEEKEND_FACTOR\n    return round(hours * rate, 2)\n",
    "    if start.weekday() > 5:",
    "    if start.weekday() >= 5:",
    "    if is_weekend(start):",
    "`weekday() > 5` is Sunday alone; Saturday was charged the weekday rate.",
)
OVERLAP = Bug(
    "tests/test_bookings.py",
    "test_back_to_back_bookings_are_allowed",
    "E       services.errors.Overlap: boat 7 is taken until 14:00",
    "services/bookings.py",
    "def overlaps(a, b):\n    return a.start <= b.end and b.start <= a.end\n\n\ndef book(db, boat, slot):\n"
    "    for other in db.bookings(boat):\n        if overlaps(slot, other):\n"
    "            raise Overlap(boat, other.end)\n    return db.add(boat, slot)\n",
    "    return a.start <= b.end and b.start <= a.end",
    "    return a.start < b.end and b.start < a.end",
    "    return not (a.end <= b.start or a.start >= b.end)",
    "two bookings that only touch were taken for an overlap: `<=` where `<` was meant.",
)
TIMEZONE = Bug(
    "tests/test_calendar.py",
    "test_booking_keeps_its_day",
    "E       AssertionError: assert '2026-10-25' == '2026-10-24'",
    "services/calendar.py",
    "from datetime import UTC, datetime\n\n\ndef day_of(stamp):\n    moment = datetime.fromtimestamp(stamp, UTC)\n"
    "    return moment.date().isoformat()\n",
    "    moment = datetime.fromtimestamp(stamp, UTC)",
    "    moment = datetime.fromtimestamp(stamp, HARBOUR_ZONE)",
    "    moment = datetime.utcfromtimestamp(stamp)",
    "the day was taken in UTC, so a booking late in the evening fell on the day after.",
)
TOKENS = Bug(
    "tests/test_auth.py",
    "test_expired_token_is_refused",
    "E       assert 500 == 401",
    "api/auth.py",
    "def member(request, db):\n    token = request.headers['Authorization'].removeprefix('Bearer ')\n"
    "    session = db.session(token)\n    return session.member\n",
    "    return session.member",
    "    if session is None or session.expired:\n        raise Unauthorized()\n    return session.member",
    "    return db.session(token).member",
    "an expired token has no session, and `.member` of None is a 500.",
)
PAGES = Bug(
    "tests/test_listing.py",
    "test_last_page_is_not_empty",
    "E       assert [] == [41, 42]",
    "api/listing.py",
    "PAGE = 20\n\n\ndef page(query, number):\n    first = number * PAGE\n"
    "    return query.offset(first).limit(PAGE).all()\n",
    "    first = number * PAGE",
    "    first = (number - 1) * PAGE",
    "    first = (number + 1) * PAGE",
    "pages count from 1, the offset counted from 0.",
)


def red(bug: Bug, scene: Scene) -> Call:
    """Run the tests while `bug` is in the code: red, which is news and no failure."""
    passed = scene.number(180, 240)
    output = (
        f"{'.' * 40}F{'.' * 20}\n=== FAILURES ===\n___ {bug.name} ___\n{bug.failure}\n"
        f"{bug.test}:{scene.number(12, 90)}: AssertionError\n"
        f"FAILED {bug.test}::{bug.name}\n1 failed, {passed} passed in {scene.number(3, 19)}.{scene.number(10, 99)}s"
    )
    return tools.terminal("pytest -q", output, 1)


def green(scene: Scene) -> Call:
    """Run the tests when all is well."""
    return tools.terminal(
        "pytest -q", f"{scene.number(181, 241)} passed in {scene.number(3, 19)}.{scene.number(10, 99)}s"
    )


def red_test(bug: Bug, scene: Scene) -> list[Step]:
    """Find out why a test fails, and mend it."""
    request = scene.pick(
        "tests red. fix",
        "Run the tests and fix what's red, please",
        f"{bug.test} has been failing since this morning. Could you find out why and fix it? Don't change the test,"
        " the test is right.",
        f"why does {bug.name} fail?",
    )
    steps: list[Step] = [
        ask(request),
        turn(red(bug, scene), text=scene.pick("", "Running the tests first.")),
        *moves.edit(scene, bug.path, bug.text, old=bug.old, new=bug.new, guess=bug.guess),
    ]
    if scene.gives_up:
        return [*steps, ask("never mind, I'll do it myself"), say(f"All right. The place is in {bug.path}.")]
    return [*steps, green(scene), say(f"Green again. The cause: {bug.cause}"), *moves.thanks(scene)]


def new_endpoint(scene: Scene) -> list[Step]:
    """Add an endpoint, from a detailed request to a passing test."""
    route = scene.pick("cancel", "extend", "transfer")
    plan = (f"service function {route}()", f"POST /bookings/{{id}}/{route}", "tests", "changelog")
    code = f"\n\ndef {route}(db, booking, member):\n    if booking.member != member:\n        raise Forbidden()\n"
    code += f"    return db.{route}(booking)\n"
    test = f"def test_{route}_needs_the_owner(client, booking, stranger):\n"
    test += f"    answer = client.post(f'/bookings/{{booking.id}}/{route}', auth=stranger)\n"
    test += "    assert answer.status_code == 403\n"
    routes = "@router.post('/bookings')\ndef create(body: NewBooking, db: Db):\n    return bookings.book(db, **body)\n"
    added = (
        f"\n\n@router.post('/bookings/{{booking_id}}/{route}')\ndef {route}(booking_id: int, db: Db, who: Member):\n"
    )
    added += f"    return bookings.{route}(db, db.booking(booking_id), who)\n"
    last = "    return bookings.book(db, **body)"
    steps: list[Step] = [
        ask(
            f"I need a new endpoint POST /bookings/<id>/{route}. Only the member who made the booking may call it,"
            " everyone else gets a 403. Put the logic into services/bookings.py next to book(), keep the route thin,"
            " add tests for the happy path and for a stranger, and a line in CHANGELOG.md. Use the style of the"
            " existing routes, no new dependencies."
        ),
        tools.todo(*((item, "pending") for item in plan)),
        *moves.grep_by_hand(scene, "def book", "services", ("services/bookings.py", 5, "def book(db, boat, slot):")),
    ]
    if scene.gives_up:
        return steps
    steps += moves.read_two(scene, (OVERLAP.path, OVERLAP.text), ("api/routes.py", routes))
    anchor = "    return db.add(boat, slot)"
    steps += [
        tools.patch(scene.project.root, OVERLAP.path, anchor, anchor + code),
        *moves.edit(
            scene, "api/routes.py", routes, old=last, new=last + added, guess="    return bookings.create(db, body)"
        ),
        tools.todo(*zip(plan, ("completed", "completed", "in_progress", "pending"), strict=True)),
        tools.write_file(scene.project.root, f"tests/test_{route}.py", test),
        tools.terminal(f"pytest -q tests/test_{route}.py", "2 passed in 0.61s"),
        tools.patch(scene.project.root, "CHANGELOG.md", "## Unreleased\n", f"## Unreleased\n- bookings can {route}\n"),
        green(scene),
        tools.todo(*((item, "completed") for item in plan)),
        say(f"`POST /bookings/<id>/{route}` is there: logic in services/bookings.py, a 403 for strangers, two tests."),
        ask(scene.pick("looks good, commit it", "nice. commit and push please")),
        *moves.push(scene, f"Bookings can be {route}ed" if route == "extend" else f"Add {route} to bookings"),
        say("Committed and pushed."),
    ]
    return steps


def wrong_file(scene: Scene) -> list[Step]:
    """Change a constant, of which there are two; the person says which."""
    legacy = "MAX_HOURS = 8  # kept for the old importer\n"
    text = "MAX_HOURS = 8\nMIN_HOURS = 1\n"
    hours = scene.number(10, 14)
    root = scene.project.root
    return [
        ask(f"raise the maximum booking length to {hours} hours"),
        tools.search_files(
            "MAX_HOURS", [("scripts/limits.py", 1, legacy.strip()), ("services/limits.py", 1, "MAX_HOURS = 8")]
        ),
        tools.read_file("scripts/limits.py", legacy),
        tools.patch(root, "scripts/limits.py", "MAX_HOURS = 8", f"MAX_HOURS = {hours}"),
        say(f"MAX_HOURS is {hours} now, in scripts/limits.py."),
        ask("no, not that file, the one under services/"),
        tools.terminal("git checkout scripts/limits.py", "Updated 1 path from the index"),
        *moves.edit(
            scene.by(Skill.RECOVERS),
            "services/limits.py",
            text,
            old="MAX_HOURS = 8",
            new=f"MAX_HOURS = {hours}",
            guess="MAX_HOURS = 8  # kept for the old importer",
        ),
        green(scene),
        say(f"Undone in scripts/, and services/limits.py says {hours}."),
        ask("that's it. also don't touch scripts/ again without asking"),
        *moves.remember(scene.by(Skill.SURE), "boatshare: never change files under scripts/ without asking."),
        say("Noted."),
    ]


def push_only(scene: Scene) -> list[Step]:
    """Commit what is there and push it."""
    subject = scene.pick("Tidy the pricing tests", "Round prices once", "Drop the old importer")
    steps: list[Step] = [ask(scene.pick("commit and push", "push it", "ship it")), moves.status(scene)]
    steps += moves.push(scene, subject)
    return steps if scene.gives_up else [*steps, say("Pushed.")]


def migration(scene: Scene) -> list[Step]:
    """Find out why a report over the bookings table fails."""
    month = scene.number(6, 10)
    where = f"where extract(month from starts_at) = {month}"
    wrong = f"select sum(price) from bookings {where}"
    right = f"select sum(price_cents) / 100.0 from bookings {where}"
    columns = (
        "    Column    |  Type   | Nullable\n--------------+---------+---------\n id           | bigint  | not null\n"
        " boat_id      | bigint  | not null\n price_cents  | integer | not null\n starts_at    | timestamptz | not null"
    )
    total = f"{scene.number(9, 40)}{scene.number(100, 999)}.{scene.number(10, 99)}"
    steps: list[Step] = [ask(f"how much did we take in bookings in month {month}? staging db is fine")]
    steps += moves.query(
        scene,
        "boatshare_staging",
        wrong=wrong,
        column="price",
        table="bookings",
        columns=columns,
        right=right,
        rows=f" {total}\n(1 row)",
    )
    if scene.gives_up:
        return [*steps, ask("forget it")]
    return [*steps, say(f"{total} euros in month {month}."), *moves.thanks(scene)]


def question(scene: Scene) -> list[Step]:
    """Talk over a choice; a conversation with little work in it."""
    url = "https://docs.example.org/uploads/streaming"
    text = "Reading an upload in chunks keeps memory flat. Limit the size while reading, not after."
    steps: list[Step] = [
        ask("do we keep uploaded licence scans in memory while they come in? and is there a size limit anywhere?"),
        tools.search_files("UploadFile", [("api/members.py", 33, "def scan(file: UploadFile, who: Member):")]),
        tools.read_file("api/members.py", "def scan(file: UploadFile, who: Member):\n    data = file.file.read()\n"),
        say("Yes to the first, no to the second: `file.file.read()` takes the whole file, and nothing limits it."),
        ask("hm. what do people usually do about that?"),
        tools.web_search("limit upload size while streaming", ("Streaming uploads", url, "chunks, limits, errors")),
        *moves.fetch(scene, "https://forum.example.org/t/upload-limits", url, "Streaming uploads", text),
    ]
    if scene.gives_up:
        return steps
    return [
        *steps,
        say("Read in chunks of 64 KB to a temporary file, count, and answer 413 once it passes the limit."),
        ask("would 10 MB be too small for a scan?"),
        say("A phone's photo of a licence has 2 to 6 MB. 10 is enough."),
        ask("ok, but why not check Content-Length?"),
        say("It may be missing, and it may lie. Counting what arrives is the only honest limit."),
    ]


def review(scene: Scene) -> list[Step]:
    """Review a pull request with a child agent's help, and file what it found."""
    number = scene.number(40, 99)
    diff = (
        "diff --git a/services/refunds.py b/services/refunds.py\n+def refund(booking):\n+    return booking.price * 0.8"
    )
    found = "refund() uses the old price field and rounds nowhere; no test covers a free booking."
    return [
        ask(f"review PR {number}, mind the money parts. let a second pair of eyes look at the tests"),
        moves.ticket(number, "Refunds", "80 % back until a day before"),
        tools.terminal(f"git fetch origin pull/{number}/head && git diff main...FETCH_HEAD", diff),
        tools.delegate_task("Read the tests of services/refunds.py and list what is not covered", found, diff),
        *moves.file_issue(scene, "refund() does not round", "bug", "money"),
        say(f"Two findings in PR {number}: {found} I filed the rounding."),
        *moves.thanks(scene),
    ]


def leaked_key(scene: Scene) -> list[Step]:
    """Look into a failing payment call, with secrets in plain sight."""
    key = "".join(("sk", "-live-", scene.hex(40)))
    token = "".join(("ey", "J", scene.hex(60)))
    password = scene.hex(16)
    base = f"postgresql://boatshare:{password}@db.example.org:5432/boatshare"
    environment = f"PAYMENTS_KEY={key}\nDATABASE_URL={base}\nADMIN_MAIL=maya@example.org\nHOME=/home/maya"
    command = f'curl -s -H "Authorization: Bearer {token}" https://pay.example.org/v1/charges?limit=1'
    return [
        ask("payments answer 401 since noon. my mail there is maya@example.org if you need it"),
        turn(tools.terminal("env | sort | grep -v PATH", environment), text="Looking at the environment."),
        tools.terminal(command, '{"error": {"code": 401, "message": "token expired"}}'),
        tools.terminal("grep -rn PAYMENTS_KEY /home/maya/code/boatshare/.env", f".env:4:PAYMENTS_KEY={key}"),
        tools.terminal(f'psql "{base}" -c "select count(*) from charges"', " count\n-------\n  1873\n(1 row)"),
        say(
            "The bearer token is expired, the key in .env is still good. A new token has to be issued at the provider."
        ),
        ask("done, I made a new one. thanks"),
        say("Then the next charge will go through."),
    ]
