"""What a person typed in a conversation, in order, each message with what the agent had done before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from warmtui.sessions.models import Conversation, Message

ALIKE = 0.9
"""Share of the words of two messages together that both have, from which on they are the same request."""

LEAST_WORDS = 4
"""Different words that a request has at least to be told again: "go on" is said many times without reproach."""

_HEAD = 1000  # characters of a message that are compared
# Of scripts written without spaces between words each character counts as a word.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]|\w+"
)


@dataclass(slots=True)
class TypedMessage:
    """A message of a person; what it is compared by is taken from it once, and only if asked for.

    Attributes:
        message: the message.
        text: what was typed, without white space around it.
        calls: how many calls the agent had made before it.
        answers: how many messages the agent had written before it.
        said: the last of those; empty before the first.
        length: the characters of it that are compared.
    """

    message: Message
    text: str
    calls: int
    answers: int
    said: str
    length: int
    _pieces: frozenset[str] | None = field(default=None, repr=False, compare=False)
    _words: frozenset[str] | None = field(default=None, repr=False, compare=False)

    def is_like(self, other: TypedMessage) -> bool:
        """Whether two messages say nearly the same."""
        if not self._could_be_like(other):
            return False
        one, two = self._in_words(), other._in_words()
        return min(len(one), len(two)) >= LEAST_WORDS and len(one & two) >= ALIKE * len(one | two)

    def _could_be_like(self, other: TypedMessage) -> bool:
        """Whether two messages are half alike in what stands between spaces: seen faster than whole words are."""
        one, two = self._split(), other._split()
        few, many = (len(one), len(two)) if len(one) < len(two) else (len(two), len(one))
        if few < LEAST_WORDS:
            return True
        # Half of all that is in either; not even all of the one would do where the other has twice as much.
        return 2 * few >= many and 3 * len(one & two) >= few + many

    def _split(self) -> frozenset[str]:
        if self._pieces is None:
            self._pieces = frozenset(self.message.person_text[:_HEAD].lower().split())
        return self._pieces

    def _in_words(self) -> frozenset[str]:
        if self._words is None:
            self._words = words_of(self.message.person_text)
        return self._words


def words_of(text: str) -> frozenset[str]:
    """Return the different words of a text, whatever their case; of scripts without spaces the characters."""
    return frozenset(_WORD.findall(text[:_HEAD].casefold()))


def typed_messages(conversation: Conversation) -> list[TypedMessage]:
    """Return the messages of `conversation` that a person typed, also those they typed while a tool ran."""
    typed: list[TypedMessage] = []
    calls = answers = 0
    said = ""
    for message in conversation.messages:
        if message.role == "assistant" and not message.is_compaction:
            answers += 1
            said = message.text
        if message.calls:
            calls += len(message.calls)
        words = message.person_text
        if words and (text := words.strip()):
            typed.append(TypedMessage(message, text, calls, answers, said, min(len(words), _HEAD)))
    return typed
