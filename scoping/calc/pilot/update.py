"""Results weighed against spec and card: the inputs of the re-estimate.

A figure belongs to a cell of the card (type and complexity), to a kind of work (type)
or to a line of the spec; the results of all lines that share one are weighed together.
Every figure that moved names the pilot and what it updates. See docs/model.md#pilot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from scoping.calc.posterior import (
    Counted,
    Measured,
    Posterior,
    PosteriorError,
    counted,
    measured_mean,
    measured_seconds,
    updated_amount,
    updated_share,
)
from scoping.calc.rates.values import CostSide, RateCard
from scoping.calc.spec.problems import Problem
from scoping.calc.spec.values import Line, Spec

from .answers import accept_prior, per_item_prior, with_results
from .figures import moved, quantiles
from .fitting import first_attempt, problems
from .reading import PilotError
from .values import LineResults, PilotResults, Seconds

Cell = tuple[str, str]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Spec and card after the pilot, and what each measurement left of its prior.

    `seconds` by cell of the card, `defects` by type, `per_item` and `accepted` by line.
    """

    spec: Spec
    card: RateCard
    seconds: Mapping[Cell, Posterior]
    defects: Mapping[str, Posterior]
    per_item: Mapping[int, Posterior]
    accepted: Mapping[int, Posterior]


def measured(
    spec: Spec, card: RateCard, results: PilotResults
) -> tuple[Spec, RateCard]:
    """Return the spec and the card to re-estimate with. Raises PilotError."""
    found = updated(spec, card, results)
    return found.spec, found.card


def updated(spec: Spec, card: RateCard, results: PilotResults) -> Update:
    """Return spec, card and posteriors after the pilot. Raises PilotError."""
    found = tuple(problems(spec, card, results))
    if found:
        raise PilotError(found)
    try:
        return _updated(spec, card, results)
    except PosteriorError as error:
        raise PilotError(
            (Problem(code="cannot_update", path="/lines", message=str(error)),)
        ) from error


def _updated(spec: Spec, card: RateCard, results: PilotResults) -> Update:
    # Accept rates first: what proposals left of measured seconds rests on them.
    accepted = dict(_accepted(spec, card, results))
    per_item = dict(_per_item(spec, card, results))
    new_spec = with_results(spec, results, accepted=accepted, per_item=per_item)
    cost = _with_accept_rates(spec, card.cost, results, accepted)
    defects = dict(_defects(spec, card, results))
    cost = _with_defects(spec, cost, results, defects)
    seconds = dict(_seconds(new_spec, replace(card, cost=cost), results))
    cost = _with_seconds(spec, cost, results, seconds)
    version = f"{card.version} + pilot"
    return Update(
        spec=new_spec,
        card=replace(card, version=version, cost=replace(cost, version=version)),
        seconds=seconds,
        defects=defects,
        per_item=per_item,
        accepted=accepted,
    )


def _cell(line: Line) -> Cell:
    return line.type, line.complexity


def _type(line: Line) -> str:
    return line.type


def _by(
    key: Callable[[Line], Key], part: str, *, spec: Spec, results: PilotResults
) -> dict[Key, list[LineResults]]:
    """Return the results that have a part, grouped by a key of their lines."""
    found: dict[Key, list[LineResults]] = {}
    for one in results.lines:
        if getattr(one, part) is not None:
            found.setdefault(key(spec.lines[one.index]), []).append(one)
    return found


def _seconds(
    spec: Spec, card: RateCard, results: PilotResults
) -> Iterator[tuple[Cell, Posterior]]:
    for cell, found in _by(_cell, "seconds", spec=spec, results=results).items():
        evidence = [
            _timed(one, one.seconds, line=spec.lines[one.index], card=card)
            for one in found
            if one.seconds is not None
        ]
        yield cell, updated_amount(quantiles(card.cost.effort[cell].seconds), evidence)


def _timed(
    found: LineResults, seconds: Seconds, *, line: Line, card: RateCard
) -> Measured:
    return measured_seconds(
        first_attempt(found, seconds, line=line, card=card),
        units=seconds.units,
        people=seconds.people,
        batches=seconds.batches,
        layers=card.cost.layers,
    )


