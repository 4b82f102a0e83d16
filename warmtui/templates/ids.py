"""Template ids: slugs that are safe as file names on every system, and what is no id at all."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection

from warmtui.text import visible

MAX_SLUG = 60
"""Characters of a name that its id keeps: readable in a list, and far from every file system's limit."""

MAX_ID_BYTES = 200
"""Longest id that is looked for: with ``.json`` and a temporary name's additions it fits 255 bytes."""

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"}
)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]')


def new_id(name: str, taken: Collection[str]) -> str:
    """Return an id for a template called `name` that none of `taken` equals, even without regard to case.

    A name without Latin letters or digits gives ``template-`` and a short digest of the name.
    """
    used = {folded(other) for other in taken}
    stem = _slug(name)
    number, candidate = 1, stem
    while folded(candidate) in used:
        number += 1
        candidate = f"{stem}-{number}"
    return candidate


def is_safe_id(template_id: str) -> bool:
    """Say whether `template_id` can be the name of a file in the directory on every system, and no path."""
    return (
        bool(template_id)
        and not template_id.startswith(".")
        and not template_id.endswith((".", " "))
        and _UNSAFE.search(template_id) is None
        and visible(template_id) == template_id
        and len(template_id.encode()) <= MAX_ID_BYTES
        and template_id.split(".", maxsplit=1)[0].strip().casefold() not in _RESERVED
    )


def folded(template_id: str) -> str:
    """Return what is the same for ids that some file system takes for one: by case, or by how accents are written."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", template_id).casefold())


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].strip("-")
    if not slug and name.strip():
        return f"template-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"
    if not slug or slug in _RESERVED:
        return f"template-{slug}".strip("-")
    return slug
