"""What kind of words a tool's result is made of: a program's, a file's, or the tool's own."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache


class Family(Enum):
    """Whose words a result holds, which says how far an "Error" in them is the call's."""

    SHELL = "shell"
    CODE = "code"
    READER = "reader"
    OTHER = "other"

    @property
    def runs(self) -> bool:
        """Whether the result is what a program printed."""
        return self in (Family.SHELL, Family.CODE)


_WHOLE = {
    Family.SHELL: frozenset(
        {"shell", "bash", "sh", "zsh", "cmd", "exec", "command", "powershell", "pwsh", "process", "bashoutput", "run"}
        | {"unified_exec", "write_stdin", "console", "terminal"}
    ),
    Family.CODE: frozenset({"python", "ipython", "jupyter", "code_interpreter", "repl", "node", "javascript"}),
    Family.READER: frozenset({"read", "view", "cat", "open", "scroll_down", "scroll_up", "goto", "notebookread"}),
}
# Also behind the name of a server or a project: mcp_files_read_file, developer__shell.
_ENDING = {
    Family.SHELL: re.compile(
        r"(?:^|_)(?:terminal|shell|bash|(?:run|exec|execute)_(?:shell_|terminal_|bash_|in_)?"
        r"(?:command|cmd|shell|bash|terminal|process)|(?:shell|bash|terminal)_(?:exec|run|call|command|tool)|"
        r"exec_command|(?:start|interact_with)_process|read_process_output|get_terminal_output)$"
    ),
    Family.CODE: re.compile(
        r"(?:^|_)(?:(?:run|execute|exec|interpret)_(?:code|python|python_code|ipython|ipython_cell|javascript|js|node)|"
        r"python_(?:repl|exec|tool|interpreter)|code_(?:execution|exec|interpreter))$"
    ),
    Family.READER: re.compile(
        r"(?:^|_)(?:(?:read|view|open|get|cat)_(?:text_|many_|multiple_|media_|source_)?(?:file|files|notebook)"
        r"(?:_contents?)?|file_(?:read|view)|get_text_file_contents|skill_view|read_resource)$"
    ),
}


@lru_cache(maxsize=4096)
def family_of(tool_name: str) -> Family:
    """Return the family of a tool by its name, whatever server or namespace stands before it."""
    full = tool_name.lower().replace("-", "_")
    last = re.split(r"__|[./:]", full)[-1]
    for family, names in _WHOLE.items():
        if last in names:
            return family
    for family, ending in _ENDING.items():
        if ending.search(last):
            return family
    return Family.OTHER
