"""A transcript file as JSON values: packed or not, one document or a value a line, damaged or still being written."""

from __future__ import annotations

import gzip
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
_BOM = b"\xef\xbb\xbf"
_HEAD_VALUES = 40
"""So many values of a file are looked at to tell its format; some formats begin with a few lines of bookkeeping."""
_HEAD_LINES = 200
# No session is as large; a packed file can unpack to anything.
_LONGEST_LINE = 256 * 1024 * 1024
_LARGEST_DOCUMENT = 1024 * 1024 * 1024
_CUT = (EOFError, zlib.error, gzip.BadGzipFile)


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
    """

    values: tuple[Any, ...] = ()
    is_lines: bool = False

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
    if beginning.is_lines:
        yield from _line_values(path)
    elif beginning.values:
        yield Value(0, beginning.values[0])
    else:
        yield _why_none(path)


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is a SQLite database, by its first bytes; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
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
    if first[:1] not in (b"{", b"["):
        return Head()
    if not _is_value(first):
        document = _document(path)
        if document is not None:
            return Head((document,))
    lines = (each.data for each in islice(_line_values(path), _HEAD_LINES) if isinstance(each, Value))
    return Head(tuple(islice(lines, _HEAD_VALUES)), is_lines=True)


def _first_line(path: Path) -> bytes:
    """Return the first line that is not blank; an empty one where the file cannot be unpacked."""
    try:
        with _opened(path) as file:
            for line in islice(iter(lambda: file.readline(_LONGEST_LINE), b""), _HEAD_LINES):
                if stripped := line.removeprefix(_BOM).strip():
                    return stripped
    except _CUT:
        pass
    return b""


def _is_value(line: bytes) -> bool:
    try:
        return isinstance(_parsed(line), dict | list)
    except ValueError:
        return False


def _document(path: Path) -> Any:
    """Return the one value a whole file is, or None."""
    try:
        with _opened(path) as file:
            text = file.read(_LARGEST_DOCUMENT + 1)
        return None if len(text) > _LARGEST_DOCUMENT else _parsed(text)
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
                    yield Flaw(f"line {number}", f"longer than {_LONGEST_LINE // 1024**2} MB; the rest is left out")
                    return
                try:
                    yield Value(number, _parsed(stripped), stripped)
                except ValueError:
                    if line.endswith(b"\n"):
                        yield Flaw(f"line {number}", "no JSON")
    except _CUT:
        yield Flaw(f"after line {number}", "the packed file is cut off or damaged")


def _parsed(text: bytes) -> Any:
    """Return a JSON value; bytes that are no UTF-8 become ``�``, because the rest is still worth reading.

    Raises:
        ValueError: it is no JSON.
    """
    text = text.removeprefix(_BOM)
    try:
        return parse_json(text)
    except UnicodeDecodeError:
        return parse_json(text.decode("utf-8", "replace"))


def _why_none(path: Path) -> Flaw:
    with path.open("rb") as file:
        start = file.read(64)
    if not start:
        return Flaw("", "empty (0 bytes)")
    if start.startswith(_GZIP) and not _first_line(path):
        return Flaw("", "a packed file that is damaged, or holds nothing")
    return Flaw("", "no JSON")
