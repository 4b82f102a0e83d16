"""What kind of words a tool's result is made of: a program's, a file's, the tool's own, or somebody's statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any


class Family(Enum):
    """Whose words a result holds, which says how far an "Error" in them is the call's.

    Attributes:
        runs: whether the result is what a program printed.
    """

    SHELL = "shell"
    CODE = "code"
    READER = "reader"
    OTHER = "other"

    runs: bool

    def __init__(self, value: str) -> None:
        self.runs = value in ("shell", "code")


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
        r"python_(?:repl|exec|tool|interpreter)|code_(?:execution|exec|interpreter)|"
        r"(?:jupyter|notebook|ipython)_(?:run|execute|exec)\w*|(?:run|execute)_(?:notebook_)?cell)$"
    ),
    Family.READER: re.compile(
        r"(?:^|_)(?:(?:read|view|open|get|cat)_(?:text_|many_|multiple_|media_|source_)?(?:file|files|notebook)"
        r"(?:_contents?)?|file_(?:read|view)|get_text_file_contents|skill_view|read_resource)$"
    ),
}


@lru_cache(maxsize=4096)
def family_of(tool_name: str) -> Family:
    """Return the family of a tool by its name, whatever server or namespace stands before it."""
    last = _last_name(tool_name).lower().replace("-", "_")
    for family, names in _WHOLE.items():
        if last in names:
            return family
    for family, ending in _ENDING.items():
        if ending.search(last):
            return family
    return Family.OTHER


# --- Statements ----------------------------------------------------------------------------------------------------

# Who does something says whether it is done, whatever it is done to.
_DOING = frozenset(
    {"create", "update", "delete", "remove", "add", "set", "assign", "start", "stop", "cancel", "send", "submit", "put"}
    | {"write", "save", "post", "patch", "edit", "modify", "book", "place", "make", "register", "schedule", "upload"}
    | {"insert", "open", "close", "move", "rename", "copy", "apply", "publish", "deploy", "install", "transfer", "pay"}
    | {"buy", "sell", "order", "reserve", "change", "reset", "enable", "disable", "toggle", "turn", "click", "type"}
)
_ASKING = frozenset(
    {"check", "is", "has", "have", "can", "does", "validate", "verify", "test", "assert", "ask", "think", "thinking"}
    | {"reason", "reflect", "summarize", "summarise", "translate", "chat", "explain", "describe", "analyze", "analyse"}
    | {"classify", "review", "evaluate", "compare", "critique", "judge", "generate", "compose", "rewrite", "lint"}
    | {"paraphrase", "ocr", "transcribe", "recall", "remember", "echo", "ping", "whois", "validator", "checker"}
)
_SEARCHING = frozenset({"search", "query", "grep", "extract"})
_STATES = frozenset({"status", "state", "health", "availability"})
_LOOKING_FOR = _SEARCHING | {"find", "lookup", "list", "glob"}
# Who answers for somebody, at the end of a name; and what an agent says to close, at its beginning.
_SOMEBODY = frozenset(
    {
        "status",
        "state",
        "health",
        "availability",
        "exists",
        "enabled",
        "agent",
        "subagent",
        "task",
        "delegate",
        "llm",
        "assistant",
    }
    | {"expert", "human", "feedback", "answer", "thought"}
)
_CLOSING = frozenset({"done", "finish", "final", "attempt", "respond", "reply", "say", "answer", "conclude"})
_READING = frozenset({"get", "read", "fetch", "view", "list", "show", "load", "browser", "page", "wait", "lookup"})
_TEXTS = frozenset(
    {"text", "content", "contents", "message", "messages", "comment", "comments", "page", "article", "source", "html"}
    | {"transcript", "snapshot", "note", "notes", "email", "emails", "caption", "lyrics", "quote", "fact", "facts"}
    | {"joke", "definition", "news", "tweet", "post", "posts", "thread", "output", "input", "response", "reply"}
    | {"observation", "alerts", "problems", "issues", "findings", "warnings", "markdown", "faq", "policy", "policies"}
    | {
        "preferences",
        "memory",
        "memories",
        "graph",
        "review",
        "reviews",
        "description",
        "terms",
        "rules",
        "guide",
        "docs",
        "documentation",
        "help",
        "knowledge",
    }
)
# What these hold is one error after another.
_LOGS = frozenset({"log", "logs", "console", "diagnostics", "errors", "exceptions", "traces", "stderr"})
_TESTS = frozenset({"test", "tests", "pytest", "jest", "vitest", "unittest"})
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def makes_statements(tool_name: str) -> bool:
    """Whether the answer of a tool may itself be a sentence that says no, judged by the words of its name.

    ``check_stock`` answers "not available", ``get_message`` gives what somebody wrote; ``book_seat`` does neither.
    """
    words = _words(tool_name)
    if not words or words[0] in _DOING:
        return False
    if not _ASKING.isdisjoint(words[:2]) or words[-1] in _SOMEBODY or words[0] in _SOMEBODY | _CLOSING:
        return True
    return not _READING.isdisjoint(words) and not (_TEXTS | _LOGS).isdisjoint(words)


@lru_cache(maxsize=4096)
def searches(tool_name: str) -> bool:
    """Whether a tool's answer holds pieces of what it searched."""
    return not _SEARCHING.isdisjoint(_words(tool_name)[:2])


