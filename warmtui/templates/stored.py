"""A template as a file: to bytes and back, read only from within its directory, broken ones with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
from pydantic import ValidationError

from warmtui.errors import TemplateError
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate
from warmtui.text import one_line

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest template file that is read: a thousand times a big one, and still no strain on memory."""

_NUMBER = re.compile("[0-9]{4,9}").fullmatch
_MARK = b"\xef\xbb\xbf"  # with which some editors begin a file in UTF-8


class BrokenFileError(TemplateError):
    """A file is there and is no template; the message is the reason alone, for whoever knows the path."""


def template_bytes(template: SessionTemplate) -> bytes:
    """Return a template as its file holds it: indented JSON, the same bytes for the same template.

    Raises:
        TemplateError: it holds what JSON cannot.
    """
    return orjson.dumps(template.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def parse_template(data: bytes, template_id: str) -> SessionTemplate:
    """Return the template that the bytes of a file hold.

    Args:
        data: the whole file.
        template_id: its id, which the file's name gives: a copied file is a template of its own.

    Returns:
        The template with the version of its content; a file of the older plain format keeps what it says.

    Raises:
        BrokenFileError: the bytes are no template.
    """
    try:
        fields = orjson.loads(data.removeprefix(_MARK))
    except orjson.JSONDecodeError as error:
        if "UTF-8" in error.msg:
            raise BrokenFileError("no text in UTF-8") from error
        raise BrokenFileError(f"no JSON, {error}") from error
    if not isinstance(fields, dict):
        raise BrokenFileError("no JSON object")
    try:
        template = SessionTemplate.from_dict({**fields, "template_id": template_id})
    except ValidationError as error:
        raise BrokenFileError(first_fault(error)) from error
    if template.format_version > FORMAT_VERSION:
        raise BrokenFileError(newer_format(template))
    if template.format_version < FORMAT_VERSION and template.version:
        return template
    try:
        return template.model_copy(update={"version": template.content_version()})
    except TemplateError as error:
        raise BrokenFileError(str(error)) from error


def newer_format(template: SessionTemplate) -> str:
    """Say that a template is of a format that this program does not know, and would damage by saving it."""
    return f"it is of a newer warmtui (format version {template.format_version}; this one reads {FORMAT_VERSION})"


def first_fault(error: ValidationError) -> str:
    """Return the first thing that keeps data from being a template, and where in it, in one line."""
    found = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return one_line(f"{'.'.join(str(step) for step in found['loc'])}: {found['msg'].lower()}", 200)


def read_contained(directory: Path, path: Path) -> bytes | None:
    """Return what a file of `directory` holds, or None where there is none.

    A link may point within the directory, never out of it: a folder of templates can come from a stranger.

    Raises:
        BrokenFileError: something is there and is not read.
    """
    try:
        real = path.resolve()
        if not real.is_relative_to(directory.resolve()):
            raise BrokenFileError("it is a link that leads out of the directory")
        if not real.exists():
            if path.is_symlink():
                raise BrokenFileError("it is a link to nothing")
            return None
        if not real.is_file():
            raise BrokenFileError("it is no file")
        if real.stat().st_size > MAX_FILE_BYTES:
            raise BrokenFileError(f"it is larger than {MAX_FILE_BYTES // 1024**2} MB")
        return real.read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in a circle
        raise BrokenFileError(getattr(error, "strerror", None) or str(error)) from error


def numbered_files(folder: Path) -> list[tuple[int, Path]]:
    """Return the files of a folder that are named as `numbered` names them, with their numbers, the lowest first."""
    paths = (path for path in folder.glob("*.json") if _NUMBER(path.stem)) if folder.is_dir() else ()
    return sorted((int(path.stem), path) for path in paths if path.stem == numbered(int(path.stem)))


def numbered(number: int) -> str:
    """Return the name of a version without its ending: four digits, more where they are needed."""
    return f"{number:04d}"
