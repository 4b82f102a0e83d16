"""From a template to the messages a new session begins with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from warmtui.errors import NotFoundError, StreamError
from warmtui.templates.cleaning import cleaned
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import Example, SessionTemplate
from warmtui.templates.redaction import Redactor
from warmtui.templates.tokens import estimate_message_tokens, estimate_tokens
from warmtui.text import one_line, plural, storable
from warmtui.warmstart.context import context_text, spoken_tools
from warmtui.warmstart.examples import example_messages, within
from warmtui.warmstart.models import CONTEXT, USER, Level, Stream, StreamMessage
from warmtui.warmstart.parts import part_keys, stream_parts
from warmtui.warmstart.synthetic import synthetic_examples
from warmtui.warmstart.targets import check, context_messages, known, takes_user_message, tool_names, written
from warmtui.warmstart.targets.skill import example_text, write_skill
from warmtui.warmstart.warnings import renamed, unknown_tools, with_placeholders


class WarmSessionBootstrapper:
    """Builds message streams.

    Args:
        manager: where templates that are named by their id are loaded from; not needed for template objects.
    """

    def __init__(self, manager: TemplateManager | None = None) -> None:
        self._manager = manager

    def create_warm_session_messages(
        self,
        template: SessionTemplate | str,
        user_message: str | None = None,
        *,
        target: str = "openai",
        level: str = Level.BOTH,
        max_examples: int | None = None,
        budget: int | None = None,
        synthetic: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the messages a new session begins with, in the shape of `target`.

        The same template and message give the same bytes: call ids are issued in order, and nothing of the
        clock or of chance is in it. Secrets that an edit brought in are redacted again.

        Args:
            template: the template, or its id.
            user_message: the first message of the new session; left out for ``hermes``, which adds it itself.
            target: ``openai``, ``hermes`` or ``anthropic``. For ``anthropic`` a request must say what tools there
                are, as for every stream with calls, and newer models want the user's message at the end.
            level: ``context`` (only the words), ``examples`` (only the examples) or ``both``.
            max_examples: at most so many of the template's examples, from the first on; all of them if None.
            budget: estimated tokens the examples may cost together; no limit if None.
            synthetic: make up an example for each pattern that has no recorded one and says enough.

        Raises:
            NotFoundError: no template has that id.
            StreamError: the target or the level is unknown, the target is no list of messages, or the template
                cannot be written for it.
        """
        context_messages(target, "")  # says whether it has messages
        document = self.build_stream(
            template,
            user_message,
            target=target,
            level=level,
            max_examples=max_examples,
            budget=budget,
            synthetic=synthetic,
        ).document()
        messages: list[dict[str, Any]] = document["messages"] if isinstance(document, dict) else document
        return messages

    def build_stream(
        self,
        template: SessionTemplate | str,
        user_message: str | None = None,
        *,
        target: str = "openai",
        level: str = Level.BOTH,
        max_examples: int | None = None,
        budget: int | None = None,
        synthetic: bool = False,
        known_tools: Collection[str] | None = None,
        known_by: str = "",
    ) -> Stream:
        """Return the stream with what each part is for and costs; see `create_warm_session_messages`.

        Args:
            target: besides those with messages ``skill``.
            known_tools: the tools there are where the stream will be used; it warns of others that it names.
            known_by: who says that these are the tools there are; part of the warning.
        """
        known(target)
        wanted = _level(level)
        loaded = self._loaded(template)
        redactor = Redactor()
        safe = cleaned(loaded, redactor)
        has_words = wanted is not Level.EXAMPLES
        shows = wanted is not Level.CONTEXT
        offered, said_too_little = _offered(loaded, safe, synthetic=synthetic) if shows else ({}, ())
        names = tool_names(target, _tools(safe))
        chosen = within(offered, max_examples, budget, _cost(target, names))
        if known(target).context is None:
            stream = _text(target, safe, chosen, redactor, has_words=has_words)
        else:
            words = redactor.text(context_text(safe, has_words=has_words, has_examples=bool(chosen)))
            stream = _messages(target, words, chosen, names, user_message)
        broken = check(target, stream.document())
        if broken:
            raise StreamError(f"the stream of “{one_line(loaded.name, 60)}” is not valid for {target}: {broken[0]}")
        warnings = [
            *renamed(target, chosen.values(), names),
            *(_missing(stream, len(offered), len(chosen)) if shows else ()),
            *with_placeholders(chosen.values()),
            *unknown_tools(spoken_tools(safe) if has_words else (), chosen.values(), known_tools, known_by),
            *said_too_little,
        ]
        return replace(stream, warnings=(*stream.warnings, *warnings))

    def _loaded(self, template: SessionTemplate | str) -> SessionTemplate:
        if isinstance(template, SessionTemplate):
            return template
        found = self._manager.load_template(template) if self._manager is not None else None
        if found is None:
            raise NotFoundError(f"there is no template “{one_line(template, 60)}”")
        return found


