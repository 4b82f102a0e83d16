"""What all findings have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """A finding: once made it does not change."""

    model_config = ConfigDict(frozen=True)
