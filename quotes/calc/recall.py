"""What has to be looked at again: batches that certain work went into, and the cost.

Asked by person, team, version of the guideline, model of the pre-labels or days,
several of them together. A record that does not say who did it, under which guideline,
from whose pre-labels or when, may be the work that is meant: it is neither taken nor
passed over, and its batch is named apart.
See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .matching import LABEL, REWORK

FINE = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A record of the ledger as a recall sees it; "" and None are missing.

    `models` are those whose machine labels it began from, each with how many of its
    units, None where that is not known; `prelabelled` how many began from any.
    """

    line: int | None
    batch: str
    stage: str
    actor: str
    pod: str
    guideline: str
    first: date | None
    last: date | None
    items: int | None
    units: int | None
    delivered: bool = False
    models: tuple[tuple[str, int | None], ...] = ()
    prelabelled: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The work that is meant; "" and None ask for nothing."""

    actor: str = ""
    pod: str = ""
    guideline: str = ""
    model: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked."""
        texts = self.actor or self.pod or self.guideline or self.model
        return not (texts or self.since or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A batch that the work went into.

    `units` of `whole` are touched, `share` is their part, None where units are missing.
    `cost` is what labelling them again costs at the plan's rate, None where not known.
    `unsure` says that other records of the batch may be meant too.
    """

    line: int | None
    batch: str
    items: int | None
    units: int | None
    whole: int | None
    share: Decimal | None
    cost: Decimal | None
    delivered: bool
    unsure: bool


def fits(work: Work, wanted: Wanted) -> bool | None:
    """Return whether a record is the work that is meant, None where it cannot be told.

    >>> work = Work(line=0, batch="b", stage="label", actor="Lan", pod="", items=1,
    ...             guideline="2", first=None, last=None, units=5)
    >>> fits(work, Wanted(actor="lan")), fits(work, Wanted(actor="ha", pod="a"))
    (True, False)
    >>> fits(work, Wanted(actor="lan", pod="a")) is None
    True
    """
    answers = [
        _same(work.actor, wanted.actor),
        _same(work.pod, wanted.pod),
        _same(work.guideline, wanted.guideline),
        _from_model(work, wanted.model),
        _within(work, wanted),
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _same(said: str, wanted: str) -> bool | None:
    if not wanted:
        return True
    if not said:
        return None
    return said.strip().casefold() == wanted.strip().casefold()


def _from_model(work: Work, wanted: str) -> bool | None:
    """Return whether work began from a model's labels.

    Machine labels are put under labelling: rework that names no model began from what
    people had made of them, and records of no pre-labelled unit from none.
    """
    if not wanted:
        return True
    if work.models:
        return any(_same(name, wanted) for name, _ in work.models)
    return False if work.stage != LABEL or work.prelabelled == 0 else None


def units_meant(work: Work, wanted: Wanted) -> int | None:
    """Return how many units of a record are meant, None where that is not known.

    Of a record that began from one model's labels and does not say how many of its
    units, those that began from any count, or all.

    >>> work = Work(line=0, batch="b", stage="label", actor="", pod="", guideline="",
    ...             first=None, last=None, items=9, units=90, models=(("m1", 40),))
    >>> units_meant(work, Wanted(model="M1")), units_meant(work, Wanted(actor="x"))
    (40, 90)
    """
    if not wanted.model or work.units is None:
        return work.units
    told = [units for name, units in work.models if _same(name, wanted.model)]
    known = [units for units in told if units is not None]
    if known and len(known) == len(told):
        # A tool may write one name with two cases of letters.
        return min(sum(known), work.units)
    if len(work.models) > 1:
        return None
    return work.units if work.prelabelled is None else min(work.prelabelled, work.units)


def _within(work: Work, wanted: Wanted) -> bool | None:
    if wanted.since is None and wanted.until is None:
        return True
    first, last = work.first or work.last, work.last or work.first
    if first is None or last is None:
        return None
    after = wanted.since is None or last >= wanted.since
    return after and (wanted.until is None or first <= wanted.until)


def recall(
    works: Iterable[Work], wanted: Wanted, *, unit_costs: Mapping[int | None, Decimal]
) -> list[Recalled]:
    """Return the batches that certain work went into, in the order of the ledger.

    Labelling and rework are looked at: they alone change what is delivered. Units of a
    batch are those of its labelling; rework of what was labelled adds none.
    """
    batches: dict[tuple[int | None, str], list[Work]] = {}
    delivered: set[tuple[int | None, str]] = set()
    for work in works:
        key = (work.line, work.batch)
        if work.delivered:
            delivered.add(key)
        if work.stage in (LABEL, REWORK):
            batches.setdefault(key, []).append(work)
    found = []
    for key, rows in batches.items():
        one = _recalled(key, rows, wanted, unit_costs.get(key[0]))
        if one is not None:
            found.append(_with_state(one, delivered=key in delivered))
    return found


def _recalled(
    key: tuple[int | None, str],
    rows: list[Work],
    wanted: Wanted,
    unit_cost: Decimal | None,
) -> Recalled | None:
    answers = [(row, fits(row, wanted)) for row in rows]
    touched = [row for row, answer in answers if answer]
    unsure = any(answer is None for _, answer in answers)
    if not touched and not unsure:
        return None
    whole = _sum(row.units for row in rows if row.stage == LABEL)
    meant = [units_meant(row, wanted) for row in touched]
    units = _sum(meant)
    # Which images the units of a part of a record lie on, nobody knows.
    whole_rows = all(
        many == row.units for many, row in zip(meant, touched, strict=True)
    )
    if units is not None and whole is not None:
        units = min(units, whole)
    return Recalled(
        line=key[0],
        batch=key[1],
        items=_sum(row.items for row in touched) if whole_rows else None,
        units=units,
        whole=whole,
        share=(Decimal(units) / whole).quantize(FINE)
        if units is not None and whole
        else None,
        cost=None if units is None or unit_cost is None else units * unit_cost,
        delivered=False,
        unsure=unsure,
    )


def _with_state(one: Recalled, *, delivered: bool) -> Recalled:
    return Recalled(
        line=one.line,
        batch=one.batch,
        items=one.items,
        units=one.units,
        whole=one.whole,
        share=one.share,
        cost=one.cost,
        delivered=delivered,
        unsure=one.unsure,
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
