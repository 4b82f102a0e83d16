"""What goes wrong again and again in this person's sessions, and how each agent deals with it."""

from __future__ import annotations

from collections.abc import Sequence

from warmtui.demo import tools
from warmtui.demo.steps import Call, Scene, Skill, Step, ask, call, say, turn


def mishap(scene: Scene, wrong: Call, look: Sequence[Step], right: Call, *, excuse: str, help_: str) -> list[Step]:
    """Tell how something is done by the agent of `scene`.

    Args:
        scene: its skill decides which of the calls are made.
        wrong: the call that fails.
        look: what shows why.
        right: the call that does it.
        excuse: what the agent says when it has failed too often.
        help_: what the person answers to that.
    """
    if scene.skill is Skill.SURE:
        return [*look, right]
    then = turn(right, text=scene.pick("", "", "Now it should work.", "I see. Again, corrected.", "That explains it."))
    if scene.skill is Skill.RECOVERS:
        return [wrong, *look, then]
    tries = [wrong, *(_again(wrong, count) for count in range(2, scene.number(3, 4) + 1))]
    if scene.skill is Skill.STUCK:
        return [*tries, say(excuse)]
    return [*tries, say(excuse), ask(help_), *look, then]


def _again(wrong: Call, count: int) -> Call:
    return wrong.followed_by(tools.loop_warning(wrong.tool, count))


def edit(scene: Scene, path: str, text: str, *, old: str, new: str, guess: str) -> list[Step]:
    """Change `old` to `new` in a file that holds `text`; `guess` is what the agent believes stands there."""
    near = "" if scene.skill is Skill.STUCK else old
    return mishap(
        scene,
        tools.patch_missed(path, guess, new, near),
        [tools.read_file(path, text)],
        tools.patch(scene.project.root, path, old, new),
        excuse=f"The edit in {path} does not apply; I cannot find the place.",
        help_=scene.pick(
            "no. read the file before you edit it",
            "stop guessing. open the file, then patch",
            "That's wrong, the line doesn't exist anymore. Look at the file first.",
        ),
    )


def find(scene: Scene, wrong: str, path: str, text: str) -> list[Step]:
    """Open `path`, which holds `text` and which the agent expects at `wrong`."""
    name = path.rsplit("/", 1)[-1]
    folder = path.rsplit("/", 1)[0]
    return mishap(
        scene,
        tools.no_such_file(wrong),
        [tools.find_files(name, f"./{path}")],
        tools.read_file(path, text),
        excuse=f"There is no {wrong} here.",
        help_=scene.pick(
            f"no, not there, the one under {folder}/", f"wrong place, it's in {folder}/", f"look in {folder}/"
        ),
    )


def run_module(scene: Scene, command: str, *, module: str, package: str, output: str) -> list[Step]:
    """Run a Python command that needs a package which is not installed."""
    place = f"{scene.project.root}/{command.rsplit(maxsplit=1)[-1].replace('.', '/')}.py"
    trace = (
        f'Traceback (most recent call last):\n  File "{place}", line {scene.number(3, 31)}, in <module>\n'
        f"    import {module}\nModuleNotFoundError: No module named '{module}'"
    )
    version = f"{scene.number(0, 3)}.{scene.number(0, 30)}.{scene.number(0, 9)}"
    install = tools.terminal(f"pip install {package}", f"Successfully installed {package}-{version}")
    missed = tools.terminal(command, trace, 1)
    look: list[Step] = [] if scene.skill is Skill.SURE else [install]
    return mishap(
        scene,
        missed,
        look,
        tools.terminal(command, output),
        excuse=f"It keeps failing because {module} is not there.",
        help_=scene.pick(f"then install it: pip install {package}", f"don't just run it again! pip install {package}"),
    )


