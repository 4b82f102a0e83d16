"""Every action of the app, declared once: keys, footer, help and palette are made from this and agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType, InvalidBinding
from textual.keys import format_key


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Attributes:
        id: ``group.action``: the name under which the settings remap its key.
        keys: the keys that do it, separated by commas, as Textual names them.
        label: a word or two for the footer.
        help: one sentence for the help screen and the palette.
        in_footer: whether the footer names it; the rest is found through help.
        priority: whether it works even while a field has the focus and would take the key.
    """

    id: str
    keys: str
    label: str
    help: str
    in_footer: bool = True
    priority: bool = False

    @property
    def group(self) -> str:
        """Where it works: a screen, ``lists`` or ``everywhere``."""
        return self.id.partition(".")[0]

    @property
    def action(self) -> str:
        """The name of the action method."""
        return self.id.partition(".")[2]

    def binding(self) -> Binding:
        """Return it as Textual's binding."""
        return Binding(self.keys, self.action, self.label, id=self.id, show=self.in_footer, priority=self.priority)


COMMANDS: tuple[Command, ...] = (
    Command("sessions.curate", "enter", "curate", "Curate this session, or the marked ones together"),
    Command("sessions.transcript", "v", "transcript", "Read the session itself"),
    Command("sessions.mark", "space", "mark", "Mark this session, to make one template of several"),
    Command("sessions.filter", "slash", "filter", "Filter by words and terms such as model:x or calls>20"),
    Command("sessions.sort", "s", "sort", "Rank by the next column"),
    Command("sessions.templates", "t", "templates", "Open a saved template"),
    Command("sessions.refresh", "r", "refresh", "Look for new and changed sessions", in_footer=False),
    Command("sessions.next_pane", "tab", "pane", "Go to the next pane"),
    Command("sessions.previous_pane", "shift+tab", "pane back", "Go to the pane before", in_footer=False),
    Command("sessions.pane_1", "1", "ranking", "Go to the ranking", in_footer=False),
    Command("sessions.pane_2", "2", "detail", "Go to what explains the score", in_footer=False),
    Command("sessions.clear", "escape", "clear", "Take off the filter, then the marks"),
    Command("sessions.leave", "q", "quit", "Quit", in_footer=False),
    Command("curate.save", "ctrl+s", "save", "Save as a template, or as its next version", priority=True),
    Command("curate.tick", "space", "tick", "Take this into the template, or leave it out"),
    Command("curate.edit", "enter", "edit", "Edit this in the middle pane"),
    Command("curate.transcript", "v", "transcript", "Read the session where this was seen"),
    Command("curate.undo", "ctrl+z", "undo", "Undo the last change, whatever it was", priority=True),
    Command("curate.redo", "ctrl+y", "redo", "Redo what was undone", in_footer=False, priority=True),
    Command("curate.next_pane", "tab", "pane", "Go to the next field or pane"),
    Command("curate.previous_pane", "shift+tab", "pane back", "Go to the field or pane before", in_footer=False),
    Command("curate.move_up", "K,shift+up", "up", "Move this example towards the start", in_footer=False),
    Command("curate.move_down", "J,shift+down", "down", "Move this example towards the end", in_footer=False),
    Command("curate.pane_1", "1", "patterns", "Go to the patterns", in_footer=False),
    Command("curate.pane_2", "2", "edit", "Go to the edit pane", in_footer=False),
    Command("curate.pane_3", "3", "stream", "Go to the message stream", in_footer=False),
    Command("curate.retry", "r", "retry", "Read the sessions again", in_footer=False),
    Command("curate.leave", "escape,q", "back", "Go back: from a field to the patterns, from there to the ranking"),
    Command("curate.target", "o", "target", "Show the stream for the next target"),
    Command("evidence.read", "enter", "transcript", "Read the session at this place"),
    Command("transcript.fold", "enter,space", "unfold", "Unfold this message or call, or fold it"),
    Command("transcript.fold_all", "asterisk,z", "unfold all", "Unfold everything, or fold everything"),
    Command("transcript.search", "slash", "search", "Search the session"),
    Command("transcript.next", "n", "next", "Go to the next match of the search; without one to the next failure"),
    Command("transcript.previous", "N", "before", "Go to the match, or the failure, before", in_footer=False),
    Command("transcript.next_turn", "u", "user", "Go to the next message of the user"),
    Command("transcript.previous_turn", "U", "user before", "Go to the user's message before", in_footer=False),
    Command("transcript.leave", "escape,q", "back", "Leave the search, then go back"),
    Command("templates.open", "enter", "open", "Open this template"),
    Command("templates.refresh", "r", "refresh", "Read the list again"),
    Command("templates.leave", "escape,q", "back", "Go back to the ranking"),
    Command("save.confirm", "ctrl+s", "save", "Save", priority=True),
    Command("save.cancel", "escape", "cancel", "Go back without saving"),
    Command("question.stay", "escape", "stay", "Answer nothing and stay"),
    Command("help.close", "escape,q,question_mark,f1", "close", "Close the help"),
    Command("lists.cursor_down", "down,j", "down", "One line down", in_footer=False),
    Command("lists.cursor_up", "up,k", "up", "One line up", in_footer=False),
    Command("lists.page_down", "pagedown,ctrl+d", "page down", "One page down", in_footer=False),
    Command("lists.page_up", "pageup,ctrl+u", "page up", "One page up", in_footer=False),
    Command("lists.first", "home,g", "first", "To the start", in_footer=False),
    Command("lists.last", "end,G", "last", "To the end", in_footer=False),
    Command("everywhere.help", "question_mark,f1", "help", "Show the keys of where you are"),
    Command("everywhere.command_palette", "colon,ctrl+p", "commands", "Find any command by its name"),
    Command("everywhere.change_theme", "f2", "theme", "Choose other colours", in_footer=False),
    Command("everywhere.leave_app", "ctrl+q", "quit", "Quit; asks first while work is unsaved", priority=True),
)
BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}


