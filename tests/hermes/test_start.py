"""One warm session: which home it is in, what is refused, and how the command is run and left."""

from __future__ import annotations

import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.sessions.hermes_files import add_message, add_session, create
from tests.warmstart.examples import TEMPLATE
from warmtui.cli import main
from warmtui.config import Settings
from warmtui.errors import HomeError
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import AppliesTo, SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.hermes.activation import activate
from warmtui.warmstart.hermes.homes import KEY, VARIABLE, home_for, homes
from warmtui.warmstart.hermes.journal import Journal, WarmStart
from warmtui.warmstart.hermes.standing import installed_hermes
from warmtui.warmstart.hermes.starting import Start, planned
from warmtui.workspace import Workspace

FAKE = f"""#!{sys.executable}
import json, os, signal, sys, time
path = os.environ["{VARIABLE}"]
seen = {{"argv": sys.argv[1:], "path": path, "mode": os.stat(path).st_mode, "prefill": json.load(open(path))}}
if "--read" in sys.argv:
    seen["stdin"] = sys.stdin.read()
if "--die" in sys.argv:
    os.kill(os.getpid(), signal.SIGKILL)
if "--wait" in sys.argv:
    def end(number, frame):
        seen["signal"] = number
        json.dump(seen, open(os.environ["SEEN"], "w"))
        sys.exit(7)
    signal.signal(signal.SIGTERM, end)
    print("ready", flush=True)
    time.sleep(60)
json.dump(seen, open(os.environ["SEEN"], "w"))
sys.exit(3)
"""


