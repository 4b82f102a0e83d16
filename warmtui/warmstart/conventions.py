"""What a pattern says of an argument: in words, as far as it says anything, and as a value that fits it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from warmtui.templates.redaction_names import PLACEHOLDER
from warmtui.text import json_text, one_line

# As extraction writes them: "relative path, always; such as a.py | b.py", "one of a | b, in 3 of 4".
_CONVENTION = re.compile(
    r"(?P<what>.*?), (?P<often>always|in (?P<present>\d{1,9}) of (?P<total>\d{1,9}))(?:; such as (?P<values>.*))?",
    re.DOTALL,
)
_CHOICE = "one of "
_BETWEEN = " | "
_OF_A_SHAPE: Mapping[str, Any] = {
    "absolute path": "/path/to/file",
    "relative path": "path/to/file",
    "url": "https://example.com/",
    "date": "2025-01-31",
    "boolean": True,
    "integer": 1,
    "number": 1,
}
_SAY_NOTHING = frozenset({"text", "string", "identifier", "array", "object", "null"})
_JSON_TYPES = frozenset({"boolean", "integer", "number"})
_ONE_SHOWS_THE_FORM = frozenset({"identifier", "date"})
_LONGEST = 300  # characters of a convention


class Fitting(NamedTuple):
    """What fits an argument.

    Attributes:
        value: a value; None where the pattern says too little of it.
        is_usual: whether at least half of the calls had the argument.
    """

    value: Any
    is_usual: bool = True


def told(said: Any) -> str:
    """Return what a pattern's ``common_args`` tell of an argument, on one line; empty where that is nothing.

    That it is a text, a list or a number says no more than its name does; a shape, a value or how often it is given
    does. Values that redaction took out are left out, for a model would copy what stands in their place.

    Args:
        said: as for `fitting`.
    """
    if not isinstance(said, str):
        return "" if said is None else one_line(json_text(said), _LONGEST)
    convention = _CONVENTION.fullmatch(said.strip())
    if convention is None:
        bare = said.strip() in _SAY_NOTHING | _JSON_TYPES or PLACEHOLDER.fullmatch(said.strip())
        return "" if bare else one_line(said, _LONGEST)
    what, values = _kept(convention["what"]), _kept(convention["values"] or "")
    if what in _ONE_SHOWS_THE_FORM:
        values = values.split(_BETWEEN)[0]
    if not what or (what in _SAY_NOTHING | _JSON_TYPES and not values and convention["present"] is None):
        return ""
    return one_line(f"{what}, {convention['often']}" + (f"; such as {values}" if values else ""), _LONGEST)


def fitting(said: Any) -> Fitting:
    """Return a value that fits what a pattern's ``common_args`` say of an argument.

    Args:
        said: a convention in extraction's words, the name of a shape, or the value itself, as older files have it.
            Words that a person wrote of it are no value.
    """
    if not isinstance(said, str):
        return Fitting(said if is_whole(said) else None)
    convention = _CONVENTION.fullmatch(said.strip())
    if convention is None:
        return Fitting(_value(said.strip()))
    present, total = convention["present"], convention["total"]
    return Fitting(_of(convention["what"], convention["values"]), present is None or 2 * int(present) >= int(total))


def is_whole(value: Any) -> bool:
    """Whether a value is as it was: nothing cut off it or taken out of it."""
    text = json_text(value)
    return "…" not in text and PLACEHOLDER.search(text) is None


def _kept(values: str) -> str:
    """Return values between bars without those that redaction took out."""
    choice = _CHOICE if values.startswith(_CHOICE) else ""
    kept = [one for one in values.removeprefix(choice).split(_BETWEEN) if one and not PLACEHOLDER.search(one)]
    return choice + _BETWEEN.join(kept) if kept else ""


def _of(what: str, values: str | None) -> Any:
    seen = [one for one in (values or "").split(_BETWEEN) if one and is_whole(one)]
    if what in _JSON_TYPES and seen:
        return _parsed(seen[0])
    if what in _OF_A_SHAPE or what in _SAY_NOTHING:
        return seen[0] if seen else _OF_A_SHAPE.get(what)
    choices = [one for one in what.removeprefix(_CHOICE).split(_BETWEEN) if one and is_whole(one)]
    return choices[0] if choices else None


def _value(said: str) -> Any:
    if said in _OF_A_SHAPE or said in _SAY_NOTHING:
        return _OF_A_SHAPE.get(said)
    return said if said and not re.search(r"\s", said) and is_whole(said) else None


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
