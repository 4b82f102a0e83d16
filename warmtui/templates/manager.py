"""Where templates are kept: a folder of readable files, with every earlier version and a trash beside them.

::

    <directory>/<id>.json                    the template as it is now
    <directory>/.versions/<id>/0001.json     what it was before, oldest first
    <directory>/.trash/<id>/0001.json        what was deleted
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout
from pydantic import BaseModel, ConfigDict

from warmtui.errors import AmbiguousIdError, NotFoundError, TemplateError
from warmtui.templates.files import locked, make_private, move, write_atomically
from warmtui.templates.ids import is_safe_id, new_id
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate
from warmtui.templates.stored import (
    BrokenFileError,
    numbered_files,
    parse_template,
    read_contained,
    template_bytes,
)
from warmtui.text import one_line, plural

_VERSIONS = ".versions"
_TRASH = ".trash"


class TemplateConflictError(TemplateError):
    """A template was changed by someone else since it was loaded; nothing was written.

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


class TemplateInfo(BaseModel):
    """A template in a row of the list.

    Attributes:
        template_id: its id.
        name: its name; the id where the file is broken.
        description: what it is for.
        created_at: when it was first saved, ISO 8601; empty where unknown.
        source_session_id: the first session it was made from, or None.
        version: the version that is saved; empty where the file is broken.
        broken: why the file cannot be read, or None.
    """

    model_config = ConfigDict(frozen=True)

    template_id: str
    name: str
    description: str = ""
    created_at: str = ""
    source_session_id: str | None = None
    version: str = ""
    broken: str | None = None


