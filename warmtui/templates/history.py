"""The versions of a template: listed, found by number or by hash, and kept when a new one takes their place."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from warmtui.errors import AmbiguousIdError, NotFoundError, TemplateError
from warmtui.templates.files import write_atomically
from warmtui.templates.folder import VERSIONS, TemplateFolder
from warmtui.templates.stored import BrokenFileError, numbered, numbered_files
from warmtui.text import one_line, plural

CURRENT = "current"
"""What the version that is saved now is called where a version is asked for."""

_LEAST_HASH = 4
"""Characters of a hash that are needed to name a version: fewer are taken for a number that was mistyped."""


class VersionInfo(BaseModel):
    """One version of a template.

    Attributes:
        number: its number, from 1; the highest is the one that is current.
        version: the hash of its content, or what an older file says; empty where the file is broken.
        updated_at: when it was saved, ISO 8601; empty where unknown.
        note: why it was saved, in the person's words; may be empty.
        broken: why the file cannot be read, or None.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    version: str = ""
    updated_at: str = ""
    note: str = ""
    broken: str | None = None


class History:
    """The versions of the templates in one folder.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: TemplateFolder) -> None:
        self._folder = folder

    def versions(self, template_id: str) -> list[VersionInfo]:
        """Return the versions of a template, the oldest first; the last is the current one."""
        return [self._info(number, path, template_id) for number, path in self.files(template_id)]

    def files(self, template_id: str) -> list[tuple[int, Path]]:
        """Return the number and the file of each version, the oldest first; none where there is no template."""
        if not self._folder.holds(template_id):
            return []
        path = self._folder.file(template_id)
        earlier = self.earlier(template_id)
        if earlier and self._same(earlier[-1][1], path):
            del earlier[-1]  # kept by a save that a crash cut short
        return [*earlier, (earlier[-1][0] + 1 if earlier else 1, path)]

    def earlier(self, template_id: str) -> list[tuple[int, Path]]:
        """Return the number and the file of each version that is kept beside the current one."""
        if not self._folder.is_kept(VERSIONS, template_id):
            return []
        return numbered_files(self._folder.kept(VERSIONS, template_id))

    def find(self, template_id: str, wanted: str) -> VersionInfo:
        """Return the version that is meant: ``current``, a number, or the beginning of a content hash.

        A hash that was saved several times, as a restored one was, means the newest of them.

        Args:
            template_id: the exact id of a template that is there.
            wanted: at least four characters of a hash, or a number from 1.

        Raises:
            NotFoundError: no version answers to it; says which numbers there are.
            AmbiguousIdError: versions of different content do; lists them.
        """
        files = self.files(template_id)
        if not files:
            raise NotFoundError(f"No template {one_line(template_id, 60)} is in {self._folder.path}.")
        meant = files[-1:] if wanted == CURRENT else [one for one in files if str(one[0]) == wanted]
        if meant:
            return self._info(*meant[0], template_id)
        found = [info for info in self.versions(template_id) if _begins(info.version, wanted)]
        if not found:
            first, last = files[0][0], files[-1][0]
            there = f"versions {first} to {last}" if len(files) > 1 else f"only version {last}"
            raise NotFoundError(f"The template {template_id} has no version “{one_line(wanted, 60)}”, it has {there}.")
        if len({info.version for info in found}) > 1:
            candidates = [f"{info.number} ({info.version[:12]})" for info in found]
            raise AmbiguousIdError(
                f"“{one_line(wanted, 60)}” could be {plural(len(found), 'version')}: {', '.join(candidates)}.",
                [str(info.number) for info in found],
            )
        return found[-1]

    def keep_current(self, template_id: str) -> None:
        """Keep the bytes of the current file as a version, before another takes its place; the lock is held.

        Raises:
            TemplateError: what lies there cannot be read, as a link that leads out, or has no place to be kept.
            OSError: it cannot be written.
        """
        path = self._folder.file(template_id)
        try:
            data = self._folder.read(path)
        except BrokenFileError as error:
            raise TemplateError(f"{path} cannot be kept as a version: {error}.") from error
        if data is None:
            return
        folder = self._folder.make_kept(VERSIONS, template_id)
        earlier = self.earlier(template_id)
        # A crash between this step and the next one has kept the current file already.
        if not earlier or not self._holds(earlier[-1][1], data):
            number = earlier[-1][0] + 1 if earlier else 1
            write_atomically(folder / f"{numbered(number)}.json", data)

    def _info(self, number: int, path: Path, template_id: str) -> VersionInfo:
        try:
            template = self._folder.parsed(path, template_id)
        except BrokenFileError as error:
            return VersionInfo(number=number, broken=str(error))
        if template is None:
            return VersionInfo(number=number, broken="it was taken away while it was read")
        return VersionInfo(
            number=number, version=template.version, updated_at=template.updated_at, note=template.version_note
        )

    def _same(self, one: Path, other: Path) -> bool:
        try:
            data = self._folder.read(other)
        except BrokenFileError:
            return False
        return data is not None and self._holds(one, data)

    def _holds(self, path: Path, data: bytes) -> bool:
        try:
            return self._folder.read(path) == data
        except BrokenFileError:
            return False


def _begins(version: str, wanted: str) -> bool:
    return bool(version) and (version == wanted or (len(wanted) >= _LEAST_HASH and version.startswith(wanted.lower())))
