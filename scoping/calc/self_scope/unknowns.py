"""What stands for a count that nobody knows yet: a range, published or assumed.

"I don't know" about a count is an answer: the price range then covers what comparable
datasets hold. So each count has low, typical and high here, with a source.
See docs/model.md#scopingcalcself_scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from scoping.calc.facts import FactError
from scoping.calc.spec.values import Need, Quantiles

NAMED = (
    *("points", "var_to_mean", "images_counted", "seconds_an_image"),
    *("accuracy_low", "accuracy_high"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A count that is not known: not below, in the middle, not above, and says who."""

    low: Decimal
    typical: Decimal
    high: Decimal
    source: str

    @property
    def quantiles(self) -> Quantiles:
        """Return the three numbers as a spec states them."""
        return Quantiles(p10=self.low, p50=self.typical, p90=self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """All that a first scope takes for granted until somebody answers.

    `objects` are counts an image by need; a need that is not there counts one an image.
    `figures`: points on a body, variance ÷ mean of counts, images that are worth
    counting and the seconds one takes, the ends between which accuracy is asked.
    """

    images: Unknown
    objects: Mapping[Need, Unknown]
    figures: Mapping[str, Decimal]


def read_unknowns(document: Mapping[str, Any]) -> Unknowns:
    """Return the table of a fixture. Raises FactError, naming the row."""
    objects: dict[Need, Unknown] = {}
    for need in get_args(Need):
        if need in document["objects"]:
            objects[need] = _unknown(document["objects"][need], f"objects/{need}")
    figures = {}
    for key in NAMED:
        row = document["figures"].get(key)
        if row is None or not row.get("source"):
            raise FactError(f"figures/{key}: there is no row with a source.")
        figures[key] = Decimal(row["value"])
    return Unknowns(
        images=_unknown(document["images"], "images"), objects=objects, figures=figures
    )


def _unknown(row: Mapping[str, Any], where: str) -> Unknown:
    low, typical, high = (Decimal(row[key]) for key in ("low", "typical", "high"))
    if not 0 < low <= typical <= high:
        raise FactError(f"{where}: low, typical and high ascend, above 0.")
    if not row.get("source"):
        raise FactError(f"{where}: say where these numbers are from.")
    return Unknown(low=low, typical=typical, high=high, source=str(row["source"]))
