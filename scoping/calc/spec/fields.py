"""All keys of the spec document (`spec: 1`): the reader and the schema share them."""

from __future__ import annotations

from typing import get_args

from .service import Measure, Per
from .shapes import (
    Day,
    Either,
    Flag,
    Keys,
    Listing,
    Shape,
    Text,
    Word,
    number,
    share,
    whole,
)
from .values import EFFECTS, AnnotationType, Basis, Complexity, Need, Work

MOST_LINES = 200
MOST_RISKS = 20
MOST_FLOORS = 12
MOST_STEPS = 6
MOST_EXCLUSIONS = 6
MOST_SAMPLE = 100_000
MOST_PER_ITEM = "10000"
MOST_UNITS = 10**12

COMPUTED = frozenset(
    {
        *("total", "subtotal", "unit_price", "price", "amount", "discount_amount"),
        *("cost", "margin", "unit_rate", "rate", "hours", "card", "rate_card", "hash"),
    }
)
"""Keys that people post and that only this service computes or staff doors choose."""


def _range(low: str, high: str) -> Either:
    """Return the shape of a number that may be exact, quantiles or a triangle."""
    one = number(low, high)
    return Either(
        plain=one,
        objects=(
            Keys(
                fields={"p10": one, "p50": one, "p90": one},
                required=("p10", "p50", "p90"),
            ),
            Keys(
                fields={"low": one, "mode": one, "high": one},
                required=("low", "mode", "high"),
            ),
        ),
    )


PER_ITEM = Either(
    plain=number("0", MOST_PER_ITEM),
    objects=(
        Keys(
            fields={
                "mean": _range("0", MOST_PER_ITEM),
                "spread": Keys(
                    fields={
                        "var_to_mean": number("0", "10000"),
                        "max": whole(1, 1_000_000),
                    },
                    required=("var_to_mean",),
                    nullable=frozenset({"max"}),
                ),
                "sample": Listing(
                    of=whole(0, 1_000_000), most=MOST_SAMPLE, name="counts"
                ),
            },
            nullable=frozenset({"mean", "spread", "sample"}),
        ),
    ),
)

LINE = Keys(
    fields={
        "type": Word(choices=get_args(AnnotationType)),
        "name": Text(most=80),
        "work": Word(choices=get_args(Work)),
        "unit": Text(most=40),
        "units_per_item": PER_ITEM,
        "share_of_items": share("0.000001"),
        "complexity": Word(choices=get_args(Complexity)),
        "classes": whole(1, 100_000),
        "attributes": whole(0, 1_000),
        "vertices": number("3", "100000"),
        "occlusion": Word(),
        "domain": Word(),
        "density": Word(),
        "resolution": Word(),
        "redundancy": whole(1, 9),
        "optional": Flag(),
        "alternative_to": whole(0, MOST_LINES - 1),
        "prelabel": Keys(
            fields={
                "share": share(),
                "accept_rate": _range("0", "1"),
                "saving": share(),
                "recall": share(),
                "precision": share("0.001"),
                "no_fix_share": _range("0", "1"),
            },
            nullable=frozenset(
                {"accept_rate", "saving", "recall", "precision", "no_fix_share"}
            ),
        ),
    },
    required=("type", "units_per_item"),
    nullable=frozenset(
        {
            *("classes", "vertices", "occlusion", "domain", "density", "resolution"),
            *("alternative_to", "prelabel"),
        }
    ),
    computed=COMPUTED,
)

AUDIT = Keys(
    fields={
        "rule": Word(choices=("percent", "two_point", "zero_defect")),
        "share": share("0.000001"),
        "max_defect_share": share(),
        "good": share(),
        "bad": share("0.000001"),
        "producer_risk": share("0.0001", "0.5"),
        "consumer_risk": share("0.0001", "0.5"),
        "confidence": share("0.5", "0.9999"),
    },
    required=("rule",),
)
AUDIT_NEEDS = {
    "percent": ("share", "max_defect_share"),
    "two_point": ("good", "bad", "producer_risk", "consumer_risk"),
    "zero_defect": ("bad", "confidence"),
}

