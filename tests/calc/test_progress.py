"""Progress: how far a project is, by planned cost and delivered images."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.progress import Progress, progress


def a_line(name="Boxes", *, cost="900", items=100, done=50):
    return {"name": name, "cost": cost, "items": items, "done": done}


def test_a_line_counts_by_its_planned_cost():
    # (900 × 50/100 + 100 × 100/100) ÷ 1,000.
    found = progress([a_line(), a_line("Tags", cost="100", done=100)])

    assert found == Progress(share=Decimal("0.55"), unknown=())


def test_more_images_than_planned_do_not_make_up_for_another_line():
    found = progress([a_line(cost="500", done=150), a_line(cost="500", done=0)])

    assert found.share == Decimal("0.5")


def test_a_line_that_is_not_known_is_named_and_not_taken_for_nothing():
    found = progress([a_line(), a_line("Tags", cost="100", done=None)])

    assert found == Progress(share=Decimal("0.5"), unknown=("Tags",))


def test_where_nothing_is_known_no_share_is():
    assert progress([a_line(done=None)]).share is None
    assert progress([]).share is None


@given(
    rows=st.lists(
        st.builds(
            a_line,
            cost=st.integers(1, 10_000).map(str),
            items=st.integers(1, 1000),
            done=st.integers(0, 1500),
        ),
        min_size=1,
    )
)
def test_the_share_is_what_was_earned_image_by_image(rows):
    earned = planned = 0.0
    for row in rows:
        each = float(row["cost"]) / row["items"]
        for image in range(row["items"]):
            planned += each
            earned += each if image < row["done"] else 0.0

    share = progress(rows).share

    assert share is not None
    assert abs(float(share) - earned / planned) < 1e-6
    assert 0 <= share <= 1
