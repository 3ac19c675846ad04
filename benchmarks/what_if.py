"""How fast questions of "what if" are, once a project has been estimated.

A hundred variants of one spec share its draws and a memory; the floor is the plain
NumPy function of `estimate.py` run as often on draws that it is given. And one changed
line is priced again against the same estimate from nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.estimate import (
    DRAWS,
    card,
    constants,
    floor_draws,
    floor_sums,
    forget,
    rounds,
    said,
    spec,
    workdays,
)
from scoping.calc.estimate import estimate
from scoping.calc.memory import Memory
from scoping.calc.spec.values import Quantiles, Spec, UnitsPerItem

VARIANTS = 100
ALLOWED = 1.5
ONE_LINE_ALLOWED = 0.3


def variants(project: Spec) -> Iterator[Spec]:
    """Yield a hundred questions: the team, the promise, the discount, one line."""
    for place in range(VARIANTS):
        step = place // 5
        match place % 5:
            case 0:
                yield replace(project, team=replace(project.team, annotators=10 + step))
            case 1:
                accuracy = Decimal("0.9") + Decimal(step) / 400
                yield replace(
                    project, quality=replace(project.quality, accuracy=accuracy)
                )
            case 2:
                discount = Decimal(step) / 200
                yield replace(
                    project, commercial=replace(project.commercial, discount=discount)
                )
            case _:
                yield with_more_units(project, line=place % 6, step=place)


def with_more_units(project: Spec, *, line: int, step: int) -> Spec:
    """Return the project with one line's images a little fuller."""
    lines = list(project.lines)
    mean = lines[line].units_per_item.mean
    assert isinstance(mean, Quantiles)
    more = 1 + Decimal(step + 1) / 1000
    lines[line] = replace(
        lines[line],
        units_per_item=UnitsPerItem(
            mean=Quantiles(
                p10=mean.p10 * more, p50=mean.p50 * more, p90=mean.p90 * more
            )
        ),
    )
    return replace(project, lines=tuple(lines))


def main() -> int:
    rate_card, days, project = card(), workdays(), spec()
    asked = list(variants(project))
    made = estimate(project, rate_card, workdays=days, draws=DRAWS)
    given = constants(made, rate_card)
    drawn = floor_draws(given, seed=project.seed)

    def plain() -> None:
        for _ in asked:
            floor_sums(given, drawn)

    def product() -> None:
        memory = Memory()
        for one in asked:
            estimate(one, rate_card, workdays=days, draws=DRAWS, memory=memory)

    floor, hundred = rounds(plain, product, count=3)
    late = said(
        f"{VARIANTS} variants: {hundred:.2f} s against a floor of {floor:.2f} s",
        hundred / floor,
        ALLOWED,
    )

    def cold() -> None:
        forget()
        estimate(project, rate_card, workdays=days, draws=DRAWS)

    memory = Memory()
    estimate(project, rate_card, workdays=days, draws=DRAWS, memory=memory)
    steps = iter(range(10_000))

    def again() -> None:
        changed = with_more_units(project, line=2, step=next(steps))
        estimate(changed, rate_card, workdays=days, draws=DRAWS, memory=memory)

    whole, one = rounds(cold, again, count=40)
    late |= said(
        f"one changed line: {one * 1e3:.0f} ms against {whole * 1e3:.0f} ms cold",
        one / whole,
        ONE_LINE_ALLOWED,
    )
    return late


if __name__ == "__main__":
    raise SystemExit(main())
