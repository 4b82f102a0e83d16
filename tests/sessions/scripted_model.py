"""A model on this machine that says what it is told: lets a real agent run without a network.

Imported by scripts that the Python of Hermes runs; nothing but the standard library is needed.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FEW, MANY = 1_000, 230_000
"""Tokens a prompt is said to have had: with the second the agent's context is full, and it compacts."""

MODEL = {"id": "scripted", "object": "model", "created": 1, "owned_by": "tests", "context_length": 256_000}

Reply = tuple[dict[str, Any], int]


def says(text: str, used: int = FEW) -> Reply:
    return {"role": "assistant", "content": text}, used


def calls(made: Sequence[tuple[str, str, Mapping[str, Any]]], text: str = "", used: int = FEW) -> Reply:
    """A message with calls: the id, the tool and the arguments of each."""
    listed = [
        {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for call_id, name, arguments in made
    ]
    return {"role": "assistant", "content": text, "tool_calls": listed}, used


class ScriptedModel:
    """Answers over HTTP what `script` holds next; a subagent, told by its goal, has a script of its own.

    Attributes:
        script: what is still to be said, in order.
        asked: the body of every request for an answer, in the order they came.
    """

    def __init__(self) -> None:
        self.script: deque[Reply] = deque()
        self.asked: list[dict[str, Any]] = []
        self.scripts_by_goal: dict[str, deque[Reply]] = {}
        self.summaries = 0
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                self._send("application/json", {"object": "list", "data": [MODEL]})

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if "messages" in asked:
                    model.asked.append(asked)
                    model.answer(self, asked)
                else:
                    self._send("application/json", {})

            def _send(self, kind: str, *values: object) -> None:
                text = "".join(f"data: {json.dumps(value)}\n\n" for value in values) + "data: [DONE]\n\n"
                body = (text if kind == "text/event-stream" else json.dumps(values[0])).encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def answer(self, handler: Any, asked: Mapping[str, Any]) -> None:
        message, used = self._next(asked)
        finish = "tool_calls" if message.get("tool_calls") else "stop"
        usage = {"prompt_tokens": used, "completion_tokens": 5, "total_tokens": used + 5}
        head = {"id": "x", "created": 1, "model": "scripted"}
        if not asked.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": finish}
            handler._send("application/json", {**head, "choices": [choice], "usage": usage})
            return
        numbered = [{**call, "index": at} for at, call in enumerate(message.get("tool_calls", ()))]
        delta = {**message, **({"tool_calls": numbered} if numbered else {})}
        first = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        last = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}], "usage": usage}
        handler._send("text/event-stream", first, last)

    def _next(self, asked: Mapping[str, Any]) -> Reply:
        if not asked.get("tools"):  # a compaction asks for a summary
            self.summaries += 1
            return says(f"## Goal\nWhat was done, as summary {self.summaries} has it.")
        for goal, script in self.scripts_by_goal.items():
            if any(m["role"] == "user" and m["content"] == goal for m in asked["messages"]):
                return script.popleft()
        return self.script.popleft()
