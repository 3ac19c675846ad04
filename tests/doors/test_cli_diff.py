"""The command line: why a second spec, or a second card, comes to another total."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

SPEC = "fixtures/demo/street_scenes.yaml"
CARD = "fixtures/rate_cards/2026-01.yaml"


def estimated(*arguments):
    out = StringIO()
    call_command("estimate", *map(str, arguments), stdout=out)
    return out.getvalue()


def changed(path, copy, *replacements):
    """Write a copy of a file with some words replaced."""
    text = Path(path).read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    copy.write_text(text, "utf-8")
    return copy


@pytest.fixture
def more_images(tmp_path):
    return changed(SPEC, tmp_path / "more.yaml", ("items: 100000", "items: 120000"))


@pytest.fixture
def dearer_card(tmp_path):
    return changed(
        CARD,
        tmp_path / "card.yaml",
        ('bounding_box: {low: "0.05"', 'bounding_box: {low: "0.06"'),
    )


def total(*arguments):
    document = json.loads(estimated(*arguments, "--format", "json"))
    return Decimal(document["price"]["total"])


def test_a_second_spec_is_explained_to_the_cent(more_images):
    found = json.loads(estimated(SPEC, "--diff", more_images, "--format", "json"))

    by = Decimal(found["price"]["by"])
    assert by == total(more_images) - total(SPEC)
    assert [part["text"] for part in found["parts"]] == [
        "more images (100,000 → 120,000)"
    ]
    assert found["cards"] == ["2026-01", "2026-01"]


def test_a_second_card_is_explained(dearer_card):
    text = estimated(SPEC, "--diff-card", dearer_card)

    assert text.startswith("The total rises by")
    assert "market ranges of the rate card" in text


def test_a_spec_and_a_card_may_change_at_once(more_images, dearer_card):
    found = json.loads(
        estimated(
            *(SPEC, "--diff", more_images, "--diff-card", dearer_card),
            *("--format", "json"),
        )
    )

    amounts = [Decimal(part["price"]) for part in found["parts"]]
    assert len(amounts) == 2
    assert sum(amounts) == total(more_images, "--card", dearer_card) - total(SPEC)


def test_a_client_reads_prices_alone(more_images, dearer_card):
    text = estimated(
        SPEC, "--diff", more_images, "--diff-card", dearer_card, "--client"
    )

    assert "more images (100,000 → 120,000)" in text
    assert "a dearer unit price" in text
    for word in ("cost", "hours", "card", "margin"):
        assert word not in text.lower()


def test_the_same_spec_stays_as_it_is():
    text = estimated(SPEC, "--diff", SPEC)

    assert text.startswith("The total stays at ")
    assert "What moved" not in text


def test_reasons_belong_to_one_estimate():
    with pytest.raises(CommandError, match="Leave it out beside --diff"):
        estimated(SPEC, "--diff", SPEC, "--explain")


def test_two_currencies_are_refused(tmp_path):
    dong = changed(SPEC, tmp_path / "vnd.yaml", ("currency: USD", "currency: VND"))

    with pytest.raises(CommandError, match="first estimate is in USD, the second in"):
        estimated(SPEC, "--diff", dong)


def test_a_second_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.yaml cannot be read"):
        estimated(SPEC, "--diff", tmp_path / "none.yaml")
