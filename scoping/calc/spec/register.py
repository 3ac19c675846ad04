"""What makes the register of risk events of a spec impossible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .ranges import check_range
from .shapes import Complaints
from .values import EFFECTS


def check_register(found: Any, to: Complaints) -> None:
    """Add every problem of the risks that were read."""
    if not isinstance(found, list):
        return
    known: dict[str, int] = {}
    for index, risk in enumerate(found):
        if not isinstance(risk, Mapping):
            continue
        path = f"/risks/{index}"
        key = risk.get("event") or risk.get("name")
        if isinstance(key, str) and known.setdefault(key, index) != index:
            to.add(
                "duplicate",
                path,
                f"“{key}” is in the register twice. Say it once, or name it otherwise.",
            )
        _check_effects(risk, path, to)
        check_range(risk.get("probability"), f"{path}/probability", to, amount=False)
        for effect in EFFECTS:
            check_range(risk.get(effect), f"{path}/{effect}", to)
        if risk.get("event") is None:
            _check_own(risk, path, to)


def _check_effects(risk: Mapping[str, Any], path: str, to: Complaints) -> None:
    stated = [effect for effect in EFFECTS if risk.get(effect) is not None]
    if len(stated) > 1:
        to.add(
            "one_effect",
            f"{path}/{stated[1]}",
            f"A risk has one effect: {' or '.join(stated)}. Write two risks for two.",
        )


def _check_own(risk: Mapping[str, Any], path: str, to: Complaints) -> None:
    """Complain about what a risk without a card's row leaves open."""
    if not risk.get("name"):
        to.add("required", f"{path}/name", "Name the risk, or an event of the card.")
    if risk.get("probability") is None:
        to.add("required", f"{path}/probability", "State how likely the risk is.")
    if all(risk.get(effect) is None for effect in EFFECTS):
        to.add(
            "required",
            f"{path}/factor",
            "State what the risk does: a factor on all work, hours, or cost.",
        )
