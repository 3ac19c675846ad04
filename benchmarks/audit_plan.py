"""How fast an audit is sized: against trying sample sizes one by one, in the same run.

Trying one by one is METHODS 3 as it is written: for n = 1, 2, … the least acceptance
number that keeps the good batch, until the bad batch is stopped, chances by SciPy.
For a batch of a million units the product may take at most a hundredth of that.
"""

from __future__ import annotations

import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

from scipy.stats import hypergeom

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scoping.calc.audit import Plan, two_point_plan

LOT = 1_000_000
ROUNDS = 15
AT_LEAST = 100
CASES = (("0.01", "0.04"), ("0.01", "0.03"), ("0.01", "0.02"), ("0.005", "0.0075"))
KEPT, LET_THROUGH = 0.95, 0.10


def one_by_one(good: Decimal, bad: Decimal) -> Plan:
    right, wrong = int(LOT * good), int(LOT * bad)
    n, c = 0, 0
    while True:
        n += 1
        while hypergeom.cdf(c, LOT, right, n) < KEPT:
            c += 1
        if hypergeom.cdf(c, LOT, wrong, n) <= LET_THROUGH:
            return Plan(n=n, c=c)


def searched(good: Decimal, bad: Decimal) -> Plan:
    two_point_plan.cache_clear()
    return two_point_plan(
        LOT,
        good=good,
        bad=bad,
        producer_risk=Decimal("0.05"),
        consumer_risk=Decimal("0.10"),
    )


def main() -> int:
    slow_enough = True
    for case in CASES:
        good, bad = map(Decimal, case)
        start = time.perf_counter()
        plain = one_by_one(good, bad)
        floor = time.perf_counter() - start
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            found = searched(good, bad)
            times.append(time.perf_counter() - start)
        if found != plain:
            print(f"{case}: {found}, one by one {plain}")
            return 1
        ratio = floor / statistics.median(times)
        slow_enough &= ratio >= AT_LEAST
        print(
            f"two-point plan, {LOT:,} units, {good * 100}% against {bad * 100}%: "
            f"n = {found.n:,}, c = {found.c}: {statistics.median(times) * 1e3:.2f} ms "
            f"against {floor * 1e3:,.0f} ms one by one: {ratio:,.0f} times "
            f"(at least {AT_LEAST})"
        )
    return 0 if slow_enough else 1


if __name__ == "__main__":
    raise SystemExit(main())
