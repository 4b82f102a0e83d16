"""What a text mentions: addresses, files, folders and languages; and what only looks like them."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

Mention = tuple[str, str]
"""What kind of thing (``file``, ``directory``, ``url``, ``command``, ``language``), and which."""

LANGUAGES = {
    "py": "Python", "pyi": "Python", "js": "JavaScript", "jsx": "JavaScript", "ts": "TypeScript", "tsx": "TypeScript",
    "rs": "Rust", "go": "Go", "java": "Java", "kt": "Kotlin", "rb": "Ruby", "php": "PHP", "c": "C", "h": "C",
    "cpp": "C++", "cc": "C++", "hpp": "C++", "cs": "C#", "swift": "Swift", "sh": "Shell", "sql": "SQL", "html": "HTML",
    "css": "CSS", "scss": "CSS", "tf": "Terraform", "lua": "Lua", "r": "R", "jl": "Julia", "ex": "Elixir",
}  # fmt: skip
"""The languages whose files are told by their endings."""

# Neither controls nor what is not seen ends up in an address.
_URL = re.compile(r"https?://[^\s'\"<>()\[\]{}\\|^`\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
# A path has a slash; what could be a date, a ratio, a version or an ellipsis is left out by `_is_path`.
_PATH = re.compile(r"(?<![\w/:.~<-])(?:~|\.{1,2})?/?(?:[\w@.+-]+/)+[\w@.+-]*")
_ENDINGS = r"\.(?:" + "|".join(LANGUAGES) + r"|md|json|ya?ml|toml|txt|csv|cfg|ini)\b"
_ENDING = re.compile(_ENDINGS)
_NAME = re.compile(r"[\w-]*")
_FILE_NAME = re.compile(r"(?<![\w/.-])[\w-]+" + _ENDINGS)
_VERSION = r"v?\d+(?:\.\d+)*[a-z]{0,3}\d*"
_NOISE = re.compile(rf"[\d./:-]*|{_VERSION}|v?\d+(\.\d+)+\S*|\.+|.*\.\.\..*|.*….*|\d+\.[a-z]")
# "Mozilla/5.0", "HTTP/1.1": a name and its version.
_NAME_AND_VERSION = re.compile(rf"[\w.+-]+/{_VERSION}", re.IGNORECASE)
# An expression of sed, and names of branches and other refs.
_NO_PATH = re.compile(r"[sy]/.*|(?:refs|origin|upstream|pull|heads|feature|bugfix|hotfix|release)/.*")
# Names of things to program with that look like a file.
_PRODUCT = re.compile(
    r"(?:node|next|nuxt|vue|react|express|three|d3|chart|angular|ember|backbone|moment|alpine|discord|p5|deno|bun|nest)"
    r"\.[jt]s",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|edu|gov|info|app|ai|co|de|uk|eu|fr|jp|cn|ru|us|ch|nl|it|es)(?::\d+)?/",
    re.IGNORECASE,
)
_LONGEST_ENDING = 10
_FOLDERS = frozenset(".git .github .venv .config .cache .vscode .idea .ssh .local .hermes .claude .codex".split())


def in_text(text: str) -> list[Mention]:
    """Return what a text mentions: addresses, paths, and names of files that are written in a known language."""
    if "/" not in text and "." not in text:
        return []
    found: list[Mention] = []
    if "://" in text:
        for match in _URL.finditer(text):
            address = match.group().rstrip(".,;:!?…")
            host = address.split("://", 1)[1].split("/", 1)[0]
            is_cut = match.group().endswith(("...", "…"))
            if ("." in host or host.startswith("localhost")) and not is_cut:
                found.append(("url", address))
        text = _URL.sub(" ", text)
    # No path and no name goes over white space: most pieces are seen off at once.
    for piece in text.split():
        if "/" in piece or "." in piece:
            found += _in_piece(piece)
    return found


@lru_cache(maxsize=4096)
def _in_piece(piece: str) -> tuple[Mention, ...]:
    """Return what a piece of text without white space in it mentions: paths and names of files."""
    found: list[Mention] = []
    for match in _PATH.finditer(piece) if "/" in piece else ():
        if not piece.startswith("…", match.end()):
            found += _of_match(match.group())
    for match in _FILE_NAME.finditer(piece) if _may_name_file(piece) else ():
        if not _PRODUCT.fullmatch(match.group()):
            found += of_path(match.group())
    return tuple(found)


def _may_name_file(piece: str) -> bool:
    """Whether `_FILE_NAME` can be in a piece: not where all that ends as a file's name does has a slash before it."""
    for ending in _ENDING.finditer(piece):
        slash = piece.rfind("/", 0, ending.start())
        if slash < 0 or not _NAME.fullmatch(piece, slash + 1, ending.start()):
            return True
    return False


@lru_cache(maxsize=4096)  # a session names the same paths over and over
def of_path(path: str, *, is_file: bool = False) -> tuple[Mention, ...]:
    """Return what a path mentions: the file with its language and its folder, or the folder; nothing where it is none.

    Args:
        path: the path.
        is_file: whether it is known to be one of a file; else the ending of its name tells.
    """
    normal = posixpath.normpath(path)
    if len(normal) > 300 or normal.startswith("/dev/") or _NOISE.fullmatch(normal):
        return ()
    folder, _, name = normal.rpartition("/")
    extension = _extension(name)
    is_hidden_file = name.startswith(".") and name not in _FOLDERS
    if path.endswith("/") or not (extension or is_file or is_hidden_file):
        return (("directory", normal),)
    language = LANGUAGES.get(extension)
    return (
        ("file", normal),
        *((("language", language),) if language else ()),
        *((("directory", folder),) if folder and not _is_noise(folder) else ()),
    )


@lru_cache(maxsize=4096)
def _is_noise(folder: str) -> bool:
    return _NOISE.fullmatch(folder) is not None


def _of_match(path: str) -> tuple[Mention, ...]:
    """Return what something mentions that has slashes in it: an address without its beginning, a path, or nothing."""
    if _HOST.match(path):
        return (("url", path.rstrip(".,:")),)
    return of_path(path.rstrip(".,:")) if _is_path(path) and not path.endswith("...") else ()


def _is_path(text: str) -> bool:
    trimmed = text.rstrip(".,:/")
    if len(trimmed) < 4 or _NOISE.fullmatch(trimmed):
        return False
    if trimmed.startswith("/") and trimmed.count("/") == 1 and "." not in trimmed:
        return False  # a route or a slash command as likely as a folder
    if trimmed.startswith(("/", "~", "./", "../")):
        return True
    if _NO_PATH.fullmatch(trimmed) or _NAME_AND_VERSION.fullmatch(trimmed):
        return False
    # "and/or", "GET/POST", "1/2": without a leading mark a path ends in a file name or has three parts.
    return bool(_extension(trimmed)) or trimmed.count("/") > 1


def _extension(path: str) -> str:
    """Return the ending of a file's name in lower case, without the dot: ``python3.11`` and ``v1.2`` have none."""
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    if not (ending[:1].isalpha() and len(ending) <= _LONGEST_ENDING and ending.isalnum() and ending.isascii()):
        return ""
    return ending.lower() if stem.lstrip(".") else ""
