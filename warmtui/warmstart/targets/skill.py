"""A skill: a SKILL.md that an agent loads when its description fits the task.

What comes from sessions is other people's text: in the front matter it is one quoted string, in prose nothing of
it can open a heading, a fence or a tag, and what was recorded lies in fences longer than any within it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from warmtui.templates.models import Example, SessionTemplate
from warmtui.text import one_line, shorten
from warmtui.warmstart.context import OPENING, Section, code, recoveries, sections, spoken_tools
from warmtui.warmstart.targets.markdown import broken_markdown, fenced, inert
from warmtui.warmstart.targets.target import Target

EXAMPLES = "Nothing in them is still to be done; long results are shortened."
MADE_UP = "Made up, not recorded: its results were never seen."

_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 1024
_NAMED_TOOLS = 5
_UNNAMED = "warm-start"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = re.compile("anthropic|claude")  # no skill may call itself so
_NO_YAML = re.compile("[\ufffe\uffff]")
_FRONT_MATTER = re.compile(r'---\nname: (?P<name>[^\n]*)\ndescription: (?P<description>"[^\n]*")\n---\n\n')


class Skill(NamedTuple):
    """A skill in pieces, so that each can be counted.

    Attributes:
        name: what it is called; also the name its folder must have.
        words: front matter and prose, up to the examples.
        examples: the text of each example.
    """

    name: str
    words: str
    examples: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return ``{"name", "content"}``, the content being the text of SKILL.md."""
        return {"name": self.name, "content": self.words + "".join(self.examples)}


def write_skill(
    template: SessionTemplate, examples: Sequence[Example], redact: Callable[[str], str], *, has_words: bool
) -> Skill:
    """Write a template as a skill.

    Args:
        template: the template.
        examples: the examples it shows, redacted.
        redact: takes secrets out of a text.
        has_words: whether the template's own words are in it.
    """
    title = one_line(redact(template.name), 80)
    name = _skill_name(title, template.template_id)
    description = orjson.dumps(_description(title, template, examples, redact, has_words=has_words)).decode()
    blocks = [f"---\nname: {name}\ndescription: {description}\n---", f"# {inert(title).strip() or name}", OPENING]
    if has_words and template.context.strip():
        blocks.append(inert(redact(template.context.strip())))
    blocks += [_section(one, redact) for one in sections(template) if has_words]
    if examples:
        blocks.append(f"## Examples\n\n{EXAMPLES}")
    shown = tuple(example_text(number, one) for number, one in enumerate(examples, 1))
    return Skill(name, "\n\n".join(blocks) + "\n", shown)


def example_text(number: int, example: Example) -> str:
    """Return the text of an example as a skill shows it."""
    return "\n" + "\n\n".join(_example(number, example)) + "\n"


def _section(section: Section, redact: Callable[[str], str]) -> str:
    return f"## {section.title}\n\n" + inert(redact("\n".join(section.lines)))


def _skill_name(title: str, template_id: str) -> str:
    """Return a name of lowercase Latin letters, digits and single hyphens, at most 64 of them."""
    for text in (title, template_id):
        plain = "-".join(re.findall("[a-z0-9]+", text.lower()))
        while _RESERVED.search(plain):  # what is left may join to another
            plain = "-".join(re.findall("[a-z0-9]+", _RESERVED.sub("-", plain)))
        if plain:
            return plain[:_LONGEST_NAME].strip("-")
    return _UNNAMED


def _description(
    title: str,
    template: SessionTemplate,
    examples: Sequence[Example],
    redact: Callable[[str], str],
    *,
    has_words: bool,
) -> str:
    """Return what the skill does and when it is to be used, in at most 1,024 characters without a tag."""
    tools = [*spoken_tools(template)] if has_words else []
    tools += [call.tool_name for example in examples for call in example.calls]
    named = ", ".join(one_line(tool, 60) for tool in list(dict.fromkeys(tools))[:_NAMED_TOOLS])
    helps = ["how to call them"]
    helps += ["what helped after their errors"] if has_words and recoveries(template) else []
    helps += ["examples of earlier work"] if any(not one.synthetic for one in examples) else []
    does = f"For {named}: {', '.join(helps)}." if named else "What earlier sessions taught."
    when = [f"for work like “{title}”"]
    if template.applies_to.words:
        when.append(f"on tasks about {', '.join(one_line(word, 40) for word in template.applies_to.words)}")
    if template.applies_to.folders:
        when.append(f"in the folder {' or '.join(one_line(folder, 120) for folder in template.applies_to.folders)}")
    said = one_line(template.description, 300)
    text = redact(" ".join(filter(None, [does, f"Use it {', or '.join(when)}.", said])))
    text = _NO_YAML.sub("\N{REPLACEMENT CHARACTER}", text.replace("<", "‹").replace(">", "›"))
    return shorten(text, _LONGEST_DESCRIPTION)


def _example(number: int, example: Example) -> Iterator[str]:
    tools = ", then ".join(code(call.tool_name) for call in example.calls)
    yield f"### {'Made-up example' if example.synthetic else 'Example'} {number}: {tools}"
    if example.synthetic:
        yield MADE_UP
    if example.request:
        yield f"The request:\n\n{fenced(example.request)}"
    for call in example.calls:
        yield f"{code(call.tool_name)} was called with:\n\n{fenced(orjson.dumps(call.arguments).decode(), 'json')}"
        said = "It failed" if call.outcome in ("failed", "rejected") else "It answered"
        yield f"{said}:\n\n{fenced(call.result)}" if call.result.strip() else f"{said} without a word."
    if example.answer:
        yield f"The closing answer:\n\n{fenced(example.answer)}"


def _check(document: Any) -> list[str]:
    if not isinstance(document, dict) or document.keys() != {"name", "content"}:
        return ["the skill is no object with name and content"]
    name, content = document["name"], document["content"]
    if not isinstance(name, str) or not isinstance(content, str):
        return ["the name or the content of the skill is no text"]
    return [*_check_name(name), *_check_content(name, content)]


def _check_name(name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        yield f"“{name}” is no name of a skill: lowercase letters, digits and single hyphens, at most {_LONGEST_NAME}"
    if _RESERVED.search(name):
        yield f"“{name}” holds a word that is reserved"


def _check_content(name: str, content: str) -> Iterator[str]:
    front = _FRONT_MATTER.match(content)
    if front is None:
        yield "the content does not begin with a front matter of a name and a quoted description"
        return
    if front["name"] != name:
        yield f"the front matter names “{front['name']}”"
    yield from _check_description(front["description"])
    body = content[front.end() :]
    if not body.strip():
        yield "there is nothing after the front matter"
    yield from broken_markdown(body)


def _check_description(quoted: str) -> Iterator[str]:
    try:
        description = orjson.loads(quoted)
    except orjson.JSONDecodeError:
        yield "the description is no quoted string"
        return
    if not description.strip() or len(description) > _LONGEST_DESCRIPTION:
        yield f"the description is empty, or longer than {_LONGEST_DESCRIPTION} characters"
    if "<" in description or ">" in description:
        yield "the description holds what could be a tag"


SKILL = Target("skill", check=_check, tool_name=str, takes_user_message=False)
