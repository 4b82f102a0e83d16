"""A template as the default of a Hermes home: its messages in a file there, named in ``config.yaml``.

Three files of the home are touched, and all is taken back by `deactivate`::

    config.yaml                  one key, prefill_messages_file; a copy from before is kept beside it
    warm_prefill.json            the messages, as Hermes reads them
    warm_prefill.record.json     what was put where, so that just that can be taken back
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from warmtui.errors import HomeError
from warmtui.templates.files import LOCK_SECONDS, make_private, write_atomically
from warmtui.templates.models import SessionTemplate
from warmtui.text import one_line
from warmtui.warmstart.home_files import back_up, read_text, replace_text
from warmtui.warmstart.homes import KEY, prefill_path
from warmtui.warmstart.journal import Journal
from warmtui.warmstart.prefills import joined, prefill_bytes
from warmtui.warmstart.yaml_key import Edit, read_key, set_key, unset_key

PREFILL_NAME = "warm_prefill.json"
RECORD_NAME = "warm_prefill.record.json"
_CONFIG = "config.yaml"
_PLACES = ((KEY,), ("agent", KEY))  # where Hermes looks, the first that says something wins


class Record(BaseModel):
    """What is active in a home, and what was done to make it so.

    Attributes:
        template_id, version, name: the template.
        activated_at: when, ISO 8601.
        digest: of the prefill file as it was written.
        appended_to: the person's own prefill that stands before ours, as the configuration names it; None where
            there is none.
        appended_digest: of that file as it was read.
        written, before: see `warmtui.warmstart.yaml_key.Edit`.
        made_config: whether the home had no ``config.yaml``.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str
    version: str
    name: str
    activated_at: str
    digest: str
    appended_to: str | None = None
    appended_digest: str | None = None
    written: str
    before: str | None = None
    made_config: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a home.

    Attributes:
        home: the home.
        record: what is active now, or was until now; None where nothing of ours was.
        backup: the copy of ``config.yaml`` from before; None where it was not changed.
        notes: what a person should know, a sentence each.
    """

    home: Path
    record: Record | None
    backup: Path | None = None
    notes: tuple[str, ...] = ()


def configured(home: Path, path: tuple[str, ...]) -> str:
    """Return what the home's ``config.yaml`` says at `path`; empty where it says nothing.

    Raises:
        HomeError: the file cannot be read, or not as YAML.
    """
    file = home / _CONFIG
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(f"{file} cannot be read: {error}") from error
    try:
        return read_key(text, path)
    except HomeError as error:
        raise HomeError(f"{file} cannot be read: {error}") from error


def configured_prefill(home: Path) -> tuple[str, str] | None:
    """Return the prefill that the home's ``config.yaml`` names and the key it stands under, or None."""
    for path in _PLACES:
        value = configured(home, path)
        if value:
            return value, ".".join(path)
    return None


def is_ours(home: Path, value: str) -> bool:
    """Whether a prefill that a configuration names is the file that `activate` writes."""
    return prefill_path(home, value) == home / PREFILL_NAME


def active(home: Path) -> Record | None:
    """Return what is active in a home, or None: the configuration names another prefill, or none.

    Raises:
        HomeError: the configuration or the record cannot be read.
    """
    named = configured_prefill(home)
    return _record(home) if named is not None and is_ours(home, named[0]) else None


