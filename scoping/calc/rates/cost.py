"""The cost side of a card document: effort, review, pre-labels, sites, policy."""

from __future__ import annotations

from scoping.calc.spec.values import EFFECTS

from .rows import Reader
from .timing import read_clocks, read_effort
from .values import (
    Corrections,
    CostSide,
    Figure,
    Layers,
    Overtime,
    Policy,
    PrelabelFigures,
    ReviewFigures,
    RiskFigures,
    Role,
    Site,
    Work,
)


def read_cost(reader: Reader, *, version: str, currency: str) -> CostSide:
    """Return the cost side; problems are left with the reader."""
    clocks = read_clocks(reader)
    return CostSide(
        version=version,
        currency=currency,
        effort=read_effort(reader, clocks=clocks),
        clocks=clocks,
        fixed_seconds={
            key: reader.figure(f"fixed_seconds/{key}", unit="s")
            for key in _with_default(reader, "fixed_seconds")
        },
        drivers_words=dict(reader.words("drivers/words")),
        drivers_steps={
            kind: reader.thresholds(f"drivers/steps/{kind}")
            for kind in reader.keys("drivers/steps")
        },
        review={key: _review(reader, key) for key in _with_default(reader, "review")},
        prelabel={
            key: _prelabel(reader, key) for key in _with_default(reader, "prelabel")
        },
        video_check_seconds=reader.figure("video_check_seconds", unit="s"),
        video_corrections=(
            Corrections(
                share=reader.share("video_corrections/share"),
                effort=reader.figure("video_corrections/effort"),
            )
            if reader.keys("video_corrections")
            else None
        ),
        layers=Layers(
            worker=reader.figure("layers/worker"),
            batch=reader.figure("layers/batch"),
            item=reader.figure("layers/item"),
            effort_effort=reader.share("layers/effort_effort"),
            effort_defect=reader.share("layers/effort_defect"),
            risk_risk=(
                reader.share("layers/risk_risk")
                if "risk_risk" in reader.keys("layers")
                else None
            ),
        ),
        sites={key: _site(reader, key) for key in reader.keys("sites")},
        work=_work(reader),
        policy=Policy(
            target_margin=_margin(reader, "policy/target_margin"),
            floor_margin=_margin(reader, "policy/floor_margin"),
            planning_cap=reader.share("policy/planning_cap"),
            discount_limit=reader.share("policy/discount_limit"),
            loss_limit=reader.share("policy/loss_limit"),
        ),
        fee_costs={key: reader.figure(f"fees/{key}") for key in reader.keys("fees")},
        risks={key: _risk(reader, key) for key in reader.keys("risks")},
    )


def _risk(reader: Reader, key: str) -> RiskFigures:
    path = f"risks/{key}"
    stated = [effect for effect in EFFECTS if effect in reader.keys(path)]
    if len(stated) != 1:
        reader.complain(
            "one_effect", path, f"{path} must have one effect: factor, hours or cost."
        )
    effect = stated[0] if stated else "factor"
    size = reader.range(f"{path}/{effect}")
    least = 1 if effect == "factor" else 0
    if stated and size.p10.value < least:
        reader.complain(
            "not_a_risk", path, f"{path} must cost something: {least} or more."
        )
    return RiskFigures(
        key=key,
        name=str(reader.row(path).get("name", key)),
        probability=reader.range(f"{path}/probability", share=True),
        effect=effect,
        size=size,
    )


def _with_default(reader: Reader, path: str) -> list[str]:
    keys = reader.keys(path)
    if "default" not in keys:
        reader.complain(
            "missing_row", f"{path}/default", f"{path} needs a default row."
        )
    return keys


def _margin(reader: Reader, path: str) -> Figure:
    found = reader.share(path)
    if found.value >= 1:
        reader.complain("not_a_margin", path, f"{path} must lie below 1.")
    return found


