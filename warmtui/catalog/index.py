"""The catalog's SQLite file: every session's profile summary, with one row a call beside it.

It can be deleted at any time: everything in it is read from the stores again.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import orjson

from warmtui.catalog.models import SessionRow
from warmtui.catalog.query import SORT_KEYS, QueryError, parse_query
from warmtui.errors import CatalogError
from warmtui.profiling.rules import OUTCOME_RULES_VERSION, SCORE_RULES_VERSION
from warmtui.sessions.rules import READING_RULES_VERSION

# The ranking is read without them.
if TYPE_CHECKING:
    from warmtui.profiling.models import Proficiency
    from warmtui.profiling.proficiency import Baseline
    from warmtui.profiling.summary import SessionSummary

log = logging.getLogger(__name__)

_SCHEMA_VERSION = 1
RULES = f"{_SCHEMA_VERSION}.{READING_RULES_VERSION}.{OUTCOME_RULES_VERSION}.{SCORE_RULES_VERSION}"
"""The rules a row was made by; a row made by others is made again."""

_BUSY = 10.0  # seconds to wait while another warmtui writes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    store TEXT NOT NULL, lineage_id TEXT NOT NULL, session_id TEXT NOT NULL, lineage TEXT NOT NULL,
    title TEXT, source TEXT NOT NULL, model TEXT, cwd TEXT, started_at REAL, messages INTEGER NOT NULL,
    calls INTEGER NOT NULL, ok INTEGER NOT NULL, signal INTEGER NOT NULL, failed INTEGER NOT NULL,
    rejected INTEGER NOT NULL, cancelled INTEGER NOT NULL, unknown INTEGER NOT NULL, orphans INTEGER NOT NULL,
    error_rate REAL, recovered INTEGER NOT NULL, episodes INTEGER NOT NULL, corrections INTEGER NOT NULL,
    score REAL, score_low REAL, score_high REAL, classic REAL NOT NULL, thin INTEGER NOT NULL,
    counts TEXT NOT NULL, baseline TEXT NOT NULL, fingerprint TEXT NOT NULL, rules TEXT NOT NULL,
    PRIMARY KEY (store, lineage_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_score ON sessions (store, score);
CREATE TABLE IF NOT EXISTS calls (
    store TEXT NOT NULL, lineage_id TEXT NOT NULL, place INTEGER NOT NULL, session_id TEXT NOT NULL,
    message_id, result_message_id, tool TEXT NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (store, lineage_id, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_by_tool ON calls (tool, store, lineage_id);
-- What began with a template, as the journal of warm starts says; the mark is the journal's when it was read.
CREATE TABLE IF NOT EXISTS warm (
    store TEXT NOT NULL, lineage_id TEXT NOT NULL, warm_template TEXT NOT NULL, warm_version TEXT NOT NULL,
    warm_certainty TEXT NOT NULL, PRIMARY KEY (store, lineage_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS warm_marks (store TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
-- The state of a store's files when all of it was known: while they are so, no session of it has to be asked for.
CREATE TABLE IF NOT EXISTS marks (store TEXT PRIMARY KEY, mark TEXT NOT NULL, rules TEXT NOT NULL) WITHOUT ROWID;
-- The version is empty from when a row of the store changes until the baseline is learned anew.
CREATE TABLE IF NOT EXISTS baselines (
    store TEXT PRIMARY KEY, version TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
"""
_ROW = (
    "session_id, lineage_id, title, source, model, started_at, messages, calls, ok, signal, failed, rejected, "
    "cancelled, unknown, orphans, error_rate, recovered, episodes, corrections, score, score_low, score_high, "
    "classic, warm_template, warm_version, warm_certainty, thin"
)


