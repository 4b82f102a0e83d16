"""Run by a Python that has Hermes: real agents work, compact, rotate, undo, branch and delegate.

Takes a home and which runs to do, by name or by the seed of a random one. Writes the home's ``state.db`` and
prints as JSON what each run did: the calls the model made with what the tool answered, and what the person said;
and of which sessions the ``SessionDB`` object and the file gave another conversation.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import time
from collections import deque
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.sessions.scripted_model import FEW, MANY, Reply, ScriptedModel, calls, says
from warmtui.sessions.build import read_conversation
from warmtui.sessions.opening import open_store

CONFIG = "compression:\n  in_place: {in_place}\nmodel:\n  provider: custom\n  default: scripted\n  base_url: {url}\n"
SCHEMA = {
    "name": "echo",
    "description": "Says it back.",
    "parameters": {"type": "object", "properties": {"say": {"type": "string"}}},
}


class Home:
    """A Hermes home with one database, and agents that the scripted model speaks through."""

    def __init__(self, path: Path) -> None:
        os.environ["HERMES_HOME"] = str(path)
        self.path = path
        self.model = ScriptedModel()
        self.configure(in_place=True)
        registry = import_module("tools.registry").registry
        registry.register(
            name="echo", toolset="todo", schema=SCHEMA, handler=lambda args, **_: args["say"], check_fn=lambda: True
        )
        import_module("toolsets").TOOLSETS["todo"]["tools"] = ["todo", "echo"]
        self.db = import_module("hermes_state").SessionDB(path / "state.db")

    def configure(self, *, in_place: bool) -> None:
        text = CONFIG.format(in_place=str(in_place).lower(), url=self.model.url)
        (self.path / "config.yaml").write_text(text, encoding="utf-8")

    def agent(self, **options: Any) -> Any:
        agent = import_module("run_agent").AIAgent(
            base_url=self.model.url,
            api_key="none",
            provider="custom",
            model="scripted",
            max_iterations=300,
            tool_delay=0,
            enabled_toolsets=["todo", "delegation"],
            quiet_mode=True,
            session_db=self.db,
            platform="cli",
            skip_context_files=True,
            skip_memory=True,
            **options,
        )
        agent._compression_feasibility_checked = True  # it asks the network for the model's size
        return agent


class Run:
    """One conversation, and what was really called and said in it."""

    def __init__(self, home: Home, **compressor: int) -> None:
        self.home = home
        self.compressor = compressor
        self.history: list[dict[str, Any]] | None = None
        self.called: list[tuple[str, dict[str, Any], str | None]] = []
        self.said: list[str] = []
        self.ids: list[str] = []
        self.use(home.agent())

    def use(self, agent: Any) -> None:
        self.agent = agent
        for name, value in self.compressor.items():
            setattr(agent.context_compressor, name, value)

    def turn(self, text: str, replies: Sequence[Reply], *, in_place: bool = True) -> None:
        self.said.append(text)
        for message, _ in replies:
            for call in message.get("tool_calls", ()):
                name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
                self.called.append((name, arguments, arguments.get("say")))
        self.home.model.script.extend(replies)
        self.agent.compression_in_place = in_place
        self.history = self.agent.run_conversation(text, conversation_history=self.history)["messages"]
        assert not self.home.model.script, "the agent did not do all it was to do"
        self._note_id()

    def compact(self, *, in_place: bool) -> None:
        self.agent.compression_in_place = in_place
        self.history, _ = self.agent._compress_context(self.history, "", force=True)
        self._note_id()

    def resume(self) -> None:
        self.use(self.home.agent(session_id=self.agent.session_id))
        self.history = self.home.db.get_messages_as_conversation(self.agent.session_id)

    def undo(self, calls_before: int) -> bool:
        """Take back the last turn as ``/undo`` does; False where something else stands last."""
        assert self.history is not None
        last = max(at for at, message in enumerate(self.history) if message["role"] == "user")
        recent = self.home.db.list_recent_user_messages(self.agent.session_id, limit=1)
        said = self.said[-1]
        if self.history[last]["content"] != said or not recent or recent[0]["preview"][:70] != said[:70]:
            return False
        self.home.db.rewind_to_message(self.agent.session_id, recent[0]["id"])
        self.history = self.history[:last]
        del self.called[calls_before:], self.said[-1]
        return True

    def told(self, **more: Any) -> dict[str, Any]:
        return {"ids": self.ids, "called": self.called, "said": self.said, **more}

    def _note_id(self) -> None:
        if self.agent.session_id not in self.ids:
            self.ids.append(self.agent.session_id)


def echoes(first: int, number: int, *, each: int = 1, used: int = FEW) -> list[Reply]:
    """Messages with `each` calls; the agent's context is as full as `used` says after the last."""
    made = [
        calls([(f"call_{at + n}", "echo", {"say": f"answer {at + n}"}) for n in range(each)])
        for at in range(first, first + number * each, each)
    ]
    return [*made[:-1], (made[-1][0], used)]


def hundred_and_two(home: Home) -> dict[str, Any]:
    """102 calls in one turn, the context full after them: the compaction leaves few in Hermes' sight."""
    run = Run(home, tail_token_budget=40, protect_last_n=1)
    run.turn("do all of it", [*echoes(0, 17, each=6, used=MANY), says("All done.")])
    row = home.db.get_session(run.agent.session_id)
    return run.told(counted_by_hermes=row["tool_call_count"])


