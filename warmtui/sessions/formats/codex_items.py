"""The items and events of a Codex rollout as messages, in the order they were written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from warmtui.sessions.content import RawCall, content_text, identifier, seconds, written_arguments
from warmtui.sessions.formats.codex_people import authorship
from warmtui.sessions.formats.transcript import TranscriptBuilder, text_or_none
from warmtui.sessions.models import Author, Message, MessageId

_TOKENS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_input_tokens": "cache_read_tokens",
    "cache_write_input_tokens": "cache_write_tokens",
    "reasoning_output_tokens": "reasoning_tokens",
}


# Stands before and behind an image, in parts of its own.
_IMAGE_TAG = re.compile(r"<image(?: name=[^<>]*)?>|</image>")


class Items:
    """Reads a rollout item by item.

    Args:
        session_id: the session they belong to.
        is_delegated: True where another agent speaks as the user.

    Attributes:
        title, model, cwd: the latest that was said of each, or None.
        first_at: when the first item was written, in seconds since the epoch, or None.
        tokens: what the session used, by the names of `Session.metadata`.
        rolled_back: how many turns a person took back.
    """

    def __init__(self, session_id: str, *, is_delegated: bool = False) -> None:
        self._builder = TranscriptBuilder(session_id, authorship, is_delegated=is_delegated)
        self._kinds: dict[str, Callable[[Mapping[str, Any], Any], None]] = {
            "message": self._message,
            "function_call": self._function_call,
            "custom_tool_call": self._custom_call,
            "local_shell_call": self._shell_call,
            "tool_search_call": self._search_call,
            "web_search_call": self._hosted_call,
            "image_generation_call": self._hosted_call,
        }
        self._asked: dict[MessageId, str] = {}  # what each user message says without its images
        self._said_by_person: set[str] = set()
        self._ended: dict[str, bool] = {}  # by call: whether an event says that it failed
        self.title: str | None = None
        self.model: str | None = None
        self.cwd: str | None = None
        self.first_at: float | None = None
        self.tokens: dict[str, int] = {}
        self._tokens_before: dict[str, int] = {}
        self.rolled_back = 0

    @property
    def messages(self) -> list[Message]:
        """The messages so far."""
        return self._builder.messages

    def add(self, kind: str, payload: Mapping[str, Any], at: object) -> None:
        """Add one line of the rollout.

        Args:
            kind: its type: ``response_item``, ``event_msg``, ``turn_context`` or ``compacted``; of any other nothing
                is added.
            payload: what it holds.
            at: when it was written.
        """
        if self.first_at is None:
            self.first_at = seconds(at)
        if kind == "response_item":
            self._item(payload, at)
        elif kind == "event_msg":
            self._event(payload)
        elif kind == "turn_context":
            self.model = text_or_none(payload.get("model")) or self.model
            self.cwd = self.cwd or text_or_none(payload.get("cwd"))
        elif kind == "compacted":
            self._builder.compaction(_summary(payload), at=at)

    def pass_over(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Leave out one line that was copied from another session, but for what it used: totals go on from there."""
        if kind == "event_msg" and payload.get("type") == "token_count":
            self._tokens_before = _tokens(payload.get("info")) or self._tokens_before

    def finish(self) -> None:
        """Apply what events told of messages before or behind them."""
        for message in self.messages:
            text = self._asked.get(message.message_id)
            # The event of a typed message proves a person, whatever it begins with; that there is none proves nothing.
            if message.author is Author.HARNESS and not self._builder.is_delegated and text in self._said_by_person:
                message.author, message.person_text = Author.PERSON, text or ""
            result = message.result
            if result is not None and result.is_error is None and result.call_id is not None:
                result.is_error = self._ended.get(result.call_id)

    # -- items -----------------------------------------------------------------------------------------------

    def _item(self, item: Mapping[str, Any], at: object) -> None:
        kind = str(item.get("type"))
        if kind in self._kinds:
            self._kinds[kind](item, at)
        elif kind.endswith("_output") and "call_id" in item:
            self._output(item, at)

    def _message(self, item: Mapping[str, Any], at: object) -> None:
        content = item.get("content")
        if item.get("role") == "assistant":
            self._builder.assistant(content, at=at)
        elif item.get("role") == "user":
            content = _without_image_tags(content)
            message = self._builder.user(content, at=at)
            self._asked[message.message_id] = content_text(content, image="").strip()
        else:
            self._builder.system(content, at=at)

    def _function_call(self, item: Mapping[str, Any], at: object) -> None:
        name = str(item.get("name") or "unknown")
        self._call(item, name, written_arguments(item.get("arguments")), at)

    def _custom_call(self, item: Mapping[str, Any], at: object) -> None:
        # Its input is text in a language of its own, such as a patch, and seldom JSON.
        given = item.get("input")
        arguments = written_arguments(given)
        if isinstance(arguments, str) and not arguments.lstrip().startswith("{"):
            arguments = {"input": arguments}
        self._call(item, str(item.get("name") or "unknown"), arguments, at)

    def _shell_call(self, item: Mapping[str, Any], at: object) -> None:
        action = item.get("action")
        fields = action.items() if isinstance(action, dict) else ()
        given = {key: value for key, value in fields if key != "type" and value is not None}
        self._call(item, "local_shell", given, at)

    def _search_call(self, item: Mapping[str, Any], at: object) -> None:
        self._call(item, "tool_search", written_arguments(item.get("arguments")), at)

    def _hosted_call(self, item: Mapping[str, Any], at: object) -> None:
        """Add a call that the provider ran itself: of its result the rollout keeps how it ended."""
        name = str(item["type"]).removesuffix("_call")
        action = item.get("action")
        given: dict[str, Any] = action if isinstance(action, dict) else {}
        if item.get("revised_prompt") is not None:
            given = {"prompt": item["revised_prompt"]}
        call_id = identifier(item.get("call_id") or item.get("id"))
        self._builder.assistant("", [(call_id, None, name, given)], at=at)
        if item.get("status") is not None:
            self._builder.result({"status": item["status"]}, call_id=call_id, tool=name, at=at)

    def _call(self, item: Mapping[str, Any], name: str, arguments: str | dict[str, Any], at: object) -> None:
        namespace = text_or_none(item.get("namespace"))
        full = f"{namespace}{name}" if namespace and not name.startswith(namespace) else name
        call: RawCall = (identifier(item.get("call_id") or item.get("id")), None, full, arguments)
        self._builder.assistant("", [call], at=at)

    def _output(self, item: Mapping[str, Any], at: object) -> None:
        output = item.get("output", item.get("tools"))
        flag = None
        if isinstance(output, dict) and isinstance(output.get("success"), bool):
            flag = not output["success"]
        self._builder.result(_plain(output), call_id=item.get("call_id"), is_error=flag, at=at)

    # -- events ----------------------------------------------------------------------------------------------

    def _event(self, event: Mapping[str, Any]) -> None:
        kind = event.get("type")
        if kind == "user_message":
            if event.get("kind") in (None, "plain"):  # the first versions sent such an event of the harness' words, too
                self._typed(event.get("message"))
        elif kind == "thread_rolled_back":
            self._roll_back(event.get("num_turns"))
        elif kind == "mcp_tool_call_end":
            self._note_end(event.get("call_id"), _is_mcp_error(event.get("result")))
        elif kind == "patch_apply_end":
            success = event.get("success")
            self._note_end(event.get("call_id"), not success if isinstance(success, bool) else None)
        elif kind == "thread_name_updated":
            self.title = text_or_none(event.get("thread_name")) or self.title
        elif kind == "token_count":
            self._count_tokens(event.get("info"))

    def _note_end(self, call_id: object, failed: bool | None) -> None:
        if isinstance(call_id, str) and failed is not None:
            self._ended[call_id] = failed

    def _typed(self, text: object) -> None:
        if isinstance(text, str) and text.strip():
            self._said_by_person.add(text.strip())

    def _roll_back(self, turns: object) -> None:
        """Take the last turns out: what a person took back is no history."""
        left = turns if isinstance(turns, int) else 0
        start = len(self.messages)
        for at in range(len(self.messages) - 1, -1, -1):
            if left <= 0:
                break
            if self._begins_turn(self.messages[at]):
                start = at
                left -= 1
                self.rolled_back += 1
        del self.messages[start:]

    def _begins_turn(self, message: Message) -> bool:
        """Tell whether a message is a request, also where it is another agent's."""
        text = self._asked.get(message.message_id)
        return text is not None and (text in self._said_by_person or authorship(text)[0] is not Author.HARNESS)

    def _count_tokens(self, info: object) -> None:
        # Counted over the whole session each time: the last one holds.
        for name, count in _tokens(info).items():
            self.tokens[name] = max(0, count - self._tokens_before.get(name, 0))