class Place:
    """A Hermes home, and a command `hermes` that says what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ".hermes"
        self.home.mkdir()
        self.state = folder / "state"
        self.seen = folder / "seen.json"
        self.command = folder / "bin" / "hermes"
        self.command.parent.mkdir()
        self.command.write_text(FAKE)
        self.command.chmod(0o755)
        self.manager = TemplateManager(self.home / "session_templates")
        self.template = self.manager.save_template(TEMPLATE)
        self.env = {
            "HOME": str(folder),
            "PATH": f"{self.command.parent}:{os.environ['PATH']}",
            "SEEN": str(self.seen),
            "WARMTUI_STATE_DIR": str(self.state),
        }

    def planned(self, *command: str, **options: Any) -> Start:
        env = self.env | options.pop("env", {})
        messages = WarmSessionBootstrapper().create_warm_session_messages(self.template, target="hermes")
        return planned(
            command or ("hermes",), messages, env=env, has_terminal=options.pop("has_terminal", False), **options
        )

    def run(self, *arguments: str) -> int:
        plan = self.planned("hermes", *arguments)
        return plan.run(self.template, env=self.env, state_dir=self.state, is_noted=True).code

    def told(self) -> dict[str, Any]:
        seen: dict[str, Any] = json.loads(self.seen.read_text())
        return seen

    def popen(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "warmtui", *arguments]
        return subprocess.Popen(command, env=self.env, text=True, **options)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    made = Place(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    yield made


# Which home


def test_a_home_is_found_as_hermes_finds_it(place: Place) -> None:
    profile = place.home / "profiles" / "work"
    profile.mkdir(parents=True)
    other = place.folder / "other"
    (other / "profiles" / "a").mkdir(parents=True)
    assert home_for({}) == place.home
    assert home_for({"HERMES_HOME": str(other)}) == other
    assert home_for({"HERMES_HOME": str(other)}, "a") == other / "profiles" / "a"
    assert home_for({"HERMES_HOME": str(other / "profiles" / "a")}) == other / "profiles" / "a"
    assert home_for({"HERMES_HOME": str(other / "profiles" / "a")}, "default") == other
    assert home_for({}, "Work") == profile
    (place.home / "active_profile").write_text("work\n")
    assert home_for({}) == profile
    assert home_for({}, "default") == place.home
    assert homes({}) == [place.home, profile]


@pytest.mark.parametrize(("profile", "said"), [("nope", "the profile nope is not there"), ("../x", "can be no name")])
def test_a_profile_that_is_not_there_is_said(place: Place, profile: str, said: str) -> None:
    with pytest.raises(HomeError, match=said):
        home_for({}, profile)


def test_the_installed_hermes_is_told_without_running_it(place: Place, tmp_path: Path) -> None:
    prefix = tmp_path / "installed"
    (prefix / "lib" / "python3.11" / "site-packages" / "hermes_agent-0.19.0.dist-info").mkdir(parents=True)
    command = prefix / "bin" / "hermes"
    command.parent.mkdir()
    command.write_text(f"#!{prefix}/bin/python\nraise SystemExit(9)\n")
    command.chmod(0o755)
    assert installed_hermes({"PATH": str(command.parent)}) == (command, "0.19.0")
    assert installed_hermes({"PATH": str(place.command.parent)}) == (place.command, None)
    assert installed_hermes({"PATH": str(tmp_path)}) is None


# What is refused


def test_another_command_than_hermes_is_refused_and_so_is_one_that_is_not_there(place: Place) -> None:
    with pytest.raises(HomeError, match=r"only `hermes` can be started warm, and ls is another command"):
        place.planned("ls")
    with pytest.raises(HomeError, match=r"there is no command /nowhere/hermes"):
        place.planned("/nowhere/hermes")


def test_what_takes_no_prefill_is_never_started_cold(place: Place) -> None:
    with pytest.raises(HomeError, match=r"one-shot mode"):
        place.planned("hermes", "-z", "hello")
    (place.home / "config.yaml").write_text("display: {interface: tui}\n")
    with pytest.raises(HomeError, match=r"add --cli"):
        place.planned("hermes", has_terminal=True)
    assert place.planned("hermes", "--cli", has_terminal=True).surface.takes_prefill


@pytest.mark.parametrize("where", ["variable", "config", "legacy"])
def test_a_prefill_of_the_persons_own_is_replaced_only_when_they_say_so(place: Place, where: str) -> None:
    theirs = [{"role": "user", "content": "Be kind."}, {"role": "assistant", "content": "I am."}]
    mine = place.home / "mine.json"
    mine.write_text(json.dumps(theirs))
    env = {VARIABLE: str(mine)} if where == "variable" else {}
    text = {"config": f"{KEY}: mine.json\n", "legacy": f"agent:\n  {KEY}: mine.json\n"}.get(where, "")
    (place.home / "config.yaml").write_text(text)
    with pytest.raises(HomeError, match=r"mine\.json already: --append .* --instead"):
        place.planned(env=env)
    alone = place.planned(env=env, instead=True).messages
    assert place.planned(env=env, append=True).messages == (*theirs, *alone)
    mine.write_text(json.dumps(theirs[:1]))
    with pytest.raises(HomeError, match="no valid prefill"):
        place.planned(env=env, append=True)


def test_an_env_file_of_the_home_wins_over_us_and_is_said(place: Place) -> None:
    (place.home / ".env").write_text(f"A=1\n{VARIABLE}=\n")
    with pytest.raises(HomeError, match=r"\.env \(HERMES_PREFILL_MESSAGES_FILE\) wins"):
        place.planned(instead=True)


def test_a_default_of_ours_gives_way_with_a_word_and_what_stood_before_it_stays(place: Place) -> None:
    theirs = [{"role": "user", "content": "Be kind."}, {"role": "assistant", "content": "I am."}]
    (place.home / "mine.json").write_text(json.dumps(theirs))
    (place.home / "config.yaml").write_text(f"{KEY}: mine.json\n")
    messages = place.planned(instead=True).messages
    activate(place.home, place.template, messages, state_dir=place.state, append=True)
    plan = place.planned(append=True)
    assert plan.notes == ("the home's default “Fixing tests” is left out this once",)
    assert plan.messages == (*theirs, *messages)
    with pytest.raises(HomeError, match=r"names the prefill mine\.json already"):
        place.planned()


# How it is run


def test_the_command_finds_the_messages_in_a_private_file_that_is_gone_afterwards(place: Place) -> None:
    assert place.run("chat", "-q", "a b") == 3
    seen = place.told()
    assert seen["argv"] == ["chat", "-q", "a b"]
    assert tuple(seen["prefill"]) == place.planned().messages
    assert stat.S_IMODE(seen["mode"]) == 0o600
    assert not Path(seen["path"]).exists()


def test_what_a_killed_run_left_is_taken_away_by_the_next_but_not_what_one_still_uses(place: Place) -> None:
    folder = place.state / "prefills"
    folder.mkdir(parents=True)
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    (folder / f"{ended.pid}-left.json").write_text("[]")
    (folder / f"{os.getpid()}-used.json").write_text("[]")
    (folder / "1-used.json").write_text("[]")
    place.run()
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{os.getpid()}-used.json", "1-used.json"])


def test_the_file_is_named_so_that_every_folder_leads_to_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    place.state = Path("state")
    place.run()
    assert place.told()["path"].startswith(f"{place.folder}/state/")


def test_what_keeps_a_session_from_being_noted_leaves_the_commands_own_exit_code(place: Place) -> None:
    (place.home / "state.db").write_text("no database")
    plan = place.planned()
    begun = plan.run(place.template, env=place.env, state_dir=place.state, is_noted=True)
    assert (begun.code, begun.session_ids) == (3, ())
    assert begun.problem.startswith("what it began with could not be noted: ")


def test_a_command_that_a_signal_ended_gives_the_code_a_shell_would_give(place: Place) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert place.run("--die") == 128 + signal.SIGKILL
    assert signal.getsignal(signal.SIGTERM) is before
    assert not list((place.state / "prefills").iterdir())


def test_signals_are_looked_after_before_there_is_a_command(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def popen(*given: Any, **options: Any) -> subprocess.Popen[bytes]:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        return real(*given, **options)

    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", popen)
    assert place.run() == 128 + signal.SIGTERM
    assert not list((place.state / "prefills").iterdir())


def test_stdin_and_signals_reach_the_command_and_its_exit_code_comes_back(place: Place) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with place.popen("start", "fixing", "--", "hermes", "--read", "--wait", **pipes) as one:
        assert one.stdin is not None
        assert one.stdout is not None
        assert one.stderr is not None
        one.stdin.write("typed")
        one.stdin.close()
        assert one.stdout.readline() == "ready\n"
        one.send_signal(signal.SIGINT)  # the command's business alone: its key reaches it as well
        one.send_signal(signal.SIGTERM)
        assert one.wait(30) == 7
        assert one.stderr.read().startswith("warmtui: “Fixing tests” (version ")
    seen = place.told()
    assert (seen["stdin"], seen["signal"]) == ("typed", signal.SIGTERM)
    assert not list((place.state / "prefills").iterdir())


def test_without_a_name_those_that_fit_the_folder_are_offered_in_a_terminal(place: Place) -> None:
    elsewhere = AppliesTo(folders=("/elsewhere",))
    here = AppliesTo(folders=(str(place.folder),))
    for name, where in (("Elsewhere", elsewhere), ("Here", here)):
        place.manager.save_template(SessionTemplate(name=name, context=f"{name}.", applies_to=where))
    ours, theirs = pty.openpty()
    with place.popen("start", stdin=theirs, stdout=theirs, stderr=theirs, cwd=place.folder) as one:
        os.write(ours, b"1\n")
        code = one.wait(30)
        shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert code == 3
    assert "1  Here" in shown
    assert "2  Fixing tests" in shown
    assert "Elsewhere" not in shown
    assert "Here." in place.told()["prefill"][0]["content"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start"], "without a terminal to choose in, name a template"),
        (["start", "--", "hermes"], "without a terminal to choose in, name a template"),
        (["start", "fixing", "hermes", "chat"], "write -- before the command"),
        (["start", "fixing", "--append", "--instead"], "exclude each other"),
    ],
)
def test_wrong_usage_is_said_as_such(place: Place, arguments: list[str], said: str) -> None:
    ran = CliRunner().invoke(main, arguments, env=place.env)
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_status_says_of_each_home_what_its_sessions_begin_with(place: Place) -> None:
    def status(*arguments: str) -> str:
        ran = CliRunner().invoke(main, ["status", *arguments], env=place.env)
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    work = place.home / "profiles" / "work"
    work.mkdir(parents=True)
    assert status() == f"{place.home}: sessions begin cold\n{work}: sessions begin cold\n"
    (work / "config.yaml").write_text("a: [\n")
    ran = CliRunner().invoke(main, ["activate", "fixing"], env=place.env)
    assert ran.stdout.startswith("“Fixing tests” (version "), ran.output
    first, second, problem = status().splitlines()
    assert first.startswith(f"{place.home}: “Fixing tests” (version ")
    assert second == f"{work}: cannot be told"
    assert "no valid YAML" in problem
    told = json.loads(status("--json"))["homes"]
    assert [(one["home"], one["template_id"], len(one["problems"])) for one in told] == [
        (str(place.home), place.template.template_id, 0),
        (str(work), None, 1),
    ]


@pytest.mark.parametrize("command", [["activate", "fixing"], ["deactivate"]])
def test_nothing_of_a_home_is_changed_when_nothing_is_to_be_saved(place: Place, command: list[str]) -> None:
    ran = CliRunner().invoke(main, ["--read-only", *command], env=place.env)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == "warmtui: nothing is changed with --read-only\n"
    assert [path.name for path in place.home.iterdir()] == ["session_templates"]


# Which session it was


class Noted(Place):
    """A place whose store has sessions, begun before and while a command ran."""

    def noted(self, *arguments: str, **sessions: dict[str, Any]) -> dict[str, WarmStart | None]:
        """Run `hermes` with `arguments`; what the journal says of each session, by its id."""
        since = time.time() + 5
        plan = self.planned("hermes", *arguments)
        connection = create(self.home / "state.db")
        for session_id, columns in sessions.items():
            row = {"cwd": str(Path.cwd()), **columns, "started_at": since + columns.get("started_at", 0)}
            asked = row.pop("asked", "something")
            add_session(connection, session_id, **row)
            add_message(connection, session_id, "user", asked)
        connection.close()
        plan.run(self.template, env=self.env, state_dir=self.state, is_noted=True)
        starts = Journal(self.state).warm_starts()
        return {one: starts.of([one], self.home, started_at=None, source="") for one in sessions}


@pytest.fixture
def noting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Noted:
    monkeypatch.setenv("HOME", str(tmp_path))
    return Noted(tmp_path)


def test_the_one_session_begun_here_meanwhile_is_the_one(noting: Noted) -> None:
    told = noting.noted(
        a={"started_at": -100}, b={}, c={"cwd": "/elsewhere"}, d={"source": "telegram"}, e={"source": "tui"}
    )
    assert told.pop("b") == WarmStart(noting.template.template_id, noting.template.version, "start", "started")
    assert set(told.values()) == {None}


def test_of_several_the_one_with_the_question_is_the_one_and_without_a_question_all_are_probable(noting: Noted) -> None:
    told = noting.noted("chat", "-q", "mend it", a={"asked": "other"}, b={"asked": "mend it"})
    assert [one and one.certainty for one in told.values()] == [None, "started"]
    (noting.home / "state.db").unlink()
    told = noting.noted("chat", c={}, d={})
    assert [one and one.certainty for one in told.values()] == ["probably", "probably"]


def test_of_a_gateway_all_that_began_meanwhile_are_probable(noting: Noted) -> None:
    told = noting.noted(
        "gateway", a={"source": "telegram", "cwd": None}, b={"source": "cli"}, c={"source": "api_server"}
    )
    assert [one and one.certainty for one in told.values()] == ["probably", None, None]


def test_the_workspace_says_which_of_its_sessions_began_warm(noting: Noted) -> None:
    noting.noted("chat", "-q", "mend it", cold={"asked": "other"}, warm={"asked": "mend it"})
    flags = {"sources": (noting.home,), "state_dir": noting.state, "cache_dir": noting.folder / "cache"}
    with Workspace.open(Settings.load(flags, env={})) as workspace:
        workspace.refresh()
        assert {row.session_id for row in workspace.rows()} == {"cold", "warm"}
        [warm] = workspace.rows("warm:yes")
    assert warm.session_id == "warm"
    assert (warm.warm_template, warm.warm_certainty) == (noting.template.template_id, "started")
