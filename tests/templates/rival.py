"""One of several programs that edit a template: `python -m tests.templates.rival FOLDER ID NAME EDITS`.

Each edit adds a word to the notes; when somebody else was faster, it is made anew on what is there now.
"""

from __future__ import annotations

import sys
from pathlib import Path

from warmtui.templates.manager import TemplateConflictError, TemplateManager


def main(folder: Path, template_id: str, name: str, edits: int) -> int:
    """Make the edits; return how often somebody else was faster."""
    manager = TemplateManager(folder)
    told = 0
    for number in range(edits):
        while True:
            loaded = manager.load_template(template_id)
            assert loaded is not None
            mine = loaded.model_copy(update={"notes": f"{loaded.notes} {name}{number}"})
            try:
                manager.save_template(mine, expected_version=loaded.version, note=name)
                break
            except TemplateConflictError:
                told += 1
    return told


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
