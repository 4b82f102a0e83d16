"""The folder of templates as files: where each lies, what is read of it, and never anything outside it.

::

    <folder>/<id>.json                    the template as it is now
    <folder>/.versions/<id>/0001.json     what it was before, oldest first
    <folder>/.trash/<id>/0001.json        what was deleted
    <folder>/.trash/<id>/0001/            the earlier versions of it, once another template has its id
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warmtui.errors import TemplateError
from warmtui.templates.files import is_real_folder, keep_private, locked, make_private
from warmtui.templates.ids import is_safe_id
from warmtui.templates.models import SessionTemplate
from warmtui.templates.stored import BrokenFileError, parse_template, read_contained

VERSIONS = ".versions"
TRASH = ".trash"


class TemplateFolder:
    """One directory of templates.

    Args:
        path: the directory; it need not be there to be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    # Names

    def file(self, template_id: str) -> Path:
        """Return where the current version of a template lies, or would lie."""
        return self.path / f"{template_id}.json"

    def ids(self) -> list[str]:
        """Return the ids of all templates, the broken ones too, in order.

        Raises:
            TemplateError: the directory cannot be read. A missing one holds none.
        """
        try:
            files = sorted(path.name for path in self.path.iterdir())
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise TemplateError(f"{self.path} is a file, not a folder of templates.") from error
        except OSError as error:
            raise TemplateError(f"The folder {self.path} cannot be read: {error.strerror}.") from error
        return [name.removesuffix(".json") for name in files if name.endswith(".json") and name[0] != "."]

    def holds(self, template_id: str) -> bool:
        """Say whether a template of exactly that id is there, broken or not."""
        # Looked up in the list, because some file systems would open "foo.json" for "FOO" as well.
        return template_id in self.ids()

    def kept(self, kind: str, template_id: str) -> Path:
        """Return where earlier versions or deleted files of a template lie, or would lie."""
        return self.path / kind / template_id

    def kept_ids(self, kind: str) -> list[str]:
        """Return the ids that something is kept of, in order; links are passed over."""
        if not is_real_folder(self.path / kind):
            return []
        return sorted(path.name for path in (self.path / kind).iterdir() if is_real_folder(path))

    def is_kept(self, kind: str, template_id: str) -> bool:
        """Say whether there is a folder, and no link to one, of what is kept of a template."""
        return is_real_folder(self.path / kind) and is_real_folder(self.kept(kind, template_id))

    # Reading

    def read(self, path: Path) -> bytes | None:
        """Return what a file in the directory holds, or None where there is none.

        Raises:
            BrokenFileError: something is there and is not read.
        """
        return read_contained(self.path, path)

    def parsed(self, path: Path, template_id: str) -> SessionTemplate | None:
        """Return the template in a file, or None where there is no file.

        Raises:
            BrokenFileError: it is no template; the message is the reason alone.
        """
        data = self.read(path)
        if data is None:
            return None
        if not is_safe_id(template_id):
            raise BrokenFileError("its name is no possible id, rename it")
        return parse_template(data, template_id)

    def load(self, path: Path, template_id: str) -> SessionTemplate | None:
        """Return the template in a file, or None where there is no file.

        Raises:
            TemplateError: it is no template; says where and why.
        """
        try:
            return self.parsed(path, template_id)
        except BrokenFileError as error:
            raise TemplateError(f"{path} cannot be read as a template: {error}.") from error

    # Writing

    def make_kept(self, kind: str, template_id: str) -> Path:
        """Return the folder of what is kept of a template, made or found, and private.

        Raises:
            TemplateError: a link lies in its place: it may lead anywhere, so nothing is done there.
            OSError: it cannot be made.
        """
        folder = self.kept(kind, template_id)
        for place in (folder.parent, folder):
            if place.is_symlink():
                raise TemplateError(f"{place} is a link, and nothing is done there: remove it.")
            make_private(place)
            keep_private(place)
        return folder

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Hold the lock of the directory, made if it is missing; faults become one sentence.

        Args:
            what: what cannot be done where it fails: "The template x cannot be saved".

        Raises:
            TemplateError: it failed; says what, where and why.
        """
        try:
            make_private(self.path)
            with locked(self.path):
                yield
        except TimeoutError as error:
            raise TemplateError(f"{what}: another program has been writing to {self.path}.") from error
        except FileExistsError as error:
            raise TemplateError(f"{what}: {error.filename or self.path} is a file, not a folder.") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TemplateError(f"{what} in {self.path}: {reason}.") from error
