"""The log: where it lies, what goes there, and that nothing of it goes elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from warmtui.logs import log_path, start_logging, write_line


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger("warmtui")
    before = (logger.propagate, list(logger.handlers), logging.raiseExceptions)
    yield
    for handler in logger.handlers:
        handler.close()
    logger.propagate, logger.handlers[:], logging.raiseExceptions = before


def test_warnings_go_to_the_file_and_nowhere_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    start_logging(tmp_path / "state")
    assert not log_path(tmp_path / "state").exists()
    logging.getLogger("warmtui.tests").warning("something odd: %s", "\ud83d")
    start_logging(tmp_path / "state")
    assert "WARNING warmtui.tests: something odd: ?" in log_path(tmp_path / "state").read_text()
    assert capfd.readouterr() == ("", "")


def test_without_a_place_to_write_nothing_happens(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    start_logging(tmp_path / "file")
    logging.getLogger("warmtui.tests").error("lost")
    assert capfd.readouterr() == ("", "")


def test_a_line_is_written_within_a_program_that_has_switched_its_own_log_off(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.disable(logging.CRITICAL)
    try:
        write_line(tmp_path / "state", "warmtui.tests", "something odd: \ud83d")
        write_line(tmp_path / "state" / "warmtui.log", "warmtui.tests", "lost")
    finally:
        logging.disable(logging.NOTSET)
    [line] = log_path(tmp_path / "state").read_text().splitlines()
    assert line.endswith("WARNING warmtui.tests: something odd: ?")
    assert capfd.readouterr() == ("", "")
