"""What is out of policy in a quote, and by how much: the reasons for an approval.

In policy, a quote goes out without anybody being asked. Out of it, somebody other than
whoever asks has to approve exactly what is sent. The limits are data of the rate card;
a price cannot be split into a low unit price and a small discount to pass below them,
because what is looked at is what a unit brings in. Staff only.
See docs/model.md#policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

UNIT_PRICE = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is allowed without asking: shares from 0 to 1."""

    discount: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A line's unit prices: what it brings in, its floor, its list and target.

    `net` is what one unit brings in with tiers and discount taken off, `discounted` the
    unit price less the discount alone: tiers are in the list too.
    """

    index: int
    name: str
    net: Decimal
    discounted: Decimal
    floor: Decimal
    list: Decimal
    target: Decimal

    @property
    def given_away(self) -> Decimal:
        """Return the share below the lower of list and target, 0 where none is.

        A price at target earns what the policy wants, even where the list is higher.

        >>> PricedLine(index=0, name="Boxes", net=Decimal("0.09"),
        ...     discounted=Decimal("0.09"), floor=Decimal("0.05"),
        ...     list=Decimal("0.12"), target=Decimal("0.10")).given_away
        Decimal('0.1')
        """
        usual = min(self.list, self.target)
        if usual <= 0:
            return Decimal(0)
        return max(Decimal(0), 1 - self.discounted / usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedDays:
    """Business days that a quote promises and the card has otherwise.

    `fewest`: whether the standard is the fewest that may be promised, or the most.
    """

    name: str
    promised: int
    standard: int
    fewest: bool

    @property
    def is_out(self) -> bool:
        """Return whether more is given than the standard."""
        if self.fewest:
            return self.promised < self.standard
        return self.promised > self.standard


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedFloor:
    """A floor of its own, with the share wrong that is expected of what it counts."""

    name: str
    allowed: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What policy looks at in one scenario.

    `people_free` is None where nobody wrote down how many there are. `other_terms`
    names the texts that are not the standard ones. `credit_share`: the most that
    credits can give back, as a share of what the lines bring in. `outside` names the
    site where it does not lie in the country in which the images have to stay.
    """

    scenario: str
    lines: Sequence[PricedLine]
    discount: Decimal
    loss_probability: Decimal
    other_terms: Sequence[str] = ()
    people_needed: int = 0
    people_free: int | None = None
    credit_share: Decimal = Decimal(0)
    days: Sequence[PromisedDays] = ()
    floors: Sequence[PromisedFloor] = ()
    outside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is out of policy, in a sentence, with its figure and its limit."""

    code: str
    scenario: str
    text: str
    figure: str
    limit: str

    def to_data(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            "code": self.code,
            "scenario": self.scenario,
            "text": self.text,
            "figure": self.figure,
            "limit": self.limit,
        }


def findings(facts: Facts, limits: Limits) -> tuple[Finding, ...]:
    """Return everything that is out of policy in a scenario, the dearest first."""
    return (
        *_below_floor(facts),
        *_loss(facts, limits),
        *_discount(facts, limits),
        *_credits(facts, limits),
        *_floors(facts),
        *_days(facts),
        *_terms(facts),
        *_outside(facts),
        *_capacity(facts),
    )


def findings_of_choices(
    standing: Facts, choices: Mapping[str, Facts], limits: Limits
) -> tuple[Finding, ...]:
    """Return what is out of policy only where the client chooses otherwise.

    `choices` are the facts of every other way to choose, by what is taken in it. Of
    those the worst is named, where it is worse than the offer as it stands: the
    likeliest loss, and the greatest want of people. Line prices are judged with the
    offer, which holds every line.
    """
    return (
        *_worst_loss(standing, choices, limits),
        *_worst_capacity(standing, choices),
    )


def _worst_loss(
    standing: Facts, choices: Mapping[str, Facts], limits: Limits
) -> Iterator[Finding]:
    taken = max(choices, key=lambda one: choices[one].loss_probability, default=None)
    if taken is None:
        return
    worst = choices[taken].loss_probability
    if worst <= max(limits.loss, standing.loss_probability):
        return
    yield Finding(
        code="loss_probability",
        scenario=standing.scenario,
        text=(
            f"Where the client takes {taken}, the chance of a loss is "
            f"{_percent(worst)}; policy allows {_percent(limits.loss)}."
        ),
        figure=str(worst),
        limit=str(limits.loss),
    )


def _worst_capacity(standing: Facts, choices: Mapping[str, Facts]) -> Iterator[Finding]:
    short = {taken: _missing(facts) for taken, facts in choices.items()}
    taken = max(short, key=lambda one: short[one], default=None)
    if taken is None or short[taken] <= max(0, _missing(standing)):
        return
    worst = choices[taken]
    yield Finding(
        code="capacity",
        scenario=standing.scenario,
        text=(
            f"Where the client takes {taken}, {worst.people_needed} people are needed "
            f"and {worst.people_free} are free at that time."
        ),
        figure=str(worst.people_needed),
        limit=str(worst.people_free),
    )


def _missing(facts: Facts) -> int:
    """Return how many people are wanting; none where nobody knows of any limit."""
    if facts.people_free is None:
        return 0
    return facts.people_needed - facts.people_free


def _below_floor(facts: Facts) -> Iterator[Finding]:
    for line in facts.lines:
        net = line.net.quantize(UNIT_PRICE, rounding=ROUND_HALF_UP)
        if net < line.floor:
            yield Finding(
                code="below_floor",
                scenario=facts.scenario,
                text=(
                    f"Line {line.index + 1}, {line.name}, brings in {net} a unit and "
                    f"is below its floor of {line.floor}."
                ),
                figure=str(net),
                limit=str(line.floor),
            )


def _loss(facts: Facts, limits: Limits) -> Iterator[Finding]:
    if facts.loss_probability > limits.loss:
        yield Finding(
            code="loss_probability",
            scenario=facts.scenario,
            text=(
                f"The chance of a loss is {_percent(facts.loss_probability)}; policy "
                f"allows {_percent(limits.loss)}."
            ),
            figure=str(facts.loss_probability),
            limit=str(limits.loss),
        )


def _discount(facts: Facts, limits: Limits) -> Iterator[Finding]:
    if facts.discount > limits.discount:
        yield Finding(
            code="discount",
            scenario=facts.scenario,
            text=(
                f"The discount is {_percent(facts.discount)}; policy allows "
                f"{_percent(limits.discount)}."
            ),
            figure=str(facts.discount),
            limit=str(limits.discount),
        )
        return
    for line in facts.lines:
        if line.given_away > limits.discount:
            yield Finding(
                code="discount",
                scenario=facts.scenario,
                text=(
                    f"Line {line.index + 1}, {line.name}, is "
                    f"{_percent(line.given_away)} below the lower of list and target, "
                    f"discount included; policy allows {_percent(limits.discount)}."
                ),
                figure=str(line.given_away.quantize(UNIT_PRICE)),
                limit=str(limits.discount),
            )


def _credits(facts: Facts, limits: Limits) -> Iterator[Finding]:
    """Yield credits that could give back more than may be taken off the price."""
    if facts.credit_share > limits.discount:
        yield Finding(
            code="credits",
            scenario=facts.scenario,
            text=(
                f"Credits can give back {_percent(facts.credit_share)} of the price; "
                f"policy allows {_percent(limits.discount)}, as for a discount."
            ),
            figure=str(facts.credit_share.quantize(UNIT_PRICE)),
            limit=str(limits.discount),
        )


def _floors(facts: Facts) -> Iterator[Finding]:
    """Yield floors that our own expectation does not keep."""
    for floor in facts.floors:
        if floor.expected > floor.allowed:
            yield Finding(
                code="promise_not_held",
                scenario=facts.scenario,
                text=(
                    f"{floor.name}: {_percent(floor.expected)} wrong is expected; the "
                    f"promise allows {_percent(floor.allowed)}."
                ),
                figure=str(floor.expected.quantize(UNIT_PRICE)),
                limit=str(floor.allowed),
            )


def _days(facts: Facts) -> Iterator[Finding]:
    for days in facts.days:
        if days.is_out:
            yield Finding(
                code="days",
                scenario=facts.scenario,
                text=(
                    f"{days.name}: {days.promised} business days; the standard is "
                    f"{days.standard}."
                ),
                figure=str(days.promised),
                limit=str(days.standard),
            )


def _terms(facts: Facts) -> Iterator[Finding]:
    for name in facts.other_terms:
        yield Finding(
            code="terms",
            scenario=facts.scenario,
            text=f"“{name}” is not a standard text.",
            figure=name,
            limit="standard",
        )


def _outside(facts: Facts) -> Iterator[Finding]:
    if facts.outside:
        yield Finding(
            code="residency",
            scenario=facts.scenario,
            text=(
                f"The work is done in {facts.outside}; the client's images have to "
                f"stay elsewhere."
            ),
            figure=facts.outside,
            limit="where the images have to stay",
        )


def _capacity(facts: Facts) -> Iterator[Finding]:
    if facts.people_free is not None and facts.people_needed > facts.people_free:
        yield Finding(
            code="capacity",
            scenario=facts.scenario,
            text=(
                f"{facts.people_needed} people are needed and {facts.people_free} are "
                f"free at that time."
            ),
            figure=str(facts.people_needed),
            limit=str(facts.people_free),
        )


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f} %"
