"""Documents that each target must refuse, and what it says of them."""

from __future__ import annotations

from typing import Any

Case = tuple[Any, str]

USER = {"role": "user", "content": "hi"}
SAID = {"role": "assistant", "content": "yes"}


def call(id_: str = "a", name: str = "t", arguments: str = "{}") -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": "", "tool_calls": list(calls)}


def result(id_: str = "a") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id_, "content": "ok"}


SHAPES: list[Case] = [
    ([{"role": "narrator", "content": "x"}], "is no role"),
    ([{"role": ["user"], "content": "x"}], "is no role"),
    ([{"role": "user"}], "is no text"),
    ([{"role": "user", "content": None}], "is no text"),
    ([USER | {"tool_calls": [call()]}], "is no key"),
    ([USER | {"part": "context"}], "is no key"),
    ([USER, calling(call() | {"type": "x"}), result()], "no object with id, type and function"),
    ([USER, calling({"id": "a", "type": "function"}), result()], "no object with id, type and function"),
    ([USER, calling(call() | {"id": 3}), result()], "is no text"),
    ([USER, calling(call() | {"function": {"name": "t", "arguments": {}}}), result()], "name and arguments as text"),
    ([USER, calling(call()), {"role": "tool", "content": "ok"}], "names no call"),
]
"""What no list of chat messages may be; the published types know these, too."""

CHATS: list[Case] = [
    ([USER, SAID | {"tool_calls": []}], "no list of calls"),
    ([result()], "answers no call"),
    ([USER, calling(call())], "calls have no result"),
    ([USER, calling(call()), USER], "have no result"),
    ([USER, calling(call(), call()), result()], "is used twice"),
    ([USER, calling(call()), result(), SAID, USER, calling(call()), result(), SAID], "is used twice"),
    ([USER, calling(call("")), result("")], "has no id"),
    ([USER, calling(call(name="")), result()], "names no tool"),
    ([USER, calling(call(arguments="[")), result()], "no JSON object"),
    ([USER, calling(call(arguments="[1]")), result()], "no JSON object"),
    ([USER, USER], "two user messages follow each other"),
    ([USER, SAID, SAID], "two assistant messages follow each other"),
    ([USER, calling(call()), result(), USER], "that was not answered"),
]
"""What no list of chat messages may do."""

OPENAI: list[Case] = [
    *SHAPES,
    *CHATS,
    ([USER, {"role": "system", "content": "x"}], "may only stand first"),
    ([{"role": "system", "content": "x"}, {"role": "system", "content": "x"}], "may only stand first"),
    ([SAID], "before anybody asked"),
    ([USER, calling(call(name="a.b")), result()], "no name a tool can have"),
    ([USER, calling(call(name="n" * 65)), result()], "no name a tool can have"),
    ([USER, calling(call("i" * 41)), result("i" * 41)], "longer than 40"),
]

HERMES: list[Case] = [
    *SHAPES,
    *CHATS,
    ([{"role": "system", "content": "x"}, SAID], "replace the agent's own prompt"),
    ([USER], "ends on an assistant"),
    ([SAID], "begins with a user"),
    ([USER, calling(call())], "does not end on a call"),
]

USE = {"type": "tool_use", "id": "a", "name": "t", "input": {}}
DONE = {"type": "tool_result", "tool_use_id": "a", "content": "ok"}
TEXT = {"type": "text", "text": "so"}


def anthropic(*messages: Any) -> dict[str, Any]:
    return {"system": "", "messages": list(messages)}


