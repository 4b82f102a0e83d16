"""Whatever an object with ``get_messages`` hands over is read and analysed: its dicts come from another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warmtui.profiling.profiler import SessionProfiler
from warmtui.templates.extraction import create_template_from_session

_TEXT = st.text(max_size=30) | st.sampled_from(
    ['{"error": "no"}', "Exit code: 1", '[{"type": "text"}]', "\ud800", "\x00"]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_ANY = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=8
)
_CALLS = st.lists(
    st.fixed_dictionaries({"id": _SCALARS, "function": st.fixed_dictionaries({"name": _SCALARS, "arguments": _ANY})}),
    max_size=3,
)
_MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "tool", "system"]) | _SCALARS, "content": _ANY},
    optional={
        "id": _SCALARS,
        "tool_calls": _CALLS | _ANY,
        "tool_call_id": _SCALARS,
        "tool_name": _SCALARS,
        "timestamp": _SCALARS,
        "session_id": _SCALARS,
        "active": _SCALARS,
        "compacted": _SCALARS,
        "is_error": _SCALARS,
    },
)


class _Source:
    """Another program's store."""

    def __init__(self, messages: Sequence[Mapping[str, Any]]) -> None:
        self._messages = messages

    def get_messages(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        return self._messages


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_MESSAGES, min_size=1, max_size=8))
def test_any_messages_are_analysed_and_make_a_template(messages: list[dict[str, Any]]) -> None:
    source = _Source(messages)
    analysis = SessionProfiler(source).analyze_session("s")
    orjson.dumps(analysis.to_dict(explain=True))
    orjson.dumps(create_template_from_session("s", source).to_dict())
