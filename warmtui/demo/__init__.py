"""A made-up Hermes store to look around in: one person's sessions, good and bad, with every trouble of real ones."""

from __future__ import annotations

from warmtui.demo.sessions import DEMO_NOW, DEMO_START
from warmtui.demo.store import DEMO_VERSION, create_demo_store

__all__ = ["DEMO_NOW", "DEMO_START", "DEMO_VERSION", "create_demo_store"]
