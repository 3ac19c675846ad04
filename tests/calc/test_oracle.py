"""Oracle: a slow exact second opinion on every total, in fractions, sharing no code."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from scoping.calc.offer import Offer, client_view, make_offer
from scoping.calc.rates.values import PriceSide
from scoping.calc.spec.values import Line, LowModeHigh, Quantiles, Spec
from tests.calc.an_estimate import (
    a_figure,
    random_spec,
    the_card,
    the_card_with,
    the_workdays,
    tiers,
)
from tests.calc.evaluator import two_point, zero_defect

F = Fraction
SPECS, IN_A_TEST = 1000, 100
MONTH = 21


@dataclass(frozen=True)
class Row:
    units: int
    price: Fraction
    tiers: tuple[tuple[int, Fraction, Fraction], ...]
    amount: Fraction
    own: Fraction


@dataclass(frozen=True)
class Answer:
    rows: Mapping[int, Row]
    net: Mapping[int, Fraction]
    fees: Mapping[str, tuple[int, Fraction]]
    subtotal: Fraction
    discount: Fraction
    fees_total: Fraction
    tax: Fraction
    total: Fraction


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    return F(math.floor(value * 10**digits + F(1, 2)), 10**digits)


def up(value: Fraction, digits: int) -> Fraction:
    return F(math.ceil(value * 10**digits), 10**digits)


def mean_units(line: Line) -> Fraction:
    said = line.units_per_item.mean
    if said is None:
        counts = line.units_per_item.sample or ()
        return half_up(F(sum(counts), len(counts)), 6)
    if isinstance(said, LowModeHigh):
        return half_up(F(said.low + said.mode + said.high) / 3, 6)
    if not isinstance(said, Quantiles):
        return F(said)
    if said.p10 == said.p90:
        return F(said.p50)
    normal, mean = NormalDist(), 0.0
    for end, sign in ((said.p10, -1), (said.p90, 1)):
        sigma = sign * math.log(end / said.p50) / normal.inv_cdf(0.9)
        mean += math.exp(sigma**2 / 2) * normal.cdf(sign * sigma)
    return half_up(F(mean) * F(said.p50), 6)


def labelled(spec: Spec) -> Fraction:
    items = F(spec.items)
    if spec.video is not None and spec.video.label_every > 1:
        frames = F(spec.items, spec.video.clips * spec.video.label_every)
        items = F(min(spec.items, spec.video.clips * math.ceil(frames)))
    return items


def items_with_any(spec: Spec, line: Line, icc: Fraction) -> Fraction:
    items = labelled(spec) * F(line.share_of_items)
    if line.work == "audit":
        items *= sampled(spec, line, icc)
    return items


def sampled(spec: Spec, line: Line, icc: Fraction) -> Fraction:
    """Return the share of a batch that is checked, by the rule of the spec."""
    rule = spec.quality.audit
    if rule.share is not None:
        return F(rule.share)
    lot, effect = min(F(spec.quality.batch_items), labelled(spec)), F(1)
    if spec.quality.unit == "object":
        each = mean_units(line)
        lot = max(F(1), half_up(lot * F(line.share_of_items) * each, 0))
        effect = 1 + max(each - 1, F(0)) * icc
    worth = max(F(1), half_up(lot / effect, 0))
    if rule.rule == "zero_defect":
        n = zero_defect(worth, F(rule.bad or 0), F(rule.confidence or 0))
    else:
        n, _ = two_point(
            worth,
            *(F(x or 0) for x in (rule.good, rule.bad)),
            *(F(x or 0) for x in (rule.producer_risk, rule.consumer_risk)),
        )
    return min(lot, F(math.ceil(n * effect))) / lot


def quoted(spec: Spec, line: Line, icc: Fraction) -> int:
    return int(half_up(items_with_any(spec, line, icc) * mean_units(line), 0))


def row_of(spec: Spec, line: Line, price: Fraction, card: PriceSide) -> Row:
    own = row_by_unit(spec, line, price, card)
    basis = spec.commercial.basis
    if basis in ("unit", "pod_month"):
        return own
    units, each = 1, own.amount
    if basis == "image":
        units = int(half_up(items_with_any(spec, line, F(card.icc.value)), 0))
        each = up(price * mean_units(line), 4)
        if len(card.tiers.get(line.type, ())) > 1:
            each = up(own.amount / units, 4)
    elif basis == "hour":
        each = F(card.hour_prices[spec.site].value)
        units = math.ceil(own.amount / each)
    amount = half_up(units * each)
    return Row(units, each, ((units, each, amount),), amount, own=own.amount)


def row_by_unit(spec: Spec, line: Line, price: Fraction, card: PriceSide) -> Row:
    units = quoted(spec, line, F(card.icc.value))
    found, start = [], 0
    if card.tier_rules.get(line.type) == "all_units":
        found = [no_more_than_a_larger_quantity(units, price, card.tiers[line.type])]
        return Row(units, price, tuple(found), found[0][2], own=found[0][2])
    graduated = card.tiers.get(line.type, ())
    for tier in graduated if len(graduated) > 1 else ():
        end = units if tier.up_to is None else min(units, tier.up_to)
        if end > start:
            each = half_up(price * F(tier.factor.value), 4)
            found.append((end - start, each, half_up((end - start) * each)))
            start = end
    if not found:
        found = [(units, price, half_up(units * price))]
    amount = sum((row[2] for row in found), F(0))
    return Row(units, price, tuple(found), amount, own=amount)


def no_more_than_a_larger_quantity(
    units: int, price: Fraction, tiers: Sequence[Any]
) -> tuple[int, Fraction, Fraction]:
    """Look at these units, and at the first of every further tier, and take the least.

    Anything between two starts costs more than the start below it.
    """
    starts = [(tier.up_to or 0) + 1 for tier in tiers[:-1]]
    tried = []
    for many in (units, *(start for start in starts if start > units)):
        tier = next(t for t in tiers if t.up_to is None or many <= t.up_to)
        each = half_up(price * F(tier.factor.value), 4)
        tried.append((many * each, many, each))
    exact, many, each = min(tried)
    return many, each, half_up(exact)


def teams_and_months(
    spec: Spec, amounts: Sequence[Fraction], card: PriceSide
) -> tuple[int, int]:
    """Return the teams and months that these amounts pay for."""
    each, said = F(card.pod_prices[spec.site].value), spec.commercial
    asked = math.ceil(sum(amounts, F(0)) / each)
    teams = said.pods or math.ceil(F(asked, said.months or months(spec, card)))
    return teams, said.months or math.ceil(F(asked, teams))


def spread(discount: Fraction, amounts: Sequence[Fraction]) -> list[Fraction]:
    """Deal a discount out cent by cent: each to whoever lacks most of its share."""
    whole = sum(amounts, F(0))
    if whole == 0:
        return [F(0)] * len(amounts)
    exact = [discount * 100 * amount / whole for amount in amounts]
    cents = [math.floor(part) for part in exact]
    lacking = [part - cent for part, cent in zip(exact, cents, strict=True)]
    for _ in range(int(discount * 100) - sum(cents)):
        place = lacking.index(max(lacking))
        cents[place] += 1
        lacking[place] = F(-1)
    return [F(cent, 100) for cent in cents]


def months(spec: Spec, card: PriceSide) -> int:
    longest = 0
    for line in spec.lines:
        if line.optional or line.alternative_to is not None:
            continue
        units = quoted(spec, line, F(card.icc.value))
        for step in card.lead_times[card.bands[line.type].throughput_class]:
            if step.up_to_units is None or units <= step.up_to_units:
                longest = max(longest, int(step.business_days.value))
                break
    return max(1, math.ceil(F(longest, MONTH)))


def fee_rows(
    spec: Spec, card: PriceSide, lasting: int
) -> Iterator[tuple[str, int, Fraction]]:
    said, terms = spec.conditions, spec.commercial
    for fee in card.fees:
        times = int(fee.when == "always")
        times += fee.when == "pilot" and spec.commercial.pilot
        times += fee.when == "tool" and said.tool is None
        times += fee.when == "secure_room" and said.secure_room
        times += fee.when == "residency" and said.residency is not None
        if fee.when == "extra_language":
            times += len(said.guideline_languages) - 1
        if fee.key in terms.fees.added and not times:
            times = 1
        if fee.every == "month":
            times *= lasting
        if times:
            yield f"{fee.key} fee", times, times * F(fee.price.value)
            if fee.key in terms.fees.waived:
                yield f"{fee.key} waiver", times, -times * F(fee.price.value)
    if terms.pilot:
        yield "pilot pilot", 1, F(card.pilot_price.value)
        yield "pilot credit", 1, -F(card.pilot_price.value)


def answer(spec: Spec, card: PriceSide, prices: Mapping[int, Decimal]) -> Answer:
    rows = {
        line.index: row_of(spec, line, F(prices[line.index]), card)
        for line in spec.lines
        if line.index in prices
    }
    counted = [
        line.index
        for line in spec.lines
        if line.index in rows and not line.optional and line.alternative_to is None
    ]
    lasting = months(spec, card)
    if spec.commercial.basis == "pod_month" and counted:
        own = [rows[index].own for index in counted]
        teams, lasting = teams_and_months(spec, own, card)
        whole = teams * lasting * F(card.pod_prices[spec.site].value)
        for index, part in zip(counted, spread(whole, own), strict=True):
            rows[index] = replace(rows[index], amount=part, tiers=())
    amounts = [rows[index].amount for index in counted]
    subtotal = sum(amounts, F(0))
    discount = half_up(subtotal * F(spec.commercial.discount))
    off = dict(zip(counted, spread(discount, amounts), strict=True))
    fees = {
        key: (times, amount) for key, times, amount in fee_rows(spec, card, lasting)
    }
    fees_total = sum((amount for _, amount in fees.values()), F(0))
    to_minimum = F(card.minimum_order.value) - subtotal + discount - fees_total
    fees_total += max(to_minimum, F(0))
    net = subtotal - discount + fees_total
    taxable = [net]
    if spec.commercial.tax.rounding == "line":
        taxable = [rows[index].amount - off[index] for index in counted]
        if spec.commercial.basis == "pod_month":
            taxable = [sum(taxable, F(0))]
        taxable += [amount for _, amount in fees.values()]
        taxable.append(max(to_minimum, F(0)))
    taxed = sum((tax_in(spec, row) for row in taxable), F(0))
    on_top = taxed if spec.commercial.tax.mode != "inclusive" else F(0)
    return Answer(
        rows=rows,
        net={index: rows[index].amount - off.get(index, F(0)) for index in rows},
        fees=fees,
        subtotal=subtotal,
        discount=discount,
        fees_total=fees_total,
        tax=taxed,
        total=net + on_top,
    )


def tax_in(spec: Spec, amount: Fraction) -> Fraction:
    tax = spec.commercial.tax
    if tax.mode in ("none", "reverse_charge"):
        return F(0)
    exact = amount * F(tax.rate)
    if tax.mode == "inclusive":
        exact = amount - amount / (1 + F(tax.rate))
    return half_up(abs(exact)) * (1 if exact >= 0 else -1)


def list_price(spec: Spec, line: Line, card: PriceSide) -> Fraction:
    words, standard = card.position_words, card.standard_words
    place = F(words[f"complexity/{line.complexity}"].value)
    place += F(words[f"occlusion/{line.occlusion or standard['occlusion']}"].value)
    place += F(words[f"domain/{line.domain or standard['domain']}"].value)
    for kind in ("density", "resolution"):
        said = getattr(line, kind)
        place += F(words[f"{kind}/{said}"].value) if said else F(0)
    for kind in ("classes", "attributes", "vertices"):
        place += reached(card.position_steps.get(kind, ()), getattr(line, kind), F(0))
    band = card.bands[line.type]
    low, high = F(band.low.value), F(band.high.value)
    found = low + (high - low) * min(max(place, F(0)), F(1))
    found *= reached(card.accuracy_factors, spec.quality.accuracy, F(1))
    found *= F(card.site_factors[spec.site].value)
    if spec.commercial.rush:
        found *= F(card.rush_factor.value)
    found *= 1 + (line.redundancy - 1) * F(card.redundancy_factor.value)
    if line.prelabel is not None and line.type in card.prelabel_price_factor:
        off = F(card.prelabel_price_factor[line.type].value)
        found *= 1 - F(line.prelabel.share) * off
    return half_up(found, 4)


def reached(steps: Sequence[Any], value: Any, otherwise: Fraction) -> Fraction:
    for step in sorted(steps, key=lambda step: -step.at_least):
        if value is not None and value >= step.at_least:
            return F(step.figure.value)
    return otherwise


def cards() -> tuple[PriceSide, ...]:
    """The launch card, one with tiers and a tool price off, one with a high minimum."""
    plain = the_card().price
    graduated = the_card_with(
        price={
            "tiers": {
                **tiers("bounding_box", (5_000, "1"), (50_000, "0.9"), (None, "0.777")),
                **tiers("image_tag", (1_000, "1"), (None, "0.85")),
                **tiers("keypoint", (None, "1")),
            },
            "prelabel_price_factor": {
                "bounding_box": a_figure("0.25"),
                "polygon": a_figure("0.1"),
            },
            "redundancy_factor": a_figure("0.8"),
        }
    ).price
    one_price = replace(
        graduated, tier_rules={"bounding_box": "all_units", "image_tag": "all_units"}
    )
    dear = replace(plain, minimum_order=a_figure("25000"))
    return plain, graduated, dear, one_price


def random_prices(spec: Spec, number: int) -> dict[int, Decimal]:
    rng = np.random.default_rng([number, 1])
    digits = 6 if number % 3 == 0 else 4
    return {
        line.index: Decimal(f"{rng.uniform(0.001, 4):.{digits}f}")
        for line in spec.lines
    }


def disagreements(made: Offer, expected: Answer) -> list[str]:
    bill = made.bill
    found = {row.line.index: row for row in (*bill.lines, *bill.beside)}
    pairs: dict[str, tuple[Any, Any]] = {
        "lines": (set(found), set(expected.rows)),
        "fees": (
            {
                f"{row.fee.key} {row.kind}": (row.quantity, row.amount.value)
                for row in bill.fees
            },
            dict(expected.fees),
        ),
        "subtotal": (bill.subtotal.value, expected.subtotal),
        "discount": (bill.discount.value, expected.discount),
        "fees total": (bill.fees_total.value, expected.fees_total),
        "tax": (bill.tax.value, expected.tax),
        "total": (bill.total.value, expected.total),
    }
    for index, row in expected.rows.items():
        line = found[index]
        pairs |= {
            f"units {index}": (line.units.value, row.units),
            f"price {index}": (line.unit_price.value, row.price),
            f"amount {index}": (line.amount.value, row.amount),
            f"net {index}": (line.net, expected.net[index]),
        }
        if row.units:
            printed = tuple((t.units, t.unit_price, t.amount.value) for t in line.tiers)
            pairs[f"tiers {index}"] = (printed, row.tiers)
    return [
        f"{name}: {ours}, not {theirs}"
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    ]


def does_not_add_up(made: Offer) -> list[str]:
    """Add the printed rows up as a reader does, on the client's own document."""
    view = client_view(made)
    price = view["price"]
    counted = [
        row
        for row in view["lines"]
        if not row["optional"] and row["alternative_to"] is None and row["amount"]
    ]
    lines = sum((Decimal(row["amount"]) for row in counted), Decimal(0))
    booked = view["basis"]["booked"]
    if booked is not None:
        lines += booked["team_months"] * Decimal(booked["unit_price"])
    fees = sum((Decimal(row["amount"]) for row in view["fees"]), Decimal(0))
    total = lines - Decimal(price["discount"]) + fees
    total += sum(
        Decimal(row["amount"]) for row in price["tax"] if row["mode"] != "inclusive"
    )
    complaints = []
    if lines != Decimal(price["subtotal"]) or fees != Decimal(price["fees"]):
        complaints.append(f"rows {lines} {fees}, printed {price}")
    if total != Decimal(price["total"]):
        complaints.append(f"total {total}, printed {price['total']}")
    for row in view["lines"]:
        if row["amount"]:
            complaints.extend(wrong_tiers(row))
    complaints += [
        f"the fee {fee['key']}"
        for fee in view["fees"]
        if fee["quantity"] * Decimal(fee["unit_price"]) != Decimal(fee["amount"])
    ]
    complaints += [f"net of {one.unit}" for one in made.bill.lines if one.net < 0]
    if sum(row.net for row in made.bill.lines) != lines - Decimal(price["discount"]):
        complaints.append("the discount's parts")
    return complaints