def _review(reader: Reader, key: str) -> ReviewFigures:
    path = f"review/{key}"
    found = ReviewFigures(
        first_pass_defect=reader.range(f"{path}/first_pass_defect", share=True),
        detection=reader.range(f"{path}/detection", share=True),
        false_rejection=reader.share(f"{path}/false_rejection"),
        likeness=reader.share(f"{path}/likeness"),
        review_share=reader.figure(f"{path}/review_share"),
        rework_effort=reader.figure(f"{path}/rework_effort"),
        loops=reader.figure(f"{path}/loops"),
        warranty_share=reader.share(f"{path}/warranty_share"),
        repaired=(
            reader.share(f"{path}/repaired")
            if "repaired" in reader.keys(path)
            else None
        ),
    )
    if found.detection.p10.value < found.false_rejection.value:
        reader.complain(
            "detection_below_false_rejection",
            path,
            f"{path}: a reviewer who sends more right units back than wrong ones makes "
            f"work worse. Detection must not lie below false rejection.",
        )
    return found


def _prelabel(reader: Reader, key: str) -> PrelabelFigures:
    path = f"prelabel/{key}"
    return PrelabelFigures(
        check_share=reader.figure(f"{path}/check_share"),
        fix_share=reader.figure(f"{path}/fix_share"),
        delete_share=reader.figure(f"{path}/delete_share"),
        missed_share=reader.share(f"{path}/missed_share"),
        false_share=reader.figure(f"{path}/false_share"),
        accept_rate=reader.range(f"{path}/accept_rate", share=True),
        setup_hours=reader.figure(f"{path}/setup_hours", unit="h"),
    )


def _site(reader: Reader, key: str) -> Site:
    path = f"sites/{key}"
    row = reader.row(path)
    return Site(
        key=key,
        name=str(row.get("name", key)),
        currency=str(row.get("currency", "")),
        units_per_card_currency=reader.figure(f"{path}/units_per_card_currency"),
        roles={
            role: Role(key=role, gross_month=reader.figure(f"{path}/roles/{role}"))
            for role in reader.keys(f"{path}/roles")
        },
        employer_share=reader.share(f"{path}/employer_share"),
        months_paid=reader.figure(f"{path}/months_paid"),
        seat_month=reader.figure(f"{path}/seat_month"),
        overhead_share=reader.share(f"{path}/overhead_share"),
        paid_hours_month=reader.figure(f"{path}/paid_hours_month", unit="h"),
        utilisation=reader.range(f"{path}/utilisation", share=True),
        overtime=_overtime(reader, f"{path}/overtime"),
        second_shift_premium=reader.share(f"{path}/second_shift_premium"),
        weekmask=str(row.get("weekmask", "")),
        calendar=str(row.get("calendar", "")),
        time_zone=str(row.get("time_zone", "")),
    )


def _overtime(reader: Reader, path: str) -> Overtime:
    """Return the overtime of a site; who set each limit must be said."""
    own = set()
    for name in ("day_share", "month_hours", "year_hours"):
        who = reader.row(f"{path}/{name}").get("set_by")
        if who == "us":
            own.add(name)
        elif who != "law":
            reader.complain(
                "no_limit_setter",
                f"{path}/{name}",
                f"{path}/{name} must say who set the limit: set_by: law, or us.",
            )
    return Overtime(
        pay_rate=reader.figure(f"{path}/pay_rate"),
        day_share=reader.share(f"{path}/day_share"),
        month_hours=reader.figure(f"{path}/month_hours", unit="h"),
        year_hours=reader.figure(f"{path}/year_hours", unit="h"),
        own=frozenset(own),
        # Cards of earlier releases do not name it: then no day off is planned with.
        rest_day_rate=(
            reader.figure(f"{path}/rest_day_rate")
            if "rest_day_rate" in reader.row(path)
            else None
        ),
    )


def _work(reader: Reader) -> Work:
    figures = {
        name: reader.figure(f"work/{name}")
        for name in (
            "taxonomy_hours",
            "hours_per_edge_rule",
            "pilot_rounds",
            "pilot_round_days",
            "taxonomy_days",
            "delivery_hours_per_batch",
            "lead_share",
            "ramp_hours",
            "hire_days",
            "reviewers_per_annotator",
            "standard_annotators",
            "audit_seconds_share",
        )
    } | {
        name: reader.share(f"work/{name}")
        for name in ("auditor_misses", "auditor_false_alarms")
    }
    figures["leaving_month"] = _margin(reader, "work/leaving_month")
    if figures["hire_days"].value < 0:
        reader.complain(
            "negative_days", "work/hire_days", "work/hire_days must be 0 or more."
        )
    days = tuple(
        reader.share(f"work/ramp_days/{day}") for day in reader.keys("work/ramp_days")
    )
    return Work(ramp_days=days, **figures)