def four_rotations(home: Home) -> dict[str, Any]:
    """Compactions that begin new sessions, and between them such that do not."""
    run = Run(home, tail_token_budget=40, protect_last_n=1)
    home.db.create_session(run.agent.session_id, "cli")
    home.db.set_session_title(run.agent.session_id, "Long work")
    for part in range(4):
        replies = [*echoes(part * 20, 5, each=2, used=MANY), *echoes(part * 20 + 10, 1, each=2), says("Done.")]
        run.turn(f"do part {part}", replies, in_place=False)
        run.compact(in_place=True)
        run.turn("go on", [*echoes(part * 20 + 12, 1), says("Went on.")])
    return run.told()


def branch(home: Home) -> dict[str, Any]:
    """A conversation from which ``/branch`` takes another."""
    run = Run(home)
    run.turn("try it one way", [*echoes(0, 2), says("Tried.")])
    mixin = import_module("hermes_cli.cli_commands_mixin").CLICommandsMixin
    cli = SimpleNamespace(
        conversation_history=run.history,
        _session_db=home.db,
        session_id=run.agent.session_id,
        agent=None,
        model="scripted",
        max_turns=9,
        reasoning_config=None,
        _transfer_session_yolo=lambda *_: None,
    )
    mixin._handle_branch_command(cli, "/branch another way")
    return run.told(child=cli.session_id)


GOAL = "Count the files, please."


def delegate(home: Home) -> dict[str, Any]:
    """A conversation whose agent lets a subagent work, which is itself compacted into a second session."""
    home.configure(in_place=False)
    run = Run(home)
    home.model.scripts_by_goal[GOAL] = deque([*echoes(0, 12, used=MANY), *echoes(12, 1), says("There are 3.")])
    run.turn("count the files", [calls([("call_d", "delegate_task", {"goal": GOAL})]), says("3 files.")])
    rows = finished_subagents(home)
    home.configure(in_place=True)
    return run.told(children=[row["id"] for row in rows], goal=GOAL)


def finished_subagents(home: Home) -> list[Any]:
    """Return the sessions of the subagents once all have ended: they work in the background."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        rows = home.db._conn.execute("SELECT * FROM sessions WHERE source = 'subagent' ORDER BY started_at").fetchall()
        if rows and not home.model.scripts_by_goal[GOAL] and all(row["end_reason"] for row in rows):
            return list(rows)
        time.sleep(0.01)
    raise AssertionError("the subagent did not come to an end")


def random_run(home: Home, seed: int) -> dict[str, Any]:
    """Turns of any shape, compacted at any time in either way, resumed and taken back."""
    rng = random.Random(seed)
    repeats_ids, is_parallel, has_tasks = rng.random() < 0.4, rng.random() < 0.5, rng.random() < 0.3
    run = Run(home, tail_token_budget=rng.choice([200, 800, 3000, 20000]), protect_last_n=rng.choice([2, 5, 20]))
    likes_in_place, number = rng.random() < 0.6, 0
    for turn in range(rng.randint(1, 6)):
        before, replies = len(run.called), []
        for _ in range(rng.randint(0, 14)):
            made: dict[str, tuple[str, str, dict[str, Any]]] = {}
            for at in range(rng.randint(1, 3) if is_parallel else 1):
                number += 1
                arguments = random_arguments(rng, number)  # Hermes makes equal calls of one message once
                made[str(arguments)] = (f"call_{at}" if repeats_ids else f"call_{number}", "echo", arguments)
            if has_tasks and rng.random() < 0.2:
                task = {"id": str(number), "content": f"step {number}", "status": "pending"}
                made["task"] = (f"task_{number}", "todo", {"todos": [task]})
            used = MANY if rng.random() < 0.12 else FEW
            replies.append(calls(list(made.values()), rng.choice(["", f"thinking {number}", "let me look"]), used))
        replies.append(says(rng.choice(["done", f"done {turn}"]), MANY if rng.random() < 0.2 else FEW))
        text = rng.choice(["go on", f"do thing {turn}", "yes", f"long {turn} " + "w" * rng.randint(0, 2000)])
        run.turn(text, replies, in_place=likes_in_place == (rng.random() < 0.8))
        if rng.random() < 0.4:
            run.compact(in_place=rng.random() < 0.5)
        if rng.random() < 0.25:
            run.resume()
        elif rng.random() < 0.35:
            run.undo(before)
    return run.told()


def random_arguments(rng: random.Random, number: int) -> dict[str, Any]:
    said = [f"answer {number}", f"answer {number} " + "y" * rng.randint(200, 900), "z" * 400, "waiting"]
    padding = rng.choice(["", "", "p" * 700, "p" * 700 + str(number)])
    return {"say": rng.choice(said), **({"pad": padding} if padding else {})}


RUNS = {run.__name__: run for run in (hundred_and_two, four_rotations, branch, delegate)}


def differing(home: Home) -> list[str]:
    """Return the sessions that read otherwise from the object than from the file."""
    with open_store(home.path / "state.db") as store:
        ids = [session_id for session in store.sessions() for session_id in session.lineage]
        pairs = [(store.conversation(each), read_conversation(home.db, each)) for each in ids]
    return [
        session_id
        for session_id, (stored, given) in zip(ids, pairs, strict=True)
        if (stored.session, stored.messages, stored.calls, stored.is_live)
        != (given.session, given.messages, given.calls, given.is_live)
    ]


def main(path: Path, names: Sequence[str]) -> None:
    with contextlib.redirect_stdout(sys.stderr):  # an agent is a talkative thing
        home = Home(path)
        runs = {name: RUNS[name](home) if name in RUNS else random_run(home, int(name)) for name in names}
        found = differing(home)
        home.db.close()
    print(json.dumps({"runs": runs, "differing": found}))


main(Path(sys.argv[1]), sys.argv[2:])
