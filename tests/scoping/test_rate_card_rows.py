"""Published cards are final, whole, and told apart by side."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from scoping.actions import CardExistsError, publish_rate_card
from scoping.calc.rates import CardError
from scoping.models import AuditEntry, RateCard, RateFigure
from scoping.queries import NoCardError, card_on, price_side_on
from tests.factories import LAUNCH_CARD, NOON, a_published_card, a_user, a_workspace

pytestmark = pytest.mark.django_db


def test_a_card_comes_back_as_it_was_published():
    workspace = a_workspace()
    a_published_card(workspace=workspace)

    card = card_on(date(2026, 3, 1), workspace=workspace)

    assert card.version == "2026-01"
    assert str(card.price.band("bounding_box").high.value) == "0.15"
    assert card.cost.site_of("vn").currency == "VND"


def test_every_figure_of_a_card_is_a_row_with_its_source():
    card = a_published_card()

    figure = RateFigure.objects.get(card=card, key="price/bands/polygon/high")

    assert figure.source == "vendor guide 2026"
    assert RateFigure.objects.filter(card=card, source="").count() == 0
    assert RateFigure.objects.filter(card=card, side="cost").count() > 150


def test_the_price_side_is_read_without_loading_a_cost(django_assert_num_queries):
    workspace = a_workspace()
    a_published_card(workspace=workspace)

    with django_assert_num_queries(2) as queries:
        price_side_on(date(2026, 3, 1), workspace=workspace)

    assert "cost_document" not in queries.captured_queries[-1]["sql"]


def test_the_same_card_again_changes_nothing():
    workspace = a_workspace()
    first = a_published_card(workspace=workspace)

    again = publish_rate_card(LAUNCH_CARD, workspace=workspace, by=None, now=NOON)

    assert again.pk == first.pk
    assert AuditEntry.objects.filter(workspace=workspace).count() == 1


def test_other_figures_under_a_published_version_are_refused():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    changed = LAUNCH_CARD.replace('high: "0.15", unit: box', 'high: "0.16", unit: box')

    with pytest.raises(CardExistsError, match="Give the changed card a new version"):
        publish_rate_card(changed, workspace=workspace, by=a_user(), now=NOON)


def test_a_card_whose_range_does_not_pay_must_say_so():
    mark = "      hard: {reason:"
    start = LAUNCH_CARD.index("    semantic_mask:\n" + mark)
    cut = LAUNCH_CARD[:start] + LAUNCH_CARD[start:].replace(
        LAUNCH_CARD[start:].split("\n")[1] + "\n", "", 1
    )

    with pytest.raises(CardError, match="hard semantic_mask") as refused:
        publish_rate_card(cut, workspace=a_workspace(), by=None, now=NOON)

    assert refused.value.problems[0].code == "range_does_not_pay"
    assert RateCard.objects.count() == 0


def test_a_workspace_without_a_card_says_what_to_load():
    with pytest.raises(NoCardError, match="load_rate_card"):
        card_on(date(2026, 3, 1), workspace=a_workspace())


def test_a_card_of_another_workspace_is_not_there():
    a_published_card()

    with pytest.raises(NoCardError):
        card_on(date(2026, 3, 1), workspace=a_workspace())


WAYS = {
    "save": lambda card: card.save(),
    "delete": lambda card: RateCard.objects.filter(pk=card.pk)._raw_delete(
        RateCard.objects.db
    ),
    "update": lambda card: RateCard.objects.filter(pk=card.pk).update(currency="EUR"),
    "bulk_update": lambda card: RateCard.objects.bulk_update([card], ["currency"]),
    "raw sql": lambda _: _sql("UPDATE scoping_ratecard SET currency = 'EUR'"),
    "raw delete": lambda _: _sql("DELETE FROM scoping_ratefigure"),
    "figure": lambda card: RateFigure.objects.filter(card=card).update(value=1),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_published_card_refuses_every_way_to_change_it(way):
    card = a_published_card()
    card.currency = "EUR"

    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        WAYS[way](card)

    assert RateCard.objects.get(pk=card.pk).currency == "USD"


def test_without_the_trigger_the_same_statement_goes_through():
    card = a_published_card()
    with connection.cursor() as cursor:
        suffix = "" if connection.vendor == "sqlite" else " ON scoping_ratecard"
        cursor.execute(f"DROP TRIGGER rate_card_is_published_update{suffix}")

    RateCard.objects.filter(pk=card.pk).update(currency="EUR")

    assert RateCard.objects.get(pk=card.pk).currency == "EUR"


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
