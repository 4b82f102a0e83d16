"""JSON Schema of what warmtui writes: a template's file and a bundle."""

from __future__ import annotations

from typing import Any

from warmtui.templates.bundle import SCHEMA_VERSION
from warmtui.templates.models import FORMAT_VERSION, SessionTemplate

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT = {"type": "integer", "minimum": 0}
_COUNTS = {"type": "object", "additionalProperties": _COUNT}


def template_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a template's file as warmtui saves it.

    Fields that it does not name may stand beside those it does: they are kept. Files of the older plain format are
    read as well, and are not described.
    """
    schema = _saved()
    schema["required"] = ["template_id", "name", "version", "created_at", "format_version"]
    return {"$schema": DIALECT, **schema, "title": "warmtui template"}


def bundle_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a bundle."""
    template = _saved()
    definitions = template.pop("$defs")
    template["required"] = ["name", "format_version"]
    manifest = {
        "type": "object",
        "description": "What the bundle holds, for people and programs that do not open it.",
        "properties": {
            **{name: {"type": "string"} for name in ("template_id", "name", "created", "warmtui")},
            "version": _SHA256,
            "counts": _COUNTS,
            "tools": {"type": "array", "items": {"type": "string"}},
            "redaction": {
                "type": "object",
                "properties": {"level": {"const": "strict"}, "replaced": _COUNTS},
                "required": ["level", "replaced"],
            },
        },
        "required": ["template_id", "name", "version", "created", "counts", "tools", "warmtui", "redaction"],
    }
    return {
        "$schema": DIALECT,
        "title": "warmtui bundle",
        "type": "object",
        "properties": {
            "bundle": {"const": "warmtui"},
            "schema_version": {"const": SCHEMA_VERSION},
            "manifest": manifest,
            "licence": {"type": ["string", "null"], "description": "An SPDX licence expression."},
            "sha256": {
                **_SHA256,
                "description": "SHA-256 over the template's JSON in UTF-8, keys in order, without spaces.",
            },
            "template": template,
        },
        "required": ["bundle", "schema_version", "manifest", "licence", "sha256", "template"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _saved() -> dict[str, Any]:
    schema = SessionTemplate.model_json_schema()
    definitions = schema["$defs"]
    definitions["ExampleCall"]["properties"]["tool_name"]["minLength"] = 1
    definitions["ToolCallPattern"]["properties"]["tool_name"]["minLength"] = 1
    properties = schema["properties"]
    properties["format_version"] = {"const": FORMAT_VERSION}
    properties["version"] = _SHA256
    properties["template_id"]["minLength"] = 1
    # What the program says of itself in its own words is no description of a file.
    for part in (schema, *definitions.values()):
        part.pop("description", None)
    return schema