def activate(
    home: Path,
    template: SessionTemplate,
    messages: Sequence[Mapping[str, Any]],
    *,
    state_dir: Path,
    append: bool = False,
) -> Change:
    """Make a template the default of a home; one that was the default before gives way.

    Args:
        home: the Hermes home, of a profile its folder.
        template: the template.
        messages: its stream for ``hermes``.
        state_dir: where the journal lies.
        append: a prefill that the person has already stays, and ours comes behind it.

    Raises:
        HomeError: there are no messages, the person has a prefill and `append` is not asked for, or a file of
            theirs cannot be changed; nothing is.
        OSError: a file cannot be written.
    """
    if not messages:
        raise HomeError(f"the template “{one_line(template.name, 60)}” says nothing, so sessions would begin cold")
    config = home / _CONFIG
    with _locked(state_dir):
        text = read_text(config)
        old = _record(home)
        with _named(config):
            named = read_key(text or "", (KEY,))
            legacy = read_key(text or "", _PLACES[1])
        ours = bool(named) and is_ours(home, named)
        theirs = (old.appended_to if old else None) if ours else (named or legacy)
        if theirs and not ours and not append:
            raise HomeError(f"{config} names the prefill {theirs} already: --append puts this template behind it")
        _check_prefill(home, old)
        data = prefill_bytes(joined(prefill_path(home, theirs), messages) if theirs else messages)
        changed, edit = _changed(config, text, old if ours else None)
        record = Record(
            template_id=template.template_id,
            version=template.version,
            name=template.name,
            activated_at=datetime.now(UTC).isoformat(timespec="seconds"),
            digest=_digest(data),
            appended_to=theirs or None,
            appended_digest=_digest(prefill_path(home, theirs).read_bytes()) if theirs else None,
            written=edit.written,
            before=edit.before,
            made_config=old.made_config if ours and old else text is None,
        )
        Journal(state_dir).note_activation(home, template_id=record.template_id, version=record.version)
        write_atomically(home / PREFILL_NAME, data)
        write_atomically(home / RECORD_NAME, record.model_dump_json(indent=1).encode() + b"\n")
        backup = _write(config, text, changed)
    notes = [f"“{old.name}” was active before"] if ours and old and old.template_id != record.template_id else []
    return Change(home, record, backup, tuple(notes))


def deactivate(home: Path, *, state_dir: Path) -> Change:
    """Take back what `activate` did, and no more: edits that were made since stay. Twice does no harm.

    Raises:
        HomeError: a file of the home cannot be changed; none is.
        OSError: a file cannot be written.
    """
    config = home / _CONFIG
    with _locked(state_dir):
        record = _record(home)
        text = read_text(config)
        with _named(config):
            named = read_key(text or "", (KEY,))
        notes: list[str] = []
        backup = None
        if text is not None and named and is_ours(home, named):
            with _named(config):
                changed = unset_key(text, KEY, Edit(record.written, record.before) if record else Edit(KEY, None))
            backup = _write(config, text, changed)
            if record is None:
                notes.append(
                    f"the record of it was gone: the key {KEY} is taken out, what stood there before is not known"
                )
            elif record.made_config and not changed:
                config.unlink()
            Journal(state_dir).note_deactivation(home)
        elif record is not None and named:
            notes.append(f"{config} names another prefill by now ({named}), and goes on doing so")
        notes += _remove_files(home, record)
    return Change(home, record, backup, tuple(notes))


def _changed(config: Path, text: str | None, ours: Record | None) -> tuple[str, Edit]:
    """Return the configuration that names our file, and what is to be undone later."""
    if ours is not None:
        return text or "", Edit(ours.written, ours.before)
    with _named(config):
        return set_key(text or "", KEY, PREFILL_NAME)


def _write(config: Path, text: str | None, changed: str) -> Path | None:
    if changed == text:
        return None
    backup = back_up(config) if text is not None else None
    replace_text(config, changed)
    return backup


def _check_prefill(home: Path, record: Record | None) -> None:
    """A file in the place of ours is only written over where it is as we left it."""
    path = home / PREFILL_NAME
    if path.is_symlink() or (path.exists() and (record is None or _digest(path.read_bytes()) != record.digest)):
        raise HomeError(f"{path} was changed, or made, by someone else: move it away first")


def _remove_files(home: Path, record: Record | None) -> list[str]:
    path = home / PREFILL_NAME
    notes = []
    if path.is_file():
        if record is not None and _digest(path.read_bytes()) == record.digest:
            path.unlink()
        else:
            notes.append(f"{path} was changed since it was written, and is left there")
    (home / RECORD_NAME).unlink(missing_ok=True)
    return notes


def _record(home: Path) -> Record | None:
    path = home / RECORD_NAME
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise HomeError(f"{path} is damaged: take it away to begin anew") from error


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@contextmanager
def _locked(state_dir: Path) -> Iterator[None]:
    make_private(state_dir)
    with FileLock(state_dir / "activation.lock", timeout=LOCK_SECONDS, mode=0o600):
        yield


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Say which file it is that a complaint is about."""
    try:
        yield
    except HomeError as error:
        raise HomeError(f"{file} is left as it is: {error}") from error
