"""Corrections and approvals: the rules that find them in what a person typed, each with a name.

The rules look at how a message begins, because that is where people object or agree; a word of objection in
the middle of a long task description is no correction. Where the agent had just asked, a "no" or an "actually"
is an answer to it. They are English words: `warmtui.profiling.languages` says where they apply.
"""

from __future__ import annotations

import re

_HEAD = 240  # characters of a message that the rules look at

_CORRECTIONS = (
    (
        "begins with no",
        re.compile(
            r"(no|nope|nah)\b(?!,?\s+"
            r"(one|idea|doubt|problem|worries|need|rush|hurry|thanks|thank you|"
            r"that'?s (all|ok|okay|fine|alright|it))\b)"
        ),
    ),
    (
        "says it is wrong",
        re.compile(
            r"(that'?s|that is|this is|it'?s|you'?re|you are)\s+(still\s+)?"
            r"(wrong|incorrect|not (right|correct|what|it)\b|broken)"
        ),
    ),
    (
        "says it was not asked for",
        re.compile(r".{0,80}\b(not what i (asked|meant|wanted|said)|i (said|asked|told you|meant)\b|didn'?t ask)"),
    ),
    ("says stop", re.compile(r"(stop|wait(?! (for|until|till)\b)|hold on|undo|revert|roll (it|that) back)\b")),
    ("says do not", re.compile(r"(don'?t|do not|please don'?t)\b(?! (forget|worry|bother|hesitate)\b)")),
    (
        "begins with actually",
        re.compile(
            r"(actually|instead|wrong|not that|not the|not quite|that didn'?t|it didn'?t"
            r"|still (fails|failing|broken|not|wrong|the same))\b"
        ),
    ),
    (
        "says it does not work",
        re.compile(
            r".{0,60}\b(does ?n'?t work|did ?n'?t work|not working|is (still )?(broken|failing)"
            r"|you (missed|forgot|broke|deleted|ignored|skipped))\b"
        ),
    ),
)
_APPROVALS = (
    ("thanks", re.compile(r"(thanks|thank you|thx|cheers|ty)\b")),
    (
        "praises",
        re.compile(
            r"(great|perfect|excellent|nice|awesome|good (job|work)|well done|love it|beautiful|brilliant|wonderful)"
            r"\b(?!-)"
        ),
    ),
    (
        "agrees",
        re.compile(
            r"(yes|yep|yeah|ok|okay|sure|correct(?! (?:the|this|that|my|all)\b)|exactly|right|sounds good|looks good|"
            r"lgtm|works|that works|go ahead)\b(?!-)"
        ),
    ),
)
_MAY_ANSWER = frozenset({"begins with no", "begins with actually", "says stop", "says do not"})
_LEADING = re.compile(
    r"^((yes|yeah|right|sure|thanks|great|nice)[,.]? but\b|[\s\"'“,.!-]"
    r"|(hey|hi|hmm+|uh+|um+|oh|ok(ay)?|well|sorry|but|and|so)\b)+"
)


_Rules = tuple[tuple[str, re.Pattern[str]], ...]


def _any_of(rules: _Rules, *, further_in: bool = False) -> re.Pattern[str]:
    """Return a pattern that matches where one of the rules does that look at the beginning, or further in."""
    patterns = [rule.pattern for _, rule in rules if rule.pattern.startswith(".{") is further_in]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# Most messages match no rule, which is seen at once; only those with one of the words can match further in.
_ANY_CORRECTION = _any_of(_CORRECTIONS)
_ANY_CORRECTION_FURTHER_IN = _any_of(_CORRECTIONS, further_in=True)
_WORDS_FURTHER_IN = (
    *("ask", "meant", "wanted", "said", "told", "work", "broke", "failing"),
    *("missed", "forgot", "deleted", "ignored", "skipped"),
)
_FURTHEST_IN = 100  # characters of a message in which such a rule finds what it looks for
_ANY_APPROVAL = _any_of(_APPROVALS)


def remark_rule(text: str, *, was_asked: bool = False) -> tuple[bool, str]:
    """Return whether `text` corrects the agent, and the name of the rule by which it corrects or approves.

    A correction is no approval. The name is empty where the text is neither.

    Args:
        text: what a person typed.
        was_asked: whether the agent had just asked something.
    """
    starts = _starts(text)
    rule = _first(_CORRECTIONS, starts) if _may_correct(starts) else ""
    if rule and not (was_asked and rule in _MAY_ANSWER):
        return True, rule
    return False, _first(_APPROVALS, starts) if any(map(_ANY_APPROVAL.match, starts)) else ""


def asks(text: str) -> bool:
    """Whether an agent's message ends by asking something."""
    return "?" in text[-300:]


def _starts(text: str) -> tuple[str, ...]:
    """Return the heads of a message that are looked at: as it is, and without words like "well" in front."""
    head = text[:_HEAD].strip().lower().replace("’", "'")
    leading = _LEADING.match(head)  # to substitute nothing for it would look for it at every character
    return (head,) if leading is None else (head, head[leading.end() :])


def _may_correct(starts: tuple[str, ...]) -> bool:
    if any(map(_ANY_CORRECTION.match, starts)):
        return True
    looked_at = starts[0][: len(starts[0]) - len(starts[-1]) + _FURTHEST_IN]
    return any(map(looked_at.__contains__, _WORDS_FURTHER_IN)) and any(map(_ANY_CORRECTION_FURTHER_IN.match, starts))


def _first(rules: _Rules, starts: tuple[str, ...]) -> str:
    return next((name for name, rule in rules if any(map(rule.match, starts))), "")
