"""What changed between two command lines, in words: a flag more, something in front, another program."""

from __future__ import annotations

_LONGEST = 40  # characters of words that are told; longer ones are only said to differ


def command_change(before: str, after: str) -> str:
    """Return what changed between two command lines, as the end of "… again"; empty where it is not told in short.

    Compared word by word: "with `-y` added", "with `sudo` in front", "with `| head` behind it", "without `-x`",
    "with `pip3` instead of `pip`".

    Args:
        before: the command that failed; may be cut, an ellipsis at each cut.
        after: the command that worked, cut in the same way.
    """
    old, new = _words(before), _words(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    removed = " ".join(old[start : len(old) - end])
    added = " ".join(new[start : len(new) - end])
    if not added and not removed:
        return ""
    if len(added) > _LONGEST or len(removed) > _LONGEST or (_is_cut(before) and _is_cut(after) and not end):
        return ""
    if not removed:
        return f"with `{added}` {_place(added, start, end)}"
    return f"without `{removed}`" if not added else f"with `{added}` instead of `{removed}`"


def _words(command: str) -> list[str]:
    words = command.split()
    return words[:-1] if _is_cut(command) else words


def _is_cut(command: str) -> bool:
    return command.endswith("…")


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _place(added: str, start: int, end: int) -> str:
    if not start:
        return "in front"
    return "behind it" if not end and not added.startswith("-") else "added"
