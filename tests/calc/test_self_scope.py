"""From plain answers to a spec, what a price is made of, and what counting narrows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import exp, sqrt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.facts import FactError
from scoping.calc.listing import list_price
from scoping.calc.methods import enough, satisfies
from scoping.calc.offer import make_offer
from scoping.calc.self_scope.answers import (
    LIGHTEST,
    OFFERED,
    SelfScope,
    document_of,
    has_no_site,
    spec_of,
)
from scoping.calc.self_scope.grid import answer_row
from scoping.calc.self_scope.narrowing import counted_mean, counting, is_worth_it
from scoping.calc.self_scope.parts import Ends, ends_of, parts_of
from scoping.calc.self_scope.rows import GridRow
from scoping.calc.self_scope.unknowns import read_unknowns
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import Quantiles
from tests.calc.an_estimate import the_card, the_workdays

D = Decimal
ROOT = Path(__file__).resolve().parents[2]
TABLE = yaml.safe_load((ROOT / "fixtures/market/self_scope.yaml").read_text("utf-8"))
UNKNOWNS = read_unknowns(TABLE)
PRICE = the_card().price
TODAY = date(2026, 1, 5)
FIND = SelfScope(need="object_detection", images=100_000, objects=Decimal(5))


def a_spec(said=FIND, *, price=None):
    return spec_of(said, UNKNOWNS, price=price or PRICE, today=TODAY)


@pytest.mark.parametrize("need", LIGHTEST)
def test_what_a_need_begins_with_satisfies_it(need):
    spec = a_spec(SelfScope(need=need, images=1000))

    assert spec.lines[0].type == LIGHTEST[need]
    assert satisfies(spec)
    assert all(enough(spec, type_) for type_ in OFFERED[need])


def test_an_average_nobody_knows_becomes_the_published_range():
    found = document_of(replace(FIND, objects=None), UNKNOWNS)

    mean = found["lines"][0]["units_per_item"]["mean"]
    assert [str(mean[key]) for key in ("p10", "p50", "p90")] == ["2.4", "7.3", "15.8"]


def test_not_knowing_widens_the_range_and_knowing_exactly_closes_it():
    def width(said):
        made = make_offer(
            a_spec(said),
            PRICE,
            unit_prices=None,
            week=None,
            workdays=the_workdays(),
        )
        return made.high - made.low

    guess = (Decimal(4), Decimal(5), Decimal(6))
    assert width(replace(FIND, objects=None)) > width(replace(FIND, objects=guess)) > 0
    assert width(FIND) == 0


def test_bodies_are_counted_in_points():
    said = SelfScope(need="pose", images=10, objects=Decimal(2))

    # 2 bodies x 17 points, and of a stated 5 points.
    assert a_spec(said).lines[0].units_per_item.mean == 34
    assert a_spec(replace(said, points=5)).lines[0].units_per_item.mean == 10
    counted = a_spec(replace(said, points=5, sample=(1, 0, 2)))
    assert counted.lines[0].units_per_item.sample == (5, 0, 10)


def test_a_scene_is_coloured_once_whatever_was_counted():
    said = SelfScope(need="semantic_segmentation", sample=(3, 4))

    assert a_spec(said).lines[0].units_per_item.mean == 1
    assert a_spec(said).items == 10_000


def test_all_that_was_answered_is_stated():
    said = replace(
        FIND,
        objects=(Decimal(4), Decimal(5), Decimal(6)),
        accuracy=Decimal("0.99"),
        deadline=date(2026, 9, 1),
        start_on=date(2026, 3, 2),
        calendar="vn",
        name="Streets",
        method="polygon",
        kinds=12,
        complexity="simple",
        occlusion="often",
        domain="geo",
        resolution="high",
        budget=Decimal(35_000),
        secure_room=True,
    )
    spec = a_spec(said)

    line = spec.lines[0]
    assert (line.type, line.classes, line.complexity) == ("polygon", 12, "simple")
    assert (line.occlusion, line.domain, line.resolution) == ("often", "geo", "high")
    assert (spec.quality.accuracy, spec.budget) == (Decimal("0.99"), Decimal(35_000))
    assert (spec.deadline, spec.start_on) == (date(2026, 9, 1), date(2026, 3, 2))
    assert (spec.client_calendar, spec.name) == ("vn", "Streets")
    assert spec.conditions.secure_room
    assert line.units_per_item.mean.p90 == 6


def test_data_that_must_stay_in_a_country_is_labelled_there():
    there = a_spec(replace(FIND, residency="us"))
    here = a_spec(replace(FIND, residency="vn"))

    assert (here.site, there.site) == ("vn", "us")
    assert here.seed == there.seed
    assert not has_no_site(replace(FIND, residency="us"), PRICE)
    assert has_no_site(replace(FIND, residency="eu"), PRICE)
    assert not has_no_site(FIND, PRICE)


def test_only_counts_draw_another_range():
    other = replace(FIND, budget=Decimal(9), kinds=60, images=7, method="polygon")

    assert a_spec(other).seed == a_spec().seed
    assert a_spec(replace(FIND, objects=Decimal(6))).seed != a_spec().seed


def test_prices_are_in_the_currency_of_the_card():
    price = replace(PRICE, currency="EUR", exchange={})

    assert a_spec(price=price).currency == "EUR"


def test_what_cannot_be_is_refused_with_its_place():
    with pytest.raises(SpecError) as caught:
        a_spec(replace(FIND, kinds=10**9))

    assert [one.path for one in caught.value.problems] == ["/lines/0/classes"]


# --- what a price is made of ----------------------------------------------------------


def test_the_parts_of_a_box():
    spec = a_spec(replace(FIND, kinds=60, accuracy=Decimal("0.99")))

    found = parts_of(spec, spec.lines[0], price=PRICE)

    # 0.05 + 0.10 x 0.30 = 0.0800; x 0.34 = 0.0840; x 0.54 = 0.1040; x 1.25 = 0.1300
    assert [(one.name, str(one.adds)) for one in found] == [
        ("Complexity: standard", "0.0800"),
        ("Occlusion: now and then", "0.0040"),
        ("60 classes", "0.0200"),
        ("Accuracy promised", "0.0260"),
    ]


WORDS = {
    "complexity": st.sampled_from(["simple", "standard", None]),
    "occlusion": st.sampled_from(["none", "now_and_then", "often", None]),
    "domain": st.sampled_from(["general", "geo", "medical", None]),
    "resolution": st.sampled_from(["normal", "high", "very_high", None]),
    "kinds": st.sampled_from([None, 1, 12, 21, 400]),
    "accuracy": st.sampled_from([None, Decimal("0.95"), Decimal("0.995")]),
    "residency": st.sampled_from([None, "us", "vn"]),
}


@given(
    said=st.fixed_dictionaries(WORDS),
    need=st.sampled_from(sorted(LIGHTEST)),
)
def test_the_parts_add_up_to_the_list_price(said, need):
    spec = a_spec(SelfScope(need=need, images=1000, **said))
    price = PRICE

    found = parts_of(spec, spec.lines[0], price=price)

    listed = list_price(spec, spec.lines[0], price=price).value
    assert sum(one.adds for one in found) == listed
    assert all(one.adds for one in found[1:])


def test_what_the_ends_of_a_question_do():
    spec, price = a_spec(), PRICE

    def ends(key):
        return ends_of(spec, spec.lines[0], key, price=price, unknowns=UNKNOWNS)

    # A box at 0.0840: position 0.30 + 0.04 of 0.05 to 0.15.
    assert ends("occlusion") == Ends(less=Decimal("-0.0040"), more=Decimal("0.0080"))
    # 0.95 has the factor 1, as 0.98 has; 0.99 has 1.25: 0.1050.
    assert ends("accuracy") == Ends(less=Decimal("0"), more=Decimal("0.0210"))
    # One kind changes nothing; from 51 on, 0.20 of the range more.
    assert ends("classes") == Ends(less=Decimal("0"), more=Decimal("0.0200"))
    # Simple scenes: 0.20 lower. Hard ones are priced on request.
    assert ends("complexity") == Ends(less=Decimal("-0.0200"), more=None)


@pytest.mark.parametrize("key", ["occlusion", "domain", "resolution", "classes"])
def test_an_answer_lies_between_its_ends(key):
    spec, price = a_spec(), PRICE

    ends = ends_of(spec, spec.lines[0], key, price=price, unknowns=UNKNOWNS)

    assert ends.less is not None
    assert ends.more is not None
    assert ends.less <= 0 <= ends.more


def test_a_cell_on_request_has_no_ends():
    spec = a_spec(replace(FIND, complexity="hard"))

    ends = ends_of(spec, spec.lines[0], "occlusion", price=PRICE, unknowns=UNKNOWNS)

    assert ends == Ends(less=None, more=None)


# --- counting a few images ------------------------------------------------------------


def test_what_counting_sixty_images_leaves_open():
    found = counted_mean(
        Decimal(5), var_to_mean=Decimal(3), images=60, between=Decimal("0.08")
    )

    # error = sqrt(3 x 5 / 60) = 0.5; sigma = sqrt(0.1^2 + 0.08^2) = 0.12806;
    # exp(1.28155 x 0.128062) = 1.178354: 5 / 1.178354 and 5 x 1.178354
    assert (found.p10, found.p50) == (Decimal("4.2432"), Decimal(5))
    assert found.p90 == Decimal("5.8918")


@given(
    mean=st.decimals("2", "100", places=2),
    ratio=st.decimals("0.1", "20", places=1),
    images=st.integers(1, 10_000),
)
def test_counting_more_never_widens_and_never_closes(mean, ratio, images):
    between = Decimal("0.08")

    def width(many):
        found = counted_mean(mean, var_to_mean=ratio, images=many, between=between)
        return found.p90 / found.p10

    slow = sqrt(float(ratio) / (images * float(mean)) + 0.08**2)
    factor = exp(1.2815515655446004 * slow)
    # Ends are rounded at four decimals: 2 ÷ 30 still has three digits.
    assert float(width(images)) == pytest.approx(factor * factor, rel=5e-3)
    assert width(images * 4) <= width(images) * Decimal("1.005")
    assert width(images * 4) > Decimal("1.2")


def test_counting_keeps_what_is_typical_and_says_how_long_it_takes():
    spec = a_spec(replace(FIND, objects=None))

    found = counting(
        spec,
        spec.lines[0],
        mean=Decimal(5),
        price=PRICE,
        unknowns=UNKNOWNS,
    )

    # 60 images x 20 s = 20 minutes
    assert (found.images, found.minutes) == (60, 20)
    mean = found.spec.lines[0].units_per_item.mean
    assert isinstance(mean, Quantiles)
    assert mean.p50 == 5


def test_counting_is_worth_it_where_a_fifth_of_the_width_goes():
    wide = (Decimal(0), Decimal(100))

    assert is_worth_it(wide, (Decimal(10), Decimal(89)))
    assert not is_worth_it(wide, (Decimal(10), Decimal(90)))


# --- the table ------------------------------------------------------------------------


def changed(**rows):
    return TABLE | rows


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (changed(images=TABLE["images"] | {"low": "0"}), "images: low, typical"),
        (changed(images=TABLE["images"] | {"high": "1"}), "images: low, typical"),
        (changed(images=TABLE["images"] | {"source": ""}), "images: say where"),
        (changed(figures=TABLE["figures"] | {"points": {"value": "1"}}), "figures/poi"),
        (changed(figures={}), "figures/points"),
    ],
)
def test_a_table_without_order_or_source_is_refused(table, says):
    with pytest.raises(FactError, match=says):
        read_unknowns(table)


def test_what_nobody_knows_is_stated_as_quantiles():
    found = UNKNOWNS.objects["pose"].quantiles

    assert found == Quantiles(p10=Decimal(1), p50=Decimal(2), p90=Decimal(5))


# --- rows of a buyer's grid -----------------------------------------------------------


def asked(**said):
    known: dict[str, Any] = {"type": "bounding_box", "images": 1000, "objects": D(5)}
    row = GridRow(**(known | said))
    return answer_row(row, UNKNOWNS, price=PRICE, workdays=the_workdays(), today=TODAY)


def test_a_row_is_answered_as_the_list_offers_its_spec():
    answer, spec = asked(images=100_000)

    made = make_offer(spec, PRICE, unit_prices=None, week=None, workdays=the_workdays())
    # 500,000 boxes x 0.0840
    assert (answer.units, answer.unit_price) == (500_000, D("0.0840"))
    assert answer.amount == D("42000.00")
    assert (answer.total, answer.week) == (made.total, made.week)
    assert answer.low == answer.high == made.total


@pytest.mark.parametrize(
    ("type_", "mean", "says"),
    [
        ("image_tag", ("1", "1", "3"), "1 to 3 in an image"),
        ("keypoint", ("17", "34", "85"), "17 to 85 in an image"),
        ("cuboid", ("2.4", "7.3", "15.8"), "2.4 to 15.8 in an image"),
    ],
)
def test_counts_that_a_row_does_not_say_are_ranges(type_, mean, says):
    answer, spec = asked(type=type_, objects=None)

    found = spec.lines[0].units_per_item.mean
    assert isinstance(found, Quantiles)
    assert (found.p10, found.p50, found.p90) == tuple(D(one) for one in mean)
    assert answer.assumed[0].startswith(says)
    assert answer.low is not None
    assert answer.high is not None
    assert answer.low < answer.high


def test_a_scene_counts_once_and_frames_are_frames():
    scene, _ = asked(type="semantic_mask", objects=None, accuracy=D("0.95"))
    _, video = asked(type="video_box")

    assert scene.units == 1000
    assert scene.assumed == ("everyday scenes",)
    assert video.item_kind == "frame"


def test_a_day_is_kept_where_the_week_ends_by_it():
    free, _ = asked()
    friday = free.week + timedelta(days=4)

    assert free.in_time is None
    assert asked(by=friday)[0].in_time
    assert not asked(by=friday - timedelta(days=1))[0].in_time
    # Monday 19 January 2026 is a holiday: five business days on from Tuesday.
    assert asked(within=5)[1].deadline == date(2026, 1, 27)


def test_a_cell_on_request_has_no_price():
    quote_only = PRICE.quote_only | {("bounding_box", "standard")}
    row = GridRow(type="bounding_box", images=10)

    answer, _ = answer_row(
        row,
        UNKNOWNS,
        price=replace(PRICE, quote_only=quote_only),
        workdays=the_workdays(),
        today=TODAY,
    )

    assert (answer.unit_price, answer.amount, answer.total) == (None, None, None)
    assert (answer.low, answer.high) == (None, None)
