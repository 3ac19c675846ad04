"""What staff must know first about an estimate: the market does not pay, the law binds.

Sentences with the numbers they rest on, most serious first. Staff only: they speak of
floors, minutes and losses.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from .assumptions import line_name
from .closed_form import mean_of
from .estimate import Estimate
from .pipeline import per_cent
from .promises import percent
from .quality import outcome_of
from .schedule import MOST_ANNOTATORS
from .spec.values import Line
from .worth import worth_of

SELDOM = Decimal("0.5")
"""Below this chance a batch rather fails its sample than passes it."""


def remarks(made: Estimate) -> Iterator[dict[str, str]]:
    """Yield warnings of an estimate as `code`, `path` and `text`."""
    for line in made.spec.lines:
        yield from _band_does_not_pay(made, line)
        yield from _gives_away(made, line)
    yield from _below_floor(made)
    yield from _discount(made)
    yield from _loss(made)
    yield from _accuracy(made)
    yield from _release(made)
    yield from _deadline(made)
    yield from _holidays(made)
    yield from _unknown_holidays(made)
    yield from _weak_evidence(made)
    yield from _simulation(made)


def _band_does_not_pay(made: Estimate, line: Line) -> Iterator[dict[str, str]]:
    band = made.card.price.band(line.type)
    suggested = made.suggested[line.index]
    floor = suggested.floor.value
    if floor <= band.high.value:
        return
    work = made.offer.volumes[line.index].per_item.value if band.unit == "image" else 1
    seconds = made.efforts[line.index].by_hand.value * work
    bought = seconds * band.high.value / floor
    yield {
        "code": "band_does_not_pay",
        "path": line.path,
        "text": (
            f"The market range does not pay for the {line_name(line).lower()}. This "
            f"scene needs about {_time(seconds)} for each {line.unit}; the published "
            f"{band.low.value:.2f}–{band.high.value:.2f} buys {_time(bought)}. The "
            f"floor is {floor}."
        ),
    }


def _gives_away(made: Estimate, line: Line) -> Iterator[dict[str, str]]:
    """Say which share of what pre-labels save the list price gives to the client."""
    worth = worth_of(made, line)
    if worth is None or worth.off_list == 0:
        return
    currency = made.bill.currency
    share = (
        f"which is {percent(worth.given_share)} of the {worth.net:,.2f} {currency} "
        f"that they are planned to save"
        if worth.given_share is not None
        else "and they are not planned to save anything"
    )
    yield {
        "code": "prelabel_price_factor",
        "path": f"{line.path}/prelabel",
        "text": (
            f"The list price of {line_name(line).lower()} takes off "
            f"{worth.off_list:,.2f} {currency} because of pre-labels, {share}."
        ),
    }


def _time(seconds: Decimal) -> str:
    if seconds >= 600:  # noqa: PLR2004 - ten minutes read better as minutes
        return f"{(seconds / 60).quantize(Decimal(1), ROUND_HALF_UP)} minutes"
    return f"{seconds.quantize(Decimal(1), ROUND_HALF_UP)} seconds"


def _below_floor(made: Estimate) -> Iterator[dict[str, str]]:
    for line in made.spec.lines:
        if not made.is_below_floor(line):
            continue
        suggested = made.suggested[line.index]
        net = made.net_unit_price(line).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        after = ""
        if net < suggested.decided.value:
            after = f", {net} after discount and tiers"
        yield {
            "code": "below_floor",
            "path": line.path,
            "text": (
                f"{line_name(line)} are priced at {suggested.decided.value}{after}, "
                f"below the floor of {suggested.floor.value}. A manager must approve "
                f"it."
            ),
        }


def _discount(made: Estimate) -> Iterator[dict[str, str]]:
    limit = made.card.cost.policy.discount_limit.value
    if made.spec.commercial.discount <= limit:
        return
    yield {
        "code": "discount_over_policy",
        "path": "/commercial/discount",
        "text": (
            f"A discount of {per_cent(made.spec.commercial.discount)} is more than the "
            f"{per_cent(limit)} that policy allows. A manager must approve it."
        ),
    }


def _accuracy(made: Estimate) -> Iterator[dict[str, str]]:
    """Say where the inputs do not carry the accuracy that the quote promises."""
    promised = made.spec.quality.accuracy
    outgoing = outcome_of(made).outgoing_defect
    if outgoing is not None and outgoing > 1 - promised:
        yield {
            "code": "accuracy_not_held",
            "path": "/quality/accuracy",
            "text": (
                f"{percent(1 - outgoing)} is expected to be right after review, and "
                f"{per_cent(promised)} is promised. Add a review, or promise less."
            ),
        }
    allowed = made.spec.quality.audit.max_defect_share
    if allowed is not None and allowed > 1 - promised:
        yield {
            "code": "sample_softer_than_promise",
            "path": "/quality/audit/max_defect_share",
            "text": (
                f"The sample lets {per_cent(allowed)} wrong pass, and only "
                f"{per_cent(1 - promised)} may be wrong. Allow no more than that."
            ),
        }


def _release(made: Estimate) -> Iterator[dict[str, str]]:
    for line in made.spec.lines:
        checking = made.checkings.get(line.index)
        if checking is None or checking.released_first_time.value >= SELDOM:
            continue
        passes = (checking.released_first_time.value * 100).quantize(
            Decimal(1), ROUND_HALF_UP
        )
        yield {
            "code": "release_unlikely",
            "path": line.path,
            "text": (
                f"{line_name(line)}: {passes} of 100 batches are expected to pass the "
                f"sample check at once. The others are reviewed again in full."
            ),
        }


def _loss(made: Estimate) -> Iterator[dict[str, str]]:
    limit = made.card.cost.policy.loss_limit.value
    if made.loss_probability <= limit:
        return
    yield {
        "code": "loss_likely",
        "path": "/margin/loss_probability",
        "text": (
            f"At this price the chance of a loss is "
            f"{_tenths(made.loss_probability * 100)} in 100; policy "
            f"allows {(limit * 100).normalize():f}."
        ),
    }


def _tenths(number: Decimal) -> Decimal:
    """Return a number at one decimal, half up, as pages round what stands beside it."""
    return number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _deadline(made: Estimate) -> Iterator[dict[str, str]]:
    chance, spec = made.schedule.deadline_chance, made.spec
    if chance is None or spec.deadline is None:
        return
    if chance >= spec.commercial.confidence:
        return
    day = spec.deadline
    if spec.team.annotators is None:
        yield {
            "code": "deadline_out_of_reach",
            "path": "/deadline",
            "text": (
                f"No team of up to {MOST_ANNOTATORS} annotators is done by {day.day} "
                f"{day:%B %Y} with the planned confidence: rules, pilot and training "
                f"take the days. The figures are those of {made.schedule.annotators} "
                f"annotators."
            ),
        }
    yield {
        "code": "deadline_at_risk",
        "path": "/deadline",
        "text": (
            f"{made.schedule.annotators} annotators finish by {day.day} {day:%B %Y} "
            f"with a chance of "
            f"{(chance * 100).quantize(Decimal(1), ROUND_HALF_UP)} in 100. "
            f"The date not passed eight times in ten is "
            f"{made.schedule.finish['p80'].day} {made.schedule.finish['p80']:%B %Y}."
        ),
    }


def _holidays(made: Estimate) -> Iterator[dict[str, str]]:
    names = made.schedule.holidays
    if not names:
        return
    yield {
        "code": "holidays",
        "path": "/schedule",
        "text": f"The dates rest on public holidays at the site: {'; '.join(names)}.",
    }


def _unknown_holidays(made: Estimate) -> Iterator[dict[str, str]]:
    for text in made.schedule.gaps:
        yield {"code": "holidays_unknown", "path": "/schedule", "text": text}


def _weak_evidence(made: Estimate) -> Iterator[dict[str, str]]:
    for line in made.spec.lines:
        typical = made.card.cost.effort_of(line.type, line.complexity).seconds.p50
        if not typical.weak:
            continue
        yield {
            "code": "weak_evidence",
            "path": line.path,
            "text": (
                f"The time for {line.complexity} {line_name(line).lower()} rests on "
                f"weak evidence ({typical.source}). A pilot would settle it."
            ),
        }


def _simulation(made: Estimate) -> Iterator[dict[str, str]]:
    """Say where the draws miss a mean that is known exactly: the engine is then wrong.

    Six standard errors, and never less than a thousandth: scrambled points do better
    than plain draws, whose error is a safe side.
    """
    for line in made.spec.lines:
        step = made.efforts[line.index].labelling
        exact = mean_of(step)
        if exact is None:
            continue
        draws = made.simulation.of(step)
        allowed = max(
            6 * float(np.std(draws)) / float(np.sqrt(len(draws))), exact / 1000
        )
        if abs(float(np.mean(draws)) - exact) > allowed:
            yield {
                "code": "simulation_off",
                "path": line.path,
                "text": (
                    f"The simulated labelling time of {line_name(line).lower()} misses "
                    f"its exact mean. Do not use these figures; tell the developers."
                ),
            }
