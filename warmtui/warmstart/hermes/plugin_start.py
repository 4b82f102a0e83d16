"""What `hermes warm start` does and says: which template the plugin gives the sessions of a home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warmtui.errors import NotFoundError, WarmtuiError
from warmtui.templates.applying import fitting as best_fitting
from warmtui.templates.manager import TemplateInfo, TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.text import one_line, plural
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.hermes.choice import choose, chosen


@dataclass(frozen=True, slots=True)
class Started:
    """A template that every new session of a home starts with.

    Attributes:
        home: the home.
        template: the template.
        messages: how many messages a session starts with.
        tokens: their estimated tokens, which every request costs.
        warnings: what a person should know of it, a sentence each.
    """

    home: Path
    template: SessionTemplate
    messages: int
    tokens: int
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "home": str(self.home),
            "template_id": self.template.template_id,
            "name": self.template.name,
            "version": self.template.version,
            "messages": self.messages,
            "tokens": self.tokens,
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """Return it for people to read."""
        return [
            f"new sessions in {self.home} start with “{one_line(self.template.name, 60)}”: "
            f"{plural(self.messages, 'message')}, about {plural(self.tokens, 'token')} in every request",
            *(f"  {warning}" for warning in self.warnings),
            "sessions that are running stay as they are; `hermes warm stop` ends it",
        ]


@dataclass(frozen=True, slots=True)
class State:
    """Which template the sessions of a home start with, and which they could.

    Attributes:
        home: the home.
        started: the template they start with, or None.
        problem: why they start without it all the same, or None.
        templates: the templates there are.
        fitting: the ids of those that are meant for the folder that was asked for.
    """

    home: Path
    started: Started | None
    problem: str | None
    templates: tuple[TemplateInfo, ...]
    fitting: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "home": str(self.home),
            "active": self.started.to_dict() if self.started else None,
            "problem": self.problem,
            "templates": [
                {**one.model_dump(mode="json"), "fits": one.template_id in self.fitting} for one in self.templates
            ],
        }

    def lines(self) -> list[str]:
        """Return it for people to read."""
        if self.problem is not None:
            said = [f"new sessions in {self.home} start without a template: {self.problem}"]
        elif self.started is not None:
            said = self.started.lines()
        else:
            said = [f"new sessions in {self.home} start without a template; `hermes warm start TEMPLATE_ID` gives one"]
        fitting = [one for one in self.templates if one.template_id in self.fitting]
        others = [one for one in self.templates if one.template_id not in self.fitting and not one.broken]
        return [*said, *_listed("meant for this folder:", fitting), *_listed("other templates:", others)]


def start_with(home: Path, manager: TemplateManager, template: str) -> Started:
    """Give every new session of a home a template.

    Args:
        home: the Hermes home.
        manager: the templates.
        template: an id, a unique prefix of one, or an exact name.

    Raises:
        NotFoundError: no template answers to it; AmbiguousIdError where several do.
        TemplateError, StreamError: it cannot be read, or makes no stream.
        HomeError: the home is not there, or the choice cannot be written.
    """
    started = _started(home, manager, manager.resolve(template))
    choose(home, started.template.template_id, manager.directory)
    return started


def state_of(home: Path, manager: TemplateManager, folder: Path) -> State:
    """Return which template the sessions of a home start with, and which are meant for a folder."""
    started, problem = None, None
    try:
        choice = chosen(home)
        if choice is not None:
            started = _started(home, TemplateManager(choice.template_dir), choice.template_id)
    except WarmtuiError as error:
        problem = str(error)
    infos = tuple(manager.list_templates())
    loaded = (manager.load_template(one.template_id) for one in infos if not one.broken)
    fits = best_fitting((one for one in loaded if one is not None), folder)
    return State(home, started, problem, infos, tuple(one.template_id for one, how in fits if how.depth))


def _started(home: Path, manager: TemplateManager, template_id: str) -> Started:
    template = manager.load_template(template_id)
    if template is None:
        raise NotFoundError(f"the template {manager.directory / template_id}.json is gone")
    stream = WarmSessionBootstrapper().build_stream(template, target="hermes")
    return Started(home, template, len(stream.messages), stream.tokens, stream.warnings)


def _listed(title: str, infos: Sequence[TemplateInfo]) -> list[str]:
    return [title, *(f"  {one.template_id}  {one_line(one.name, 60)}" for one in infos)] if infos else []
