"""Cards that differ from the launch card in what things cost, and in nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import yaml

from tests.factories import LAUNCH_CARD

UNTOUCHED = {
    "loops",
    "standard_annotators",
    "units_per_card_currency",
    "ramp_days",
    "risks",
}


def another_cost_side(rng: np.random.Generator) -> str:
    """Return the launch card with every cost figure changed, its price side untouched.

    Pay falls further than less worked time could cost, so that no floor passes its
    market range and no mark of the price side would have to change.
    """
    card = yaml.safe_load(LAUNCH_CARD)
    changed(card["cost"], rng)
    return yaml.safe_dump(card)


def changed(node: dict[str, Any], rng: np.random.Generator, path: str = "") -> None:
    """Multiply every number of a cost side by one of its own."""
    for key, value in node.items():
        if key in UNTOUCHED:
            continue
        if isinstance(value, dict):
            if {"p10", "p50", "p90"} <= set(value):
                scale = Decimal(str(round(float(rng.uniform(0.8, 1.0)), 3)))
                for name in ("p10", "p50", "p90"):
                    value[name] = str(Decimal(value[name]) * scale)
            else:
                changed(value, rng, f"{path}/{key}")
        elif key == "value":
            low, high = (0.5, 0.7) if "/roles/" in path else (0.7, 1.0)
            scale = Decimal(str(round(float(rng.uniform(low, high)), 3)))
            node[key] = str(Decimal(value) * scale)
