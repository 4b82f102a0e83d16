"""Cutting a command line into words as a shell does: quotes, redirections, here-documents; nothing is ever run."""

from __future__ import annotations

import re

Words = tuple[tuple[str, ...], str]
"""A simple command: its words with the quotes taken off, and what joins it to the one before."""


# What a command line may hold beside words, blanks and what joins two commands.
_SPECIAL = re.compile(r"""['"\\$`<>()#&]|[^\S \t]""")
_JOINT = re.compile(r"(&&|\|\||[;|])")


def split(text: str) -> list[Words]:
    """Return the simple commands of a command line in order: assignments among their words, redirections not.

    Args:
        text: the command line.
    """
    # Most command lines have no quotes and nothing else that takes more than a look at the joints.
    parts = _JOINT.split(text)
    if all(part.strip() and not _SPECIAL.search(part) for part in parts[::2]):
        return [(tuple(part.split()), joint) for part, joint in zip(parts[::2], ["", *parts[1::2]], strict=True)]
    return _split_in_full(text)


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)
      | (?P<comment>\#[^\n]*)
      | (?P<joint>&&|\|\||\|&|\||;;|;|\n)
      | (?P<redirect>\d*(?:<<<|<<-?|>>|>\||<>|[<>]&|[<>](?!\())|&>>?)
      | (?P<background>&)
      | (?P<paren>[()])""",
    re.VERBOSE,
)
_PIECE = re.compile(
    r"""'(?P<single>[^']*)'?
      | "(?P<double>(?:[^"\\]|\\.)*+)"?
      | \\(?P<escaped>.)
      | (?P<substitution>\$\(|[<>]\()
      | `(?P<backtick>[^`]*)`?
      | (?P<plain>[^\s'"\\$<>`|&;()]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_JOINTS = {"\n": ";", ";;": ";", "|&": "|"}


def _split_in_full(text: str) -> list[Words]:
    """Cut any command line, in one pass over its characters."""
    found: list[Words] = []
    words: list[str] = []
    heredocs: list[str] = []
    joint = ""
    skip_word = is_heredoc = False
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        kind = token.lastgroup if token else None
        if token is None or (kind == "redirect" and not _at_word_start(text, position)):
            word, position = _word(text, position)
            if is_heredoc:
                heredocs.append(word)
            elif not skip_word:
                words.append(word)
            skip_word = is_heredoc = False
            continue
        position = token.end()
        if kind == "redirect":
            skip_word = not token.group().endswith("&") or not _is_descriptor(text, position)
            is_heredoc = token.group().lstrip("0123456789") in ("<<", "<<-")
            if not skip_word:
                position += 1
        elif kind in ("joint", "background", "paren"):
            if words:
                found.append((tuple(words), joint))
                words, joint = [], ";"
            if kind == "joint" and (found or words):
                joint = _stronger(joint, _JOINTS.get(token.group(), token.group()))
            if token.group() == "\n" and heredocs:
                position = _after_heredocs(text, position, heredocs)
                heredocs = []
    if words:
        found.append((tuple(words), joint))
    return found


def _stronger(before: str, now: str) -> str:
    """A line break after ``&&`` or ``|`` does not end the pipeline."""
    return before if now == ";" and before in ("&&", "||", "|") else now


def _at_word_start(text: str, position: int) -> bool:
    """A digit before ``>`` is a descriptor only as a word of its own: ``a2>x`` writes a2."""
    return position == 0 or not text[position].isdigit() or text[position - 1] in " \t\n;&|("


def _is_descriptor(text: str, position: int) -> bool:
    return text[position : position + 1].isdigit() or text[position : position + 1] == "-"


def _word(text: str, position: int) -> tuple[str, int]:
    """Read one word from `position`, quotes off; return it and where it ends."""
    pieces: list[str] = []
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            break
        kind = piece.lastgroup
        if kind == "substitution":
            end = _after_substitution(text, piece.end())
            pieces.append(text[position:end])
            position = end
        else:
            value = piece.group(kind) if kind else ""
            pieces.append(re.sub(r'\\([\\"$`])', r"\1", value) if kind == "double" else value)
            position = piece.end()
        if position < len(text) and text[position] in " \t\r\n;|&()<>":
            break
    return "".join(pieces), position


def _after_substitution(text: str, position: int) -> int:
    """Return where ``$( … )`` ends, quotes and inner parentheses respected; the end of the text if it never does."""
    depth = 1
    while position < len(text):
        char = text[position]
        if char in "'\"\\`":
            piece = _PIECE.match(text, position)
            position = piece.end() if piece else position + 1
            continue
        position += 1
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                break
    return position


def _after_heredocs(text: str, position: int, delimiters: list[str]) -> int:
    for delimiter in delimiters:
        end = re.compile(rf"^\t*{re.escape(delimiter)}$", re.MULTILINE).search(text, position)
        if end is None:
            return len(text)
        position = end.end()
    return position
