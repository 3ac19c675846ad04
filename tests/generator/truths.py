"""A truth to change for a test, and how its project is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from quotes.generator.events import generate
from quotes.generator.truth import Truth
from quotes.generator.values import Event, Events

EVEN: dict[str, Any] = {"worker_sigma": 0.0, "batch_sigma": 0.0, "item_sigma": 0.0}
"""Everybody, every batch and every item alike."""


def a_truth(**changes: Any) -> Truth:
    """Return a project of 4,000 items, changed as told."""
    said: dict[str, Any] = {
        "batches": 20,
        "items_per_batch": 200,
        "units_per_item": 5.0,
        "var_to_mean": 3.0,
        "seconds_per_unit": 12.0,
    }
    return Truth(**(said | changes))


def a_project(seed: int = 1, **changes: Any) -> Events:
    """Return the project of a truth and a seed."""
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    return generate(a_truth(**changes), rng=rng)


def of_stage(events: Events, stage: str, *, attempt: int | None = None) -> list[Event]:
    """Return the events of a stage, of one attempt if it is named."""
    return [
        one
        for one in events.entries
        if one.stage == stage and attempt in (None, one.attempt)
    ]
