"""Ids: safe names of files that never collide, and what is no id at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.shelf import template
from warmtui.errors import TemplateError
from warmtui.templates.ids import is_safe_id, new_id
from warmtui.templates.manager import TemplateManager


@pytest.mark.parametrize(
    ("name", "template_id"),
    [
        ("Build the docs!", "build-the-docs"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "template-con"),
        ("nul", "template-nul"),
        ("", "template"),
        ("   ", "template"),
        ("Čeština über", "cestina-uber"),
        (".hidden", "hidden"),
        ("a" * 300, "a" * 60),
    ],
)
def test_an_id_is_a_slug_of_the_name(manager: TemplateManager, name: str, template_id: str) -> None:
    assert manager.save_template(template(name)).template_id == template_id


def test_names_in_other_scripts_get_ids_that_differ(manager: TemplateManager) -> None:
    ids = [manager.save_template(template(name)).template_id for name in ("旅行", "Сборка", "旅行")]
    assert len(set(ids)) == 3
    assert all(template_id.startswith("template-") for template_id in ids)


def test_ids_never_collide_even_with_what_was_deleted_or_differs_in_case(manager: TemplateManager) -> None:
    one = manager.save_template(template("Docs"))
    two = manager.save_template(template("docs"))
    manager.delete_template(one.template_id)
    three = manager.save_template(template("DOCS"))
    assert [one.template_id, two.template_id, three.template_id] == ["docs", "docs-2", "docs-3"]
    assert manager.undelete_template("docs") == one
    manager.save_template(template().model_copy(update={"template_id": "caf\u00e9"}))
    for same in ("Docs", "CAF\u00c9", "cafe\u0301"):
        with pytest.raises(TemplateError, match=r"differs from that of the template .* only by"):
            manager.save_template(template().model_copy(update={"template_id": same}))


@given(st.text("ab/.\\ \x00Aéß旅:*-", max_size=80), st.sets(st.sampled_from(["a", "b", "A-2", "ab", "template"])))
def test_every_name_gives_a_safe_id_that_is_new(name: str, taken: set[str]) -> None:
    template_id = new_id(name, taken)
    assert is_safe_id(template_id)
    assert template_id.casefold() not in {other.casefold() for other in taken}


@pytest.mark.parametrize(
    "template_id",
    [
        "../outside",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        ".lock",
        "C:x",
        "con",
        "nul.txt",
        "nul .txt",
        "com²",
        "a\u202eb",
        "x" * 300,
        "a\x00b",
        "a.",
    ],
)
def test_an_id_that_is_a_path_or_no_name_is_the_id_of_no_template(manager: TemplateManager, template_id: str) -> None:
    (manager.directory.parent / "outside.json").write_text('{"name": "outside"}')
    manager.save_template(template())
    assert manager.load_template(template_id) is None
    assert manager.delete_template(template_id) is False
    assert manager.versions(template_id) == []
    if template_id:
        with pytest.raises(TemplateError, match="no possible template id"):
            manager.save_template(template().model_copy(update={"template_id": template_id}))
    assert (manager.directory.parent / "outside.json").read_text() == '{"name": "outside"}'
