"""Saving, loading, listing and deleting templates: a folder of readable files, with every version and a trash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from warmtui.errors import AmbiguousIdError, NotFoundError, TemplateError
from warmtui.templates.files import write_atomically
from warmtui.templates.folder import TRASH, VERSIONS, TemplateFolder
from warmtui.templates.history import CURRENT, History, VersionInfo
from warmtui.templates.ids import folded, is_safe_id, new_id
from warmtui.templates.library import TemplateInfo, id_meant, template_infos
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate
from warmtui.templates.stored import parse_template, template_bytes
from warmtui.templates.trash import Trash, TrashInfo
from warmtui.templates.validation import ensure_valid
from warmtui.text import one_line

__all__ = ["TemplateConflictError", "TemplateInfo", "TemplateManager", "TrashInfo", "VersionInfo"]


class TemplateConflictError(TemplateError):
    """A template was changed by someone else since it was loaded; nothing was written.

    Neither edit is lost: saved with `found` as the expected version it goes over the other one, which is kept as
    a version; saved with an empty ``template_id`` it becomes a template of its own.

    Attributes:
        template_id: the template.
        expected: the version the caller knew.
        found: the version that is there now; empty where the file is gone.
    """

    def __init__(self, message: str, template_id: str, expected: str, found: str) -> None:
        super().__init__(message)
        self.template_id = template_id
        self.expected = expected
        self.found = found


class TemplateManager:
    """Saves, loads, lists and deletes the templates of one directory.

    Reading never makes a file or a folder. Writing happens under a lock, to a temporary file that is renamed
    into its place: a crash leaves the old or the new version whole.

    Args:
        directory: the folder of the templates; made when the first one is saved.
        clock: says what time it is; the system's clock where None.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] | None = None) -> None:
        self.directory = Path(directory)
        self._clock = clock or _now
        self._folder = TemplateFolder(self.directory)
        self._history = History(self._folder)
        self._trash = Trash(self._folder, self._history)

    # Saving and loading

    def save_template(
        self, template: SessionTemplate, *, expected_version: str | None = None, note: str = ""
    ) -> SessionTemplate:
        """Save a template and return it as it now is; unchanged content is not written again, whatever the note.

        Args:
            template: what to save; without a ``template_id`` it becomes a new template.
            expected_version: the version the caller loaded; None saves over whatever is there.
            note: why it is saved; kept with this version, and no part of what its hash is made of.

        Returns:
            The saved template with its id, its times, its version and its note.

        Raises:
            InvalidTemplateError: it has errors; see `warmtui.templates.validation`.
            TemplateConflictError: the file has another version than was expected, or is gone.
            TemplateError: it cannot be saved; what was there before still is.
        """
        ensure_valid(template)
        with self._writing(f"The template “{one_line(template.name, 60)}” cannot be saved"):
            return self._save(template, expected_version, note)

    def load_template(self, template_id: str, version_number: int | None = None) -> SessionTemplate | None:
        """Return a template, or None where there is none of that id.

        Args:
            template_id: its exact id; what is a path or no possible id is the id of no template.
            version_number: an earlier version by its number; None for the current one.

        Raises:
            TemplateError: the file is there and cannot be read as a template; says where and why.
        """
        if not self._folder.holds(template_id):
            return None
        path = self._folder.file(template_id)
        if version_number is not None:
            files = dict(self._history.files(template_id))
            if version_number not in files:
                return None
            path = files[version_number]
        return self._folder.load(path, template_id)

    def list_templates(self, *, checked: bool = False) -> list[TemplateInfo]:
        """Return every template of the directory by name; broken files among them, with the reason.

        Args:
            checked: count also what is wrong with each, which takes some milliseconds a template.

        Raises:
            TemplateError: the directory cannot be read. A missing one holds no templates.
        """
        return template_infos(self._folder, checked=checked)

    def resolve(self, id_prefix_or_name: str) -> str:
        """Return the id of the template meant: an exact id, else an exact name, else a unique id prefix.

        Raises:
            NotFoundError: no template answers to it.
            AmbiguousIdError: several do; lists them.
        """
        if self._folder.holds(id_prefix_or_name):
            return id_prefix_or_name
        named = [(info.template_id, info.name) for info in self.list_templates()]
        try:
            return id_meant(id_prefix_or_name, named, f"in {self.directory}")
        except AmbiguousIdError:
            raise
        except NotFoundError as error:
            if any(id_prefix_or_name in {info.template_id, info.name} for info in self.trash()):
                where = f"in the trash of {self.directory}: undelete it first"
                raise NotFoundError(f"The template “{one_line(id_prefix_or_name, 60)}” is {where}.") from error
            raise

    # Versions

    def versions(self, template_id: str) -> list[VersionInfo]:
        """Return the versions of a template, the oldest first; the last is the current one.

        Returns:
            The versions; none where there is no template of that id.
        """
        return self._history.versions(template_id)

    def find_version(self, template_id: str, wanted: str) -> VersionInfo:
        """Return the version that a person means; see `History.find`.

        Args:
            template_id: an exact id.
            wanted: ``current``, a number from 1, or at least four characters a content hash begins with.

        Raises:
            NotFoundError: there is no such template, or no such version of it.
            AmbiguousIdError: several versions with different content answer to it; lists them.
        """
        return self._history.find(template_id, wanted)

    def restore_version(
        self, template_id: str, number: int, *, expected_version: str | None = None, note: str = ""
    ) -> SessionTemplate:
        """Save an earlier version anew, as the newest one; what was current stays as a version.

        A current file that is broken is kept as it is among the versions, and replaced. An earlier version is held
        against what a save is held against: an older program may have left a secret in it.

        Args:
            template_id: an exact id.
            number: the number of the version.
            expected_version: the current version the caller knows; None where it does not matter.
            note: why; "restored from version N" where it is empty.

        Returns:
            The template as it now is; the current one, with nothing saved, where its content is the same already.

        Raises:
            NotFoundError: there is no such template, or no such version of it.
            InvalidTemplateError: the version has errors; it stays where it is.
            TemplateConflictError: the current version is another than was expected.
            TemplateError: the version cannot be read, or nothing can be written.
        """
        with self._writing(f"The template {one_line(template_id, 60)} cannot be restored"):
            self._history.find(template_id, str(number))
            earlier = self.load_template(template_id, number)
            if earlier is None:
                raise NotFoundError(f"Version {number} of the template {template_id} was taken away.")
            ensure_valid(earlier)
            reason = note or f"restored from version {number}"
            if expected_version is None and self._history.find(template_id, CURRENT).broken:
                return self._write(_in_this_format(earlier), template_id, reason)
            return self._save(earlier, expected_version, reason)

    # Deleting

    def delete_template(self, template_id: str) -> bool:
        """Move a template into the trash, broken or not; its earlier versions are kept.

        Returns:
            False where there is none of that id.

        Raises:
            TemplateError: it cannot be moved; it is still there.
        """
        if template_id not in self._folder.ids():
            return False
        with self._writing(f"The template {one_line(template_id, 60)} cannot be deleted"):
            if template_id not in self._folder.ids():  # somebody was faster
                return False
            self._trash.put(template_id, self._clock())
        return True

    def undelete_template(self, template_id: str, *, as_copy: bool = False) -> SessionTemplate:
        """Bring back the template of that id that was deleted last, with all its versions.

        Args:
            template_id: the exact id it had.
            as_copy: where another template has the id by now, give it a free one.

        Raises:
            NotFoundError: the trash holds none of that id.
            TemplateError: another one took its place, or the file cannot be moved; or it is back, and broken.
        """
        if template_id not in (info.template_id for info in self.trash()):
            raise NotFoundError(f"No template {one_line(template_id, 60)} is in the trash of {self.directory}.")
        with self._writing(f"The template {one_line(template_id, 60)} cannot be undeleted"):
            back = new_id(template_id, self._taken()) if as_copy and self._is_living(template_id) else template_id
            if self._is_living(back):
                raise TemplateError(
                    f"A template {template_id} is in {self.directory} already: delete it, or undelete as a copy."
                )
            self._trash.bring_back(template_id, back)
        try:
            template = self._folder.load(self._folder.file(back), back)
        except TemplateError as error:
            raise TemplateError(f"{one_line(back, 60)} is back, and as broken as it was: {error}") from error
        if template is None:
            raise NotFoundError(f"The template {back} was taken away while it was undeleted.")
        return template

    def trash(self) -> list[TrashInfo]:
        """Return what was deleted and can be brought back, by id."""
        return self._trash.listing()

    def resolve_deleted(self, id_prefix_or_name: str) -> str:
        """Return the id of the deleted template meant, as `resolve` does for those that are there.

        Raises:
            NotFoundError: none in the trash answers to it.
            AmbiguousIdError: several do; lists them.
        """
        named = ((info.template_id, info.name) for info in self.trash())
        return id_meant(id_prefix_or_name, named, f"in the trash of {self.directory}")

    def purge(self, template_id: str | None = None, *, shown: Sequence[TrashInfo] | None = None) -> list[TrashInfo]:
        """Remove for good what the trash holds, and the versions of templates that no longer are.

        Nothing of a template that is there is touched, its versions least of all.

        Args:
            template_id: the exact id of what to remove; None for all of it.
            shown: what the person agreed to remove; None where nobody was asked.

        Returns:
            What was removed; nothing where the trash is empty.

        Raises:
            NotFoundError: the trash holds nothing of that id.
            TemplateError: something cannot be removed; or something else would be than was shown, and nothing is.
        """
        if not self._chosen(template_id):
            return []
        with self._writing("The trash cannot be emptied"):
            chosen = self._chosen(template_id)
            if shown is not None and chosen != list(shown):
                raise TemplateError(f"The trash of {self.directory} holds something else by now: nothing was removed.")
            for info in chosen:
                self._trash.purge(info.template_id)
        return chosen

    def _chosen(self, template_id: str | None) -> list[TrashInfo]:
        infos = self.trash()
        if template_id is None:
            return infos
        chosen = [info for info in infos if info.template_id == template_id]
        if not chosen:
            raise NotFoundError(f"No template {one_line(template_id, 60)} is in the trash of {self.directory}.")
        return chosen

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        """Hold the lock of the folder; what a crash left half done is done before anything else."""
        with self._folder.writing(what):
            self._trash.finish()
            yield

    # Saving, with the lock held

    def _save(self, template: SessionTemplate, expected_version: str | None, note: str) -> SessionTemplate:
        template_id = template.template_id
        current: SessionTemplate | None = None
        if template_id:
            self._check_id(template_id)
            current = self._folder.load(self._folder.file(template_id), template_id)
            _check_version(template_id, expected_version, current.version if current else "")
        else:
            template_id = new_id(template.name, self._taken())
        template = _in_this_format(template)
        if current is not None and _in_this_format(current).canonical() == template.canonical():
            return current
        created_at = template.created_at or (current.created_at if current else "")
        return self._write(template.model_copy(update={"created_at": created_at}), template_id, note)

    def _write(self, template: SessionTemplate, template_id: str, note: str) -> SessionTemplate:
        now = self._clock().astimezone(UTC).isoformat(timespec="seconds")
        saved = template.model_copy(
            update={
                "template_id": template_id,
                "created_at": template.created_at or now,
                "updated_at": now,
                "version": template.content_version(),
                "version_note": note.strip(),
            }
        )
        data = template_bytes(saved)
        written = parse_template(data, template_id)  # what cannot be loaded again is not written
        if self._folder.holds(template_id):
            self._history.keep_current(template_id)
        else:
            self._trash.set_aside(template_id)
        write_atomically(self._folder.file(template_id), data)
        return written

    def _check_id(self, template_id: str) -> None:
        if not is_safe_id(template_id):
            raise TemplateError(f"“{one_line(template_id, 60)}” is no possible template id.")
        for other in self._folder.ids():
            if other != template_id and folded(other) == folded(template_id):
                raise TemplateError(
                    f"The id {template_id} differs from that of the template {other} only by case or accents."
                )

    def _is_living(self, template_id: str) -> bool:
        return folded(template_id) in {folded(other) for other in self._folder.ids()}

    def _taken(self) -> set[str]:
        return {*self._folder.ids(), *self._folder.kept_ids(VERSIONS), *self._folder.kept_ids(TRASH)}


def _now() -> datetime:
    return datetime.now(UTC)


def _check_version(template_id: str, expected: str | None, found: str) -> None:
    if expected is None or expected == found:
        return
    happened = "was changed by someone else" if found else "was deleted"
    raise TemplateConflictError(
        f"The template {template_id} {happened} since it was loaded.", template_id, expected, found
    )


def _in_this_format(template: SessionTemplate) -> SessionTemplate:
    return template.model_copy(update={"format_version": FORMAT_VERSION})
