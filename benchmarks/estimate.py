"""How fast an estimate is: against a plain NumPy function with the same draws.

The floor does the same scrambled Sobol normals, copula, formulas and quantiles for a
six-line spec at 16,384 draws, with its constants looked up beforehand and no reasons
kept. The product, without sensitivity and advice, may take twice that in the same run.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.special import gammaln, ndtri
from scipy.stats import qmc

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scoping.calc.estimate import Estimate, estimate
from scoping.calc.rates import RateCard, read_card
from scoping.calc.spec.values import Line, Quantiles, Spec, Team, UnitsPerItem
from scoping.calc.workdays import Workdays, read_calendar

ROOT = Path(__file__).resolve().parents[1]
DRAWS = 16_384
ROUNDS = 40
ALLOWED = 2.0
Z90 = 1.2815515655446004
KINDS = (
    ("bounding_box", "standard", "4.6", "5.0", "5.5"),
    ("image_tag", "standard", "1.8", "2.0", "2.3"),
    ("polygon", "standard", "0.3", "0.4", "0.6"),
    ("keypoint", "standard", "15", "17", "18"),
    ("polyline", "simple", "0.8", "1.0", "1.4"),
    ("bounding_box", "hard", "0.9", "1.1", "1.5"),
)


def card() -> RateCard:
    text = (ROOT / "fixtures/rate_cards/2026-01.yaml").read_text()
    return read_card(yaml.safe_load(text))


def workdays() -> Workdays:
    found = [
        read_calendar(yaml.safe_load(path.read_text()))
        for path in sorted((ROOT / "fixtures/workdays").glob("*.yaml"))
    ]
    return Workdays(calendars={calendar.key: calendar for calendar in found})


def spec() -> Spec:
    lines = tuple(
        Line(
            index=index,
            type=type_,  # type: ignore[arg-type]
            complexity=complexity,  # type: ignore[arg-type]
            units_per_item=UnitsPerItem(
                mean=Quantiles(p10=Decimal(low), p50=Decimal(mid), p90=Decimal(high))
            ),
        )
        for index, (type_, complexity, low, mid, high) in enumerate(KINDS)
    )
    return Spec(
        items=100_000,
        lines=lines,
        seed=271,
        start_on=date(2026, 3, 2),
        team=Team(annotators=20),
    )


def constants(made: Estimate, rate_card: RateCard) -> dict[str, Any]:
    """Return what the floor is given for nothing: every figure as a float."""
    cost, first = rate_card.cost, made.rates
    review = cost.review["default"]
    return {
        "effort": [
            [float(getattr(cost.effort[(t, c)].seconds, q).value) for q in QS]
            for t, c, *_ in KINDS
        ],
        "units": [[float(x) for x in row[2:]] for row in KINDS],
        "plans": [
            [int(s.value) for s in (p.worth_lot, p.worth_n, p.worth_c)]
            for p in made.offer.plans.values()
        ],
        "prices": [float(row.unit_price.value) for row in made.bill.lines],
        "defect": [float(getattr(review.first_pass_defect, q).value) for q in QS],
        "caught": [float(getattr(review.detection, q).value) for q in QS],
        "worked": [float(x.value) for x in first.utilisation.uses[1:]],
        "rates": {role: float(step.value) for role, step in first.by_role.items()},
        "opening": [
            float((cost.fixed_seconds.get(t) or cost.fixed_seconds["default"]).value)
            for t, *_ in KINDS
        ],
        "f": float(review.false_rejection.value),
        "review": float(review.review_share.value),
        "redo": float(review.rework_effort.value),
        "warranty": float(review.warranty_share.value),
        "check": float(cost.work.audit_seconds_share.value),
        "lead": float(cost.work.lead_share.value),
        "rho": float(cost.layers.effort_effort.value),
        "rho_d": float(cost.layers.effort_defect.value),
        "rho_u": float(rate_card.price.volume_correlation.value),
        "fixed": float(
            sum(t.cost.value for t in made.tasks if t.line is None and t.stage != 2)
        ),
        "fees": float(made.bill.fees_total.value),
        "pace": float(np.sqrt(0.42**2 / 20 + 0.2**2 / 100)),
    }


QS = ("p10", "p50", "p90")


def floor(k: dict[str, Any], *, seed: int) -> tuple[Any, ...]:
    """Do the same in plain functions and keep nothing but the quantiles."""
    return floor_sums(k, floor_draws(k, seed=seed))


def floor_draws(k: dict[str, Any], *, seed: int) -> Any:
    lines = len(KINDS)
    dims = 3 * lines + 4
    generator = np.random.Generator(np.random.PCG64DXSM(seed))
    points = qmc.Sobol(d=dims, scramble=True, rng=generator).random_base2(14)
    z = ndtri(np.clip(points, 2**-40, 1 - 2**-40)).T
    matrix = np.eye(dims)
    efforts, volumes = range(lines), range(lines, 2 * lines)
    for group, rho in ((efforts, k["rho"]), (volumes, k["rho_u"])):
        for i in group:
            for j in group:
                if i != j:
                    matrix[i, j] = rho
    matrix[:lines, 3 * lines] = matrix[3 * lines, :lines] = k["rho_d"]
    return np.linalg.cholesky(matrix) @ z


def floor_sums(k: dict[str, Any], z: Any) -> tuple[Any, ...]:
    lines = len(KINDS)

    def band(row: Any, values: list[float]) -> Any:
        up = np.log(values[2] / values[1]) / Z90
        down = np.log(values[1] / values[0]) / Z90
        return values[1] * np.exp(row * np.where(row > 0, up, down))

    def share(row: Any, values: list[float]) -> Any:
        low, mid, high = (np.log(v / (1 - v)) for v in values)
        slope = np.where(row > 0, (high - mid) / Z90, (mid - low) / Z90)
        return 1 / (1 + np.exp(-(mid + row * slope)))

    p, d = share(z[3 * lines], k["defect"]), share(z[3 * lines + 1], k["caught"])
    worked = share(z[3 * lines + 2], k["worked"])
    pace = np.exp(z[3 * lines + 3] * k["pace"])
    r = p * d + (1 - p) * k["f"]
    again = r + r**2 + r**3
    q = p * (1 - d) * (1 + again)
    cost = np.full(DRAWS, k["fixed"])
    hours, revenue, labelling = np.zeros(DRAWS), np.full(DRAWS, k["fees"]), 0.0
    gold = 0.0
    for i in range(lines):
        units = 100_000 * band(z[lines + i], k["units"][i])
        luck = np.exp(z[2 * lines + i] * 0.36 / np.sqrt(units.mean()))
        each = band(z[i], k["effort"][i]) * pace * luck
        lot, n, c = k["plans"][i]
        wrong, where = np.unique(np.floor(q * lot + 0.5), return_inverse=True)
        released = hypergeometric(lot, n, c, wrong)[where]
        label = units * each + 100_000 * k["opening"][i]
        rework = units * each * k["redo"] * again
        review = units * each * k["review"] * (1 + again + 1 - released)
        rework = rework + units * each * k["redo"] * (1 - released) * q * d
        check = units * each * k["check"] * 0.1 * (2 - released)
        gold = gold + label / 100_000
        labelling = labelling + label + rework
        for role, seconds in (
            ("annotator", label + rework + k["warranty"] * label),
            ("reviewer", review),
            ("auditor", check),
        ):
            paid = seconds / 3600 / worked
            hours += paid
            cost += paid * (k["rates"][role] + k["lead"] * k["rates"]["lead"])
        revenue += units * k["prices"][i]
    cost += 1000 * gold / 3600 / worked * k["rates"]["annotator"]
    margin = revenue - cost
    days = labelling / (20 * 7.5 * 3600 * worked)
    marks = [np.quantile(x, (0.1, 0.5, 0.8, 0.9)) for x in (cost, hours, margin, days)]
    return (*marks, float(np.mean(margin < 0)))


def hypergeometric(lot: int, n: int, c: int, wrong: Any) -> Any:
    k = np.arange(c + 1)[:, None]

    def choose(a: Any, b: Any) -> Any:
        b = np.maximum(b, 0)
        rest = np.maximum(a - b, 0)
        return gammaln(a + 1) - gammaln(b + 1) - gammaln(rest + 1)

    logs = choose(wrong, k) + choose(lot - wrong, n - k) - choose(lot, n)
    return np.where((k <= wrong) & (n - k <= lot - wrong), np.exp(logs), 0).sum(axis=0)


def seconds(work: Callable[[], Any]) -> float:
    gc.collect()
    # Processor time: how busy the machine is otherwise is nobody's merit or fault.
    start = time.process_time()
    work()
    return time.process_time() - start


def rounds(*works: Callable[[], Any], count: int) -> list[float]:
    """Return the least seconds of each work, done in turn: noise only ever adds."""
    times = [[seconds(work) for work in works] for _ in range(count)]
    return [min(column) for column in zip(*times, strict=True)]


def forget() -> None:
    """Empty every cache of the calculation, as a new process has them."""
    for name, module in list(sys.modules.items()):
        if name.startswith("scoping.calc"):
            for one in vars(module).values():
                if hasattr(one, "cache_clear"):
                    one.cache_clear()


def said(what: str, times: float, allowed: float) -> int:
    """Print a ratio against what is allowed; return 1 where it is too slow."""
    print(f"{what}: {times:.2f} times (allowed {allowed:g})")
    return 0 if times <= allowed else 1


def main() -> int:
    rate_card, days, project = card(), workdays(), spec()
    made = estimate(project, rate_card, workdays=days, draws=DRAWS)
    given = constants(made, rate_card)
    floor(given, seed=project.seed)

    def cold() -> None:
        forget()
        estimate(project, rate_card, workdays=days, draws=DRAWS)

    plain, product = rounds(lambda: floor(given, seed=project.seed), cold, count=ROUNDS)
    return said(
        f"estimate, six lines, {DRAWS:,} draws: {product * 1e3:.0f} ms against a floor"
        f" of {plain * 1e3:.0f} ms",
        product / plain,
        ALLOWED,
    )


if __name__ == "__main__":
    raise SystemExit(main())
