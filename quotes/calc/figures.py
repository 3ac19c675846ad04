"""A figure that is known, or the reason why it is not: nothing missing is zero.

See docs/model.md#figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that is not known, `because` of something that can be put right."""

    because: str


Figure = Decimal | Missing


def worked_out(
    formula: Callable[..., Decimal], *figures: Figure, undefined: str
) -> Figure:
    """Return a formula of figures: the first missing one's reason where one lacks.

    `undefined` is the reason where the formula divides by nothing.

    >>> worked_out(lambda a, b: a / b, Decimal(3), Decimal(0), undefined="no b")
    Missing(because='no b')
    """
    for figure in figures:
        if isinstance(figure, Missing):
            return figure
    try:
        return formula(*figures)
    except (DivisionByZero, InvalidOperation):
        return Missing(undefined)


def known(value: object) -> dict[str, Any]:
    """Return a figure that is known, as data."""
    return {"known": True, "value": value}


def not_known(because: str) -> dict[str, Any]:
    """Return a figure that is not known, with the reason, as data."""
    return {"known": False, "because": because, "text": f"not known, because {because}"}


def as_data(figure: Figure, *, unit: Decimal) -> dict[str, Any]:
    """Return a figure as data, rounded half up to a unit and only here."""
    if isinstance(figure, Missing):
        return not_known(figure.because)
    return known(str(figure.quantize(unit, ROUND_HALF_UP)))
