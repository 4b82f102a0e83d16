"""A template as the default of a Hermes home: its messages in a file there, named in ``config.yaml``.

Three files of the home are touched, and all is taken back by `deactivate`::

    config.yaml                  one key, prefill_messages_file; a copy from before is kept beside it
    warm_prefill.json            the messages, as Hermes reads them
    warm_prefill.record.json     what was put where, so that just that can be taken back

They are written from the last to the first and the journal after them, so that whatever a command that is killed
leaves is known for ours: Hermes works with it, and the next command puts it right.
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
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from warmtui.errors import HomeError, TemplateError
from warmtui.templates.files import LOCK_SECONDS, make_private, write_atomically
from warmtui.templates.models import SessionTemplate
from warmtui.text import one_line
from warmtui.warmstart.hermes.home_files import back_up, read_plain, read_text, replace_text, sweep
from warmtui.warmstart.hermes.homes import KEY, prefill_path
from warmtui.warmstart.hermes.journal import Journal
from warmtui.warmstart.hermes.prefills import joined, prefill_bytes
from warmtui.warmstart.hermes.yaml_key import Edit, read_key, set_key, unset_key

PREFILL_NAME = "warm_prefill.json"
RECORD_NAME = "warm_prefill.record.json"
_CONFIG = "config.yaml"
_PLACES = ((KEY,), ("agent", KEY))  # where Hermes looks, the first that says something wins


class Record(BaseModel):
    """What is active in a home, and what was done to make it so.

    Attributes:
        template_id, version, name: the template.
        activated_at: when, to the second.
        digest: of the prefill file as it is written.
        replaces: of the one that lay there before, which is still there where the activation was broken off; None
            where there was none.
        appended_to: the person's own prefill that stands before ours, as the configuration names it; None where
            there is none.
        appended_digest: of that file as it was read.
        written, before: see `warmtui.warmstart.hermes.yaml_key.Edit`.
        made_config: whether the home had no ``config.yaml``.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str
    version: str
    name: str
    activated_at: AwareDatetime
    digest: str
    replaces: str | None = None
    appended_to: str | None = None
    appended_digest: str | None = None
    written: str
    before: str | None = None
    made_config: bool = False

    def wrote(self, data: bytes) -> bool:
        """Whether a prefill file that holds `data` is ours."""
        return digest_of(data) in (self.digest, self.replaces)


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
        text = read_plain(file).decode()
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


def left_behind(home: Path) -> Record | None:
    """Return the record that a command which was broken off left in a home whose configuration does not name ours.

    Raises:
        HomeError: the configuration or the record cannot be read.
    """
    return _record(home) if active(home) is None else None


def digest_of(data: bytes) -> str:
    """Return what tells one content of a file from another."""
    return sha256(data).hexdigest()


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
    with _locked(home, state_dir):
        text = read_text(config)
        old = _record(home)
        with _named(config):
            named = read_key(text or "", (KEY,))
            legacy = read_key(text or "", _PLACES[1])
        ours = bool(named) and is_ours(home, named)
        theirs = (old.appended_to if old else None) if ours else (named or legacy)
        if theirs and not ours and not append:
            raise HomeError(f"{config} names the prefill {theirs} already: --append puts this template behind it")
        replaces = _replaced(home, old)
        data = prefill_bytes(joined(prefill_path(home, theirs), messages) if theirs else messages)
        changed, edit = _changed(config, text, old if ours else None)
        record = Record(
            template_id=template.template_id,
            version=template.version,
            name=template.name,
            activated_at=datetime.now(UTC).replace(microsecond=0),
            digest=digest_of(data),
            replaces=replaces,
            appended_to=theirs or None,
            appended_digest=digest_of(read_plain(prefill_path(home, theirs))) if theirs else None,
            written=edit.written,
            before=edit.before,
            made_config=old.made_config if ours and old else text is None,
        )
        notes = _settled(home, state_dir, old if ours else None)
        write_atomically(home / RECORD_NAME, record.model_dump_json(indent=1).encode() + b"\n")
        write_atomically(home / PREFILL_NAME, data)
        backup = _write(config, text, changed)
        notes = _settled(home, state_dir, record) or notes
    if ours and old and old.template_id != record.template_id:
        notes.append(f"“{old.name}” was active before")
    return Change(home, record, backup, tuple(notes))


