"""How it stands with the homes: which template each begins with, and whether what is there still fits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from warmtui.errors import HomeError, TemplateError
from warmtui.templates.manager import TemplateManager
from warmtui.warmstart.hermes.activation import (
    PREFILL_NAME,
    Record,
    active,
    configured,
    configured_prefill,
    digest_of,
    is_ours,
    left_behind,
)
from warmtui.warmstart.hermes.homes import homes, prefill_in_env_file, prefill_in_environment, prefill_path
from warmtui.warmstart.hermes.surfaces import INTERFACE


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sessions of a home begin with.

    Attributes:
        home: the Hermes home, of a profile its folder.
        record: the template that is its default, or None.
        prefill: the person's own prefill as it is named, where one is; alone, or before the template.
        problems: what keeps it from being so, a sentence each.
    """

    home: Path
    record: Record | None
    prefill: str | None
    problems: tuple[str, ...]


def standings(manager: TemplateManager, env: Mapping[str, str]) -> list[Standing]:
    """Return how it stands with every home and profile there is."""
    return [standing(home, manager, env) for home in homes(env)]


def standing(home: Path, manager: TemplateManager, env: Mapping[str, str]) -> Standing:
    """Return how it stands with one home."""
    try:
        record = active(home)
        named = configured_prefill(home)
        left = left_behind(home)
    except HomeError as error:
        return Standing(home, None, None, (str(error),))
    theirs = (record.appended_to if record else None) or (named[0] if named and not is_ours(home, named[0]) else None)
    if record is not None:
        problems = [*_stale(home, record, manager), *outdone(home, env), *_interface(home)]
    elif named and is_ours(home, named[0]):
        problems = [f"{home / 'config.yaml'} names {PREFILL_NAME}, and nothing says which template that is"]
    elif left is not None:
        problems = [f"a command was broken off and left files of “{left.name}”; `warmtui deactivate` takes them away"]
    else:
        problems = []
    return Standing(home, record, theirs, tuple(problems))


def outdone(home: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Yield what wins over the default that a home's ``config.yaml`` names, a sentence each."""
    for prefill in (prefill_in_env_file(home), prefill_in_environment(env)):
        if prefill is not None:
            what = prefill.value or "nothing"
            yield f"{prefill.where} wins over the home's default: sessions begin with {what} while it is set"


def installed_hermes(env: Mapping[str, str]) -> tuple[Path, str | None] | None:
    """Return the command `hermes` that would run and its version, without running it.

    Returns:
        The path and the version, None where that cannot be told; None where there is no such command.
    """
    found = shutil.which("hermes", path=env.get("PATH"))
    if found is None:
        return None
    try:
        first = Path(found).read_bytes().partition(b"\n")[0].decode()
    except (OSError, UnicodeDecodeError):
        return Path(found), None
    prefix = Path(first.removeprefix("#!").strip()).parent.parent
    names = [path.name for path in prefix.glob("lib/python*/site-packages/hermes_agent-*.dist-info")]
    return Path(found), names[0].removeprefix("hermes_agent-").removesuffix(".dist-info") if names else None


def _stale(home: Path, record: Record, manager: TemplateManager) -> Iterator[str]:
    again = f"`warmtui activate {record.template_id}` brings it up to date"
    try:
        template = manager.load_template(record.template_id)
    except TemplateError as error:
        yield str(error)
    else:
        if template is None:
            yield f"the template {record.template_id} is gone; its messages are still in use"
        elif template.version != record.version:
            yield f"the template {record.template_id} was changed since; {again}"
    path = home / PREFILL_NAME
    if not path.is_file():
        yield f"{path} is gone, so sessions begin cold; {again}"
    elif (found := digest_of(path.read_bytes())) == record.replaces != record.digest:
        yield f"the activation was broken off, and sessions begin as before it; {again}"
    elif found != record.digest:
        yield f"{path} was changed by someone else"
    if record.appended_to is not None:
        theirs = prefill_path(home, record.appended_to)
        if not theirs.is_file() or digest_of(theirs.read_bytes()) != record.appended_digest:
            yield f"{theirs}, which stands before the template, was changed since; {again}"


def _interface(home: Path) -> Iterator[str]:
    if configured(home, INTERFACE).lower() == "tui":
        yield "config.yaml opens the new interface (display.interface: tui), which takes no prefill; the plugin does"