def wrong_tiers(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield rows of a line that do not multiply, or do not add up to it."""
    amounts = [Decimal(tier["amount"]) for tier in row["tiers"]]
    if Decimal(row["amount"]) != sum(amounts, Decimal(0)):
        yield f"tiers of {row['index']}"
    # One price for all units may bill more of them, where more cost less.
    if sum(tier["units"] for tier in row["tiers"]) < row["units"]:
        yield f"units of {row['index']}"
    for tier, amount in zip(row["tiers"], amounts, strict=True):
        exact = tier["units"] * Decimal(tier["unit_price"])
        if abs(exact - amount) > Decimal("0.005"):
            yield f"a row of {row['index']}"


@pytest.mark.parametrize("first", range(0, SPECS, IN_A_TEST))
def test_totals_equal_the_oracle_to_the_cent_and_parts_add_up(first: int):
    wrong = {}
    sides = cards()

    for number in range(first, first + IN_A_TEST):
        spec = random_spec(number, ranges=number % 5 == 0)
        card = sides[number % len(sides)]
        prices = random_prices(spec, number)
        made = make_offer(
            spec, card, unit_prices=prices, week=None, workdays=the_workdays()
        )
        found = disagreements(made, answer(spec, card, prices)) + does_not_add_up(made)
        if found:
            wrong[number] = found

    assert wrong == {}


@pytest.mark.parametrize("first", range(0, 200, IN_A_TEST))
def test_list_prices_equal_the_oracle_and_cells_on_request_have_none(first: int):
    wrong = {}
    sides = cards()

    for number in range(first, first + IN_A_TEST):
        spec, card = random_spec(number, ranges=False), sides[number % len(sides)]
        made = make_offer(
            spec, card, unit_prices=None, week=None, workdays=the_workdays()
        )
        listed = {
            line.index: list_price(spec, line, card)
            for line in spec.lines
            if (line.type, line.complexity) not in card.quote_only
        }
        prices = {
            index: Decimal(f"{float(each):.4f}") for index, each in listed.items()
        }
        found = disagreements(made, answer(spec, card, prices)) + does_not_add_up(made)
        if found:
            wrong[number] = found

    assert wrong == {}


def test_the_oracle_sees_a_cent():
    spec, card = random_spec(2, ranges=False), the_card().price
    prices = random_prices(spec, 2)
    made = make_offer(
        spec, card, unit_prices=prices, week=None, workdays=the_workdays()
    )
    expected = answer(spec, card, prices)

    found = disagreements(made, replace(expected, total=expected.total + F(1, 100)))

    assert len(found) == 1
    assert found[0].startswith("total: ")
