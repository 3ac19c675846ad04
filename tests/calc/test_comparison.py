"""Rival quotes per accepted unit, published prices, and what a unit costs where."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.comparison import (
    Compared,
    NotCompared,
    compare,
    equal_share_wrong,
    released_wrong,
    wrong_units,
)
from scoping.calc.facts import FactError, read_bounds
from scoping.calc.market import market_check, read_prices
from scoping.calc.offer import make_offer
from scoping.calc.rework import true_cost_ratio
from scoping.calc.rivals import (
    WORDS,
    Bound,
    ClientSide,
    Job,
    Quote,
    QuoteError,
    Range,
    job_of,
    ours_of,
)
from scoping.calc.sites import compare_sites, in_house_price, read_site_facts
from scoping.calc.spec.values import Commercial, Quality
from tests.calc.an_estimate import (
    FIXTURES,
    a_line,
    a_spec,
    the_card,
    the_workdays,
    tiers,
)
from tests.shared import shared

D = Decimal
NEARLY = D("1e-18")
JOB = Job(
    unit="box", units=D(100_000), units_in={"box": D(1), "image": D(5)}, price=D("0.08")
)
KNOWN = ClientSide(
    inspect=D("0.01"), own_rework=D("0.10"), escape=D("0.50"), catches=D("0.8")
)


def bounds() -> dict[str, Bound]:
    text = (FIXTURES / "market/comparison_bounds.yaml").read_text("utf-8")
    return read_bounds(yaml.safe_load(text))


def site_facts() -> Any:
    text = (FIXTURES / "market/site_comparison.yaml").read_text("utf-8")
    return read_site_facts(yaml.safe_load(text))


def price_rows() -> list[dict[str, str]]:
    path = FIXTURES / "market/published_prices.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def a_quote(**changes: Any) -> Quote:
    """Make a quote in which everything is said: 5 % wrong, no review, paid rework."""
    fields: dict[str, Any] = {
        "name": "Rival",
        "price": D("0.05"),
        "unit": "box",
        "first_pass_wrong": D("0.05"),
        "includes_review": False,
        "rework_is_free": False,
        "minimum": D(0),
        "set_up": D(0),
    }
    return Quote(**(fields | changes))


def compared(quote: Quote, **changes: Any) -> Compared:
    fields: dict[str, Any] = {"job": JOB, "client": KNOWN, "bounds": bounds()}
    [found] = compare([quote], **(fields | changes))
    assert isinstance(found, Compared)
    return found


def plainly(
    paid: Decimal,
    p: Decimal,
    d: Decimal,
    inspect: Decimal,
    own: Decimal,
    escape: Decimal,
) -> Decimal:
    """Send units through the client's check one round after another, and count money.

    Slow and obvious: each round redoes what the check caught in the one before.
    """
    spent, right, through = paid, D(0), D(1)
    while through > D("1e-20"):
        caught = through * p * d
        right += through * (1 - p)
        spent += through * inspect + through * p * (1 - d) * escape + caught * own
        through = caught
    return spent / right


def test_two_in_a_hundred_of_a_million_are_twenty_thousand_wrong_labels():
    assert wrong_units(D("0.02"), D(1_000_000)) == 20_000


def test_a_quote_with_nothing_open_comes_to_one_figure():
    # p = 0.05, d = 0.8: rejected 0.04; escaped 0.05 x 0.2 / 0.96 = 0.0104167;
    # (0.05 + 0.01 + 0.04/0.96 x 0.11 + 0.0104167 x 0.5) / (1 - 0.0104167) = 0.0705263.
    found = compared(a_quote())

    assert found.per_accepted.is_known
    assert abs(found.per_accepted.low - D("0.0705263158")) < D("1e-9")
    assert found.wrong_units.low == 5000
    assert found.open_terms == ()
    assert found.matters_most is None


def test_it_is_what_counting_round_after_round_comes_to():
    found = compared(a_quote())

    counted = plainly(D("0.05"), D("0.05"), D("0.8"), D("0.01"), D("0.10"), D("0.50"))
    assert abs(found.per_accepted.low - counted) < NEARLY


def test_a_stated_multiple_of_the_sticker_price_is_a_case_of_inputs():
    # CST-27 of METHODS 2: 3 stickers need 25.862069 % wrong.
    client = ClientSide(
        inspect=D("0.5"), own_rework=D(2), escape=D(10), catches=D("0.8")
    )

    share = equal_share_wrong(D(3), D(1), client=client, rework_is_free=False)

    assert share is not None
    assert abs(share - D("0.25862069")) < D("1e-6")
    assert abs(true_cost_ratio(share, D("0.8"), D("0.5"), 2, 10) - 3) < NEARLY


def test_free_rework_makes_more_errors_bearable():
    cost = D("0.09")

    paid, free = (
        equal_share_wrong(cost, D("0.05"), client=KNOWN, rework_is_free=is_free)
        for is_free in (False, True)
    )

    assert paid is not None
    assert free is not None
    assert free > paid
    again = compared(a_quote(first_pass_wrong=free, rework_is_free=True))
    assert abs(again.per_accepted.low - cost) < NEARLY


@pytest.mark.parametrize("unknown", ["inspect", "own_rework", "escape", "catches"])
def test_no_share_is_named_while_the_client_s_side_is_open(unknown):
    client = replace(KNOWN, **{unknown: None})

    assert (
        equal_share_wrong(D("0.09"), D("0.05"), client=client, rework_is_free=True)
        is None
    )


def test_no_share_is_named_where_the_price_is_dearer_or_never_bad_enough():
    harmless = ClientSide(inspect=D(0), own_rework=D(0), escape=D(0), catches=D(1))

    dearer = equal_share_wrong(D("0.05"), D("0.06"), client=KNOWN, rework_is_free=False)
    never = equal_share_wrong(
        D("0.09"), D("0.05"), client=harmless, rework_is_free=True
    )

    assert dearer is None
    assert never is None


def test_what_nobody_said_stays_open_between_its_ends():
    found = compared(a_quote(first_pass_wrong=None))

    low = compared(a_quote(first_pass_wrong=D("0.03")))
    high = compared(a_quote(first_pass_wrong=D("0.17")))
    assert found.per_accepted.low == low.per_accepted.low
    assert found.per_accepted.high == high.per_accepted.high
    assert found.wrong_units == Range(low=D(3000), high=D(17_000))
    assert [term.key for term in found.open_terms] == ["wrong"]


def test_a_yes_or_no_that_is_missing_lies_between_yes_and_no():
    found = compared(a_quote(rework_is_free=None))

    yes, no = (compared(a_quote(rework_is_free=said)) for said in (True, False))
    assert found.per_accepted.low == yes.per_accepted.low
    assert found.per_accepted.high == no.per_accepted.high


def test_a_review_that_may_be_there_lies_between_the_best_review_and_none():
    found = compared(a_quote(includes_review=None))

    assert found.wrong_units.high == 5000
    best = released_wrong(D("0.05"), D("0.92"))
    assert found.wrong_units.low == best * 100_000
    most = found.matters_most
    assert most is not None
    assert most.key == "reviewed"
    assert most.words == WORDS["reviewed"]


def test_a_review_that_is_included_still_catches_an_unknown_share():
    found = compared(a_quote(includes_review=True))

    assert found.wrong_units.low == released_wrong(D("0.05"), D("0.92")) * 100_000
    assert found.wrong_units.high == released_wrong(D("0.05"), D("0.51")) * 100_000
    assert [term.key for term in found.open_terms] == ["review_catches"]


@pytest.mark.parametrize("said", [True, False, None])
def test_a_promised_accuracy_already_counts_the_review(said):
    quote = a_quote(first_pass_wrong=None, accuracy=D("0.98"), includes_review=said)

    found = compared(quote)

    assert (
        found.wrong_units == compared(replace(quote, includes_review=True)).wrong_units
    )
    assert found.wrong_units.low == found.wrong_units.high == 2000


def test_fees_and_a_minimum_order_are_part_of_what_is_paid():
    # max(100,000 x 0.05, 8,000) + 1,000 = 9,000 for 100,000 boxes.
    found = compared(a_quote(minimum=D(8000), set_up=D(1000)))

    assert found.sticker.low == D("0.05")
    assert found.paid.low == found.paid.high == D("0.09")
    assert found.why.startswith("Most of what comes on top is set-up, fees and")


def test_a_price_of_an_image_is_shared_by_the_boxes_in_it():
    found = compared(a_quote(price=D("0.25"), unit="image"))

    assert found.sticker.low == D("0.05")
    assert found.per_accepted == compared(a_quote()).per_accepted


def test_another_unit_is_not_compared_and_says_what_to_ask():
    [found] = compare([a_quote(unit="hour")], job=JOB, client=KNOWN, bounds=bounds())

    assert isinstance(found, NotCompared)
    assert "how many box units one hour holds" in found.why


def test_perfect_work_without_a_check_costs_its_sticker():
    nothing = ClientSide(inspect=D(0), own_rework=D(0), escape=D(0), catches=D(0))

    found = compared(a_quote(first_pass_wrong=D(0)), client=nothing)

    assert found.per_accepted.low == D("0.05")
    assert found.why == "Nothing comes on top of the sticker price."


def test_an_open_client_side_is_stated_in_our_unit_price():
    # The check costs from nothing to half of 0.08.
    found = compared(a_quote(), client=replace(KNOWN, inspect=None))

    dear = compared(a_quote(), client=replace(KNOWN, inspect=D("0.04")))
    assert found.per_accepted.high == dear.per_accepted.high
    assert "up to" in found.why


figures = st.decimals("0.01", "0.9", places=3)


@given(
    p=figures, d=st.decimals(0, 1, places=3), price=figures, own=figures, escape=figures
)
def test_more_wrong_units_never_cost_less_and_agree_with_the_linear_form(
    p, d, price, own, escape
):
    client = ClientSide(inspect=D("0.01"), own_rework=own, escape=escape, catches=d)
    quote = a_quote(price=price, first_pass_wrong=p)

    found = compared(quote, client=client).per_accepted.low

    # The same, multiplied out: linear in everything but p.
    linear = (
        (price + D("0.01")) * (1 - p * d)
        + p * d * (own + D("0.01"))
        + p * (1 - d) * escape
    ) / (1 - p)
    assert abs(found - linear) < D("1e-15")
    worse = compared(replace(quote, first_pass_wrong=p + D("0.05")), client=client)
    assert worse.per_accepted.low >= found


answers = st.sampled_from([None, True, False])
maybe = st.none() | figures


@given(
    wrong=maybe,
    review=answers,
    free=answers,
    minimum=st.none() | st.decimals(0, 20_000, places=2),
    own=maybe,
    escape=maybe,
    catches=maybe,
    data=st.data(),
)
def test_no_answer_lies_outside_the_range_that_was_open(  # noqa: PLR0913, PLR0917 - each may be open
    wrong, review, free, minimum, own, escape, catches, data
):
    limits = bounds()
    quote = a_quote(
        first_pass_wrong=wrong,
        includes_review=review,
        rework_is_free=free,
        minimum=minimum,
    )
    client = ClientSide(
        inspect=D("0.01"), own_rework=own, escape=escape, catches=catches
    )

    def between(key: str) -> Any:
        bound = limits[key]
        scale = JOB.price if bound.unit == "prices" else 1
        share = data.draw(st.decimals(0, 1, places=2))
        return (bound.low + share * (bound.high - bound.low)) * scale

    found = compared(quote, client=client).per_accepted
    reviewed = data.draw(st.booleans()) if review is None else review
    first = between("wrong") if wrong is None else wrong
    p = released_wrong(first, between("review_catches")) if reviewed else first
    is_free = data.draw(st.booleans()) if free is None else free
    least = between("minimum") if minimum is None else minimum
    cost = plainly(
        max(JOB.units * D("0.05"), least) / JOB.units,
        p,
        between("client_catches") if catches is None else catches,
        D("0.01"),
        D(0) if is_free else between("own_rework") if own is None else own,
        between("escape") if escape is None else escape,
    )

    assert found.low - NEARLY <= cost <= found.high + NEARLY


def test_saying_more_never_widens_the_range():
    said: list[dict[str, Any]] = [
        {"first_pass_wrong": D("0.05")},
        {"includes_review": False},
        {"rework_is_free": False},
        {"minimum": D(0)},
        {"set_up": D(0)},
    ]
    nothing: dict[str, Any] = dict.fromkeys(
        ("first_pass_wrong", "includes_review", "rework_is_free", "minimum", "set_up")
    )

    for known in product((False, True), repeat=len(said)):
        fields: dict[str, Any] = nothing | {
            key: value
            for is_said, part in zip(known, said, strict=True)
            if is_said
            for key, value in part.items()
        }
        wide = compared(a_quote(**nothing)).per_accepted
        found = compared(a_quote(**fields)).per_accepted
        assert wide.low <= found.low <= found.high <= wide.high


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": D(0)}, "price"),
        ({"accuracy": D(0), "first_pass_wrong": None}, "accuracy"),
        ({"accuracy": D("1.1"), "first_pass_wrong": None}, "accuracy"),
        ({"first_pass_wrong": D(1)}, "first_pass_wrong"),
        ({"accuracy": D("0.98")}, "first_pass_wrong"),
        ({"minimum": D(-1)}, "minimum"),
        ({"set_up": D(-1)}, "set_up"),
    ],
)
def test_a_quote_that_nobody_can_make_is_refused_at_its_field(changes, field):
    with pytest.raises(QuoteError) as refused:
        a_quote(**changes)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"inspect": D(-1)}, "inspect"), ({"catches": D(2)}, "catches")],
)
def test_a_client_s_side_that_cannot_be_is_refused(changes, field):
    with pytest.raises(QuoteError) as refused:
        ClientSide(**changes)

    assert refused.value.field == field


def an_offer(*lines: Any, card: Any = None, **changes: Any) -> Any:
    return make_offer(
        a_spec(*lines, **changes),
        card or the_card().price,
        unit_prices=None,
        week=None,
        workdays=the_workdays(),
    )


def test_ours_is_made_of_the_offer_alone():
    made = an_offer(quality=Quality(accuracy=D("0.98")))

    ours = ours_of(made, 0, name="Our quote")

    assert ours.price == made.bill.lines[0].unit_price.value
    assert ours.set_up == made.bill.fees_total.value
    assert ours.accuracy == D("0.98")
    job = job_of(made, 0)
    assert job.units == 500_000
    assert job.unit == "box"
    assert job.units_in == {"image": 5, "box": 1}
    assert job.price == ours.price


def test_fees_are_shared_by_the_lines_they_belong_to():
    made = an_offer(a_line(), a_line(type="image_tag", per_item=D(2)))

    shares = [ours_of(made, index, name="Our quote").set_up for index in (0, 1)]

    assert sum(share for share in shares if share is not None) == (
        made.bill.fees_total.value
    )


def test_tiers_and_discounts_lower_our_sticker():
    price = replace(
        the_card().price, tiers=tiers("bounding_box", (250_000, "1"), (None, "0.5"))
    )
    made = an_offer(card=price, commercial=Commercial(discount=D("0.1")))

    ours = ours_of(made, 0, name="Our quote")

    unit_price = made.bill.lines[0].unit_price.value
    assert ours.price == (unit_price * D("0.75") * D("0.9")).quantize(D("0.000001"))


def test_a_price_by_the_image_is_compared_by_the_box():
    made = an_offer(commercial=Commercial(basis="image"))

    ours, job = ours_of(made, 0, name="Our quote"), job_of(made, 0)

    assert ours.unit == "image"
    assert job.price == ours.price / 5


@pytest.mark.parametrize("changes", [{"optional": True}, {"complexity": "expert"}])
def test_a_line_without_a_price_in_the_total_has_no_quote_of_ours(changes):
    made = an_offer(a_line(), a_line(**changes))

    with pytest.raises(QuoteError, match="no price in the total"):
        ours_of(made, 1, name="Our quote")


def test_every_bound_is_there_with_reason_and_source():
    for key, bound in bounds().items():
        assert bound.low <= bound.high
        assert bound.why, key
        assert bound.source, key


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"low": 0.5}, "as a plain number in quotes"),
        ({"low": "NaN"}, "as a plain number in quotes"),
        ({"low": "-1"}, "as a plain number in quotes"),
        ({"low": "0.9"}, "low 0.9 is above high 0.17"),
        ({"source": ""}, "no source or no date"),
        ({"as_of": None}, "no source or no date"),
    ],
)
def test_a_bound_without_number_or_source_is_refused(change, complaint):
    text = (FIXTURES / "market/comparison_bounds.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    document["bounds"]["wrong"] |= change

    with pytest.raises(FactError, match=complaint):
        read_bounds(document)


def test_a_missing_bound_is_named():
    text = (FIXTURES / "market/comparison_bounds.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    del document["bounds"]["escape"]

    with pytest.raises(FactError, match="bounds lacks escape"):
        read_bounds(document)


def test_only_rows_of_the_same_unit_and_quantity_are_counted():
    found = market_check(
        D("0.084"),
        read_prices(price_rows()),
        type_="bounding_box",
        unit="box",
        units=D(500_000),
    )

    # By hand: 0.049 and 0.06 (for 50,001 and more), 0.04 and 0.04-0.07 lie below
    # ours, 0.10 above it; inside 0.02-0.10, 0.05-0.30 and 0.0325-0.52.
    assert found.sentence == (
        "Our 0.0840 lies inside 3 of 8 published prices for this quantity, below 1 "
        "and above 4."
    )
    assert len(found.rows) == 10
    assert {row.published.unit for row in found.rows} == {"box"}
    assert sum(not row.holds for row in found.rows) == 2
    lows = [row.published.low for row in found.rows]
    assert lows == sorted(lows)


def test_a_starting_price_has_no_upper_end():
    row = next(row for row in read_prices(price_rows()) if row.high is None)

    assert row.place_of(row.low * 1000) == "inside"
    assert row.place_of(row.low / 2) == "below"


def test_a_unit_that_nobody_publishes_says_so():
    found = market_check(
        D(1), read_prices(price_rows()), type_="polygon", unit="image", units=D(1)
    )

    assert found.rows == ()
    assert found.sentence == (
        "No published price for one image holds for this quantity."
    )


def test_every_published_price_stands_in_the_data_as_a_price():
    path = shared("data/prices/published_prices.csv")
    with path.open(encoding="utf-8", newline="") as file:
        published = {
            (row["source_url"], row["price_low_usd"], row["price_high_usd"])
            for row in csv.DictReader(file)
            if "basis=price" in row["notes"]
        }

    for row in price_rows():
        key = (row["url"], row["price_low_usd"], row["price_high_usd"])
        assert key in published, row


def test_a_published_price_without_a_source_is_refused():
    with pytest.raises(FactError, match="row 2 has no source"):
        read_prices([{**price_rows()[0], "source": ""}])


def sites(client: ClientSide = KNOWN) -> dict[str, Any]:
    rows = compare_sites(
        site_facts()["bounding_box"], job=JOB, client=client, bounds=bounds()
    )
    return {row.compared.name: row for row in rows}


def test_an_in_house_box_is_team_by_hours_by_seconds():
    # 200,000 / 5 / 2,080 h x 7.4 s / 3,600; 300,000 / 5 / 2,080 x 26.5 / 3,600.
    low, high = in_house_price(site_facts()["bounding_box"])

    assert round(low, 6) == D("0.039530")
    assert round(high, 6) == D("0.212340")


def test_vietnam_s_client_rate_lies_40_to_60_per_cent_below_in_house():
    found = sites()

    in_house = found["US in-house team"].compared.sticker
    vietnam = found["Vendor in Vietnam"].compared.sticker
    assert vietnam.low == in_house.low * D("0.4")
    assert vietnam.high == in_house.high * D("0.6")


def test_a_site_costs_what_its_facts_say_as_a_quote():
    crowd = sites()["Crowd"].compared

    cheap, dear = (
        compared(
            a_quote(
                price=D(price),
                first_pass_wrong=D(wrong),
                rework_is_free=is_free,
                minimum=D(10),
                set_up=D(set_up),
            )
        ).per_accepted
        for price, wrong, is_free, set_up in (
            ("0.049", "0.06", True, 0),
            ("0.063", "0.172", False, 19_000),
        )
    )
    assert (crowd.per_accepted.low, crowd.per_accepted.high) == (cheap.low, dear.high)
    assert (crowd.wrong_units.low, crowd.wrong_units.high) == (6000, 17_200)


def test_every_figure_of_the_sites_has_a_source():
    for row in sites().values():
        assert row.facts
        for fact in row.facts:
            assert fact.source, fact.key
            assert fact.ends == (fact.low, fact.high)


def test_a_fact_that_the_sums_need_is_missed_by_name():
    text = (FIXTURES / "market/site_comparison.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    del document["lines"]["bounding_box"]["crowd_price"]

    with pytest.raises(FactError, match="lines/bounding_box lacks crowd_price"):
        read_site_facts(document)
