"""A small spec document that every door of staff takes."""

from __future__ import annotations

from typing import Any


def a_spec_document(**changes: Any) -> dict[str, Any]:
    """Describe a project of boxes on images."""
    return {
        "spec": 1,
        "name": "Street scenes",
        "items": 1000,
        "currency": "USD",
        "start_on": "2026-03-02",
        "lines": [{"type": "bounding_box", "units_per_item": 5}],
    } | changes
