"""A stream put into a request that an agent is about to make: after its own prompt, before the history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from warmtui.warmstart.context import ACKNOWLEDGEMENT, OPENING
from warmtui.warmstart.examples import NEUTRAL_REQUEST
from warmtui.warmstart.targets.requests import RequestShape, call_ids, speaker, text_of, tool_names

_OUR_CALL = re.compile(r"warm_\d+")


def with_stream(
    request: Mapping[str, Any], shape: RequestShape, stream: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the request with a stream in it, or None where it is to stay as it is.

    It stays where it holds a stream of ours already (a prefill, say), where nothing is asked yet, where it begins in
    the middle of a call, and where it offers no tools and the stream calls some: that is no agent at work. The
    request and what is in it are not changed. The same request and stream give the same bytes.

    Args:
        request: what goes to the provider.
        shape: its shape.
        stream: the messages, in that shape.
    """
    items = request.get(shape.key)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        return None
    first = next((place for place, item in enumerate(items) if speaker(item) != "system"), len(items))
    if not stream or first == len(items) or speaker(items[first]) == "tool" or is_warm(items):
        return None
    if not tool_names(request) and any(speaker(message) == "tool" for message in stream):
        return None
    # A history that begins with the assistant's words would have it speak twice.
    between = [] if speaker(items[first]) == "user" else [{"role": "user", "content": NEUTRAL_REQUEST}]
    return {**request, shape.key: [*items[:first], *stream, *between, *items[first:]]}


def is_warm(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether messages of any shape hold a stream of ours already: its context and the answer to it, or its calls.

    Told by these and not by the whole stream, because who sent it may have set other messages before it, merged
    them, marked them for a cache, or used another template or version.
    """
    return any(isinstance(one, str) and _OUR_CALL.fullmatch(one) for item in items for one in call_ids(item)) or any(
        OPENING in text_of(item)
        and speaker(item) == "user"
        and speaker(answer) == "assistant"
        and ACKNOWLEDGEMENT in text_of(answer)
        for item, answer in pairwise(items)
    )
