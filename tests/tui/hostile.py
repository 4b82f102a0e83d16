"""A store in which everything that can hold text holds text that would do harm if it were not shown as text."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

MARKUP = "[/] [@click=app.quit]x[/] [bold red]"
ESCAPES = "\x1b[31m\x1b]0;title\x07\x1b]52;c;aGk=\x07\x1b]8;;http://x\x1b\\"
INVISIBLE = "\u202e\u200b\u2066\x00\x9b5m\r\t\x7f"
WIDE = "日本語 👩‍👩‍👧 e\u0301"
HOSTILE = f"{MARKUP}{ESCAPES}{INVISIBLE}{WIDE}"


def poison(source: Path, target: Path) -> Path:
    """Copy the store `source` to `target` and put hostile text in front of all its text."""
    copyfile(source, target)
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.create_function("poison", 1, lambda text: HOSTILE + (text or ""))
        connection.create_function("poison_calls", 1, _poison_calls)
        connection.create_function("poison_result", 1, _poison_result)
        connection.execute("UPDATE sessions SET title = poison(title) WHERE title IS NOT NULL")
        connection.execute("UPDATE sessions SET model = poison(model), source = poison(source)")
        connection.execute("UPDATE sessions SET cwd = poison(cwd) WHERE cwd IS NOT NULL")
        connection.execute("UPDATE messages SET content = poison(content) WHERE role IN ('user', 'assistant')")
        connection.execute("UPDATE messages SET content = poison_result(content) WHERE role = 'tool'")
        connection.execute("UPDATE messages SET tool_calls = poison_calls(tool_calls)")
    return target


def _poison_calls(raw: str | None) -> str | None:
    if not raw:
        return raw
    calls = json.loads(raw)
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function", call)
        function["name"] = function["name"] + MARKUP
        try:
            arguments = json.loads(function["arguments"])
        except (TypeError, ValueError):
            continue
        if isinstance(arguments, dict):
            function["arguments"] = json.dumps({**arguments, HOSTILE: HOSTILE})
    return json.dumps(calls)


def _poison_result(content: str | None) -> str | None:
    try:
        result = json.loads(content or "")
    except ValueError:
        return HOSTILE + (content or "")
    if not isinstance(result, dict):
        return content
    for key in ("output", "content", "error"):
        if isinstance(result.get(key), str) and result[key]:
            result[key] = HOSTILE + result[key]
    return json.dumps(result)
