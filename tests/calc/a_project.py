"""A small project as plain values: a baseline, and rows of its ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from quotes.calc.baseline import baseline_document
from quotes.calc.matching import Actual
from scoping.calc.workdays import Calendar

D = Decimal
PLAIN = Calendar(key="plain", weekmask="1111100", holidays=())
START = date(2026, 3, 2)
"""A Monday."""


def an_estimate_line(**changes: Any) -> dict[str, Any]:
    """Return a line: 1,000 images of five boxes at 10 s, reviewed and sampled."""
    return {
        "index": 0,
        "name": "Boxes",
        "type": "bounding_box",
        "unit": "box",
        "counted_unit": "box",
        "counted_units": 5000,
        "items": "1000",
        "unit_price": "0.0840",
        "in_total": True,
        "labelling_seconds_per_unit": "10.00",
        "rework_time_share": "0.05",
        "clock": "label",
        "suggested": {"target": "0.05"},
        "prelabels": None,
        # 3,000 at 0.09 and 2,000 at 0.075; a tenth off.
        "tiers": [
            {"units": 3000, "unit_price": "0.09", "amount": "270.00"},
            {"units": 2000, "unit_price": "0.075", "amount": "150.00"},
        ],
        "amount": "420.00",
        "net": "378.00",
        # 5,000 × 10 s = 13.888… h; 8 paid hours for 6.4 worked ones; 4 an hour.
        "work_by_kind": [
            {
                "kind": "label",
                "worked_hours": "13.888889",
                "paid_hours": "17.361111",
                "cost": "69.444444",
            },
            {
                "kind": "rework",
                "worked_hours": "0.694444",
                "paid_hours": "0.868056",
                "cost": "3.472222",
            },
            {
                "kind": "review",
                "worked_hours": "4.166667",
                "paid_hours": "5.208333",
                "cost": "26.041667",
            },
            {
                "kind": "audit",
                "worked_hours": "0.5",
                "paid_hours": "0.625",
                "cost": "3.125",
            },
        ],
    } | changes


TAGS: dict[str, Any] = {
    "index": 1,
    "name": "Tags",
    "type": "image_tag",
    "unit": "label",
    "counted_unit": "label",
    "counted_units": 500,
    "items": "100",
    "unit_price": "0.0300",
    "labelling_seconds_per_unit": "4.00",
    "suggested": {"target": "0.02"},
    "tiers": [{"units": 500, "unit_price": "0.0300", "amount": "15.00"}],
    "amount": "15.00",
    "net": "13.50",
    "work_by_kind": [
        {
            "kind": "label",
            "worked_hours": "0.555556",
            "paid_hours": "0.694444",
            "cost": "2.777778",
        },
    ],
}


def an_estimate(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what a baseline takes from an estimate document."""
    return {
        "card": "2026-01",
        "currency": "USD",
        "fx": {"base": "USD", "quote": "VND", "rate": "25000"},
        "schedule": {
            "start": "2026-03-02",
            "promised": "2026-04-06",
            "annotators": 2,
            "finish": {"p50": "2026-03-27"},
            # One week of rules, one of the pilot, two of production.
            "milestones": [
                {"stage": 1, "name": "Rules", "day": "2026-03-06"},
                {"stage": 2, "name": "Pilot", "day": "2026-03-13"},
                {"stage": 3, "name": "Production", "day": "2026-03-26"},
                {"stage": 5, "name": "Review", "day": "2026-03-27"},
                {"stage": 6, "name": "Sample check", "day": "2026-03-27"},
                {"stage": 7, "name": "Delivery", "day": "2026-03-27"},
            ],
        },
        "cost": {"p50": "150.00", "p80": "190.00"},
        "price": {"total": "420.00"},
        "hours": {"total": {"p50": "30"}},
        "quality": {"rework_share": "0.06"},
        "stages": [
            {"number": number, "cost": cost, "hours": "1.0"}
            for number, cost in ((1, "10.00"), (2, "20.00"), (7, "5.00"))
        ],
        "lines": list(lines) or [an_estimate_line()],
        "clauses": [],
    } | changes


def a_spec(**changes: Any) -> dict[str, Any]:
    """Return what a baseline takes from a spec: ten batches of a hundred images."""
    return {
        "items": 1000,
        "quality": {"batch_items": 100, "accuracy": "0.98"},
        "client_turnaround_days": 2,
    } | changes


def a_plan(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a baseline with its plan by week."""
    return baseline_document(
        a_spec(),
        an_estimate(*lines, **changes),
        calendar=PLAIN,
        client_calendar=PLAIN,
    )


def two_lines() -> dict[str, Any]:
    """Return a baseline of boxes on every image and tags on every tenth."""
    return a_plan(an_estimate_line(), an_estimate_line(**TAGS))


def a_row(**changes: Any) -> Actual:
    """Return a day's labelling of a batch exactly as planned: 500 boxes in 5,000 s."""
    fields: dict[str, Any] = {
        "line": "0",
        "batch": "b1",
        "delivery_version": None,
        "stage": "label",
        "annotation_type": "bounding_box",
        "clock": "label",
        "items": 100,
        "units_produced": 500,
        "units_passed": None,
        "units_accepted": None,
        "units_rejected": None,
        "active_seconds": D(5000),
        "audit_n": None,
        "audit_defects": None,
        "day": date(2026, 3, 16),
        "site": "vn",
        "pod": "A",
        "role": "annotator",
    }
    return Actual(**(fields | changes))


def a_check(stage: str, seconds: int, **changes: Any) -> Actual:
    """Return work of another stage on the same batch, a day later."""
    fields = {
        "stage": stage,
        "items": None,
        "units_produced": None,
        "active_seconds": D(seconds),
        "day": date(2026, 3, 17),
        "role": {"audit": "auditor", "review": "reviewer"}.get(stage, "annotator"),
    }
    return a_row(**(fields | changes))


def as_planned(batch: str = "b1", *, after: int = 0, **changes: Any) -> list[Actual]:
    """Return a batch done exactly as planned: a tenth of every kind of work."""
    day = date(2026, 3, 16) + timedelta(days=after)
    return [
        a_row(batch=batch, day=day, **changes),
        a_check("rework", 250, batch=batch, day=day),
        a_check("review", 1500, batch=batch, day=day),
        a_check(
            "audit",
            180,
            batch=batch,
            day=day,
            units_passed=500,
            units_accepted=500,
            audit_n=50,
            audit_defects=0,
        ),
    ]
