"""Warm starts within a running Hermes: which session gets which stream, decided once a session.

A provider's cache holds as long as what a session begins with stays the same, to the byte. So a session keeps what
it began with, whatever becomes of the template: in this process, and from the journal in the next.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmtui.errors import HomeError, NotFoundError, WarmtuiError
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper
from warmtui.warmstart.hermes.choice import Choice, chosen
from warmtui.warmstart.hermes.journal import Journal, WarmStart
from warmtui.warmstart.injection import with_stream
from warmtui.warmstart.targets.requests import Messages, shape_of

_MOST_SESSIONS = 1_000
"""Sessions a process remembers: a gateway runs for weeks."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who makes a request, as Hermes says it.

    Attributes:
        home: the Hermes home.
        session_id: the session.
        api_mode, provider, model, base_url: where the request goes.
        is_new: whether the session began while a template was chosen.
    """

    home: Path
    session_id: str
    api_mode: str
    provider: str = ""
    model: str = ""
    base_url: str = ""
    is_new: bool = False


@dataclass(slots=True)
class _Warm:
    """A template with its messages for each target that was asked for."""

    template: SessionTemplate
    messages: dict[str, Messages] = field(default_factory=dict)

    def for_target(self, target: str) -> Messages:
        if target not in self.messages:
            made = WarmSessionBootstrapper().create_warm_session_messages(self.template, target=target)
            self.messages[target] = made
        return self.messages[target]


class RunningSessions:
    """Puts streams into the requests of sessions. May be used by several threads at once.

    Args:
        state_dir: where the journal lies.
        say: takes a sentence about what could not be done.
    """

    def __init__(self, state_dir: Path, say: Callable[[str], None]) -> None:
        self._journal = Journal(state_dir)
        self._say = say
        self._sessions: dict[tuple[Path, str], _Warm | None] = {}
        self._noted: dict[tuple[Path, str], None] = {}
        self._last: tuple[object, _Warm] | None = None
        self._lock = threading.Lock()

    def request(self, asking: Asking, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a request with the stream of its session in it, or None where it is to stay as it is.

        The request and what is in it are not changed.
        """
        warm = self._kept(asking)
        if warm is None:
            return None
        shape = shape_of(asking.api_mode, provider=asking.provider, model=asking.model, base_url=asking.base_url)
        if shape is None:
            where = f"“{asking.api_mode}” to {asking.provider or 'this provider'}"
            self._say(f"requests {where} go out without the warm start, because their shape is not known")
            return None
        changed = with_stream(request, shape, shape.shaped(warm.for_target(shape.target), request))
        if changed is not None and asking.is_new and asking.session_id:
            self._note(asking, warm.template)
        return changed

    def _kept(self, asking: Asking) -> _Warm | None:
        key = (asking.home, asking.session_id)
        with self._lock:
            warm = self._sessions.pop(key) if key in self._sessions else self._decided(asking)
            self._sessions[key] = warm  # last: those that are forgotten are those that asked longest ago
            if len(self._sessions) > _MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
        return warm

    def _decided(self, asking: Asking) -> _Warm | None:
        """Return what a session starts with: what it once began with, else the template that is chosen now."""
        try:
            wanted = chosen(asking.home)
            if wanted is None:
                return None
            warm = self._begun(asking, wanted) or self._current(wanted)
            warm.for_target("hermes")  # says whether it makes a stream at all
        except (WarmtuiError, OSError) as error:
            self._say(f"sessions start without the template: {error}")
            return None
        return warm

    def _begun(self, asking: Asking, wanted: Choice) -> _Warm | None:
        if asking.is_new:
            return None
        noted = self._journal.warm_starts().of([asking.session_id], asking.home, started_at=None, source="")
        if noted is None:
            return None
        template = _version(TemplateManager(wanted.template_dir), noted)
        return _Warm(template) if template is not None else None

    def _current(self, wanted: Choice) -> _Warm:
        path = wanted.template_dir / f"{wanted.template_id}.json"
        try:
            found = path.stat()
        except FileNotFoundError:
            raise NotFoundError(f"the template {path} is gone") from None
        if not stat.S_ISREG(found.st_mode):
            raise HomeError(f"the template {path} is no plain file")
        identity = (path, found.st_mtime_ns, found.st_size, found.st_ino)
        if self._last is None or self._last[0] != identity:
            template = TemplateManager(wanted.template_dir).load_template(wanted.template_id)
            if template is None:
                raise NotFoundError(f"the template {path} is gone")
            self._last = (identity, _Warm(template))
        return self._last[1]

    def _note(self, asking: Asking, template: SessionTemplate) -> None:
        """Note once what a session began with: not before it did, for what it would have had may not have come in."""
        key = (asking.home, asking.session_id)
        with self._lock:
            if key in self._noted:
                return
            self._noted[key] = None
            if len(self._noted) > _MOST_SESSIONS:
                del self._noted[next(iter(self._noted))]
        try:
            self._journal.note_session(
                asking.session_id,
                home=asking.home,
                template_id=template.template_id,
                version=template.version,
                how="plugin",
            )
        except (WarmtuiError, OSError) as error:
            self._say(f"the journal cannot be written: {error}")


def _version(manager: TemplateManager, noted: WarmStart) -> SessionTemplate | None:
    """Return the template as it was when a session began with it, or None where it is not to be had any more."""
    numbers = [one.number for one in manager.versions(noted.template_id) if one.version == noted.version]
    return manager.load_template(noted.template_id, numbers[-1]) if numbers else None
