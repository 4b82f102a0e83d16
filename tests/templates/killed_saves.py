"""Saves that are killed at every moment: `python -m tests.templates.killed_saves FOLDER SAVES` prints what was left.

Each save runs in a process of its own, which kills itself with SIGKILL at one line of the code that writes. Half of
them are spread over all its lines, and half over those between the making of a temporary file and its renaming; of
these every second one leaves half of the file, as a disk does that was not told in time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from warmtui.templates import files, folder, history, manager, trash
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate

_CODE = frozenset(str(module.__file__) for module in (files, folder, history, manager, trash))
_WORDS = "words " * 4000


class _Killer:
    """Counts the lines of our code that run, and kills at one of them.

    Attributes:
        lines: how many ran.
        writing: those of them that ran while a temporary file was there.
    """

    def __init__(self, place: Path, at: int | None = None, *, tears: bool = False) -> None:
        self.lines = 0
        self.writing: list[int] = []
        self._place = place
        self._at = at
        self._tears = tears

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in _CODE:
            return None
        if event == "line":
            self.lines += 1
            if self._at is None and _temporary(self._place):
                self.writing.append(self.lines)
            if self.lines == self._at:
                self._kill()
        return self

    def _kill(self) -> None:
        for path in _temporary(self._place) if self._tears else ():
            os.truncate(path, path.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)


def _temporary(place: Path) -> list[Path]:
    return list(place.rglob(".*.tmp"))


def _edit(template: SessionTemplate, number: int) -> SessionTemplate:
    return template.model_copy(update={"notes": f"{number} {_WORDS}"})


def _number(template: SessionTemplate | None) -> int:
    assert template is not None
    assert template.notes.endswith(_WORDS)
    return int(template.notes.split()[0])


def _moments(shelf: TemplateManager, template: SessionTemplate, saves: int) -> list[int]:
    """Return at which line to kill each save: half of them anywhere, half while a file is being written."""
    killer = _Killer(shelf.directory)
    sys.settrace(killer)
    shelf.save_template(template)
    sys.settrace(None)
    anywhere = range(1, killer.lines + 1)
    half = saves // 2
    return [
        lines[n * (len(lines) - 1) // max(1, half - 1)] for n in range(half) for lines in (anywhere, killer.writing)
    ]


def _is_killed(shelf: TemplateManager, template: SessionTemplate, killer: _Killer) -> bool:
    pid = os.fork()
    if pid == 0:
        sys.settrace(killer)
        shelf.save_template(template)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def main(place: Path, saves: int) -> dict[str, int]:
    """Kill `saves` saves; return how many left the old version, the new one, and a temporary file.

    Args:
        place: a folder that is not there yet.
        saves: an even number.
    """
    shelf = TemplateManager(place)
    current = shelf.save_template(SessionTemplate(name="x", notes=f"-2 {_WORDS}"))
    shelf.save_template(_edit(current, -1))
    moments = _moments(shelf, _edit(current, 0), saves)
    story, left = [-2, -1, 0], Counter(moments=len(set(moments)), killed=0, old=0, new=0, temporary=0)
    for number, at in enumerate(moments, 1):
        killer = _Killer(place, at, tears=number % 4 < 2)
        # A save after a killed one has a step less where the killed one had kept the version already.
        left["killed"] += _is_killed(shelf, _edit(current, number), killer)
        left["temporary"] += bool(_temporary(place))
        found = _number(shelf.load_template("x"))
        assert found in {story[-1], number}, f"line {at}: {found} is neither the old nor the new version"
        left["new" if found == number else "old"] += 1
        if found == number:
            story.append(number)
        if number % 50 == 0 or number == saves:
            numbers = [info.number for info in shelf.versions("x")]
            assert [_number(shelf.load_template("x", one)) for one in numbers] == story
    shelf.save_template(_edit(current, saves + 1))
    left["temporary_after"] = len(_temporary(place))
    return dict(left)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
