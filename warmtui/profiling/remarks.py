"""Corrections and approvals: the rules that find them in what a person typed, each with a name.

The rules look at how a message begins, because that is where people object or agree; a word of objection in
the middle of a long task description is no correction. Where the agent had just asked, a "no" or an "actually"
is an answer to it. They are English words: `warmtui.profiling.languages` says where they apply.
"""

from __future__ import annotations

import re

from warmtui.profiling.letters import word_set, words

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


def _beginnings(rules: _Rules) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return one pattern for the rules that look at the very beginning, and the rules' names by its groups."""
    at_once = [(f"rule_{at}", *rule) for at, rule in enumerate(rules) if not rule[1].pattern.startswith(".{")]
    pattern = "|".join(f"(?P<{group}>{rule.pattern})" for group, _, rule in at_once)
    return re.compile(pattern), {group: name for group, name, _ in at_once}


# Most messages match no rule, which is seen at once: only those with one of the words can match further in.
_CORRECTING, _APPROVING = _beginnings(_CORRECTIONS), _beginnings(_APPROVALS)
_WORDS_FURTHER_IN = word_set(
    "what said asked told meant didn didnt work working broken failing missed forgot broke deleted ignored skipped"
)
_FURTHEST_IN = 100  # characters of a message in which such a rule finds what it looks for


def remark_rule(text: str, *, was_asked: bool = False) -> tuple[bool, str]:
    """Return whether `text` corrects the agent, and the name of the rule by which it corrects or approves.

    A correction is no approval. The name is empty where the text is neither.

    Args:
        text: what a person typed.
        was_asked: whether the agent had just asked something.
    """
    head = text[:_HEAD].strip().lower()
    if not head.isascii():
        head = head.replace("’", "'")
    # It is looked at as it is, and without words like "well" in front.
    leading = _LEADING.match(head)
    if leading is None and _WORDS_FURTHER_IN.isdisjoint(words(head[:_FURTHEST_IN])):
        rule, approval = _begins(_CORRECTING, head), _begins(_APPROVING, head)
    else:
        starts = (head, head if leading is None else head[leading.end() :])
        rule, approval = _first(_CORRECTIONS, starts), _first(_APPROVALS, starts)
    if rule and not (was_asked and rule in _MAY_ANSWER):
        return True, rule
    return False, approval


def asks(text: str) -> bool:
    """Whether an agent's message ends by asking something."""
    return "?" in text[-300:]


def _begins(rules: tuple[re.Pattern[str], dict[str, str]], start: str) -> str:
    found = rules[0].match(start)
    return "" if found is None else rules[1][str(found.lastgroup)]


def _first(rules: _Rules, starts: tuple[str, ...]) -> str:
    return next((name for name, rule in rules if any(map(rule.match, starts))), "")