def _level(level: str) -> Level:
    try:
        return Level(level)
    except ValueError:
        raise StreamError(f"“{one_line(str(level), 60)}” is no level; the levels are {', '.join(Level)}") from None


def _offered(
    loaded: SessionTemplate, safe: SessionTemplate, *, synthetic: bool
) -> tuple[dict[str, Example], tuple[str, ...]]:
    """Return the redacted examples by the keys that they have in the template, and what was too little for one."""
    made, said_too_little = synthetic_examples(safe) if synthetic else ((), ())
    keys = part_keys((*loaded.examples, *made))
    return dict(zip(keys, (*safe.examples, *made), strict=True)), said_too_little


def _missing(stream: Stream, offered: int, chosen: int) -> Iterator[str]:
    if chosen < offered:
        yield f"{plural(offered - chosen, 'example')} left out by the limits"
    if not offered:
        has_context = any(part.key == CONTEXT for part in stream.parts)
        yield "no example: the stream has only words" if has_context else "nothing of the template is in the stream"


def _tools(template: SessionTemplate) -> Iterator[str]:
    """Yield the tools of the whole template, so that they are called the same whatever part of it is used."""
    yield from (call.tool_name for example in template.examples for call in example.calls)
    yield from (pattern.tool_name for pattern in template.tool_patterns)
    yield from (pattern.tool_name for pattern in template.recovery_patterns)


def _cost(target: str, names: Mapping[str, str]) -> Callable[[Example, int], int]:
    """Return what says how many tokens an example costs in a stream, as the parts of the stream say it."""
    if known(target).context is None:
        return lambda example, place: estimate_tokens(example_text(place, example))
    return lambda example, _: sum(one.tokens for one in example_messages(example, "", count(1), names))


def _text(
    target: str, template: SessionTemplate, examples: Mapping[str, Example], redactor: Redactor, *, has_words: bool
) -> Stream:
    skill = write_skill(template, list(examples.values()), redactor.text, has_words=has_words)
    costs = [(CONTEXT, estimate_tokens(skill.words))]
    costs += [(key, estimate_tokens(text)) for key, text in zip(examples, skill.examples, strict=True)]
    return Stream(target, (), stream_parts(costs, examples), written=skill.document())


def _messages(
    target: str, context: str, examples: Mapping[str, Example], names: Mapping[str, str], user_message: str | None
) -> Stream:
    messages = [_message(one, CONTEXT) for one in context_messages(target, context)]
    ids = count(1)
    for key, example in examples.items():
        messages += example_messages(example, key, ids, names)
    messages += _user(target, user_message)
    warnings = []
    if user_message is not None and not user_message.strip() and takes_user_message(target):
        warnings.append("the message is empty, and left out")
    parts = stream_parts(((message.part, message.tokens) for message in messages), examples)
    return Stream(target, tuple(messages), parts, tuple(warnings), written(target, messages))


def _user(target: str, user_message: str | None) -> Iterator[StreamMessage]:
    if user_message is not None and user_message.strip() and takes_user_message(target):
        yield _message({"role": "user", "content": storable(user_message)}, USER)


def _message(said: dict[str, Any], part: str) -> StreamMessage:
    return StreamMessage(said, part, estimate_message_tokens(said))
