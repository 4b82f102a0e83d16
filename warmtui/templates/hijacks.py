"""Text that reads as if it were an instruction to the next agent, or a part of its conversation: where it stands.

Recorded results hold such text for good reasons, so nobody is kept from anything: a person should look at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 60  # characters of what was found that are shown
_REMEMBERED = 20_000  # characters of a text of which it is remembered what was found in it

_BEFORE = r"(?:previous|prior|earlier|preceding|above|foregoing|existing|initial|original|former)"
_ORDERS = r"(?:instructions?|prompts?|directions?|directives?|guidelines?|rules|orders|commands|system messages?)"
_DROP = r"\b(?:ignore|disregard|forget|override|bypass|discard)\b"


def _within(gap: int, *parts: str) -> str:
    """Return a pattern of parts that follow each other in one sentence, at most `gap` characters apart."""
    return rf"[^.!?。！？\n]{{0,{gap}}}".join(parts)


_PHRASES = re.compile(
    "|".join(
        (
            # English: "ignore all previous instructions", "disregard your rules", "forget everything above"
            _within(24, _DROP, rf"\b{_BEFORE}\b", rf"\b{_ORDERS}\b"),
            rf"{_DROP} (?:all |any |of |the |your |my |these |those ){{1,4}}(?:system )?{_ORDERS}\b(?![\w-])",
            _within(20, r"\bforget (?:everything|all)\b", r"\b(?:above|before|previous|told|said|know)\b"),
            r"\b(?:new|updated|real|true) (?:system )?instructions\s*:",
            r"\byou are now (?:in )?(?:DAN|developer mode|jailbroken|unrestricted|free from)\b",
            r"\b(?:(?:reveal|repeat|leak) (?:your|the)|(?:print|show|output)(?: me)? your) "
            r"(?:system|hidden|initial) prompt\b",
            # German, Dutch
            _within(
                40,
                r"\b(?:ignorier\w*|vergiss|vergesst|vergessen sie|missachte\w*)\b",
                r"\b(?:anweisung\w*|instruktion\w*|vorgaben|befehle?)\b",
            ),
            _within(30, r"\b(?:negeer|vergeet)\b", r"\b(?:instructies|opdrachten|aanwijzingen)\b"),
            # French, Spanish, Portuguese, Italian
            _within(
                24,
                r"\b(?:ignore[zr]?|oublie[zr]?)\b",
                r"\b(?:instructions|consignes|directives)\b",
                r"\b(?:pr[ée]c[ée]dentes|ant[ée]rieures|ci-dessus)",
            ),
            _within(
                24,
                r"\b(?:ignor[ae]|olvid[ae]|haz caso omiso de)\b",
                r"\binstrucciones\b",
                r"\b(?:anteriores|previas|de arriba)",
            ),
            _within(
                24,
                r"\b(?:ignor[ae]|esque[çc]a|desconsidere)\b",
                r"\binstru[çc][õo]es\b",
                r"\b(?:anteriores|pr[ée]vias|acima)",
            ),
            _within(24, r"\b(?:ignor[ai]|dimentica|trascura)\b", r"\bistruzioni\b", r"\b(?:precedenti|sopra)"),
            # Polish, Turkish, Russian, Ukrainian
            _within(30, r"\b(?:zignoruj|ignoruj|zapomnij)\b", r"\b(?:instrukcj|polece)\w+"),
            _within(
                16,
                r"\b[öo]nceki\b",
                r"\b(?:talimat|komut)\w*",
                r"\b(?:yok say|unut|g[öo]rmezden gel|dikkate alma)",
            ),
            _within(
                30,
                r"\b(?:про)?(?:игнорируй|ігноруй|забудь)(?:те)?\b",
                r"\b(?:инструкци|указани|команд|інструкці|вказівк)\w*",
            ),
            # Arabic, Hindi, Chinese, Japanese, Korean
            _within(16, "تجاهل", "(?:التعليمات|الأوامر)"),
            _within(16, "(?:पिछले|पूर्व)", "निर्देशों", "(?:अनदेखा|नज़रअंदाज़|भूल)"),
            _within(10, "(?:忽略|无视|無視|忘记|忘記|忽視)", "(?:指令|指示|说明|說明|提示词|提示詞|命令)"),
            _within(8, "(?:以前|これまで|上記|前|すべて)の", "(?:指示|命令)を", "(?:無視|忘れ)"),
            _within(8, "(?:이전|위의|앞의)", "(?:지시|명령|지침)", "(?:무시|잊)"),
        )
    ),
    re.IGNORECASE,
)
_PHRASE_HINTS = re.compile(
    r"ignor|disregard|forget|overrid|bypass|discard|instructions|you are now|system prompt|hidden prompt|initial prompt"
    r"|vergiss|vergess|missacht|negeer|vergeet|oubli|olvid|omiso|esque|desconsidere|dimentica|trascura|zapomnij"
    r"|nceki|игнорируй|ігноруй|забудь|تجاهل|निर्देश|忽略|无视|無視|忘|忽視|무시|잊",
    re.IGNORECASE,
)

_ROLES = re.compile(
    r"<\|(?:im_start|im_end|im_sep|system|user|assistant|end|endoftext|start_header_id|end_header_id|eot_id"
    r"|begin_of_text|start|message|channel)\|>"
    r"|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?system(?:[-_](?:prompt|message|reminder|instructions?))?>"
    r"|<｜(?:begin▁of▁sentence|User|Assistant|System)｜>"
    r"|^#{2,4} ?(?:System|Instructions?|Assistant|Human|User) ?(?:Prompt|Message)?:"
    r"|^\n?(?:Human|Assistant): (?=\S)",
    re.MULTILINE | re.IGNORECASE,
)
_TOOLS = re.compile(
    r"</?(?:antml:)?(?:(?:tool|function)_(?:calls?|results?|responses?)|tool_use|invoke)\b[^>\n]{0,80}>"
    r"|<function=\w+|<\|(?:tool_call|tool_response|python_tag)\|?>|\[/?TOOL_(?:CALLS|RESULTS)\]|<｜tool▁\w",
    re.IGNORECASE,
)

# Bidirectional overrides and isolates, invisible characters, and the tag characters that spell hidden text. The joiners
# of emoji and of scripts that need them, a byte-order mark that opens a text and soft hyphens are everyday text.
_INVISIBLE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u2060-\u2064\u206a-\u206f\u180e\u115f\u1160\u3164\uffa0\U000e0000-\U000e007f]"
    "|[\u200b\u200e\u200f]{3,}|(?<=[A-Za-z])[\u200b-\u200d]+(?=[A-Za-z])|(?<=.)\ufeff(?=[A-Za-z])"
)
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")  # flags of regions are spelled with tag characters


class Hijack(NamedTuple):
    """Something that reads like an instruction or a turn of a conversation.

    Attributes:
        rule: ``hijack-phrase``, ``role-tag``, ``tool-tag`` or ``invisible-characters``.
        found: what it is, as it stands there, cut to sixty characters.
    """

    rule: str
    found: str


def find_hijacks(text: str) -> tuple[Hijack, ...]:
    """Return what in `text` could be taken for an instruction: the first of each kind, in no other order."""
    return _remembered(text) if len(text) <= _REMEMBERED else tuple(_found(text))


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[Hijack, ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[Hijack]:
    if _PHRASE_HINTS.search(text):
        yield from _first("hijack-phrase", _PHRASES, text)
    if "<" in text or "[" in text or "#" in text or ":" in text:
        yield from _first("role-tag", _ROLES, text)
        yield from _first("tool-tag", _TOOLS, text)
    if not text.isascii():
        yield from _first("invisible-characters", _INVISIBLE, _FLAG.sub("", text))


def _first(rule: str, pattern: re.Pattern[str], text: str) -> Iterator[Hijack]:
    match = pattern.search(text)
    if match is not None:
        yield Hijack(rule, match.group()[:_LONGEST])
