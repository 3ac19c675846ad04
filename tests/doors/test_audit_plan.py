"""The page that designs audits: from a batch to a plan, with its reasons."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scoping.access import Role
from scoping.calc.plans.question import FIELDS
from scoping.web.audit_plan_form import ENTRIES, MORE_RULE
from tests.factories import a_client, a_membership, a_workspace

ADDRESS = "/audit-plans/"


@pytest.fixture
def seller(client, db):
    client.force_login(a_membership(workspace=a_workspace(), role=Role.SALES).user)
    return client


def words_of(page: str) -> str:
    without = re.sub(r"<[^>]*>", " ", page.replace("\N{NO-BREAK SPACE}", " "))
    return re.sub(r"\s+", " ", without)


def shown(client: Any, **said: str) -> str:
    response = client.get(ADDRESS, said)
    assert response.status_code == 200, words_of(response.text)
    return words_of(response.text)


def test_the_page_begins_with_an_answer(seller):
    words = shown(seller)

    # 1,000 images of five boxes, 0.8 % wrong, sized for 1 against 4 %.
    assert "Check 48 images, about 236 objects of each batch" in words
    assert "Plans beside each other" in words


def test_boxes_pass_where_images_fail_and_the_page_says_why(seller):
    words = shown(
        seller,
        batch_items="1,000",
        units_per_item="5",
        produced="0.8",
        likeness="0",
        rule="percent",
    )

    assert "500 objects 10 0.8 % 99.9 %" in words
    assert "100 images 2 3.9 % 23.2 %" in words
    assert "An image is wrong as soon as one of its 5 objects is." in words
    # 500 × 0.8 %, and 100 × (1 − 0.992^5).
    assert "Of 500 objects checked about 4 are wrong and 10 may be: 99.9 %" in words
    assert "Of 100 images checked about 3.9 are wrong and 2 may be: 23.2 %" in words


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"rule": "percent"}, "Check 100 images of each batch; at most 2 may be"),
        ({"rule": "two_point"}, "Check 189 images of each batch; at most 4 may be"),
        ({"rule": "zero_defect"}, "Check 138 images of each batch; none may be wrong"),
        ({"more_rule": "standard", "aql": "0.01"}, "Check 80 images of each batch"),
        ({"more_rule": "sequential"}, "after 189 the sized plan decides"),
        (
            {"more_rule": "belief", "history_checked": "1,000", "history_wrong": "10"},
            "Certainty that at most 2 % is wrong",
        ),
    ],
)
def test_each_plan_is_an_address(seller, said, answer):
    assert answer in shown(seller, batch_items="1000", **said)


def test_a_plan_that_may_stop_early_is_shown_as_the_one_that_settles_it(seller):
    words = shown(seller, batch_items="1000", more_rule="sequential")

    assert "Check up to 189 images of each batch" in words
    assert "Sized (shown above)" in words


def test_an_arrow_is_told(seller):
    words = shown(seller, batch_items="50", more_rule="standard", aql="0.025")

    assert "the cell of letter D holds an arrow" in words


def test_people_and_auditors_are_told_where_they_are_known(seller):
    words = shown(
        seller,
        batch_items="1000",
        rule="percent",
        annotators="10",
        missed="20",
        false_alarms="1",
        check_seconds="6",
    )

    assert "A batch with nothing wrong passes 92.1 % of the time" in words
    assert "in a run, one person&#x27;s work after the other" in words
    assert "Hours of checking a batch" in words
    assert "not known" not in words


def test_time_is_not_known_where_it_is_not_said(seller):
    assert "the time of a check is not said" in shown(seller, batch_items="1000")


def test_a_batch_too_large_for_all_cases_says_so(seller):
    words = shown(seller, batch_items="1000000", rule="percent", annotators="10")

    assert "not known, because the batch is too large" in words


def test_work_that_is_mostly_blocked_is_said_first(seller):
    words = shown(seller, batch_items="1000", produced="5", rule="percent")

    assert "is blocked more often than not" in words


def test_a_pass_that_does_not_prove_the_promise_is_said_first(seller):
    words = shown(seller, batch_items="1000", rule="percent")

    assert "A pass proves 5.9 %, not the promised 2 %." in words
    assert "check 138 images and let none be wrong." in words


def test_a_plan_that_keeps_the_promise_warns_of_nothing(seller):
    response = seller.get(
        ADDRESS, {"batch_items": "1000", "rule": "zero_defect", "produced": "0"}
    )

    assert response.context["page"].answer.warning is None


def test_every_figure_explains_itself(seller):
    page = seller.get(ADDRESS).context["page"]

    assert len(page.answer.figures) >= 10
    for figure in page.answer.figures:
        assert figure.tree is not None
        assert any("the answer at /" in row.because for row in figure.tree.rows)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"batch_items": ""}, "Images in a batch: Fill this in."),
        ({"batch_items": "ten"}, "Images in a batch: “ten” is not a number"),
        ({"batch_items": "9", "share": "150"}, "Share of a batch checked: Write 100 %"),
        (
            {"batch_items": "9", "good": "4"},
            "Bad, should not pass: Write more than 4 %",
        ),
        ({"batch_items": "9", "rule": "no"}, "Plan: “no” is none of"),
        (
            {"batch_items": "9", "missed": "20"},
            "Right units called wrong: Fill this in",
        ),
        (
            {"batch_items": "1000000", "more_rule": "sequential", "bad": "1.05"},
            "Bad, should not pass: A sample of",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(seller, said, complaint):
    response = seller.get(ADDRESS, said)

    assert response.status_code == 400
    assert complaint in words_of(response.text)
    assert "Plans beside each other" not in response.text


def test_fields_of_another_plan_are_not_held_against_this_one(seller):
    assert "Check 189 images" in shown(
        seller, batch_items="1000", history_wrong="5", sample="3"
    )


def test_the_form_asks_all_that_can_be_asked():
    assert {entry.name for entry in ENTRIES} == {*FIELDS, MORE_RULE}


def test_clients_and_strangers_do_not_see_it(client, db):
    workspace = a_workspace()
    assert client.get(ADDRESS).status_code == 302
    buyer = a_client(workspace=workspace)
    client.force_login(
        a_membership(workspace=workspace, role=Role.CLIENT, client=buyer).user
    )

    assert client.get(ADDRESS).status_code == 403
