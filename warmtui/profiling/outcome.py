"""What a result can say of its call."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a result says of its call.

    Attributes:
        is_success: ``ok`` or ``signal``: it ran, and its answer is information.
        is_error: ``failed`` or ``rejected``.
        is_eligible: whether the call counts in an error rate: it ran or was refused for the agent's own mistake.
    """

    OK = "ok"
    SIGNAL = "signal"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    # Asked of every call, and several times: an attribute costs a tenth of a property of an enum.
    is_success: bool
    is_error: bool
    is_eligible: bool

    def __init__(self, value: str) -> None:
        self.is_success = value in ("ok", "signal")
        self.is_error = value in ("failed", "rejected")
        self.is_eligible = self.is_success or self.is_error
