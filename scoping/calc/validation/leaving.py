"""A card's effort with a source left out, as if it had never been published.

A cell that rests on a prior loses the rows of that source, and with them what rests on
it. The geometric mean is taken of the rows that are left; sigma grows to that of a new
project around the mean of n sources, sigma × √(1 + 1/n). A cell whose rows are all gone
keeps its type alone: the other priors of the type, their mean and the variance between
and within them. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from math import exp, log, sqrt

from scoping.calc.bands import Z90
from scoping.calc.rates.values import CostSide, Effort, Figure, FigureRange, Threshold

from .values import Evidence, Prior, Project, Timed

SIX = Decimal("0.000001")
WEAK = sqrt(2)
"""How much wider than its prior a cell with weak evidence is: one source, √(1 + 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A cost side without some sources. `pooled`: cells that kept their type alone."""

    cost: CostSide
    pooled: frozenset[tuple[str, str]]
    gone: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Where a cell's logarithm lies and how widely a new project lies around it.

    `least` is the prior's own sigma, before it is widened.
    """

    mean: float
    sigma: float
    least: float = 0.0


def sources_of(project: Project, evidence: Evidence) -> tuple[str, ...]:
    """Return the sources that a project is of, by its name or its address."""
    name = project.dataset.casefold()
    named = {
        key
        for key, words in evidence.names.items()
        if any(word.casefold() in name for word in words)
    }
    address = project.source_url
    linked = {
        one.source
        for one in evidence.timed.values()
        if one.url and one.url.rstrip("/") == address.rstrip("/")
    }
    return tuple(sorted(named | linked))


def left_rows(
    rows: Collection[str], evidence: Evidence, *, without: Collection[str]
) -> tuple[Timed, ...]:
    """Return the rows that are neither of a left-out source nor rest on one."""
    return tuple(
        one
        for one in (evidence.timed[row] for row in rows)
        if one.source not in without and one.rests_on not in without
    )


def leaving_out(
    cost: CostSide, evidence: Evidence, *, without: Collection[str]
) -> LeftOut:
    """Return a cost side whose effort rests on none of these sources.

    Cells that name no prior are kept: nobody published them.
    """
    effort: dict[tuple[str, str], Effort] = {}
    pooled, gone = set(), set()
    for key, cell in cost.effort.items():
        prior = evidence.priors.get(cell.prior or "")
        if prior is None or _is_whole(prior, evidence, without=without):
            effort[key] = cell
            continue
        level = _level(prior, evidence, without=without)
        if level is None:
            pooled.add(key)
            level = _pooled(key[0], evidence, without=without)
        if level is None:
            gone.add(key)
            continue
        effort[key] = _moved(
            cell, level, times=1.0 if key in pooled else float(cell.times)
        )
    steps = {
        **cost.drivers_steps,
        "classes": _classes(
            cost.drivers_steps.get("classes", ()), evidence, without=without
        ),
    }
    return LeftOut(
        cost=replace(cost, effort=effort, drivers_steps=steps),
        pooled=frozenset(pooled),
        gone=frozenset(gone),
    )


def _is_whole(prior: Prior, evidence: Evidence, *, without: Collection[str]) -> bool:
    return len(left_rows(prior.rows, evidence, without=without)) == len(prior.rows)


def _level(
    prior: Prior, evidence: Evidence, *, without: Collection[str]
) -> _Level | None:
    left = left_rows(prior.rows, evidence, without=without)
    if not left:
        return None
    sources = len({one.source for one in left})
    return _Level(
        mean=sum(log(one.seconds / prior.units) for one in left) / len(left),
        sigma=prior.sigma * sqrt(1 + 1 / sources),
        least=prior.sigma,
    )


def _pooled(
    type_: str, evidence: Evidence, *, without: Collection[str]
) -> _Level | None:
    """Return what is known of a type alone: all of its priors that are left."""
    priors = [prior for prior in evidence.priors.values() if prior.type == type_]
    found = [_level(prior, evidence, without=without) for prior in priors]
    levels = [level for level in found if level is not None]
    if not levels:
        return None
    mean = sum(level.mean for level in levels) / len(levels)
    within = sum(level.sigma**2 for level in levels) / len(levels)
    between = sum((level.mean - mean) ** 2 for level in levels)
    between /= max(len(levels) - 1, 1)
    return _Level(mean=mean, sigma=sqrt(within + between))


def _moved(cell: Effort, level: _Level, *, times: float) -> Effort:
    weak = cell.seconds.p50.weak
    far = float(Z90) * max(level.sigma, level.least * WEAK if weak else 0.0)
    middle = level.mean + log(times)
    return replace(
        cell,
        seconds=FigureRange(
            p10=_figure(cell.seconds.p10, exp(middle - far)),
            p50=_figure(cell.seconds.p50, exp(middle)),
            p90=_figure(cell.seconds.p90, exp(middle + far)),
        ),
    )


def _figure(figure: Figure, value: float) -> Figure:
    return replace(
        figure,
        value=Decimal(repr(value)).quantize(SIX),
        source=f"{figure.source}, with a source left out",
    )


def exponent(evidence: Evidence, *, without: Collection[str] = ()) -> float:
    """Return by which power of the number of classes time grows, mean of the pairs.

    0 where no pair is left: nothing is then known of classes.
    """
    left = [
        log(pair.ratio) / log(pair.more / pair.fewer)
        for pair in evidence.classes
        if pair.source not in without
    ]
    return sum(left) / len(left) if left else 0.0


def _classes(
    steps: tuple[Threshold, ...], evidence: Evidence, *, without: Collection[str]
) -> tuple[Threshold, ...]:
    """Return the factors of classes on the power that is left without a source."""
    if not any(pair.source in without for pair in evidence.classes):
        return steps
    power = exponent(evidence, without=without) / exponent(evidence)
    return tuple(
        replace(
            step,
            figure=_figure(step.figure, float(step.figure.value) ** power),
        )
        for step in steps
    )
