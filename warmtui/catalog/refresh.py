"""Bringing the catalog up to what the stores hold: only what changed is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from warmtui.catalog.index import Catalog
from warmtui.errors import SourceError
from warmtui.profiling.profiler import analyze
from warmtui.sessions.store import SessionStore


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is.

    Attributes:
        done: sessions profiled.
        total: sessions to profile, over all stores read so far.
        store: the label of the store being read.
    """

    done: int
    total: int
    store: str


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        profiled: sessions read and profiled.
        unchanged: sessions that were known and had not changed.
        removed: sessions that are gone from their store.
        problems: stores that could not be read, a sentence each.
        cancelled: True where it was stopped before its end.
    """

    profiled: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    cancelled: bool = False


def store_key(store: SessionStore) -> str:
    """Return what names a store in the catalog: its resolved path, whatever its label is this time."""
    return str(store.path.resolve())


def refresh(
    catalog: Catalog,
    stores: Sequence[SessionStore],
    *,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RefreshReport:
    """Profile what is new or changed in `stores`, forget what is gone, and score all by the new baselines.

    Args:
        catalog: the catalog.
        stores: the stores; one that cannot be read is reported, and its known rows stay.
        progress: called after every session.
        cancelled: asked before every session; True stops, keeping what was done.

    Raises:
        CatalogError: the catalog cannot be written.
    """
    report = RefreshReport()
    for store in stores:
        if report.cancelled:
            break
        try:
            report = _refresh_store(catalog, store, report, progress, cancelled)
        except SourceError as error:
            report = replace(report, problems=(*report.problems, str(error)))
    return report


def _refresh_store(
    catalog: Catalog,
    store: SessionStore,
    report: RefreshReport,
    progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool] | None,
) -> RefreshReport:
    key = store_key(store)
    present = store.fingerprints()
    known = catalog.fingerprints(key)
    changed = [lineage_id for lineage_id, mark in present.items() if known.get(lineage_id) != mark]
    gone = sorted(catalog.lineages(key) - present.keys())
    catalog.remove(key, gone)
    done, stopped = 0, False
    try:
        baseline = catalog.baseline(key)
        for conversation in store.conversations(changed):
            if cancelled is not None and cancelled():
                stopped = True
                break
            analysis = analyze(conversation, baseline=baseline)
            # The mark was taken before the messages were read: what came since is seen by the next refresh.
            catalog.put(key, analysis, present.get(analysis.lineage_id, ""))
            done += 1
            if progress is not None:
                progress(Progress(report.profiled + done, report.profiled + len(changed), store.name))
    finally:
        if done or gone:
            catalog.rescore(key)
    return replace(
        report,
        profiled=report.profiled + done,
        unchanged=report.unchanged + len(present) - len(changed),
        removed=report.removed + len(gone),
        cancelled=stopped,
    )