SLA = Keys(
    fields={
        "measure": Word(choices=get_args(Measure)),
        "per": Word(choices=get_args(Per)),
        "minor_counts": Flag(),
        "critical": share("0.5", "0.999999"),
        "floors": Listing(
            of=Keys(
                fields={
                    "line": whole(0, MOST_LINES - 1),
                    "name": Text(most=60),
                    "classes": Listing(of=Text(most=80), most=50, name="classes"),
                    "share": share("0.000001"),
                    "accuracy": share("0.5", "0.999999"),
                    "sample": whole(1, 1_000_000),
                },
                required=("line", "name", "classes", "share", "accuracy"),
                nullable=frozenset({"sample"}),
            ),
            most=MOST_FLOORS,
            least=0,
            name="floors",
        ),
        "ladder": Listing(
            of=Keys(
                fields={
                    "wrong_over": share("0.0001"),
                    "amount": number("0.01", "1000000000"),
                },
                required=("wrong_over", "amount"),
            ),
            most=MOST_STEPS,
            least=0,
            name="steps",
        ),
        "late": Keys(
            fields={
                "per_week": share("0.0001", "0.25"),
                "most": share("0.0001", "0.5"),
                "grace_days": whole(0, 60),
            },
            required=("per_week", "most"),
        ),
        "remedy_days": whole(1, 90),
        "acceptance_days": whole(1, 90),
        "data_by": Day(),
        "weekly_items": whole(1, 1_000_000_000),
        "tool_access_by": Day(),
        "exclusions": Listing(
            of=Text(most=120), most=MOST_EXCLUSIONS, least=0, name="exclusions"
        ),
    },
    nullable=frozenset(
        {
            *("critical", "remedy_days", "acceptance_days", "data_by"),
            *("weekly_items", "tool_access_by", "late"),
        }
    ),
)
QUALITY = Keys(
    fields={
        "accuracy": share("0.5", "0.9999"),
        "unit": Word(choices=("object", "image")),
        "match_iou": share("0.05", "0.99"),
        "agreement": share("0.5", "0.9999"),
        "gold_items": whole(0, 1_000_000),
        "edge_case_rules": whole(0, 10_000),
        "reviews": whole(0, 5),
        "batch_items": whole(1, 1_000_000),
        "audit": AUDIT,
        "sla": SLA,
    }
)
TEAM = Keys(
    fields={
        "pod": Text(most=80),
        "annotators": whole(1, 5_000),
        "hours_per_day": number("0.5", "16"),
    },
    nullable=frozenset({"pod", "annotators"}),
)
CONDITIONS = Keys(
    fields={
        "tool": Text(most=80),
        "secure_room": Flag(),
        "residency": Text(most=80),
        "guideline_languages": Listing(of=Text(most=12), most=20, name="languages"),
    },
    nullable=frozenset({"tool", "residency"}),
)
TAX = Keys(
    fields={
        "rate": share(),
        "mode": Word(choices=("none", "exclusive", "inclusive", "reverse_charge")),
        "reason": Text(most=200),
        "rounding": Word(choices=("sum", "line")),
    }
)
FEES = Keys(
    fields={
        "added": Listing(of=Word(), most=20, least=0, name="fees"),
        "waived": Listing(of=Word(), most=20, least=0, name="fees"),
    }
)
CREDITS = Keys(
    fields={"failed_batch": number("0.01", "1000000000")},
    nullable=frozenset({"failed_batch"}),
)
COMMERCIAL = Keys(
    fields={
        "basis": Word(choices=get_args(Basis)),
        "pods": whole(1, 1_000),
        "months": whole(1, 120),
        "confidence": share("0.5", "0.99"),
        "discount": share("0", "0.9"),
        "rush": Flag(),
        "pilot": Flag(),
        "cap": number("0.01", "1000000000000"),
        "holdback": share("0.001", "0.5"),
        "tax": TAX,
        "fees": FEES,
        "credits": CREDITS,
    },
    nullable=frozenset({"cap", "holdback", "pods", "months"}),
    computed=COMPUTED,
)
VIDEO = Keys(
    fields={
        "clips": whole(1, 100_000_000),
        "seconds_per_clip": number("0.01", "1000000"),
        "fps": number("0.01", "1000"),
        "label_every": whole(1, 100_000),
        "interpolate": Flag(),
    },
    required=("clips", "seconds_per_clip", "fps"),
)

RISK = Keys(
    fields={
        "event": Word(),
        "name": Text(most=80),
        "probability": _range("0", "1"),
        "factor": _range("1", "10"),
        "hours": _range("0", "1000000"),
        "cost": _range("0", "1000000000"),
    },
    nullable=frozenset({"event", "probability", *EFFECTS}),
)

FIELDS: dict[str, Shape] = {
    "spec": whole(1, 1),
    "name": Text(most=200),
    "client": Text(most=200),
    "currency": Word(),
    "language": Word(choices=("en", "vi")),
    "need": Word(choices=get_args(Need)),
    "items": whole(1, 1_000_000_000),
    "item_kind": Word(choices=("image", "frame")),
    "video": VIDEO,
    "start_on": Day(),
    "deadline": Day(),
    "budget": number("0.01", "1000000000000"),
    "site": Word(),
    "client_calendar": Word(),
    "client_turnaround_days": whole(0, 60),
    "lines": Listing(of=LINE, most=MOST_LINES, name="lines"),
    "quality": QUALITY,
    "team": TEAM,
    "conditions": CONDITIONS,
    "commercial": COMMERCIAL,
    "risks": Listing(of=RISK, most=MOST_RISKS, least=0, name="risks"),
    "seed": whole(0, 2**31 - 1),
}
NULLABLE = frozenset({"need", "video", "deadline", "budget", "seed"})

DOCUMENT = Keys(
    fields=FIELDS, required=("lines",), nullable=NULLABLE, computed=COMPUTED
)
