"""How long the app waits, in seconds, before it starts work that the next key may make needless."""

from __future__ import annotations

PREVIEW = 0.12
"""From the last key in a field to the stream: typing costs a third of what it does drawn at every key."""

FILTER = 0.08
"""From the last key in a filter to the query."""

LOOK = 0.08
"""From a move of the cursor to the reading of what it is on."""

RELOAD = 1.0
"""From one drawing of the ranking to the next while the catalog is refreshed."""
