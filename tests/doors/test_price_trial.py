"""A tried price: the picture of the workbench moves, and nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.actions.drafts import decide_price
from quotes.models import PriceDecision
from quotes.queries.preview import outlook_of
from quotes.queries.quotes import scenario_of
from quotes.queries.trial import reach_of, trial_of
from scoping.access import Role
from scoping.web.drawings import margin_drawing, market_band
from tests.factories import NOON, a_client, a_membership
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, quickly

D = Decimal
PART = {"X-Part": "trial", "X-Number": "7"}
in_database = pytest.mark.django_db


@pytest.fixture
def draft(client, db):
    workspace, user = a_desk()
    client.force_login(user)
    with quickly():
        yield a_draft(workspace=workspace, by=user)


def attempt(client, draft, value="0.0900", line=0, **headers):
    return client.post(
        f"/quotes/{draft}/lines/{line}/try",
        {"value": value},
        headers=headers.get("headers", PART),
    )


def test_a_tried_price_comes_to_what_deciding_it_would(client, draft):
    scenario = scenario_of(draft)
    today = NOON.date()

    tried = trial_of(scenario, line=0, value=D("0.1234"), today=today)

    decide_price(
        draft,
        line=0,
        value=D("0.1234"),
        binding="typed",
        why="as tried",
        by=draft.created_by,
        role="manager",
        now=NOON,
    )
    again = scenario_of(draft)
    saved = outlook_of(
        again.spec, workspace=draft.workspace, today=today, scenario=again
    )
    assert tried is not None
    assert tried.said == saved.said
    assert tried.said["price"]["total"] != tried.saved["price"]["total"]


def test_the_part_carries_its_number_and_stores_nothing(client, draft):
    response = attempt(client, draft, value="0.0910")

    trial = response.context["trial"]
    assert response.headers["X-Number"] == "7"
    assert "<html" not in response.text
    assert trial.sentence.startswith("At 0.0910 the total is ")
    assert [one.here for one in trial.losses] == [False, True, False]
    assert "in market range" in response.text
    assert 'class="mark-before"' in response.text
    assert not PriceDecision.objects.exists()
    assert draft.edition == type(draft).objects.get(pk=draft.pk).edition


def test_the_lower_the_price_the_likelier_a_loss(client, draft):
    losses = [
        trial_of(scenario_of(draft), line=0, value=D(one), today=NOON.date())
        for one in ("0.05", "0.07", "0.09", "0.15")
    ]

    chances = [
        D(one.said["margin"]["loss_probability"]) for one in losses if one is not None
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[-1]
    assert len(chances) == 4


def test_out_of_range_and_below_the_floor_are_said_in_words(client, draft):
    low = attempt(client, draft, value="0.01").text
    high = attempt(client, draft, value="0.9").text

    assert "below floor, needs approval" in low
    assert "below market range" in low
    assert "Policy allows" in low
    assert "above market range" in high
    assert "below floor" not in high


def test_a_line_beside_the_total_says_that_it_moves_nothing(client, draft):
    text = attempt(client, draft, value="20", line=3).text

    assert "It is not in the total" in text


def test_half_a_price_is_a_sentence_and_no_error(client, draft):
    for half in ("", "0.", "0,09", "-1", "0", "0.1234567"):
        response = attempt(client, draft, value=half)
        assert response.status_code == 200
        assert response.context["trial"].problem


def test_without_scripts_the_page_comes_with_the_picture(client, draft):
    shown = attempt(client, draft, value="0.0910", headers={})
    wrong = attempt(client, draft, value="0,0910", headers={})

    assert "At 0.0910 the total is" in shown.text
    assert '<details id="decide-0" open>' in shown.text
    assert 'name="value" inputmode="decimal" autocomplete="off" value="0.0910"' in (
        shown.text
    )
    assert wrong.status_code == 400
    assert '<a href="#value-0">Write 0.0910.' in wrong.text


def test_who_may_not_edit_tries_nothing_and_sent_quotes_stay(client, draft):
    sent = a_sent_quote(draft).revision
    assert attempt(client, sent).headers["Location"] == f"/quotes/{sent}/"
    assert (
        attempt(
            client, a_draft(workspace=draft.workspace, by=draft.created_by), line=9
        ).status_code
        == 404
    )
    buyer = a_client(workspace=draft.workspace)
    client.force_login(
        a_membership(workspace=draft.workspace, role=Role.CLIENT, client=buyer).user
    )
    assert attempt(client, sent).status_code == 403


# --- the slider and the pictures, without a database ----------------------------------

price = st.decimals("0.0001", "500", places=4)


@given(low=price, high=price, others=st.lists(price, min_size=1, max_size=4))
def test_a_slider_holds_the_range_and_every_price_in_whole_steps(low, high, others):
    band = min(low, high), max(low, high)

    reach = reach_of(band, tuple(others))

    for one in (*band, *others):
        assert reach.least <= max(one, reach.step)
        assert one <= reach.most
    assert 0 < reach.least < reach.most
    assert (reach.most - reach.least) % reach.step == 0
    assert (reach.most - reach.least) / reach.step <= 100


def test_marks_hold_still_while_a_price_moves_between_the_ends_of_the_slider():
    def drawn(decided):
        return market_band(
            D("0.05"),
            D("0.15"),
            prices=(D("0.08"), D("0.07"), D("0.06"), D(decided)),
            scale=(D("0.04"), D("0.16")),
        )

    least, most = drawn("0.04"), drawn("0.16")

    assert replace(least, decided_x=0, sentence="", dots="") == replace(
        most, decided_x=0, sentence="", dots=""
    )
    # The thumb runs over the same 200 px, 44 from the left.
    assert (least.decided_x, most.decided_x) == (44, 244)


def test_a_margin_moves_along_an_axis_that_holds_still():
    def drawn(by):
        return margin_drawing(
            [D(by - 10), D(by), D(by + 10)],
            [D("0.5"), D("0.5")],
            mean=D(by),
            before=([D(-10), D(10)], [D(1)]),
            axis=(D(-100), D(100)),
        )

    # 296 px for 200: 1.48 px each, from 12.
    assert [drawn(by).mean_x for by in (-50, 0, 50)] == [86, 160, 234]
    assert [drawn(by).zero_x for by in (-50, 0, 50)] == [160, 160, 160]
    # One bar of 20 is as high as two of 10, each with half of the draws: 118 - 96.
    assert drawn(0).before == "M145 118V22H175V118Z"
    assert drawn(50).gain == "M219 118V22H234V22H249V118Z"