def commands_of(*groups: str) -> tuple[Command, ...]:
    """Return the commands of `groups`, in the order they are declared."""
    return tuple(command for command in COMMANDS if command.group in groups)


def bindings(*groups: str) -> list[BindingType]:
    """Return the key bindings of `groups`: what a screen or widget takes as its BINDINGS."""
    return [command.binding() for command in commands_of(*groups)]


def shown_keys(command: Command, keymap: Mapping[str, str]) -> str:
    """Return the keys of `command` as a person reads them: "ctrl+s", "esc / q"."""
    keys = keymap.get(command.id, command.keys)
    return " / ".join(key_name(key.strip()) for key in keys.split(","))


def key_name(key: str) -> str:
    """Return one key as a person reads it: "esc", "?", "G", "ctrl+s"."""
    if "+" in key:
        return key
    return {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "space": "space", "enter": "enter"}.get(
        key, format_key(key)
    )


def checked_keymap(wanted: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the remappings that can be used, and one sentence for each that cannot.

    A key may mean one thing only wherever it works: two commands clash when they share a group, or when
    one of them works everywhere, or both can be reached on the same screen.
    """
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for command_id, keys in wanted.items():
        command = BY_ID.get(command_id)
        if command is None:
            problems.append(f"The settings remap {command_id!r}, and there is no such command.")
            continue
        if not _split(keys):
            problems.append(f"The settings give {command_id} the key {keys!r}, which is none.")
            continue
        if command.priority and any(_types(key) for key in _split(keys)):
            problems.append(f"The settings give {command_id} the key {keys!r}, which is needed to type.")
            continue
        rival = _rival(command, keys, keymap)
        if rival is not None:
            problems.append(f"The settings give {command_id} the key {keys!r}, which {rival.id} has.")
            continue
        keymap[command_id] = keys
    return keymap, problems


def _rival(command: Command, keys: str, keymap: Mapping[str, str]) -> Command | None:
    mine = _split(keys)
    for other in COMMANDS:
        meets = other is not command and _meet(command.group, other.group)
        if meets and mine & _split(keymap.get(other.id, other.keys)):
            return other
    return None


def _split(keys: str) -> set[str]:
    """Return the keys by the names Textual has for them ("?" is "question_mark"); none where that fails."""
    try:
        return {binding.key for binding in Binding.make_bindings([Binding(keys, "", "")])}
    except InvalidBinding:
        return set()


def _types(key: str) -> bool:
    """Whether a field needs the key: what works even while one types must not be one of those."""
    return not key.startswith(("ctrl+", "alt+")) and re.fullmatch(r"f\d\d?", key) is None


def _meet(one: str, other: str) -> bool:
    # A dialog lies over everything else: its keys are its own, and so are those of help.
    if one == other:
        return True
    dialogs = {"save", "question", "help"}
    return not {one, other} & dialogs and bool({one, other} & {"lists", "everywhere"})


def footer_order(ids: Iterable[str]) -> list[Command]:
    """Return the commands among `ids` that the footer names, in the order they are declared."""
    found = set(ids)
    return [command for command in COMMANDS if command.in_footer and command.id in found]
