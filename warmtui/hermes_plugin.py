"""The plugin for Hermes: ``hermes warm …``, warm starts in every place sessions are held, and how long calls took.

Enabled with ``hermes plugins enable warmtui``. Hermes imports this at every start, so nothing is imported here that
is not needed then. Nothing that goes wrong here reaches Hermes: it is said once in our log (`warmtui.logs`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from warmtui.errors import ConfigError, WarmtuiError
from warmtui.logs import write_line
from warmtui.settings_file import default_state_dir, is_telemetry_on, state_dir, written_settings
from warmtui.telemetry import note_call, timings_path
from warmtui.text import one_line
from warmtui.warmstart.hermes.choice_file import is_chosen, running_home

if TYPE_CHECKING:
    from warmtui.warmstart.hermes.running_sessions import RunningSessions

_T = TypeVar("_T")
_Key = tuple[Path, str]  # a home and the id of a session

_NO_SESSIONS = frozenset({"subagent", "curator"})
"""Where Hermes works for itself: on a part of a task handed on, and on the upkeep of its skills."""

_MOST_REMEMBERED = 1_000
_MOST_SENTENCES = 20
_HELP = "find the sessions in which your agent knew its way, and start the next ones from them"


def register(ctx: Any) -> None:
    """Take part in Hermes; called by it once a process.

    Args:
        ctx: its ``PluginContext``.
    """
    ctx.register_cli_command(
        "warm", help=_HELP, setup_fn=_take_all_arguments, handler_fn=_run_command, description=_HELP
    )
    ctx.register_hook("on_session_start", _PLUGIN.session_started)
    ctx.register_middleware("llm_request", _PLUGIN.llm_request)
    ctx.register_hook("post_tool_call", _PLUGIN.tool_called)


def _take_all_arguments(parser: argparse.ArgumentParser) -> None:
    # No argument looks like an option here, not even -h: all of them are for the commands below.
    parser.prefix_chars = "\0"
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def _run_command(given: argparse.Namespace) -> None:
    from warmtui.cli.plugin import warm

    warm.main(args=given.arguments, prog_name="hermes warm")


class Plugin:
    """What the plugin knows of the running Hermes. Hooks may come from several threads."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._cold: dict[_Key, None] = {}  # sessions that made a request while no template was chosen
        self._new: dict[_Key, None] = {}  # sessions that began while one was

    def session_started(self, **event: Any) -> None:
        """Hook ``on_session_start``: a new session is about to make its first request."""
        self._quietly(self._note_start, event)

    def llm_request(self, **event: Any) -> dict[str, Any] | None:
        """Middleware ``llm_request``: put a session's stream into its request; None leaves it as it is."""
        return self._quietly(self._with_stream, event)

    def tool_called(self, **event: Any) -> None:
        """Hook ``post_tool_call``: note how long a call took."""
        self._quietly(self._note_call, event)

    def _note_start(self, event: Mapping[str, Any]) -> None:
        key = _key(event)
        if is_chosen(key[0]):
            _remember(self._new, key)

    def _with_stream(self, event: Mapping[str, Any]) -> dict[str, Any] | None:
        if event.get("platform") in _NO_SESSIONS:
            return None
        key = _key(event)
        if key in self._cold or not is_chosen(key[0]):
            _remember(self._cold, key)
            return None
        from warmtui.warmstart.hermes.running_sessions import Asking

        asking = Asking(
            home=key[0],
            session_id=key[1],
            api_mode=event["api_mode"] or "",
            provider=event["provider"] or "",
            model=event["model"] or "",
            base_url=event["base_url"] or "",
            is_new=key in self._new,
        )
        changed = self._sessions.request(asking, event["request"])
        return None if changed is None else {"request": changed, "source": "warmtui"}

    def _note_call(self, event: Mapping[str, Any]) -> None:
        state_dir, is_wanted = self._settings
        if not is_wanted:
            return
        note_call(
            timings_path(state_dir),
            session_id=event["session_id"],
            tool_call_id=event["tool_call_id"],
            tool_name=event["tool_name"],
            duration=event["duration_ms"] / 1000,
            status=event["status"] or "",
            at=time.time(),
        )

    @cached_property
    def _sessions(self) -> RunningSessions:
        from warmtui.warmstart.hermes.running_sessions import RunningSessions

        return RunningSessions(self._settings[0], self._say)

    @cached_property
    def _settings(self) -> tuple[Path, bool]:
        """The state directory, and whether durations are noted: not where nobody can say whether they should be."""
        try:
            written = written_settings()
            return state_dir(written), is_telemetry_on(written)
        except ConfigError as error:
            write_line(default_state_dir(), __name__, str(error))
            return default_state_dir(), False

    def _say(self, sentence: str) -> None:
        if sentence not in self._said and len(self._said) < _MOST_SENTENCES:
            self._said.add(sentence)
            write_line(self._settings[0], __name__, one_line(sentence))

    def _quietly(self, work: Callable[[Mapping[str, Any]], _T], event: Mapping[str, Any]) -> _T | None:
        try:
            return work(event)
        except Exception as error:  # noqa: BLE001  # whatever it is, the person's session goes on
            self._say(f"the plugin failed, and the session went on without it: {_told(error)}")
            return None


def _told(error: BaseException) -> str:
    """Return what an error is and where it arose: the words of one that nobody foresaw may be the session's."""
    if isinstance(error, OSError | WarmtuiError):
        return str(error)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {Path(place.tb_frame.f_code.co_filename).name}, line {place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}{where}"


def _key(event: Mapping[str, Any]) -> _Key:
    return running_home(), event["session_id"]


def _remember(known: dict[_Key, None], key: _Key) -> None:
    known.pop(key, None)  # last: those that are forgotten are those that were met longest ago
    known[key] = None
    if len(known) > _MOST_REMEMBERED:
        del known[next(iter(known))]


_PLUGIN = Plugin()
