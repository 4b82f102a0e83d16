"""``python -m warmtui``."""

from __future__ import annotations

from warmtui.cli import main

if __name__ == "__main__":
    main()
