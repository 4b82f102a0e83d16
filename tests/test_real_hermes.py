"""The public API on Hermes' own `SessionDB`, in an environment that has both packages."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from warmtui.warmstart.targets import check

SCRIPT = """
import json, sys
from pathlib import Path
from hermes_state import SessionDB
import warmtui

db = SessionDB(Path(sys.argv[1]))
db.create_session("fix", "cli", model="m")
db.append_message("fix", "user", "fix the greeting")
def call(number, name, arguments, result):
    made = [{"id": f"c{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}]
    db.append_message("fix", "assistant", "", tool_calls=made)
    db.append_message("fix", "tool", json.dumps(result), tool_call_id=f"c{number}", tool_name=name)
call(1, "patch", {"path": "a.py", "old_string": "helo"}, {"success": False, "error": "Could not find a match"})
call(2, "read_file", {"path": "a.py"}, {"content": "1|hello", "total_lines": 1})
call(3, "patch", {"path": "a.py", "old_string": "hello"}, {"success": True, "diff": "-hello"})
db.append_message("fix", "assistant", "The greeting is mended.")

analysis = warmtui.SessionProfiler(db).analyze_session("fix")
template = warmtui.create_template_from_session("fix", db, name="Greeting")
manager = warmtui.TemplateManager(Path(sys.argv[2]))
saved = manager.save_template(template)
bootstrapper = warmtui.WarmSessionBootstrapper(manager)
print(json.dumps({
    "analysis": analysis.to_dict(),
    "openai": bootstrapper.create_warm_session_messages(saved.template_id, "and the farewell"),
    "hermes": bootstrapper.create_warm_session_messages(saved, target="hermes"),
}))
db.close()
with warmtui.open_store(sys.argv[1]) as store:
    again = warmtui.SessionProfiler(store).analyze_session("fix")
assert again.outcomes == analysis.outcomes
assert again.recovery_patterns[0].strategy == analysis.recovery_patterns[0].strategy
"""


@pytest.fixture(scope="module")
def printed(hermes_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("hermes")
    ran = subprocess.run(
        [hermes_python, "-c", SCRIPT, str(folder / "state.db"), str(folder / "templates")],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    assert ran.returncode == 0, ran.stderr
    data: dict[str, Any] = orjson.loads(ran.stdout)
    return data


def test_a_session_of_the_real_object_is_profiled(printed: dict[str, Any]) -> None:
    analysis = printed["analysis"]
    assert analysis["message_count"] == 8
    assert [call["outcome"] for call in analysis["calls"]] == ["failed", "ok", "ok"]
    [recovery] = analysis["recovery_patterns"]
    assert (recovery["recovered"], recovery["episodes"]) == (1, 1)
    assert "Read the file, then `patch`" in recovery["strategy"]
    assert [(change["before"], change["after"]) for change in recovery["changes"]] == [("helo", "hello")]


@pytest.mark.parametrize("target", ["openai", "hermes"])
def test_its_template_gives_a_valid_stream(printed: dict[str, Any], target: str) -> None:
    stream = printed[target]
    assert check(target, stream) == ()
    assert sum(len(message.get("tool_calls", ())) for message in stream) == 3