@lru_cache(maxsize=4096)
def looks_for(tool_name: str) -> bool:
    """Whether a tool is asked for whatever there is, so that nothing is an answer: ``find_files``, ``kb_lookup``."""
    return not _LOOKING_FOR.isdisjoint(_words(tool_name)[:2])


@lru_cache(maxsize=4096)
def tells_state(tool_name: str) -> bool:
    """Whether a tool is asked how something is, so that "failed" is an answer: ``get_build_status``."""
    return not _STATES.isdisjoint(_words(tool_name)[-1:])


@lru_cache(maxsize=4096)
def reads_logs(tool_name: str) -> bool:
    """Whether a tool gets what something else logged: ``get_error_log``, ``browser_console_messages``."""
    words = _words(tool_name)
    if not words or words[0] in _DOING:
        return False
    return words[-1] in _LOGS or (not _READING.isdisjoint(words) and not _LOGS.isdisjoint(words))


@lru_cache(maxsize=4096)
def runs_tests(tool_name: str) -> bool:
    """Whether a tool runs tests without being told a command: ``run_tests``, ``execute_unit_tests``."""
    words = _words(tool_name)
    return not _TESTS.isdisjoint(words) and (len(words) == 1 or words[0] in ("run", "execute", "exec"))


def _words(tool_name: str) -> list[str]:
    return [word.lower() for word in _PART.findall(_last_name(tool_name))]


def _last_name(tool_name: str) -> str:
    return re.split(r"__|[./:]", tool_name)[-1]


# --- Tools that call another ---------------------------------------------------------------------------------------

_CALLERS = re.compile(r"(?:^|_)(?:(?:execute|use|call|invoke|run)_(?:mcp_)?tool|mcp_(?:call|tool)|tool_call)$")
CALLED_KEYS = ("tool_name", "toolName", "tool", "name")
"""Arguments in which a tool that hands calls on is told which tool to call."""

HANDED_KEYS = ("arguments", "params", "args", "input", "parameters", "tool_input", "tool_args")
"""Arguments in which it is told what to hand to that tool."""


@lru_cache(maxsize=4096)
def is_caller(tool_name: str) -> bool:
    """Whether a tool only hands a call on to another, which its arguments name."""
    return _CALLERS.search(_last_name(tool_name).lower().replace("-", "_")) is not None


def called_tool(arguments: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the tool a caller's arguments name, and what it is handed; an empty name where they name none."""
    name = next((arguments[key] for key in CALLED_KEYS if isinstance(arguments.get(key), str)), "")
    handed = next((arguments[key] for key in HANDED_KEYS if isinstance(arguments.get(key), str | dict)), None)
    return name, handed
