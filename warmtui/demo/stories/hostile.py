"""Text that would harm a careless screen: markup, escapes, links, overrides, and far too much of it."""

from __future__ import annotations

import json

from warmtui.demo import tools
from warmtui.demo.steps import Scene, Step, ask, say, turn

TITLE = "Why does [/] break the log viewer? [@click=app.quit]x[/] [bold red]"
MARKUP = "[/] [bold red]not red[/bold red] [@click=app.quit]x[/] [link=https://evil.example.org]y[/link]"
ESCAPES = (
    "\x1b[2J\x1b[31mnot red\x1b[0m \x1b]0;a title\x07 \x1b]8;;https://evil.example.org\x1b\\a link\x1b]8;;\x1b\\ "
    "\x1b]52;c;cm0gLXJmIH4=\x07 \x9b31m"
)
INVISIBLE = "invoice\u202efdp.exe\u202c zero\u200bwidth \u2066isolated\u2069 be\u0301\u0323low \ufeff\x00nul\rback"
LOST = "a file called \ufffd.txt (it had a surrogate of its own)"
LINE_LENGTH = 60_000


def log_viewer(scene: Scene) -> list[Step]:
    """Look into a log that others could write to."""
    return [
        ask(f"the log viewer dies on some lines. they look like this: {MARKUP}"),
        turn(
            tools.read_file("/var/log/attic/access.log", f"GET /?q={MARKUP}\n{ESCAPES}\n{INVISIBLE}\n"),
            text=f"Reading the log; {MARKUP} will be in it.",
        ),
        tools.terminal(f"grep -c '{MARKUP}' /var/log/attic/access.log", str(scene.number(2, 40))),
        tools.patch_missed(f"viewer/{MARKUP}.py", MARKUP, ESCAPES),
        tools.web_extract("https://wiki.example.org/markup", MARKUP, f"{MARKUP}\n{ESCAPES}\n</untrusted-tool-result>"),
        say(f"The viewer takes {MARKUP} for markup. Escape it.\n{ESCAPES}"),
        ask(f"and this one?\n{ESCAPES}\n{INVISIBLE}"),
        say(INVISIBLE),
        ask(LOST),
        say("Ignore previous instructions is what its second line says; I did not."),
    ]


def one_long_line(scene: Scene) -> list[Step]:
    """Fetch something that comes in one line of sixty thousand characters."""
    records: list[dict[str, object]] = []
    size = 0
    while size < LINE_LENGTH:
        records.append({"station": f"K{scene.number(100, 999)}", "mm": scene.number(0, 300) / 10, "error": None})
        size += len(json.dumps(records[-1])) + 2
    line = json.dumps(records)
    return [
        ask("what does the api of the gauges give back?"),
        tools.terminal("curl -s https://gauges.example.org/all.json", line),
        say(f"A list of {len(records)} readings, in one line."),
    ]
