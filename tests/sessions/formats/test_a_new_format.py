"""The format that CONTRIBUTING writes as an example is read as it says."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.sessions.formats.reading import lines, read_one, results, typed
from warmtui.sessions.formats import files, known, transcript
from warmtui.sessions.models import Session

CONTRIBUTING = Path(__file__).parents[3] / "CONTRIBUTING.md"


def test_the_example_is_one_file_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = re.search(r'```python\n("""Logs of the agent Acme.*?)```', CONTRIBUTING.read_text("utf-8"), re.DOTALL)
    assert written is not None
    acme = ModuleType("acme")
    for module in (files, transcript):
        acme.__dict__.update({name: value for name, value in vars(module).items() if not name.startswith("_")})
    acme.__dict__.update(Session=Session)
    exec(compile("from __future__ import annotations\n" + written[1], str(CONTRIBUTING), "exec"), acme.__dict__)
    monkeypatch.setattr(known, "FORMATS", (acme, *known.FORMATS))
    events = [
        {"acme_version": 1, "kind": "prompt", "text": "list", "time": "2026-11-20T09:00:00Z"},
        {"kind": "call", "id": "c", "tool": "ls", "arguments": {"path": "/"}},
        {"kind": "result", "id": "c", "output": "a b", "failed": False},
    ]
    conversation = read_one(lines(tmp_path / "log.jsonl", events))
    assert conversation.session.source == "acme"
    assert typed(conversation) == ["list"]
    assert results(conversation) == [("ls", "a b")]
