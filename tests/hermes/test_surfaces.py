"""What a command line of `hermes` opens, and whether a prefill reaches it."""

from __future__ import annotations

import pytest

from warmtui.warmstart.hermes.surfaces import surface_of


@pytest.mark.parametrize(
    "arguments",
    ["", "chat", "chat -q hello", "-c", "-r 2026 chat", "--cli --tui", "-p work chat", "-m acp", "gateway",
     "gateway run -v", "cron tick", "chat -q -zany", "--provider dashboard -t terminal"],
)  # fmt: skip
def test_the_chat_the_gateway_and_the_scheduler_take_a_prefill(arguments: str) -> None:
    assert surface_of(arguments.split(), {}, interface="", has_terminal=True).takes_prefill


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("-z hello", "one-shot mode (-z) takes no prefill; use `hermes chat -Q -q` instead, or: the plugin"),
        ("-zhello", "one-shot"),
        ("--oneshot=hello", "one-shot"),
        ("--one hello", "one-shot"),
        ("-m x chat -z hello", "one-shot"),
        ("--tui", "leave --tui out, or: the plugin reaches it (`hermes plugins enable warmtui`"),
        ("chat --tui", "the new interface"),
        ("acp", "the ACP server takes no prefill; the plugin"),
        ("dashboard", "the dashboard takes no prefill"),
        ("serve", "takes no prefill"),
        ("desktop", "takes no prefill"),
        ("gui", "takes no prefill"),
        ("gateway start", "begins no session here; a gateway in the background begins warm after `warmtui activate`"),
        ("sessions list", "hermes sessions begins no session"),
        ("cron list", "begins no session"),
        ("--version", "begins no session"),
    ],
)
def test_what_takes_none_is_said_with_what_can_be_done(arguments: str, said: str) -> None:
    surface = surface_of(arguments.split(), {}, interface="", has_terminal=False)
    assert not surface.takes_prefill
    assert said in f"{surface.name} {surface.why_not}"


def test_the_interface_that_is_chosen_for_good_counts_in_a_terminal_unless_cli_is_asked_for() -> None:
    def takes(*arguments: str, interface: str = "", has_terminal: bool = True, **env: str) -> bool:
        return surface_of(arguments, env, interface=interface, has_terminal=has_terminal).takes_prefill

    assert takes()
    assert not takes(interface="TUI")
    assert not takes(HERMES_TUI="1")
    assert takes(interface="tui", has_terminal=False)
    assert takes("--cli", interface="tui", HERMES_TUI="1")
