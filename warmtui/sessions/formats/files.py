"""A transcript file as JSON values: packed or not, one document or a value a line, damaged or still being written."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from warmtui.sessions.content import parse_json

_GZIP = b"\x1f\x8b"
_SQLITE = b"SQLite format 3\x00"
_BOM = b"\xef\xbb\xbf"
# How UTF-16 and UTF-32 begin: with a mark, or with a bracket beside its zero bytes.
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\x00{1,3}[\[{]|[\[{]\x00")
_HEAD_VALUES = 40
"""So many values of a file are looked at to tell its format; some formats begin with a few lines of bookkeeping."""
_HEAD_LINES = 200
_HEAD_BLANK = 1024 * 1024
"""So much white space before the first value, and no more."""
# No session is as large; a packed file can unpack to anything.
_LONGEST_LINE = 256 * 1024 * 1024
_LARGEST_DOCUMENT = 1024 * 1024 * 1024
# Nor holds any so many values, and small ones take thirty times the memory that they take in a file.
_MOST_VALUES = 20_000_000
_TOO_MANY = f"holds more than {_MOST_VALUES // 10**6} million values"
_TOO_LARGE = f"larger than {_LARGEST_DOCUMENT // 1024**2} MB"
_VALUES_BEGIN = (b"{", b"[", b",", b":")
_LINES_ENDINGS = (".jsonl", ".ndjson")
_CUT = (EOFError, zlib.error, gzip.BadGzipFile)


class _TooLargeError(ValueError):
    """What would take more memory than any session is worth."""


class Flaw(NamedTuple):
    """A part of a file that could not be read.

    Attributes:
        place: where it is, ``line 17``; empty for the file as a whole.
        reason: why, in a few words.
    """

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class Value(NamedTuple):
    """One JSON value of a file.

    Attributes:
        line: the line it stands in, from 1; 0 where the file is one document.
        data: the value.
        raw: what it was written as; empty where the file is one document.
    """

    line: int
    data: Any
    raw: bytes = b""

    @property
    def mark(self) -> str:
        """What tells one state of it from another; empty where only the whole file can tell."""
        return blake2b(self.raw, digest_size=16).hexdigest() if self.raw else ""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file begins with: enough to tell its format.

    Attributes:
        values: its first JSON values, or the one document it is; none where it holds no JSON.
        is_lines: True where it holds a value a line.
        flaw: why it was not read as one document, where it is too large for that.
    """

    values: tuple[Any, ...] = ()
    is_lines: bool = False
    flaw: str = ""

    @property
    def records(self) -> tuple[dict[str, Any], ...]:
        """The values that are objects."""
        return tuple(value for value in self.values if isinstance(value, dict))


def head(path: Path) -> Head:
    """Return what a file begins with; it is read once, however many formats ask.

    Raises:
        OSError: it cannot be read.
    """
    status = path.stat()
    return _head(path, status.st_size, status.st_mtime_ns)


def values(path: Path) -> Iterator[Value | Flaw]:
    """Yield the JSON values of a file in order, and a `Flaw` for each part of it that is none.

    A last line without an end that is no JSON yet is being written, and no flaw.

    Raises:
        OSError: it cannot be read.
    """
    beginning = head(path)
    if beginning.flaw and not beginning.records:
        yield Flaw("", beginning.flaw)
    elif beginning.is_lines:
        yield from _line_values(path)
    elif beginning.values:
        yield Value(0, beginning.values[0])
    else:
        yield _why_none(path)


def forget_head() -> None:
    """Let go of the file that was looked at last: a document can be large, and is kept whole."""
    _head.cache_clear()


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is a SQLite database, by its first bytes; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == _GZIP:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            yield raw


# One is enough: formats are asked one file at a time, and a document may be large.
@lru_cache(maxsize=1)
def _head(path: Path, size: int, changed: int) -> Head:  # the two tell one state of the file from another
    del size, changed
    first = _first_line(path)
    if first[:1] not in (b"{", b"[") or _WIDE.match(first):
        return Head()
    flaw = ""
    if not _is_value(first):
        try:
            document = _document(path)
        except _TooLargeError as error:
            document, flaw = None, str(error)
        if document is not None:
            return Head((document,))
    elif not _is_named_lines(path) and len(list(islice(_line_values(path), 2))) == 1:
        return Head((_parsed(first),))  # one value on one line: the whole, or the first of several to come
    lines = (each.data for each in islice(_line_values(path), _HEAD_LINES) if isinstance(each, Value))
    return Head(tuple(islice(lines, _HEAD_VALUES)), True, flaw)


