"""What three numbers of a range must be to one another, wherever a spec states them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .shapes import Complaints

WIDEST = 26
"""Most that high may be over typical, of an amount. From e^(2 × 1.28²) = 26.7 on, the
mean of the half-lognormal that gives both back would lie above high itself."""

NAMES = {
    "p10": "Low",
    "p50": "Typical",
    "p90": "High",
    "low": "Least",
    "mode": "Most often",
    "high": "Most",
}


def check_range(said: Any, path: str, to: Complaints, *, amount: bool = True) -> None:
    """Complain about three numbers that do not rise, or that nothing gives back.

    `amount`: not a share, which ends at 1 whatever it is drawn from.
    """
    if not isinstance(said, Mapping):
        return
    keys = ("p10", "p50", "p90") if "p10" in said else ("low", "mode", "high")
    values = [value for key in keys if isinstance(value := said.get(key), Decimal)]
    if len(values) < len(keys):
        return
    for place in (0, 1):
        first, second = keys[place], keys[place + 1]
        low, high = values[place], values[place + 1]
        if low > high:
            to.add(
                "not_ordered",
                f"{path}/{first}",
                f"{NAMES[first]} is above {NAMES[second].lower()}: {low} is more than "
                f"{high}.",
            )
            return
    if "p10" in said:
        _check_fit(values[1], values[2], path, to, amount=amount)


def _check_fit(
    typical: Decimal, high: Decimal, path: str, to: Complaints, *, amount: bool
) -> None:
    if typical == 0 and high > 0:
        to.add(
            "cannot_fit",
            f"{path}/p50",
            "Typical is 0 and high is not: no distribution gives these back. State a "
            "typical above 0, or low, most often and most.",
        )
    elif amount and high > WIDEST * typical:
        to.add(
            "cannot_fit",
            f"{path}/p90",
            f"High is more than {WIDEST} times typical: the average would lie above "
            f"high. State a narrower range, or low, most often and most.",
        )