def uses(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def gets(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


ANTHROPIC_SHAPES: list[Case] = [
    (anthropic({"role": "tool", "content": "x"}), "is no role"),
    (anthropic({"role": "user"}), "role and content"),
    (anthropic({"role": "user", "content": None}), "neither text nor a list"),
    (anthropic(USER, uses({"type": "poem", "text": "x"})), "no kind of block"),
    (anthropic(USER, uses({"type": "tool_use", "id": "a", "name": "t"}), gets(DONE)), "other keys"),
    (anthropic(USER, uses(USE | {"input": "{}"}), gets(DONE)), "is no object"),
    (anthropic(USER, uses(USE | {"id": 3}), gets(DONE)), "no id a call can have"),
    (anthropic(USER, uses(USE), gets({"type": "tool_result", "content": "x"})), "other keys"),
    (anthropic(USER, uses(USE), gets(DONE | {"content": 3})), "is no text"),
    (anthropic(USER, uses(USE), gets(DONE | {"is_error": "perhaps"})), "neither true nor false"),
    (anthropic({"role": "user", "content": [{"type": "text", "text": None}]}), "is empty"),
]
"""What no message of Anthropic's may be; the published types know these, too."""

ANTHROPIC: list[Case] = [
    *ANTHROPIC_SHAPES,
    ([USER], "no object with system and messages"),
    ({"messages": []}, "no object with system and messages"),
    ({"system": None, "messages": []}, "system is no text"),
    ({"system": "", "messages": {}}, "messages is no list"),
    (anthropic({"role": "system", "content": "x"}), "is no role"),
    (anthropic({"role": "user", "content": " \n"}), "its text is empty"),
    (anthropic({"role": "user", "content": []}), "neither text nor a list"),
    (anthropic(USER, uses({"type": "text", "text": " "}, USE), gets(DONE)), "a block of text is empty"),
    (anthropic(USER | {"name": "x"}), "role and content"),
    (anthropic(gets(TEXT | {"citations": []})), "other keys"),
    (anthropic(SAID), "the first message is not the user's"),
    (anthropic(USER, USER), "two user messages follow each other"),
    (anthropic(USER, SAID, SAID), "two assistant messages follow each other"),
    (anthropic(USER, SAID | {"content": "so \n"}), "ends in white space"),
    (anthropic(USER, uses(TEXT | {"text": "so "})), "ends in white space"),
    (anthropic(USER, uses(USE | {"name": "a.b"}), gets(DONE)), "no name a tool can have"),
    (anthropic(USER, uses(USE | {"name": "n" * 129}), gets(DONE)), "no name a tool can have"),
    (anthropic(USER, uses(USE | {"name": ""}), gets(DONE)), "no name a tool can have"),
    (anthropic(USER, uses(USE | {"id": "a b"}), gets(DONE)), "no id a call can have"),
    (anthropic(USER, uses(USE), gets(DONE | {"content": ""})), "an empty one"),
    (anthropic(gets(USE)), "a block of tool_use stands in a message of user"),
    (anthropic(USER, uses(DONE)), "a block of tool_result stands in a message of assistant"),
    (anthropic(USER, uses(USE)), "calls have no result"),
    (anthropic(USER, uses(USE), USER), "calls before it have no result"),
    (anthropic(gets(DONE)), "answers no call"),
    (anthropic(USER, uses(USE), gets(DONE, DONE)), "answers no call"),
    (anthropic(USER, uses(USE), gets(TEXT, DONE)), "text stands before a result"),
    (anthropic(USER, uses(USE, USE), gets(DONE, DONE)), "is used twice"),
    (anthropic(USER, uses(USE), gets(DONE), SAID, USER, uses(USE), gets(DONE)), "is used twice"),
]


def skill(body: str = "# n\n", name: str = "n", description: str = '"d"', top: str | None = None) -> dict[str, Any]:
    front = f"---\nname: {name}\ndescription: {description}\n---\n\n" if top is None else top
    return {"name": name, "content": front + body}


SKILL: list[Case] = [
    ([], "no object with name and content"),
    ({"name": "n", "content": None}, "is no text"),
    (skill(name="No"), "is no name of a skill"),
    (skill(name=""), "is no name of a skill"),
    (skill(name="a--b"), "is no name of a skill"),
    (skill(name="a-"), "is no name of a skill"),
    (skill(name="n" * 65), "is no name of a skill"),
    (skill(name="my-claude"), "is reserved"),
    (skill() | {"name": "other"}, "the front matter names"),
    (skill(top=""), "does not begin with a front matter"),
    (skill(top='\n---\nname: n\ndescription: "d"\n---\n\n'), "does not begin with a front matter"),
    (skill(top='---\nname: n\nextra: 1\ndescription: "d"\n---\n\n'), "does not begin with a front matter"),
    (skill(description="d"), "does not begin with a front matter"),
    (skill(description='"a"b"'), "is no quoted string"),
    (skill(description='" "'), "is empty, or longer"),
    (skill(description=f'"{"d" * 1025}"'), "is empty, or longer"),
    (skill(description='"<b>"'), "could be a tag"),
    (skill(""), "nothing after the front matter"),
    (skill("```text\nx\n"), "a fence is not closed"),
    (skill("````\n```\n"), "a fence is not closed"),
    (skill("so <b>"), "line 1: text that acts as markup"),
    (skill("so\n---\n"), "line 2: text that acts as markup"),
    (skill("~~~\n"), "text that acts as markup"),
    (skill("- # x"), "text that acts as markup"),
    (skill("> > x"), "text that acts as markup"),
    (skill("a ` b"), "text that acts as markup"),
    (skill("``` x `` y"), "text that acts as markup"),
    (skill("[x](http://example.org)"), "text that acts as markup"),
    (skill("[x]: http://example.org"), "text that acts as markup"),
    (skill("```\nin\n```\n<b>"), "line 4: text that acts as markup"),
]