def _tokens(info: object) -> dict[str, int]:
    """Return what was used until then, by the names of `Session.metadata`."""
    totals = info.get("total_token_usage") if isinstance(info, dict) else None
    if not isinstance(totals, dict):
        return {}
    return {ours: count for theirs, ours in _TOKENS.items() if isinstance(count := totals.get(theirs), int)}


def _without_image_tags(content: object) -> object:
    """Return content without the parts that only name the image between them."""
    if not isinstance(content, list):
        return content
    return [part for part in content if not (isinstance(part, dict) and _IMAGE_TAG.fullmatch(str(part.get("text"))))]


def _is_mcp_error(result: object) -> bool | None:
    if not isinstance(result, dict):
        return None
    if "Err" in result:
        return True
    inner = result.get("Ok")
    flag = inner.get("isError") if isinstance(inner, dict) else None
    return flag if isinstance(flag, bool) else None


def _plain(output: object) -> object:
    """Return an output without the envelope that a flag was kept in."""
    if isinstance(output, dict) and "success" in output and "content" in output:
        return output["content"]
    return output


def _summary(payload: Mapping[str, Any]) -> str:
    """Return the summary: as the line says, else the last message that was put in place of the history.

    One that only the provider can read stands there in no words.
    """
    summary = text_or_none(payload.get("message"))
    history = payload.get("replacement_history")
    items = [item for item in history if isinstance(item, dict)] if isinstance(history, list) else []
    if summary is None and not any(str(item.get("type")).startswith("compaction") for item in items):
        texts = (content_text(item.get("content")) for item in reversed(items))
        summary = next((text for text in texts if text.strip()), None)
    return summary or "(compacted)"