def query(
    scene: Scene, base: str, *, wrong: str, column: str, table: str, columns: str, right: str, rows: str
) -> list[Step]:
    """Ask a database; `wrong` names a `column` that `table` does not have."""
    position = wrong.index(column)
    error = f'ERROR:  column "{column}" does not exist\nLINE 1: {wrong}\n        {" " * position}^'
    return mishap(
        scene,
        tools.terminal(f'psql {base} -c "{wrong}"', error, 1),
        [tools.terminal(f"psql {base} -c '\\d {table}'", columns)],
        tools.terminal(f'psql {base} -c "{right}"', rows),
        excuse=f"The table {table} seems to have no {column}.",
        help_=scene.pick(
            f"have a look at the schema: \\d {table}", "no, that column was renamed in spring. check the table first"
        ),
    )


def long_job(scene: Scene, command: str, so_far: str, output: str) -> list[Step]:
    """Run something that takes longer than a command may."""
    process_id = f"proc_{scene.hex(12)}"
    started = tools.background(command, process_id, scene.number(3000, 40000))
    polled = tools.poll(process_id, command, so_far, scene.number(20, 90))
    waited = tools.wait(process_id, command, output)
    if scene.skill is Skill.SURE:
        return [started, polled, waited]
    if scene.skill is Skill.RECOVERS:
        return [tools.timed_out(command), started, polled, waited]
    tries: list[Step] = [tools.timed_out(command), tools.timed_out(command), tools.too_long(command, 3600)]
    excuse = say("It takes longer than I am allowed to wait.")
    if scene.skill is Skill.STUCK:
        return [*tries, tools.timed_out(command, 600, timeout=600), excuse]
    return [*tries, excuse, ask("then run it in the background"), started, polled, waited]


def push(scene: Scene, subject: str) -> list[Step]:
    """Commit and push, on a branch that somebody else may have pushed to."""
    branch = scene.project.branch or "main"
    remote = f"git.example.org:maya/{scene.project.name}.git"
    refused = (
        f"To {remote}\n ! [rejected]        {branch} -> {branch} (fetch first)\n"
        f"error: failed to push some refs to '{remote}'"
    )
    pushed = f"To {remote}\n   {scene.hex(7)}..{scene.hex(7)}  {branch} -> {branch}"
    changed = f"{scene.number(1, 5)} files changed, {scene.number(4, 60)} insertions(+)"
    commit = tools.terminal(
        f'git add -A && git commit -m "{subject}"', f"[{branch} {scene.hex(7)}] {subject}\n {changed}"
    )
    pull: list[Step] = [tools.terminal("git pull --rebase", f"Successfully rebased and updated refs/heads/{branch}.")]
    return [
        commit,
        *mishap(
            scene,
            tools.terminal("git push", refused, 1),
            [] if scene.skill is Skill.SURE else pull,
            tools.terminal("git push", pushed),
            excuse="The remote refuses the push.",
            help_=scene.pick("pull first, with rebase", "somebody pushed before you. git pull --rebase"),
        ),
    ]


def docker(scene: Scene, command: str, output: str) -> list[Step]:
    """Run a docker command on a machine where it needs sudo."""
    denied = (
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
        f"dial unix /var/run/docker.sock: connect: permission denied (pid {scene.number(900, 9000)})"
    )
    return mishap(
        scene,
        tools.terminal(command, denied, 1),
        [] if scene.skill is Skill.SURE else [tools.terminal("id -nG", "maya adm dialout")],
        tools.terminal(f"sudo {command}", output),
        excuse="I am not allowed to talk to docker.",
        help_=scene.pick("use sudo", "wrong user for that. maya isn't in the docker group, use sudo"),
    )


def file_issue(scene: Scene, title: str, label: str, wrong_label: str) -> list[Step]:
    """Open an issue on the tracker, which knows only some labels."""
    tool = "mcp_tracker_create_issue"
    project = scene.project.name
    number = scene.number(100, 999)
    return mishap(
        scene,
        tools.mcp(
            tool,
            error=f'label "{wrong_label}" does not exist; labels are: bug, chore, data, feature',
            project=project,
            title=title,
            labels=[wrong_label],
        ),
        [],
        tools.mcp(tool, f"{project}#{number} created", project=project, title=title, labels=[label]),
        excuse="The tracker does not take the label.",
        help_=f"the label is called {label}",
    )


