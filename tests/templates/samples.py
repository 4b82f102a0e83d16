"""A small template to break in one place, a store of one session to change under it, and secrets built from parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore
from warmtui.templates.extraction import create_template_from_session
from warmtui.templates.models import Example, ExampleCall, SessionTemplate, ToolCallPattern

TOKEN = "gh" + "p_" + "9aB3xK7mQ2wZ5tR8yU4iO1pL6sD0fG3hJ7kV"
EMAIL = "mira.holm" + "@" + "example-mail.org"


def call(tool: str = "read_file", **fields: Any) -> ExampleCall:
    return ExampleCall(tool_name=tool, **{"arguments": {"path": "app.py"}, "result": "1|x = 1", **fields})


def template(*calls: ExampleCall, **fields: Any) -> SessionTemplate:
    """A sound template with one example of the calls."""
    example = Example(request="read app.py", calls=calls or (call(),), answer="It holds x.")
    return SessionTemplate(
        **{
            "name": "Reading",
            "tool_patterns": (ToolCallPattern(tool_name="read_file"),),
            "examples": (example,),
            **fields,
        }
    )


def chat(*turns: tuple[str, dict[str, Any], str], session_id: str = "s1", title: str = "Docs") -> dict[str, Any]:
    """A session as a line of a chat file: a request, then each call with its result, then an answer."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "build the docs"}]
    for number, (tool, arguments, result) in enumerate(turns):
        function = {"name": tool, "arguments": orjson.dumps(arguments).decode()}
        calls = [{"id": f"c{number}", "type": "function", "function": function}]
        messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        messages.append({"role": "tool", "tool_call_id": f"c{number}", "content": result})
    messages.append({"role": "assistant", "content": "The docs are built."})
    return {"session_id": session_id, "title": title, "messages": messages}


TURNS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("read_file", {"path": "docs/index.md"}, '{"content": "1|# Docs"}'),
    ("terminal", {"command": "make docs"}, '{"output": "done", "exit_code": 0}'),
)


def store_of(path: Path, *sessions: dict[str, Any]) -> SessionStore:
    """Write sessions into a chat file and open it."""
    path.write_bytes(b"".join(orjson.dumps(session) + b"\n" for session in sessions))
    return open_store(path)


def extracted(path: Path) -> SessionTemplate:
    """A template of the session with `TURNS`, which lies at `path` then."""
    with store_of(path, chat(*TURNS)) as store:
        return create_template_from_session("s1", store)
