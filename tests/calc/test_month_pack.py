"""The pack of a month: every figure carried on, what ties, and what was restated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.matching import match
from quotes.calc.month_pack import (
    NOTHING,
    OF_PROJECT,
    Month,
    Pay,
    ProjectMonth,
    Stands,
    month_before,
    month_pack,
)
from quotes.calc.statement import line_bill, statement
from tests.calc.a_project import a_plan, as_planned
from tests.scale import count

D = Decimal
KEPT = "2026-04-03T08:00:00+00:00"


def a_project(**changes: Any) -> ProjectMonth:
    fields: dict[str, Any] = {
        "slug": "cars",
        "name": "Cars",
        "client": "Acme",
        "currency": "USD",
        "now": Stands(revenue=D(150), waiting=D(30), credits=D(4)),
        "before": Stands(revenue=D(90), waiting=D(20)),
    }
    return ProjectMonth(**(fields | changes))


def a_month(*projects: ProjectMonth, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "month": "2026-03",
        "company": "Northline",
        "known_until": KEPT,
        "projects": projects or (a_project(),),
        "bench_now": {},
        "bench_before": {},
        "payroll_now": {},
        "payroll_before": {},
    }
    return month_pack(Month(**(fields | changes)))


def test_a_first_pack_brings_in_what_was_before_and_restates_nothing():
    pack = a_month()

    assert pack["previous"] is None
    assert pack["restatements"] == []
    revenue = pack["projects"][0]["figures"]["revenue"]
    assert revenue == {
        "opening": "90",
        "restated": "0",
        "month": "60",
        "closing": "150",
    }
    # 150 less 4 of credits, nothing held back.
    assert pack["projects"][0]["figures"]["invoiceable"]["closing"] == "146.00"


def test_the_next_pack_opens_where_the_last_one_closed_and_lists_what_moved():
    first = a_month(month="2026-02")
    pack = a_month(
        a_project(
            now=Stands(revenue=D(200), waiting=D(10), credits=D(4)),
            before=Stands(revenue=D(140), waiting=D(30), credits=D(6)),
        ),
        previous=first,
        previous_digest="abc",
    )

    assert pack["previous"] == {"month": "2026-02", "digest": "abc"}
    revenue = pack["totals"]["USD"]["revenue"]
    # Given out 150, known now 140, 60 more this month.
    assert revenue == {
        "opening": "150",
        "restated": "-10",
        "month": "60",
        "closing": "200",
    }
    assert {(one["figure"], one["difference"]) for one in pack["restatements"]} == {
        ("Revenue earned: accepted units at their price", "-10"),
        ("Credits due to the client", "2"),
        ("May be invoiced", "-12.00"),
    }
    assert all(one["holds"] for one in pack["ties"])


def test_what_is_held_back_is_not_invoiced():
    figures = a_month(holdback_share=D("0.05"))["projects"][0]["figures"]

    assert figures["holdback"]["closing"] == "7.50"
    assert figures["invoiceable"]["closing"] == "138.50"


def test_the_quotes_share_is_held_back_until_every_batch_is_accepted():
    # 150.00 earned, 90.00 of it before: 10 % of the quote and not the 5 % of the pack.
    one = a_month(a_project(holdback_share=D("0.1")), holdback_share=D("0.05"))
    figures = one["projects"][0]["figures"]
    assert figures["holdback"]["closing"] == "15.00"
    assert one["projects"][0]["holdback"] == {
        "share": "0.1",
        "of_quote": True,
        "over": False,
        "let_go": "0",
    }

    over = a_month(a_project(holdback_share=D("0.1"), over=(False, True)))

    held = over["projects"][0]["figures"]["holdback"]
    assert D(held["closing"]) == 0
    assert D(held["month"]) == -D(held["opening"]) < 0
    assert D(over["projects"][0]["figures"]["invoiceable"]["closing"]) == 146


def test_a_change_order_holds_back_of_what_it_adds_and_not_of_what_was_let_go():
    # 90.00 were let go when all was accepted; of 150.00 then 10 % of 60.00 is held.
    more = a_project(holdback_share=D("0.1"), over=(True, False), let_go=(D(90), D(90)))

    held = a_month(more)["projects"][0]["figures"]["holdback"]

    assert {name: D(amount) for name, amount in held.items()} == {
        "opening": 0,
        "restated": 0,
        "month": 6,
        "closing": 6,
    }
    # Less is accepted now than was let go: nothing is held back, and nothing below 0.
    less = a_month(
        a_project(holdback_share=D("0.1"), let_go=(NOTHING, D(200))),
    )
    assert D(less["projects"][0]["figures"]["holdback"]["closing"]) == 0


def test_labour_that_is_not_payroll_does_not_tie():
    pay = {"VND": Pay(labour=D(900), overtime=D(100))}
    bench = {"VND": Pay(labour=D(500))}

    even = a_month(
        a_project(pay_now=pay), bench_now=bench, payroll_now={"VND": D(1500)}
    )
    odd = a_month(a_project(pay_now=pay), bench_now=bench, payroll_now={"VND": D(1501)})

    assert [one["holds"] for one in even["ties"]] == [True, True]
    assert [one["holds"] for one in odd["ties"]] == [False, False]
    assert even["labour_totals"]["VND"]["labour"]["month"] == "1400"


def test_other_cost_is_carried_on_by_currency_and_not_known_where_nobody_stated_any():
    plain = a_month(month="2026-02")
    assert plain["other_totals"] == {}
    assert plain["projects"][0]["other"]["known"] is False
    assert plain["other"]["because"] == "nobody stated a cost beside wages"

    first = a_month(
        a_project(other_now={"USD": D(300), "VND": D(1000)}, other_before={}),
        month="2026-02",
        other_now={"USD": D(50)},
    )
    # Of February 20 more came to light, 40 are March's, 5 of no project taken back.
    pack = a_month(
        a_project(
            other_now={"USD": D(360), "VND": D(1000)},
            other_before={"USD": D(320), "VND": D(1000)},
        ),
        other_now={"USD": D(45)},
        other_before={"USD": D(45)},
        previous=first,
    )

    assert pack["projects"][0]["other"]["by"]["USD"] == {
        "opening": "300",
        "restated": "20",
        "month": "40",
        "closing": "360",
    }
    assert pack["other_totals"]["USD"] == {
        "opening": "350",
        "restated": "15",
        "month": "40",
        "closing": "405",
    }
    assert pack["other_totals"]["VND"]["month"] == "0"
    moved = {
        (one["who"], one["difference"])
        for one in pack["restatements"]
        if one["figure"] == "Other cost"
    }
    assert moved == {("Cars", "20"), ("No project", "-5")}
    ties = [one for one in pack["ties"] if one["what"].startswith("Other cost")]
    assert [one["holds"] for one in ties] == [True, True]


def test_a_pack_of_before_there_were_other_costs_is_followed():
    first = a_month(month="2026-02")
    del first["other_totals"], first["other"]
    first["projects"][0]["other"] = {"known": False, "because": "x", "text": "x"}

    pack = a_month(a_project(other_now={"USD": D(7)}), previous=first)

    assert pack["other_totals"]["USD"]["closing"] == "7"
    assert all(one["holds"] for one in pack["ties"])


def test_a_project_that_left_the_books_is_named():
    first = a_month(a_project(), a_project(slug="birds", name="Birds"), month="2026-02")

    pack = a_month(previous=first)

    wrong = [one["what"] for one in pack["ties"] if not one["holds"]]
    assert any("birds" in one for one in wrong)
    assert any("opens as 2026-02 closed" in one for one in wrong)


def test_labour_is_worth_what_the_rates_say_and_the_difference_is_told():
    pay = {"VND": Pay(labour=D(5_100_000))}
    rates = {"pinned": {"VND": D(25_500)}, "actual": {"VND": D(25_000)}}

    found = a_month(a_project(pay_now=pay, **rates))["projects"][0]["exchange"]["VND"]

    # 5,100,000 ÷ 25,500 = 200; ÷ 25,000 = 204.
    assert (found["at_pinned"], found["effect"]["value"]) == ("200.00", "4.00")
    lost = a_month(a_project(pay_now=pay, pinned=rates["pinned"]))["projects"][0]
    assert "no actual rate states" in lost["exchange"]["VND"]["effect"]["text"]
    none = a_month(a_project(pay_now=pay))["projects"][0]
    assert "no rate of VND was pinned" in none["exchange"]["VND"]["text"]
    home = a_month(a_project(pay_now={"USD": Pay(labour=D(7))}))["projects"][0]
    assert home["exchange"]["USD"]["effect"]["value"] == "0.00"


def test_revenue_that_is_not_known_is_said_and_counted():
    pack = a_month(a_project(now=Stands(because="nobody confirmed"), before=Stands()))

    assert pack["totals"]["USD"]["not_known"] == 1
    assert "nobody confirmed" in pack["projects"][0]["revenue_known"]["text"]


amounts = st.decimals(0, 100_000, places=2)
stands = st.builds(Stands, revenue=amounts, waiting=amounts, credits=amounts)
pays = st.dictionaries(
    st.sampled_from(["VND", "USD"]), st.builds(Pay, labour=amounts, overtime=amounts)
)


@st.composite
def months(draw):
    projects = [
        a_project(
            slug=f"p{at}",
            name=f"P{at}",
            currency=draw(st.sampled_from(["USD", "EUR"])),
            now=draw(stands),
            before=draw(stands),
            pay_now=draw(pays),
            pay_before=draw(pays),
        )
        for at in range(draw(st.integers(1, 3)))
    ]
    return projects, draw(pays), draw(pays), draw(st.decimals(0, D("0.5"), places=2))


@settings(max_examples=count(200))
@given(first=months(), second=months())
def test_figures_carry_on_and_totals_are_sums_of_rows(first, second):
    def made(of, **changes):
        projects, bench_now, bench_before, share = of
        return a_month(
            *projects,
            bench_now=bench_now,
            bench_before=bench_before,
            holdback_share=share,
            **changes,
        )

    told = made(first, month="2026-02")
    pack = made(second, previous=told)

    closing = {one["slug"]: one for one in told["projects"]}
    for one in pack["projects"]:
        for key in OF_PROJECT:
            parts = {at: D(value) for at, value in one["figures"][key].items()}
            whole = parts["opening"] + parts["restated"] + parts["month"]
            assert whole == parts["closing"]
            then = closing.get(one["slug"])
            was = D(then["figures"][key]["closing"]) if then else D(0)
            assert parts["opening"] == was
    for currency, totals in pack["totals"].items():
        own = [one for one in pack["projects"] if one["currency"] == currency]
        for key in OF_PROJECT:
            rows = sum(D(one["figures"][key]["month"]) for one in own)
            assert D(totals[key]["month"]) == rows
    moved = {
        (one["who"], one["figure"], one["currency"]) for one in pack["restatements"]
    }
    assert len(moved) == len(pack["restatements"])
    for one in pack["restatements"]:
        assert D(one["given_out"]) + D(one["difference"]) == D(one["now_known"])


def test_a_statement_bills_batches_in_order_at_the_tiers_of_the_quote():
    line = a_plan()["lines"][0]

    rows = statement(
        line,
        now={"b1": 2500, "b2": 1000, "b3": 400},
        before={"b1": 2600},
        currency="USD",
    )

    # 100 taken back of the first tier, then 500 of 1,000 still in it, the rest below.
    assert [(row["batch"], row["units"], row["amount"]) for row in rows] == [
        ("b1", -100, "-8.10"),
        ("b2", 1000, "74.25"),
        ("b3", 400, "27.00"),
    ]


units = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3000))


@settings(max_examples=count(300))
@given(now=units, before=units)
def test_a_statement_adds_up_to_what_the_bill_grew_by(now, before):
    line = a_plan()["lines"][0]

    rows = statement(line, now=now, before=before, currency="USD")

    def billed(many: int) -> Decimal:
        first, rest = min(many, 3000), max(0, many - 3000)
        exact = (D(first) * D("0.09") + D(rest) * D("0.075")) * D("0.9")
        return exact.quantize(D("0.01"), "ROUND_HALF_UP")

    grew = billed(sum(now.values())) - billed(sum(before.values()))
    assert sum((D(row["amount"]) for row in rows), D(0)) == grew
    assert sum(row["units"] for row in rows) == sum(now.values()) - sum(before.values())


def test_a_line_bills_what_was_accepted_and_shows_what_waits():
    plan = a_plan()
    rows = [*as_planned("b1"), *as_planned("b2", after=1)]
    rows[-1] = type(rows[-1])(
        **{
            name: getattr(rows[-1], name)
            for name in rows[-1].__slots__
            if name != "units_accepted"
        },
        units_accepted=None,
    )
    line, done = plan["lines"][0], match(plan, rows, paid_clock="label")[0]

    found = line_bill(line, done, currency="USD")

    # 500 boxes at 0.09, a tenth off; another 500 passed and wait.
    assert found is not None
    assert (found.accepted, found.waiting) == (D("40.50"), D("40.50"))
    assert found.units == {"b1": 500}
    assert line_bill(line, None, currency="USD") is None
    other = dict(line) | {"billed_unit": "image"}
    assert line_bill(other, done, currency="USD") is None


def test_the_month_before_january_is_december():
    assert month_before("2026-01") == "2025-12"
