"""The command line: parse, call, print. ``--json`` prints one document on stdout; all else goes to stderr."""

from __future__ import annotations

from warmtui.cli.group import main

__all__ = ["main"]
