"""What all findings have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

KEPT = ConfigDict(extra="ignore")
"""How pydantic reads and writes a small finding, whatever model it lies in.

Small findings (a place, a rate, an argument) are frozen slotted dataclasses: a session has hundreds, and a model takes
three times as long to make. As fields of models they are checked and written as models are, their computed fields
with them.
"""


class Finding(BaseModel):
    """A finding: once made it does not change."""

    model_config = ConfigDict(frozen=True)
