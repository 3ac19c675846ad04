"""Published cards come back whole, each figure with its source, told apart by side."""

from __future__ import annotations

from datetime import date

import pytest

from scoping.actions import CardExistsError, publish_rate_card
from scoping.calc.rates import CardError
from scoping.models import AuditEntry, RateCard, RateFigure
from scoping.queries import (
    NoCardError,
    OldCardError,
    card_on,
    card_version,
    price_side_on,
)
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

    with django_assert_num_queries(1) as queries:
        price_side_on(date(2026, 3, 1), workspace=workspace)

    assert "cost_document" not in queries.captured_queries[0]["sql"]


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


def test_a_correction_names_the_card_that_it_replaces_and_holds_instead():
    workspace = a_workspace()
    first = a_published_card(workspace=workspace)

    second = a_published_card(workspace=workspace, text=another_version("2026-01b"))

    assert (first.replaces, second.replaces) == (None, first)
    assert card_on(date(2026, 1, 1), workspace=workspace).version == "2026-01b"


def test_a_card_that_is_not_valid_yet_does_not_hold():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    later = another_version("2026-07").replace("2026-01-01", "2026-07-01", 1)

    a_published_card(workspace=workspace, text=later)

    versions = [
        card_on(day, workspace=workspace).version
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert versions == ["2026-01", "2026-07"]
    assert card_version("2026-01", workspace=workspace).version == "2026-01"


def test_a_version_that_was_never_published_is_not_there():
    with pytest.raises(NoCardError, match="no published rate card 2030-01"):
        card_version("2030-01", workspace=a_workspace())


@pytest.mark.parametrize(
    ("text", "code"), [("a: [", "parse_error"), ("- a\n- list", "not_a_card")]
)
def test_what_is_no_card_is_refused(text, code):
    with pytest.raises(CardError) as refused:
        publish_rate_card(text, workspace=a_workspace(), by=None, now=NOON)

    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_number_without_a_source_does_not_load():
    lacking = LAUNCH_CARD.replace("source: vendor guide 2026", 'source: ""', 1)
    assert lacking != LAUNCH_CARD

    with pytest.raises(CardError, match="without one does not load"):
        publish_rate_card(lacking, workspace=a_workspace(), by=None, now=NOON)


def another_version(version):
    return LAUNCH_CARD.replace('version: "2026-01"', f'version: "{version}"', 1)


def an_older_card(workspace, *, side, row):
    """Store a published card as an earlier release would have: a row is not there."""
    card = a_published_card(workspace=workspace)
    documents = {"price": dict(card.price_document), "cost": dict(card.cost_document)}
    del documents[side][row]
    return RateCard.objects.create(
        workspace=workspace,
        version="2026-02",
        valid_from=date(2026, 2, 1),
        currency="USD",
        price_document=documents["price"],
        cost_document=documents["cost"],
        digest="of an earlier release",
        published_at=NOON,
    )


def test_a_card_of_an_earlier_release_says_what_it_lacks_and_what_to_do():
    workspace = a_workspace()
    an_older_card(workspace, side="cost", row="policy")

    with pytest.raises(OldCardError, match=r"lacks cost/policy/\w+ and \d+ more") as at:
        card_on(date(2026, 3, 1), workspace=workspace)

    assert "Load a new version" in str(at.value)
    assert price_side_on(date(2026, 3, 1), workspace=workspace).bands


def test_one_row_that_is_not_there_is_named_alone():
    workspace = a_workspace()
    an_older_card(workspace, side="price", row="rush_factor")

    with pytest.raises(OldCardError, match=r"it lacks price/rush_factor\. Load"):
        price_side_on(date(2026, 3, 1), workspace=workspace)
