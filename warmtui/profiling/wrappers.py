"""Taking off what agents and servers wrap around the text of a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from warmtui.profiling.values import unescape

_PART_TYPES = frozenset({"text", "input_text", "output_text", "inputText", "outputText", "tool_result", "resource"})
_OTHER_PART_TYPES = frozenset({"image", "image_url", "input_image", "inputImage", "audio", "resource_link", "document"})
_RESULT_KEYS = frozenset({"result", "structuredContent", "_meta", "meta", "jsonrpc", "id", "type", "Ok", "Err"})
# Without one of these keys an object wraps nothing.
_WRAPPER_KEYS = frozenset({"isError", "is_error", "content", "type", "result", "Ok", "Err"})


class Layer(NamedTuple):
    """What lies under one wrapper.

    Attributes:
        content: a string, a list or a dict.
        is_error: what the wrapper says of the call, None where it says nothing.
        is_cut: True where the wrapper does not end.
    """

    content: Any
    is_error: bool | None = None
    is_cut: bool = False


def unwrap_text(text: str) -> Layer | None:
    """Return what is inside a tag or a printed MCP result, or None where nothing known is around `text`.

    Args:
        text: without white space in front.
    """
    if text.startswith("<"):
        return _unwrap_tag(text)
    if text.startswith(_PRINTED_STARTS):
        return _unwrap_printed(text)
    headed = _HEADED.match(text) if text.startswith("[") else None
    return Layer(text[headed.end() :]) if headed else None


def unwrap_dict(value: Mapping[str, Any]) -> Layer | None:
    """Return what is inside an MCP or JSON-RPC envelope or a content part, or None where `value` is none."""
    if _WRAPPER_KEYS.isdisjoint(value):
        return None
    flag = value.get("isError", value.get("is_error"))
    flag = flag if isinstance(flag, bool) else None
    content = value.get("content")
    if isinstance(content, list) and (flag is not None or is_parts(content) or "_multimodal" in value):
        return Layer(content, flag)
    if flag is not None and isinstance(content, str):
        return Layer(content, flag)
    if _type_of(value) in _PART_TYPES and isinstance(value.get("text"), str):
        return Layer(value["text"], flag)
    if _RESULT_KEYS.issuperset(value):
        return _unwrap_result(value, flag)
    return None


def is_parts(items: list[Any]) -> bool:
    """Whether a list is the content parts of one message rather than data."""
    return bool(items) and all(map(_is_part, items))


def parts_text(items: list[Any]) -> str:
    """Return the text of content parts, joined by line breaks; what is no text is left out."""
    return "\n".join(filter(None, (_part_text(item) for item in items)))


def _is_part(item: Any) -> bool:
    if not isinstance(item, Mapping):
        return False
    kind = _type_of(item)
    return (kind in _PART_TYPES and ("text" in item or "content" in item or "resource" in item)) or (
        kind in _OTHER_PART_TYPES
    )


def _type_of(value: Mapping[str, Any]) -> str:
    kind = value.get("type")
    return kind if isinstance(kind, str) else ""


def _part_text(item: Any) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return ""
    inner = item.get("text", item.get("content"))
    if isinstance(inner, list):
        return "\n".join(_part_text(part) for part in inner if not isinstance(part, list))
    return inner if isinstance(inner, str) else ""


def _unwrap_result(value: Mapping[str, Any], flag: bool | None) -> Layer | None:
    for key, says in (("Err", True), ("Ok", flag), ("result", flag)):
        if key in value:
            inner = value[key]
            return Layer(inner, says) if isinstance(inner, str | list | Mapping) else None
    return None


# --- Tags --------------------------------------------------------------------------------------------------------

_UNTRUSTED = re.compile(r"<untrusted_tool_result\b[^>\n]{0,300}>\s*")
_UNTRUSTED_NOTE = re.compile(r"The following content was retrieved from an external source\.[^\n]{0,500}\n+")
_ERROR_TAGS = ("<tool_use_error>", "<error>", "<exception>")
_SYSTEM_ERROR = re.compile(r"<system>\s*ERROR:?\s*")


def _unwrap_tag(text: str) -> Layer | None:
    opening = _UNTRUSTED.match(text)
    if opening:
        note = _UNTRUSTED_NOTE.match(text, opening.end())
        start = note.end() if note else opening.end()
        end = text.rfind("</untrusted_tool_result>")
        return Layer(text[start:end] if end >= start else text[start:], None, end < start)
    for tag in _ERROR_TAGS:
        if text.startswith(tag):
            end = text.find(tag.replace("<", "</"))
            return Layer(text[len(tag) : end if end > 0 else None], True)
    system = _SYSTEM_ERROR.match(text)
    if system:
        return Layer(text[system.end() :].replace("</system>", "\n", 1), True)
    return None


# --- MCP results as Python prints them -----------------------------------------------------------------------------

# An agent that answers in the user's name says which call it answers: "[read_file for 'a.py'] Result:".
_HEADED = re.compile(r"\[\w{1,60}(?: for '[^\n]{0,300}')?\] Result:\s*\n")
_PRINTED_STARTS = ("meta=", "_meta=", "content=[", "CallToolResult(", "[TextContent(")
WRAPPER_STARTS = frozenset({"<", "[", *(start[0] for start in _PRINTED_STARTS)})
"""How every text begins in which `unwrap_text` can find something: most results do not."""
_PRINTED = re.compile(r"(?:CallToolResult\()?(?:_?meta=[^\n]{0,300}?,? )?(?:content=)?\[(?=\w+\(|\])")
_PRINTED_TEXT = re.compile(r"TextContent\(type='text', text=(?P<quote>['\"])")
_PRINTED_FLAG = re.compile(r"isError=(True|False)\)?\s*\Z")
_QUOTED = {
    "'": re.compile(r"[^'\\]*+(?:\\.[^'\\]*+)*+", re.DOTALL),
    '"': re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL),
}


def _unwrap_printed(text: str) -> Layer | None:
    start = _PRINTED.match(text)
    if start is None:
        return None
    flag = _PRINTED_FLAG.search(text[-40:])
    is_error = flag.group(1) == "True" if flag else None
    part = _PRINTED_TEXT.match(text, start.end())
    if part is None:
        return Layer("", is_error, flag is None)
    quote = part.group("quote")
    body = _QUOTED[quote].match(text, part.end())
    end = body.end() if body else part.end()
    is_cut = text[end : end + 1] != quote
    inner = text[part.end() : end].rstrip("\\") if is_cut else text[part.end() : end]
    return Layer(unescape(inner), is_error, is_cut)
