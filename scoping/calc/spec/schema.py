"""The JSON Schema of the spec document, published from the reader's own table."""

from __future__ import annotations

from typing import Any

from .doors import CLIENT_KEYS, STAFF_LINE_KEYS, STAFF_QUALITY_KEYS, Door
from .fields import DOCUMENT


def json_schema(door: Door) -> dict[str, Any]:
    """Return the schema (draft 2020-12) of what a door may write."""
    found = DOCUMENT.schema()
    if door != "staff":
        properties = found["properties"]
        found["properties"] = {
            key: value for key, value in properties.items() if key in CLIENT_KEYS
        }
        _drop(found["properties"]["lines"]["items"], STAFF_LINE_KEYS)
        _drop(found["properties"]["quality"], STAFF_QUALITY_KEYS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plumbline dataset spec, version 1",
        **found,
    }


def _drop(schema: dict[str, Any], keys: frozenset[str]) -> None:
    for key in keys:
        schema["properties"].pop(key, None)
