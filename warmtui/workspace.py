"""What a person works on: their stores, the catalog of them and their templates, opened from the settings.

The command line and the app both stand on it, so that a session shows one score everywhere.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from warmtui.catalog.index import Catalog
from warmtui.catalog.models import SessionRow
from warmtui.catalog.refresh import Progress, RefreshReport, refresh, store_key
from warmtui.config import Settings
from warmtui.errors import AmbiguousIdError, NotFoundError, SourceError
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_stores
from warmtui.sessions.places import expand_source, find_sources, usual_places
from warmtui.sessions.store import SessionStore
from warmtui.telemetry import timings_of, timings_path
from warmtui.text import one_line

# The ranking needs nothing of these: what does imports them when it comes to it, and the others start sooner.
if TYPE_CHECKING:
    from warmtui.profiling.models import SessionAnalysis
    from warmtui.templates.checking import TemplateCheck
    from warmtui.templates.extraction import Extraction, Studied
    from warmtui.templates.manager import TemplateInfo, TemplateManager
    from warmtui.warmstart.hermes.journal import WarmStart


class Workspace:
    """Stores, catalog and templates together. Use `open`; all of it may be called from worker threads.

    Attributes:
        settings: the settings it was opened with.
        stores: the stores that could be opened.
        problems: the sources that could not, a sentence each.
        looked_in: the places sources were looked for in.
        catalog: every session's profile.
    """

    def __init__(
        self, settings: Settings, stores: Sequence[SessionStore], problems: Sequence[str], looked_in: Sequence[Path]
    ) -> None:
        self.settings = settings
        self.stores = tuple(stores)
        self.problems = tuple(problems)
        self.looked_in = tuple(looked_in)
        self.catalog = Catalog.open(settings.cache_dir / "catalog.db")

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the sources of the settings, or every one that is found. A bad source goes to `problems`.

        Raises:
            CatalogError: another program keeps the catalog locked.
        """
        problems: list[str] = []
        paths: list[Path] = []
        for source in settings.sources:
            try:
                paths += [path for path in expand_source(source) if path not in paths]
            except SourceError as error:
                problems.append(str(error))
        looked_in = list(settings.sources)
        if not settings.sources:
            paths = find_sources(os.environ, Path.home())
            looked_in = usual_places(os.environ, Path.home())
        stores, unreadable = open_stores(paths)
        return cls(settings, stores, [*problems, *map(str, unreadable)], looked_in)

    @cached_property
    def manager(self) -> TemplateManager:
        """The templates."""
        from warmtui.templates.manager import TemplateManager

        return TemplateManager(self.settings.template_dir)

    @property
    def read_only(self) -> bool:
        """Whether nothing may be saved."""
        return self.settings.read_only

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close stores and catalog."""
        for store in self.stores:
            store.close()
        self.catalog.close()

    def refresh(
        self,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RefreshReport:
        """Profile what changed since the catalog last saw it; see `warmtui.catalog.refresh.refresh`."""
        report = refresh(self.catalog, self.stores, progress=progress, cancelled=cancelled)
        try:
            self._note_warm(is_changed=bool(report.profiled or report.removed))
        except OSError as error:
            problem = f"the journal of warm starts cannot be read: {error}"
            return replace(report, problems=(*report.problems, problem))
        return report

    def _note_warm(self, *, is_changed: bool) -> None:
        """Let the catalog know which sessions began with a template, where that or the sessions changed."""
        from warmtui.warmstart.hermes.journal import Journal

        mark = Journal(self.settings.state_dir).mark()
        stale = [
            store for store in self.stores if self.catalog.warm_mark(store_key(store)) != mark or (is_changed and mark)
        ]
        for store in stale:
            rows = self.catalog.rows({store_key(store): store.name})
            found = self._warm_starts(rows)
            warm = {key[1]: (one.template_id, one.version, one.certainty) for key, one in found.items()}
            self.catalog.note_warm(store_key(store), warm, mark)

    def tools(self) -> frozenset[str]:
        """Return the names of the tools that the sessions of the open stores called, as far as the catalog knows."""
        return self.catalog.tools([store_key(store) for store in self.stores])

    def rows(self, query: str = "", *, sort: str = "score", limit: int | None = None) -> list[SessionRow]:
        """Return what the catalog knows of the open stores, best first; see `Catalog.rows`."""
        labels = {store_key(store): store.name for store in self.stores}
        return self.catalog.rows(labels, query, sort=sort, limit=limit)

    def _warm_starts(self, rows: Iterable[SessionRow]) -> dict[tuple[str, str], WarmStart]:
        """Return which of some sessions began with a template, by `SessionRow.key`; the others are not in it.

        Raises:
            OSError: the journal is there and cannot be read.
        """
        from warmtui.warmstart.hermes.journal import Journal

        journal = Journal(self.settings.state_dir).warm_starts()
        if not journal:
            return {}
        homes = {store.name: store.path.parent for store in self.stores}
        found: dict[tuple[str, str], WarmStart] = {}
        for row in rows:
            ids = (row.lineage_id, row.session_id)
            warm = journal.of(ids, homes[row.store], started_at=row.started_at, source=row.source)
            if warm is not None:
                found[row.key] = warm
        return found

    def resolve(self, session: str) -> tuple[str, str]:
        """Return the store and the id that a person means: an exact id, else an exact title, else a unique prefix.

        Before it may stand the label of a store and a colon, where several hold the same.

        Raises:
            NotFoundError: none is meant.
            AmbiguousIdError: several could be; lists them.
            SourceError: a store cannot be read.
        """
        stores = [store for store in self.stores if session.startswith(f"{store.name}:")]
        wanted = session.removeprefix(f"{stores[0].name}:") if stores else session
        places = [(store.name, one) for store in stores or self.stores for one in store.sessions()]
        found = (
            [(name, one) for name, one in places if wanted in one.lineage]
            or [(name, one) for name, one in places if wanted and wanted == one.title]
            or [(name, one) for name, one in places if wanted and any(id_.startswith(wanted) for id_ in one.lineage)]
        )
        if len(found) == 1:
            return found[0][0], found[0][1].session_id
        if not found:
            raise NotFoundError(f"no session has the id or title “{one_line(session, 60)}”")
        candidates = [f"{name}:{one.session_id}" for name, one in found]
        shown = ", ".join(candidates[:8]) + (" …" if len(candidates) > 8 else "")
        raise AmbiguousIdError(f"“{one_line(session, 60)}” could be {len(found)} sessions: {shown}", candidates)

    def conversation(self, store: str, session_id: str) -> Conversation:
        """Read one conversation.

        Raises:
            NotFoundError: the store is not open, or has no such session.
            SourceError: it cannot be read.
        """
        return self._store(store).conversation(session_id)

    def analyze(self, store: str, session_id: str) -> SessionAnalysis:
        """Analyse one session against the baseline of its store."""
        return self._analyzed(store, session_id)[1]

    def extract(
        self,
        keys: Sequence[tuple[str, str]],
        *,
        name: str | None = None,
        budget: int | None = None,
        max_examples: int | None = None,
        with_summary: bool = False,
    ) -> Extraction:
        """Return a template of some sessions, redacted, with examples chosen, and what else could go into it.

        Args:
            keys: store and session id of each.
            name: the template's name; else the first session's title.
            budget: tokens the examples may cost together; the setting's where it is left out.
            max_examples: how many examples at most; the setting's where it is left out.
            with_summary: take the sessions' own compaction summaries into the context.

        Raises:
            NotFoundError, SourceError: a session cannot be read.
            TemplateError: `keys` is empty.
        """
        from warmtui.templates.extraction import extract

        studied: dict[tuple[str, str], Studied] = {}
        for store, session_id in keys:
            one = self._study(store, session_id)
            studied.setdefault((store, one.analysis.lineage_id), one)
        return extract(
            list(studied.values()),
            name=name,
            budget=self.settings.budget if budget is None else budget,
            max_examples=self.settings.max_examples if max_examples is None else max_examples,
            with_summary=with_summary,
        )

    def check_template(self, info: TemplateInfo) -> TemplateCheck:
        """Say what is wrong with a saved template and what the open stores say of it; see `check_template`."""
        from warmtui.templates.checking import check_template

        return check_template(self.manager, info, self.stores, budget=self.settings.budget)

    def _study(self, label: str, session_id: str) -> Studied:
        from warmtui.templates.extraction import Studied

        conversation, analysis = self._analyzed(label, session_id)
        return Studied(conversation, analysis, str(self._store(label).path))

    def _analyzed(self, label: str, session_id: str) -> tuple[Conversation, SessionAnalysis]:
        from warmtui.profiling.profiler import analyze

        store = self._store(label)
        conversation = store.conversation(session_id)
        baseline = self.catalog.baseline(store_key(store))
        return conversation, analyze(conversation, baseline=baseline, timings=self._timings(conversation))

    def _timings(self, conversation: Conversation) -> dict[str, float]:
        """Return how long the calls of a conversation took, where the plugin for Hermes noted it."""
        path = timings_path(self.settings.state_dir)
        try:
            return timings_of(path, conversation.session.lineage)
        except OSError as error:
            logging.getLogger(__name__).warning("%s cannot be read: %s", path, error)
            return {}

    def _store(self, label: str) -> SessionStore:
        for store in self.stores:
            if store.name == label:
                return store
        raise NotFoundError(f"the store “{label}” is not open; the open ones are {self._labels() or 'none'}")

    def _labels(self) -> str:
        return ", ".join(store.name for store in self.stores)