class Catalog:
    """Every session's profile summary, kept on disk.

    Use `open`. It may be used from several threads, and two programs may share one file.

    Attributes:
        notice: one sentence where the file had to be rebuilt or cannot be kept; else empty.
    """

    def __init__(self, connection: sqlite3.Connection, notice: str = "") -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self.notice = notice

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the catalog at `path`, making it where it is missing, anew where it is damaged or from other rules.

        Where the folder cannot be written the catalog is kept in memory, and `notice` says so.

        Raises:
            CatalogError: another program keeps the file locked.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(_connect(path))
        except (OSError, sqlite3.OperationalError) as error:
            if "locked" in str(error):
                raise CatalogError(f"{path} is locked by another warmtui; close it or try again") from error
            return cls(_in_memory(), f"{path} cannot be written ({error}); rankings are not kept this time")
        except sqlite3.DatabaseError as error:
            log.warning("rebuilding %s: %s", path, error)
        try:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return cls(_connect(path), f"{path} was damaged and is built anew")
        except (OSError, sqlite3.Error) as error:
            return cls(_in_memory(), f"{path} cannot be rebuilt ({error}); rankings are not kept this time")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # -- what is known -------------------------------------------------------------------------------------

    def fingerprints(self, store: str) -> dict[str, str]:
        """Return lineage id to fingerprint for a store's rows that were made by the present rules."""
        with self._reading() as connection:
            return dict(
                connection.execute(
                    "SELECT lineage_id, fingerprint FROM sessions WHERE store = ? AND rules = ?",
                    (store, RULES),
                )
            )

    def mark(self, store: str) -> str:
        """Return the store's mark as it was when all of it was known, by the present rules; empty where it was not."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT mark FROM marks WHERE store = ? AND rules = ?", (store, RULES)
            ).fetchone()
        return str(found[0]) if found else ""

    def lineages(self, store: str) -> set[str]:
        """Return the lineage ids of all of a store's rows, by whatever rules they were made."""
        with self._reading() as connection:
            return {row[0] for row in connection.execute("SELECT lineage_id FROM sessions WHERE store = ?", (store,))}

    def baseline(self, store: str) -> Baseline:
        """Return what is usual in a store, or the default where nothing is known yet."""
        with self._reading() as connection:
            return _baseline(connection, store)

    def is_scored(self, store: str) -> bool:
        """Tell whether a store's rows are scored by the baseline that all of them together give."""
        with self._reading() as connection:
            other = connection.execute(
                "SELECT 1 FROM sessions s LEFT JOIN baselines b ON b.store = s.store "
                "WHERE s.store = ? AND s.baseline IS NOT b.version LIMIT 1",
                (store,),
            ).fetchone()
        return other is None

    def tools(self, stores: Collection[str]) -> frozenset[str]:
        """Return the names of the tools that the sessions of some stores called."""
        with self._reading() as connection:
            found = connection.execute(
                f"SELECT DISTINCT tool FROM calls WHERE store IN ({', '.join('?' * len(stores))})", list(stores)
            )
            return frozenset(row[0] for row in found)

    def rows(
        self, labels: Mapping[str, str], query: str = "", *, sort: str = "score", limit: int | None = None
    ) -> list[SessionRow]:
        """Return the sessions of some stores, best first.

        Args:
            labels: the stores, each with the label its rows show.
            query: a filter, see `warmtui.catalog.query.parse_query`.
            sort: one of `SORT_KEYS`; sessions without a value come last.
            limit: at most so many.

        Raises:
            QueryError: the filter or the sort key makes no sense.
        """
        if sort not in SORT_KEYS:
            raise QueryError(f"“{sort}” cannot be sorted by; the keys are {', '.join(SORT_KEYS)}")
        condition = parse_query(query)
        stores = ", ".join("?" * len(labels))
        sql = (
            f"SELECT store, {_ROW} FROM sessions LEFT JOIN warm USING (store, lineage_id) "
            f"WHERE store IN ({stores}) AND {condition.sql} "
            f"ORDER BY {SORT_KEYS[sort]} NULLS LAST, calls DESC, started_at DESC, lineage_id LIMIT ?"
        )
        with self._reading() as connection:
            found = connection.execute(sql, [*labels, *condition.parameters, -1 if limit is None else limit]).fetchall()
        return [SessionRow(*(labels[row[0]], *row[1:-1], bool(row[-1]))) for row in found]

    # -- what changes it -----------------------------------------------------------------------------------

    def put(self, store: str, summary: SessionSummary, fingerprint: str) -> None:
        """Keep a session's summary, over an earlier one of it, scored as the store's other rows are.

        Args:
            store: the store's key.
            summary: the summary.
            fingerprint: what the store said of the session when it was read.
        """
        from warmtui.profiling.proficiency import score

        calls = [
            (store, summary.lineage_id, place, call.session_id, call.message_id, call.result_message_id, call.tool,
             call.outcome.value)
            for place, call in enumerate(summary.calls)
        ]  # fmt: skip
        with self._writing() as connection:
            proficiency = score(summary.score_counts, _baseline(connection, store))
            values = _values(store, summary, proficiency, fingerprint)
            connection.execute(
                f"INSERT OR REPLACE INTO sessions ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                list(values.values()),
            )
            self._drop_calls(connection, store, [summary.lineage_id])
            connection.executemany("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)", calls)
            _forget_version(connection, store)

    def note_mark(self, store: str, mark: str) -> None:
        """Keep the mark that a store had before it was read, now that all of it is known."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (store, mark, RULES))

    def remove(self, store: str, lineage_ids: Sequence[str]) -> None:
        """Forget sessions that are gone."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM sessions WHERE store = ? AND lineage_id = ?",
                [(store, lineage_id) for lineage_id in lineage_ids],
            )
            self._drop_calls(connection, store, lineage_ids)
            _forget_version(connection, store)

    def warm_mark(self, store: str) -> str:
        """Return the mark that `note_warm` was last given for a store; empty where it never was."""
        with self._reading() as connection:
            found = connection.execute("SELECT mark FROM warm_marks WHERE store = ?", (store,)).fetchone()
        return found[0] if found else ""

    def note_warm(self, store: str, warm: Mapping[str, tuple[str, str, str]], mark: str) -> None:
        """Keep which sessions of a store began with a template, in place of what was kept before.

        Args:
            store: the store's key.
            warm: by lineage id the template's id, its version, and ``started`` or ``probably``.
            mark: what it was read from, to tell when it has to be read again.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM warm WHERE store = ?", (store,))
            connection.executemany(
                "INSERT INTO warm VALUES (?, ?, ?, ?, ?)",
                [(store, lineage_id, *found) for lineage_id, found in warm.items()],
            )
            connection.execute("INSERT OR REPLACE INTO warm_marks VALUES (?, ?)", (store, mark))

    def rescore(self, store: str) -> Baseline:
        """Learn the store's baseline from its rows, and score those anew that were scored by another."""
        from warmtui.profiling.models import ScoreCounts
        from warmtui.profiling.proficiency import learn_baseline, score

        with self._writing() as connection:
            rows = [
                (lineage_id, ScoreCounts.from_json(counts), version)
                for lineage_id, counts, version in connection.execute(
                    "SELECT lineage_id, counts, baseline FROM sessions WHERE store = ? ORDER BY lineage_id",
                    (store,),
                )
            ]
            before = _baseline(connection, store)
            baseline = learn_baseline(counts for _, counts, _ in rows)
            connection.execute(
                "INSERT OR REPLACE INTO baselines VALUES (?, ?, ?)",
                (store, baseline.version, orjson.dumps(baseline.to_dict())),
            )
            for lineage_id, counts, version in rows:
                if baseline != before or version != baseline.version:
                    new = score(counts, baseline)
                    connection.execute(
                        "UPDATE sessions SET score = ?, score_low = ?, score_high = ?, baseline = ? "
                        "WHERE store = ? AND lineage_id = ?",
                        (new.value, new.low, new.high, baseline.version, store, lineage_id),
                    )
        return baseline

    @staticmethod
    def _drop_calls(connection: sqlite3.Connection, store: str, lineage_ids: Sequence[str]) -> None:
        connection.executemany(
            "DELETE FROM calls WHERE store = ? AND lineage_id = ?",
            [(store, lineage_id) for lineage_id in lineage_ids],
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise CatalogError(f"the catalog cannot be read: {error}; delete it and start again") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise CatalogError(f"the catalog cannot be written: {error}") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    # The file holds what sessions are about: it is made for its owner's eyes before anything is in it.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"made by another version ({version})")
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        connection.execute("SELECT count(*), count(counts) FROM sessions").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; where two programs begin to do so at once, SQLite refuses one of them without any waiting."""
    until = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(_SCHEMA)
    return connection


def _baseline(connection: sqlite3.Connection, store: str) -> Baseline:
    from warmtui.profiling.proficiency import DEFAULT_BASELINE, Baseline

    found = connection.execute("SELECT content FROM baselines WHERE store = ?", (store,)).fetchone()
    return Baseline(**orjson.loads(found[0])) if found else DEFAULT_BASELINE


def _forget_version(connection: sqlite3.Connection, store: str) -> None:
    connection.execute("DELETE FROM marks WHERE store = ?", (store,))  # whoever changes rows may not know all of them
    connection.execute("UPDATE baselines SET version = '' WHERE store = ?", (store,))


def _values(
    store: str, summary: SessionSummary, proficiency: Proficiency, fingerprint: str
) -> dict[str, str | int | float | None]:
    outcomes, counts = summary.outcomes, summary.score_counts
    return {
        "store": store,
        "lineage_id": summary.lineage_id,
        "session_id": summary.session_id,
        "lineage": " ".join(summary.lineage),
        "title": summary.title,
        "source": summary.source,
        "model": summary.model,
        "cwd": summary.cwd,
        "started_at": summary.started_at,
        "messages": summary.message_count,
        "calls": outcomes.calls,
        "ok": outcomes.ok,
        "signal": outcomes.signal,
        "failed": outcomes.failed,
        "rejected": outcomes.rejected,
        "cancelled": outcomes.cancelled,
        "unknown": outcomes.unknown,
        "orphans": summary.orphans,
        "error_rate": outcomes.error_rate,
        "recovered": counts.recovered,
        "episodes": counts.episodes,
        "corrections": counts.corrections,
        "score": proficiency.value,
        "score_low": proficiency.low,
        "score_high": proficiency.high,
        "classic": summary.classic,
        "thin": int(proficiency.thin),
        "counts": counts.to_json(),
        "baseline": proficiency.baseline,
        "fingerprint": fingerprint,
        "rules": RULES,
    }