def deactivate(home: Path, *, state_dir: Path) -> Change:
    """Take back what `activate` did, and no more: edits that were made since stay. Twice does no harm.

    Raises:
        HomeError: a file of the home cannot be changed; none is.
        OSError: a file cannot be written.
    """
    config = home / _CONFIG
    with _locked(home, state_dir):
        record = _record(home)
        text = read_text(config)
        with _named(config):
            named = read_key(text or "", (KEY,))
        is_active = bool(named) and is_ours(home, named)
        _settled(home, state_dir, record if is_active else None)
        notes: list[str] = []
        backup = None
        if text is not None and is_active:
            with _named(config):
                changed = unset_key(text, KEY, Edit(record.written, record.before) if record else Edit(KEY, None))
            backup = _write(config, text, changed)
            if record is None:
                notes.append(
                    f"the record of it was gone: the key {KEY} is taken out, what stood there before is not known"
                )
            elif record.made_config and not changed:
                config.unlink()
        elif record is not None and named:
            notes.append(f"{config} names another prefill by now ({named}), and goes on doing so")
        notes += _settled(home, state_dir, None)
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
    if read_text(config) != text:
        raise HomeError(f"{config} was changed by another program this moment: try it again")
    replace_text(config, changed)
    return backup


def _settled(home: Path, state_dir: Path, record: Record | None) -> list[str]:
    """Let the journal say what a home's default is, which a command that was killed may have kept from being noted.

    Returns:
        Why that could not be done, as a sentence; nothing where it was.
    """
    journal = Journal(state_dir)
    try:
        noted = journal.warm_starts().default_of(home)
        if record is None:
            if noted is not None:
                journal.note_deactivation(home)
        elif noted != (record.template_id, record.version):
            at = record.activated_at.timestamp()
            journal.note_activation(home, template_id=record.template_id, version=record.version, at=at)
    except (OSError, TemplateError) as error:
        return [f"what sessions begin with from now on cannot be noted: {error}"]
    return []


def _replaced(home: Path, record: Record | None) -> str | None:
    """Return the digest of the file in the place of ours, which is only written over where it is as we left it."""
    path = home / PREFILL_NAME
    if not path.exists() and not path.is_symlink():
        return None
    if path.is_symlink() or not path.is_file() or record is None or not record.wrote(data := path.read_bytes()):
        raise HomeError(f"{path} was changed, or made, by someone else: move it away first")
    return digest_of(data)


def _remove_files(home: Path, record: Record | None) -> list[str]:
    path = home / PREFILL_NAME
    notes = []
    if path.is_file():
        if record is not None and record.wrote(path.read_bytes()):
            path.unlink()
        else:
            notes.append(f"{path} was changed since it was written, and is left there")
    (home / RECORD_NAME).unlink(missing_ok=True)
    return notes


def _record(home: Path) -> Record | None:
    path = home / RECORD_NAME
    try:
        return Record.model_validate_json(read_plain(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HomeError(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        raise HomeError(f"{path} is damaged: take it away to begin anew") from error


@contextmanager
def _locked(home: Path, state_dir: Path) -> Iterator[None]:
    make_private(state_dir)
    with FileLock(state_dir / "activation.lock", timeout=LOCK_SECONDS, mode=0o600):
        sweep(home, PREFILL_NAME, RECORD_NAME)
        yield


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Say which file it is that a complaint is about."""
    try:
        yield
    except HomeError as error:
        raise HomeError(f"{file} is left as it is: {error}") from error
