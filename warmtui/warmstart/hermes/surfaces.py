"""What a `hermes` command line opens, and whether a prefill reaches it.

As hermes-agent 0.19.0 has it: the classic chat, the gateway and the cron scheduler read prefills; the one-shot
mode, the new terminal interface, the desktop, the web, ACP and the API server do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warmtui.warmstart.hermes.arguments import options, positional

INTERFACE = ("display", "interface")
"""Where a home's ``config.yaml`` says which interface `hermes` opens."""

_IGNORE = {
    "acp": "the ACP server",
    "dashboard": "the dashboard",
    "serve": "the backend server",
    "desktop": "the desktop app",
    "gui": "the desktop app",
}


@dataclass(frozen=True, slots=True)
class Surface:
    """What a command line opens.

    Attributes:
        name: what it is, for people.
        takes_prefill: whether its sessions begin with the messages of a prefill.
        is_chat: whether a person's own session is held in the terminal, as against a server's many.
        why_not: why no prefill reaches it, and what can be done; empty where it does.
    """

    name: str
    takes_prefill: bool
    is_chat: bool = False
    why_not: str = ""


def surface_of(arguments: Sequence[str], env: Mapping[str, str], *, interface: str, has_terminal: bool) -> Surface:
    """Return what ``hermes`` opens with these arguments.

    Args:
        arguments: without the command's own name.
        env: the environment it will have.
        interface: what the configuration says under ``display.interface``.
        has_terminal: whether stdin and stdout are one: without it the chosen interface is not opened.
    """
    words = options(arguments)
    if any(word.startswith("-z") or _means(word, "--oneshot", 3) for word in words):
        return _ignoring("the one-shot mode (-z)", "use `hermes chat -Q -q` instead")
    commands = positional(arguments)
    command = commands[0] if commands else ""
    if command in ("", "chat"):
        return _chat(words, env, interface, has_terminal)
    if command == "gateway":
        return _gateway(commands[1] if len(commands) > 1 else "run")
    if command == "cron" and commands[1:2] == ["tick"]:
        return Surface("the cron scheduler", takes_prefill=True)
    if command in _IGNORE:
        return _ignoring(_IGNORE[command])
    return Surface(f"hermes {command}", takes_prefill=False, why_not="begins no session")


def _gateway(command: str) -> Surface:
    if command == "run":
        return Surface("the gateway", takes_prefill=True)
    return Surface(
        f"hermes gateway {command}",
        takes_prefill=False,
        why_not="begins no session here; a gateway in the background begins warm after `warmtui activate`",
    )


def _chat(words: Sequence[str], env: Mapping[str, str], interface: str, has_terminal: bool) -> Surface:
    if {"-h", "--help", "-V", "--version"} & set(words):
        return Surface("hermes --help", takes_prefill=False, why_not="begins no session")
    if "--cli" in words:
        return Surface("hermes", takes_prefill=True, is_chat=True)
    if any(_means(word, "--tui", 4) for word in words):
        return _ignoring("the new interface (--tui)", "leave --tui out")
    if has_terminal and env.get("HERMES_TUI") == "1":
        return _ignoring("the new interface (HERMES_TUI=1)", "add --cli")
    if has_terminal and interface.lower() == "tui":
        return _ignoring("the new interface (display.interface in config.yaml)", "add --cli")
    return Surface("hermes", takes_prefill=True, is_chat=True)


def _ignoring(name: str, instead: str = "") -> Surface:
    plugin = "the plugin reaches it (`hermes plugins enable warmtui`, then `hermes warm start`)"
    return Surface(
        name, takes_prefill=False, why_not=f"takes no prefill; {instead + ', or: ' if instead else ''}{plugin}"
    )


def _means(word: str, option: str, least: int) -> bool:
    """Whether a word is an option or a beginning of it that `hermes` understands."""
    return len(word) >= least and option.startswith(word)
