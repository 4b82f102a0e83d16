"""Made-up examples for patterns that have no recorded one: only from what the pattern itself says.

They are made when a stream is built, say that they are made up, and are never part of a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from warmtui.profiling.models import ArgumentChange
from warmtui.templates.models import Example, ExampleCall, RecoveryPattern, SessionTemplate, ToolCallPattern
from warmtui.text import one_line
from warmtui.warmstart.context import code
from warmtui.warmstart.conventions import fitting, is_whole

MADE_UP = "(made up)"
_FAILED = frozenset({"failed", "rejected"})
_ERROR_HEAD = 60  # characters of an error by which a recorded example of it is known
_WORD = re.compile(r"\w+")


def synthetic_examples(template: SessionTemplate) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    """Return a made-up example for each pattern of `template` that no example shows, and what was left out.

    A recovery is shown as the call that failed and the one that worked, from its argument changes; a tool by one
    call with arguments that fit its conventions. No result is invented beyond ``(made up)`` and the error that the
    pattern has.

    Returns:
        The examples, recoveries first; and a sentence for each pattern that says too little for one.
    """
    made: list[Example] = []
    too_little: list[str] = []
    tools = {pattern.tool_name: pattern for pattern in template.tool_patterns}
    for recovery in template.recovery_patterns:
        if not any(_recovers(example, recovery) for example in template.examples):
            _add(_of_recovery(recovery, tools.get(recovery.tool_name)), made, too_little)
    for pattern in template.tool_patterns:
        if not any(call.tool_name == pattern.tool_name for one in (*template.examples, *made) for call in one.calls):
            _add(_of_tool(pattern), made, too_little)
    return tuple(made), tuple(too_little)


def _add(found: Example | str, made: list[Example], too_little: list[str]) -> None:
    if isinstance(found, Example):
        made.append(found)
    else:
        too_little.append(found)


def _recovers(example: Example, recovery: RecoveryPattern) -> bool:
    """Whether an example shows the error of `recovery`, and a call that worked after it."""
    head = _words(recovery.error_example[:_ERROR_HEAD])
    for place, call in enumerate(example.calls):
        if call.tool_name == recovery.tool_name and call.outcome in _FAILED and head in _words(call.result):
            return any(later.outcome not in _FAILED for later in example.calls[place + 1 :])
    return False


def _words(text: str) -> str:
    """Return the words of a text alone: in a result that is JSON, quotes and newlines are written otherwise."""
    return " ".join(_WORD.findall(text.replace("\\n", " ")))


def _of_tool(pattern: ToolCallPattern) -> Example | str:
    arguments, missing = _arguments(pattern)
    if missing or not arguments:
        what = f"what its {missing} is" if missing else "how it is called"
        return f"no example was made up for {one_line(pattern.tool_name, 60)}: its pattern does not say {what}"
    call = ExampleCall(tool_name=pattern.tool_name, arguments=arguments, result=MADE_UP)
    return _example(f"Show how {code(pattern.tool_name)} is called.", [call])


def _of_recovery(recovery: RecoveryPattern, pattern: ToolCallPattern | None) -> Example | str:
    error = recovery.error_example or recovery.error_signature
    changes = [change for change in recovery.changes if _is_plain(change)]
    usual, missing = _arguments(pattern, [change.key for change in changes])
    lacking = "which tool failed" if not recovery.tool_name else ""
    if not changes or len(changes) < len(recovery.changes):
        lacking = lacking or "what changed in the arguments"
    if missing:
        lacking = lacking or f"what its {missing} is"
    if lacking:
        fault = f"{one_line(recovery.tool_name, 60) or 'a tool'} answering “{one_line(error, 60)}”"
        return f"no example was made up for {fault}: its pattern does not say {lacking}"
    calls = [
        ExampleCall(
            tool_name=recovery.tool_name,
            arguments=_with(usual, {change.key: change.before for change in changes}),
            result=f"{MADE_UP} {error}".strip(),
            outcome="failed",
        ),
        ExampleCall(
            tool_name=recovery.tool_name,
            arguments=_with(usual, {change.key: change.after for change in changes}),
            result=MADE_UP,
        ),
    ]
    return _example(f"Show what helps when {code(recovery.tool_name)} answers “{one_line(error, 80)}”.", calls)


def _example(request: str, calls: list[ExampleCall]) -> Example:
    return Example(request=request, calls=tuple(calls), answer=MADE_UP, synthetic=True)


def _arguments(pattern: ToolCallPattern | None, given: Sequence[str] = ()) -> tuple[dict[str, Any], str]:
    """Return the usual arguments but those that are given, and the name of the first that nothing fits."""
    arguments: dict[str, Any] = {}
    for key, said in pattern.common_args.items() if pattern is not None else ():
        if key in given:
            continue
        fit = fitting(said)
        if fit.is_usual and fit.value is None:
            return {}, code(key)
        if fit.is_usual:
            arguments[key] = fit.value
    return arguments, ""


def _is_plain(change: ArgumentChange) -> bool:
    """Whether a change is of a whole argument, with values as they were."""
    return "." not in change.key and is_whole(change.before) and is_whole(change.after)


def _with(usual: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    # None stands for an argument that was absent, and the word for one that was null.
    given = {key: None if value == "null" else value for key, value in changed.items() if value is not None}
    return {**usual, **given}
