"""Bringing the catalog up to what the stores hold: only what changed is read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from warmtui.catalog.index import Catalog
from warmtui.errors import CatalogError, SourceError, WarmtuiError
from warmtui.sessions.content import path_text
from warmtui.sessions.models import Conversation
from warmtui.sessions.store import SessionStore
from warmtui.text import one_line, plural

log = logging.getLogger(__name__)

_MOST_NAMED = 20  # sessions of one store that are named as problems


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is.

    Attributes:
        done: sessions dealt with.
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
        problems: stores that could not be read, and sessions that could not be read or profiled, a sentence each.
        cancelled: True where it was stopped before its end.
    """

    profiled: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()
    cancelled: bool = False


def store_key(store: SessionStore) -> str:
    """Return what names a store in the catalog: its resolved path, whatever its label is this time."""
    return path_text(store.path.resolve())


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
        stores: the stores; one that cannot be read is reported, and its known rows stay. The same goes for a
            single session, and the others are profiled.
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
    store_mark = store.mark()
    if store_mark and store_mark == catalog.mark(key) and catalog.is_scored(key):
        return replace(report, unchanged=report.unchanged + len(catalog.lineages(key)))
    present = store.fingerprints()
    known = catalog.fingerprints(key)
    changed = [lineage_id for lineage_id, mark in present.items() if known.get(lineage_id) != mark]
    gone = sorted(catalog.lineages(key) - present.keys())
    done, stopped = 0, False
    problems: list[str] = []
    try:
        if gone:
            catalog.remove(key, gone)
        for conversation in _conversations(store, changed, problems):
            if cancelled is not None and cancelled():
                stopped = True
                break
            # The mark was taken before the messages were read: what came since is seen by the next refresh.
            mark = present.get(conversation.session.lineage_id, "")
            done += _profile(catalog, store, conversation, mark, problems)
            if progress is not None:
                dealt_with = report.profiled + done + len(problems)
                progress(Progress(dealt_with, report.profiled + len(changed), store.name))
    finally:
        if not catalog.is_scored(key):  # also where another program was stopped before it came to this
            catalog.rescore(key)
    if store_mark and catalog.fingerprints(key) == present:  # another program may have put older rows meanwhile
        catalog.note_mark(key, store_mark)
    if len(problems) > _MOST_NAMED:
        more = len(problems) - _MOST_NAMED
        problems[_MOST_NAMED:] = [f"{store.name}: {plural(more, 'more session')} cannot be read or profiled"]
    return replace(
        report,
        profiled=report.profiled + done,
        unchanged=report.unchanged + len(present) - len(changed),
        removed=report.removed + len(gone),
        problems=(*report.problems, *problems),
        cancelled=stopped,
    )


def _conversations(store: SessionStore, lineage_ids: Sequence[str], problems: list[str]) -> Iterator[Conversation]:
    """Read conversations; those that are gone are left out, those that cannot be read go to `problems`.

    Raises:
        SourceError: it is the store that cannot be read, and no single session.
    """
    waiting = dict.fromkeys(lineage_ids)
    try:
        for conversation in store.conversations(list(waiting)):
            waiting.pop(conversation.session.lineage_id, None)
            yield conversation
    except Exception:  # whatever it is, it may be the matter of one session: the next loop tells of which
        log.debug("%s is read one session at a time", store.path, exc_info=True)
    present = store.fingerprints() if waiting else {}
    for lineage_id in [each for each in waiting if each in present]:
        try:
            conversation = store.conversation(lineage_id)
        except Exception as error:  # one session must not hide the others
            if isinstance(error, WarmtuiError) and lineage_id not in store.fingerprints():
                continue  # it has gone since; and where it is the whole store that cannot be read, that raises
            log.exception("session %s of %s cannot be read", lineage_id, store.path)
            problems.append(_sentence(store, lineage_id, "read", error))
        else:
            yield conversation


def _profile(catalog: Catalog, store: SessionStore, conversation: Conversation, mark: str, problems: list[str]) -> bool:
    """Profile a conversation and put it into the catalog; False where that failed, for which `problems` says why."""
    from warmtui.profiling.summary import summarize

    lineage_id = conversation.session.lineage_id
    try:
        catalog.put(store_key(store), summarize(conversation), mark)
    except CatalogError:
        raise
    except Exception as error:  # a mistake of ours that one session brings out must not hide the others
        log.exception("session %s of %s cannot be profiled", lineage_id, store.path)
        problems.append(_sentence(store, lineage_id, "profiled", error))
        return False
    return True


def _sentence(store: SessionStore, lineage_id: str, done: str, error: Exception) -> str:
    why = str(error) if isinstance(error, WarmtuiError) else f"{type(error).__name__}: {error}"
    return one_line(f"{store.name}: session {lineage_id} cannot be {done}: {why}", 400)