def grep_by_hand(scene: Scene, pattern: str, path: str, hit: tuple[str, int, str]) -> list[Step]:
    """Search with a tool there is none of, then with the one there is."""
    return mishap(
        scene,
        tools.unknown_tool("grep", pattern=pattern, path=path),
        [],
        tools.search_files(pattern, [hit], path=path),
        excuse="I have no tool to search with.",
        help_="you have search_files",
    )


def analyse(scene: Scene, table: str, *, column: str, wrong_column: str, output: str) -> list[Step]:
    """Compute something from a CSV file whose columns the agent thinks it knows."""
    code = "import csv\nrows = list(csv.DictReader(open({table!r})))\nprint(sum(float(r[{column!r}]) for r in rows))"
    trace = (
        f'Traceback (most recent call last):\n  File "/tmp/hermes_code_{scene.hex(6)}.py", line 3, in <module>\n'
        f"KeyError: '{wrong_column}'"
    )
    look = f"import csv\nprint(next(csv.reader(open({table!r}))))"
    return mishap(
        scene,
        tools.execute_code(code.format(table=table, column=wrong_column), "", trace),
        [tools.execute_code(look, f"['station', 'day', '{column}', 'quality']")],
        tools.execute_code(code.format(table=table, column=column), output),
        excuse=f"The file has no {wrong_column}.",
        help_="print the header first",
    )


def fetch(scene: Scene, wrong: str, right: str, title: str, content: str) -> list[Step]:
    """Read a page at an address that refuses robots, then its text at one that does not."""
    refused = tools.web_extract(wrong, error=f"HTTP 403 Forbidden for {wrong}")
    return mishap(
        scene,
        refused,
        [],
        tools.web_extract(right, title, content),
        excuse="The page cannot be read from here.",
        help_=f"try {right}",
    )


def read_two(scene: Scene, first: tuple[str, str], second: tuple[str, str]) -> list[Step]:
    """Open two files at once; an agent that does not know its way opens them one by one, one of them twice."""
    one, other = (tools.read_file(path, text) for path, text in (first, second))
    if scene.skill is Skill.SURE:
        return [turn(one, other, text=scene.pick("", "Reading both.", "Two files to look at."))]
    return [one, tools.unchanged(first[0]), other]


def thanks(scene: Scene) -> list[Step]:
    """Close a session as this person does: often not at all, sometimes with a word."""
    words = scene.pick("", "", "thanks", "perfect, thank you!", "great, that works", "looks good", "👍")
    return [ask(words), say(scene.pick("You're welcome.", "Glad it works.", "Any time."))] if words else []


def remember(scene: Scene, note: str) -> list[Step]:
    """Keep a note for later sessions."""
    if scene.skill is Skill.STUCK:
        return [tools.memory_full(note)]
    return [tools.memory(note, scene.number(3, 19))]


def status(scene: Scene) -> Call:
    """Look at what has changed in the repository."""
    branch = scene.project.branch or "main"
    return tools.terminal(
        "git status --short --branch",
        f"## {branch}...origin/{branch}\n M {scene.pick('README.md', 'pyproject.toml', 'Makefile')}",
    )


def ticket(number: int, title: str, body: str) -> Call:
    """Read an issue from the tracker; its answer says ``isError`` as servers of other agents do."""
    text = f'{{"number": {number}, "title": "{title}", "body": "{body}", "error": null}}'
    answer = {"meta": None, "content": [{"type": "text", "text": text}], "isError": False}
    return call("mcp_tracker_get_issue", tools.untrusted("mcp_tracker_get_issue", answer), number=number)
