"""One warm session through a command: what it would begin with, checked before anything is run."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warmtui.errors import HomeError, SourceError
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.hermes.activation import active, configured, configured_prefill, is_ours
from warmtui.warmstart.hermes.arguments import named_profile
from warmtui.warmstart.hermes.begun_sessions import begun_sessions
from warmtui.warmstart.hermes.homes import (
    home_for,
    prefill_in_env_file,
    prefill_in_environment,
    prefill_path,
)
from warmtui.warmstart.hermes.journal import Certainty, Journal
from warmtui.warmstart.hermes.launching import private_prefill, run
from warmtui.warmstart.hermes.prefills import joined, prefill_bytes
from warmtui.warmstart.hermes.surfaces import INTERFACE, Surface, surface_of


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of a start.

    Attributes:
        code: the command's exit code.
        session_ids: the sessions it began, as far as that can be told.
        certainty: whether it is certain that it was these.
        problem: why they could not be noted; empty where nothing kept them from it.
    """

    code: int
    session_ids: tuple[str, ...] = ()
    certainty: Certainty = "probably"
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """A command whose session will begin warm. Use `planned`.

    Attributes:
        command: the program and its arguments.
        home: the Hermes home it works in.
        surface: what it opens.
        messages: what its sessions begin with.
        notes: what a person should know before, a sentence each.
    """

    command: tuple[str, ...]
    home: Path
    surface: Surface
    messages: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]

    def run(self, template: SessionTemplate, *, env: Mapping[str, str], state_dir: Path, is_noted: bool) -> Begun:
        """Run the command to its end, and note what it began with.

        Args:
            template: what the messages were made of.
            env: the environment it has, the prefill aside.
            state_dir: where the journal lies and the prefill is kept meanwhile.
            is_noted: whether the sessions go into the journal.

        Raises:
            OSError: the command cannot be started, or the prefill not be written.
        """
        since = time.time()
        with private_prefill(state_dir, prefill_bytes(self.messages)) as path:
            code = run(self.command, env, path)
        if not is_noted:
            return Begun(code)
        try:
            found, certainty = begun_sessions(self.home, since, Path.cwd(), self.surface, self.command[1:])
            self._note(Journal(state_dir), template, found, certainty)
        except (SourceError, OSError) as error:
            return Begun(code, problem=f"what it began with could not be noted: {error}")
        return Begun(code, tuple(found), certainty)

    def _note(self, journal: Journal, template: SessionTemplate, found: Sequence[str], certainty: Certainty) -> None:
        for session_id in found:
            journal.note_session(
                session_id,
                home=self.home,
                template_id=template.template_id,
                version=template.version,
                how="start",
                certainty=certainty,
            )


def planned(
    command: Sequence[str],
    messages: Sequence[Mapping[str, Any]],
    *,
    env: Mapping[str, str],
    has_terminal: bool,
    append: bool = False,
    instead: bool = False,
) -> Start:
    """Check a command and what its session would begin with; nothing is run or written.

    Args:
        command: `hermes` and its arguments.
        messages: the stream for ``hermes``.
        env: the environment.
        has_terminal: whether stdin and stdout are one.
        append: a prefill that the person has already comes first, ours behind it.
        instead: ours is taken in place of it, this once.

    Raises:
        HomeError: the command is not there or is not `hermes`, no prefill reaches what it opens, or the person
            has a prefill of their own and neither `append` nor `instead` is asked for.
    """
    program = _hermes(command, env)
    home = home_for(env, named_profile(command[1:]))
    surface = surface_of(command[1:], env, interface=configured(home, INTERFACE), has_terminal=has_terminal)
    if not surface.takes_prefill:
        raise HomeError(f"{surface.name} {surface.why_not}")
    if not messages:
        raise HomeError("the template says nothing, so the session would begin cold")
    theirs, where = _theirs(home, env)
    if theirs and not (append or instead):
        raise HomeError(
            f"{where} names the prefill {theirs} already: --append puts the template behind it, "
            "--instead leaves it out this once"
        )
    whole = joined(prefill_path(home, theirs), messages) if theirs and append else list(messages)
    return Start((program, *command[1:]), home, surface, tuple(whole), tuple(_notes(home)))


def _hermes(command: Sequence[str], env: Mapping[str, str]) -> str:
    name = Path(command[0]).name.lower().removesuffix(".exe")
    if name != "hermes":
        raise HomeError(
            f"only `hermes` can be started warm, and {command[0]} is another command: "
            "`warmtui export` writes a file that it may read"
        )
    found = shutil.which(command[0], path=env.get("PATH", os.defpath))
    if found is None:
        raise HomeError(f"there is no command {command[0]}")
    return found


def _theirs(home: Path, env: Mapping[str, str]) -> tuple[str, str]:
    """Return the prefill that the person has and what names it; both empty where there is none of their own."""
    in_file = prefill_in_env_file(home)
    if in_file is not None:
        raise HomeError(f"{in_file.where} wins over what is started from here: take that line out of the file first")
    in_environment = prefill_in_environment(env)
    if in_environment is not None:
        return in_environment.value, in_environment.where
    named = configured_prefill(home)
    if named is None:
        return "", ""
    if not is_ours(home, named[0]):
        return named[0], f"{home / 'config.yaml'} ({named[1]})"
    record = active(home)
    return (record.appended_to or "" if record else ""), f"{home / 'config.yaml'}"


def _notes(home: Path) -> list[str]:
    record = active(home)
    return [f"the home's default “{record.name}” is left out this once"] if record is not None else []
