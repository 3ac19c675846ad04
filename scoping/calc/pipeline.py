"""The seven stages of a project as data: what each needs and which gate it must clear.

Numbers are for display; `needs` says what a stage waits for. Machine pre-labels are
number 4 and yet feed production, which overlaps them. A batch advances only when the
gate before it has cleared. Gates are sentences a client can read; they are made of the
spec and the card's price side alone. See docs/model.md#pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .rates.values import PriceSide
from .spec.values import Quality, Spec
from .trace import plain
from .volume import labelled_items

Key = Literal[
    "rules",
    "pilot",
    "production",
    "prelabels",
    "review",
    "sample_check",
    "delivery",
]
NOT_USED = "not used in this quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage. `needs`: the numbers of the stages that must have begun to feed it."""

    number: int
    key: Key
    name: str
    needs: tuple[int, ...]
    gate: str
    used: bool = True


def stages(spec: Spec, price: PriceSide) -> tuple[Stage, ...]:
    """Return all seven stages of a spec, the unused ones marked, in order of number."""
    quality, kind = spec.quality, spec.item_kind
    return (
        Stage(
            number=1,
            key="rules",
            name="Rules and kinds",
            needs=(),
            gate=_rules(quality),
        ),
        _pilot(spec, kind),
        Stage(
            number=3,
            key="production",
            name="Production",
            needs=(2, 4) if uses_prelabels(spec) else (2,),
            gate=f"every {kind} of the batch done",
        ),
        _prelabels(kind, used=uses_prelabels(spec)),
        _review(quality, kind),
        Stage(
            number=6,
            key="sample_check",
            name="Sample check",
            needs=(5,) if quality.reviews else (3,),
            gate="the sample passes, or the batch stays",
        ),
        Stage(
            number=7,
            key="delivery",
            name="Delivery",
            needs=(6,),
            gate=(
                f"report, and free redo for "
                f"{business_days(acceptance_days(quality, price))}"
            ),
        ),
    )


def acceptance_days(quality: Quality, price: PriceSide) -> int:
    """Return after how many business days a batch counts as accepted."""
    said = quality.sla.acceptance_days
    return int(price.acceptance_window_days.value) if said is None else said


def remedy_days(quality: Quality, price: PriceSide) -> int:
    """Return in how many business days a failed batch is redone."""
    said = quality.sla.remedy_days
    return int(price.remedy_days.value) if said is None else said


def uses_prelabels(spec: Spec) -> bool:
    """Return whether any line asks for first labels by a machine."""
    return any(line.prelabel is not None for line in spec.lines)


def per_cent(share: Decimal) -> str:
    """Return a share as pages write it: `98 %`, `99.5 %`, no idle zeros."""
    return f"{plain(share * 100):f} %"


def business_days(days: Decimal | int) -> str:
    """Return business days in words: `1 business day`, `10 business days`."""
    count = plain(Decimal(days))
    return f"{count:f} business day{'' if count == 1 else 's'}"


def _rules(quality: Quality) -> str:
    count = quality.edge_case_rules
    if count == 0:
        return "the guideline agreed by you"
    return f"{count} edge-case rule{'' if count == 1 else 's'} agreed by you"


def _pilot(spec: Spec, kind: str) -> Stage:
    quality = spec.quality
    used = quality.gold_items > 0
    gold = min(quality.gold_items, int(labelled_items(spec)[0].value))
    count = f"{gold:,} {kind}{'' if gold == 1 else 's'}"
    gate = f"{per_cent(quality.agreement)} agreement on {count}" if used else NOT_USED
    return Stage(number=2, key="pilot", name="Pilot", needs=(1,), gate=gate, used=used)


def _prelabels(kind: str, *, used: bool) -> Stage:
    return Stage(
        number=4,
        key="prelabels",
        name="Machine pre-labels",
        needs=(1,),
        gate=f"first labels on every {kind} of the batch" if used else NOT_USED,
        used=used,
    )


def _review(quality: Quality, kind: str) -> Stage:
    used = quality.reviews > 0
    gate = f"{per_cent(quality.accuracy)} right, every {kind}" if used else NOT_USED
    return Stage(
        number=5, key="review", name="Second review", needs=(3,), gate=gate, used=used
    )
