"""A clause: one promise as a value that is printed, priced, frozen and later evaluated.

It names what it counts, which errors count, the least share that must be right, the
sample that decides and what a pass proves, what follows from a failure, and what is no
error. The same value is read back from the frozen quote, so that nothing is evaluated
that was not written. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Any, Literal

from scoping.calc.audit import CONFIDENCE
from scoping.calc.spec.service import Late

Metric = Literal[
    "precision", "recall", "defect_share", "agreement", "on_time", "obligation"
]
METRICS: tuple[Metric, ...] = (
    *("precision", "recall", "defect_share"),
    *("agreement", "on_time", "obligation"),
)
Severity = Literal["critical", "major", "minor"]
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor")


class ClauseError(ValueError):
    """Raised for a clause that promises nothing that can be counted; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a batch is sampled for a clause: whole items drawn, units counted in them.

    `units` of the `lot` units of a full batch, of which `max_defects` may be wrong.
    `worth_*`: the same after the design effect. Of a clause on the average of a
    project, all batches together.
    """

    items: int
    of_items: int
    units: int
    max_defects: int
    lot: int
    worth_lot: int
    worth_units: int
    worth_defects: int

    def to_data(self) -> dict[str, int]:
        """Return the sample as documents hold it."""
        return {
            "items": self.items,
            "of_items": self.of_items,
            "units": self.units,
            "max_defects": self.max_defects,
            "lot": self.lot,
            "worth_lot": self.worth_lot,
            "worth_units": self.worth_units,
            "worth_defects": self.worth_defects,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStep:
    """Money given back where more than this share of a sample is wrong."""

    wrong_over: Decimal
    amount: Decimal

    def to_data(self) -> dict[str, str]:
        """Return the step as documents hold it."""
        return {"wrong_over": str(self.wrong_over), "amount": str(self.amount)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One promise, ours or the client's (metric `obligation`: no floor, no sample).

    `counts`: the severities of errors that count. `classes`: the classes of labels that
    it is about, empty for all. `per`: what the floor holds for, `batch`, `project` (the
    average over all batches), or what an obligation is counted by. `effect`: how many
    sampled units tell as much as one independent unit. `credit` for each batch whose
    first sample fails, `ladder` for worse ones: the greatest that is reached is due,
    once. `due`, `days`, `per_week`: of clauses about time; `late`: what a delivery
    after `due` gives back. `line` None: the project's.
    """

    key: str
    promise: str
    how_much: str
    metric: Metric
    unit: str
    floor: Decimal | None
    match_iou: Decimal | None
    sample: Sample | None
    sample_text: str
    proves: Decimal | None
    proves_text: str
    remedy: str
    remedy_days: int | None
    line: int | None
    note: str = ""
    effect: Decimal = Decimal(1)
    per: str = "batch"
    credit: Decimal | None = None
    ladder: tuple[CreditStep, ...] = ()
    currency: str = "USD"
    counts: tuple[Severity, ...] = SEVERITIES
    group: str = ""
    classes: tuple[str, ...] = ()
    holds_at: Decimal | None = None
    consequence: str = ""
    acceptance_days: int | None = None
    does_not_count: tuple[str, ...] = ()
    due: date | None = None
    days: int | None = None
    per_week: int | None = None
    late: Late | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted, and a ladder that does not rise."""
        if self.metric not in METRICS:
            raise ClauseError(
                f"“{self.metric}” is no measure: a share of labels that leaves out "
                f"missed objects rewards leaving them out. Take one of "
                f"{', '.join(METRICS)}."
            )
        if not self.counts:
            raise ClauseError(f"“{self.promise}” counts no errors at all.")
        steps = [(Decimal(0), self.credit or Decimal(0))]
        steps += [(step.wrong_over, step.amount) for step in self.ladder]
        for lower, upper in pairwise(steps):
            if not (lower[0] < upper[0] and lower[1] < upper[1]):
                raise ClauseError(
                    f"The credits of “{self.promise}” must rise step by step: more "
                    f"wrong, more money back."
                )

    @property
    def is_counted(self) -> bool:
        """Return whether counts of errors decide it."""
        return self.floor is not None

    @property
    def promises_money(self) -> bool:
        """Return whether a failure is credited."""
        return self.credit is not None or bool(self.ladder) or self.late is not None

    def to_data(self) -> dict[str, Any]:
        """Return the clause as documents hold it: shares as strings, absent as null."""
        proves = self.proves
        return {
            "key": self.key,
            "promise": self.promise,
            "how_much": self.how_much,
            "metric": self.metric,
            "unit": self.unit,
            "floor": _text(self.floor),
            "per": self.per,
            "match_iou": _text(self.match_iou),
            "counts": list(self.counts),
            "group": self.group,
            "classes": list(self.classes),
            "sample": None if self.sample is None else self.sample.to_data(),
            "sample_text": self.sample_text,
            "proves": None
            if proves is None
            else {"max_defect_share": str(proves), "confidence": str(CONFIDENCE)},
            "proves_text": self.proves_text,
            "holds_at": _text(self.holds_at),
            "consequence": self.consequence,
            "remedy": self.remedy,
            "remedy_days": self.remedy_days,
            "acceptance_days": self.acceptance_days,
            "credit": _text(self.credit),
            "ladder": [step.to_data() for step in self.ladder],
            "currency": self.currency,
            "does_not_count": list(self.does_not_count),
            "due": None if self.due is None else self.due.isoformat(),
            "days": self.days,
            "per_week": self.per_week,
            "late": None if self.late is None else late_data(self.late),
            "line": self.line,
            "note": self.note,
            "effect": str(self.effect),
        }


PLAIN = (
    *("key", "promise", "how_much", "metric", "unit", "sample_text", "proves_text"),
    *("remedy", "remedy_days", "line"),
)
LATER = (
    *("note", "per", "currency", "group", "consequence"),
    *("acceptance_days", "days", "per_week"),
)
"""Keys that documents of before have not: the clause then has its standard value."""


def clause_from_data(data: Mapping[str, Any]) -> Clause:
    """Return the clause that a document holds, also one of an earlier release.

    Before samples said their batch, it is taken in proportion to the items drawn.
    """
    proves, due = data["proves"], data.get("due")
    return Clause(
        **{key: data[key] for key in PLAIN},
        **{key: data[key] for key in LATER if key in data},
        floor=_number(data["floor"]),
        match_iou=_number(data["match_iou"]),
        sample=_sample(data["sample"], Decimal(data.get("effect", "1"))),
        proves=None if proves is None else Decimal(proves["max_defect_share"]),
        effect=Decimal(data.get("effect", "1")),
        credit=_number(data.get("credit")),
        ladder=tuple(
            CreditStep(
                wrong_over=Decimal(step["wrong_over"]), amount=Decimal(step["amount"])
            )
            for step in data.get("ladder", ())
        ),
        counts=tuple(data.get("counts", SEVERITIES)),
        classes=tuple(data.get("classes", ())),
        holds_at=_number(data.get("holds_at")),
        does_not_count=tuple(data.get("does_not_count", ())),
        due=None if due is None else date.fromisoformat(due),
        late=_late(data.get("late")),
    )


def late_data(late: Late) -> dict[str, Any]:
    """Return what a late delivery gives back as documents hold it."""
    return {
        "per_week": str(late.per_week),
        "most": str(late.most),
        "grace_days": late.grace_days,
    }


def _late(data: Mapping[str, Any] | None) -> Late | None:
    if data is None:
        return None
    return Late(
        per_week=Decimal(data["per_week"]),
        most=Decimal(data["most"]),
        grace_days=data["grace_days"],
    )


def _sample(data: Mapping[str, int] | None, effect: Decimal) -> Sample | None:
    if data is None or "lot" in data:
        return None if data is None else Sample(**data)
    units, items = data["units"], max(data["items"], 1)
    worth = max(1, int(units / effect))
    lot = max(units, round(units * data["of_items"] / items))
    return Sample(
        **data,
        lot=lot,
        worth_lot=max(worth, int(lot / effect)),
        worth_units=worth,
        worth_defects=ceil(data["max_defects"] / effect),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