def _is_named_lines(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(_LINES_ENDINGS)


def _first_line(path: Path) -> bytes:
    """Return the first line that is not blank; an empty one where the file cannot be unpacked."""
    try:
        with _opened(path) as file:
            blank = 0
            while blank <= _HEAD_BLANK and (line := file.readline(_HEAD_BLANK)):
                if line.removeprefix(_BOM).strip():
                    rest = b"" if line.endswith(b"\n") else file.readline(_LONGEST_LINE)
                    return (line + rest).removeprefix(_BOM).strip()
                blank += len(line)
    except _CUT:
        pass
    return b""


def _is_value(line: bytes) -> bool:
    try:
        return isinstance(_parsed(line), dict | list)
    except ValueError:
        return False


def _document(path: Path) -> Any:
    """Return the one value a whole file is, or None.

    Raises:
        _TooLargeError: it takes too much memory to tell.
    """
    try:
        with _opened(path) as file:
            text = file.read(_LARGEST_DOCUMENT + 1)
        if len(text) > _LARGEST_DOCUMENT:
            raise _TooLargeError(_TOO_LARGE)
        return _parsed(text)
    except _TooLargeError:
        raise
    except (ValueError, *_CUT):
        return None


def _line_values(path: Path) -> Iterator[Value | Flaw]:
    number = 0
    try:
        with _opened(path) as file:
            while line := file.readline(_LONGEST_LINE):
                number += 1
                stripped = line.removeprefix(_BOM).strip() if number == 1 else line.strip()
                if not stripped:
                    continue
                if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                    yield Flaw(f"line {number}", f"longer than {_LONGEST_LINE // 1024**2} MB")
                    if not _skip_line(file):
                        yield Flaw(f"after line {number}", "the rest is left out, because that line does not end")
                        return
                    continue
                try:
                    yield Value(number, _parsed(stripped), stripped)
                except _TooLargeError as error:
                    yield Flaw(f"line {number}", str(error))
                except ValueError:
                    if line.endswith(b"\n"):
                        yield Flaw(f"line {number}", "no JSON")
    except _CUT:
        yield Flaw(f"after line {number}", "the packed file is cut off or damaged")


def _skip_line(file: IO[bytes]) -> bool:
    """Read to the end of a line; False where it is longer than any file that holds something."""
    for _ in range(_LARGEST_DOCUMENT // _LONGEST_LINE):
        line = file.readline(_LONGEST_LINE)
        if len(line) < _LONGEST_LINE or line.endswith(b"\n"):
            return True
    return False


def _parsed(text: bytes) -> Any:
    """Return a JSON value; bytes that are no UTF-8 become ``�``, because the rest is still worth reading.

    Raises:
        ValueError: it is no JSON, or a _TooLargeError, which is one.
    """
    if len(text) > _MOST_VALUES and sum(map(text.count, _VALUES_BEGIN)) > _MOST_VALUES:
        raise _TooLargeError(_TOO_MANY)
    text = text.removeprefix(_BOM)
    try:
        return parse_json(text)
    except UnicodeDecodeError:
        return parse_json(text.decode("utf-8", "replace"))


def _why_none(path: Path) -> Flaw:
    with path.open("rb") as file:
        start = file.read(len(_GZIP))
    if not start:
        return Flaw("", "empty (0 bytes)")
    first = _first_line(path)
    if not first:
        is_packed = start == _GZIP
        return Flaw("", "a packed file that is damaged, or holds nothing" if is_packed else "nothing but white space")
    if first.startswith(_SQLITE):
        return Flaw("", "a packed database; unpack it first")
    if _WIDE.match(first):
        return Flaw("", "text in UTF-16 or UTF-32; only UTF-8 is read")
    return Flaw("", "no JSON")
