"""Twenty thousand damaged stores: each is read as far as it goes, or there is a sentence that says why not."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import stores
from tests.faults.databases import with_bad_bytes, with_odd_rows, write_beside
from tests.faults.mutation import mutate
from tests.faults.walk import Fate, walk
from tests.sessions.formats.samples import ALONE
from warmtui.sessions.opening import open_stores

_INPUTS = {"transcripts": 12_000, "rows": 3_500, "bytes": 3_500, "beside": 1_000}
"""How many of each there are, without the real ones: twenty thousand."""
_REAL_INPUTS = {"transcripts": 250, "rows": 100, "bytes": 150}
"""Of each real file."""
_PART = 250  # inputs that one test takes, so that processes share them

Write = Callable[[Path, random.Random], None]


def _parts(kind: str, made: tuple[str, ...], real: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield each sample with the first of its inputs that a test takes, and how many it takes."""
    for name in made:
        number = _INPUTS[kind] // len(made)
        yield from ((name, first, min(_PART, number - first)) for first in range(0, number, _PART))
    for name in real:
        yield name, 0, _REAL_INPUTS[kind]


def _run(path: Path, seed: str, write: Write, inputs: range, count: Counter[str], *, is_whole: bool) -> None:
    for number in inputs:
        _empty(path.parent)
        write(path, random.Random(f"{seed}/{number}"))
        os.utime(path, (number, number))  # a file that is replaced shows it by its time
        try:
            count[walk(path, is_whole=is_whole)] += 1
        except BaseException as error:
            error.add_note(f"input {number} of {seed}, which lies in {path}")
            raise


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


@pytest.fixture
def count(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Counts what became of the inputs; the numbers of all tests are printed at the end."""
    counted: Counter[str] = Counter(dict.fromkeys(Fate, 0))
    yield counted
    kind = request.node.originalname.removeprefix("test_")
    for fate, number in counted.items():
        record_property(f"count: {kind.replace('_', ' ')}: {fate}", number)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "first", "number"), _parts("transcripts", stores.MADE_TRANSCRIPTS, stores.REAL_TRANSCRIPTS)
)
def test_damaged_transcripts(tmp_path: Path, count: Counter[str], name: str, first: int, number: int) -> None:
    records = stores.records_of(name)
    if records is None:
        pytest.skip("needs the folder of real sessions: set WARMTUI_TEST_DATA")

    def write(path: Path, chance: random.Random) -> None:
        path.write_bytes(mutate(records, chance, alone=name in ALONE or len(records) == 1))

    inputs = range(first, first + number)
    _run(tmp_path / "session.jsonl", f"transcripts/{name}", write, inputs, count, is_whole=True)
    assert count[Fate.READ] + count[Fate.PARTLY] > number / 5


@pytest.mark.long
@pytest.mark.parametrize(("name", "first", "number"), _parts("rows", stores.STORES[:1], stores.STORES[1:]))
def test_odd_rows_in_stores(tmp_path: Path, count: Counter[str], name: str, first: int, number: int) -> None:
    write = _of_store(name, with_odd_rows)
    _run(tmp_path / "state.db", f"rows/{name}", write, range(first, first + number), count, is_whole=True)
    assert count[Fate.READ] > number / 2


@pytest.mark.long
@pytest.mark.parametrize(("name", "first", "number"), _parts("bytes", stores.STORES[:1], stores.STORES[1:]))
def test_bad_bytes_in_stores(tmp_path: Path, count: Counter[str], name: str, first: int, number: int) -> None:
    write = _of_store(name, with_bad_bytes)
    _run(tmp_path / "state.db", f"bytes/{name}", write, range(first, first + number), count, is_whole=False)
    assert count[Fate.REFUSED]


@pytest.mark.long
@pytest.mark.parametrize(("name", "first", "number"), _parts("beside", stores.STORES[:1], ()))
def test_bad_files_beside_stores(tmp_path: Path, count: Counter[str], name: str, first: int, number: int) -> None:
    main, wal = stores.crashed_store()

    def write(path: Path, chance: random.Random) -> None:
        write_beside(path, main, wal, chance)

    _run(tmp_path / "state.db", "beside", write, range(first, first + number), count, is_whole=False)
    assert count[Fate.READ]


def _link(path: Path, target: str) -> None:
    path.symlink_to(target)


_ODD_PLACES: dict[str, Callable[[Path], object]] = {
    "a folder for a database": lambda folder: (folder / "state.db").mkdir(),
    "a folder for a transcript": lambda folder: (folder / "a.jsonl").mkdir(),
    "an empty database": lambda folder: (folder / "state.db").touch(),
    "an empty transcript": lambda folder: (folder / "a.jsonl").touch(),
    "an empty packed transcript": lambda folder: (folder / "a.jsonl.gz").touch(),
    "a link to itself": lambda folder: _link(folder / "state.db", "state.db"),
    "a transcript that is a link to itself": lambda folder: _link(folder / "a.jsonl", "a.jsonl"),
    "a link to nothing": lambda folder: _link(folder / "state.db", "gone"),
    "a link to the folder above": lambda folder: _link(folder / "more", ".."),
    "a pipe for a database": lambda folder: os.mkfifo(folder / "state.db"),
    "a pipe for a transcript": lambda folder: os.mkfifo(folder / "a.jsonl"),
    "a device": lambda folder: _link(folder / "a.jsonl", "/dev/zero"),
    "a device for a database": lambda folder: _link(folder / "state.db", "/dev/full"),
    "a name that is no text": lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jsonl")).write_bytes(b"{"),
    "a folder for a WAL": lambda folder: (folder / "state.db-wal").mkdir(),
    "a folder for profiles that is a file": lambda folder: (folder / "profiles").touch(),
}


@pytest.mark.parametrize("beside", ["alone", "beside a session"])
@pytest.mark.parametrize("odd", _ODD_PLACES)
def test_what_is_no_file_where_one_is_expected(tmp_path: Path, odd: str, beside: str) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    _ODD_PLACES[odd](folder)
    if beside == "alone":
        for place in [folder, *folder.iterdir()]:
            assert walk(place) is Fate.REFUSED
        return
    (folder / "sound.jsonl").write_text(
        '{"role": "user", "content": "go"}\n{"role": "assistant", "content": "Done."}\n'
    )
    opened, refused = open_stores([folder])
    for store in opened:
        with store:
            assert len(store.sessions()) == 1
    assert opened or refused


def _of_store(name: str, damage: Callable[[bytes, random.Random], bytes]) -> Write:
    sound = stores.store_bytes(name)
    if sound is None:
        pytest.skip("needs the folder of real sessions: set WARMTUI_TEST_DATA")
    return lambda path, chance: _write(path, damage(sound, chance))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
