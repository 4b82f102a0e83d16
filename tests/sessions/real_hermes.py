"""Run by a Python that has Hermes: writes a store with the real ``SessionDB``, and reads it in both ways.

Prints JSON: for each session what warmtui reads of it from the ``SessionDB`` object and from the file.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from warmtui.sessions.build import read_conversation
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store

SUMMARY = "[CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into the summary below."


def call(db: Any, session_id: str, call_id: str, command: str, output: str) -> None:
    arguments = json.dumps({"command": command})
    calls = [{"id": call_id, "type": "function", "function": {"name": "terminal", "arguments": arguments}}]
    db.append_message(session_id, "assistant", "", tool_calls=calls)
    content = json.dumps({"output": output, "exit_code": 0, "error": None})
    db.append_message(session_id, "tool", content, tool_call_id=call_id, tool_name="terminal")


def talk(db: Any, session_id: str, *texts: str) -> None:
    for number, text in enumerate(texts):
        db.append_message(session_id, ("user", "assistant")[number % 2], text)


def summary() -> dict[str, Any]:
    return {"role": "user", "content": SUMMARY}


def write(db: Any) -> None:
    db.create_session("compacted", "cli")
    talk(db, "compacted", "go on")
    call(db, "compacted", "a", "ls", "x" * 900)
    call(db, "compacted", "b", "pwd", "/w")
    talk(db, "compacted", "go on", "half done")
    live = db.get_messages_as_conversation("compacted")
    pruned = [dict(message) for message in live[-4:]]
    pruned[1]["content"] = "[terminal] ran `pwd` -> exit 0, 1 lines output"
    db.archive_and_compact("compacted", [live[0], summary(), *pruned])
    talk(db, "compacted", "go on", "done")
    live = db.get_messages_as_conversation("compacted")
    db.archive_and_compact("compacted", [summary(), *live[-2:]])
    talk(db, "compacted", "thanks", "welcome")

    db.create_session("rewound", "tui")
    talk(db, "rewound", "first", "one", "wrong question", "wrong answer")
    target = [message for message in db.get_messages("rewound") if message["content"] == "wrong question"]
    db.rewind_to_message("rewound", target[0]["id"])
    talk(db, "rewound", "better question", "better answer")

    db.create_session("rotated", "cli")
    talk(db, "rotated", "long task", "began")
    call(db, "rotated", "c", "make", "ok")
    talk(db, "rotated", "go on", "more")
    db.end_session("rotated", "compression")
    db.create_session("rotated2", "cli", parent_session_id="rotated")
    live = db.get_messages_as_conversation("rotated")
    db.replace_messages("rotated2", [summary(), *live[-4:]])
    talk(db, "rotated2", "go on", "finished")

    db.create_session("branch", "cli", parent_session_id="rotated2", model_config={"_branched_from": "rotated2"})
    talk(db, "branch", "what if", "then")
    db.create_session("child", "subagent", parent_session_id="rewound", model_config={"_delegate_from": "rewound"})
    db.append_message("child", "user", [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {}}])


def shown(conversation: Conversation) -> dict[str, Any]:
    return {
        "lineage": list(conversation.session.lineage),
        "kind": conversation.session.kind,
        "parent": conversation.session.parent_session_id,
        "texts": ["SUMMARY" if m.is_compaction else m.text for m in conversation.messages if m.role != "tool"],
        "ids": [m.message_id for m in conversation.messages],
        "archived": sum(m.is_archived for m in conversation.messages),
        "results": [len(c.result.text) if c.result else None for c in conversation.calls],
        "orphans": conversation.orphans,
        "live": conversation.is_live,
    }


def main(path: Path) -> None:
    db = import_module("hermes_state").SessionDB(path)
    write(db)
    ids = ["compacted", "rewound", "rotated", "rotated2", "branch", "child"]
    with open_store(path) as store:
        found = {
            session_id: {
                "object": shown(read_conversation(db, session_id)),
                "file": shown(store.conversation(session_id)),
            }
            for session_id in ids
        }
    db.close()
    print(json.dumps(found))


main(Path(sys.argv[1]))