class VersionInfo(BaseModel):
    """One version of a template.

    Attributes:
        number: its number, from 1; the highest is the one that is current.
        version: the hash of its content, or what an older file says; empty where the file is broken.
        updated_at: when it was saved, ISO 8601; empty where unknown.
        broken: why the file cannot be read, or None.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    version: str = ""
    updated_at: str = ""
    broken: str | None = None


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

    def save_template(self, template: SessionTemplate, *, expected_version: str | None = None) -> SessionTemplate:
        """Save a template and return it as it now is; unchanged content is not written again.

        Args:
            template: what to save; without a ``template_id`` it becomes a new template.
            expected_version: the version the caller loaded; None saves over whatever is there.

        Returns:
            The saved template with its id, its times and its version.

        Raises:
            TemplateConflictError: the file has another version than was expected, or is gone.
            TemplateError: it cannot be saved; what was there before still is.
        """
        with self._reported(f"The template “{one_line(template.name, 60)}” cannot be saved"):
            make_private(self.directory)
            with locked(self.directory):
                return self._save(template, expected_version)

    def load_template(self, template_id: str, version_number: int | None = None) -> SessionTemplate | None:
        """Return a template, or None where there is none of that id.

        Args:
            template_id: its exact id; what is a path or no possible id is the id of no template.
            version_number: an earlier version by its number; None for the current one.

        Raises:
            TemplateError: the file is there and cannot be read as a template; says where and why.
        """
        # Looked up in the list, because some file systems would open "foo.json" for "FOO" as well.
        if not is_safe_id(template_id) or template_id not in self._ids():
            return None
        path = self._path(template_id)
        if version_number is not None:
            files = dict(self._version_files(template_id))
            if version_number not in files:
                return None
            path = files[version_number]
        return self._load(path, template_id)

    def list_templates(self) -> list[TemplateInfo]:
        """Return every template of the directory by name; broken files among them, with the reason.

        Raises:
            TemplateError: the directory cannot be read. A missing one holds no templates.
        """
        infos = [self._info(template_id) for template_id in self._ids()]
        return sorted(infos, key=lambda info: (info.name.casefold(), info.name, info.template_id))

    def delete_template(self, template_id: str) -> bool:
        """Move a template into the trash, broken or not; its earlier versions stay.

        Returns:
            False where there is none of that id.

        Raises:
            TemplateError: it cannot be moved; it is still there.
        """
        if template_id not in self._ids():
            return False
        with self._reported(f"The template {template_id} cannot be deleted"), locked(self.directory):
            move(self._path(template_id), _next_file(self._folder(_TRASH, template_id)))
        return True

    def undelete_template(self, template_id: str) -> SessionTemplate:
        """Bring back the template of that id that was deleted last.

        Raises:
            NotFoundError: the trash holds none of that id.
            TemplateError: another one took its place, or the file cannot be moved or read.
        """
        if not is_safe_id(template_id) or not numbered_files(self._kept(_TRASH, template_id)):
            raise NotFoundError(f"No template {one_line(template_id, 60)} is in the trash of {self.directory}.")
        path = self._path(template_id)
        with self._reported(f"The template {template_id} cannot be undeleted"), locked(self.directory):
            if os.path.lexists(path):
                raise TemplateError(f"A template {template_id} is in {self.directory} already: delete it first.")
            move(_last_file(self._folder(_TRASH, template_id)), path)
        template = self._load(path, template_id)
        if template is None:
            raise NotFoundError(f"The template {template_id} was taken away while it was undeleted.")
        return template

    def versions(self, template_id: str) -> list[VersionInfo]:
        """Return the versions of a template, the oldest first; the last is the current one.

        Returns:
            The versions; none where there is no template of that id.
        """
        if not is_safe_id(template_id):
            return []
        return [self._version_info(number, path) for number, path in self._version_files(template_id)]

    def resolve(self, id_prefix_or_name: str) -> str:
        """Return the id of the template meant: an exact id, else an exact name, else a unique id prefix.

        Raises:
            NotFoundError: no template answers to it.
            AmbiguousIdError: several do; lists them.
        """
        infos = self.list_templates()
        wanted = id_prefix_or_name
        found = (
            [info for info in infos if info.template_id == wanted]
            or [info for info in infos if info.name == wanted]
            or [info for info in infos if wanted and info.template_id.startswith(wanted)]
        )
        if not found:
            raise NotFoundError(f"No template “{one_line(wanted, 60)}” is in {self.directory}.")
        if len(found) > 1:
            ids = [info.template_id for info in found]
            raise AmbiguousIdError(
                f"“{one_line(wanted, 60)}” could be {plural(len(ids), 'template')}: {', '.join(ids)}.", ids
            )
        return found[0].template_id

    # Saving, with the lock held

    def _save(self, template: SessionTemplate, expected_version: str | None) -> SessionTemplate:
        template_id = template.template_id
        current: SessionTemplate | None = None
        if template_id:
            self._check_id(template_id)
            current = self._load(self._path(template_id), template_id)
            _check_version(template_id, expected_version, current.version if current else "")
        else:
            template_id = new_id(template.name, self._taken())
        template = _in_this_format(template)
        if current is not None and _in_this_format(current).canonical() == template.canonical():
            return current
        now = self._clock().astimezone(UTC).isoformat(timespec="seconds")
        saved = template.model_copy(
            update={
                "template_id": template_id,
                "created_at": template.created_at or (current.created_at if current else "") or now,
                "updated_at": now,
                "version": template.content_version(),
            }
        )
        data = template_bytes(saved)
        written = parse_template(data, template_id)  # what cannot be loaded again is not written
        if current is not None:
            self._archive(template_id)
        write_atomically(self._path(template_id), data)
        return written

    def _check_id(self, template_id: str) -> None:
        if not is_safe_id(template_id):
            raise TemplateError(f"“{one_line(template_id, 60)}” is no possible template id.")
        for other in self._ids():
            if other != template_id and other.casefold() == template_id.casefold():
                raise TemplateError(f"The id {template_id} differs from that of the template {other} only by case.")

    def _archive(self, template_id: str) -> None:
        folder = self._folder(_VERSIONS, template_id)
        data = self._path(template_id).read_bytes()
        earlier = numbered_files(folder)
        # A crash between this step and the next one has kept the current file already.
        if not earlier or earlier[-1][1].read_bytes() != data:
            write_atomically(_next_file(folder), data)

    # Reading

    def _load(self, path: Path, template_id: str) -> SessionTemplate | None:
        try:
            data = read_contained(self.directory, path)
            return None if data is None else parse_template(data, template_id)
        except BrokenFileError as error:
            raise TemplateError(f"{path} cannot be read as a template: {error}.") from error

    def _parsed(self, path: Path, template_id: str) -> SessionTemplate:
        data = read_contained(self.directory, path)
        if data is None:
            raise BrokenFileError("it was taken away while it was read")
        return parse_template(data, template_id)

    def _info(self, template_id: str) -> TemplateInfo:
        try:
            if not is_safe_id(template_id):
                raise BrokenFileError("its name is no possible id, rename it")
            template = self._parsed(self._path(template_id), template_id)
        except BrokenFileError as error:
            return TemplateInfo(template_id=template_id, name=template_id, broken=str(error))
        return TemplateInfo(
            template_id=template_id,
            name=template.name,
            description=template.description,
            created_at=template.created_at,
            source_session_id=template.source_session_id,
            version=template.version,
        )

    def _version_info(self, number: int, path: Path) -> VersionInfo:
        try:
            template = self._parsed(path, path.stem)
        except BrokenFileError as error:
            return VersionInfo(number=number, broken=str(error))
        return VersionInfo(number=number, version=template.version, updated_at=template.updated_at)

    # Names

    def _path(self, template_id: str) -> Path:
        return self.directory / f"{template_id}.json"

    def _kept(self, kind: str, template_id: str) -> Path:
        return self.directory / kind / template_id

    def _ids(self) -> list[str]:
        try:
            files = sorted(path.name for path in self.directory.iterdir())
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise TemplateError(f"{self.directory} is a file, not a folder of templates.") from error
        except OSError as error:
            raise TemplateError(f"The folder {self.directory} cannot be read: {error.strerror}.") from error
        return [name.removesuffix(".json") for name in files if name.endswith(".json") and name[0] != "."]

    def _taken(self) -> set[str]:
        taken = set(self._ids())
        for kind in (_VERSIONS, _TRASH):
            folder = self.directory / kind
            taken.update(path.name for path in (folder.iterdir() if folder.is_dir() else ()))
        return taken

    def _version_files(self, template_id: str) -> list[tuple[int, Path]]:
        path = self._path(template_id)
        if not os.path.lexists(path):
            return []
        earlier = numbered_files(self._kept(_VERSIONS, template_id))
        if earlier and self._same(earlier[-1][1], path):
            del earlier[-1]  # kept by a save that a crash cut short
        return [*earlier, (earlier[-1][0] + 1 if earlier else 1, path)]

    def _same(self, one: Path, other: Path) -> bool:
        try:
            return read_contained(self.directory, one) == read_contained(self.directory, other)
        except BrokenFileError:
            return False

    def _folder(self, kind: str, template_id: str) -> Path:
        folder = self._kept(kind, template_id)
        if not folder.resolve().is_relative_to(self.directory.resolve()):
            raise TemplateError(f"{folder} is a link that leads out of {self.directory}, and nothing is done there.")
        make_private(folder.parent)
        make_private(folder)
        return folder

    @contextmanager
    def _reported(self, what: str) -> Iterator[None]:
        try:
            yield
        except Timeout as error:
            raise TemplateError(f"{what}: another program has been writing to {self.directory}.") from error
        except FileExistsError as error:
            raise TemplateError(f"{what}: {error.filename or self.directory} is a file, not a folder.") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TemplateError(f"{what} in {self.directory}: {reason}.") from error


def _now() -> datetime:
    return datetime.now(UTC)


def _next_file(folder: Path) -> Path:
    numbered = numbered_files(folder)
    return folder / f"{numbered[-1][0] + 1 if numbered else 1:04d}.json"


def _last_file(folder: Path) -> Path:
    numbered = numbered_files(folder)
    if not numbered:
        raise NotFoundError(f"Nothing is left in {folder}.")
    return numbered[-1][1]


def _check_version(template_id: str, expected: str | None, found: str) -> None:
    if expected is None or expected == found:
        return
    happened = "was changed by someone else" if found else "was deleted"
    raise TemplateConflictError(
        f"The template {template_id} {happened} since it was loaded.", template_id, expected, found
    )


def _in_this_format(template: SessionTemplate) -> SessionTemplate:
    return template.model_copy(update={"format_version": FORMAT_VERSION})
