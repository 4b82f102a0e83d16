"""The trash: what was deleted, brought back with its versions, or removed for good.

The versions of a deleted template stay where they are, so that deleting is one rename. They are set aside, beside
what was deleted, when another template takes the same id: two histories never mix.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_serializer

from warmtui.errors import NotFoundError, TemplateError
from warmtui.templates.files import is_real_folder, move, sync_directory, write_atomically
from warmtui.templates.folder import TRASH, VERSIONS, TemplateFolder
from warmtui.templates.history import History
from warmtui.templates.ids import folded, is_safe_id
from warmtui.templates.stored import BrokenFileError, numbered, numbered_files
from warmtui.text import storable

_BACK = ".back"
"""The ending of a note beside what is being brought back: the id it gets. A crash in between is made good by it."""


class TrashInfo(BaseModel):
    """What the trash holds under one id.

    Attributes:
        template_id: the id.
        name: the name of the template that was deleted last; the id where its file is broken.
        deleted_at: when that was, ISO 8601 in UTC; empty where only versions are left of a file that
            was removed by hand.
        count: how many templates were deleted under this id; 0 where only versions are left.
        versions: how many earlier versions lie with them.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str
    name: str
    deleted_at: str = ""
    count: int = 0
    versions: int = 0

    @field_serializer("template_id", "name")
    def _in_utf8(self, value: str) -> str:
        return storable(value)


class Trash:
    """The trash of one folder of templates. All but `listing` asks that the folder's lock is held.

    Args:
        folder: the folder.
        history: its versions.
    """

    def __init__(self, folder: TemplateFolder, history: History) -> None:
        self._folder = folder
        self._history = history

    def listing(self) -> list[TrashInfo]:
        """Return what the trash holds, by id."""
        living = {folded(template_id) for template_id in self._folder.ids()}
        lost = [one for one in self._folder.kept_ids(VERSIONS) if folded(one) not in living]
        ids = sorted({*self._folder.kept_ids(TRASH), *lost})
        infos = (self._info(template_id, is_living=folded(template_id) in living) for template_id in ids)
        return [info for info in infos if info.count or info.versions]

    def put(self, template_id: str, when: datetime) -> None:
        """Move a template into the trash."""
        folder = self._folder.make_kept(TRASH, template_id)
        taken = [int(path.stem) for path in folder.iterdir() if path.stem.isdecimal()]
        target = folder / f"{numbered(max(taken, default=0) + 1)}.json"
        move(self._folder.file(template_id), target)
        if not target.is_symlink():
            os.utime(target, (when.timestamp(), when.timestamp()))  # that is when it was deleted

    def bring_back(self, template_id: str, new_id: str) -> None:
        """Move the template that was deleted last, and its versions, to where `new_id` lies, which is free.

        Raises:
            NotFoundError: the trash holds none.
        """
        deleted = self._deleted(template_id)
        lost = [] if self._folder.holds(template_id) else self._history.earlier(template_id)
        if lost and (not deleted or self._set_aside(template_id, deleted[-1][0])):
            # Removed by hand and not by us: the newest version that was kept takes its place.
            move(lost[-1][1], self._folder.file(new_id))
            return
        if not deleted:
            raise NotFoundError(f"No template {template_id} is in the trash of {self._folder.path}.")
        note = deleted[-1][1].with_suffix(_BACK)
        write_atomically(note, os.fsencode(new_id))
        self._move_back(note, new_id)

    def finish(self) -> None:
        """Bring back whole what a crash left half brought back; what cannot be stays in the trash as it is."""
        for template_id in self._folder.kept_ids(TRASH):
            for note in self._folder.kept(TRASH, template_id).glob(f"*{_BACK}"):
                with suppress(OSError, TemplateError):  # it keeps nobody from saving something else
                    new_id = (self._folder.read(note) or b"").decode(errors="ignore")
                    if is_safe_id(new_id) and not self._folder.holds(new_id):
                        self._move_back(note, new_id)
                    else:
                        note.unlink(missing_ok=True)

    def set_aside(self, template_id: str) -> None:
        """Put the versions of a deleted template beside it, even if it has none, before another one takes its id."""
        deleted = self._deleted(template_id)
        if not deleted or self._set_aside(template_id, deleted[-1][0]):
            return
        aside = self._folder.make_kept(TRASH, template_id) / numbered(deleted[-1][0])
        if self._history.earlier(template_id):
            move(self._folder.kept(VERSIONS, template_id), aside)
        else:
            aside.mkdir(mode=0o700)

    def purge(self, template_id: str) -> None:
        """Remove what was deleted under an id, and its versions unless a template of that id is there."""
        living = {folded(other) for other in self._folder.ids()}
        kinds = (TRASH,) if folded(template_id) in living else (TRASH, VERSIONS)
        for kind in kinds:
            if self._folder.is_kept(kind, template_id):
                folder = self._folder.kept(kind, template_id)
                shutil.rmtree(folder)  # which takes links away and does not follow them
                sync_directory(folder.parent)

    def _move_back(self, note: Path, new_id: str) -> None:
        """Move what lies beside a note to `new_id`; what was moved before a crash is where it belongs already."""
        aside, file = note.with_suffix(""), note.with_suffix(".json")
        if is_real_folder(aside):
            target = self._folder.make_kept(VERSIONS, new_id)
            target.rmdir()
            move(aside, target)
        if os.path.lexists(file):
            move(file, self._folder.file(new_id))
        note.unlink(missing_ok=True)
        with suppress(OSError):
            note.parent.rmdir()  # unless more was deleted

    def _info(self, template_id: str, *, is_living: bool) -> TrashInfo:
        deleted = self._deleted(template_id)
        kept = [] if is_living else self._history.earlier(template_id)
        aside = [folder for number, _ in deleted if (folder := self._set_aside(template_id, number))]
        newest = deleted[-1][1] if deleted else kept[-1][1] if kept else None
        return TrashInfo(
            template_id=template_id,
            name=self._name(newest, template_id),
            deleted_at=_changed_at(deleted[-1][1]) if deleted else "",
            count=len(deleted),
            versions=len(kept) + sum(len(numbered_files(folder)) for folder in aside),
        )

    def _name(self, path: Path | None, template_id: str) -> str:
        try:
            template = self._folder.parsed(path, template_id) if path else None
        except BrokenFileError:
            return template_id
        return template.name if template else template_id

    def _deleted(self, template_id: str) -> list[tuple[int, Path]]:
        if not self._folder.is_kept(TRASH, template_id):
            return []
        return numbered_files(self._folder.kept(TRASH, template_id))

    def _set_aside(self, template_id: str, number: int) -> Path | None:
        folder = self._folder.kept(TRASH, template_id) / numbered(number)
        return folder if is_real_folder(folder) else None


def _changed_at(path: Path) -> str:
    return datetime.fromtimestamp(path.lstat().st_mtime, tz=UTC).isoformat(timespec="seconds")
