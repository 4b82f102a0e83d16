"""Streams against the types that OpenAI and Anthropic publish for their APIs.

They validate iterables only when these are read, and let pass keys they do not know; so what was validated is read
whole and compared with what went in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.warmstart.examples import TEMPLATE, templates, texts
from tests.warmstart.refused import ANTHROPIC_SHAPES, SHAPES, USER, Case, anthropic, uses
from warmtui.templates.models import SessionTemplate
from warmtui.warmstart.ablation import ablations
from warmtui.warmstart.bootstrapper import WarmSessionBootstrapper

pytestmark = pytest.mark.long  # the types of the two take seconds to import, and to become validators

Fits = Callable[[Any], bool]


def _read(value: Any) -> Any:
    """Return a validated value with every iterator read: what is wrong in one shows only then."""
    if isinstance(value, Mapping):
        return {key: _read(inner) for key, inner in value.items()}
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return value
    return [_read(inner) for inner in value]


def _fits(adapter: TypeAdapter[Any], messages: Any) -> bool:
    try:
        return bool(_read(adapter.validate_python(messages)) == messages)
    except ValidationError:
        return False


@pytest.fixture(scope="module")
def openai_fits() -> Fits:
    from openai.types.chat import ChatCompletionMessageParam

    adapter: TypeAdapter[Any] = TypeAdapter(list[ChatCompletionMessageParam])
    return lambda document: _fits(adapter, document)


@pytest.fixture(scope="module")
def anthropic_fits() -> Fits:
    from anthropic.types import MessageParam

    adapter: TypeAdapter[Any] = TypeAdapter(list[MessageParam])
    return lambda document: isinstance(document["system"], str) and _fits(adapter, document["messages"])


@pytest.fixture(scope="module")
def fits(openai_fits: Fits, anthropic_fits: Fits) -> Mapping[str, Fits]:
    return {"openai": openai_fits, "hermes": openai_fits, "anthropic": anthropic_fits}


@pytest.mark.parametrize("broken", SHAPES)
def test_openais_types_refuse_what_is_no_chat_message(openai_fits: Fits, broken: Case) -> None:
    assert not openai_fits(broken[0])


@pytest.mark.parametrize("broken", ANTHROPIC_SHAPES)
def test_anthropics_types_refuse_what_is_no_message_of_theirs(anthropic_fits: Fits, broken: Case) -> None:
    assert not anthropic_fits(broken[0])


def test_a_fault_deep_in_an_iterator_is_found(openai_fits: Fits, anthropic_fits: Fits) -> None:
    assert openai_fits([USER])
    call = {"id": "a", "type": "function", "function": {"name": "t", "arguments": "{}"}}
    said = {"role": "assistant", "content": "", "tool_calls": [call, call | {"function": {"name": "t"}}]}
    assert not openai_fits([USER, said])
    assert openai_fits([USER, said | {"tool_calls": [call, call]}])
    block = {"type": "tool_use", "id": "a", "name": "t", "input": {}}
    assert not anthropic_fits(anthropic(uses(block, block | {"input": []})))
    assert anthropic_fits(anthropic(uses(block, block)))


@pytest.mark.parametrize("target", ["openai", "hermes", "anthropic"])
def test_every_step_of_a_series_has_the_published_shape(fits: Mapping[str, Fits], target: str) -> None:
    for step in ablations(TEMPLATE, "now this", target=target, synthetic=True):
        assert fits[target](step.stream.document())


@settings(max_examples=150, deadline=None)
@given(template=templates, message=texts, synthetic=st.booleans())
def test_every_stream_has_the_published_shape(
    fits: Mapping[str, Fits], template: SessionTemplate, message: str, synthetic: bool
) -> None:
    for target, fit in fits.items():
        stream = WarmSessionBootstrapper().build_stream(template, message, target=target, synthetic=synthetic)
        assert fit(orjson.loads(orjson.dumps(stream.document())))
