"""The printed schemas: what warmtui writes is valid by them, and what is broken is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from tests.templates.samples import extracted, template
from warmtui.sessions.opening import open_store
from warmtui.templates.bundle import bundle_bytes, make_bundle
from warmtui.templates.extraction import create_template_from_session
from warmtui.templates.manager import TemplateManager
from warmtui.templates.models import SessionTemplate
from warmtui.templates.schema import bundle_schema, template_schema

TEMPLATE = Draft202012Validator(template_schema())
BUNDLE = Draft202012Validator(bundle_schema())


def saved(folder: Path, one: SessionTemplate) -> dict[str, Any]:
    made = TemplateManager(folder).save_template(one)
    value: dict[str, Any] = orjson.loads((folder / f"{made.template_id}.json").read_bytes())
    return value


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(template_schema())
    Draft202012Validator.check_schema(bundle_schema())


def test_what_is_saved_and_bundled_is_valid(tmp_path: Path) -> None:
    for one in (template(), template(own_field={"kept": 1}), extracted(tmp_path / "docs.jsonl")):
        TEMPLATE.validate(saved(tmp_path / "templates", one))
        BUNDLE.validate(orjson.loads(bundle_bytes(make_bundle(one))))


@pytest.mark.long
def test_what_is_made_of_real_sessions_is_valid(tmp_path: Path, airline_db: Path) -> None:
    with open_store(airline_db) as store:
        for session in store.sessions()[::10]:
            one = create_template_from_session(session.session_id, store)
            TEMPLATE.validate(saved(tmp_path, one))
            BUNDLE.validate(orjson.loads(bundle_bytes(make_bundle(one))))


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "no name": lambda made: made.pop("name"),
    "no version": lambda made: made.pop("version"),
    "a version of an older file": lambda made: made.update(version="1.0"),
    "a newer format": lambda made: made.update(format_version=3),
    "examples that are no list": lambda made: made.update(examples={}),
    "an example without calls": lambda made: made["examples"][0].update(calls=[]),
    "an example of four calls": lambda made: made["examples"][0].update(calls=made["examples"][0]["calls"] * 4),
    "arguments that are text": lambda made: made["examples"][0]["calls"][0].update(arguments="{}"),
    "a tool without a name": lambda made: made["tool_patterns"][0].update(tool_name=""),
    "a count that is text": lambda made: made["tool_patterns"][0].update(calls="many"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_template_is_not_valid(what: str, tmp_path: Path) -> None:
    made = saved(tmp_path, template())
    BROKEN[what](made)
    assert not TEMPLATE.is_valid(made)


BROKEN_BUNDLES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another program": lambda made: made.update(bundle="other"),
    "a newer schema": lambda made: made.update(schema_version=2),
    "no hash": lambda made: made.pop("sha256"),
    "a hash that is none": lambda made: made.update(sha256="x"),
    "something beside": lambda made: made.update(extra=1),
    "a licence that is no text": lambda made: made.update(licence=7),
    "another level of redaction": lambda made: made["manifest"]["redaction"].update(level="secrets"),
    "a negative count": lambda made: made["manifest"]["counts"].update(examples=-1),
    "a template without a name": lambda made: made["template"].pop("name"),
}


@pytest.mark.parametrize("what", BROKEN_BUNDLES)
def test_a_broken_bundle_is_not_valid(what: str) -> None:
    made = orjson.loads(bundle_bytes(make_bundle(template())))
    BROKEN_BUNDLES[what](made)
    assert not BUNDLE.is_valid(made)
