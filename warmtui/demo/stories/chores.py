"""What runs by itself, and what is asked from a phone: cron jobs and chats."""

from __future__ import annotations

from warmtui.demo import moves, tools
from warmtui.demo.steps import Scene, Skill, Step, Stray, ask, say, turn

CRON_NOTE = (
    "[IMPORTANT: You are running as a scheduled cron job. Your final response is delivered to the user. "
    'If there is nothing new to report, respond with exactly "[SILENT]".]\n\n'
)


def backup_check(scene: Scene) -> list[Step]:
    """Look each night whether the backup is fresh."""
    hours = scene.number(2, 9)
    return [
        ask(f"{CRON_NOTE}Check that last night's restic snapshot exists and is complete."),
        tools.terminal("restic snapshots --latest 1 | tail -1", f"{scene.hex(8)}  {hours} hours ago  attic  /srv"),
        tools.terminal("restic check --read-data-subset=1%", "no errors were found"),
        say("[SILENT]" if hours > 5 else f"The newest snapshot is {hours} hours old and complete."),
    ]


def feed_digest(scene: Scene) -> list[Step]:
    """Sum up a feed each morning; some mornings its first address refuses."""
    page = f"https://weather.example.org/bulletin/{scene.number(100, 400)}"
    mirror = page.replace("weather", "mirror")
    text = f"Rain from the west, {scene.number(4, 30)} mm by the evening. Gusts up to {scene.number(30, 90)} km/h."
    return [
        ask(f"{CRON_NOTE}Read today's weather bulletin and tell me in one line whether to go out on the water."),
        *moves.fetch(scene, page, mirror, "Bulletin", text),
        *([] if scene.gives_up else [say("Stay ashore: rain and gusts.")]),
    ]


def certificate_watch(scene: Scene) -> list[Step]:
    """Count the days certificates have left."""
    return [
        ask(f"{CRON_NOTE}List certificates that expire within two weeks."),
        tools.execute_code(
            "import ssl, socket\n...", f"wiki {scene.number(20, 80)} days\nphotos {scene.number(20, 80)} days"
        ),
        say("[SILENT]"),
    ]


def container_watch(scene: Scene) -> list[Step]:
    """Look whether all containers are up."""
    steps = moves.docker(scene, "docker compose ps --format '{{.Name}} {{.State}}'", "photos running\nfeeds running")
    silence: list[Step] = [] if scene.gives_up else [say("[SILENT]")]
    return [ask(f"{CRON_NOTE}Are all containers on attic running?"), *steps, *silence]


def shopping(scene: Scene) -> list[Step]:
    """Keep a list for the person, by voice and from the road."""
    item = scene.pick("varnish", "a tide table", "spare fuses")
    return [
        Stray("session_meta"),
        ask(f"[Voice input — respond concisely and conversationally.] put {item} on the boat list"),
        *moves.remember(scene, f"Boat list: {item}"),
        say(f"Could not keep {item}." if scene.gives_up else f"Noted: {item}."),
        ask(
            "and what else is on it?",
            api_content="and what else is on it?\n\n<memory-context>Boat list: rope</memory-context>",
        ),
        say("Rope, and that."),
    ]


def bird(scene: Scene) -> list[Step]:
    """Name a bird in a photo, sent from the phone."""
    hit = ("Herons", f"https://birds.example.org/{scene.number(10, 99)}", "grey heron, great egret, bittern")
    return [
        Stray("session_meta"),
        ask(
            [
                {"type": "text", "text": "what bird is that?"},
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4AAQ"}},
            ]
        ),
        turn(
            tools.web_search("grey bird long neck standing in shallow water", hit),
            tools.unknown_tool("identify_bird", image="attached"),
            text="A heron, I think. Let me make sure.",
        ),
        tools.web_extract("http://10.0.0.1/birds", error="Blocked: URL targets a private or internal network address"),
        tools.web_extract(hit[1], hit[0], "The grey heron stands still for minutes."),
        say("A grey heron."),
        ask('[The user sent a sticker 😀~ It shows: "a heron"] ha, thought so'),
        say("🙂"),
    ]


def remote_restart(scene: Scene) -> list[Step]:
    """Restart something from the road; the person changes their mind on the way."""
    name = scene.pick("photos", "wiki", "feeds")
    return [
        Stray("session_meta"),
        ask(f"restart {name} pls"),
        *moves.docker(scene, f"docker compose restart {name}", f"Container {name}  Restarted"),
        *([] if scene.gives_up else [tools.interrupted("terminal", command=f"docker compose logs -f {name}")]),
        ask("never mind the logs, it's back"),
        say("Good."),
    ]


def errand(scene: Scene) -> list[Step]:
    """Ask for a choice before anything is done."""
    sure = scene.by(Skill.SURE)
    return [
        Stray("session_meta"),
        ask("remind the club about the harbour cleaning"),
        tools.clarify("Which list shall get it?", ("members", "board", "both"), "members"),
        *moves.file_issue(sure, "Reminder: harbour cleaning", "chore", "event"),
        say("It is on the tracker. Shall I write to the members' list tonight?"),
        ask("yes"),
        say("It goes out at eight."),
    ]
