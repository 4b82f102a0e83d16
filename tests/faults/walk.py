"""The whole way of the data over one store, whatever it holds: from opening it to the stream of a new session."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType

import orjson

from tests.sessions.formats.test_mutations import check_whole
from warmtui.errors import NotFoundError, SourceError, WarmtuiError
from warmtui.profiling.models import SessionAnalysis
from warmtui.profiling.profiler import SessionProfiler
from warmtui.sessions.content import path_text
from warmtui.sessions.models import Conversation
from warmtui.sessions.opening import open_store
from warmtui.sessions.store import SessionStore
from warmtui.templates.extraction import create_template_from_session
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

_LEAST_SECONDS = 2.0
_SECONDS_A_BYTE = 20e-6  # a hundred times what sound files take
_HANGS_AFTER = 60.0
_NO_TEXT = "\N{REPLACEMENT CHARACTER}"
_TARGETS = ("openai", "hermes")


class Fate(StrEnum):
    """What became of an input."""

    READ = "read"
    PARTLY = "partly read"
    REFUSED = "refused"


class Hang(BaseException):
    """An input that takes so long that nobody would wait; no `Exception`, so that nothing swallows it."""


def walk(path: Path, *, is_whole: bool = True) -> Fate:
    """Read a store in every way there is, and follow each of its sessions to a stream.

    It raises what anything on the way raises that is not documented, and logs as a mistake of its own.

    Args:
        path: the store.
        is_whole: each way has to find the same; of a database with a damaged index that is too much to ask.
    """
    size = path.stat().st_size if path.is_file() else 0
    with _in_time(size), _no_mistake_logged():
        return _walk(path, is_whole)


def walk_unhurried(path: Path) -> Fate:
    """The same, for as long as it takes."""
    with _no_mistake_logged():
        return _walk(path, is_whole=True)


def _walk(path: Path, is_whole: bool) -> Fate:
    try:
        store = open_store(path)
    except SourceError as error:
        _check_sentence(error, path)
        return Fate.REFUSED
    with store:
        try:
            found = {one.session.session_id: one for one in store.conversations()}
            _look_up(store, found, is_whole)
        except SourceError as error:
            _check_sentence(error, path)
            return Fate.PARTLY
        for number, conversation in enumerate(found.values()):
            if is_whole:
                check_whole(conversation)
            _follow(store, conversation, is_first=number < 2, is_whole=is_whole)
        flaws = list(store.flaws)
        assert all(isinstance(flaw, str) and flaw for flaw in flaws)
    return Fate.PARTLY if flaws else Fate.READ


def _look_up(store: SessionStore, found: Mapping[str, Conversation], is_whole: bool) -> None:
    """Ask for every session in the other ways there are, and for one that is not there."""
    # An id that is no text is listed, and cannot be asked for: whoever refreshes a catalog says so.
    sessions = [session for session in store.sessions() if _NO_TEXT not in session.session_id]
    marks = {lineage_id for lineage_id in store.fingerprints() if _NO_TEXT not in lineage_id}
    if is_whole:
        assert {session.session_id for session in sessions} == {one for one in found if _NO_TEXT not in one}
        assert {one.session.lineage_id for one in found.values() if _NO_TEXT not in one.session.lineage_id} == marks
    for session in sessions:
        try:
            alone = store.conversation(session.session_id)
            assert not is_whole or alone.message_count == found[session.session_id].message_count
        except NotFoundError:
            assert not is_whole
    for nobody in ("no session\x00", "\udcff"):
        try:
            store.conversation(nobody)
        except NotFoundError as error:
            str(error).encode()
        else:
            raise AssertionError("a session that is not there was found")


def _follow(store: SessionStore, conversation: Conversation, *, is_first: bool, is_whole: bool) -> None:
    """Analyse a session, and carry the first ones of a store to a stream."""
    analysis = SessionProfiler(store).analyze(conversation)
    told = orjson.dumps(analysis.to_dict(explain=True))
    score = analysis.proficiency.value
    assert score is None or 0 <= score <= 1
    assert 0 <= analysis.classic <= 1
    if not is_first:
        return
    assert SessionAnalysis.from_dict(orjson.loads(told)).calls == analysis.calls
    try:
        template = create_template_from_session(conversation.session.session_id, store)
    except (NotFoundError, SourceError):  # of a damaged database, which the way by its index does not find
        assert not is_whole or _NO_TEXT in conversation.session.session_id
        return
    again = SessionTemplate.from_dict(orjson.loads(orjson.dumps(template.to_dict())))
    assert again.canonical() == template.canonical()
    for target in _TARGETS:
        stream = WarmSessionBootstrapper().build_stream(template, "Go on.", target=target)
        orjson.dumps([message.message for message in stream.messages])


def _check_sentence(error: WarmtuiError, path: Path) -> None:
    said = str(error)
    said.encode()
    assert path_text(path.name) in said
    assert "\n" not in said.strip()


@contextmanager
def _in_time(size: int) -> Iterator[None]:
    """Raise `Hang` where what is inside takes longer than the size of its input can explain."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"{size} bytes take longer than {_HANGS_AFTER} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, _HANGS_AFTER)
    started = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    took = time.process_time() - started
    if took > _LEAST_SECONDS + size * _SECONDS_A_BYTE:
        raise Hang(f"{size} bytes took {took:.1f} s")


class _Mistakes(logging.Handler):
    """Keeps what was logged as a mistake of our own, which readers swallow so that one file hides no other."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and not isinstance(record.exc_info[1], WarmtuiError | OSError):
            self.error = record.exc_info[1]


@contextmanager
def _no_mistake_logged() -> Iterator[None]:
    mistakes = _Mistakes()
    logger = logging.getLogger("warmtui")
    logger.addHandler(mistakes)
    try:
        yield
    finally:
        logger.removeHandler(mistakes)
    if mistakes.error is not None:
        raise mistakes.error
