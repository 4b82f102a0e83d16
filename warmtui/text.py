"""Plain text made safe to show: session text is other people's output, never markup or an escape."""

from __future__ import annotations

import json
import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# C0 and C1 controls, bidirectional overrides, invisible format characters and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHITESPACE = re.compile(r"\s+")


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␀ ␁ … ␟
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if 0xD800 <= code <= 0xDFFF:
        return _REPLACEMENT
    return f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}{code:x}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


def visible(text: str) -> str:
    """Return `text` with control and invisible characters as visible ones; newlines stay, tabs are spaces.

    Escape becomes ``␛``, a bidirectional override ``‹202e›``, a lone surrogate ``�``; a CRLF is one newline.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_shown, text.replace("\r\n", "\n").expandtabs(4))


def one_line(text: str, width: int | None = None) -> str:
    """Return `text` visible, on one line, white space folded, cut to `width` characters with an ellipsis."""
    if width is not None and len(text) > 4 * width + 64:
        text = text[: 4 * width + 64]  # enough to fill the line; never fold two megabytes for eighty cells
    folded = _WHITESPACE.sub(" ", visible(text)).strip()
    return folded if width is None else shorten(folded, width)


def shorten(text: str, width: int) -> str:
    """Return `text` cut to at most `width` characters, the last of them an ellipsis if it was cut."""
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""


def storable(text: str) -> str:
    """Return `text` with lone surrogates as ``�``: what UTF-8, and so any file or provider, can hold."""
    return text if text.isascii() else _SURROGATE.sub(_REPLACEMENT, text)


def json_text(value: object) -> str:
    """Return any value as JSON text, keys in order; what JSON cannot hold is written as its words.

    For comparing and showing: the text of a value that holds itself, or is nested past all sense, is its type.
    """
    try:
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError):
        return f"({type(value).__name__})"


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return "1 session", "2 sessions", "1,204 sessions"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
