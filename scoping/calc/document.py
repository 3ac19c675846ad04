"""The estimate as a document: `estimate: 1`, keys fixed because programs read them.

Money and rates are strings, shares are strings between 0 and 1, dates are ISO dates;
every distribution has a standard error of each of its numbers. Staff doors only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from . import pipeline
from .advice import lost_prelabels
from .assumptions import line_name
from .bill import in_total
from .chances import line_keys
from .closed_form import mean_of
from .estimate import ENGINE, Estimate
from .listing import position_of
from .money import share_out, to_coins
from .offer import client_view
from .plans import beside
from .proposals import Advice
from .quality import needed_of, quality
from .register import register
from .remarks import remarks
from .sensitivity import movers
from .simulate import Distribution, as_decimal, histogram
from .sla.clause import late_data
from .spec.values import Line
from .trace import Step, plain, printed, to_data
from .ways import ways
from .worth import worth_of

STAGES = range(1, 8)
CHECKED = 6


def document(made: Estimate, *, advice: Sequence[Advice] = ()) -> dict[str, Any]:
    """Return the estimate document of DESIGN 4, as plain data.

    `advice` is what `advice.py` found. It takes an estimate for each proposal, so it is
    made only where somebody reads it.
    """
    view = client_view(made.offer)
    return {
        "estimate": 1,
        "card": made.card.version,
        "currency": made.bill.currency,
        "fx": {**_exchange(made), "sold": view["exchange"]},
        "engine": ENGINE,
        "seed": made.spec.seed,
        "draws": made.draws,
        "price": view["price"],
        "lines": [
            {**row, **_line(made, made.spec.lines[row["index"]])}
            for row in view["lines"]
        ],
        "fees": view["fees"],
        "basis": view["basis"],
        "bases": ways(made),
        "cap": view["cap"],
        "credits": _credits(made),
        "cost": cost(made),
        "margin": margin(made),
        "hours": hours(made),
        "stages": stages(made),
        "quality": {**quality(made), "relabelling": _relabelling(made)},
        "audit": audit(made),
        "schedule": schedule(made),
        "clauses": view["clauses"],
        "assumptions": view["assumptions"],
        "advice": _advised(made, advice, view["advice"]),
        "risks": register(made),
        "sensitivity": sensitivity(made),
        "checks": checks(made),
        "trace": to_data(roots(made)),
        "warnings": [*remarks(made), *view["warnings"]],
    }


def advised(made: Estimate, advice: Sequence[Advice]) -> list[dict[str, Any]]:
    """Return advice as rows: what was found, what a budget buys, what does not pay."""
    return _advised(made, advice, client_view(made.offer)["advice"])


def _advised(
    made: Estimate, advice: Sequence[Advice], of_client: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    return [
        *(one.to_data() for one in advice),
        *of_client,
        *(one.to_data() for one in lost_prelabels(made)),
    ]


def distribution(found: Distribution) -> dict[str, Any]:
    """Return a distribution as strings, with a standard error of each number."""
    return {
        "mean": str(found.mean),
        "p10": str(found.p10),
        "p50": str(found.p50),
        "p80": str(found.p80),
        "p90": str(found.p90),
        "se": {name: str(value) for name, value in found.se.items()},
    }


def _exchange(made: Estimate) -> dict[str, str]:
    site = made.card.cost.site_of(made.spec.site)
    rate = site.units_per_card_currency
    return {
        "base": made.card.currency,
        "quote": site.currency,
        "rate": printed(rate.value),
        "as_of": rate.as_of,
        "source": rate.source,
    }


def _credits(made: Estimate) -> dict[str, Any] | None:
    """Return the credits promised, and what is to be expected, as a distribution."""
    promised = made.spec.commercial.credits.failed_batch
    ladder = made.spec.quality.sla.ladder
    if promised is None and not ladder and made.late is None:
        return None
    expected = to_coins(Decimal(repr(mean_credits(made))), made.bill.currency)
    found = [line.credit for line in made.work.counted if line.credit is not None]
    return {
        "failed_batch": None if promised is None else str(promised),
        "ladder": [
            {"wrong_over": str(step.wrong_over), "amount": str(step.amount)}
            for step in ladder
        ],
        "expected": str(expected),
        "spread": distribution(_together(made, found)) if found else None,
        "late": _late_credit(made),
    }


def _late_credit(made: Estimate) -> dict[str, Any] | None:
    """Return what late delivery gives back: the terms, how often, how much of it."""
    terms = made.spec.quality.sla.late
    if terms is None or made.late is None:
        return None
    back = made.late * float(made.bill.lines_total)
    return {
        **late_data(terms),
        "of": str(made.bill.lines_total),
        "chance": str(as_decimal(float(np.mean(made.late > 0)), digits=4)),
        "spread": distribution(Distribution.of(back)),
    }


def _relabelling(made: Estimate) -> dict[str, Any] | None:
    """Return what redoing batches that fail, and free redo, costs; None: no labels."""
    missed = [
        step
        for one in made.checkings.values()
        for step in (one.rereviewing, one.redoing, one.warranty)
    ]
    found = [
        task.cost for task in made.tasks if any(task.seconds is step for step in missed)
    ]
    return distribution(_together(made, found)) if found else None


def _together(made: Estimate, steps: Sequence[Step]) -> Distribution:
    """Return what some steps come to in all, as it may turn out."""
    draws = np.zeros(made.draws)
    for step in steps:
        draws = draws + made.simulation.of(step)
    return Distribution.of(draws)


def cost(made: Estimate) -> dict[str, Any]:
    """Return the cost as it may turn out, and what lies between plan and promise."""
    return {**distribution(made.cost), "contingency": _contingency(made)}


def margin(made: Estimate) -> dict[str, Any]:
    """Return the margin as it may turn out, its share, the chance of a loss."""
    return {
        **distribution(made.margin),
        "loss_probability": str(made.loss_probability),
        "share": _share_of_price(made),
        "histogram": histogram(made.margin_draws),
    }


def _share_of_price(made: Estimate) -> str:
    if made.mean_revenue == 0:
        return "0"
    return str(
        (made.margin.mean / made.mean_revenue).quantize(
            Decimal("0.0001"), rounding=ROUND_HALF_UP
        )
    )


def _line(made: Estimate, line: Line) -> dict[str, Any]:
    suggested = made.suggested[line.index]
    band = made.card.price.band(line.type)
    effort, worth = made.efforts[line.index], worth_of(made, line)
    seconds = effort.per_unit.value
    return {
        "in_total": in_total(line),
        "throughput": throughput(made, seconds),
        "seconds_per_unit": str(seconds.quantize(Decimal("0.01"), ROUND_HALF_UP)),
        "labelling_seconds_per_unit": labelling_seconds(made, line),
        "rework_time_share": rework_time_share(made, line),
        "clock": effort.clock,
        "band": {
            "low": str(band.low.value),
            "high": str(band.high.value),
            "unit": band.unit,
            "source": band.low.source,
            "weak": band.low.weak,
        },
        "position": str(position_of(suggested.list)),
        "suggested": {
            "list": str(suggested.list.value),
            "target": str(suggested.target.value),
            "floor": str(suggested.floor.value),
        },
        "decided_price": str(suggested.decided.value),
        "net": str(_net(made, line)),
        "binding": suggested.binding,
        "above_band": suggested.floor.value > band.high.value,
        "below_floor": made.is_below_floor(line),
        "margin_share": line_margin(made, line),
        "counted_unit": line.unit,
        "counted_units": int(made.offer.volumes[line.index].quoted.value),
        "items": str(plain(made.offer.volumes[line.index].items.value)),
        "needed": needed_of(made, line),
        "prelabels": None if worth is None else worth.to_data(),
        "work_by_kind": work_by_kind(made, line),
    }


def work_by_kind(made: Estimate, line: Line) -> list[dict[str, str]]:
    """Return the typical work of a line as work records name it, and its cost.

    Worked hours are what a tool times, paid hours what they are paid as; a cost holds
    its leading. All are of the typical figures that the reasons show, not of draws.
    """
    found: dict[str, list[Decimal]] = {}
    for task in made.tasks:
        if task.line == line.index and task.seconds is not None and task.kind:
            row = found.setdefault(task.kind, [Decimal(0)] * 3)
            worked = task.seconds.value / AN_HOUR
            for place, step in enumerate((worked, task.hours.value, task.cost.value)):
                row[place] += step
    return [
        {"kind": kind, **dict(zip(KEYS_OF_WORK, map(_six, row), strict=True))}
        for kind, row in found.items()
    ]


KEYS_OF_WORK = ("worked_hours", "paid_hours", "cost")
AN_HOUR = 3600
"""Seconds."""


def _net(made: Estimate, line: Line) -> Decimal:
    """Return what a line comes to, its part of the discount taken off."""
    rows = (*made.bill.lines, *made.bill.beside)
    return next(row.net for row in rows if row.line.index == line.index)


def labelling_seconds(made: Estimate, line: Line) -> str:
    """Return seconds of first attempts a unit, opening the items included.

    It is what a tool's clock shows for labelling; `seconds_per_unit` is a unit's own.
    """
    volume, effort = made.offer.volumes[line.index], made.efforts[line.index]
    # Over the mean units that are quoted, not the typical ones: opening an item is
    # shared by as many units as an item holds on average.
    opening = effort.opening.value * volume.items.value / volume.quoted.value
    each = (effort.per_unit.value + opening) * line.redundancy
    return str(each.quantize(Decimal("0.01"), ROUND_HALF_UP))


def rework_time_share(made: Estimate, line: Line) -> str:
    """Return the time of rework as a share of the time of first attempts."""
    checking = made.checkings.get(line.index)
    labelling = made.efforts[line.index].labelling.value
    if checking is None or labelling == 0:
        return "0"
    return _six(checking.reworking.value / labelling)


def line_margin(made: Estimate, line: Line) -> str | None:
    """Return the mean margin of a line as a share of its net price.

    The target is mean cost ÷ (1 − target margin); mean cost is read back from it. None
    where a line is given away.
    """
    keep = 1 - made.card.cost.policy.target_margin.value
    cost = made.suggested[line.index].target.value * keep
    net = made.net_unit_price(line)
    if net == 0:
        return None
    return str((1 - cost / net).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def throughput(made: Estimate, seconds: Decimal) -> dict[str, str]:
    """Return units per hour of work and per person-day, beside seconds per unit."""
    if seconds == 0:
        return {"per_hour": "0", "per_person_day": "0"}
    per_hour = Decimal(3600) / seconds
    worked = made.rates.utilisation.value * made.spec.team.hours_per_day
    return {
        "per_hour": str(per_hour.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        "per_person_day": str((per_hour * worked).quantize(Decimal(1), ROUND_HALF_UP)),
    }


def hours(made: Estimate) -> dict[str, Any]:
    """Return paid hours: the whole, by stage and by role (means of the draws)."""
    by_stage = {str(number): 0.0 for number in STAGES}
    by_role: dict[str, float] = {}
    lead_share = float(made.rates.lead_share.value)
    for task, mean in zip(made.tasks, made.mean_hours(), strict=True):
        by_stage[str(task.stage)] += mean
        by_role[task.role] = by_role.get(task.role, 0.0) + mean
        if task.role != "lead":
            by_role["lead"] = by_role.get("lead", 0.0) + mean * lead_share
            by_stage[str(task.stage)] += mean * lead_share
    return {
        "total": distribution(made.hours),
        "by_stage": {key: f"{value:.1f}" for key, value in by_stage.items()},
        "by_role": {key: f"{by_role[key]:.1f}" for key in sorted(by_role)},
    }


def stages(made: Estimate) -> list[dict[str, Any]]:
    """Return the seven stages; their mean costs add up to the cost of the work."""
    weights = [Decimal(0)] * len(STAGES)
    for task, mean in zip(made.tasks, made.mean_costs(), strict=True):
        weights[task.stage - 1] += Decimal(repr(mean))
    # Credits belong to the stage whose check fails.
    weights[CHECKED - 1] += Decimal(repr(mean_credits(made)))
    currency = made.bill.currency
    whole = to_coins(made.cost.mean - made.fee_cost, currency)
    costs = share_out(whole, weights, currency)
    by_stage = hours(made)["by_stage"]
    return [
        {
            "number": stage.number,
            "key": stage.key,
            "name": stage.name,
            "needs": list(stage.needs),
            "gate": stage.gate,
            "used": stage.used,
            "hours": by_stage[str(stage.number)],
            "cost": str(costs[stage.number - 1]),
        }
        for stage in pipeline.stages(made.spec, made.card.price)
    ]


def mean_credits(made: Estimate) -> float:
    """Return the mean of all credits that the counted lines promise."""
    found = (line.credit for line in made.work.counted)
    return sum(made.simulation.mean(step) for step in found if step is not None)


def audit(made: Estimate) -> dict[str, Any]:
    """Return the sample check of the line with most units, and of every line."""
    rows = [_audit_row(made, line) for line in made.spec.lines]
    counted = [row for row in rows if in_total(made.spec.lines[row["index"]])]
    first = max(counted or rows, key=lambda row: (row["units"], -row["index"]))
    return {
        "rule": made.spec.quality.audit.rule,
        **{key: value for key, value in first.items() if key != "units"},
        "by_line": rows,
    }


def _audit_row(made: Estimate, line: Line) -> dict[str, Any]:
    from .audit import holds_at, release_curve, worst_passing

    plan = made.offer.plans[line.index]
    lot, n, c = (
        int(step.value) for step in (plan.worth_lot, plan.worth_n, plan.worth_c)
    )
    return {
        "index": line.index,
        "line": line_name(line),
        "unit": plan.counts,
        "lot": int(plan.lot.value),
        "n": int(plan.n.value),
        "c": int(plan.c.value),
        "items": plan.items,
        "release_probability": [
            {"defect_share": str(share), "probability": f"{chance:.9f}"}
            for share, chance in release_curve(lot, n, c)
        ],
        "proves": str(worst_passing(lot, n, c)),
        "holds_at": str(holds_at(lot, n, c)),
        "compared": [
            beside.to_data(found, kind=made.spec.item_kind, line=line)
            for found in beside.candidates(
                made.spec, line, made.offer.volumes[line.index], price=made.card.price
            )
        ],
        "units": int(made.offer.volumes[line.index].quoted.value),
    }


def schedule(made: Estimate) -> dict[str, Any]:
    """Return dates: start, finish by chance, the promised week, gates, holidays."""
    found = made.schedule
    names = {
        stage.number: stage.name
        for stage in pipeline.stages(made.spec, made.card.price)
    }
    return {
        "start": _iso(found.start),
        "finish": {name: _iso(day) for name, day in found.finish.items()},
        "promised": _iso(found.promised),
        "annotators": found.annotators,
        "reviewers": found.reviewers,
        "working_days": str(found.working_days),
        "milestones": [
            {"stage": row.stage, "name": names[row.stage], "day": _iso(row.day)}
            for row in found.milestones
        ],
        "holidays": list(found.holidays),
        "deadline_chance": (
            None if found.deadline_chance is None else str(found.deadline_chance)
        ),
    }


WORDS = {
    "effort": "time a unit takes in this project",
    "units": "how many units there are",
    "items": "luck of the items",
    "accept": "pre-labels accepted unchanged",
    "pace": "pace of this crew",
    "defects": "errors at first attempt",
    "detection": "errors a reviewer catches",
    "utilisation": "share of paid time that is worked",
    "risk": "whether it happens",
    "impact": "how hard it hits",
}
"""What a chance moves, as pages say it."""


def sensitivity(made: Estimate) -> list[dict[str, str]]:
    """Return what moves the cost, in words, the greatest first.

    `share`: of the variance that would be left if all else were known. `low`, `high`:
    the cost with this alone at its low or high end.
    """
    lines = {
        key: line_name(line)
        for key, line in zip(line_keys(made.spec.lines), made.spec.lines, strict=True)
    }
    lines |= {event.key: event.name for event in made.work.events}
    fee_cost = float(made.fee_cost)
    found = []
    for mover in movers(
        made.cost_step,
        seed=made.simulation.seed,
        correlations=made.simulation.correlations,
    ):
        kind, _, key = mover.chance.partition(":")
        found.append(
            {
                "what": WORDS[kind] + (f" ({lines[key]})" if key else ""),
                "share": f"{mover.share:.4f}",
                "low": f"{mover.low + fee_cost:.2f}",
                "high": f"{mover.high + fee_cost:.2f}",
            }
        )
    return found


def checks(made: Estimate) -> list[dict[str, str]]:
    """Return the mean labelling time of each line, simulated and in closed form.

    Only lines that have a closed form; their quotient is 1 within the draws' error.
    """
    found = []
    for line in made.spec.lines:
        step = made.efforts[line.index].labelling
        exact = mean_of(step)
        if exact is None or exact == 0:
            continue
        simulated = made.simulation.mean(step)
        found.append(
            {
                "what": f"labelling seconds of {line_name(line).lower()}",
                "closed_form": f"{exact:.1f}",
                "simulated": f"{simulated:.1f}",
                "ratio": f"{simulated / exact:.6f}",
            }
        )
    return found


def _contingency(made: Estimate) -> dict[str, str]:
    """Return what lies between the plan and the promise, in money."""
    return {
        "plan": str(made.cost.p50),
        "promise": str(made.cost.p80),
        "amount": str(made.cost.p80 - made.cost.p50),
    }


def roots(made: Estimate) -> dict[str, Step]:
    """Return what a reader may ask the reasons of, by path of the document."""
    found = {"/price/total": made.bill.total, "/cost": made.cost_step}
    for line in made.spec.lines:
        suggested = made.suggested[line.index]
        path = f"/lines/{line.index}"
        found[f"{path}/units"] = made.offer.volumes[line.index].quoted
        found[f"{path}/cost"] = made.line_costs[line.index]
        found[f"{path}/seconds_per_unit"] = made.efforts[line.index].per_unit
        found[f"{path}/suggested/list"] = suggested.list
        found[f"{path}/suggested/target"] = suggested.target
        found[f"{path}/suggested/floor"] = suggested.floor
        found[f"{path}/unit_price"] = suggested.decided
        if line.index in made.checkings:
            found[f"{path}/outgoing_defect"] = made.checkings[
                line.index
            ].loop.outgoing_defect
            found[f"{path}/released"] = made.checkings[line.index].released_first_time
    return found


def _six(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def _iso(day: date) -> str:
    return day.isoformat()
