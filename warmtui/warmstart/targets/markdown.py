"""Markdown in which other people's text stays text: nothing of it opens a heading, a fence, a link or a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from warmtui.text import visible

_MARK = re.compile(r" {0,6}(?:(?:[-*>]|\d{1,3}[.)]) )?")
_BLOCK_START = re.compile(r"[#>+*=~\[-]|\d{1,9}(?=[.)])")
_LINK = re.compile(r"](?=[(\[])")
_BACKTICKS = re.compile("`+")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.*?[^`])?\1(?!`)")
_FENCE_LINE = re.compile(r"(`{3,})[a-z]*")
_HEADING = re.compile(r"#{1,3} (?=\S)")
_NO_TEXT = re.compile(r"[#>+*=~\[]|-(?! )|\d{1,9}[.)](?! )")


def fenced(text: str, language: str = "text") -> str:
    """Return `text` between fences that are longer than any in it."""
    shown = visible(text)
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    return f"{fence}{language}\n{shown}\n{fence}"


def inert(text: str) -> str:
    """Return `text` with each line's own list or quotation mark, and all else in it only text.

    Code between backticks stays where it ends on its line.
    """
    return "\n".join(_inert_line(line.rstrip()) for line in visible(text).split("\n"))


def _inert_line(line: str) -> str:
    mark = _MARK.match(line)
    at = mark.end() if mark else 0
    rest = "".join(_plain(piece) if is_text else piece for piece, is_text in _pieces(line[at:].lstrip()))
    start = _BLOCK_START.match(rest)
    if start:
        rest = f"\\{rest}" if not start.group()[0].isdigit() else f"{start.group()}\\{rest[start.end() :]}"
    return line[:at] + rest


def _plain(text: str) -> str:
    return _LINK.sub(r"]\\", text.replace("`", "'").replace("<", "&lt;"))


def _pieces(line: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a line, and for each whether it is text and no code between backticks."""
    end = 0
    for span in _CODE_SPAN.finditer(line) if "\\`" not in line else ():
        yield line[end : span.start()], True
        yield span.group(), False
        end = span.end()
    yield line[end:], True


def broken_markdown(text: str) -> list[str]:
    """Return where `text` holds what `inert` and `fenced` never write: an open fence, a tag, a link, a rule."""
    broken = []
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if fence:
            run = line.strip()
            fence = "" if not run.strip("`") and len(run) >= len(fence) else fence
            continue
        opened = _FENCE_LINE.fullmatch(line)
        if opened:
            fence = opened.group(1)
        elif _acts(line):
            broken.append(f"line {number}: text that acts as markup")
    return [*broken, "a fence is not closed"] if fence else broken


def _acts(line: str) -> bool:
    heading = _HEADING.match(line)
    mark = heading or _MARK.match(line)
    rest = line[mark.end() if mark else 0 :]
    text = "".join(piece for piece, is_text in _pieces(rest) if is_text)
    return bool("<" in text or "`" in text or _LINK.search(text) or _NO_TEXT.match(rest))
