"""One session of the catalog in a row: what the ranking shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session's profile summary.

    Attributes:
        store: the label of the store.
        session_id: the newest id of the lineage.
        lineage_id: its first id.
        title, source, model: as the store has them.
        started_at: seconds since the epoch, or None.
        messages: user, assistant and tool messages.
        calls: all calls; then how many ended how.
        orphans: calls without a result and results without a call.
        error_rate: (failed + rejected) / eligible, 0–1; None without eligible calls.
        recovered: episodes the agent recovered by itself.
        episodes: all but the censored ones.
        corrections: messages of the person that corrected the agent.
        score, score_low, score_high: proficiency with its 95 % interval, 0–1; None without eligible calls.
        classic: the older score, 0–1.
        warm_template: the template it began with, or None.
        warm_version: that template's version.
        warm_certainty: ``started`` where the start was noted, ``probably`` where a default was active then.
        thin: True under five eligible calls.
    """

    store: str
    session_id: str
    lineage_id: str
    title: str | None
    source: str
    model: str | None
    started_at: float | None
    messages: int
    calls: int
    ok: int
    signal: int
    failed: int
    rejected: int
    cancelled: int
    unknown: int
    orphans: int
    error_rate: float | None
    recovered: int
    episodes: int
    corrections: int
    score: float | None
    score_low: float | None
    score_high: float | None
    classic: float
    warm_template: str | None
    warm_version: str | None
    warm_certainty: str | None
    thin: bool

    @property
    def key(self) -> tuple[str, str]:
        """Store and lineage id: what the row is found by again after a refresh."""
        return self.store, self.lineage_id

    @property
    def eligible(self) -> int:
        """The calls that the error rate is a share of."""
        return self.ok + self.signal + self.failed + self.rejected

    @property
    def errors(self) -> int:
        """Failed + rejected."""
        return self.failed + self.rejected

    def to_dict(self) -> dict[str, Any]:
        """Return the row as ``sessions --json`` prints it."""
        fields = asdict(self)
        template, version, certainty = (fields.pop(f"warm_{name}") for name in ("template", "version", "certainty"))
        warm = {"template_id": template, "version": version, "certainty": certainty}
        return {**fields, "warm": warm if template is not None else None}