def _with_seconds(
    spec: Spec,
    cost: CostSide,
    results: PilotResults,
    found: Mapping[Cell, Posterior],
) -> CostSide:
    timed = _by(_cell, "seconds", spec=spec, results=results)
    effort = dict(cost.effort)
    for cell, posterior in found.items():
        seen = [one.seconds for one in timed[cell] if one.seconds is not None]
        units = sum(one.units for one in seen)
        people = max(one.people for one in seen)
        effort[cell] = replace(
            effort[cell],
            seconds=moved(
                effort[cell].seconds,
                posterior,
                row=f"cost/effort/{cell[0]}/{cell[1]}",
                results=results,
                saw=f"{units:,} units, {people} people",
            ),
        )
    return replace(cost, effort=effort)


def _defects(
    spec: Spec, card: RateCard, results: PilotResults
) -> Iterator[tuple[str, Posterior]]:
    for type_, found in _by(_type, "defects", spec=spec, results=results).items():
        row = card.cost.review.get(type_) or card.cost.review["default"]
        evidence = [
            counted(
                one.defects.wrong,
                one.defects.inspected,
                # Errors are alike within an image and within a person's work; the
                # fewer groups leave the less worth.
                groups=min(one.defects.items, one.defects.people),
                icc=card.price.icc.value,
            )
            for one in found
            if one.defects is not None
        ]
        yield type_, updated_share(quantiles(row.first_pass_defect), evidence)


def _with_defects(
    spec: Spec,
    cost: CostSide,
    results: PilotResults,
    found: Mapping[str, Posterior],
) -> CostSide:
    inspected = _by(_type, "defects", spec=spec, results=results)
    review = dict(cost.review)
    for type_, posterior in found.items():
        seen = [one.defects for one in inspected[type_] if one.defects is not None]
        old = review.get(type_) or review["default"]
        review[type_] = replace(
            old,
            first_pass_defect=moved(
                old.first_pass_defect,
                posterior,
                row=f"cost/review/{type_}/first_pass_defect",
                results=results,
                saw=f"{sum(one.wrong for one in seen):,} wrong of "
                f"{sum(one.inspected for one in seen):,}",
            ),
        )
    return replace(cost, review=review)


def _accepted(
    spec: Spec, card: RateCard, results: PilotResults
) -> Iterator[tuple[int, Posterior]]:
    for one in results.lines:
        seen = one.prelabel
        if seen is None:
            continue
        line = spec.lines[one.index]
        # Lines without an answer of their own share the card's rate of their type.
        alike = [one]
        if line.prelabel is None:
            alike = _unstated(spec, results)[line.type]
        evidence: list[Counted] = [
            counted(
                other.prelabel.accepted,
                other.prelabel.proposals,
                groups=other.prelabel.items,
                icc=card.price.icc.value,
            )
            for other in alike
            if other.prelabel is not None
        ]
        prior = accept_prior(line, card.cost)
        yield one.index, updated_share(prior, evidence)


def _unstated(spec: Spec, results: PilotResults) -> dict[str, list[LineResults]]:
    """Return the counted lines whose accept rate is the card's alone, by type."""
    found = _by(_type, "prelabel", spec=spec, results=results)
    return {
        type_: [one for one in rows if spec.lines[one.index].prelabel is None]
        for type_, rows in found.items()
    }


def _with_accept_rates(
    spec: Spec,
    cost: CostSide,
    results: PilotResults,
    found: Mapping[int, Posterior],
) -> CostSide:
    prelabel = dict(cost.prelabel)
    for type_, rows in _unstated(spec, results).items():
        seen = [one.prelabel for one in rows if one.prelabel is not None]
        if not seen:
            continue
        old = prelabel.get(type_) or prelabel["default"]
        prelabel[type_] = replace(
            old,
            accept_rate=moved(
                old.accept_rate,
                found[rows[0].index],
                row=f"cost/prelabel/{type_}/accept_rate",
                results=results,
                saw=f"{sum(one.accepted for one in seen):,} accepted of "
                f"{sum(one.proposals for one in seen):,}",
            ),
        )
    return replace(cost, prelabel=prelabel)


def _per_item(
    spec: Spec, card: RateCard, results: PilotResults
) -> Iterator[tuple[int, Posterior]]:
    between = card.price.sample_to_dataset.value
    for one in results.lines:
        seen = one.units_per_item
        if seen is None:
            continue
        evidence = measured_mean(
            seen.mean, variance=seen.variance, items=seen.items, between=between
        )
        prior = per_item_prior(spec.lines[one.index].units_per_item, between=between)
        yield one.index, updated_amount(prior, [evidence])
